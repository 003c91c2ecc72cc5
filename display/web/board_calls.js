/** The board as data, folded from the hall's events exactly as display/board.py does. Pure; it never knows a class. */

const RECENT_CALLS = 12;

/** @typedef {{ticket: string, day: string, desk: string, at: number, recalls: number}} Call */
/** @typedef {{now: Call[], recent: Call[]}} Board  newest first */

/** Read the board of a snapshot. @returns {Board} */
export function readBoard(snapshot) {
  const of = (isCalled) => snapshot.calls.filter(({ state }) => (state === "called") === isCalled).map(callOf);
  return { now: of(true), recent: of(false).slice(0, RECENT_CALLS) };
}

/** Fold events into the board. @param {Board} board @returns {Board} */
export function follow(board, events) {
  return events.reduce((before, event) => FOLDS[event.type]?.(before, event) || before, board);
}

const dayOf = (event) => event.ticket_day || event.day;

function callOf(event) {
  return { ticket: event.ticket, day: dayOf(event), desk: event.desk, at: event.at, recalls: event.recalls || 0 };
}

const isOf = (event) => (call) => call.ticket === event.ticket && call.day === dayOf(event);

function takenBack(board, event) {
  const others = (calls) => calls.filter((call) => !isOf(event)(call));
  return { now: others(board.now), recent: others(board.recent) };
}

function called(board, event) {
  const { now, recent } = takenBack(board, event);
  return { now: [callOf(event), ...now.filter(({ desk }) => desk !== event.desk)], recent };
}

function answered(board, event) {
  const call = board.now.find(isOf(event));
  if (!call) return board;
  const { now, recent } = takenBack(board, event);
  return { now, recent: [call, ...recent].slice(0, RECENT_CALLS) };
}

function reinstated(board, event) {
  return event.state === "called" && event.desk ? called(board, event) : board;
}

const FOLDS = {
  ticket_called: called,
  ticket_recalled: called,
  ticket_reinstated: reinstated,
  service_started: answered,
  leg_completed: answered,
  ticket_no_show: answered,
  ticket_parked: takenBack,
  ticket_requeued: takenBack,
  ticket_transferred: takenBack,
  ticket_cancelled: takenBack,
  ticket_abandoned: takenBack,
  ticket_expired: takenBack,
  day_opened: (board) => ({ now: board.now, recent: [] }),
};
