/** Questions before an act: what will happen, to how many, and what the hall has to be told. */
import { Question, Refusal } from "ui/components.js";
import { ownName, t } from "ui/texts.js";
import { html } from "ui/view.js";

/**
 * One question with a form; `act` gets the form's values and gives whether it was done, then the question closes.
 * `isDue` false says that what was to be done has been done meanwhile, or cannot be any more.
 */
export function Ask({ page, title, label, look = "main", isDue = true, act, close, children }) {
  const { floor } = page;
  const submit = async (event) => {
    event.preventDefault();
    if (await act(valuesOf(event.currentTarget))) close();
  };
  const isLate = t("This has changed meanwhile: there is nothing left to do here.");
  if (!isDue) return html`<${Question} title=${title} close=${close}><p>${isLate}</p><//>`;
  return html`<${Question} title=${title} close=${close}>
    <form class="ask" onSubmit=${submit}>
      ${children}
      <${Refusal} sentence=${floor.refusal} />
      <div class="row answers">
        <button class=${look} disabled=${!floor.isReady}>${label}</button>
        <button type="button" class="next" onClick=${close}>${t("Leave it")}</button>
      </div>
    </form>
  <//>`;
}

/** What stands in a form, by name; several of one name in a list. */
export function valuesOf(form) {
  const values = new FormData(form);
  return { get: (name) => (values.get(name) ?? "").trim(), all: (name) => values.getAll(name) };
}

/** Why, where the hall has reasons for it. */
export function Why({ page, verb }) {
  const reasons = page.names.reasonsFor(verb);
  if (!reasons.length) return null;
  return html`<label>${t("Why?")}
    <select name="reason" required>
      <option value="">${t("Choose…")}</option>
      ${reasons.map(({ id }) => html`<option key=${id} value=${id}>${page.names.reason(id)}</option>`)}
    </select>
  </label>`;
}

/** The reason that was chosen; a hall without reasons of its own is not asked about any. */
export const reasonOf = (values) => values.get("reason") || "manager";

/** Choices of which one holds, as radio buttons. @param {{choices: [string, any][]}} props */
export function Choice({ title, name, choices, chosen, choose, look = "" }) {
  return html`<fieldset class=${`choice ${look}`}>
    <legend>${title}</legend>
    ${choices.map(([value, label]) => html`<label key=${value} class="tick">
      <input type="radio" ...${{ name, value }} checked=${chosen === value} onChange=${() => choose(value)} />
      <span>${label}</span>
    </label>`)}
  </fieldset>`;
}

/** A text in the hall's languages, the main one first; only what is written is said. */
export function Texts({ names, shown = {}, isNeeded = false }) {
  const { languages } = names.hall;
  const box = { dir: "auto", rows: 3, maxlength: 300 };
  return languages.map((code, place) => html`<label key=${code}>${ownName(code)}
    <textarea name=${`text-${code}`} lang=${code} ...${box} placeholder=${shown[code]} required=${isNeeded && !place}></textarea>
  </label>`);
}

/** The texts that were written, by language, or nothing. */
export function textOf(values, names) {
  const said = names.hall.languages.map((code) => [code, values.get(`text-${code}`)]).filter(([, text]) => text);
  return said.length ? { text: Object.fromEntries(said) } : {};
}
