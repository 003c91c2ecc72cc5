/** The order: how much earlier who is called, and new credits put in force while the hall runs. */
import { ratioSentence } from "ui/order.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ask, valuesOf } from "./ask.js";

/** The section. */
export function Order({ page }) {
  const { hall } = page.names;
  const { order } = hall;
  const mayChange = page.may("configure");
  const submit = (event) => {
    event.preventDefault();
    page.ask(PutInForce, { changed: changedIn(valuesOf(event.currentTarget), order) });
  };
  return html`<section class="card">
    <p>${t("Whoever comes first is called first. A credit counts as if the visitor had come so much earlier.")}</p>
    ${order.ratio && html`<p>${ratioSentence(order.ratio)} ${t("Among these, and among the others, the credits count.")}</p>`}
    <form class="ask" onSubmit=${submit}>
      <table>
        <caption class="unseen">${t("Credits in force")}</caption>
        <thead><tr><th scope="col">${t("Who")}</th><th scope="col">${t("Credit, in minutes")}</th></tr></thead>
        <tbody>
          <${Row} ...${{ mayChange, name: "booked_credit_minutes", label: t("Who booked, from the booked time on"), value: order.booked_credit_minutes }} />
          <${Row} ...${{ mayChange, name: "further_leg_credit_minutes", label: t("Who comes from another service"), value: order.further_leg_credit_minutes }} />
          ${order.classes.filter(({ id }) => id !== "booked").map((each) => html`<${Row} key=${each.id} mayChange=${mayChange && !each.strict} isStrict=${each.strict}
            name=${`class ${each.id}`} label=${nameOfClass(page, each.id)} value=${each.credit_minutes} />`)}
        </tbody>
      </table>
      <label>${t("Name of these rules")}
        <input name="version" required maxlength="40" readonly=${!mayChange} defaultValue=${order.version} />
        <span class="soft">${t("It stands in the log with every call. Changed rules need another name.")}</span>
      </label>
      ${mayChange && html`<button class="main" disabled=${!page.floor.isReady}>${t("Put in force…")}</button>`}
    </form>
    <p class="soft">${t("All else stands in the hall file; “novbe-server check” reads it, and a start puts it in force.")}</p>
  </section>`;
}

const nameOfClass = (page, id) => page.names.of("classes", id);

/** What is being typed is left alone while the hall goes on, so no value is set after the first. */
function Row({ name, label, value, mayChange, isStrict = false }) {
  return html`<tr><th scope="row"><label for=${`credit-${name}`}>${label}</label></th>
    <td>${
      isStrict
        ? html`<span id=${`credit-${name}`}>${t("next after the present service, by law")}</span>`
        : html`<input id=${`credit-${name}`} name=${name} type="number" min="0" max="1440" required readonly=${!mayChange} defaultValue=${value} />`
    }</td></tr>`;
}

/** What the form says otherwise than the rules in force: `[[where, key, before, after]]`, the name last. */
function changedIn(values, order) {
  const number = (name) => Number(values.get(name));
  const policy = ["booked_credit_minutes", "further_leg_credit_minutes"].map((key) => ["policy", key, order[key], number(key)]);
  const classes = order.classes
    .filter(({ id, strict }) => !strict && id !== "booked")
    .map(({ id, credit_minutes: before }) => [id, "credit_minutes", before, number(`class ${id}`)]);
  return [...policy, ...classes, ["policy", "version", order.version, values.get("version")]].filter(([, , before, after]) => before !== after);
}

/** The changes as a hall file over the one in force. */
function fileOf(changed) {
  const line = ([, key, , value]) => `${key} = ${JSON.stringify(value)}`;
  const policy = changed.filter(([where]) => where === "policy").map(line);
  const classes = changed.filter(([where]) => where !== "policy").map((each) => `[[class]]\nid = ${JSON.stringify(each[0])}\n${line(each)}`);
  return ['extends = "in-force"', "[policy]", ...policy, ...classes].join("\n");
}

/** The question before: what changes, and that everybody will read it. */
function PutInForce({ page, close, changed }) {
  const { floor } = page;
  const act = () => floor.act({ type: "configure", hall: fileOf(changed) });
  const asked = { page, close, act, isDue: changed.length > 0, title: t("Put these rules in force?"), label: t("Put in force") };
  return html`<${Ask} ...${asked}>
    <ul>${changed.map(([where, key, before, after]) => html`<li key=${where + key}>
      ${key === "version" ? t("Name of these rules") : where === "policy" ? sayKey(key) : nameOfClass(page, where)}: <bdi>${before}</bdi> → <bdi>${after}</bdi></li>`)}</ul>
    <p>${t("They count from now on: who waits keeps the turn they have, whoever comes next has the new one. It stands in the ledger.")}</p>
  <//>`;
}

const sayKey = (key) => (key === "booked_credit_minutes" ? t("Who booked, from the booked time on") : t("Who comes from another service"));
