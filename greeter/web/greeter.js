/** The greeter's page: who is here, the calls for help, and then finding tickets or giving them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { LanguageChooser, LinkNotice, Refusal, Said } from "ui/components.js";
import { HallNames } from "ui/hall_names.js";
import { LogIn, whoIsHere } from "ui/login.js";
import { pauseSentence } from "ui/pauses.js";
import { read } from "ui/read.js";
import { start } from "ui/start.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Bookings } from "./bookings.js";
import { Find } from "./find.js";
import { Give } from "./give.js";
import { HelpCalls, helpSentence } from "./help_calls.js";
import { Round } from "./round.js";

/** Who may walk the floor; the server's own table decides (server/domain/rights.py). */
const FLOOR = ["greeter", "lead", "manager", "admin"];

const SIDES = {
  find: { name: () => t("Find a ticket"), Body: Find },
  give: { name: () => t("Give a ticket"), Body: Give },
  bookings: { name: () => t("Bookings"), Body: Bookings },
};

/** The page: log in, and help. */
function Page({ hall, known }) {
  const [greeter, setGreeter] = useState(known);
  const [, again] = useState(0);
  const draw = () => again((n) => n + 1);
  const isWelcome = greeter && FLOOR.includes(greeter.role);
  const round = useRound(isWelcome ? greeter : null, draw, () => setGreeter(null));
  const names = new HallNames(round?.now?.hall || hall);
  const leave = async () => {
    await read("/api/v1/session", { method: "DELETE" }).catch(() => null);
    setGreeter(null);
  };
  useTitle(round, names);
  return html`
    <header class="top">
      <p class="place"><strong>${names.name}</strong> ${greeter && html`<span class="who">${greeter.name}</span>`}</p>
      <${LanguageChooser} spoken=${draw} />
      ${greeter && html`<button type="button" class="quiet small" onClick=${leave}>${t("Log out")}</button>`}
    </header>
    ${!greeter && html`<main><${LogIn} names=${names} title=${t("Log in to help visitors")} entered=${setGreeter} /></main>`}
    ${greeter && !isWelcome && html`<main><h1>${t("This page is for greeters")}</h1><p><a href="/desk">${t("To your desk")}</a></p></main>`}
    ${isWelcome && round && html`<${Work} round=${round} names=${names} />`}
  `;
}

function Work({ round, names }) {
  const side = useSide();
  const { name, Body } = SIDES[side];
  useScanner();
  return html`<main>
      <${LinkNotice} isUp=${round.isUp} sentence=${t("No link to the hall: what stands here may be old, and nothing can be done from here. Trying again…")} />
      <div role="status">${round.now?.pause && html`<p class="pause">${pauseSentence(round.now.pause)}</p>`}</div>
      <${HelpCalls} round=${round} names=${names} />
      <${Refusal} sentence=${round.refusal} dismiss=${round.forgive} />
      <h1>${name()}</h1>
      ${round.now ? html`<${Body} key=${side} round=${round} names=${names} />` : html`<p class="waiting-for-hall" role="status">${t("Asking the hall…")}</p>`}
      <${Said} sentence=${round.said} />
    </main>
    <nav class="sides" aria-label=${t("What to do")}>
      ${Object.keys(SIDES).filter((id) => id !== "bookings" || names.hall.order.has_bookings).map((id) => html`<a key=${id} href=${`#${id}`} aria-current=${id === side ? "page" : undefined}>${SIDES[id].name()}</a>`)}
    </nav>`;
}

/** The side that the address names, else finding. */
function useSide() {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const hear = () => setHash(location.hash.slice(1));
    addEventListener("hashchange", hear);
    return () => removeEventListener("hashchange", hear);
  }, []);
  return hash in SIDES ? hash : "find";
}

/** A scanner types like a keyboard, wherever one is: what no field takes goes to the field for codes. */
function useScanner() {
  useEffect(() => {
    const hear = ({ key, target, ctrlKey, altKey, metaKey }) => {
      const isTaken = target.closest("input, select, textarea, dialog") || ctrlKey || altKey || metaKey;
      if (isTaken || key.length !== 1 || key === " ") return;
      document.getElementById("code")?.focus();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
}

/** The link lives as long as somebody is logged in: identity is fixed when it connects. */
function useRound(greeter, draw, ended) {
  const round = useRef(null);
  useEffect(() => {
    round.current?.close();
    round.current = greeter ? new Round(draw, ended) : null;
    draw();
  }, [greeter?.id]);
  return round.current;
}

/** The window's title says what a hidden tab should: who needs help. */
function useTitle(round, names) {
  const calls = round?.now?.help || [];
  useEffect(() => {
    const name = `${t("Greeter")} · ${names.name}`;
    document.title = calls.length ? `(${calls.length}) ${helpSentence(calls[0], names)}` : name;
  });
}

await start(Page, async () => ({ known: await whoIsHere() }));
