/** Answers to a question of the desk: buttons with a digit each, and lists to choose from. */
import { useLayoutEffect } from "preact/hooks";
import { Key } from "ui/components.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** Where a digit is text, or a way through a list. */
const TAKES_DIGITS = ["SELECT", "INPUT", "TEXTAREA"];

/** Buttons in a column; while the question is open a digit presses its button. */
export function Choices({ choices, choose }) {
  useLayoutEffect(() => {
    const hear = (event) => {
      const { tagName, type } = event.target;
      const isText = TAKES_DIGITS.includes(tagName) && !["radio", "checkbox"].includes(type);
      const choice = !isText && !event.repeat && choices[Number(event.key) - 1];
      if (choice) choose(choice.id);
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  });
  return html`<ul class="choices">
    ${choices.map(({ id, label, hint }, place) => {
      const key = place < 9 ? String(place + 1) : "";
      return html`<li key=${id}>
        <button type="button" class="next" aria-keyshortcuts=${key} onClick=${() => choose(id)}>
          <span class="label">${label}${hint && html` <span class="hint">${hint}</span>`}</span><${Key} name=${key} />
        </button>
      </li>`;
    })}
  </ul>`;
}

/** The reasons that may stand in a command, as choices; `otherwise` when the hall has none of its own for it. */
export function reasonChoices(names, verb, otherwise) {
  const reasons = names.reasonsFor(verb).map(({ id }) => ({ id, label: names.reason(id) }));
  return reasons.length || !otherwise ? reasons : [{ id: "desk", label: otherwise }];
}

/** A list of places; `options` are `{id, label}`, or groups `{group, options}` of them. */
export function Select({ label, options, value, choose, hasNone = false }) {
  const option = ({ id, label: name }) => html`<option key=${id} value=${id}>${name}</option>`;
  return html`<label>${label}
    <select value=${value} onChange=${(event) => choose(event.target.value)}>
      ${hasNone && html`<option value="" disabled>${t("Choose…")}</option>`}
      ${options.map((one) =>
        one.group === undefined ? option(one) : html`<optgroup key=${one.group} label=${one.group}>${one.options.map(option)}</optgroup>`)}
    </select>
  </label>`;
}

/** The hall's services as groups to choose from, but for some. */
export function serviceOptions(names, isLeftOut = () => false) {
  const options = ({ services }) => services.filter((service) => !isLeftOut(service)).map(({ id, name }) => ({ id, label: name }));
  return names.groups.map((group) => ({ group: group.group, options: options(group) })).filter((group) => group.options.length);
}
