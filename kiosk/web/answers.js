/** How a visit to the kiosk ends: thanks, with the number and what a slip would say, or sorry, and what to do. */
import { useRef } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { nameOf, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { find, zonesOf } from "./offer.js";

/** A finger that trembles must not send the number away. */
const SETTLE_MS = 1000;

/** What is the matter, and what to do, by the code of the hall's refusal. */
export function sentences(why) {
  const another = t("Please choose another service, or ask at the information desk.");
  const again = t("Please choose your service again.");
  const later = t("Please try again in a minute.");
  const notNow = [t("No tickets are given just now."), t("Please ask at the information desk.")];
  const told = {
    no_link: [t("This kiosk cannot give tickets just now."), t("Please use another kiosk, or ask at the information desk.")],
    no_answer: [t("No answer came in time."), t("Please try again in a minute, or ask at the information desk.")],
    service_suspended: [t("No tickets are given for this service just now."), another],
    queue_closing: [t("No more tickets are given for this service today."), another],
    hall_closed: [t("The hall is closed."), t("Please come back in its opening hours.")],
    hall_paused: notNow,
    issuing_stopped: notNow,
    too_many_issues: [t("Very many tickets were taken here just now."), later],
    too_many_commands: [t("Very many tickets were taken here just now."), later],
    too_many_tries: [t("Too many wrong codes were typed here just now."), t("Please ask at the information desk.")],
    unknown_service: [t("The hall's services have just changed."), again],
    unknown_class: [t("The hall's services have just changed."), again],
    too_many: [t("The hall's services have just changed."), again],
    booked_only: [t("At this hour this service is for visitors with a booking."), t("Please book a time, or ask at the information desk.")],
    too_late_today: [t("Your turn would not come before the hall closes today."), t("Please come on another day, or ask at the information desk.")],
    unknown_booking: [t("There is no booking with this code."), t("Please check the digits, or ask at the information desk.")],
    booking_used: [t("This booking is checked in already."), t("Please look at your slip.")],
    booking_another_day: [t("This booking is for another time."), t("Please come then, or change the booking.")],
    booking_early: [t("This booking is for another time."), t("Please come then, or change the booking.")],
    slot_full: [t("No time is free any more."), t("Please ask at the information desk.")],
    person_limit: [t("You have booked this service as often as the hall allows."), t("Please cancel one of your bookings, or come again tomorrow.")],
    class_used: [t("The right to go first was used today for this service."), t("Please take a ticket without it, or come another day.")],
  };
  return told[why] || [t("No ticket could be given."), t("Please ask at the information desk.")];
}

/** The two sentences of a refusal over one button. */
export function Sorry({ screen, start }) {
  const [first, second] = sentences(screen.why);
  return html`<h1 tabindex="-1">${first}</h1><p class="advice">${second}</p>
    <button type="button" class="main" onClick=${start}>${t("Start over")}</button>`;
}

/** The number, very large, and all that would stand on a slip: this kiosk has no printer. */
export function Thanks({ facts, screen, start }) {
  const { issued } = screen;
  const shownAt = useRef(performance.now());
  const done = () => performance.now() - shownAt.current >= SETTLE_MS && start();
  const main = facts.languages[0];
  const zones = zonesOf(facts, issued.queue).map((zone) => nameOf(zone.names, main)).filter(Boolean);
  const footer = nameOf(facts.slip.footer, main);
  const address = facts.public_url && issued.token && `/visit/${issued.token}/code.svg`;
  return html`<div class="ticket" role="status">
      <h1 tabindex="-1"><span class="soft">${t("Your number")}</span> <bdi class="number">${issued.ticket}</bdi></h1>
      <p><strong>${nameOf(find(facts, issued.service)?.names, main)}</strong></p>
      ${issued.route && html`<p>${t("Then: {services}", { services: issued.route.map((each) => nameOf(find(facts, each)?.names, main)).join(", ") })}</p>`}
      ${issued.not_before
        ? html`<p>${t("You will be called from {time}", { time: clockTime(issued.not_before, facts.time_zone) })}</p>`
        : html`<p>${ahead(issued.ahead)}</p><p>${expected(issued.expected_wait_seconds)}</p>`}
      ${zones.length > 0 && html`<p>${t("Please wait here: {zone}", { zone: zones.join(", ") })}</p>`}
      <p class="soft"><bdi>${issued.day.split("-").reverse().join(".")}</bdi> <bdi>${clockTime(issued.at, facts.time_zone)}</bdi></p>
      ${footer && html`<p class="soft">${footer}</p>`}
    </div>
    ${address && html`<figure><img src=${address} alt="" /><figcaption>${t("Follow your place on your phone")}</figcaption></figure>`}
    <p class="told">${t("Please note your number.")}</p>
    <button type="button" class="main" onClick=${done}>${t("Done")}</button>`;
}

const ahead = (n) => (n ? tn("{n} person ahead of you", "{n} people ahead of you", n) : t("Nobody is ahead of you"));

/** The range in whole minutes, outwards, as on a slip. */
function expected(seconds) {
  const low = Math.floor(seconds[0] / 60);
  const high = Math.max(1, Math.ceil(seconds.at(-1) / 60));
  return low === high ? t("Expected wait: {minutes} min", { minutes: high }) : t("Expected wait: {low}–{high} min", { low, high });
}
