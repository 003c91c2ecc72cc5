/** What the hall offers at a kiosk, from its snapshot. Pure; kiosk/hall.py says the same of the same facts. */
import { t } from "ui/texts.js";

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Every service of the tree, each with its place among its siblings. */
function* ranked(services) {
  for (const [rank, service] of services.entries()) {
    yield { rank, service };
    yield* ranked(service.children);
  }
}

/** A service by its id. */
export const find = (hall, id) => [...ranked(hall.services)].find(({ service }) => service.id === id)?.service;

/** The service above, or nothing at the root. */
export const parentOf = (hall, id) =>
  [...ranked(hall.services)].find(({ service }) => service.children.some((child) => child.id === id))?.service.id;

/** What a ticket can be had for: the first of each branch, then the second, and so on. */
export const popular = (hall) =>
  [...ranked(hall.services)]
    .filter(({ service }) => service.queue)
    .sort((one, other) => one.rank - other.rank)
    .map(({ service }) => service);

/** The classes a visitor may claim here; where evidence comes first, a greeter gives them. */
export const claimable = (hall) =>
  hall.classes.filter(({ id, evidence }) => !["none", "booked"].includes(id) && evidence !== "before");

/** The zones where a queue is served. */
export function zonesOf(hall, queue) {
  const zones = new Set(hall.desks.filter((desk) => desk.queues.includes(queue)).map((desk) => desk.zone));
  return hall.zones.filter((zone) => zones.has(zone.id));
}

/** Why no ticket can be had for a service now: `suspended`, `closing`, or nothing. */
export function whyNot(view, service) {
  if (view.closing_queues.includes(service.queue)) return "closing";
  return view.suspended.includes(service.id) ? "suspended" : "";
}

/** Whether no open desk serves it now. */
export const hasNoDesk = (view, service) => view.without_desk.includes(service.queue);

/** Why nothing at all is given now: `closed`, `paused`, `closing`, `stopped`, or nothing. */
export function halt(view) {
  if (!view.is_open) return "closed";
  if (view.pause) return "paused";
  if (view.closing) return "closing";
  return view.issuing_stopped ? "stopped" : "";
}

/** The names of a reason of the hall. */
export const reasonNames = (hall, id) => hall.reasons.find((reason) => reason.id === id)?.names;

/** When the hall opens next by its hours, `[day of the week from 0 for Monday, "HH:MM"]`; null when no hours say so. */
export function nextOpening({ next_opening: at, time_zone: timeZone }) {
  if (!at) return null;
  const form = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  const parts = new Intl.DateTimeFormat("en-GB", form).formatToParts(at / 1000);
  const part = (type) => parts.find((each) => each.type === type).value;
  return [WEEK.indexOf(part("weekday").toLowerCase()), `${part("hour")}:${part("minute")}`];
}

/** When the hall opens, in a whole sentence: in many languages the day's name changes its form in it. */
export function opensSentence([day, time]) {
  return [
    t("It opens on Monday at {time}.", { time }),
    t("It opens on Tuesday at {time}.", { time }),
    t("It opens on Wednesday at {time}.", { time }),
    t("It opens on Thursday at {time}.", { time }),
    t("It opens on Friday at {time}.", { time }),
    t("It opens on Saturday at {time}.", { time }),
    t("It opens on Sunday at {time}.", { time }),
  ][day];
}
