/** Booking a time for a service, and what one can do with a booking: on the phone, or at home. */
import { useEffect, useState } from "preact/hooks";
import { LanguageChooser } from "ui/components.js";
import { HallNames } from "ui/hall_names.js";
import { start } from "ui/start.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Booked } from "./booked.js";
import { ChooseTime } from "./choose_time.js";
import { Details } from "./details.js";

const PATH = "/book";

/** The code in the address; empty on the page that books. */
const codeOf = () => decodeURIComponent(location.pathname.slice(PATH.length + 1));

/** The page: a new booking step by step, or the booking of a code. */
function Page({ hall }) {
  const [, again] = useState(0);
  const [code, setCode] = useState(codeOf());
  const names = new HallNames(hall);
  useEffect(() => {
    document.title = code ? t("Your booking") : t("Book a time");
  });
  useEffect(() => {
    const back = () => setCode(codeOf());
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const go = (next) => {
    history.pushState(null, "", next ? `${PATH}/${next}${location.search}` : `${PATH}${location.search}`);
    setCode(next);
    scrollTo(0, 0);
  };
  return html`<header>
      <p>${names.name}</p>
      <${LanguageChooser} spoken=${() => again((n) => n + 1)} />
    </header>
    <main>${code ? html`<${Booked} key=${code} code=${code} names=${names} leave=${() => go("")} />` : html`<${New} names=${names} booked=${go} />`}</main>`;
}

/** A service, a time, and what the hall needs to know. */
function New({ names, booked }) {
  const leaves = bookable(names);
  const [service, setService] = useState(leaves.length === 1 ? leaves[0] : null);
  const [slot, setSlot] = useState(0);
  if (!leaves.length) {
    return html`<h1>${t("Book a time")}</h1><p>${t("No time can be booked in this hall: take a ticket when you come.")}</p>`;
  }
  const back = () => (slot ? setSlot(0) : setService(null));
  return html`<h1>${service ? names.pick(service.names) : t("What do you want to come for?")}</h1>
    ${!service && html`<ul class="services">${leaves.map((each) => html`<li key=${each.id}>
      <button type="button" onClick=${() => setService(each)}>${names.pick(each.names)}</button></li>`)}</ul>`}
    ${service && !slot && html`<${ChooseTime} service=${service.id} timeZone=${names.timeZone} chosen=${setSlot} />`}
    ${service && slot > 0 && html`<${Details} service=${service} slot=${slot} names=${names} booked=${booked} />`}
    ${service && (slot > 0 || leaves.length > 1) && html`<p><button type="button" class="quiet" onClick=${back}>${t("Back")}</button></p>`}`;
}

/** The services that can be booked, in the hall's order. */
function bookable(names) {
  const leaves = (nodes) => nodes.flatMap((node) => (node.queue ? [node] : leaves(node.children)));
  return leaves(names.hall.services).filter((leaf) => leaf.bookable && !names.hall.suspended.includes(leaf.id));
}

await start(Page);
