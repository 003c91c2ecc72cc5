/** The public ledger of a day: who moved the order, by which lever and why. Anybody may read it. */
import { useEffect, useState } from "preact/hooks";
import { calendarDay, clockTime, momentOf } from "ui/clock.js";
import { LanguageChooser, Refusal } from "ui/components.js";
import { HallNames } from "ui/hall_names.js";
import { NoAnswer, read } from "ui/read.js";
import { start } from "ui/start.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";

/** The page: a day, its entries, and how often each actor moved something. */
function Page({ hall }) {
  const [, again] = useState(0);
  const [day, setDay] = useState(new URLSearchParams(location.search).get("day") || "");
  const { ledger, refusal } = useLedger(day);
  const names = new HallNames(hall);
  useEffect(() => {
    document.title = t("Ledger");
  });
  return html`<header>
      <p>${names.name}</p>
      <${LanguageChooser} spoken=${() => again((n) => n + 1)} />
    </header>
    <main>
      <h1>${t("Ledger")}</h1>
      <p>${t("Turns follow one rule, the same for all. Whatever a person of this hall did that moves them stands here, for anybody to read.")}</p>
      <${Refusal} sentence=${refusal} />
      ${ledger && html`<${Day} ledger=${ledger} choose=${setDay} /><${Entries} ledger=${ledger} names=${names} /><${Actors} actors=${ledger.actors} />`}
    </main>`;
}

/** Ask for a day's ledger, and stand at its address. */
function useLedger(day) {
  const [ledger, setLedger] = useState(null);
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    let isWanted = true;
    read(`/api/v1/ledger${day ? `?day=${encodeURIComponent(day)}` : ""}`).then(
      (told) => {
        if (!isWanted) return;
        setLedger(told);
        setRefusal("");
        const asked = new URLSearchParams(location.search);
        asked.set("day", told.day);
        history.replaceState(null, "", `?${asked}`);
      },
      (problem) =>
        isWanted && setRefusal(problem instanceof NoAnswer ? t("The server did not answer. Try again.") : problem.detail),
    );
    return () => {
      isWanted = false;
    };
  }, [day]);
  return { ledger, refusal };
}

const Day = ({ ledger, choose }) => html`<form class="day" onSubmit=${(event) => event.preventDefault()}>
  <label>${t("Day")} <input type="date" required value=${ledger.day} min=${ledger.first_day} max=${ledger.last_day}
    onChange=${({ target }) => target.value && choose(target.value)} /></label>
  <p>${tn("{n} visitor was called this day.", "{n} visitors were called this day.", ledger.calls)}</p>
</form>`;

function Entries({ ledger, names }) {
  if (!ledger.entries.length) return html`<p class="good" role="status">${t("Nobody moved the order this day.")}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("What moved the order")}><table>
    <caption>${t("What moved the order")}</caption>
    <thead><tr><th scope="col">${t("Time")}</th><th scope="col">${t("What was done")}</th><th scope="col">${t("Why")}</th><th scope="col">${t("Who")}</th><th scope="col">${t("Event")}</th></tr></thead>
    <tbody>${ledger.entries.map((entry) => html`<tr key=${entry.seq} class=${entry.kind}>
      <td><bdi>${clockTime(entry.at, names.timeZone)}</bdi></td>
      <th scope="row">${saidOf(entry)}${entry.changes && html`<${Changes} changes=${entry.changes} />`}
        ${entry.standing && html`<br /><span class=${`standing ${entry.standing}`}>${standingOf(entry, ledger, names)}</span>`}</th>
      <td>${entry.reason ? names.reason(entry.reason) : ""}${entry.legal_ground && html`<br /><bdi class="soft">${entry.legal_ground}</bdi>`}</td>
      <td><bdi>${whoOf(entry.actor)}</bdi></td>
      <td class="figure"><bdi>${entry.seq}</bdi></td>
    </tr>`)}</tbody>
  </table></div>`;
}

/** What a new configuration changed, by the hall file's own keys. */
const Changes = ({ changes }) => html`<ul class="soft" dir="ltr">${changes.map(({ key, from, to }) => html`<li key=${key}>
  <code>${key}</code>: ${shown(from)} → ${shown(to)}</li>`)}</ul>`;

const shown = (value) => (value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value));

function Actors({ actors }) {
  if (!actors.length) return null;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("How often, by whom")}><table>
    <caption>${t("How often, by whom")}</caption>
    <thead><tr><th scope="col">${t("Who")}</th><th scope="col">${t("What was done")}</th></tr></thead>
    <tbody>${actors.map((actor) => html`<tr key=${actor.id}>
      <th scope="row"><bdi>${whoOf(actor)}</bdi></th>
      <td><ul>${Object.entries(kinds()).map(([kind, what]) => kind in actor.counts && html`<li key=${kind}>${what}: <bdi>${actor.counts[kind]}</bdi></li>`)}</ul></td>
    </tr>`)}</tbody>
  </table></div>`;
}

/** Nobody's name stands in the log: the hall knows who that is. */
const whoOf = ({ id, role }) => (role === "hall" ? t("The hall itself") : `${id} (${role})`);

/** What each lever is called. */
const kinds = () => ({
  jump: t("Called past others"),
  parked_return: t("Called back after fetching something"),
  class_set: t("Precedence given or taken"),
  staff_issue: t("Ticket given by staff"),
  staff_booking: t("Time booked by staff"),
  leg_added: t("Sent on, or a service added, within two minutes"),
  quick_requeue: t("Put back within half a minute"),
  correction: t("An end taken back"),
  desk_queues: t("A desk's queues changed"),
  limit_lifted: t("Tickets given to the end of a full day"),
  configuration: t("The hall's rules changed"),
});

/** One entry in a sentence; whose precedence was changed stands nowhere. */
function saidOf(entry) {
  const { kind, ticket, desk } = entry;
  switch (kind) {
    case "jump":
      return tn(
        "{ticket} was called to desk {desk} past {n} visitor: {tickets}",
        "{ticket} was called to desk {desk} past {n} visitors: {tickets}",
        entry.passed_over.length,
        { ticket, desk, tickets: entry.passed_over.join(", ") },
      );
    case "parked_return":
      return t("{ticket} was called back to desk {desk} after fetching something", { ticket, desk });
    case "class_set":
      return kinds().class_set;
    case "staff_issue":
      return t("{ticket} was given by staff", { ticket });
    case "staff_booking":
      return t("A time was booked by staff");
    case "leg_added":
      if (entry.planned) return t("A service was added for {ticket} at desk {desk} within two minutes of its beginning", { ticket, desk });
      return desk
        ? t("{ticket} was sent on by desk {desk} without a service of two minutes", { ticket, desk })
        : t("{ticket} was sent to another service while it waited", { ticket });
    case "quick_requeue":
      return t("{ticket} was put back by desk {desk} within half a minute of the call", { ticket, desk });
    case "correction":
      return t("{ticket}: its end was taken back", { ticket });
    case "limit_lifted":
      return kinds().limit_lifted;
    case "desk_queues":
      return tn(
        "Desk {desk} serves the queues {queues}; it has made {n} call so",
        "Desk {desk} serves the queues {queues}; it has made {n} calls so",
        entry.calls,
        { desk, queues: entry.queues.join(", ") || "–" },
      );
    default:
      return tn("Rules {digest} are in force; {n} call was made by them", "Rules {digest} are in force; {n} calls were made by them", entry.calls, {
        digest: entry.digest.slice(0, 12),
      });
  }
}

/** Whether a call past others needed a second person, and who it was. */
function standingOf({ standing, confirmed_by: by, confirmed_at: at, until_day: until }, ledger, names) {
  if (standing === "within_quota") return t("Within the day's quota");
  if (standing === "confirmed" && !at) return t("Confirmed beforehand by {who}", { who: by });
  if (standing === "confirmed") return t("Confirmed by {who}, {time}", { who: by, time: momentOf(at, names.timeZone) });
  if (until < ledger.last_day) return t("Unconfirmed: no second person stood for it in time");
  return t("Unconfirmed: a second person may stand for it until the end of {day}", { day: calendarDay(until) });
}

await start(Page);
