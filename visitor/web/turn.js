/** The turn of a visit in words: what to do now, and for how long to wait. */
import { clockTime } from "ui/clock.js";
import { orderSentence } from "ui/order.js";
import { nameOf, t, tn } from "ui/texts.js";
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

function Waiting({ visit, hall }) {
  if (visit.not_before && visit.slot) {
    const time = clockTime(visit.not_before, hall.time_zone);
    return html`<h1>${t("You will be called from {time}", { time })}</h1>
      <p>${t("You booked {time}. Until then others are called; nothing is lost.", { time: clockTime(visit.slot, hall.time_zone) })}</p>`;
  }
  return html`<h1>${peopleAhead(visit.place)}</h1>
    ${!visit.pause && html`<p class="range">${expectedWait(visit.expected_wait_seconds)}</p>`}
    <${Others} grounds=${visit.went_first || {}} order=${hall.order} />
    <p class="soft">
      ${t("Keep this page open: it tells you when it is your turn. The boards and the voice in the hall do so too.")}
    </p>`;
}

/** Why others who came later were called before; nobody is named. */
function Others({ grounds, order }) {
  const { jump = 0, return: back = 0, further = 0, booked = 0, class: precedence = 0, ratio = 0, other = 0 } = grounds;
  const sentences = [
    precedence && tn("{n} visitor has precedence by law.", "{n} visitors have precedence by law.", precedence),
    ratio && tn("{n} visitor was the next by the hall's ratio.", "{n} visitors were the next by the hall's ratio.", ratio),
    booked && tn("{n} visitor had booked this time.", "{n} visitors had booked this time.", booked),
    further && tn("{n} visitor came from another service of the same visit.", "{n} visitors came from another service of the same visit.", further),
    back && tn("{n} visitor had been called already and came back.", "{n} visitors had been called already and came back.", back),
    other && tn("{n} visitor was the right one for that desk, or your turn was held.", "{n} visitors were the right ones for that desk, or your turn was held.", other),
    jump && tn("{n} visitor was called out of turn by the hall, with a reason.", "{n} visitors were called out of turn by the hall, with a reason.", jump),
  ].filter(Boolean);
  if (!sentences.length) return null;
  return html`<details class="others">
    <summary>${t("Why others went first")}</summary>
    <ul>${sentences.map((sentence) => html`<li key=${sentence}>${sentence}</li>`)}</ul>
    <p>${orderSentence(order)} <a href="/ledger">${t("Whatever moved the order stands in the ledger.")}</a></p>
  </details>`;
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
