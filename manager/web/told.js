/** What the page says in words: times, states, and what an answer says has happened. */
import { t, tn } from "ui/texts.js";

/** A span of time as people say it. */
export function span(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return tn("{n} min", "{n} min", minutes);
  return t("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** The kinds of pause. */
export const pauseName = (kind) => ({ emergency: t("Emergency"), outage: t("Outage"), break: t("Break") })[kind] || kind;

/** The state of a desk, and why it is paused. */
export function deskState({ state, closing, reason }, names) {
  if (closing) return t("Serves out, then closes");
  if (state === "paused" && reason) return t("Paused: {reason}", { reason: names.reason(reason) });
  return { open: t("Open"), paused: t("Paused"), closed: t("Closed") }[state] || state;
}

/** The state of the ticket at a desk. */
export const ticketState = (state) => ({ called: t("Called"), serving: t("Being served") })[state] || state;

/** What an operator is. */
export function roleName(role) {
  const names = {
    operator: t("Operator"),
    lead: t("Lead operator"),
    greeter: t("Greeter"),
    inspector: t("Inspector"),
    manager: t("Manager"),
    admin: t("Administrator"),
  };
  return names[role] || role;
}

/** What a device is. */
export function deviceRole(role) {
  const names = {
    kiosk: t("Kiosk"),
    board: t("Board"),
    desk: t("Desk device"),
    reader: t("Reader"),
    integration: t("Another system"),
    standby: t("Second server"),
  };
  return names[role] || role;
}

/** What a device says of one of its parts. */
export function deviceState({ kind, state }) {
  const names = {
    "printer ok": t("Printer works"),
    "printer fault": t("Printer fault"),
    "printer unknown": t("Printer does not say how it is"),
    "kiosk in_service": t("In service"),
    "kiosk out_of_service": t("Out of service"),
    "voice ok": t("Voice works"),
    "voice fault": t("Voice fault"),
    "voice backlog": t("Speech lags behind"),
    "device away": t("Not connected"),
    "standby ok": t("Keeps up"),
    "standby fault": t("Does not keep up: the hall is degraded"),
    "screen ok": t("Screen works"),
    "screen fault": t("Screen fault"),
  };
  return names[`${kind} ${state}`] || `${kind}: ${state}`;
}

/** Whether a device's part needs somebody. */
export const isWrong = ({ state }) => ["fault", "backlog", "out_of_service", "failed"].includes(state);

const SENTENCES = {
  day_opened: () => t("The day is open."),
  day_closing: () => t("The day is closing."),
  day_closed: () => t("The day is closed."),
  issuing_stopped: () => t("No tickets are given now."),
  issuing_resumed: () => t("Tickets are given again."),
  hall_configured: () => t("The new rules are in force."),
  closing_limit_lifted: () => t("Tickets are given to the end of the day."),
  hall_paused: () => t("The hall is paused."),
  hall_resumed: () => t("The hall goes on."),
  service_suspended: () => t("The service is suspended."),
  service_resumed: () => t("The service is resumed."),
  desk_assigned: ({ desk }) => t("Desk {desk} serves other queues now.", { desk }),
  desk_closing: ({ desk }) => t("Desk {desk} closes when those who wait for it alone have been served.", { desk }),
  desk_closed: ({ desk }) => t("Desk {desk} is closed.", { desk }),
  ticket_requeued: ({ ticket }) => t("{ticket} is back in the queue.", { ticket }),
  announced: () => t("The text is on the boards."),
  announcement_withdrawn: () => t("The text is off the boards."),
  help_answered: () => t("The call for help is answered."),
  jump_confirmed: ({ ticket }) => t("The call of {ticket} past others is confirmed.", { ticket }),
};

/** What an answer says happened, for those who hear the page. */
export function told(events) {
  return events.map((event) => SENTENCES[event.type]?.(event)).filter(Boolean).join(" ");
}
