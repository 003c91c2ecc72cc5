/** What the hall's state means for this desk: a pause, an end of the day, services without tickets, a desk that closes. */
import { clockTime } from "ui/clock.js";
import { nameOf, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";

/** All that holds now, the gravest first. */
export function Notices({ work, names }) {
  const { hall, desk } = work;
  return html`<div class="notices" role="status">
    <${Pause} pause=${hall.pause} names=${names} />
    ${!hall.pause && sentences(hall, desk, names).map((sentence) => html`<p class="notice" key=${sentence}>${sentence}</p>`)}
  </div>`;
}

function Pause({ pause, names }) {
  if (!pause) return null;
  const time = clockTime(pause.since, names.timeZone);
  const titles = {
    emergency: t("Emergency: the hall is paused since {time}.", { time }),
    break: t("Break: the hall is paused since {time}.", { time }),
    outage: t("Fault: the hall is paused since {time}.", { time }),
  };
  const text = nameOf(pause.texts, names.main);
  return html`<div class="notice pause" data-kind=${pause.kind}>
    <p><strong>${titles[pause.kind]}</strong></p>
    ${text && html`<blockquote>${text}</blockquote>`}
    <p>${t("Nobody is called and no time runs. You may finish, park, send on or cancel the visitor who is here.")}</p>
  </div>`;
}

function sentences(hall, desk, names) {
  const suspended = desk.services.filter((service) => service.suspended);
  const tickets = (service) => t("No tickets are given for {service}: {reason}", {
    service: names.pick(service.names),
    reason: names.reason(service.suspended),
  });
  return [
    !hall.is_open && t("The hall is closed: nobody can be called."),
    hall.closing && t("The day is ending: no more tickets are given, and who waits is still served."),
    hall.issuing_stopped && t("No tickets are given in the hall: {reason}", { reason: names.reason(hall.issuing_stopped) }),
    desk.closing && closingSentence(desk),
    ...suspended.map(tickets),
  ].filter(Boolean);
}

function closingSentence({ closing, counts }) {
  const n = closing.reduce((sum, queue) => sum + (counts[queue] || 0), 0);
  if (n === 0) return t("This desk closes by itself after this visitor.");
  return tn(
    "This desk closes by itself when {n} more person has been served.",
    "This desk closes by itself when {n} more people have been served.",
    n,
  );
}

/** After an outage: is the visitor still here? */
export function Unsure({ work, names }) {
  const { desk, hall } = work;
  if (!desk.unsure || !desk.ticket) return null;
  const { ticket } = desk.ticket;
  const { outage } = hall;
  const times = outage && { from: clockTime(outage.began_at, names.timeZone), to: clockTime(outage.ended_at, names.timeZone) };
  return html`<div class="notice unsure" role="alert">
    <p><strong>${times ? t("The hall was away from {from} to {to}.", times) : t("The hall was away for a while.")}
      ${" "}${t("Is {ticket} still here?", { ticket })}</strong></p>
    <p>${t("Say yes, or end the visit as you always do.")}</p>
  </div>`;
}
