/** The questions about the whole hall: its day, its tickets, its pause. */
import { useEffect, useState } from "preact/hooks";
import { pauseSentence } from "ui/pauses.js";
import { saidIn, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ask, Choice, reasonOf, textOf, Texts, Why } from "./ask.js";
import { Fates, fateOf } from "./fates.js";
import { pauseName } from "./told.js";

const atDesks = ({ desks }) => desks.filter((desk) => desk.ticket).length;
const waitingIn = ({ queues }) => queues.reduce((sum, queue) => sum + queue.waiting, 0);
const howManyWait = (n) => (n ? tn("{n} person is waiting.", "{n} people are waiting.", n) : t("Nobody is waiting."));

export function OpenDay({ page, close }) {
  const { floor } = page;
  const act = () => floor.act({ type: "open_day" });
  const asked = { page, close, act, title: t("Open the day?"), label: t("Open the day"), isDue: !floor.now.is_open };
  return html`<${Ask} ...${asked}><p>${t("Kiosks give tickets, and desks may call.")}</p><//>`;
}

export function CloseDay({ page, close }) {
  const { floor } = page;
  const waiting = waitingIn(floor.now);
  const busy = atDesks(floor.now);
  const act = (values) => floor.act({ type: "close_day", ...fateOf(values) });
  const asked = { page, close, act, title: t("Close the day?"), label: t("Close the day"), isDue: floor.now.is_open };
  return html`<${Ask} ...${asked} look="main danger">
    <p>${t("Kiosks give no more tickets today.")} ${howManyWait(waiting)}</p>
    ${busy > 0 && html`<p>${finished(busy)}</p>`}
    <${Fates} page=${page} count=${waiting} fates=${["serve_out", "transfer", "cancel"]} />
  <//>`;
}

const finished = (n) =>
  tn("{n} visitor is at a desk and is finished with.", "{n} visitors are at desks and are finished with.", n);

export function StopIssuing({ page, close }) {
  const { floor } = page;
  const act = (values) => floor.act({ type: "stop_issuing", reason: reasonOf(values) });
  const isDue = !floor.now.issuing_stopped;
  const asked = { page, close, act, isDue, title: t("Stop giving tickets?"), label: t("Stop giving tickets") };
  return html`<${Ask} ...${asked}>
    <p>${t("No kiosk gives a ticket until you say so. Who has one is served.")}</p>
    <${Why} page=${page} verb="stop_issuing" />
  <//>`;
}

export function ResumeIssuing({ page, close }) {
  const { floor } = page;
  const act = () => floor.act({ type: "resume_issuing" });
  const isDue = Boolean(floor.now.issuing_stopped);
  const asked = { page, close, act, isDue, title: t("Give tickets again?"), label: t("Give tickets again") };
  return html`<${Ask} ...${asked}><p>${t("All kiosks give tickets again.")}</p><//>`;
}

export function LiftLimit({ page, close }) {
  const { floor } = page;
  const act = (values) => floor.act({ type: "lift_closing_limit", reason: reasonOf(values) });
  const isDue = floor.now.is_open && floor.now.closing_limit;
  const asked = { page, close, act, isDue, title: t("Give tickets to the end of the day?"), label: t("Give tickets to the end") };
  return html`<${Ask} ...${asked}>
    <p>${t("Today a ticket is given even if its turn would come after closing. It stands in the ledger.")}</p>
    <${Why} page=${page} verb="lift_closing_limit" />
  <//>`;
}

export function PauseHall({ page, close }) {
  const { floor, names } = page;
  const [kind, setKind] = useState("emergency");
  const shown = usePreviews(kind, names);
  const choices = ["emergency", "outage", "break"].map((name) => [name, pauseName(name)]);
  const act = (values) => floor.act({ type: "pause_hall", kind, ...textOf(values, names) });
  const isDue = floor.now.is_open;
  const asked = { page, close, act, isDue, title: t("Pause the hall?"), label: t("Pause the hall") };
  return html`<${Ask} ...${asked} look="main danger">
    <p>${t("No ticket is given, nobody is called, and nobody loses a turn.")} ${howManyWait(waitingIn(floor.now))}</p>
    <${Choice} title=${t("Why?")} name="kind" ...${{ choices, chosen: kind, choose: setKind }} look="short" />
    <details>
      <summary>${t("What boards, kiosks and the voice say")}</summary>
      <p class="soft">${t("Where you write nothing, what stands here is said.")}</p>
      <${Texts} names=${names} shown=${shown} />
    </details>
  <//>`;
}

/** What is said of itself in each of the hall's languages. */
function usePreviews(kind, names) {
  const [shown, setShown] = useState({});
  useEffect(() => {
    let isWanted = true;
    const ask = async (code) => [code, await saidIn(code, () => pauseSentence({ kind }))];
    Promise.all(names.hall.languages.map(ask)).then(
      (said) => isWanted && setShown(Object.fromEntries(said)),
      () => null,
    );
    return () => (isWanted = false);
  }, [kind]);
  return shown;
}

export function ResumeHall({ page, close }) {
  const { floor } = page;
  const act = () => floor.act({ type: "resume_hall" });
  const isDue = Boolean(floor.now.pause);
  const asked = { page, close, act, isDue, title: t("Resume the hall?"), label: t("Resume the hall") };
  return html`<${Ask} ...${asked}>
    <p>${t("Desks call and kiosks give tickets at once. Every wait goes on where it stood.")}</p>
  <//>`;
}
