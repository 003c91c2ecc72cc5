/** The screens on which a visitor looks for a service: the first one, and the tree behind it. */
import { orderSentence } from "ui/order.js";
import { language, nameOf, offeredLanguages, ownName, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { find, parentOf, popular, whyNot } from "./offer.js";

const ROOM = 9;

/** The services most asked for, and the way to all of them. */
export function Home({ facts, view, go }) {
  const services = popular(facts);
  const shown = services.length <= ROOM ? services : services.slice(0, ROOM - 1);
  const all = () => go({ name: "tree", id: "" });
  return html`<h1 tabindex="-1">${t("What do you need today?")}</h1>
    <p class="order">${orderSentence(facts.order)}</p>
    <${Services} services=${shown} facts=${facts} view=${view} go=${go} />
    ${services.some(({ bookable }) => bookable) && html`<button type="button" class="main" onClick=${() => go({ name: "code" })}>${t("I have a booking")}</button>`}
    ${shown.length < services.length && html`<button type="button" class="main" onClick=${all}>${t("All services")}</button>`}`;
}

/** What stands under a branch. */
export function Tree({ facts, view, screen, go }) {
  const node = find(facts, screen.id);
  const services = node ? node.children : facts.services;
  return html`<h1 tabindex="-1">${node ? nameOf(node.names, facts.languages[0]) : t("All services")}</h1>
    <${Services} services=${services} facts=${facts} view=${view} go=${go} from=${screen} />`;
}

function Services({ services, facts, view, go, from = { name: "home" } }) {
  return html`<ul class="services">${services.map((service) => {
    const isOff = Boolean(service.queue && whyNot(view, service));
    const open = () => go({ name: service.queue ? "service" : "tree", id: service.id, back: from });
    return html`<li key=${service.id}>
      <button type="button" data-off=${isOff} onClick=${open}>
        <span>${nameOf(service.names, facts.languages[0])} ${isOff && html`<span class="hint">${t("Not available now")}</span>`}</span>
      </button>
    </li>`;
  })}</ul>`;
}

/** The languages, each by its own name in its own script, and the way to a person. */
export function Languages({ facts, choose, help }) {
  const codes = facts.languages.filter((code) => offeredLanguages().includes(code));
  return html`<nav class="bottom" aria-label=${t("Language of this page")}>
    ${codes.map((code) => {
      const isChosen = code === language();
      return html`<button type="button" key=${code} lang=${code} aria-pressed=${isChosen} onClick=${() => choose(code)}>
        ${ownName(code)}
      </button>`;
    })}
    <button type="button" onClick=${help}>${t("Call for help")}</button>
  </nav>`;
}

/** The ways back. */
export function Ways({ facts, screen, go, start }) {
  const above = () => {
    if (screen.name === "tree" && screen.id) go({ name: "tree", id: parentOf(facts, screen.id) || "" });
    else go(screen.back || { name: "home" });
  };
  return html`<nav class="bottom" aria-label=${t("Back")}>
    <button type="button" onClick=${above}>${t("Back")}</button>
    <button type="button" onClick=${start}>${t("Start over")}</button>
  </nav>`;
}
