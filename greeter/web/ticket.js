/** A ticket as the floor may see it: where it stands, what is claimed, and what can be done. */
import { useState } from "preact/hooks";
import { clockTime, hallNow } from "ui/clock.js";
import { TicketNumber } from "ui/components.js";
import { languageName, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { expectedWait, peopleAhead } from "ui/waits.js";
import { Asked } from "./ask.js";
import { Slip } from "./slip.js";

/** The ticket that was found. */
export function Ticket({ round, names, visit }) {
  const [asked, setAsked] = useState(null);
  const [slip, setSlip] = useState(null);
  const ask = (verb, more = {}) => setAsked({ verb, ...more });
  const close = () => {
    round.forgive();
    setAsked(null);
  };
  if (slip) return html`<${Slip} ...${{ names, given: slip, isNew: true, done: () => setSlip(null) }} />`;
  const [headline, more] = standing(visit, names);
  return html`<article class="card ticket" data-state=${visit.state}>
    <${TicketNumber} ticket=${visit.ticket} />
    <p class="service">${names.pick(visit.names)}</p>
    <div role="status"><h2>${headline}</h2>${more && html`<p>${more}</p>`}</div>
    <${Claim} ...${{ round, names, visit, ask }} />
    <${Facts} names=${names} visit=${visit} />
    <div class="row">${acts(visit).map(([verb, label]) => html`<button key=${verb} type="button" class="next" disabled=${!round.isReady} onClick=${() => ask(verb)}>${label}</button>`)}</div>
    ${asked && html`<${Asked} ...${{ round, names, visit, asked, close, reprinted: setSlip }} />`}
  </article>`;
}

/** What the floor may do with it, besides what is claimed. */
function acts({ verbs, class: class_ }) {
  const labels = {
    reinstate: t("Back to the queue"),
    set_class: class_ === "none" ? t("Give precedence") : t("Change the precedence"),
    transfer: t("To another service"),
    reprint_slip: t("New slip"),
    cancel: t("Cancel the ticket"),
    abandon: t("The visitor has left"),
  };
  return Object.entries(labels).filter(([verb]) => verbs.includes(verb));
}

/** Where it stands now, in one sentence, and what follows from that. */
function standing(visit, names) {
  const { state, desk, reason } = visit;
  if (state === "waiting") return waiting(visit, names);
  const said = {
    called: t("Called to desk {desk}", { desk }),
    serving: t("Is being served at desk {desk}", { desk }),
    parked: t("Is awaited at desk {desk}", { desk }),
    completed: t("The service has ended"),
    no_show: t("Was called and did not come"),
    cancelled: t("This ticket was cancelled"),
    abandoned: t("Has left the queue"),
    expired: t("The day closed before its turn"),
  };
  return [said[state] || state, state === "cancelled" && reason && t("Reason: {reason}", { reason: names.reason(reason) })];
}

function waiting({ place, expected_wait_seconds: expected, not_before: notBefore }, names) {
  if (notBefore && notBefore / 1e6 > hallNow()) {
    return [peopleAhead(place), t("Is not called before {time}", { time: clockTime(notBefore, names.timeZone) })];
  }
  return [peopleAhead(place), expectedWait(expected)];
}

/** A claimed class whose evidence nobody has seen yet. */
function Claim({ round, names, visit, ask }) {
  const { class: class_, evidence, class_confirmed: isConfirmed, verbs } = visit;
  if (class_ === "none" || evidence === "never" || isConfirmed || !verbs.includes("set_class")) return null;
  const answer = (to, title) => () => ask("set_class", { to, title });
  return html`<section class="claim">
    <p>${t("Claims precedence: {class}. Please look at the document.", { class: names.pick(visit.class_names) })}</p>
    <div class="row">
      <button type="button" class="next" disabled=${!round.isReady} onClick=${answer(class_, t("Confirm"))}>${t("Confirm")}</button>
      <button type="button" class="next" disabled=${!round.isReady} onClick=${answer("none", t("Refuse"))}>${t("Refuse")}</button>
    </div>
  </section>`;
}

function Facts({ names, visit }) {
  const minutes = (seconds) => tn("{n} minute", "{n} minutes", Math.round(seconds / 60));
  const facts = [
    [t("Precedence"), precedence(names, visit)],
    [t("Language"), visit.language && languageName(visit.language)],
    [t("How many"), visit.quantity > 1 && visit.quantity],
    [t("Taken at"), clockTime(visit.issued_at, names.timeZone)],
    [t("Waited"), visit.state !== "expired" && minutes(visit.waited_seconds)],
    [t("Of that a pause of the hall"), visit.paused_seconds >= 60 && minutes(visit.paused_seconds)],
    [t("Before"), servicesOf(visit.legs, names)],
    [t("Afterwards"), servicesOf(visit.planned, names)],
    [t("Slip"), slipState(visit)],
  ];
  return html`<dl class="facts">
    ${facts.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}
  </dl>`;
}

const servicesOf = (legs, names) => legs.map(({ names: table, service }) => names.pick(table) || service).join(", ");

function precedence(names, { class: class_, class_names: table, class_confirmed: isConfirmed }) {
  if (class_ === "none") return t("None");
  return isConfirmed ? t("{class}, confirmed", { class: names.pick(table) }) : names.pick(table);
}

function slipState({ slip, issue }) {
  const said = { printed: t("Printed"), unconfirmed: t("Not sure that it came out"), failed: t("Not printed") };
  return issue > 1 ? t("Printed anew; the old one is void") : said[slip];
}
