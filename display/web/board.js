/** The hall's board in a browser: who is called now, large, who was called lately, and what the hall has to say. */
import { useEffect, useState } from "preact/hooks";
import { clockTime, hallNow, setHallTime, useSeconds } from "ui/clock.js";
import { LinkNotice } from "ui/components.js";
import { Link } from "ui/link.js";
import { orderSentence } from "ui/order.js";
import { start } from "ui/start.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { follow, readBoard } from "./board_calls.js";
import { followNotices, readNotices } from "./board_notices.js";
import { Notice, usePages } from "./notice.js";

const POLL_MS = 5000;
const SHOWN_NOW = 5;
const SHOWN_RECENT = 8;
const ROOT_SHOWN = 16;
/** A new call flashes once a second for so long: far fewer than three flashes a second. */
const FLASH_SECONDS = 6;

const zone = new URLSearchParams(location.search).get("zone") || "";

/** The board's page. */
function Page({ hall: known }) {
  const { board, notices, hall, head, isUp } = useBoard(known);
  useSeconds();
  const pages = usePages(notices, hall);
  const isEmergency = pages.some((page) => page.isEmergency);
  useEffect(() => {
    document.title = nameOf(hall.names, hall.languages[0]);
  }, []);
  return html`<header>
      <h1>${nameOf(hall.names, hall.languages[0])}</h1>
      <p class="time"><bdi>${clockTime(hallNow() * 1e6, hall.time_zone)}</bdi></p>
    </header>
    <main>
      <${LinkNotice} isUp=${isUp} sentence=${t("This board has lost the hall and may be old. Please ask a member of staff.")} />
      <${Notice} pages=${pages} />
      ${!isEmergency && html`<${Calls} board=${board} />`}
    </main>
    ${!isEmergency && html`<footer><span>${orderSentence(hall.order)}</span> ${head && html`<${Seal} head=${head} />`}</footer>`}`;
}

/** The small print: how many events the last signed head covers, and how its root begins; paper says the same. */
const Seal = ({ head }) => html`<bdi class="seal" dir="ltr">${head.size} · ${head.root.slice(0, ROOT_SHOWN)}</bdi>`;

const lastHead = (events) => events.filter(({ type }) => type === "head_signed").at(-1);

function Calls({ board }) {
  const { now, recent } = board || { now: [], recent: [] };
  const before = [...now.slice(SHOWN_NOW), ...recent].slice(0, SHOWN_RECENT);
  return html`<section class="now" aria-live="polite" aria-label=${t("Called now")}>
      <div class="heads" aria-hidden="true"><span>${t("Ticket")}</span><span>${t("Desk")}</span></div>
      <ul>${now.slice(0, SHOWN_NOW).map((call) => html`<${Row} key=${call.day + call.ticket} call=${call} />`)}</ul>
      ${board && !now.length && html`<p class="nobody">${t("Nobody is called at the moment")}</p>`}
    </section>
    <section class="recent">
      <h2>${t("Called before")}</h2>
      <ul>${before.map((call) => html`<li key=${call.day + call.ticket}>
        <bdi>${call.ticket}</bdi> <span class="arrow" aria-hidden="true">→</span> <bdi>${call.desk}</bdi>
      </li>`)}</ul>
    </section>`;
}

function Row({ call }) {
  const isNew = hallNow() - call.at / 1e6 < FLASH_SECONDS;
  return html`<li class=${isNew ? "call new" : "call"}>
    <strong><bdi>${call.ticket}</bdi></strong>
    <span class="arrow" aria-hidden="true">→</span>
    <strong><span class="unseen">${t("Desk")} </span><bdi>${call.desk}</bdi></strong>
  </li>`;
}

/** Follow the hall; what the board shows is folded from events, and read as a whole after any break. */
function useBoard(known) {
  const [shown, setShown] = useState({ board: null, notices: null, hall: known, head: null });
  const [isUp, setUp] = useState(true);
  useEffect(() => {
    const take = (snapshot) => {
      setHallTime(snapshot.at);
      setShown({ board: readBoard(snapshot), notices: readNotices(snapshot), hall: snapshot.hall, head: snapshot.head });
    };
    const hear = (events) =>
      setShown(({ board, notices, hall, head }) => ({
        board: follow(board, events),
        notices: followNotices(notices, events),
        hall,
        head: lastHead(events) || head,
      }));
    const query = zone ? `?zone=${encodeURIComponent(zone)}` : "";
    const place = zone ? { zone } : {};
    const about = { auth: { public: true }, place, path: `/api/v1/board${query}`, pollMs: POLL_MS };
    const link = new Link({ snapshot: take, events: hear, link: setUp }, about);
    return () => link.close();
  }, []);
  return { ...shown, isUp };
}

/** Keep the screen on, where the browser can; it lets go when the page is hidden, so ask again. */
async function stayAwake() {
  if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => null);
}

stayAwake();
document.addEventListener("visibilitychange", stayAwake);
await start(Page);
