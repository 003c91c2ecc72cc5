/** The morning check: what stands, green or what to do. */
import { useEffect, useState } from "preact/hooks";
import { read } from "ui/read.js";
import { language, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { sentence } from "./floor.js";

const MARKS = { ok: "✓", warn: "!", fault: "✕" };

/** The section. */
export function Check({ page }) {
  const [items, setItems] = useState(null);
  const { isUp } = page.floor;
  const look = () =>
    read("/api/v1/check").then(
      (found) => setItems(found.items),
      (problem) => page.floor.draw({ refusal: sentence(problem) }),
    );
  useEffect(() => {
    look();
  }, [isUp, language()]);
  return html`<p class="says" role="status">${items ? summary(items) : t("Looking…")}</p>
    <ul class="items checks">${(items || []).map((item) => html`<li key=${item.id} class="card" data-state=${item.state}>
      <span class="mark" aria-hidden="true">${MARKS[item.state]}</span>
      <div><h2>${subject(item.id)} <span class="badge" data-state=${item.state}>${stateName(item.state)}</span></h2>
        <p>${item.says}</p>
        ${item.todo && html`<p><strong>${t("To do")}:</strong> ${item.todo}</p>`}</div>
    </li>`)}</ul>
    <div class="row acts"><button type="button" class="next" aria-disabled=${!isUp} onClick=${() => isUp && look()}>${t("Look again")}</button></div>`;
}

function summary(items) {
  const wrong = items.filter((item) => item.state !== "ok").length;
  return wrong ? tn("{n} thing needs somebody.", "{n} things need somebody.", wrong) : t("Everything is ready.");
}

const stateName = (state) => ({ ok: t("Good"), warn: t("Look at it"), fault: t("Fault") })[state];

/** What an item of the check is about. */
function subject(id) {
  const names = {
    kiosks: t("Kiosks"),
    paper: t("Paper"),
    boards: t("Boards"),
    voice: t("Voice"),
    clock: t("Clock"),
    disk: t("Disk"),
    log: t("Log"),
    desks: t("Desks"),
  };
  return names[id] || id;
}
