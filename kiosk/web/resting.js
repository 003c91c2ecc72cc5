/** What a kiosk shows while the hall gives no tickets at all: closed, paused, or not issuing. */
import { hallNow } from "ui/clock.js";
import { pauseSentence } from "ui/pauses.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { halt, nextOpening, opensSentence, reasonNames } from "./offer.js";

/** Two sentences: what is the matter, and what to do. */
export function Resting({ facts, view }) {
  const [first, second] = SAID[halt(view)](facts, view);
  return html`<h1 tabindex="-1">${first}</h1><p class="advice">${second}</p>`;
}

function closed(facts) {
  const opening = nextOpening(facts, hallNow());
  return [t("The hall is closed."), opening ? opensSentence(opening) : t("Please come back in its opening hours.")];
}

const paused = (_, view) => [t("No tickets are given at the moment."), pauseSentence(view.pause)];

function stopped(facts, view) {
  const names = reasonNames(facts, view.issuing_stopped);
  const reason = names && t("Reason: {reason}", { reason: nameOf(names, facts.languages[0]) });
  return [t("No tickets are given at the moment."), reason || t("Please ask at the information desk.")];
}

const SAID = { closed, paused, stopped };
