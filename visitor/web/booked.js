/** A booking in its holder's hands: when, the code for the kiosk, another time, or giving it back. */
import { useEffect, useState } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { Question, Refusal } from "ui/components.js";
import { newId } from "ui/link.js";
import { NoAnswer, read, tell } from "ui/read.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { ChooseTime, sentenceOf, slotName } from "./choose_time.js";

const ASK_AGAIN_MS = 15000;

/** Follow the booking of a code. */
export function Booked({ code, names, leave }) {
  const path = `/api/v1/bookings/${encodeURIComponent(code)}`;
  const { booking, gone, setBooking } = useBooking(path);
  const [asked, setAsked] = useState("");
  const [wrong, setWrong] = useState("");
  const done = async (method, body) => {
    try {
      const told = await tell(method, path, { id: newId(), ...body });
      setAsked("");
      setWrong("");
      if (method === "DELETE") leave();
      else setBooking({ ...booking, ...told });
    } catch (problem) {
      setAsked("");
      setWrong(sentenceOf(problem));
    }
  };
  if (gone) return html`<h1>${t("Your booking")}</h1><p role="status">${gone}</p><p><button type="button" class="main" onClick=${leave}>${t("Book a time")}</button></p>`;
  if (!booking) return html`<p class="soft" role="status">${t("Asking the hall…")}</p>`;
  if (asked === "move") {
    return html`<h1>${t("Choose another time")}</h1><${ChooseTime} service=${booking.service} timeZone=${names.timeZone} chosen=${(slot) => done("PUT", { slot })} />
      <p><button type="button" class="quiet" onClick=${() => setAsked("")}>${t("Back")}</button></p>`;
  }
  return html`<${Card} booking=${booking} names=${names} path=${path} />
    <${Refusal} sentence=${wrong} />
    ${!booking.ticket && html`<div class="ways">
      <a class="button" href=${`${path}/calendar`} download="booking.ics">${t("Put it into my calendar")}</a>
      <button type="button" onClick=${() => setAsked("move")}>${t("Choose another time")}</button>
      <button type="button" onClick=${() => setAsked("cancel")}>${t("I do not need it any more")}</button>
    </div>`}
    ${asked === "cancel" && html`<${Question} title=${t("Give this time back?")} close=${() => setAsked("")}>
      <p>${t("Somebody else can have it then. You can book again at any time.")}</p>
      <button type="button" class="main" onClick=${() => done("DELETE")}>${t("Yes, give it back")}</button>
    </${Question}>`}`;
}

/** What the visitor has to know, the time first. */
function Card({ booking, names, path }) {
  const at = (time) => clockTime(time, names.timeZone);
  if (booking.ticket) {
    return html`<article><h1>${t("You are here")}</h1><p>${t("Your number")}</p><p class="number"><bdi>${booking.ticket}</bdi></p></article>`;
  }
  return html`<article>
    <h1>${t("Your booking")}</h1>
    <p class="when">${slotName(booking.slot, names.timeZone)}</p>
    <p class="service">${names.pick(booking.names)}</p>
    <p>${t("Enter this code at a kiosk of the hall, or hold it before the scanner:")}</p>
    <p class="code"><bdi dir="ltr">${booking.code.replace(/(\d{4})(?=\d)/g, "$1 ")}</bdi></p>
    <img src=${`${path}/picture`} alt="" width="176" height="176" />
    <p>${t("You may come earlier; you will be called from {time}. Your place is kept until {until}.", { time: at(booking.called_from), until: at(booking.kept_until) })}</p>
    ${booking.documents.length > 0 && html`<h2>${t("Please bring")}</h2><ul>${booking.documents.map((id) => html`<li key=${id}>${documentOf(names, id)}</li>`)}</ul>`}
    <p class="soft">${t("Keep the address of this page, or the code: whoever has it can change the booking.")}</p>
  </article>`;
}

const documentOf = (names, id) => {
  const found = names.hall.documents.find((each) => each.id === id);
  return found ? nameOf(found.names, names.main) : id;
};

/** Ask for the booking now and again: a check-in at the kiosk is shown. */
function useBooking(path) {
  const [booking, setBooking] = useState(null);
  const [gone, setGone] = useState("");
  useEffect(() => {
    const ask = () =>
      read(path).then(setBooking, (problem) => !(problem instanceof NoAnswer) && setGone(problem.detail));
    ask();
    const timer = setInterval(ask, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [path]);
  return { booking, gone, setBooking };
}
