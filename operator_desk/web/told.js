/** What happened, in sentences. */
import { t } from "ui/texts.js";

/** What an answer says happened, in one sentence, for those who hear the page. */
export function told(events) {
  return events.map((event) => sentences[event.type]?.(event)).filter(Boolean).join(" ");
}

const sentences = {
  ticket_called: ({ ticket }) => t("Ticket {ticket} is called.", { ticket }),
  ticket_recalled: ({ ticket }) => t("Ticket {ticket} is called again.", { ticket }),
  ticket_confirmed: ({ ticket }) => t("{ticket} is still here.", { ticket }),
  jump_confirmed: ({ ticket }) => t("You stand for it, should a colleague call {ticket} past others.", { ticket }),
  note_left: ({ ticket }) => t("The note on {ticket} is kept for the next desk.", { ticket }),
  service_started: ({ ticket }) => t("Service of {ticket} has begun.", { ticket }),
  leg_completed: ({ ticket }) => t("{ticket} is completed.", { ticket }),
  ticket_no_show: ({ ticket }) => t("{ticket} did not come.", { ticket }),
  ticket_parked: ({ ticket }) => t("{ticket} is parked.", { ticket }),
  ticket_requeued: ({ ticket }) => t("{ticket} is back in the queue.", { ticket }),
  leg_begun: ({ ticket }) => t("{ticket} waits for the next service.", { ticket }),
  leg_added: ({ ticket }) => t("A service was added for {ticket}.", { ticket }),
  leg_dropped: ({ ticket }) => t("A service was taken off {ticket}.", { ticket }),
  ticket_transferred: ({ ticket }) => t("{ticket} is transferred.", { ticket }),
  ticket_cancelled: ({ ticket }) => t("{ticket} is cancelled.", { ticket }),
  ticket_reinstated: ({ ticket }) => t("{ticket} is back as it was.", { ticket }),
  call_declined: () => t("No call for now."),
  desk_opened: ({ desk }) => t("Desk {desk} is open.", { desk }),
  desk_paused: ({ desk }) => t("Desk {desk} is paused.", { desk }),
  desk_closing: ({ desk }) => t("Desk {desk} closes when those who wait have been served.", { desk }),
  desk_closed: ({ desk }) => t("Desk {desk} is closed.", { desk }),
};

/** What became of the desk that was open here a moment ago, from its row among the desks as they are now. */
export function whatBecame(desk, row) {
  if (!row?.operator) return t("Desk {desk} has been closed.", { desk });
  const values = { desk, name: row.operator_name || t("Somebody else"), ticket: row.ticket };
  return row.ticket
    ? t("{name} has taken over desk {desk}, with the visitor {ticket}.", values)
    : t("{name} has taken over desk {desk}.", values);
}
