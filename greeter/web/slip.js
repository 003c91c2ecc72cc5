/** A slip on the screen and on this browser's printer, in the visitor's own language. */
import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { nameOf, saidIn, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { expectedWait, peopleAhead } from "ui/waits.js";

/** The ticket that was given, or its new slip; `done` lays it aside. */
export function Slip({ names, given, isNew = false, done }) {
  const words = useWords(names, given);
  const place = useRef(null);
  useEffect(() => {
    place.current.scrollIntoView({ block: "nearest" });
    place.current.focus({ preventScroll: true });
  }, []);
  return html`<section class="given" ref=${place} tabindex="-1" aria-label=${t("Slip")}>
    ${isNew && html`<p class="told">${t("The old slip and its page are void. Please give the visitor this one.")}</p>`}
    ${given.print_at && html`<p class="told">${t("The slip comes out at the kiosk.")}</p>`}
    ${words && html`<${Paper} ...${{ names, given, words }} />`}
    <div class="row">
      <button type="button" class="next" onClick=${() => print()}>${t("Print from here")}</button>
      <button type="button" class="main" onClick=${done}>${isNew ? t("Back to the ticket") : t("Next visitor")}</button>
    </div>
  </section>`;
}

function Paper({ names, given, words }) {
  const hasPage = names.hall.public_url && given.token;
  return html`<div class="slip" lang=${words.language} dir="auto">
    <p>${words.hall}</p>
    <p class="number"><bdi>${given.ticket}</bdi></p>
    <p class="service">${words.service}</p>
    ${words.lines.map((line) => html`<p key=${line}>${line}</p>`)}
    ${hasPage && html`<img src=${`/visit/${encodeURIComponent(given.token)}/code.svg`} alt=${words.code} /><p>${words.code}</p>`}
    ${words.footer && html`<p>${words.footer}</p>`}
  </div>`;
}

/** What the slip says, in the ticket's language; as long as that is not read, in none. */
function useWords(names, given) {
  const [words, setWords] = useState(null);
  useEffect(() => {
    const say = () => wordsOf(names, given);
    saidIn(given.language, say).then(setWords, () => setWords(say()));
  }, [given.token]);
  return words;
}

function wordsOf(names, given) {
  const { expected_wait_seconds: expected, ahead } = given;
  const held = given.not_before && t("You will be called from {time}", { time: clockTime(given.not_before, names.timeZone) });
  const waiting = expected ? [peopleAhead(ahead), expectedWait(expected)] : [];
  const taken = t("Ticket taken at {time}", { time: clockTime(given.at, names.timeZone) });
  return {
    language: given.language,
    hall: names.name,
    service: serviceName(names, given.service),
    lines: [...following(names, given), ...(held ? [held] : waiting), taken],
    code: t("Your turn on your phone"),
    footer: nameOf(names.hall.slip.footer, names.main),
  };
}

/** Which services follow on the ticket: of a new one its route, of one that is under way what is still planned. */
function following(names, { route, planned = [] }) {
  const services = (route || planned.map(({ service }) => service)).map((id) => serviceName(names, id));
  return services.length ? [t("Then: {services}", { services: services.join(", ") })] : [];
}

function serviceName(names, id) {
  for (const { services } of names.groups) {
    const found = services.find((service) => service.id === id);
    if (found) return found.name;
  }
  return id;
}
