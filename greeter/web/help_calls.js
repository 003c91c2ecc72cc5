/** The calls for help as they come: where somebody is wanted, and who goes. */
import { since, useSeconds } from "ui/clock.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";

/** Who asks, in a sentence; a kiosk by the hall's name for it. */
export function helpSentence({ from, ticket }, names) {
  const kiosk = names.hall.kiosks.find(({ id }) => id === from);
  const place = (kiosk && names.pick(kiosk.names)) || from;
  if (ticket && place) return t("Help is wanted at {place}, ticket {ticket}", { place, ticket });
  return ticket ? t("The visitor with ticket {ticket} asks for help", { ticket }) : t("Help is wanted at {place}", { place });
}

/** The open calls, the oldest first; a screen reader says each new one at once. */
export function HelpCalls({ round, names }) {
  const calls = round.now?.help || [];
  useSeconds(calls.length > 0);
  return html`<section class="helps" aria-label=${t("Calls for help")}>
    <div role="alert"><ul>${calls.map((call) => html`<${Call} key=${call.request} ...${{ call, round, names }} />`)}</ul></div>
  </section>`;
}

function Call({ call, round, names }) {
  const minutes = Math.floor(since(call.at) / 60);
  const go = () => round.act({ type: "answer_help", request: call.request }, t("The others see that you are going."));
  return html`<li class="help">
    <p><strong>${helpSentence(call, names)}</strong> <span aria-live="off">${minutes ? tn("{n} minute ago", "{n} minutes ago", minutes) : t("just now")}</span></p>
    <button type="button" class="next" disabled=${!round.isReady} onClick=${go}>${t("I am going")}</button>
  </li>`;
}
