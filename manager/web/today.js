/** The hall now: open or not, who waits and how long, what is wrong, and the acts that concern all of it. */
import { clockTime, momentOf } from "ui/clock.js";
import { pauseSentence } from "ui/pauses.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Alarms } from "./alarms.js";
import { ActButton } from "./buttons.js";
import { CloseDay, LiftLimit, OpenDay, PauseHall, ResumeHall, ResumeIssuing, StopIssuing } from "./hall_acts.js";
import { Jumps } from "./jumps.js";
import { pauseName, span } from "./told.js";

const ROOT_SHOWN = 16;

/** The section. */
export function Today({ page }) {
  return html`<div class="today">
    <${State} page=${page} />
    <div class="aside">
      <${Alarms} page=${page} />
      <${Jumps} page=${page} />
      <${Help} page=${page} />
      <${Seal} page=${page} />
    </div>
    <${Queues} page=${page} />
  </div>`;
}

function State({ page }) {
  const { now } = page.floor;
  const { pause } = now;
  const said = pause && t("Boards and kiosks say: “{sentence}”", { sentence: pauseSentence(pause) });
  return html`<section class="card state-of-hall" data-state=${stateOf(now)}>
    <h2 class="unseen">${t("The hall")}</h2>
    ${sentences(now, page.names).map((sentence) => html`<p class="says" key=${sentence}>${sentence}</p>`)}
    ${said && html`<p class="soft">${said}</p>`}
    <${Figures} now=${now} />
    <div class="row">${actsOn(now).map((act) => html`<${ActButton} key=${act.act} page=${page} ...${act} />`)}</div>
  </section>`;
}

/** What can be done about the hall as it is now. */
function actsOn({ is_open: isOpen, pause, issuing_stopped: hasStopped, closing_limit: isLimited }) {
  const acts = [
    [!isOpen, { act: "open_day", label: t("Open the day"), Kind: OpenDay, look: "next" }],
    [isOpen && !pause, { act: "pause_hall", label: t("Pause the hall"), Kind: PauseHall }],
    [pause, { act: "resume_hall", label: t("Resume the hall"), Kind: ResumeHall, look: "next" }],
    [isOpen && !hasStopped, { act: "stop_issuing", label: t("Stop giving tickets"), Kind: StopIssuing }],
    [hasStopped, { act: "resume_issuing", label: t("Give tickets again"), Kind: ResumeIssuing, look: "next" }],
    [isOpen && isLimited, { act: "lift_closing_limit", label: t("Give tickets to the end"), Kind: LiftLimit }],
    [isOpen, { act: "close_day", label: t("Close the day"), Kind: CloseDay, look: "danger" }],
  ];
  return acts.filter(([isDue]) => isDue).map(([, act]) => act);
}

function stateOf(now) {
  if (now.pause) return "paused";
  if (!now.is_open) return "closed";
  return now.closing || now.issuing_stopped ? "limited" : "open";
}

/** Everything that a manager must know of the hall's state; the first sentence always stands. */
function sentences(now, names) {
  const time = (at) => clockTime(at, names.timeZone);
  return [
    now.is_open ? t("The hall is open.") : t("The hall is closed."),
    now.pause && paused(pauseName(now.pause.kind), time(now.pause.since)),
    now.closing && t("The day is closing: no tickets are given, and it ends when all have been served."),
    now.issuing_stopped && t("No tickets are given: {reason}.", { reason: names.reason(now.issuing_stopped) }),
    now.outage && wasAway(time(now.outage.began_at), time(now.outage.ended_at)),
  ].filter(Boolean);
}

const paused = (kind, time) =>
  t("It is paused since {time}: {kind}. Nobody is called and no ticket is given.", { kind, time });

const wasAway = (start, end) =>
  t("The server was away from {start} to {end}. Desks are asked about their tickets.", { start, end });

function Figures({ now }) {
  const waiting = now.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const longest = Math.max(0, ...now.queues.map((queue) => queue.longest_wait_seconds || 0));
  const open = now.desks.filter((desk) => desk.state === "open").length;
  const served = now.desks.filter((desk) => desk.ticket_state === "serving").length;
  const figures = [
    [t("Waiting"), waiting],
    [t("Longest wait"), waiting ? span(longest) : "–"],
    [t("Being served"), served],
    [t("Open desks"), t("{open} of {all}", { open, all: now.desks.length })],
  ];
  return html`<dl class="figures">
    ${figures.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

function Queues({ page }) {
  const { queues } = page.floor.now;
  return html`<section class="card in-queues">
    <table class="queues">
      <caption>${t("Queues")}</caption>
      <thead><tr>
        <th scope="col">${t("Queue")}</th>
        <th scope="col" class="figure">${t("Waiting")}</th>
        <th scope="col" class="figure">${t("Longest wait")}</th>
        <th scope="col" class="figure">${t("Open desks")}</th>
        <th scope="col" class="wide">${t("Called now")}</th>
      </tr></thead>
      <tbody>${queues.map((queue) => html`<${QueueRow} key=${queue.id} ...${{ queue, page }} />`)}</tbody>
    </table>
  </section>`;
}

function QueueRow({ queue, page }) {
  const services = page.floor.now.services.filter((service) => service.queue === queue.id);
  const stranded = html`<tr class="note"><td colspan="5">
    <span class="badge wrong"><bdi>${queue.id}</bdi> ${t("Stranded: no open desk")}</span>
  </td></tr>`;
  return html`<tr data-stranded=${queue.stranded}>
    <th scope="row">
      <span class="queue"><bdi>${queue.id}</bdi></span>
      <span class="of-queue wide">${services.map(({ names }) => page.names.pick(names)).join(" · ")}</span>
    </th>
    <td class="figure">${queue.waiting}</td>
    <td class="figure">${queue.waiting ? span(queue.longest_wait_seconds || 0) : "–"}</td>
    <td class="figure">${queue.open_desks}</td>
    <td class="wide"><bdi>${queue.called.join(" ") || "–"}</bdi></td>
  </tr>${queue.stranded && stranded}`;
}

/** The last signed head of the log; at closing it goes on paper, out of the hall. */
function Seal({ page }) {
  const { head } = page.floor.now;
  const { timeZone } = page.names;
  return html`<section class="card">
    <h2>${t("Seal of the log")}</h2>
    ${!head && html`<p class="soft">${t("Nothing has been signed yet.")}</p>`}
    ${head && html`<p>${t("Signed: {time}", { time: momentOf(head.at, timeZone) })}<br /><bdi class="soft" dir="ltr">${head.size} · ${head.root.slice(0, ROOT_SHOWN)}</bdi></p>
      <p><a href="/seal" target="_blank">${page.floor.now.is_open ? t("Print the seal") : t("Print the day's seal, and keep it outside the hall")}</a></p>`}
  </section>`;
}

/** Calls for help that nobody has answered. */
function Help({ page }) {
  const { floor, names } = page;
  const { help } = floor.now;
  return html`<section class="card">
    <h2>${t("Calls for help")}</h2>
    ${help.length === 0 && html`<p class="soft">${t("There is none.")}</p>`}
    <ul class="items">${help.map((call) => html`<li key=${call.request}>
      <p><strong>${call.from || t("A visitor's phone")}</strong> ${call.ticket && html`<bdi>${call.ticket}</bdi>`}
        <span class="soft">${t("since {time}", { time: clockTime(call.at, names.timeZone) })}</span></p>
      ${page.may("answer_help") && html`<button type="button" class="small" aria-disabled=${!floor.isReady}
        onClick=${() => floor.act({ type: "answer_help", request: call.request })}>${t("Somebody goes there")}</button>`}
    </li>`)}</ul>
  </section>`;
}
