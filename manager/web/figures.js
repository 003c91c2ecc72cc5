/** A day in figures: the hall's line, its services and its desks, for the last day or one that is past. */
import { useEffect, useState } from "preact/hooks";
import { read } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { sentence } from "./floor.js";
import { span } from "./told.js";

const PATH = "/api/v1/figures";

/** The section. */
export function Figures({ page }) {
  const [day, setDay] = useState("");
  const [told, look] = useFigures(page.floor, day);
  if (!told) return html`<p class="says" role="status">${t("Looking…")}</p>`;
  return html`<form class="row pick-day" onSubmit=${(event) => event.preventDefault()}>
      <label>${t("Day")} <input type="date" required value=${told.day} min=${told.first_day} max=${told.last_day}
        onChange=${({ target }) => target.value && setDay(target.value)} /></label>
      <button type="button" class="quiet" onClick=${look}>${t("Look again")}</button>
      <a href=${`${PATH}?day=${told.day}&format=csv`} download>${t("As a table for a spreadsheet")}</a>
    </form>
    <section class="card"><h2>${t("The hall")}</h2><${Hall} line=${told.hall} /></section>
    <${Table} caption=${t("Services")} head=${[t("Service"), ...services().map(([name]) => name)]}
      rows=${told.services.filter(isUsed).map((line) => [line.id, serviceName(page, line.id), cells(services(), line)])} />
    <${Table} caption=${t("Desks")} head=${[t("Desk"), ...desks().map(([name]) => name)]}
      rows=${told.desks.map((line) => [line.number, line.number, cells(desks(), line)])} />
    <p class="soft">${t("All of it comes from the log, and waits are whole: who is put back waits on, a pause is part of the wait.")}</p>`;
}

/** The figures of a day, the last one as long as none is chosen, and how to read them again. */
function useFigures(floor, day) {
  const [told, setTold] = useState(null);
  const look = () =>
    read(day ? `${PATH}?day=${day}` : PATH).then(setTold, (problem) => floor.draw({ refusal: sentence(problem) }));
  useEffect(() => {
    look();
  }, [floor.isUp, day]);
  return [told, look];
}

function Hall({ line }) {
  return html`<dl class="figures of-hall">
    ${hall().map(([name, of]) => html`<div key=${name}><dt>${name}</dt><dd>${of(line)}</dd></div>`)}
  </dl>`;
}

/** A table with a name and figures in each row; on a narrow page the first three figures. */
function Table({ caption, head: [first, ...others], rows }) {
  if (!rows.length) return null;
  return html`<section class="card"><table class="of-day">
    <caption>${caption}</caption>
    <thead><tr><th scope="col">${first}</th>
      ${others.map((name, place) => html`<th key=${name} scope="col" class=${look(place)}>${name}</th>`)}
    </tr></thead>
    <tbody>${rows.map(([id, name, values]) => html`<tr key=${id}><th scope="row"><bdi>${name}</bdi></th>
      ${values.map((value, place) => html`<td key=${place} class=${look(place)}>${value}</td>`)}
    </tr>`)}</tbody>
  </table></section>`;
}

const FIT_A_PHONE = 3;

const look = (place) => (place < FIT_A_PHONE ? "figure" : "figure wide");

const cells = (columns, line) => columns.map(([, of]) => of(line));

/** The figures of each kind of line: what they are called, and how they are read. */
const hall = () => [
  [t("Tickets"), (line) => line.issued],
  [t("Served"), (line) => line.served],
  [t("Called in time"), inTime],
  [t("Median wait"), (line) => took(line.wait.median_seconds)],
  [t("Nine of ten waited at most"), (line) => took(line.wait.p90_seconds)],
  [t("Did not come"), (line) => line.no_show],
  [t("Left uncalled"), (line) => line.in_vain.legs],
  [t("Not ended yet"), (line) => line.open],
  [t("Called past others"), (line) => line.jumps],
  ...apart(),
];

const services = () => [
  [t("Tickets"), (line) => line.issued + line.sent_here + line.further],
  [t("Served"), (line) => line.served],
  [t("In time"), inTime],
  [t("Median wait"), (line) => took(line.wait.median_seconds)],
  [t("Nine of ten"), (line) => took(line.wait.p90_seconds)],
  [t("Median service"), (line) => took(line.service.median_seconds)],
  [t("Did not come"), (line) => line.no_show],
  [t("Left uncalled"), (line) => line.in_vain.legs],
  ...apart(),
];

const desks = () => [
  [t("Calls"), (line) => line.calls],
  [t("Called past others"), (line) => line.jumps],
  [t("Served"), (line) => line.served],
  [t("Median service"), (line) => took(line.service.median_seconds)],
  [t("Did not come"), (line) => line.no_show],
  ...apart(),
];

/** What stands in every line, so that nobody has to look for it. */
const apart = () => [
  [t("Ended by nobody"), (line) => line.unclosed],
  [t("Ends taken back"), (line) => line.corrected],
];

const took = (seconds) => (seconds === null ? "–" : span(seconds));

const inTime = ({ within_target_percent: percent }) => (percent === null ? "–" : `${percent} %`);

/** Whether anybody came for a service, or was expected. */
const isUsed = (line) => line.issued + line.sent_here + line.further + line.lapsed > 0;

function serviceName(page, id) {
  const service = page.floor.now.services.find((one) => one.id === id);
  return service ? page.names.pick(service.names) : id;
}
