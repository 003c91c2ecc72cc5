/** The tour as data: what the hall did, folded into which of its five steps are done. Pure. */

export const STEPS = ["take", "call", "board", "power", "byte"];

/** How many times as fast as the wall the hall's time may pass. */
export const SPEEDS = [1, 10, 60];

/** A newcomer's turn comes within two minutes, whatever was taken: some seconds of it are the way of the call. */
const LONGEST_WAIT_SECONDS = 110;

/** @typedef {{ticket: string, day: string, queue: string, token: string, expected: number[]}} Taken  what the kiosk's frame tells */
/** @typedef {{done: string[], taken: Taken|null, desk: string, speed: number, away: number, back: number}} Tour */

/** @returns {Tour} */
export const begun = () => ({ done: [], taken: null, desk: "", speed: 1, away: 0, back: 0 });

/** The slowest speed at which a wait of so many seconds of the hall's time is short enough. */
export const speedFor = (seconds) =>
  SPEEDS.find((speed) => seconds / speed <= LONGEST_WAIT_SECONDS) || SPEEDS.at(-1);

const finish = (tour, step) => (tour.done.includes(step) ? tour : { ...tour, done: [...tour.done, step] });

/** The step to take now; nothing when all are done. */
export const current = (tour) => STEPS.find((step) => !tour.done.includes(step));

/** A ticket was taken at the kiosk of this page: until it is called the hall runs as fast as it takes. */
export const took = (tour, taken) =>
  finish({ ...tour, taken, desk: "", speed: speedFor(taken.expected?.[2] || 0) }, "take");

const isMine = (tour, { ticket, ticket_day: day }) =>
  tour.taken?.ticket === ticket && (!day || tour.taken.day === day);

/** Fold what the boards hear. */
export const heard = (tour, events) => events.reduce(fold, tour);

function fold(tour, event) {
  if (event.type === "ticket_called") {
    return isMine(tour, event) ? calledAt(tour, event.desk) : tour;
  }
  return event.type === "service_started" && isMine(tour, event) ? finish(tour, "board") : tour;
}

const calledAt = (tour, desk) => finish({ ...tour, desk, speed: 1 }, "call");

/** Take what a snapshot of the boards says of my ticket: the events of a break were not heard. */
export function stood(tour, { calls }) {
  const mine = calls.find((call) => isMine(tour, call));
  if (!mine || mine.state === "past") return tour;
  const called = calledAt(tour, mine.desk);
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
