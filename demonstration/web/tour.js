/** The tour as data: what the hall did, folded into which of its five steps are done. Pure. */

export const STEPS = ["take", "call", "board", "power", "byte"];

/** @typedef {{ticket: string, day: string, queue: string, token: string}} Taken  what the kiosk's frame tells */
/** @typedef {{done: string[], taken: Taken|null, desk: string, other: string, away: number, back: number}} Tour */

/** @returns {Tour} */
export const begun = () => ({ done: [], taken: null, desk: "", other: "", away: 0, back: 0 });

const finish = (tour, step) => (tour.done.includes(step) ? tour : { ...tour, done: [...tour.done, step] });

/** The step to take now; nothing when all are done. */
export const current = (tour) => STEPS.find((step) => !tour.done.includes(step));

/** A ticket was taken at the kiosk of this page. */
export const took = (tour, taken) => finish({ ...tour, taken, desk: "", other: "" }, "take");

const isMine = (tour, { ticket, ticket_day: day }) =>
  tour.taken?.ticket === ticket && (!day || tour.taken.day === day);

/** Fold what the boards hear. */
export const heard = (tour, events) => events.reduce(fold, tour);

function fold(tour, event) {
  if (event.type === "ticket_called") {
    if (!isMine(tour, event)) return { ...tour, other: event.ticket };
    return finish({ ...tour, desk: event.desk, other: "" }, "call");
  }
  return event.type === "service_started" && isMine(tour, event) ? finish(tour, "board") : tour;
}

/** Take what a snapshot of the boards says of my ticket: the events of a break were not heard. */
export function stood(tour, { calls }) {
  const mine = calls.find((call) => isMine(tour, call));
  if (!mine || mine.state === "past") return tour;
  const called = finish({ ...tour, desk: mine.desk }, "call");
  return mine.state === "serving" ? finish(called, "board") : called;
}

/** The hall cannot be heard since `now`, in milliseconds. */
export const lost = (tour, now) => (tour.away ? tour : { ...tour, away: now });

/** It is heard again. */
export function regained(tour, now) {
  if (!tour.away) return tour;
  return finish({ ...tour, away: 0, back: Math.max(1, Math.round((now - tour.away) / 1000)) }, "power");
}

/** A copy of the log was changed and verified. */
export const changed = (tour) => finish(tour, "byte");
