/** A call that the hall is about to make to this desk: shown with a countdown, and told to an operator who looks elsewhere. */
import { useEffect, useState } from "preact/hooks";
import { hallNow, minutesAndSeconds, useSeconds } from "ui/clock.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { canNotify, mayNotify, notify, playTone, setSound, wantsSound } from "./alerts.js";

/** In the place of the ticket while a call is offered. */
export function Offered({ offer }) {
  useSeconds();
  const left = Math.max(0, Math.ceil(offer.until / 1e6 - hallNow()));
  return html`<article class="ticket" data-state="offered">
    <div class="who-is-here alone">
      <p class="state"><span class="badge" data-state="offered">${t("A call is coming")}</span></p>
      <p class="number" role="timer">${minutesAndSeconds(left)}</p>
      <h1>${t("Then the next visitor is called to you")}</h1>
      <p class="soft">${t("Call now, or say that you cannot: another desk may take the visitor.")}</p>
    </div>
  </article>`;
}

/** Each new offer is told by a tone and a notification, as the operator wishes; the title says it too. */
export function useAlerts({ number, offer }) {
  useEffect(() => {
    if (!offer) return undefined;
    playTone();
    return notify(t("A visitor is about to be called to desk {desk}", { desk: number }));
  }, [offer?.until]);
}

/** How offers are told: only where the hall makes any. */
export function AlertSettings({ desk }) {
  const [, again] = useState(0);
  const draw = () => again((n) => n + 1);
  if (!desk.auto_call_seconds) return null;
  const turn = (event) => {
    setSound(event.target.checked);
    playTone();
    draw();
  };
  return html`<section class="card alerts">
    <h2>${t("When a call is coming")}</h2>
    <label class="tick"><input type="checkbox" checked=${wantsSound()} onChange=${turn} /> ${t("A soft tone")}</label>
    <${Notifying} asked=${draw} />
  </section>`;
}

function Notifying({ asked }) {
  if (!canNotify()) return html`<p class="soft">${t("Notifications need a secure address (https).")}</p>`;
  if (mayNotify() === "granted") return html`<p class="soft">${t("A notification is shown when you look elsewhere.")}</p>`;
  if (mayNotify() === "denied") return html`<p class="soft">${t("This browser does not let this page notify you.")}</p>`;
  const ask = () => Notification.requestPermission().then(asked);
  return html`<button type="button" class="quiet small" onClick=${ask}>${t("Show notifications")}</button>`;
}
