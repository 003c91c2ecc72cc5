/** Finding a ticket: by its number, or by a slip that a scanner reads. */
import { useEffect, useRef } from "preact/hooks";
import { Refusal } from "ui/components.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ticket } from "./ticket.js";

/** The field, and the ticket that was found. The next code replaces the one before. */
export function Find({ round, names }) {
  const field = useRef(null);
  useEffect(() => {
    field.current.focus({ preventScroll: true });
    return () => round.lay();
  }, []);
  const look = async (event) => {
    event.preventDefault();
    const { current } = field;
    await round.look(current.value.trim());
    if (round.visit) current.value = round.visit.ticket;
    current.select();
  };
  return html`<form class="find" role="search" onSubmit=${look}>
      <label for="code">${t("Number, or scan the slip")}</label>
      <div class="field">
        <input id="code" name="code" ref=${field} required dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck=${false} enterkeyhint="search" />
        <button class="next">${t("Find")}</button>
      </div>
    </form>
    <${Refusal} sentence=${round.wrong} />
    <div aria-live="polite">${round.visit && html`<${Ticket} key=${round.visit.ticket} ...${{ round, names, visit: round.visit }} />`}</div>`;
}
