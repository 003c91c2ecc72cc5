/** The kiosk at work: which screen is shown, what is known of the hall, and how long nobody has touched it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { setHallTime } from "ui/clock.js";
import { LinkNotice } from "ui/components.js";
import { Link, newId } from "ui/link.js";
import { language, nameOf, speak, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Sorry, Thanks } from "./answers.js";
import { Moment, TakeTicket } from "./asking.js";
import { Booked, Digits, Late, Offer, useScanner } from "./booking.js";
import { Home, Languages, Tree, Ways } from "./choosing.js";
import { Helping } from "./helping.js";
import { StillThere, useIdle } from "./idle.js";
import { find, halt } from "./offer.js";
import { Resting } from "./resting.js";

const HOME = { name: "home" };
/** What is told to a visitor stays told, whatever becomes of the hall meanwhile. */
const TOLD = new Set(["moment", "thanks", "sorry", "help", "booked"]);
/** After these refusals a time is offered. */
const OFFERED = ["booked_only", "too_late_today"];
/** The events that give a ticket. */
const ISSUED = ["ticket_issued", "visit_checked_in"];

/** A kiosk that is paired. */
export function Kiosk({ token, hall, main, revoked }) {
  const [screen, go] = useState(HOME);
  const [, draw] = useState(0);
  const { view, isUp, link, coming } = useHall(token, revoked);
  const facts = view?.hall || hall;
  const choose = async (code) => {
    await speak(code);
    draw((n) => n + 1);
  };
  const start = async () => {
    go(HOME);
    await choose(main);
  };
  const idle = useIdle(screen, start, () => language() !== main && choose(main));
  useHeading(screen.name);
  const ask = (wish) => askFor({ link: link.current, isUp, wish, go });
  useScanner((code) => !TOLD.has(screen.name) && ask({ type: "check_in", code }));
  const help = () => askForHelp({ link: link.current, isUp, go });
  const isComing = coming === screen.request;
  const props = { facts, view, screen, go, start, ask, isComing };
  const shown = shownScreen(view, facts, screen);
  return html`<header><p>${nameOf(facts.names, facts.languages[0])}</p></header>
    <main data-screen=${shown}>
      ${!TOLD.has(shown) && view && html`<${LinkNotice} isUp=${isUp} sentence=${t("This kiosk is not connected: it cannot give tickets just now.")} />`}
      <${SCREENS[shown]} ...${props} />
    </main>
    ${["home", "resting", "ready"].includes(shown) && html`<${Languages} facts=${facts} choose=${choose} help=${help} />`}
    ${["tree", "service", "code", "document"].includes(shown) && html`<${Ways} facts=${facts} screen=${screen} go=${go} start=${start} />`}
    ${idle.secondsLeft > 0 && html`<${StillThere} seconds=${idle.secondsLeft} more=${idle.more} />`}`;
}

const NotReady = () => html`<h1>${t("This kiosk is not ready yet.")}</h1>
  <p>${t("It is still connecting. Please ask at the information desk.")}</p>`;

const SCREENS = {
  ready: NotReady,
  home: Home,
  tree: Tree,
  service: TakeTicket,
  moment: Moment,
  thanks: Thanks,
  sorry: Sorry,
  help: Helping,
  code: Digits,
  document: Digits,
  late: Late,
  offer: Offer,
  booked: Booked,
  resting: Resting,
};

/** The screen to show: a closed or paused hall, and a service that is no more, come before what was chosen. */
function shownScreen(view, facts, screen) {
  if (TOLD.has(screen.name)) return screen.name;
  if (!view) return "ready";
  if (halt(view)) return "resting";
  return screen.id && !find(facts, screen.id) ? "home" : screen.name;
}

/** Follow the hall; whatever it tells a kiosk is read again as a whole, but who answers a call for help. */
function useHall(token, revoked) {
  const [view, setView] = useState(null);
  const [isUp, setUp] = useState(false);
  const [coming, setComing] = useState(null);
  const link = useRef(null);
  useEffect(() => {
    const take = (snapshot) => {
      setHallTime(snapshot.at);
      setView(snapshot);
    };
    const hear = (events) => {
      const answered = events.find((event) => event.type === "help_answered");
      if (answered) setComing(answered.request);
      if (events.length) link.current.refresh();
    };
    const refused = (problem) => problem.code === "unknown_token" && revoked();
    link.current = new Link({ snapshot: take, events: hear, link: setUp, refused }, { auth: { token } });
    return () => link.current.close();
  }, []);
  return { view, isUp, link, coming };
}

/** Ask for a ticket, or what else a visitor may have here, once for each touch, and show what comes of it. */
async function askFor({ link, isUp, wish, go }) {
  if (!isUp) return go({ name: "sorry", why: "no_link" });
  go({ name: "moment" });
  const spoken = wish.type === "check_in" ? {} : { language: language() };
  const { why, ...said } = wish; // why a time was offered is for this page alone
  const command = { type: "issue_ticket", id: newId(), ...spoken, ...said };
  const answer = await link.send(command).catch(() => ({ code: "no_answer" }));
  const event = answer.events?.find(({ type }) => ISSUED.includes(type)) || answer.events?.at(-1);
  if (!event) return go(afterRefusal(answer, wish));
  if (!ISSUED.includes(event.type)) return go({ name: "booked", booked: event, code: event.code || wish.code });
  tellDemonstration(event);
  return go({ name: "thanks", issued: event });
}

/** Where a refusal leads: to a choice where there is one. */
function afterRefusal(answer, wish) {
  const isTaken = wish.type === "book" && answer.next;
  if (answer.code === "booking_late") return { name: "late", told: answer, wish };
  if (answer.code === "person_needed") return { name: "document", wish };
  if (OFFERED.includes(answer.code) || isTaken) return { name: "offer", told: { ...answer, code: isTaken ? wish.why : answer.code }, wish };
  return { name: "sorry", why: answer.code };
}

let asked = 0;

/** Ask for a member of staff; a second call while one is open is the same one, and brings no event. */
async function askForHelp({ link, isUp, go }) {
  if (!isUp) return go({ name: "sorry", why: "no_link" });
  const answer = await link.send({ type: "request_help", id: newId() }).catch(() => ({ ok: false }));
  if (!answer.ok) return go({ name: "sorry", why: "no_link" });
  asked = answer.events[0]?.seq ?? asked;
  return go({ name: "help", request: asked });
}

/** In a demonstration this page is a frame beside a phone, which shows the ticket's own page. */
function tellDemonstration({ type, ticket, day, queue, token, expected_wait_seconds: expected }) {
  if (parent !== window) parent.postMessage({ type, ticket, day, queue, token, expected }, location.origin);
}

/** A new screen is read from its heading on. */
function useHeading(name) {
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) document.querySelector("h1")?.focus();
    isFirst.current = false;
  }, [name]);
}
