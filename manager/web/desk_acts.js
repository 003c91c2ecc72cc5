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
  const act = (values) => floor.act({ type: "assign_desk", desk: number, queues: values.all("queue") });
  const title = t("Which queues does desk {desk} serve?", { desk: number });
  return html`<${Ask} ...${{ page, close, act, title, label: t("So be it") }}>
    <${Stranding} desk=${desk} />
    <fieldset class="ticks"><legend>${t("Queues")}</legend>
      ${floor.now.queues.map((queue) => html`<${QueueTick} key=${queue.id} queue=${queue} desk=${desk} />`)}
    </fieldset>
  <//>`;
}

function QueueTick({ queue, desk }) {
  const waiting = tn("{n} waiting", "{n} waiting", queue.waiting);
  return html`<label class="tick">
    <input type="checkbox" name="queue" value=${queue.id} defaultChecked=${desk.queues.includes(queue.id)} />
    <span><strong><bdi>${queue.id}</bdi></strong> <span class="soft">${waiting}</span></span>
  </label>`;
}

/** What would be left without a desk. */
function Stranding({ desk }) {
  const queues = Object.entries(desk.last_for).map(([queue, count]) => `${queue} (${count})`);
  if (!queues.length) return null;
  return html`<p class="warning">${t("No other open desk serves these who wait:")} <bdi>${queues.join(", ")}</bdi></p>`;
}

export function ReleaseTicket({ page, close, number }) {
  const desk = deskOf(page, number);
  const act = (values) => page.floor.act(release(desk, reasonOf(values)));
  const title = t("Release the ticket at desk {desk}?", { desk: number });
  const back = t("Ticket {ticket} waits again, with the arrival that it had. The desk stays as it is.", desk);
  return html`<${Ask} ...${{ page, close, act, title, label: t("Release ticket"), isDue: Boolean(desk.ticket) }}>
    <p>${back}</p>
    <${Why} page=${page} verb="release_ticket" />
  <//>`;
}

const release = (desk, reason) => ({ type: "release_ticket", desk: desk.number, ticket: desk.ticket, reason });

export function CloseDesk({ page, close, number }) {
  const desk = deskOf(page, number);
  const act = (values) => page.floor.act(...closing(desk, values));
  const title = t("Take desk {desk} out of use?", { desk: number });
  const asked = { page, close, act, title, label: t("Take out of use"), isDue: desk.state !== "closed" };
  return html`<${Ask} ...${asked} look="main danger">
    <p>${leaving(desk)}</p>
    <${Stranding} desk=${desk} />
    ${stranding(desk) > 0 && html`<${FatesOfDesk} page=${page} desk=${desk} />`}
    ${!stranding(desk) && desk.ticket && html`<${When} />`}
    ${desk.ticket && html`<${Why} page=${page} verb="release_ticket" />`}
  <//>`;
}

/** The commands that end a desk's work: who is there waits again, unless the desk serves out. */
function closing(desk, values) {
  const fate = fateOf(values);
  const isFreed = desk.ticket && fate.waiting !== "serve_out";
  return [...(isFreed ? [release(desk, reasonOf(values))] : []), { type: "close_desk", desk: desk.number, ...fate }];
}

function leaving({ operator_name: name, ticket }) {
  const gone = name ? t("{name} is signed off from the desk.", { name }) : t("Nobody is called to this desk any more.");
  if (!ticket) return gone;
  const there = t("Ticket {ticket} is there.", { ticket });
  return `${gone} ${there} ${t("Unless the desk serves out, it waits again, with the arrival that it had.")}`;
}

/** A desk that is paused calls nobody, and so cannot serve out. */
function FatesOfDesk({ page, desk }) {
  const fates = [...(desk.state === "open" ? ["serve_out"] : []), "stay", "transfer", "cancel"];
  const isServed = ({ queue }) =>
    page.floor.now.desks.some((other) => other !== desk && other.state === "open" && other.queues.includes(queue));
  return html`<${Fates} page=${page} count=${stranding(desk)} fates=${fates} isGoal=${isServed} />`;
}

/** Only the visitor who is there is concerned. */
function When() {
  const [chosen, choose] = useState("serve_out");
  const choices = [
    ["serve_out", t("When the visitor there is finished with")],
    ["stay", t("At once")],
  ];
  return html`<${Choice} title=${t("When?")} name="waiting" ...${{ choices, chosen, choose }} />`;
}
