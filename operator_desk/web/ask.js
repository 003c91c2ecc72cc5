/** What a command still has to be told: a reason, an outcome, a destination. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Key, Question } from "ui/components.js";
import { readDesks } from "ui/hall_names.js";
import { languageName, t } from "ui/texts.js";
import { html } from "ui/view.js";

/** The question of one button. */
export function Asked({ asked, names, desk, close }) {
  const { button, verb, answer } = asked;
  const Kind = { reason: Reason, outcome: Outcome, destination: Destination }[button.asks];
  return html`<${Question} title=${button.label} close=${close}><${Kind} ...${{ verb, names, desk, answer }} /><//>`;
}

function Reason({ verb, names, answer }) {
  const reasons = names.reasonsFor(verb).map(({ id }) => ({ id, label: names.reason(id) }));
  return html`<p class="soft">${t("Why?")}</p>
    <${Choices} choices=${reasons} choose=${(reason) => answer({ reason })} />`;
}

function Outcome({ names, answer }) {
  const [callsNext, setCallsNext] = useState(false);
  const outcomes = names.hall.outcomes.map(({ id }) => ({ id, label: names.outcome(id) }));
  const choose = (outcome) => answer({ outcome, ...(callsNext && { call_next: true }) });
  return html`<label class="tick">
      <input type="checkbox" checked=${callsNext} onChange=${(event) => setCallsNext(event.target.checked)} />
      ${t("and call the next visitor")}
    </label>
    <${Choices} choices=${outcomes} choose=${choose} />`;
}

/** Buttons in a column; while the question is open a digit presses its button. */
function Choices({ choices, choose }) {
  useLayoutEffect(() => {
    const hear = (event) => {
      const choice = event.target.tagName !== "SELECT" && !event.repeat && choices[Number(event.key) - 1];
      if (choice) choose(choice.id);
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  });
  return html`<ul class="choices">
    ${choices.map(({ id, label }, place) => {
      const key = place < 9 ? String(place + 1) : "";
      return html`<li key=${id}>
        <button type="button" class="next" aria-keyshortcuts=${key} onClick=${() => choose(id)}>
          <span class="label">${label}</span><${Key} name=${key} />
        </button>
      </li>`;
    })}
  </ul>`;
}

/** To a service, a desk or a specialty, and why. */
function Destination({ verb, names, desk, answer }) {
  const [kind, setKind] = useState("service");
  const [place, setPlace] = useState("");
  const kinds = { service: t("A service"), to_desk: t("A desk"), to_specialty: t("A specialty") };
  const { desks, specialties } = useDestinations(desk);
  const offered = specialties.length ? kinds : { service: kinds.service, to_desk: kinds.to_desk };
  const turn = (next) => {
    setKind(next);
    setPlace("");
  };
  const reasons = names.reasonsFor(verb).map(({ id }) => ({ id, label: names.reason(id) }));
  const choices = reasons.length ? reasons : [{ id: "desk", label: t("Transfer") }];
  return html`<fieldset class="kinds">
      <legend>${t("Where to?")}</legend>
      ${Object.entries(offered).map(
        ([name, label]) => html`<label key=${name}>
          <input type="radio" name="kind" checked=${kind === name} onChange=${() => turn(name)} /> ${label}
        </label>`,
      )}
    </fieldset>
    <label>${kinds[kind]}<${Places} ...${{ kind, place, setPlace, names, desks, specialties }} /></label>
    ${place && html`<p class="soft">${t("Why?")}</p>
      <${Choices} choices=${choices} choose=${(reason) => answer({ [kind]: place, reason })} />`}`;
}

function Places({ kind, place, setPlace, names, desks, specialties }) {
  const none = html`<option value="" disabled>${t("Choose…")}</option>`;
  const option = (value, label) => html`<option key=${value} value=${value}>${label}</option>`;
  const lists = {
    service: () => names.groups.map(({ group, services }) =>
      html`<optgroup key=${group} label=${group}>${services.map(({ id, name }) => option(id, name))}</optgroup>`),
    to_desk: () => desks.map(({ number }) => option(number, t("Desk {desk}", { desk: number }))),
    to_specialty: () => specialties.map((id) => option(id, specialtyName(id))),
  };
  return html`<select value=${place} onChange=${(event) => setPlace(event.target.value)}>${none}${lists[kind]()}</select>`;
}

/** A specialty that is a language is called by its name. */
const specialtyName = (id) => (/^[a-z]{2,3}$/.test(id) ? languageName(id) : id);

/** Other desks that could take a visitor now, and what desks of this hall are known for, such as a language. */
function useDestinations(own) {
  const [all, setAll] = useState([]);
  useEffect(() => {
    readDesks().then(setAll).catch(() => null);
  }, []);
  const desks = all.filter((desk) => desk.state !== "closed" && desk.number !== own.number);
  return { desks, specialties: [...new Set(all.flatMap((desk) => desk.specialties))] };
}
