/** The visitor's own page: the number, whose turn it is, and where to go. Live, or read again and again. */
import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime, setHallTime } from "ui/clock.js";
import { LanguageChooser, LinkNotice, TicketNumber } from "ui/components.js";
import { Link } from "ui/link.js";
import { start } from "ui/start.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Help } from "./help.js";
import { Pause, PausedTime, isEmergency } from "./pause.js";
import { Receipt } from "./receipt.js";
import { Turn, where } from "./turn.js";
import { Way } from "./way.js";

const POLL_MS = 5000;
const WHY_MS = 60000;
const token = decodeURIComponent(location.pathname.split("/").pop());

/** The page of one visit. */
function Page({ hall }) {
  const [, again] = useState(0);
  const [isUp, setUp] = useState(true);
  const { visit, gone, send } = useVisit(setUp);
  const main = hall.languages[0];
  useEffect(() => {
    document.title = title(visit);
  });
  return html`<header>
      <p>${nameOf(hall.names, main)}</p>
      <${LanguageChooser} spoken=${() => again((n) => n + 1)} />
    </header>
    <main>
      ${gone && html`<${Gone} problem=${gone} />`}
      ${!gone && !visit && html`<p class="soft" role="status">${t("Asking the hall…")}</p>`}
      ${!gone && visit && html`<${Visit} visit=${visit} hall=${hall} isUp=${isUp} send=${send} />`}
    </main>`;
}

/** Follow the visit; a call also shakes the phone, where it allows that. */
function useVisit(setUp) {
  const [visit, setVisit] = useState(null);
  const [gone, setGone] = useState(null);
  const link = useRef(null);
  useEffect(() => {
    let before = null;
    const take = (next) => {
      setHallTime(next.at);
      if (before && where(next) && callOf(next) !== callOf(before)) navigator.vibrate?.([400, 200, 400]);
      before = next;
      setVisit(next);
    };
    const path = `/api/v1/visits/${encodeURIComponent(token)}`;
    let came = 0; // since my own arrival, with an earlier turn: once they are called the page says why
    const hear = (events, frame) => {
      const moved = before && "place" in frame ? frame.place - before.place : 0;
      const wasPassed = moved < 0 && came > 0;
      came = Math.max(0, came + moved);
      if (events.length || wasPassed) link.current.refresh();
      else if (before && "place" in frame) take({ ...before, place: frame.place });
    };
    const timer = setInterval(() => before?.state === "waiting" && link.current.refresh(), WHY_MS);
    const refused = (problem) => problem.status !== 503 && setGone(problem);
    link.current = new Link({ snapshot: take, events: hear, link: setUp, refused }, { auth: { token }, path, pollMs: POLL_MS });
    return () => {
      clearInterval(timer);
      link.current.close();
    };
  }, []);
  return { visit, gone, send: (command) => link.current.send(command) };
}

/** Which call this is: another desk or another recall is another one. */
const callOf = (visit) => `${where(visit)} ${visit.calls} ${visit.recalls}`;

function Visit({ visit, hall, isUp, send }) {
  const taken = t("Ticket taken at {time}", { time: clockTime(visit.issued_at, hall.time_zone) });
  return html`<article data-state=${visit.state}>
    <p class="soft yours">${t("Your number")}</p>
    <${TicketNumber} ticket=${visit.ticket} />
    <p class="service">${nameOf(visit.names, hall.languages[0])}</p>
    <${Way} visit=${visit} main=${hall.languages[0]} />
    <${Pause} visit=${visit} main=${hall.languages[0]} />
    ${!isEmergency(visit) && html`<${Turn} visit=${visit} hall=${hall} />`}
    <${PausedTime} visit=${visit} />
    <${LinkNotice}
      isUp=${isUp}
      sentence=${t("No connection to the hall at the moment. What you see may be old; please watch the boards.")}
    />
    <${Calls} calls=${visit.history || []} timeZone=${hall.time_zone} />
    <${Help} visit=${visit} send=${send} />
    <${Receipt} token=${token} hall=${hall} />
    <p class="soft taken">${taken}</p>
  </article>`;
}

/** The calls of this visit, newest first. */
function Calls({ calls, timeZone }) {
  if (!calls.length) return null;
  return html`<section class="calls">
    <h2>${t("Your calls")}</h2>
    <ul>${[...calls].reverse().map((call) => html`<li key=${call.at}>
      <span>${clockTime(call.at, timeZone)}</span> <span>${t("Desk {desk}", { desk: call.desk })}</span>
    </li>`)}</ul>
  </section>`;
}

/** A page of another day, of nobody, or of a slip that was printed anew. */
function Gone({ problem }) {
  const over = t("It belonged to a ticket that is over. If you are waiting for your turn, please look at the number on your slip and at the boards, or ask a member of staff.");
  return html`<article data-state="gone">
    <h1>${t("This page has ended")}</h1>
    <p>${problem.code === "slip_void" ? problem.detail : over}</p>
  </article>`;
}

function title(visit) {
  if (!visit) return "Novbe";
  const desk = where(visit);
  return desk ? `▶ ${t("Desk {desk}", { desk })} · ${visit.ticket}` : visit.ticket;
}

await start(Page);
