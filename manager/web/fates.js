/** What becomes of those who wait when a day, a desk or a service ends. */
import { useState } from "preact/hooks";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Choice } from "./ask.js";

/** What each fate means, told with the count. */
const MEANING = {
  serve_out: (n) => tn("Serve out: {n} person is still served.", "Serve out: {n} people are still served.", n),
  transfer: (n) =>
    tn(
      "Move {n} person to another service, with the arrival kept.",
      "Move {n} people to another service, with their arrival kept.",
      n,
    ),
  cancel: (n) =>
    tn(
      "Withdraw {n} ticket; the boards and the visitor's page say so.",
      "Withdraw {n} tickets; the boards and the visitors' pages say so.",
      n,
    ),
  stay: (n) => tn("Leave {n} person waiting, with no open desk.", "Leave {n} people waiting, with no open desk.", n),
};

/** A choice among fates for `count` people, the first one usual; they can be moved to a goal that an open desk serves. */
export function Fates({ page, count, fates, isGoal = () => true }) {
  const [chosen, choose] = useState(fates[0]);
  if (!count) return null;
  const { services, desks } = page.floor.now;
  const isServed = ({ queue }) => desks.some((desk) => desk.state === "open" && desk.queues.includes(queue));
  const goals = services.filter((service) => !service.suspended && isServed(service) && isGoal(service));
  const choices = fates.map((name) => [name, MEANING[name](count)]);
  const title = t("What becomes of those who wait?");
  return html`<${Choice} name="waiting" ...${{ title, choices, chosen, choose }} />
    ${chosen === "transfer" && !goals.length && html`<p class="warning">${t("No other desk is open that could take them.")}</p>`}
    ${chosen === "transfer" && html`<label>${t("To which service?")}
      <select name="to" required>
        <option value="">${t("Choose…")}</option>
        ${goals.map(({ id, names }) => html`<option key=${id} value=${id}>${page.names.pick(names)}</option>`)}
      </select>
    </label>`}`;
}

/** The fields of a command that say it; none when nobody waits or they are left waiting. */
export function fateOf(values) {
  const waiting = values.get("waiting");
  if (!waiting || waiting === "stay") return {};
  return { waiting, ...(waiting === "transfer" && { to: values.get("to") }) };
}
