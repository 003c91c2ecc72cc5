/** Buttons that lead to a question, for those who may answer it. */
import { html } from "ui/view.js";

/** A button that asks before it acts; not shown to those who may not, without effect while the hall is not heard. */
export function ActButton({ page, act, label, Kind, of = {}, look = "quiet", about = "" }) {
  const { floor } = page;
  if (!page.may(act)) return null;
  return html`<button type="button" class=${look} data-off=${!floor.isUp} aria-disabled=${!floor.isReady}
    onClick=${() => floor.isReady && page.ask(Kind, of)}>
    <span>${label}${about && html`<span class="unseen"> ${about}</span>`}</span>
  </button>`;
}
