/** A booking at the kiosk: its code typed or scanned, a choice for who comes late, a time where there is no ticket. */
import { useEffect, useState } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { sentences } from "./answers.js";
import { find } from "./offer.js";

const CODE = /(?:^|\/book\/)([0-9]{12,20})$/i;
const FEWEST = { code: 12, document: 4 };
const MOST = 20;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "⌫", "0", "✓"];
/** So long a line of a scanner may take from one letter to the next. */
const PAUSE_MS = 200;

const grouped = (digits) => digits.replace(/(\d{4})(?=\d)/g, "$1 ");

/** The code in a line that was typed or scanned; empty when there is none. */
const codeOf = (line) => CODE.exec(line.replaceAll(/\s/g, ""))?.[1] || "";

/** Hear a scanner that passes for a keyboard; `scanned` is called with the code of a booking. */
export function useScanner(scanned) {
  useEffect(() => {
    let line = "";
    let at = 0;
    const hear = (event) => {
      if (event.timeStamp - at > PAUSE_MS) line = "";
      at = event.timeStamp;
      if (event.key.length === 1) line += event.key;
      const code = event.key === "Enter" ? codeOf(line) : "";
      if (!code) return;
      event.preventDefault(); // no button is meant that happens to have the focus
      line = "";
      scanned(code);
    };
    addEventListener("keydown", hear, { capture: true });
    return () => removeEventListener("keydown", hear, { capture: true });
  });
}

/** Ask for digits: the code of a booking, or the number of a document where something may be had once a day. */
export function Digits({ screen, ask }) {
  const [digits, setDigits] = useState("");
  const isCode = screen.name === "code";
  const enter = () => ask(isCode ? { type: "check_in", code: digits } : { ...screen.wish, person: digits });
  const press = (key) => {
    if (key === "⌫") setDigits(digits.slice(0, -1));
    else if (key === "✓") digits.length >= FEWEST[screen.name] && enter();
    else if (digits.length < MOST) setDigits(digits + key);
  };
  const hint = isCode
    ? t("Or hold its picture before the scanner, if there is one here.")
    : t("It is not kept: the hall only sees whether it was used today.");
  const labels = { "⌫": t("Erase"), "✓": t("Enter") };
  return html`<h1 tabindex="-1">${isCode ? t("Enter the code of your booking") : t("Enter the number of your document")}</h1>
    <output class="digits" aria-live="polite">${digits ? html`<bdi dir="ltr">${grouped(digits)}</bdi>` : html`<span class="hint">${hint}</span>`}</output>
    <div class="keypad" dir="ltr">${KEYS.map((key) => html`<button type="button" key=${key} class=${key === "✓" ? "main" : ""}
      aria-label=${labels[key]} onClick=${() => press(key)}>${key === "✓" ? t("Enter") : key}</button>`)}</div>`;
}

/** The place is no longer kept: a ticket as everybody's, or the next free time. */
export function Late({ facts, screen, ask, start }) {
  const { told, wish } = screen;
  const time = clockTime(told.slot, facts.time_zone);
  return html`<h1 tabindex="-1">${t("Your time was {time}: the place is no longer kept.", { time })}</h1>
    <button type="button" class="main take" onClick=${() => ask({ ...wish, late: "walk_in" })}>${t("Take a ticket now")}</button>
    ${told.next && html`<button type="button" class="main take" onClick=${() => ask({ ...wish, late: "next_slot" })}>${t("Come at {time}", { time: moment(told.next, told.slot, facts.time_zone) })}</button>`}
    <button type="button" onClick=${start}>${t("Start over")}</button>`;
}

/** No ticket just now: why not, and the next free time, booked by one touch. */
export function Offer({ facts, screen, ask, start }) {
  const { told, wish } = screen;
  const { service, person } = wish;
  const book = () => ask({ type: "book", service, why: told.code, slot: told.next, class: wish.class || "none", ...(person && { person }) });
  return html`<h1 tabindex="-1">${sentences(told.code)[0]}</h1>
    ${told.next
      ? html`<button type="button" class="main take" onClick=${book}>${t("Book {time}", { time: moment(told.next, told.slot, facts.time_zone) })}</button>`
      : html`<p class="advice">${sentences(told.code)[1]}</p>`}
    <button type="button" onClick=${start}>${t("Start over")}</button>`;
}

/** A booking made or moved here. */
export function Booked({ facts, screen, start }) {
  const { booked, code } = screen;
  return html`<div class="ticket" role="status">
      <h1 tabindex="-1"><span class="soft">${t("Your booking")}</span> <bdi class="number time">${moment(booked.slot, 0, facts.time_zone)}</bdi></h1>
      <p><strong>${nameOf(find(facts, booked.service)?.names, facts.languages[0])}</strong></p>
      <p>${t("Code: {code}", { code: grouped(code) })}</p>
    </div>
    <figure><img src=${`/api/v1/bookings/${code}/picture`} alt="" /></figure>
    <p class="told">${t("Please note the code: you will need it when you come.")}</p>
    <button type="button" class="main" onClick=${start}>${t("Done")}</button>`;
}

/** A time, with its day unless `beside` is a time of the same one. */
function moment(at, beside, timeZone) {
  const day = (time) => new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeZone }).format(time / 1000).replaceAll("/", ".");
  const time = clockTime(at, timeZone);
  return day(at) === day(beside) ? time : `${day(at)}  ${time}`;
}
