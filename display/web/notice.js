/** The notices on the board: one at a time, in each of the hall's languages in turn. */
import { useEffect, useState } from "preact/hooks";
import { hallNow } from "ui/clock.js";
import { language, offeredLanguages, saidIn } from "ui/texts.js";
import { html } from "ui/view.js";
import { pagesOf, standingAt } from "./board_notices.js";

const PAGE_SECONDS = 8;

/** The pages of what stands now, each notice in the page's own language first. */
export function usePages(notices, hall) {
  const [pages, setPages] = useState([]);
  const standing = notices && standingAt(notices, hallNow());
  useEffect(() => {
    if (standing) say(standing, hall).then(setPages, () => null);
  }, [JSON.stringify(standing), hall]);
  return pages;
}

async function say(notices, hall) {
  const codes = new Set([language(), ...hall.languages.filter((code) => offeredLanguages().includes(code))]);
  const said = await Promise.all([...codes].map((code) => saidIn(code, () => pagesOf(notices, hall))));
  return said.flat();
}

/** The page whose turn it is; a screen reader is told all of them at once, and only when they change. */
export function Notice({ pages }) {
  if (!pages.length) return html`<div role="status" class="notice-place"></div>`;
  const shown = pages[Math.floor(hallNow() / PAGE_SECONDS) % pages.length];
  const kind = `${shown.isWarning ? "warning" : ""} ${shown.isEmergency ? "emergency" : ""}`;
  const own = pages.filter((page) => page.language === language());
  return html`<div class="notice-place">
    <div role="status" class="unseen">${own.map(({ text }) => html`<p>${text}</p>`)}</div>
    <p class="notice ${kind}" aria-hidden="true" lang=${shown.language} dir="auto">
      ${shown.isWarning && html`<span class="sign">!</span>`}<span>${shown.text}</span>
    </p>
  </div>`;
}
