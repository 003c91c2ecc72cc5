/** Asking for a person to come. */
import { useState } from "preact/hooks";
import { Refusal } from "ui/components.js";
import { newId } from "ui/link.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** When a visit is over there is nobody to come to. */
const OVER = ["completed", "abandoned", "expired"];

/** The button, and afterwards what was done about it; asking twice is no harm. */
export function Help({ visit, send }) {
  const [isAsked, setAsked] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [wrong, setWrong] = useState("");
  if (OVER.includes(visit.state)) return null;
  const ask = async () => {
    setAsking(true);
    const answer = await send({ type: "request_help", id: newId(), ticket: visit.ticket, day: visit.day }).catch(() => null);
    setAsking(false);
    setAsked(Boolean(answer?.ok));
    setWrong(answer?.ok ? "" : answer?.detail || t("The staff could not be told. Please ask at the information desk."));
  };
  return html`<section class="help">
    <div role="status">${
      isAsked &&
      html`<p class="told">${t("The staff know that you need help. Please wait near the boards, or go to the information desk if you can.")}</p>`
    }</div>
    <${Refusal} sentence=${wrong} />
    ${!isAsked && html`<button type="button" class="next" disabled=${isAsking} onClick=${ask}>${t("Ask for help")}</button>`}
  </section>`;
}
