/** The hall in the browser of those who run it: who is here, and then the sections of the page. */
import { useEffect, useRef, useState } from "preact/hooks";
import { LanguageChooser, LinkNotice, Refusal, Said } from "ui/components.js";
import { HallNames } from "ui/hall_names.js";
import { LogIn, whoIsHere } from "ui/login.js";
import { read } from "ui/read.js";
import { start } from "ui/start.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Boards } from "./boards.js";
import { Check } from "./check.js";
import { Desks } from "./desks.js";
import { Devices } from "./devices.js";
import { Figures } from "./figures.js";
import { Floor } from "./floor.js";
import { Order } from "./order.js";
import { People } from "./people.js";
import { may } from "./rights.js";
import { Services } from "./services.js";
import { Today } from "./today.js";

/** The sections by the hash of their address, and who sees them. */
const SECTIONS = {
  today: { name: () => t("Today"), Body: Today },
  desks: { name: () => t("Desks"), Body: Desks },
  services: { name: () => t("Services"), Body: Services },
  order: { name: () => t("Order"), Body: Order },
  figures: { name: () => t("Figures"), Body: Figures },
  boards: { name: () => t("Boards"), Body: Boards, needs: "announce" },
  devices: { name: () => t("Devices"), Body: Devices },
  people: { name: () => t("People"), Body: People, needs: "people" },
  check: { name: () => t("Morning check"), Body: Check, needs: "check" },
};

/** The page: log in, and run the hall. */
function Page({ hall, known }) {
  const [operator, setOperator] = useState(known);
  const [, again] = useState(0);
  const draw = () => again((n) => n + 1);
  const isWelcome = operator && may(operator, "see");
  const floor = useFloor(isWelcome ? operator : null, draw, () => setOperator(null));
  const names = new HallNames(floor?.now?.hall || hall);
  const leave = async () => {
    await read("/api/v1/session", { method: "DELETE" }).catch(() => null);
    setOperator(null);
  };
  useTitle(floor, names);
  return html`
    <header class="top">
      <p class="place"><strong>${names.name}</strong> ${operator && html`<span class="who">${operator.name}</span>`}</p>
      <${LanguageChooser} spoken=${draw} />
      ${operator && html`<button type="button" class="quiet small" onClick=${leave}>${t("Log out")}</button>`}
    </header>
    ${!operator && html`<main>
      <${LogIn} names=${names} title=${t("Log in to run the hall")} entered=${setOperator} />
    </main>`}
    ${operator && !isWelcome && html`<main>
      <h1>${t("This page is for those who run the hall")}</h1>
      <p><a href="/desk">${t("To your desk")}</a></p>
    </main>`}
    ${isWelcome && floor && html`<${Sections} ...${{ floor, names, operator }} />`}
  `;
}

/** The sections as tabs with addresses, and the one that is chosen. */
function Sections({ floor, names, operator }) {
  const [asked, setAsked] = useState(null);
  const ask = (Kind, props = {}) => setAsked({ Kind, props });
  const page = { floor, names, operator, ask, may: (act) => may(operator, act) };
  const offered = Object.keys(SECTIONS).filter((id) => !SECTIONS[id].needs || page.may(SECTIONS[id].needs));
  const chosen = useSection(offered);
  const { name, Body } = SECTIONS[chosen];
  const close = () => {
    floor.forgive();
    setAsked(null);
  };
  const heading = useHeading(chosen);
  return html`<nav class="tabs" aria-label=${t("Sections")}>
      <ul>${offered.map((id) => html`<li key=${id}><${Tab} ...${{ id, chosen, floor }} /></li>`)}</ul>
    </nav>
    <main>
      <h1 ref=${heading} tabindex="-1">${name()}</h1>
      <${LinkNotice}
        isUp=${floor.isUp}
        sentence=${t("No link to the hall: what stands here may be old, and nothing can be done from here. Trying again…")}
      />
      <${Refusal} sentence=${asked ? "" : floor.refusal} dismiss=${floor.forgive} />
      ${floor.now && html`<${Body} page=${page} />`}
      ${!floor.now && html`<p class="waiting-for-hall" role="status">${t("Asking the hall…")}</p>`}
      <${Said} sentence=${floor.said} />
      ${asked && html`<${asked.Kind} page=${page} close=${close} ...${asked.props} />`}
    </main>`;
}

function Tab({ id, chosen, floor }) {
  const alarms = id === "today" ? (floor.now?.alarms.length ?? 0) : 0;
  return html`<a href=${`#${id}`} aria-current=${id === chosen ? "page" : undefined}>
    ${SECTIONS[id].name()}
    ${alarms > 0 && html` <span class="alarm-count"><span class="unseen">${t("Alarms")}: </span>${alarms}</span>`}
  </a>`;
}

/** The section that the address names, else the first. */
function useSection(offered) {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const hear = () => setHash(location.hash.slice(1));
    addEventListener("hashchange", hear);
    return () => removeEventListener("hashchange", hear);
  }, []);
  return offered.includes(hash) ? hash : offered[0];
}

/** A section that was turned to is where the keyboard goes on, and what a screen reader says. */
function useHeading(chosen) {
  const heading = useRef(null);
  const before = useRef(chosen);
  useEffect(() => {
    if (before.current !== chosen) heading.current.focus({ preventScroll: true });
    before.current = chosen;
  }, [chosen]);
  return heading;
}

/** The link lives as long as somebody is logged in: identity is fixed when it connects. */
function useFloor(operator, draw, ended) {
  const floor = useRef(null);
  useEffect(() => {
    floor.current?.close();
    floor.current = operator ? new Floor(draw, ended) : null;
    draw();
  }, [operator?.id]);
  return floor.current;
}

/** The window's title says what a hidden tab should: how many alarms there are. */
function useTitle(floor, names) {
  const alarms = floor?.now?.alarms.length;
  useEffect(() => {
    const name = `${t("Manager")} · ${names.name}`;
    document.title = alarms ? `(${alarms}) ${name}` : name;
  });
}

await start(Page, async () => ({ known: await whoIsHere() }));
