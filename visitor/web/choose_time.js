/** The days on which a service can be booked, and the free times of one. */
import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { Refusal } from "ui/components.js";
import { NoAnswer, read } from "ui/read.js";
import { language, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";

const NOON_HOUR = 12;

/** Choose a time of a service; `chosen` is called with it. */
export function ChooseTime({ service, timeZone, chosen }) {
  const [day, setDay] = useState("");
  const { told, wrong } = useFree(service, day);
  const times = useRef(null);
  // The days fill a phone: who chose one is led to its times.
  useEffect(() => {
    if (day && told?.day === day) times.current?.scrollIntoView({ block: "start" });
  }, [day, told?.day]);
  if (!told) return html`<${Refusal} sentence=${wrong} />${!wrong && html`<p class="soft" role="status">${t("Asking the hall…")}</p>`}`;
  const when = ({ slot }) => (dateOf(slot, timeZone) > told.day ? 2 : hourOf(slot, timeZone) < NOON_HOUR ? 0 : 1);
  const parts = [t("Before noon"), t("After noon"), t("After midnight")];
  return html`<${Refusal} sentence=${wrong} />
    <h2>${t("Choose a day")}</h2>
    <ul class="days">${told.days.map((each) => html`<li key=${each.day}>
      <button type="button" disabled=${!each.free} aria-pressed=${each.day === told.day} onClick=${() => setDay(each.day)}>
        <span>${dayName(each.day)}</span>
        <span class="free">${each.free ? tn("{n} free", "{n} free", each.free) : t("full")}</span>
      </button></li>`)}</ul>
    <div ref=${times}>${!told.slots.length && html`<p role="status">${t("No time is free on this day.")}</p>`}
    ${parts.map((part, index) => {
      const slots = told.slots.filter((slot) => when(slot) === index);
      return slots.length > 0 && html`<section key=${part}>
        <h2>${part}</h2>
        <ul class="times">${slots.map(({ slot }) => html`<li key=${slot}>
          <button type="button" onClick=${() => chosen(slot)}><bdi>${clockTime(slot, timeZone)}</bdi></button></li>`)}</ul>
      </section>`;
    })}</div>`;
}

/** Ask for the free times of a day, or of the first that has any. */
function useFree(service, day) {
  const [told, setTold] = useState(null);
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    let isWanted = true;
    const query = new URLSearchParams({ service, ...(day && { day }) });
    read(`/api/v1/slots?${query}`).then(
      (free) => isWanted && (setTold(free), setWrong("")),
      (problem) => isWanted && setWrong(sentenceOf(problem)),
    );
    return () => {
      isWanted = false;
    };
  }, [service, day]);
  return { told, wrong };
}

/** What went wrong, in a sentence. */
export const sentenceOf = (problem) =>
  problem instanceof NoAnswer ? t("The server did not answer. Try again.") : problem.detail;

const hourOf = (slot, timeZone) =>
  Number(new Intl.DateTimeFormat("en", { hour: "2-digit", hourCycle: "h23", timeZone }).format(slot / 1000));

/** The date of a slot in the hall: the night after a business day is the next one. */
const dateOf = (slot, timeZone) => new Intl.DateTimeFormat("sv", { timeZone }).format(slot / 1000);

/** A day such as 2026-11-28 as people say it. */
function dayName(day) {
  const form = { weekday: "short", day: "numeric", month: "short", numberingSystem: "latn", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language(), form).format(new Date(`${day}T12:00:00Z`));
}

/** A slot's day and time as people say it. */
export function slotName(slot, timeZone) {
  const form = { weekday: "long", day: "numeric", month: "long", numberingSystem: "latn", timeZone };
  return `${new Intl.DateTimeFormat(language(), form).format(slot / 1000)}, ${clockTime(slot, timeZone)}`;
}
