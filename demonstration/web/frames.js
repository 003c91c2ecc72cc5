/** The four screens, each the hall's own page in a frame. */
import { language, t } from "ui/texts.js";
import { html } from "ui/view.js";

/** Kiosk, board, desk, and the phone of whoever took the last ticket. */
export function Frames({ taken }) {
  return html`<div class="frames">
    <${Screen} name="kiosk" title=${t("Kiosk")} path="/kiosk" />
    <${Screen} name="board" title=${t("Board")} path="/board" />
    <${Screen} name="desk" title=${t("Desk")} path="/desk" />
    <${Screen} name="phone" title=${t("Phone")} path=${taken && `/visit/${taken.token}`} />
  </div>`;
}

function Screen({ name, title, path }) {
  const address = path && `${path}?lang=${language()}`;
  return html`<section class=${`screen ${name}`} aria-labelledby=${`of-${name}`}>
    <h2 id=${`of-${name}`}>${title}</h2>
    ${address && html`<a href=${address} target="_blank">${t("Open it alone")}<span class="unseen">: ${title}</span></a>`}
    ${
      address
        ? html`<iframe key=${address} src=${address} title=${title}></iframe>`
        : html`<p class="no-ticket">${t("Take a ticket at the kiosk: this phone then shows the ticket's own page.")}</p>`
    }
  </section>`;
}
