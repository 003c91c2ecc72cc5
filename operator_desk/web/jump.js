/**
 * Calling a certain ticket: before the click the page says how many are passed over, that the call is published, and
 * whether a second person must stand for it, who may do so here, beforehand, for a colleague. Counts only: who waits is
 * nobody's to see.
 */
import { useState } from "preact/hooks";
import { calendarDay } from "ui/clock.js";
import { Refusal } from "ui/components.js";
import { NoAnswer, read } from "ui/read.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Choices, reasonChoices } from "./choices.js";

/** First the number, then what the call would be. */
export function Jump({ names, desk, work, answer }) {
  const [foreseen, setForeseen] = useState(null);
  const look = (number) => foresee(desk, number).then(setForeseen);
  if (foreseen) return html`<${Foreseen} ...${{ foreseen, names, work, look, answer }} />`;
  return html`<${Number} look=${look} />`;
}

const foresee = (desk, number) => read(`/api/v1/jump?${new URLSearchParams({ desk: desk.number, ticket: number })}`);

function Number({ look }) {
  const [number, setNumber] = useState("");
  const [refusal, setRefusal] = useState("");
  const submit = (event) => {
    event.preventDefault();
    look(number.trim()).catch((problem) => setRefusal(problem instanceof NoAnswer ? t("The server did not answer. Try again.") : problem.detail));
  };
  return html`<form class="form" onSubmit=${submit}>
    <label>${t("The ticket's number")}
      <input type="text" autocomplete="off" autocapitalize="characters" maxlength="12" required dir="ltr" value=${number}
        onInput=${(event) => setNumber(event.target.value)} />
    </label>
    <${Refusal} sentence=${refusal} />
    <button class="main" disabled=${!number.trim()}>${t("What would this call be?")}</button>
  </form>`;
}

function Foreseen({ foreseen, names, work, look, answer }) {
  const { ticket, passed, is_jump: isJump } = foreseen;
  if (!isJump) return html`<p>${t("Nobody is passed over by calling {ticket}.", { ticket })}</p>
    <button type="button" class="main" onClick=${() => answer({ ticket, reason: "turn" })}>${t("Call {ticket}", { ticket })}</button>`;
  const reasons = reasonChoices(names, "call_ticket");
  return html`<p><strong>${passedOver(passed, ticket)}</strong></p>
    <p>${t("This call will stand in the public ledger: who called, who was passed over, and the reason.")}</p>
    <${SecondPerson} foreseen=${foreseen} />
    <p class="soft">${reasons.length ? t("Call {ticket} for which reason?", { ticket }) : t("The hall has no reason for which anybody may be called past others.")}</p>
    <${Choices} choices=${reasons} choose=${(reason) => answer({ ticket, reason })} />
    <${ForAColleague} ...${{ foreseen, work, look }} />`;
}

const passedOver = (n, ticket) =>
  tn("{ticket} would be called past {n} visitor whose turn comes before.", "{ticket} would be called past {n} visitors whose turn comes before.", n, { ticket });

function SecondPerson({ foreseen }) {
  if (foreseen.confirmed_by) return html`<p>${t("A second person has confirmed it beforehand.")}</p>`;
  if (!foreseen.needs_second_person) return null;
  const day = calendarDay(foreseen.last_day);
  return html`<p class="warned">${t("The day's quota is used up. Another lead operator or manager must confirm it by the end of {day}; until then the ledger says “unconfirmed”.", { day })}</p>`;
}

/** Whoever is asked to stand for a colleague's call does so at the own desk, beforehand; it counts for no call of their own. */
function ForAColleague({ foreseen: { ticket, needs_second_person: isDue, you_stand: isDone }, work, look }) {
  const [refusal, setRefusal] = useState("");
  if (isDone) return html`<p role="status">${t("You stand for it, should a colleague call {ticket} past others.", { ticket })}</p>`;
  if (!isDue) return null;
  const stand = async () => {
    const events = await work.act({ type: "confirm_jump", ticket });
    if (events.length) await look(ticket).catch(() => setRefusal(t("The server did not answer. Try again.")));
    else setRefusal(work.refusal);
  };
  return html`<details>
    <summary>${t("A colleague is to call {ticket}?", { ticket })}</summary>
    <p>${t("You can stand for it beforehand: your number will stand beside the caller’s in the public ledger.")}</p>
    <${Refusal} sentence=${refusal} />
    <button type="button" aria-disabled=${!work.isReady} onClick=${stand}>${t("Stand for it")}</button>
  </details>`;
}
