/** What lies beside the visitor: who is parked here, the last one for an undo, and how many wait in each queue. */
import { clockTime, hallNow, minutesAndSeconds, since, useSeconds } from "ui/clock.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Action } from "./actions.js";
import { AlertSettings } from "./offer.js";
import { countsOf, parkedButtons, stateName, verbsOf } from "./verbs.js";

/** The second column, or what follows on a narrow page. */
export function Beside({ work, names, go }) {
  return html`<aside class="beside" aria-label=${t("Beside this visitor")}>
    <${Last} ...${{ work, names, go }} />
    <${Parked} ...${{ work, names, go }} />
    <${Counts} desk=${work.desk} />
    <${AlertSettings} desk=${work.desk} />
  </aside>`;
}

/** The ticket that ended here last, to be taken back within ten minutes. */
function Last({ work, names, go }) {
  const { last, lifecycle } = work.desk;
  useSeconds(Boolean(last));
  if (!last || last.until / 1e6 <= hallNow()) return null;
  if (!verbsOf(lifecycle, last.state).includes("reinstate")) return null;
  const button = {
    name: "undo",
    verb: "reinstate",
    label: t("Undo"),
    weight: "next",
    subject: last,
    fields: { reason: undoReason(names) },
  };
  const left = minutesAndSeconds(last.until / 1e6 - hallNow());
  const possible = t("Possible for {time} more", { time: left });
  return html`<section class="card last">
    <h2>${t("Last ticket")}</h2>
    <p class="facts"><strong class="small-number"><bdi>${last.ticket}</bdi></strong> <span>${stateName(last.state)}</span>
      <span class="soft">${clockTime(last.ended_at, names.timeZone)}</span></p>
    <${Action} button=${button} work=${work} go=${go} />
    <p class="soft">${possible}</p>
  </section>`;
}

/** An undo is a slip of the finger: the hall's first reason for it, in no need of being asked. */
const undoReason = (names) => names.reasonsFor("reinstate")[0]?.id || "mistake";

/** Visitors who went to fetch something and come back to this desk. */
function Parked({ work, names, go }) {
  const { parked, lifecycle } = work.desk;
  useSeconds(parked.length > 0);
  if (!parked.length) return null;
  const verbs = verbsOf(lifecycle, "parked");
  return html`<section class="card parked">
    <h2>${t("Parked here")}</h2>
    <ul>${parked.map((ticket) => html`<li key=${ticket.day + ticket.ticket}>
      <p class="facts">
        <strong class="small-number"><bdi>${ticket.ticket}</bdi></strong> <span>${names.pick(ticket.names)}</span>
        <span class="soft">${parkedFact(ticket, names)}</span>
      </p>
      <div class="row few">
        ${parkedButtons(ticket, verbs).map((button) => html`<${Action} key=${button.name} ...${{ button, work, go }} />`)}
      </div>
    </li>`)}</ul>
  </section>`;
}

/** Why, since when, and how long that is. */
function parkedFact({ reason, since: at }, names) {
  const minutes = tn("{n} min", "{n} min", Math.floor(since(at) / 60));
  return [names.reason(reason), clockTime(at, names.timeZone), minutes].join(" · ");
}

/** How many wait, queue by queue: numbers, never people. */
function Counts({ desk }) {
  return html`<section class="card counts">
    <h2>${t("Waiting")}</h2>
    <ul>${countsOf(desk).map(([queue, count]) => html`<li key=${queue}>
      <span class="queue" aria-hidden="true">${queue}</span> <span class="count" aria-hidden="true">${count}</span>
      <span class="unseen">${inWords(queue, count)}</span>
    </li>`)}</ul>
  </section>`;
}

const inWords = (queue, count) =>
  tn("Queue {queue}: {n} person waiting", "Queue {queue}: {n} people waiting", count, { queue });
