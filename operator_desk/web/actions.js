/** The buttons under the ticket, the main one first and large. */
import { hallNow, useSeconds } from "ui/clock.js";
import { Key, Refusal } from "ui/components.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { answerAtHand } from "./ask.js";

/** The main button and what the hall refused, which a narrow window keeps at its foot; then the other buttons. */
export function Actions({ buttons, work, go }) {
  const of = (...weights) => buttons.filter((button) => weights.includes(button.weight));
  const shown = (list) => list.map((button) => html`<${Action} key=${button.name} ...${{ button, work, go }} />`);
  return html`<div class="actions">
    <div class="dock"><${Refusal} sentence=${work.refusal} dismiss=${work.forgive} />${shown(of("main"))}</div>
    <div class="row">${shown(of("next"))}</div>
    <div class="row">${shown(of("quiet", "danger"))}</div>
  </div>`;
}

/** One button; while it cannot act it keeps its place and the focus, and says why. */
export function Action({ button, work, go }) {
  useSeconds(button.verb === "no_show");
  const wait = hindrance(button, work);
  const hint = wait || button.hint;
  return html`<button
    type="button"
    class=${button.weight}
    data-off=${!work.isUp || Boolean(wait)}
    aria-disabled=${!work.isUp || Boolean(work.command) || Boolean(wait)}
    aria-keyshortcuts=${button.key}
    onClick=${(event) => go(button, event)}
  >
    <span class="label">${button.label}${hint && html` <span class="hint">${hint}</span>`}</span>
    <${Key} name=${button.key} />
  </button>`;
}

/** What the hall calls for, by verb or command: none of it while it is paused. */
const CALLS = ["call", "recall", "no_show", "call_next", "call_ticket", "issue_ticket"];

/** What keeps a verb from being possible yet, in words, as far as the desk knows; null when nothing does. */
function hindrance({ verb, command, subject }, { desk, hall }) {
  const { ticket, state } = desk;
  if (hall.pause && CALLS.includes(verb || command)) return t("when the hall goes on");
  if (command === "issue_ticket") return untilIssuing(hall, desk);
  if (verb === "no_show") return untilNoShow(ticket);
  if (verb === "recall" && ticket.recalls >= ticket.recall_limit) return t("as often as allowed");
  const needsFreeDesk = subject && (verb === "call" || (verb === "reinstate" && subject.was !== "parked"));
  if (needsFreeDesk && ticket) return t("when {ticket} is finished", { ticket: ticket.ticket });
  if (needsFreeDesk && state === "paused") return t("when work is resumed");
  return null;
}

function untilIssuing({ issuing_stopped: isStopped, closing }, desk) {
  const isGiven = !isStopped && !closing && !desk.closing && desk.services.some(({ suspended }) => !suspended);
  return isGiven ? null : t("no tickets are given now");
}

function untilNoShow({ recalls, no_show_at: possibleAt }) {
  if (!recalls) return t("after calling again");
  const left = Math.ceil(possibleAt / 1e6 - hallNow());
  return left > 0 ? t("in {seconds} s", { seconds: left }) : null;
}

/** Before people are left behind the hall is asked how many they are now: other desks may have closed this very moment. */
const READ_FIRST = ["fate", "break"];

/** A press on a button: act at once, or ask first for what the command still needs. */
export async function press({ button, event, names, work, send, setAsked }) {
  if (!work.isReady || hindrance(button, work) || !work.isNewPress(event)) return undefined;
  if (!button.asks) return send(button);
  if (READ_FIRST.includes(button.asks)) await work.link.refresh();
  if (!work.desk) return undefined;
  const verb = button.command || button.verb;
  const known = answerAtHand(button, verb, names, work.desk);
  if (known) return send(button, known);
  return setAsked({ button, verb, about: work.desk.ticket?.ticket, answer: (more) => send(button, more) });
}
