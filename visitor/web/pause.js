/** A pause of the hall as its visitors are told of it, and what it took of their wait. */
import { pauseSentence } from "ui/pauses.js";
import { language, tn } from "ui/texts.js";
import { html } from "ui/view.js";

/** Whether everybody should do something else now than wait. */
export const isEmergency = (visit) => visit.pause?.kind === "emergency";

/** The pause that is on; a text in the hall's main language alone stands beside ours. */
export function Pause({ visit, main }) {
  const { pause } = visit;
  const own = pause?.texts?.[main];
  return html`<div role="alert">
    ${
      pause &&
      html`<div class=${isEmergency(visit) ? "pause emergency" : "pause"}>
        ${isEmergency(visit) ? html`<h1>${pauseSentence(pause)}</h1>` : html`<p>${pauseSentence(pause)}</p>`}
        ${own && !pause.texts[language()] && html`<p lang=${main} dir="auto">${own}</p>`}
      </div>`
    }
  </div>`;
}

/** How much of the wait was a pause: the hall's, and nobody else's. */
export function PausedTime({ visit }) {
  const minutes = Math.round((visit.paused_seconds || 0) / 60);
  if (!minutes) return null;
  const said = tn("The hall was paused for {n} minute of your wait.", "The hall was paused for {n} minutes of your wait.", minutes);
  return html`<p class="soft">${said}</p>`;
}
