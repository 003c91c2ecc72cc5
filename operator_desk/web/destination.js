/** Where a visitor is sent: to a service, a desk or a specialty, and why. */
import { useState } from "preact/hooks";
import { languageName, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Choices, reasonChoices, Select, serviceOptions } from "./choices.js";
import { useOtherDesks } from "./desks.js";

/** The question of a transfer. */
export function Destination({ verb, names, desk, answer }) {
  const [kind, setKind] = useState("service");
  const [place, setPlace] = useState("");
  const [isBack, setBack] = useState(false);
  const kinds = { service: t("A service"), to_desk: t("A desk"), to_specialty: t("A specialty") };
  const options = useDestinations(desk, names);
  const turn = (next) => {
    setKind(next);
    setPlace("");
  };
  return html`<fieldset class="kinds">
      <legend>${t("Where to?")}</legend>
      ${Object.entries(kinds).filter(([name]) => name !== "to_specialty" || options[name].length).map(
        ([name, label]) => html`<label key=${name}>
          <input type="radio" name="kind" checked=${kind === name} onChange=${() => turn(name)} /> ${label}
        </label>`,
      )}
    </fieldset>
    <${Select} label=${kinds[kind]} options=${options[kind]} value=${place} choose=${setPlace} hasNone />
    <label class="tick">
      <input type="checkbox" checked=${isBack} onChange=${(event) => setBack(event.target.checked)} />
      ${t("and back to this desk afterwards")}
    </label>
    ${place && html`<p class="soft">${t("Why?")}</p>
      <${Choices} choices=${reasonChoices(names, verb, t("Transfer"))} choose=${(reason) => answer({ [kind]: place, reason, ...(isBack && { back: true }) })} />`}`;
}

/** A specialty that is a language is called by its name. */
const specialtyName = (id) => (/^[a-z]{2,3}$/.test(id) ? languageName(id) : id);

/** Services; other desks that could take a visitor now; what desks of this hall are known for, such as a language. */
function useDestinations(own, names) {
  const others = useOtherDesks(own);
  const specialties = [...new Set([...own.specialties, ...others.flatMap((desk) => desk.specialties)])];
  return {
    service: serviceOptions(names),
    to_desk: others.filter(({ state }) => state !== "closed")
      .map(({ number }) => ({ id: number, label: t("Desk {desk}", { desk: number }) })),
    to_specialty: specialties.map((id) => ({ id, label: specialtyName(id) })),
  };
}
