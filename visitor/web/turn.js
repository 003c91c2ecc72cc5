/** The turn of a visit in words: what to do now, and for how long to wait. */
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { expectedWait, peopleAhead } from "ui/waits.js";

/** The desk to go to now, if there is one. */
export const where = (visit) => (visit.state === "called" ? visit.desk : "");

/** What the visitor should know now; a call is said at once by a screen reader, the rest when it has time. */
export function Turn({ visit, hall }) {
  const desk = where(visit);
  return html`<div role="alert">
      ${desk && html`<${Go} desk=${desk} />`}
    </div>
    <div aria-live="polite">${!desk && html`<${visit.state === "waiting" ? Waiting : Told} visit=${visit} hall=${hall} />`}</div>`;
}

const Go = ({ desk }) => html`<h1 class="go">
  <span>${t("It is your turn. Please go to")}</span>
  <strong>${t("Desk {desk}", { desk })}</strong>
</h1>`;

function Waiting({ visit }) {
  return html`<h1>${peopleAhead(visit.place)}</h1>
    ${!visit.pause && html`<p class="range">${expectedWait(visit.expected_wait_seconds)}</p>`}
    <p class="soft">
      ${t("Keep this page open: it tells you when it is your turn. The boards and the voice in the hall do so too.")}
    </p>`;
}

function Told({ visit, hall }) {
  const [first, second] = sentences(visit);
  const reason = visit.state === "cancelled" && hall.reasons.find(({ id }) => id === visit.reason);
  return html`<h1>${first}</h1>
    ${reason && html`<p class="reason">${t("Reason: {reason}", { reason: nameOf(reason.names, hall.languages[0]) })}</p>`}
    ${second && html`<p>${second}</p>`}`;
}

/** What each other state means to the visitor, and what to do. */
function sentences({ state, desk }) {
  const ask = t("If you still need the service, please ask a member of staff.");
  const said = {
    serving: [t("You are being served at desk {desk}", { desk })],
    parked: [
      t("You are awaited at desk {desk}", { desk }),
      t("Please come back to this desk when you have what is needed. You keep your place."),
    ],
    completed: [t("Your service has ended"), t("Thank you for your visit.")],
    no_show: [
      t("You were called and did not come"),
      t("Please ask a member of staff: for a while your number can be called again."),
    ],
    cancelled: [t("This ticket was cancelled"), ask],
    abandoned: [
      t("You left the queue"),
      t("Thank you for telling us. If you come back, please take a new ticket."),
    ],
    expired: [
      t("The hall has closed for today"),
      t("We are sorry that your turn did not come. Please come again during opening hours."),
    ],
  };
  return said[state] || [t("Please watch the boards"), ""];
}
