/** Calls past others above the hall's quota: a second person reads why, and stands for each. */
import { calendarDay, clockTime } from "ui/clock.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ask } from "./ask.js";
import { ActButton } from "./buttons.js";

/** The card; none while nobody has to stand for anything. */
export function Jumps({ page }) {
  const { jumps } = page.floor.now;
  if (!jumps.length) return null;
  return html`<section class="card jumps">
    <h2>${t("Calls past others, unconfirmed")}</h2>
    <ul class="items">${jumps.map((jump) => html`<li key=${jump.seq}>
      <p>${saidOf(jump)} <span class="soft">${clockTime(jump.at, page.names.timeZone)}</span></p>
      <p>${whyOf(jump, page)}</p>
      <${Confirmation} ...${{ jump, page }} />
    </li>`)}</ul>
  </section>`;
}

/** The button, or to whoever called that it cannot be them. */
function Confirmation({ jump, page }) {
  if (jump.by === page.operator.id) return html`<p class="soft">${t("You made this call: somebody else must confirm it.")}</p>`;
  const of = { seq: jump.seq };
  return html`<${ActButton} page=${page} act="confirm_jump" label=${t("Confirm")} about=${jump.ticket} Kind=${ConfirmJump} of=${of} look="small" />`;
}

/** The question: what it was, why, by whom, and what a confirmation means. */
export function ConfirmJump({ page, close, seq }) {
  const { floor } = page;
  const jump = floor.now.jumps.find((one) => one.seq === seq);
  const act = () => floor.act({ type: "confirm_jump", seq });
  const asked = { page, close, act, title: t("Confirm this call?"), label: t("Confirm"), isDue: Boolean(jump) };
  return html`<${Ask} ...${asked}>${jump && html`<p>${saidOf(jump)}</p>
    <p>${whyOf(jump, page)}</p>
    <p>${t("You stand for it: your number stands beside the caller’s in the public ledger.")}</p>
    <p class="soft">${t("It can be confirmed until the end of {day}; after that it stays unconfirmed for ever.", { day: calendarDay(jump.last_day) })}</p>`}<//>`;
}

const saidOf = ({ ticket, desk, passed_over: n }) =>
  tn(
    "{ticket} was called to desk {desk} past {n} visitor.",
    "{ticket} was called to desk {desk} past {n} visitors.",
    n,
    { ticket, desk },
  );

const whyOf = ({ reason, by, by_name: name }, { names }) =>
  t("Reason: {reason}. Called by {name}.", { reason: names.reason(reason), name: name || by });
