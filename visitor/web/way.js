/** The way of a visit through several services: which was done, which is now, which follow. */
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";

/** Nothing of it lies ahead any more. */
const OVER = ["completed", "no_show", "cancelled", "abandoned", "expired"];

/** How far the visit is, for whoever has more than one service; nothing when it is over. */
export function Way({ visit, main }) {
  const { legs = [], planned = [], state } = visit;
  const all = legs.length + 1 + planned.length;
  if (all === 1 || OVER.includes(state)) return null;
  const names = (services) => services.map(({ names: table, service }) => nameOf(table, main) || service).join(", ");
  return html`<div class="way">
    <p>${t("Service {n} of {all} with this number", { n: legs.length + 1, all })}</p>
    ${planned.length > 0 && html`<p>${t("Then: {services}", { services: names(planned) })}</p>`}
    ${legs.length > 0 && html`<p class="soft">${t("Done: {services}", { services: names(legs) })}</p>`}
  </div>`;
}
