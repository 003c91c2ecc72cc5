/** The services: what each did today against its target, and which are suspended. */
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ask, reasonOf, Why } from "./ask.js";
import { ActButton } from "./buttons.js";
import { Fates, fateOf } from "./fates.js";

/** The section. */
export function Services({ page }) {
  const { services } = page.floor.now;
  return html`<section class="card">
    <table class="services">
      <caption class="unseen">${t("Services today")}</caption>
      <thead><tr>
        <th scope="col">${t("Service")}</th>
        <th scope="col" class="figure">${t("Waiting")}</th>
        <th scope="col" class="figure wide">${t("Tickets")}</th>
        <th scope="col" class="figure wide">${t("Served")}</th>
        <th scope="col" class="figure wide">${t("Did not come")}</th>
        <th scope="col" class="figure wide">${t("In time")}</th>
        <th scope="col" class="act"><span class="unseen">${t("Suspend or resume")}</span></th>
      </tr></thead>
      <tbody>${services.map((service) => html`<${Row} key=${service.id} ...${{ service, page }} />`)}</tbody>
    </table>
  </section>`;
}

function Row({ service, page }) {
  const { tally } = service;
  const name = page.names.pick(service.names);
  const why = service.suspended && page.names.reason(service.suspended);
  const act = service.suspended
    ? { act: "resume_service", label: t("Resume"), Kind: ResumeService }
    : { act: "suspend_service", label: t("Suspend"), Kind: SuspendService };
  return html`<tr>
    <th scope="row">${name} <span class="soft"><bdi>${service.queue}</bdi></span>
      ${why && html` <span class="badge wrong">${t("Suspended: {reason}", { reason: why })}</span>`}</th>
    <td class="figure">${service.waiting}</td>
    <td class="figure wide">${tally.issued}</td>
    <td class="figure wide">${tally.served}</td>
    <td class="figure wide">${tally.no_show}</td>
    <td class="figure wide">${inTime(tally)}</td>
    <td class="act">
      <${ActButton} ...${{ page, ...act, about: name, of: { id: service.id }, look: "quiet small" }} />
    </td>
  </tr>`;
}

const inTime = ({ called, within_target: within }) => (called ? `${Math.floor((100 * within) / called)} %` : "–");

const serviceOf = (page, id) => page.floor.now.services.find((service) => service.id === id);

export function SuspendService({ page, close, id }) {
  const { floor, names } = page;
  const service = serviceOf(page, id);
  const act = (values) => {
    const fields = { service: id, reason: reasonOf(values), ...fateOf(values) };
    return floor.act({ type: "suspend_service", ...fields });
  };
  const title = t("Suspend “{service}”?", { service: names.pick(service.names) });
  const fates = ["serve_out", "transfer", "cancel"];
  const asked = { page, close, act, title, label: t("Suspend"), look: "main danger", isDue: !service.suspended };
  return html`<${Ask} ...${asked}>
    <p>${t("No ticket is given for this service until it is resumed.")} ${howManyWait(service.waiting)}</p>
    <${Why} page=${page} verb="suspend_service" />
    <${Fates} ...${{ page, fates, count: service.waiting, isGoal: (other) => other.id !== id }} />
  <//>`;
}

const howManyWait = (n) =>
  n ? tn("{n} person waits for it.", "{n} people wait for it.", n) : t("Nobody waits for it.");

export function ResumeService({ page, close, id }) {
  const { floor, names } = page;
  const service = serviceOf(page, id);
  const act = (values) => floor.act({ type: "resume_service", service: id, reason: reasonOf(values) });
  const title = t("Resume “{service}”?", { service: names.pick(service.names) });
  return html`<${Ask} ...${{ page, close, act, title, label: t("Resume"), isDue: Boolean(service.suspended) }}>
    <p>${t("Kiosks give tickets for it again.")}</p>
    <${Why} page=${page} verb="resume_service" />
  <//>`;
}
