/** Giving a ticket to a visitor who does not take one: the service first, then what a kiosk would ask. */
import { useState } from "preact/hooks";
import { languageName, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Select, classOptions, printerOptions, useKiosks } from "./choices.js";
import { Slip } from "./slip.js";

/** Choose a service, say what is asked, and hand over what was given. */
export function Give({ round, names }) {
  const [service, choose] = useState(null);
  const [given, setGiven] = useState(null);
  const over = () => {
    setGiven(null);
    choose(null);
  };
  if (given) return html`<${Slip} names=${names} given=${given} done=${over} />`;
  if (service) return html`<${Details} ...${{ round, names, service, given: setGiven, back: () => choose(null) }} />`;
  return html`<${Services} ...${{ round, names, choose }} />`;
}

/** All services; a few letters leave those whose name has them. */
function Services({ round, names, choose }) {
  const [sought, seek] = useState("");
  const wanted = sought.trim().toLocaleLowerCase();
  const isWanted = ({ name }) => name.toLocaleLowerCase().includes(wanted);
  const groups = names.groups.map(({ group, services }) => ({ group, services: services.filter(isWanted) }));
  const suspended = Object.fromEntries(round.now.services.map(({ id, suspended: why }) => [id, why]));
  return html`<label>${t("Search the services")}
      <input type="search" value=${sought} autocomplete="off" onInput=${(event) => seek(event.target.value)} />
    </label>
    ${groups.filter(({ services }) => services.length).map(({ group, services }) => html`<section key=${group}>
      ${group && html`<h2>${group}</h2>`}
      <ul class="choices">${services.map((service) => html`<${Service} key=${service.id} ...${{ service, why: suspended[service.id], names, choose }} />`)}</ul>
    </section>`)}`;
}

function Service({ service, why, names, choose }) {
  return html`<li>
    <button type="button" class="next" disabled=${Boolean(why)} onClick=${() => choose(service)}>
      <span>${service.name} ${why && html`<span class="hint">${t("No tickets at the moment: {reason}", { reason: names.reason(why) })}</span>`}</span>
    </button>
  </li>`;
}

/** What a kiosk would ask, with its usual answers. */
function Details({ round, names, service, given, back }) {
  const [said, say] = useState({ class: "none", language: names.hall.languages[0], quantity: 1, print_at: "" });
  const set = (name) => (value) => say({ ...said, [name]: value });
  const most = mostAtOnce(names.hall.services, service.id);
  const submit = async (event) => {
    event.preventDefault();
    const { print_at: printAt, quantity, ...asked } = said;
    const command = { type: "issue_ticket", service: service.id, ...asked, ...(most > 1 && { quantity }), ...(printAt && { print_at: printAt }) };
    const events = await round.act(command, "");
    if (events) given(events[0]);
  };
  return html`<form class="form" onSubmit=${submit}>
    <h2 class="chosen">${service.name}</h2>
    <${Select} label=${t("Precedence")} value=${said.class} choose=${set("class")} options=${classOptions(names)} />
    <${Select} label=${t("Language")} value=${said.language} choose=${set("language")}
      options=${names.hall.languages.map((id) => ({ id, label: languageName(id) }))} />
    ${most > 1 && html`<${Quantity} most=${most} value=${said.quantity} choose=${set("quantity")} />`}
    <${Select} label=${t("Slip")} value=${said.print_at} choose=${set("print_at")} options=${printerOptions(useKiosks(), names)} />
    <button class="main" disabled=${!round.isReady}>${t("Give a ticket")}</button>
    <button type="button" class="next" onClick=${back}>${t("Another service")}</button>
  </form>`;
}

/** How many at once, by two large keys and a number between them. */
function Quantity({ most, value, choose }) {
  const step = (by, label, sign) => html`<button type="button" class="next" aria-label=${label} disabled=${value + by < 1 || value + by > most}
    onClick=${() => choose(value + by)}><span aria-hidden="true">${sign}</span></button>`;
  return html`<div class="quantity" role="group" aria-label=${t("How many at once? At most {n}.", { n: most })}>
    <span>${t("How many at once? At most {n}.", { n: most })}</span>
    <div class="steps">${step(-1, t("One less"), "−")}<output><bdi>${value}</bdi></output>${step(1, t("One more"), "+")}</div>
  </div>`;
}

function mostAtOnce(nodes, id) {
  for (const node of nodes) {
    const most = node.id === id ? node.most_at_once || 1 : mostAtOnce(node.children, id);
    if (most) return most;
  }
  return 0;
}
