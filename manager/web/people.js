/** The people who work in the hall: their roles, a password shown once, and the end of their right. */
import { useEffect, useState } from "preact/hooks";
import { Question } from "ui/components.js";
import { read } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ask } from "./ask.js";
import { ActButton } from "./buttons.js";
import { sentence } from "./floor.js";
import { SecondFactor } from "./second_factor.js";
import { roleName } from "./told.js";

const PATH = "/api/v1/operators";
const BELOW = ["operator", "lead", "greeter", "inspector"];
const ALL = [...BELOW, "manager", "admin"];

/** The roles that this operator may give and take. */
const rolesFor = (operator) => (operator.role === "admin" ? ALL : BELOW);

/** The section. */
export function People({ page }) {
  const [people, again] = usePeople(page.floor);
  return html`<div class="row acts">
      <${ActButton} ...${{ page, act: "people", Kind: AddPerson, of: { again }, look: "next" }} label=${t("Add a person")} />
    </div>
    <ul class="items cards">
      ${people.map((person) => html`<${Person} key=${person.id} ...${{ person, page, again }} />`)}
    </ul>`;
}

/** Everybody, and how to read them again. */
function usePeople(floor) {
  const [people, setPeople] = useState([]);
  const again = () => read(PATH).then(setPeople, (problem) => floor.draw({ refusal: sentence(problem) }));
  useEffect(() => {
    again();
  }, [floor.isUp]);
  return [people, again];
}

function Person({ person, page, again }) {
  const of = { person, again };
  const isMine = person.id === page.operator.id;
  const isInReach = rolesFor(page.operator).includes(person.role) && !isMine;
  const button = (label, Kind, look = "quiet small") =>
    html`<${ActButton} ...${{ page, act: "people", label, about: person.name, Kind, of, look }} />`;
  return html`<li class="card person">
    <h2 dir="auto">${person.name}</h2>
    <p class="row facts"><span>${roleName(person.role)}</span>
      ${isMine && html`<span class="soft">${t("You")}</span>`}
      ${person.disabled && html`<span class="badge">${t("May not sign in")}</span>`}</p>
    ${isMine && html`<div class="row">${button(t("Second factor"), SecondFactor)}</div>`}
    ${isInReach && html`<div class="row">
      ${button(person.disabled ? t("Let in again") : t("New password"), NewPassword)}
      ${!person.disabled && button(t("Role"), ChangeRole)}
      ${!person.disabled && button(t("Disable"), Disable, "danger small")}
    </div>`}
  </li>`;
}

function Roles({ page, chosen }) {
  const option = (role) => html`<option key=${role} value=${role} selected=${role === chosen}>${roleName(role)}</option>`;
  return html`<label>${t("Role")}<select name="role">${rolesFor(page.operator).map(option)}</select></label>`;
}

/** Show a password that nobody can read again, in place of the question that made it. */
function showPassword(page, name, { password }) {
  page.ask(Password, { name, password });
}

function AddPerson({ page, close, again }) {
  const add = async (values) => {
    const made = await page.floor.call("POST", PATH, { name: values.get("name"), role: values.get("role") });
    if (made) await again();
    if (made) showPassword(page, values.get("name"), made);
  };
  return html`<${Ask} ...${{ page, close, title: t("Add a person"), label: t("Add"), act: add }}>
    <label>${t("Name to sign in with")}
      <input name="name" autocomplete="off" autocapitalize="none" required maxlength="60" dir="auto" />
    </label>
    <${Roles} page=${page} chosen="operator" />
  <//>`;
}

function NewPassword({ page, close, person, again }) {
  const change = async () => {
    const made = await page.floor.call("POST", `${PATH}/${person.id}/password`);
    if (made) await again();
    if (made) showPassword(page, person.name, made);
  };
  const title = t("A new password for {name}?", person);
  return html`<${Ask} ...${{ page, close, title, label: t("New password"), act: change }}>
    <p>${t("The password before it no longer works, and who is signed in with it is signed out.")}</p>
  <//>`;
}

function ChangeRole({ page, close, person, again }) {
  const change = async (values) => {
    const done = await page.floor.call("PUT", `${PATH}/${person.id}`, { role: values.get("role") });
    if (done) await again();
    return done;
  };
  const title = t("Which role has {name}?", person);
  return html`<${Ask} ...${{ page, close, title, label: t("So be it"), act: change }}>
    <${Roles} page=${page} chosen=${person.role} />
  <//>`;
}

function Disable({ page, close, person, again }) {
  const disable = async () => {
    const done = await page.floor.call("DELETE", `${PATH}/${person.id}`);
    if (done) await again();
    return done;
  };
  const title = t("Disable {name}?", person);
  return html`<${Ask} ...${{ page, close, title, label: t("Disable"), look: "main danger", act: disable }}>
    <p>${t("{name} is signed out at once and cannot sign in. What was done stays in the log.", person)}</p>
  <//>`;
}

function Password({ close, name, password }) {
  return html`<${Question} title=${t("The password of {name}", { name })} close=${close}>
    <p class="password"><bdi dir="ltr">${password}</bdi></p>
    <p>${t("Write it down or hand it over now: it is shown this once, and nobody can read it again.")}</p>
    <div class="row"><button type="button" class="main" onClick=${close}>${t("I have it")}</button></div>
  <//>`;
}
