/**
 * From the life-of-a-leg table, as the server sends it, to the buttons of a desk. Which verbs a state has, and who
 * may, is the table's word; here stands only what a verb looks like and what it still has to be told.
 */
import { t } from "ui/texts.js";
import { walkUp } from "./idle.js";

/** @typedef {{from: string, verb: string, to: string, who: string[]}} Row  `who`: desk, floor, visitor, hall */
/**
 * @typedef {Object} Button
 * @property {string} name      unique among the buttons of a ticket
 * @property {string} [verb]    of the table
 * @property {string} [command] when it is called otherwise than the verb, or is none of the table
 * @property {string} label
 * @property {string} [key]     on the keyboard
 * @property {"main"|"next"|"quiet"|"danger"} weight
 * @property {string} [asks]    the question to ask first, a name of ask.js
 * @property {Object} [fields]  of the command
 */

/** In the order of how often a day needs them. */
const LOOKS = {
  serve: () => ({ label: t("Start service"), weight: "main", key: "F9" }),
  complete: () => ({ label: t("Complete"), weight: "next", key: "F2" }),
  recall: () => ({ label: t("Call again"), weight: "next", key: "F8" }),
  no_show: () => ({ label: t("Did not come"), weight: "next", key: "F4" }),
  park: () => ({ label: t("Park"), weight: "quiet", asks: "reason" }),
  requeue: () => ({ label: t("Back to the queue"), weight: "quiet", asks: "reason" }),
  transfer: () => ({ label: t("Transfer"), weight: "quiet", asks: "destination" }),
  add_leg: () => ({ label: t("Add a service"), weight: "quiet", asks: "leg" }),
  drop_leg: () => ({ label: t("Take a service off"), weight: "quiet", asks: "planned" }),
  cancel: () => ({ label: t("Cancel ticket"), weight: "danger", asks: "reason" }),
};

/** The verbs that a desk has for a ticket in this state. @param {Row[]} lifecycle */
export function verbsOf(lifecycle, state) {
  return lifecycle.filter((row) => row.from === state && row.who.includes("desk")).map((row) => row.verb);
}

/**
 * The buttons for the ticket at the desk. While the hall is paused nothing is called with a completion; after an outage
 * the one key asks for a word that the visitor is still here, and for nothing else.
 * @returns {Button[]}
 */
export function buttonsFor({ ticket, lifecycle, unsure }, names, pause) {
  const verbs = verbsOf(lifecycle, ticket.state).filter((verb) => verb !== "drop_leg" || ticket.planned.length);
  const buttons = Object.entries(LOOKS)
    .filter(([verb]) => verbs.includes(verb))
    .flatMap(([verb, look]) => (verb === "complete" ? completing(names, pause) : [{ name: verb, verb, ...look() }]));
  return [...(unsure ? [confirming(ticket), ...buttons.map(withoutMain)] : buttons), note(), walkUp()];
}

const confirming = ({ ticket }) => ({
  name: "confirm",
  command: "confirm_ticket",
  label: t("Yes, {ticket} is here", { ticket }),
  weight: "main",
  key: "F9",
});

const withoutMain = (button) => (button.weight === "main" ? { ...button, weight: "next", key: "" } : button);

const note = () => ({ name: "note", command: "leave_note", label: t("Note to the next desk"), weight: "quiet", asks: "note" });

/** Completing has three: with the usual outcome and the next call in one key, without the call, and otherwise. */
function completing(names, pause) {
  const usual = names.usualOutcome;
  const plain = { name: "complete", verb: "complete", ...LOOKS.complete(), hint: names.outcome(usual), fields: { outcome: usual } };
  const otherwise = { name: "complete_otherwise", verb: "complete", label: t("Other outcome"), weight: "next", key: "F7", asks: "outcome" };
  if (pause) return [{ ...plain, weight: "main", key: "F9" }, otherwise];
  const fields = { outcome: usual, call_next: true };
  return [{ ...plain, name: "complete_and_call", label: t("Complete and call next"), weight: "main", key: "F9", fields }, plain, otherwise];
}

/** How the buttons of a ticket parked here look. */
const PARKED_LOOKS = {
  call: () => ({ command: "call_ticket", label: t("Call back"), weight: "next", fields: { reason: "parked" } }),
  requeue: LOOKS.requeue,
  cancel: LOOKS.cancel,
};

/**
 * The buttons of a ticket that is parked here.
 * @returns {Button[]}
 */
export function parkedButtons(subject, verbs) {
  const shown = Object.entries(PARKED_LOOKS).filter(([verb]) => verbs.includes(verb));
  return shown.map(([verb, look]) => ({ name: verb, verb, ...look(), subject }));
}

/** How many wait in each of the desk's own queues: `[queue, count]`. */
export const countsOf = ({ queues, counts }) => queues.map((queue) => [queue, counts[queue] || 0]);

/** The state in words. */
export function stateName(state) {
  const names = {
    waiting: t("Waiting"),
    called: t("Called"),
    serving: t("Being served"),
    parked: t("Parked"),
    completed: t("Completed"),
    no_show: t("Did not come"),
    cancelled: t("Cancelled"),
    abandoned: t("Left the queue"),
    expired: t("Expired at closing time"),
    transferred: t("Transferred"),
  };
  return names[state] || state;
}
