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
  const of = { number: desk.number };
  const about = t("Desk {desk}", { desk: desk.number });
  const isThere = desk.state !== "closed";
  return html`<li class="card desk-now" data-state=${desk.state}>
    <h2><span class="unseen">${t("Desk")} </span><bdi>${desk.number}</bdi></h2>
    <p class="row facts"><span class="badge" data-state=${desk.closing ? "paused" : desk.state}>${deskState(desk, page.names)}</span>
      ${desk.zone && html`<span class="soft">${page.names.zone(desk.zone)}</span>`}
      ${desk.queues.length > 0 && html`<span class="serves"><span class="unseen">${t("Queues")}: </span><bdi>${desk.queues.join(" ")}</bdi></span>`}</p>
    <p class="there">${isThere && html`<${Occupied} ...${{ desk, page }} />`}</p>
    ${stranding(desk) > 0 && html`<p class="soft">${tn("{n} person waits for this desk alone.", "{n} people wait for this desk alone.", stranding(desk))}</p>`}
    <div class="row">
      <${ActButton} ...${{ page, act: "assign_desk", label: t("Queues"), about, Kind: AssignDesk, of, look: "quiet small" }} />
      ${desk.ticket && html`<${ActButton} ...${{ page, act: "release_ticket", label: t("Release ticket"), about, Kind: ReleaseTicket, of, look: "quiet small" }} />`}
      ${isThere && html`<${ActButton} ...${{ page, act: "close_desk", label: t("Take out of use"), about, Kind: CloseDesk, of, look: "danger small" }} />`}
    </div>
  </li>`;
}

/** Who is at a desk, and with which ticket. */
function Occupied({ desk, page }) {
  const time = (at) => t("since {time}", { time: clockTime(at, page.names.timeZone) });
  const operator = desk.operator_name || t("Another system");
  const parked = desk.parked > 0 && html` · <span class="soft">${tn("{n} parked", "{n} parked", desk.parked)}</span>`;
  if (!desk.ticket) return html`${operator} · <span class="soft">${t("no visitor")} ${desk.idle_since && time(desk.idle_since)}</span>${parked}`;
  return html`${operator} · <strong><bdi>${desk.ticket}</bdi></strong> ${ticketState(desk.ticket_state)}${parked}
    ${desk.unsure && html` <span class="badge wrong">${t("Not confirmed since the interruption")}</span>`}`;
}

/** How many wait for whom no other desk is open. */
export const stranding = (desk) => Object.values(desk.last_for || {}).reduce((sum, count) => sum + count, 0);
