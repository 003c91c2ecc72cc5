/** What a kiosk shows while the hall gives no tickets at all: closed, paused, or not issuing. */
import { clockTime } from "ui/clock.js";
import { pauseSentence } from "ui/pauses.js";
import { language, nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { halt, nextOpening, opensSentence, reasonNames } from "./offer.js";

/** Two sentences: what is the matter, and what to do. */
export function Resting({ facts, view }) {
  const [first, second] = SAID[halt(view)](facts, view);
  return html`<h1 tabindex="-1">${first}</h1><p class="advice"><bdi>${second}</bdi></p>`;
}

function opening(facts) {
  const next = nextOpening(facts);
  return next ? opensSentence(next) : t("Please come back in its opening hours.");
}

const closed = (facts) => [t("The hall is closed."), opening(facts)];

const closing = (facts) => [t("No more tickets are given today."), opening(facts)];

/** What the hall wrote in its main language alone stands beside our own words. */
function paused(facts, { pause }) {
  const beside = pause.texts?.[language()] ? "" : pause.texts?.[facts.languages[0]];
  const again = pause.until
    ? t("Tickets are given again at {time}.", { time: clockTime(pause.until, facts.time_zone) })
    : t("Tickets are given again when the hall goes on.");
  return [pauseSentence(pause), beside || again];
}

function stopped(facts, view) {
  const names = reasonNames(facts, view.issuing_stopped);
  return [t("No tickets are given just now."), names ? nameOf(names, facts.languages[0]) : t("Please ask at the information desk.")];
}

const SAID = { closed, paused, closing, stopped };
