/** One way to write markup for every page: `html` tagged templates that give preact elements. */
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
