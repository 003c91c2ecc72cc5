/** The screens between a chosen service and an answer: take a ticket, and one moment please. */
import { useEffect, useState } from "preact/hooks";
import { read } from "ui/read.js";
import { nameOf, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { claimable, find, hasNoDesk, reasonNames, whyNot } from "./offer.js";

const QUICK_MS = 400;

/** One service: a large button for a ticket, and one for each ground of precedence. */
export function TakeTicket({ facts, view, screen, ask }) {
  const service = find(facts, screen.id);
  const [quantity, setQuantity] = useState(1);
  const take = (ground) => ask({ service: service.id, class: ground, ...(quantity > 1 && { quantity }) });
  return html`<h1 tabindex="-1">${nameOf(service.names, facts.languages[0])}</h1>
    ${
      whyNot(view, service)
        ? html`<${NotNow} facts=${facts} view=${view} service=${service} />`
        : html`<${NoDesk} view=${view} service=${service} />
          ${service.most_at_once > 1 && html`<${HowMany} most=${service.most_at_once} quantity=${quantity} choose=${setQuantity} />`}
          <button type="button" class="main take" onClick=${() => take("none")}>${t("Take a ticket")}</button>
          <${Grounds} facts=${facts} take=${take} />`
    }`;
}

/** Why there is no ticket, and what to do. */
function NotNow({ facts, view, service }) {
  const isClosing = whyNot(view, service) === "closing";
  const names = !isClosing && reasonNames(facts, view.suspended_reasons[service.id]);
  return html`<p class="told">
      ${isClosing ? t("No more tickets are given for this service today.") : t("No tickets are given for this service just now.")}
    </p>
    ${names && html`<p class="advice">${nameOf(names, facts.languages[0])}</p>`}
    <p class="advice">${t("Please choose another service, or ask at the information desk.")}</p>`;
}

/** That nobody serves it, and how many wait, before the ticket is taken. */
function NoDesk({ view, service }) {
  const [waiting, setWaiting] = useState(0);
  const isAlone = hasNoDesk(view, service);
  useEffect(() => {
    if (!isAlone) return;
    const count = ({ queues }) => setWaiting(queues.find(({ id }) => id === service.queue)?.waiting || 0);
    read("/api/v1/queues").then(count, () => null);
  }, [isAlone, view.seq]);
  if (!isAlone) return null;
  return html`<p class="notice">
    ${tn("Nobody serves this just now; {n} person waits.", "Nobody serves this just now; {n} people wait.", waiting)}
  </p>`;
}

/** How many matters a visitor brings, where the service says so. */
function HowMany({ most, quantity, choose }) {
  return html`<div class="how-many" role="group" aria-label=${t("How many do you bring?")}>
    <p>${t("How many do you bring?")}</p>
    <button type="button" aria-label=${t("One less")} disabled=${quantity <= 1} onClick=${() => choose(quantity - 1)}>−</button>
    <output aria-live="polite">${quantity}</output>
    <button type="button" aria-label=${t("One more")} disabled=${quantity >= most} onClick=${() => choose(quantity + 1)}>+</button>
  </div>`;
}

function Grounds({ facts, take }) {
  const grounds = claimable(facts);
  if (!grounds.length) return null;
  return html`<p>${t("Does one of these apply to you? Then you will be called earlier.")}</p>
    <ul class="services grounds">${grounds.map(
      ({ id, names, evidence }) => html`<li key=${id}><button type="button" onClick=${() => take(id)}>
        <span>${nameOf(names, facts.languages[0])}
          ${evidence === "desk" && html`<span class="hint">${t("Proof is asked for at the desk")}</span>`}</span>
      </button></li>`,
    )}</ul>`;
}

/** The command is on its way: nothing to touch, so that nobody asks twice. */
export function Moment() {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), QUICK_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSlow && html`<h1 tabindex="-1">${t("One moment, please")}</h1>`;
}
