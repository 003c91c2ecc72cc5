/** The desk in the operator's browser: who works here, at which desk, and then the work itself. */
import { useEffect, useRef, useState } from "preact/hooks";
import { LanguageChooser, Question } from "ui/components.js";
import { HallNames } from "ui/hall_names.js";
import { LogIn, whoIsHere } from "ui/login.js";
import { read } from "ui/read.js";
import { start } from "ui/start.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { ChooseDesk } from "./choose.js";
import { DeskPage } from "./desk_page.js";
import { Work } from "./work.js";

/** The page: log in, choose a desk, work. */
function Page({ hall, known }) {
  const [operator, setOperator] = useState(known);
  const [, again] = useState(0);
  const draw = () => again((n) => n + 1);
  const work = useWork(operator, draw, () => setOperator(null));
  const names = new HallNames(hall);
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(false);
    await read("/api/v1/session", { method: "DELETE" }).catch(() => null);
    setOperator(null);
  };
  const desk = work?.desk;
  useEffect(() => {
    document.title = title(desk);
  });
  return html`
    <header class="top">
      <p class="place">${desk ? html`<strong>${t("Desk {desk}", { desk: desk.number })}</strong>` : html`<strong>Novbe</strong>`}
        <span class="who">${operator ? operator.name : names.name}</span></p>
      <${LanguageChooser} spoken=${draw} />
      ${operator && html`<button type="button" class="quiet small" onClick=${() => (desk ? setLeaving(true) : leave())}>${t("Log out")}</button>`}
    </header>
    <main>
      ${!operator && html`<${LogIn} names=${names} title=${t("Log in to your desk")} entered=${setOperator} />`}
      ${operator && !work?.isRead && html`<p class="waiting-for-hall" role="status">${t("Asking the hall…")}</p>`}
      ${work?.isRead && !desk && html`<${ChooseDesk} work=${work} names=${names} operator=${operator} />`}
      ${desk && html`<${DeskPage} ...${{ work, names, operator }} />`}
      ${desk && isLeaving && html`<${StillOpen} desk=${desk} leave=${leave} close=${() => setLeaving(false)} />`}
    </main>
  `;
}

/** Who goes without closing the desk leaves visitors to an empty chair: that is said first. */
function StillOpen({ desk, leave, close }) {
  return html`<${Question} title=${t("Desk {desk} is still open", { desk: desk.number })} close=${close}>
    <p>${t("Close it before you go: until then the hall counts on you, and another operator would have to take it over.")}</p>
    <div class="row">
      <button type="button" class="main" onClick=${close}>${t("Back to the desk")}</button>
      <button type="button" class="next" onClick=${leave}>${t("Log out and leave it open")}</button>
    </div>
  <//>`;
}

/** The link lives as long as the operator is logged in: identity is fixed when it connects. */
function useWork(operator, draw, ended) {
  const work = useRef(null);
  useEffect(() => {
    work.current?.close();
    work.current = operator ? new Work(draw, ended) : null;
    draw();
  }, [operator?.id]);
  return work.current;
}

/** The window's title says what a hidden tab should: the call that is coming, or the ticket here. */
function title(desk) {
  if (!desk) return `${t("Desk")} · Novbe`;
  const name = t("Desk {desk}", { desk: desk.number });
  if (desk.offer) return `${t("A call is coming")} · ${name}`;
  return desk.ticket ? `${desk.ticket.ticket} · ${name}` : name;
}

/** A held Enter key presses a button again and again; only the first press counts. */
addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter") event.preventDefault();
});

await start(Page, async () => ({ known: await whoIsHere() }));
