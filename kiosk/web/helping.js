/** A visitor asks for a person: called, then coming. */
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** Says that somebody was called, and then that somebody is coming. */
export function Helping({ isComing, start }) {
  return html`<h1 tabindex="-1">${isComing ? t("Someone is coming.") : t("Help has been called.")}</h1>
    <p class="advice" role="status">${t("Please wait at this kiosk.")}</p>
    <button type="button" class="main" onClick=${start}>${t("Done")}</button>`;
}
