/** The day's bookings: who comes when, how to reach them, and checking in who stands here without a code. */
import { useEffect, useState } from "preact/hooks";
import { clockTime, hallNow } from "ui/clock.js";
import { NoAnswer, read } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Slip } from "./slip.js";

const AGAIN_MS = 20000;

/** The bookings in the order of their times; a few letters leave those that have them. */
export function Bookings({ round, names }) {
  const [given, setGiven] = useState(null);
  const [sought, seek] = useState("");
  const { bookings, wrong } = useBookings(given);
  if (given) return html`<${Slip} names=${names} given=${given} done=${() => setGiven(null)} />`;
  const wanted = sought.trim().toLocaleLowerCase();
  const shown = (bookings || []).filter((one) => textOf(one, names).includes(wanted));
  return html`<label>${t("Search the bookings")}
      <input type="search" value=${sought} autocomplete="off" onInput=${(event) => seek(event.target.value)} />
    </label>
    ${wrong && html`<p role="alert">${wrong}</p>`}
    ${bookings && !shown.length && html`<p role="status">${t("No booking today.")}</p>`}
    <ul class="bookings">${shown.map((one) => html`<${Row} key=${one.booking} ...${{ one, round, names, given: setGiven }} />`)}</ul>`;
}

const textOf = (one, names) => `${one.booking} ${one.contact} ${names.pick(one.names)} ${one.ticket || ""}`.toLocaleLowerCase();

function Row({ one, round, names, given }) {
  const isLate = hallNow() >= one.kept_until / 1e6;
  const checkIn = (late) => async () => {
    const command = { type: "check_in", booking: one.booking, ...(late && { late }) };
    const events = await round.act(command, t("Done."));
    const issued = events?.find(({ type }) => type === "visit_checked_in" || type === "ticket_issued");
    if (issued) given(issued);
  };
  const button = (label, late) => html`<button type="button" class="next" disabled=${!round.isReady} onClick=${checkIn(late)}>${label}</button>`;
  return html`<li>
    <p><strong><bdi>${clockTime(one.slot, names.timeZone)}</bdi></strong> ${names.pick(one.names)}
      <span class="soft"> · ${t("Booking {number}", { number: one.booking })}</span></p>
    ${one.contact && html`<p><bdi>${one.contact}</bdi></p>`}
    ${one.ticket && html`<p class="soft">${t("Here, with ticket {ticket}", { ticket: one.ticket })}</p>`}
    ${!one.ticket && !isLate && button(t("Check in"))}
    ${!one.ticket && isLate && html`<p class="soft">${t("The place is no longer kept.")}</p><div class="row">
      ${button(t("Ticket now"), "walk_in")} ${button(t("Next free time"), "next_slot")}</div>`}
  </li>`;
}

/** Ask for the bookings now and again, and after each check-in. */
function useBookings(given) {
  const [told, setTold] = useState({ bookings: null, wrong: "" });
  useEffect(() => {
    const ask = () =>
      read("/api/v1/bookings").then(
        (bookings) => setTold({ bookings, wrong: "" }),
        (problem) => setTold((before) => ({ ...before, wrong: problem instanceof NoAnswer ? t("The server did not answer. Try again.") : problem.detail })),
      );
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => clearInterval(timer);
  }, [given]);
  return told;
}
