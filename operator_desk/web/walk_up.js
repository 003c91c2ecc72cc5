/** A visitor who came to the desk without a ticket gets one, and a turn like anyone's. */
import { useEffect, useState } from "preact/hooks";
import { read } from "ui/read.js";
import { languageName, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { expectedWait } from "ui/waits.js";
import { Select } from "./choices.js";

/** What the ticket is for: services of this desk, and what a kiosk would ask. */
export function WalkUp({ names, desk, answer }) {
  const services = desk.services.filter(({ suspended }) => !suspended);
  const [said, setSaid] = useState({
    service: services.length === 1 ? services[0].id : "",
    class: "none",
    language: names.hall.languages[0],
    quantity: 1,
    print_at: "",
  });
  const say = (name) => (value) => setSaid({ ...said, [name]: value });
  const most = services.find(({ id }) => id === said.service)?.most_at_once || 1;
  const submit = (event) => {
    event.preventDefault();
    const { quantity, print_at: printAt, ...asked } = said;
    answer({ ...asked, ...(most > 1 && { quantity: Math.min(quantity, most) }), ...(printAt && { print_at: printAt }) });
  };
  const kiosks = useKiosks(names);
  return html`<form class="form" onSubmit=${submit}>
    <p class="soft">${t("Called at once if nobody's turn comes before; else the visitor waits like anyone.")}</p>
    <${Select} label=${t("Service")} value=${said.service} choose=${say("service")} hasNone
      options=${services.map(({ id, names: table }) => ({ id, label: names.pick(table) }))} />
    ${most > 1 && html`<${Quantity} ...${{ most, value: said.quantity, choose: say("quantity") }} />`}
    <${Select} label=${t("Precedence")} value=${said.class} choose=${say("class")} options=${classOptions(names)} />
    <${Select} label=${t("Language")} value=${said.language} choose=${say("language")}
      options=${names.hall.languages.map((id) => ({ id, label: languageName(id) }))} />
    ${kiosks.length > 0 && html`<${Select} label=${t("Slip")} value=${said.print_at} choose=${say("print_at")}
      options=${[{ id: "", label: t("No slip") }, ...kiosks]} />`}
    <button class="main" disabled=${!said.service}>${t("Give a ticket")}</button>
  </form>`;
}

function classOptions(names) {
  const known = names.hall.classes.filter(({ id }) => id !== "none").map(({ id, names: table }) => ({ id, label: names.pick(table) }));
  return [{ id: "none", label: t("None") }, ...known];
}

function Quantity({ most, value, choose }) {
  return html`<label>${t("How many at once? At most {n}.", { n: most })}
    <input type="number" inputmode="numeric" min="1" max=${most} required value=${value}
      onInput=${(event) => choose(event.target.valueAsNumber || 1)} />
  </label>`;
}

/** The kiosks that can print a slip now. */
function useKiosks(names) {
  const [kiosks, setKiosks] = useState([]);
  useEffect(() => {
    read("/api/v1/kiosks").then(setKiosks).catch(() => null);
  }, []);
  return kiosks
    .filter(({ works, device }) => works && device)
    .map(({ id, device, names: table }) => ({ id: device, label: t("At the kiosk {name}", { name: names.pick(table) || id }) }));
}

/** The walk-up who was not called at once: what to tell the visitor, number and place. */
export function GivenTicket({ given, dismiss }) {
  if (!given) return null;
  const { ticket, ahead, expected_wait_seconds: wait } = given;
  const before = ahead
    ? tn("{n} person has an earlier turn.", "{n} people have an earlier turn.", ahead)
    : t("Nobody has an earlier turn; the next free desk calls.");
  return html`<section class="card given" role="status">
    <h2>${t("Ticket for the visitor at your desk")}</h2>
    <p class="number"><bdi>${ticket}</bdi></p>
    <p>${before} ${expectedWait(wait)}</p>
    <p class="soft">${given.print_at ? t("The slip comes out at the kiosk.") : t("Please tell the visitor this number: there is no slip.")}</p>
    <button type="button" class="quiet small" onClick=${dismiss}>${t("Got it")}</button>
  </section>`;
}
