/** The buttons under the ticket, the main one first and large. */
import { hallNow, useSeconds } from "ui/clock.js";
import { Key } from "ui/components.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** Draw the buttons; those that only a wait keeps from working say how long. */
export function Actions({ buttons, work, go }) {
  const of = (...weights) => buttons.filter((button) => weights.includes(button.weight));
  const shown = (list) => list.map((button) => html`<${Action} key=${button.name} ...${{ button, work, go }} />`);
  return html`<div class="actions">
    ${shown(of("main"))}
    <div class="row">${shown(of("next"))}</div>
    <div class="row">${shown(of("quiet", "danger"))}</div>
  </div>`;
}

/** One button; while it cannot act it keeps its place and the focus, and says why. */
export function Action({ button, work, go }) {
  useSeconds(button.verb === "no_show");
  const wait = hindrance(button, work.desk);
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

/** What keeps a verb from being possible yet, in words, as far as the desk knows; null when nothing does. */
function hindrance({ verb, subject }, { ticket, state }) {
  if (verb === "no_show") return untilNoShow(ticket);
  if (verb === "recall" && ticket.recalls >= ticket.recall_limit) return t("as often as allowed");
  const needsFreeDesk = subject && (verb === "call" || (verb === "reinstate" && subject.was !== "parked"));
  if (needsFreeDesk && ticket) return t("when {ticket} is finished", { ticket: ticket.ticket });
  if (needsFreeDesk && state === "paused") return t("when work is resumed");
  return null;
}

function untilNoShow({ recalls, no_show_at: possibleAt }) {
  if (!recalls) return t("after calling again");
  const left = Math.ceil(possibleAt / 1e6 - hallNow());
  return left > 0 ? t("in {seconds} s", { seconds: left }) : null;
}

/**
 * A press on a button: act at once, or ask first for what the command still needs. A hall without reasons of its
 * own for a verb is not asked about any.
 */
export function press({ button, event, names, work, send, setAsked }) {
  if (!work.isReady || hindrance(button, work.desk) || !work.isNewPress(event)) return undefined;
  if (!button.asks) return send(button);
  const verb = button.command || button.verb;
  if (button.asks === "reason" && !names.reasonsFor(verb).length) return send(button, { reason: "desk" });
  return setAsked({ button, verb, answer: (more) => send(button, more) });
}
