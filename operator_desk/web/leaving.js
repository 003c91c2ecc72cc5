/** Leaving a desk that is the last one for somebody: the count is said, and what becomes of those who wait is asked. */
import { useState } from "preact/hooks";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Choices, reasonChoices, Select, serviceOptions } from "./choices.js";
import { useOtherDesks } from "./desks.js";

/** How many wait whom no other open desk serves. */
export const strandedBy = ({ last_for: lastFor }) => Object.values(lastFor).reduce((sum, count) => sum + count, 0);

/** The button that a choice led to has the focus that the choice lost. */
const focus = (button) => button?.focus();

/** Before a pause: who waits goes on waiting, and that is said. */
export function Break({ verb, names, desk, answer }) {
  return html`${strandedBy(desk) > 0 && html`<${Stranded} desk=${desk} />
      <p>${t("They wait until you come back: nobody else can call them.")}</p>`}
    <p class="soft">${t("Why?")}</p>
    <${Choices} choices=${reasonChoices(names, verb, t("Pause"))} choose=${(reason) => answer({ reason })} />`;
}

/** Before the desk is closed: serve out, unless it is paused, move, or withdraw; the last two are confirmed. */
export function Fate({ names, desk, answer }) {
  const [fate, setFate] = useState("");
  const n = strandedBy(desk);
  const choices = [
    desk.state !== "paused" && { id: "serve_out", label: t("Serve them first"), hint: t("No more tickets for them; the desk closes by itself after the last one.") },
    { id: "transfer", label: t("Move them to another service"), hint: t("They keep the time they have waited.") },
    { id: "cancel", label: t("Cancel their tickets"), hint: t("The boards and their own pages tell them.") },
  ].filter(Boolean);
  const choose = (id) => (id === "serve_out" ? answer({ waiting: id }) : setFate(id));
  return html`<${Stranded} desk=${desk} />
    ${!fate && html`<p class="soft">${t("What becomes of them?")}</p><${Choices} choices=${choices} choose=${choose} />`}
    ${fate === "transfer" && html`<${Move} ...${{ n, names, desk, answer }} />`}
    ${fate === "cancel" && html`<p>${t("They lose their turn and have to come again.")}</p>
      <button type="button" class="danger wide" ref=${focus} onClick=${() => answer({ waiting: "cancel" })}>
        ${tn("Cancel {n} ticket and close the desk", "Cancel {n} tickets and close the desk", n)}
      </button>`}
    ${fate && html`<button type="button" class="quiet small" onClick=${() => setFate("")}>${t("Back")}</button>`}`;
}

function Stranded({ desk }) {
  const queues = Object.entries(desk.last_for).filter(([, count]) => count);
  const sentence = tn(
    "{n} person is waiting whom no other open desk serves.",
    "{n} people are waiting whom no other open desk serves.",
    strandedBy(desk),
  );
  return html`<p class="stranded"><strong>${sentence}</strong> <bdi>${queues.map(([queue, count]) => `${queue}\u00a0${count}`).join(" · ")}</bdi></p>`;
}

/** Services that another open desk serves; where there is none, nobody can be moved. */
function Move({ n, names, desk, answer }) {
  const [to, setTo] = useState("");
  const others = useOtherDesks(desk).flatMap((other) => (other.state === "open" ? other.queues : []));
  const options = serviceOptions(names, ({ queue }) => !others.includes(queue));
  if (!options.length) return html`<p>${t("No other desk is open that could take them.")}</p>`;
  return html`<${Select} label=${t("To the service")} options=${options} value=${to} choose=${setTo} hasNone />
    <button type="button" class="main" disabled=${!to} onClick=${() => answer({ waiting: "transfer", to })}>
      ${tn("Move {n} person and close the desk", "Move {n} people and close the desk", n)}
    </button>`;
}
