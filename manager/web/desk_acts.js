/** The questions about a desk. */
import { useState } from "preact/hooks";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ask, Choice, reasonOf, Why } from "./ask.js";
import { stranding } from "./desks.js";
import { Fates, fateOf } from "./fates.js";

const deskOf = (page, number) => page.floor.now.desks.find((desk) => desk.number === number);

export function AssignDesk({ page, close, number }) {
  const { floor } = page;
  const desk = deskOf(page, number);
  return html`<${Ask} ...${{ page, close, title: t("Which queues does desk {desk} serve?", { desk: number }), label: t("So be it") }}
    act=${(values) => floor.act({ type: "assign_desk", desk: number, queues: values.all("queue") })}>
    <${Stranding} desk=${desk} />
    <fieldset class="ticks"><legend>${t("Queues")}</legend>
      ${floor.now.queues.map((queue) => html`<label key=${queue.id} class="tick">
        <input type="checkbox" name="queue" value=${queue.id} defaultChecked=${desk.queues.includes(queue.id)} />
        <span><strong><bdi>${queue.id}</bdi></strong> <span class="soft">${tn("{n} waiting", "{n} waiting", queue.waiting)}</span></span>
      </label>`)}
    </fieldset>
  <//>`;
}

/** What would be left without a desk. */
function Stranding({ desk }) {
  const queues = Object.entries(desk.last_for || {}).filter(([, count]) => count);
  if (!queues.length) return null;
  return html`<p class="warning">${t("No other open desk serves these who wait:")}
    ${" "}<bdi>${queues.map(([queue, count]) => `${queue} (${count})`).join(", ")}</bdi></p>`;
}

export function ReleaseTicket({ page, close, number }) {
  const { floor } = page;
  const desk = deskOf(page, number);
  return html`<${Ask} ...${{ page, close, title: t("Release the ticket at desk {desk}?", { desk: number }), label: t("Release ticket"), isDue: Boolean(desk.ticket) }}
    act=${(values) => floor.act(release(desk, reasonOf(values)))}>
    <p>${t("Ticket {ticket} waits again, with the arrival that it had. The desk stays as it is.", { ticket: desk.ticket })}</p>
    <${Why} page=${page} verb="release_ticket" />
  <//>`;
}

const release = (desk, reason) => ({ type: "release_ticket", desk: desk.number, ticket: desk.ticket, reason });

export function CloseDesk({ page, close, number }) {
  const { floor } = page;
  const desk = deskOf(page, number);
  const closeDesk = (values) => {
    const fate = fateOf(values);
    const isFreed = desk.ticket && fate.waiting !== "serve_out";
    const closing = { type: "close_desk", desk: number, ...fate };
    return floor.act(...(isFreed ? [release(desk, reasonOf(values))] : []), closing);
  };
  return html`<${Ask} ...${{ page, close, title: t("Take desk {desk} out of use?", { desk: number }), label: t("Take out of use"), look: "main danger", isDue: desk.state !== "closed", act: closeDesk }}>
    <p>${desk.operator_name ? t("{name} is signed off from the desk.", { name: desk.operator_name }) : t("Nobody is called to this desk any more.")}</p>
    ${desk.ticket && html`<p>${t("Ticket {ticket} is there. Unless the desk serves out, it waits again, with the arrival that it had.", { ticket: desk.ticket })}</p>`}
    <${Stranding} desk=${desk} />
    ${stranding(desk) > 0 ? html`<${Fates} ...${{ page, count: stranding(desk), fates: fatesAt(desk), without: (service) => !isServedElsewhere(service, desk, floor.now) }} />` : desk.ticket && html`<${When} />`}
    ${desk.ticket && html`<${Why} page=${page} verb="release_ticket" />`}
  <//>`;
}

/** A desk that is paused calls nobody, and so cannot serve out. */
const fatesAt = (desk) => (desk.state === "open" ? ["serve_out", "stay", "transfer", "cancel"] : ["stay", "transfer", "cancel"]);

const isServedElsewhere = ({ queue }, desk, now) =>
  now.desks.some((other) => other.number !== desk.number && other.state === "open" && other.queues.includes(queue));

/** Only the visitor who is there is concerned. */
function When() {
  const [fate, setFate] = useState("serve_out");
  const choices = [
    ["serve_out", t("When the visitor there is finished with")],
    ["stay", t("At once")],
  ];
  return html`<${Choice} title=${t("When?")} name="waiting" choices=${choices} chosen=${fate} choose=${setFate} />`;
}
