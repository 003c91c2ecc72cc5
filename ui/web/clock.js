/** Hall time in the browser: the server's clock at the last answer, and this machine's time since. */
import { useEffect, useState } from "preact/hooks";
import { language } from "ui/texts.js";

/** A hall that stands still for a moment is waited for; one that is further back is another history. */
const STANDS_SECONDS = 120;

let atServer = 0;
let atHere = 0;
let shown = 0;

/** Take the hall's time, integer microseconds, from a snapshot. */
export function setHallTime(at) {
  atServer = at / 1e6;
  atHere = performance.now() / 1e3;
  if (shown - atServer > STANDS_SECONDS) shown = 0;
}

/** Take the hall's time from what just happened there; it may pass faster than this machine's. */
export function heardHallTime(at) {
  if (at / 1e6 > counted()) setHallTime(at);
}

const counted = () => atServer + performance.now() / 1e3 - atHere;

/** The hall's time in seconds; it does not fall, so that what was counted is not counted back. */
export function hallNow() {
  if (!atServer) return Date.now() / 1e3;
  shown = Math.max(shown, counted());
  return shown;
}

/** Seconds since a time of the hall (microseconds), never negative. */
export const since = (at) => Math.max(0, Math.floor(hallNow() - at / 1e6));

/** Draw a component again each second while `isRunning`. */
export function useSeconds(isRunning = true) {
  const [, again] = useState(0);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => again((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
}

/** `m:ss`, the same digits in every language, as on the slips and the boards. */
export function minutesAndSeconds(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** A time of the hall as people read it, in the hall's time zone. */
export function clockTime(at, timeZone) {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn", timeZone };
  return new Intl.DateTimeFormat(language(), form).format(at / 1000);
}

/** A business day such as `2026-11-29` as people read it. */
export function calendarDay(day) {
  const form = { day: "numeric", month: "long", year: "numeric", numberingSystem: "latn", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language(), form).format(new Date(`${day}T12:00Z`));
}

/** A day and a time of the hall, where the day may be another than the one spoken of. */
export function momentOf(at, timeZone) {
  const form = { day: "numeric", month: "long", numberingSystem: "latn", timeZone };
  return `${new Intl.DateTimeFormat(language(), form).format(at / 1000)}, ${clockTime(at, timeZone)}`;
}
