/** Texts on the boards: those that stand, and a new one, in one zone or in all. */
import { useRef } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { ownName, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { textOf, Texts, valuesOf } from "./ask.js";

/** The section. */
export function Boards({ page }) {
  return html`<div class="columns"><${Standing} page=${page} /><${NewText} page=${page} /></div>`;
}

function Standing({ page }) {
  const { floor, names } = page;
  const { announcements } = floor.now;
  const withdraw = ({ announcement }) => floor.act({ type: "withdraw_announcement", announcement });
  return html`<section class="card">
    <h2>${t("On the boards now")}</h2>
    ${announcements.length === 0 && html`<p class="soft">${t("No text stands on the boards.")}</p>`}
    <ul class="items">${announcements.map((one) => html`<li key=${one.announcement} class="standing">
      <p class="soft">${one.zone ? names.zone(one.zone) : t("All boards")} ·
        ${" "}${t("since {time}", { time: clockTime(one.at, names.timeZone) })}</p>
      ${Object.entries(one.texts).map(([code, text]) => html`<${Said} key=${code} code=${code} text=${text} />`)}
      <button type="button" class="small" aria-disabled=${!floor.isReady} onClick=${() => withdraw(one)}>
        ${t("Take it off")}
      </button>
    </li>`)}</ul>
  </section>`;
}

/** A text in its language, with the language beside it. */
function Said({ code, text }) {
  return html`<p lang=${code} dir="auto">
    <span class="unseen">${ownName(code)}: </span><span class="soft" aria-hidden="true">${code}</span> ${text}
  </p>`;
}

function NewText({ page }) {
  const { floor, names } = page;
  const form = useRef(null);
  const say = async (event) => {
    event.preventDefault();
    const values = valuesOf(form.current);
    const zone = values.get("zone");
    if (await floor.act({ type: "announce", ...textOf(values, names), ...(zone && { zone }) })) form.current.reset();
  };
  return html`<section class="card">
    <h2>${t("A new text")}</h2>
    <form ref=${form} class="ask" onSubmit=${say}>
      <p class="soft">${t("It stands until it is taken off, and is spoken once.")}</p>
      ${names.hall.zones.length > 0 && html`<label>${t("Where?")}
        <select name="zone"><option value="">${t("All boards")}</option>
          ${names.hall.zones.map(({ id }) => html`<option key=${id} value=${id}>${names.zone(id)}</option>`)}
        </select></label>`}
      <${Texts} names=${names} isNeeded=${true} />
      <button class="main" disabled=${!floor.isReady}>${t("Show it")}</button>
    </form>
  </section>`;
}
