/** What the hall needs to know of who books: as little as the service asks for. */
import { useRef, useState } from "preact/hooks";
import { Refusal } from "ui/components.js";
import { newId } from "ui/link.js";
import { tell } from "ui/read.js";
import { language, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { sentenceOf, slotName } from "./choose_time.js";

/** The last step; a press that was not answered may be repeated and books once. */
export function Details({ service, slot, names, booked }) {
  const [wrong, setWrong] = useState("");
  const [isAsking, setAsking] = useState(false);
  const id = useRef(newId());
  const classes = names.hall.classes.filter((each) => each.id !== "booked" && each.evidence !== "before" && !each.once_per_day);
  const send = async (event) => {
    event.preventDefault();
    const given = [...new FormData(event.target)].filter(([, value]) => String(value).trim());
    const said = { ...Object.fromEntries(given), service: service.id, slot, language: language() };
    setAsking(true);
    try {
      const told = await tell("POST", "/api/v1/bookings", { id: id.current, ...said, ...(said.quantity && { quantity: Number(said.quantity) }) });
      booked(told.code);
    } catch (problem) {
      setAsking(false);
      setWrong(sentenceOf(problem));
      if (problem.code) id.current = newId(); // refused: the next press is another wish
    }
  };
  return html`<p class="when">${slotName(slot, names.timeZone)}</p>
    <form onSubmit=${send}>
      ${classes.length > 0 && html`<label>${t("Does one of these apply to you?")}
        <select name="class"><option value="">${t("No")}</option>${classes.map((each) => html`<option value=${each.id}>${names.pick(each.names)}</option>`)}</select></label>`}
      ${service.most_at_once > 1 && html`<label>${t("How many do you bring?")}
        <input name="quantity" type="number" min="1" max=${service.most_at_once} value="1" required /></label>`}
      ${service.person_to_book && html`<label>${t("Number of your document")}
        <span class="soft">${t("It is not kept: the hall only sees whether one person books too often.")}</span>
        <input name="person" autocomplete="off" maxlength="40" required /></label>`}
      <label>${t("How can we reach you? (you may leave this empty)")}
        <span class="soft">${t("Only the hall's staff reads it, and it is deleted when the day of your visit ends.")}</span>
        <input name="contact" autocomplete="tel" maxlength="200" /></label>
      <${Refusal} sentence=${wrong} />
      <button class="main" disabled=${isAsking}>${t("Book this time")}</button>
    </form>`;
}
