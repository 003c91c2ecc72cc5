/** The visitor at this desk: number, service, what to know before the first word, and the time. */
import { clockTime, minutesAndSeconds, since, useSeconds } from "ui/clock.js";
import { TicketNumber } from "ui/components.js";
import { languageName, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { plannedFact } from "./journey.js";
import { Offered } from "./offer.js";
import { countsOf, stateName } from "./verbs.js";

/** The ticket here, or the call that is coming, or that the desk is free or paused. */
export function Ticket({ desk, names }) {
  const { ticket } = desk;
  if (!ticket && desk.state === "paused") return html`<${Paused} desk=${desk} names=${names} />`;
  if (!ticket) return desk.offer ? html`<${Offered} offer=${desk.offer} />` : html`<${Free} desk=${desk} />`;
  const { state } = ticket;
  return html`<article class="ticket" data-state=${state}>
    <div class="who-is-here">
      <p class="state"><span class="badge" data-state=${state}>${stateName(state)}</span> <${Recalls} ticket=${ticket} /></p>
      <${TicketNumber} ticket=${ticket.ticket} />
      <h1>${names.pick(ticket.names)}</h1>
    </div>
    <${Know} ticket=${ticket} names=${names} />
    <${Notes} ticket=${ticket} names=${names} />
    <${Times} ticket=${ticket} names=${names} />
  </article>`;
}

function Recalls({ ticket }) {
  if (!ticket.recalls) return null;
  return html`<span class="soft">${tn("called again {n} time", "called again {n} times", ticket.recalls)}</span>`;
}

function Free({ desk }) {
  const waiting = countsOf(desk).reduce((sum, [, count]) => sum + count, 0);
  return html`<article class="ticket" data-state="free">
    <div class="who-is-here alone">
      <p class="state"><span class="badge" data-state="free">${t("Free")}</span></p>
      <h1>${whoWaits(waiting)}</h1>
      ${desk.declined && html`<p class="soft">${t("You said “not now”: no call comes until you call the next visitor.")}</p>`}
    </div>
  </article>`;
}

function whoWaits(n) {
  if (!n) return t("Nobody is waiting for this desk");
  return tn("{n} person is waiting for this desk", "{n} people are waiting for this desk", n);
}

function Paused({ desk, names }) {
  return html`<article class="ticket" data-state="paused">
    <div class="who-is-here alone">
      <p class="state"><span class="badge" data-state="paused">${t("Paused")}</span></p>
      <h1>${desk.reason ? names.reason(desk.reason) : t("This desk is paused")}</h1>
      <p class="soft">${t("Nobody is called to this desk until you resume.")}</p>
    </div>
  </article>`;
}

/** What the operator should know while the visitor walks: language, proof to see, papers to ask for, earlier legs. */
function Know({ ticket, names }) {
  const documents = ticket.documents.map((document) => names.pick(document.names) || document.id);
  const facts = [
    [t("Language"), languageName(ticket.language)],
    ticket.class !== "none" && [t("Precedence"), classFact(ticket, names)],
    documents.length && [t("Ask for"), documents.join(" · ")],
    ticket.quantity > 1 && [t("Items"), ticket.quantity],
    ticket.legs.length && [t("Before"), ticket.legs.map((leg) => legFact(leg, names)).join("; ")],
    ticket.planned.length && [t("Afterwards"), ticket.planned.map((leg) => plannedFact(leg, names)).join("; ")],
  ];
  return html`<dl class="know">
    ${facts.filter(Boolean).map(([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>`)}
  </dl>`;
}

/** What desks before this one, or this one itself, wrote down. */
function Notes({ ticket: { notes }, names }) {
  if (!notes.length) return null;
  const from = ({ desk, at }) => t("Note of desk {desk}, {time}", { desk, time: clockTime(at, names.timeZone) });
  return html`<ul class="notes">
    ${notes.map((note) => html`<li key=${note.at}><p dir="auto">${note.text}</p><p class="soft">${from(note)}</p></li>`)}
  </ul>`;
}

function classFact(ticket, names) {
  const name = names.pick(ticket.class_names) || ticket.class;
  if (ticket.class_confirmed) return html`${name} <span class="soft">${t("proof was seen")}</span>`;
  if (!ticket.evidence) return name;
  return html`${name} <strong class="evidence">${t("ask for proof")}</strong>`;
}

function legFact({ names: table, service, desk }, names) {
  return `${names.pick(table) || service} · ${t("Desk {desk}", { desk })}`;
}

/** How long this leg waited, against its target; and how long this state has lasted. */
function Times({ ticket, names }) {
  useSeconds();
  const target = ticket.target_minutes;
  const waited = Math.round(ticket.waited_seconds / 60);
  const paused = Math.round(ticket.paused_seconds / 60);
  const isOver = waited > target;
  const against = isOver ? t("over the target of {n} min", { n: target }) : t("target {n} min", { n: target });
  const began = ticket.served_at || ticket.last_call_at;
  return html`<div class="times">
    <p><span class="soft">${ticket.served_at ? t("In service") : t("Since the call")}</span>
      <span class="timer">${minutesAndSeconds(since(began))}</span></p>
    <p><span class="soft">${t("Waited")}</span>
      <span class=${isOver ? "timer over" : "timer"}>${tn("{n} min", "{n} min", waited)}</span>
      <span class="soft">${against}</span>
      ${paused > 0 && html`<span class="paused-time">${tn("{n} min of it paused", "{n} min of it paused", paused)}</span>`}</p>
    <p><span class="soft">${t("Ticket taken")}</span> <span>${clockTime(ticket.issued_at, names.timeZone)}</span></p>
  </div>`;
}
