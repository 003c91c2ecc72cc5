/** The tour as data: what the hall did, folded into which of its five steps are done. Pure. */

export const STEPS = ["take", "call", "board", "power", "byte"];

/** How many times as fast as the wall the hall's time may pass. */
export const SPEEDS = [1, 10, 60];

/** A newcomer's turn comes within two minutes, whatever was taken; half a minute is kept for a forecast too low. */
const LONGEST_WAIT_SECONDS = 90;

/** Who still waits when looked at again waits for so long at least, whatever the forecast says. */
const LEAST_WAIT_SECONDS = 60;

/** @typedef {{ticket: string, day: string, queue: string, token: string, expected: number[]}} Taken  what the kiosk's frame tells */
/**
 * `speed` is what the tour wants, 0 where it leaves that to the person; `since`, in milliseconds, when the ticket was
 * taken for whose sake the hall is hurried, 0 when it is not.
 * @typedef {{done: string[], taken: Taken|null, desk: string, speed: number, since: number, away: number, back: number}} Tour
 */

/** @returns {Tour} */
export const begun = () => ({ done: [], taken: null, desk: "", speed: 0, since: 0, away: 0, back: 0 });

/** The slowest speed at which so many seconds of the hall's time pass in `left` seconds. */
const speedFor = (seconds, left = LONGEST_WAIT_SECONDS) =>
  SPEEDS.find((speed) => seconds <= speed * left) || SPEEDS.at(-1);

const finish = (tour, step) => (tour.done.includes(step) ? tour : { ...tour, done: [...tour.done, step] });

/** The step to take now; nothing when all are done. */
export const current = (tour) => STEPS.find((step) => !tour.done.includes(step));

/** A ticket was taken at the kiosk of this page: until it is called the hall runs as fast as it takes. */
export const took = (tour, taken, now) =>
  finish({ ...tour, taken, desk: "", speed: speedFor(taken.expected?.[2] || 0), since: now }, "take");

/** Look again how long my ticket waits: others are quicker or slower than was foreseen, or it was given up. */
export function looked(tour, { ticket, state, expected_wait_seconds: expected }, now) {
  if (!tour.since || ticket !== tour.taken.ticket) return tour;
  if (state !== "waiting") return calm(tour);
  const left = LONGEST_WAIT_SECONDS - (now - tour.since) / 1000;
  return { ...tour, speed: speedFor(Math.max(LEAST_WAIT_SECONDS, expected[2]), left) };
}

/** Nobody is waited for any more: the hall's time passes as everybody's. */
const calm = (tour) => (tour.since ? { ...tour, speed: 1, since: 0 } : tour);

/** A person chose a speed: the tour meddles no more. */
export const chosen = (tour) => ({ ...tour, speed: 0, since: 0 });

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

const calledAt = (tour, desk) => finish({ ...calm(tour), desk }, "call");

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
