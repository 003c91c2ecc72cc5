/** The morning check: what stands, green or what to do. */
import { useEffect, useState } from "preact/hooks";
import { read } from "ui/read.js";
import { language, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { sentence } from "./floor.js";

const MARKS = { ok: "✓", warn: "!", fault: "✕" };
const WORST_FIRST = ["fault", "warn", "ok"];
const AGAIN_MS = 15000;

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
    const timer = setInterval(look, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isUp, language()]);
  return html`<p class="says" role="status">${items ? summary(parts(items)) : t("Looking…")}</p>
    <ul class="items checks">${parts(items || []).map((part) => html`<${Part} key=${part.id} ...${part} />`)}</ul>
    <div class="row acts">
      <button type="button" class="next" aria-disabled=${!isUp} onClick=${() => isUp && look()}>${t("Look again")}</button>
    </div>`;
}

/** All that is said of each part of the hall, with the worst state of it and each thing to do once. */
function parts(items) {
  return [...new Set(items.map(({ id }) => id))].map((id) => {
    const own = items.filter((item) => item.id === id);
    const state = WORST_FIRST.find((one) => own.some((item) => item.state === one));
    const todo = new Set(own.map((item) => item.todo).filter(Boolean));
    return { id, state, says: own.map((item) => item.says), todo: [...todo] };
  });
}

function Part({ id, state, says, todo }) {
  return html`<li class="card" data-state=${state}>
    <span class="mark" aria-hidden="true">${MARKS[state]}</span>
    <div><h2>${subject(id)} <span class="badge" data-state=${state}>${stateName(state)}</span></h2>
      ${says.map((sentence) => html`<p key=${sentence}>${sentence}</p>`)}
      ${todo.map((sentence) => html`<p key=${sentence}><strong>${t("To do")}:</strong> ${sentence}</p>`)}</div>
  </li>`;
}

function summary(subjects) {
  const wrong = subjects.filter(({ state }) => state !== "ok").length;
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
