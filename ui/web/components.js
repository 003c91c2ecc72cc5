/** What more than one page shows. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { language, offeredLanguages, ownName, speak, t } from "ui/texts.js";
import { html } from "ui/view.js";

/** A choice of the page's language, each in its own script; `spoken` is called when the new one is there. */
export function LanguageChooser({ spoken, keep = true }) {
  const choose = async (event) => {
    await speak(event.target.value, { keep });
    spoken();
  };
  return html`<label class="languages">
    <span class="unseen">${t("Language of this page")}</span>
    <select value=${language()} onChange=${choose}>
      ${offeredLanguages().map((code) => html`<option value=${code} lang=${code}>${ownName(code)}</option>`)}
    </select>
  </label>`;
}

/** As many letters as a number of the hall's own series has; one of a kiosk's own (A-K3-07) is set smaller. */
const USUAL_LETTERS = 5;

/** A ticket's number, large and in one line. */
export function TicketNumber({ ticket }) {
  return html`<p class="number" data-long=${ticket.length > USUAL_LETTERS}><bdi>${ticket}</bdi></p>`;
}

/** One sentence that needs the eye, said at once by a screen reader. */
export function Refusal({ sentence, dismiss }) {
  return html`<div class="refusal-place" role="alert">
    ${
      sentence &&
      html`<p class="refusal">
        <span>${sentence}</span>
        ${dismiss && html`<button type="button" class="quiet small" onClick=${dismiss}>${t("Got it")}</button>`}
      </p>`
    }
  </div>`;
}

/** What happened, said by a screen reader when it has time. */
export const Said = ({ sentence }) => html`<p class="unseen" role="status" aria-live="polite">${sentence}</p>`;

/** Shown while the hall cannot be heard. */
export function LinkNotice({ isUp, sentence }) {
  return html`<div role="status" class="link-place">
    ${!isUp && html`<p class="no-link"><span class="mark" aria-hidden="true">⚠</span> <span>${sentence}</span></p>`}
  </div>`;
}

/** A short key, as it stands on the keyboard. */
export const Key = ({ name }) => (name ? html`<kbd aria-hidden="true" dir="ltr">${name}</kbd>` : null);

/** A modal question; Escape and the close button answer "no". */
export function Question({ title, children, close }) {
  const box = useRef(null);
  useLayoutEffect(() => box.current.showModal(), []); // before a key can reach what lies beneath
  const name = "question-title";
  return html`<dialog ref=${box} aria-labelledby=${name} onClose=${close}>
    <div class="dialog-head">
      <h2 id=${name}>${title}</h2>
      <button type="button" class="quiet small" onClick=${close}>${t("Close")} <${Key} name="Esc" /></button>
    </div>
    ${children}
  </dialog>`;
}
