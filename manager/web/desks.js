/** The desks: who is there, with whom, since when, and which queues they serve. */
import { clockTime } from "ui/clock.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { ActButton } from "./buttons.js";
import { AssignDesk, CloseDesk, ReleaseTicket } from "./desk_acts.js";
import { deskState, ticketState } from "./told.js";

/** The section. */
export function Desks({ page }) {
  return html`<ul class="items cards">
    ${page.floor.now.desks.map((desk) => html`<${Desk} key=${desk.number} ...${{ desk, page }} />`)}
  </ul>`;
}

function Desk({ desk, page }) {
  const { number, state, zone, queues, closing } = desk;
  const alone = stranding(desk);
  const of = { page, about: t("Desk {desk}", { desk: number }), of: { number } };
  return html`<li class="card desk-now" data-state=${state}>
    <h2><span class="unseen">${t("Desk")} </span><bdi>${number}</bdi></h2>
    <p class="row facts">
      <span class="badge" data-state=${closing ? "paused" : state}>${deskState(desk, page.names)}</span>
      ${zone && html`<span class="soft">${page.names.zone(zone)}</span>`}
      ${queues.length > 0 && html`<span class="serves">
        <span class="unseen">${t("Queues")}: </span><bdi>${queues.join(" ")}</bdi></span>`}
    </p>
    <p class="there">${state !== "closed" && html`<${Occupied} desk=${desk} names=${page.names} />`}</p>
    ${alone > 0 && html`<p class="soft">${waitAlone(alone)}</p>`}
    <div class="row">${actsOn(desk).map((act) => html`<${ActButton} key=${act.act} ...${of} ...${act} />`)}</div>
  </li>`;
}

/** What can be done about a desk as it is now. */
function actsOn(desk) {
  const acts = [
    [true, { act: "assign_desk", label: t("Queues"), Kind: AssignDesk, look: "quiet small" }],
    [desk.ticket, { act: "release_ticket", label: t("Release ticket"), Kind: ReleaseTicket, look: "quiet small" }],
    [desk.state !== "closed", { act: "close_desk", label: t("Take out of use"), Kind: CloseDesk, look: "danger small" }],
  ];
  return acts.filter(([isDue]) => isDue).map(([, act]) => act);
}

/** Who is at a desk, and with which ticket. */
function Occupied({ desk, names }) {
  const { ticket, idle_since: idle, parked } = desk;
  const time = idle && t("since {time}", { time: clockTime(idle, names.timeZone) });
  return html`${desk.operator_name || t("Another system")} · ${" "}
    ${ticket && html`<strong><bdi>${ticket}</bdi></strong> ${ticketState(desk.ticket_state)}`}
    ${!ticket && html`<span class="soft">${t("no visitor")} ${time}</span>`}
    ${parked > 0 && html` · <span class="soft">${tn("{n} parked", "{n} parked", parked)}</span>`}
    ${desk.unsure && html` <span class="badge wrong">${t("Not confirmed since the interruption")}</span>`}`;
}

const waitAlone = (n) => tn("{n} person waits for this desk alone.", "{n} people wait for this desk alone.", n);

/** How many wait for whom no other desk is open. */
export const stranding = (desk) => Object.values(desk.last_for).reduce((sum, count) => sum + count, 0);
