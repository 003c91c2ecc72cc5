/** What the hall offers, as lists to choose from. */
import { useEffect, useState } from "preact/hooks";
import { read } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** A list; `options` are `{id, label}`, or groups `{group, options}` of them. */
export function Select({ label, options, value, choose, hasNone = false }) {
  const option = ({ id, label: name }) => html`<option key=${id} value=${id}>${name}</option>`;
  return html`<label>${label}
    <select value=${value} onChange=${(event) => choose(event.target.value)}>
      ${hasNone && html`<option value="" disabled>${t("Choose…")}</option>`}
      ${options.map((one) => (one.options ? html`<optgroup key=${one.group} label=${one.group}>${one.options.map(option)}</optgroup>` : option(one)))}
    </select>
  </label>`;
}

/** The classes, none first; who booked has that class by the booking. */
export function classOptions(names) {
  const known = names.hall.classes.filter(({ id }) => id !== "none" && id !== "booked");
  return [{ id: "none", label: t("None") }, ...known.map(({ id, names: table }) => ({ id, label: names.pick(table) }))];
}

/** The services in their groups, but for one. */
export function serviceOptions(names, leftOut) {
  const options = ({ services }) => services.filter(({ id }) => id !== leftOut).map(({ id, name }) => ({ id, label: name }));
  return names.groups.map((group) => ({ group: group.group, options: options(group) })).filter((group) => group.options.length);
}

/** The hall's kiosks as they are now. */
export function useKiosks() {
  const [kiosks, setKiosks] = useState([]);
  useEffect(() => {
    read("/api/v1/kiosks").then(setKiosks, () => null);
  }, []);
  return kiosks;
}

/** Where a slip can come out: here, or at a kiosk that works. */
export function printerOptions(kiosks, names) {
  const working = kiosks.filter(({ works, device }) => works && device);
  const at = ({ id, device, names: table }) => ({ id: device, label: t("At the kiosk {name}", { name: names.pick(table) || id }) });
  return [{ id: "", label: t("On this screen") }, ...working.map(at)];
}
