/** What an act still has to be told: a class, a service, a printer, and why. */
import { useState } from "preact/hooks";
import { Question, Refusal } from "ui/components.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Select, classOptions, printerOptions, serviceOptions, useKiosks } from "./choices.js";

/** The question of one button; the reasons are its answers, each a button of its own. */
export function Asked({ round, names, visit, asked, close, reprinted }) {
  const [more, say] = useState(asked.to ? { class: asked.to } : {});
  const { verb } = asked;
  const act = async (reason) => {
    const command = { type: verb, ticket: visit.ticket, day: visit.day, ...more, ...(verb !== "abandon" && { reason }) };
    const events = await round.act(command, t("Done."));
    if (!events) return;
    close();
    if (verb === "reprint_slip") reprinted(slipOf(visit, events[0]));
  };
  const Further = asked.to ? null : FURTHER[verb];
  const needsPerson = verb === "set_class" && names.hall.classes.some((one) => one.id === more.class && one.once_per_day);
  const isReady = round.isReady && (!NEEDS[verb] || more[NEEDS[verb]]) && (!needsPerson || more.person);
  return html`<${Question} title=${asked.title || titleOf(verb)} close=${close}>
    ${Further && html`<${Further} ...${{ names, visit, more, say }} />`}
    ${needsPerson && html`<label>${t("Number of the document")}
      <input autocomplete="off" maxlength="40" value=${more.person || ""} onInput=${({ target }) => say({ ...more, person: target.value.trim() })} />
      <span class="soft">${t("Once a day and person. The number is not kept.")}</span></label>`}
    <${Refusal} sentence=${round.refusal} />
    <${Reasons} ...${{ names, verb, isReady, act }} />
  <//>`;
}

const titleOf = (verb) =>
  ({
    set_class: t("Precedence"),
    transfer: t("To another service"),
    reprint_slip: t("New slip"),
    cancel: t("Cancel the ticket"),
    reinstate: t("Back to the queue"),
    abandon: t("The visitor has left"),
  })[verb];

/** Why; a command without reasons, or a hall that has none for it, is asked to confirm. */
function Reasons({ names, verb, isReady, act }) {
  const reasons = names.reasonsFor(verb);
  if (!reasons.length) {
    return html`<button type="button" class="main" disabled=${!isReady} onClick=${() => act("greeter")}>${t("Yes, do it")}</button>`;
  }
  return html`<p class="soft">${t("Why?")}</p>
    <ul class="choices">${reasons.map(({ id }) => html`<li key=${id}>
      <button type="button" class="next" disabled=${!isReady} onClick=${() => act(id)}>${names.reason(id)}</button>
    </li>`)}</ul>`;
}

/** What must be chosen before a reason can be given. */
const NEEDS = { set_class: "class", transfer: "service" };

const FURTHER = {
  set_class: ({ names, visit, more, say }) => html`<${Select} label=${t("Precedence")} value=${more.class || ""} hasNone
    options=${classOptions(names).filter(({ id }) => id !== visit.class)} choose=${(id) => say({ ...more, class: id })} />`,
  transfer: ({ names, visit, more, say }) => html`<${Select} label=${t("Service")} value=${more.service || ""} hasNone
    options=${serviceOptions(names, visit.service)} choose=${(id) => say({ service: id })} />`,
  reprint_slip: Reprint,
};

function Reprint({ names, more, say }) {
  const options = printerOptions(useKiosks(), names);
  return html`<p>${t("The old slip is void from then on, and so is its page.")}</p>
    <${Select} label=${t("Slip")} value=${more.print_at || ""} options=${options} choose=${(id) => say(id ? { print_at: id } : {})} />`;
}

/** What the new slip of a ticket says. */
function slipOf(visit, { token, print_at: printAt }) {
  const { ticket, service, language, issued_at: at, place: ahead, expected_wait_seconds: expected } = visit;
  return { ticket, service, language, at, ahead, expected_wait_seconds: expected, token, print_at: printAt };
}
