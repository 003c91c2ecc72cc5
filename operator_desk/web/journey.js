/** A visit through several services: which follow, what is added and what is taken off. */
import { useState } from "preact/hooks";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Choices, Select, serviceOptions } from "./choices.js";

/** A planned service in words: its name, and where or whether it is served. */
export function plannedFact({ names: table, service, desk, suspended }, names) {
  const more = [desk && t("back at desk {desk}", { desk }), suspended && t("suspended")].filter(Boolean);
  return [names.pick(table) || service, ...more].join(" · ");
}

/** Which service the visitor needs as well; those that are planned are not offered again. */
export function Leg({ names, desk, answer }) {
  const [service, setService] = useState("");
  const { planned, service: present } = desk.ticket;
  const isKnown = ({ id }) => planned.some((leg) => leg.service === id) || (!planned.length && id === present);
  return html`<p>${t("The visitor keeps the number, and waits for this service after the one here.")}</p>
    <${Select} label=${t("A service")} options=${serviceOptions(names, isKnown)} value=${service} choose=${setService} hasNone />
    <button type="button" class="main" disabled=${!service} onClick=${() => answer({ service })}>${t("Add this service")}</button>`;
}

/** Which planned service the visitor does not need. */
export function Planned({ names, desk, answer }) {
  const choices = desk.ticket.planned.map((leg) => ({ id: leg.service, label: plannedFact(leg, names) }));
  return html`<${Choices} choices=${choices} choose=${(service) => answer({ service })} />`;
}

/** Whether a planned service follows the one that ends; nothing where none is planned. */
export function Onward({ ticket, names, goesOn, setGoesOn }) {
  if (!ticket?.planned.length) return null;
  return html`<label class="tick">
    <input type="checkbox" checked=${goesOn} onChange=${(event) => setGoesOn(event.target.checked)} />
    ${t("the visitor goes on to: {service}", { service: plannedFact(ticket.planned[0], names) })}
  </label>`;
}
