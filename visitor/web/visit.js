/** The visitor's own page: the number, whose turn it is, and where to go. Live, or read again and again. */
import { useEffect, useState } from "preact/hooks";
import { clockTime, setHallTime } from "ui/clock.js";
import { LanguageChooser, LinkNotice } from "ui/components.js";
import { Link } from "ui/link.js";
import { start } from "ui/start.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Turn, where } from "./turn.js";

const POLL_MS = 5000;
const token = decodeURIComponent(location.pathname.split("/").pop());

/** The page of one visit. */
function Page({ hall }) {
  const [, again] = useState(0);
  const [isUp, setUp] = useState(true);
  const { visit, isGone } = useVisit(setUp);
  const main = hall.languages[0];
  useEffect(() => {
    document.title = title(visit);
  });
  return html`<header>
      <p>${nameOf(hall.names, main)}</p>
      <${LanguageChooser} spoken=${() => again((n) => n + 1)} />
    </header>
    <main>
      ${isGone && html`<${Gone} />`}
      ${!isGone && !visit && html`<p class="soft" role="status">${t("Asking the hall…")}</p>`}
      ${!isGone && visit && html`<${Visit} visit=${visit} hall=${hall} isUp=${isUp} />`}
    </main>`;
}

/** Follow the visit; a call also shakes the phone, where it allows that. */
function useVisit(setUp) {
  const [visit, setVisit] = useState(null);
  const [isGone, setGone] = useState(false);
  useEffect(() => {
    let before = null;
    const take = (next) => {
      setHallTime(next.at);
      if (before && where(next) && callOf(next) !== callOf(before)) navigator.vibrate?.([400, 200, 400]);
      before = next;
      setVisit(next);
    };
    const path = `/api/v1/visits/${encodeURIComponent(token)}`;
    const hear = (events, frame) => {
      if (events.length) link.refresh();
      else if (before && "place" in frame) take({ ...before, place: frame.place });
    };
    const refused = (problem) => setGone(problem.status !== 503);
    const link = new Link({ snapshot: take, events: hear, link: setUp, refused }, { auth: { token }, path, pollMs: POLL_MS });
    return () => link.close();
  }, []);
  return { visit, isGone };
}

/** Which call this is: another desk or another recall is another one. */
const callOf = (visit) => `${where(visit)} ${visit.calls} ${visit.recalls}`;

function Visit({ visit, hall, isUp }) {
  const taken = t("Ticket taken at {time}", { time: clockTime(visit.issued_at, hall.time_zone) });
  return html`<article data-state=${visit.state}>
    <p class="soft yours">${t("Your number")}</p>
    <p class="number"><bdi>${visit.ticket}</bdi></p>
    <p class="service">${nameOf(visit.names, hall.languages[0])}</p>
    <${Turn} visit=${visit} />
    <${LinkNotice}
      isUp=${isUp}
      sentence=${t("No connection to the hall at the moment. What you see may be old; please watch the boards.")}
    />
    <${Calls} calls=${visit.history || []} timeZone=${hall.time_zone} />
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

/** A page of another day, or of nobody. */
const Gone = () => html`<article data-state="gone">
  <h1>${t("This page has ended")}</h1>
  <p>${t("It belonged to a ticket that is over. If you are waiting for your turn, please look at the number on your slip and at the boards, or ask a member of staff.")}</p>
</article>`;

function title(visit) {
  if (!visit) return "Novbe";
  const desk = where(visit);
  return desk ? `▶ ${t("Desk {desk}", { desk })} · ${visit.ticket}` : visit.ticket;
}

await start(Page);
