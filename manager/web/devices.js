/** The devices: what each says of itself, letting one in by the code that it shows, and the staff's PIN at the kiosks. */
import { clockTime } from "ui/clock.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Ask } from "./ask.js";
import { ActButton } from "./buttons.js";
import { deviceRole, deviceState, isWrong } from "./told.js";

/** The section. */
export function Devices({ page }) {
  const { devices } = page.floor.now;
  return html`<div class="row acts">
      <${ActButton} ...${{ page, act: "devices", label: t("Add a device"), Kind: Pair, look: "next" }} />
      <${ActButton} ...${{ page, act: "devices", label: t("Staff PIN"), Kind: StaffPin }} />
    </div>
    ${devices.length === 0 && html`<p class="soft">${t("No device has been let in yet.")}</p>`}
    <ul class="items cards">${devices.map((device) => html`<${Device} key=${device.id} ...${{ device, page }} />`)}</ul>`;
}

function Device({ device, page }) {
  const { id, name, role, desk } = device;
  return html`<li class="card device">
    <h2>${name}</h2>
    <p class="row facts"><span>${deviceRole(role)}${desk && ` · ${t("Desk {desk}", { desk })}`}</span>
      <${Presence} device=${device} /></p>
    <ul class="states">
      ${device.states.map((part) => html`<${Part} key=${part.kind + part.device} part=${part} names=${page.names} />`)}
    </ul>
    <div class="row">
      <${ActButton} ...${{ page, act: "devices", Kind: Revoke, of: { id }, look: "danger small" }} label=${t("Revoke")} about=${name} />
    </div>
  </li>`;
}

/** Whether it is there. Other systems come and go: that they are not there is no fault. */
function Presence({ device: { role, connected } }) {
  if (connected) return html`<span class="badge good">${t("Connected")}</span>`;
  return !["reader", "integration", "standby"].includes(role) && html`<span class="badge wrong">${t("Not connected")}</span>`;
}

function Part({ part, names }) {
  return html`<li>
    <span class=${isWrong(part) ? "badge wrong" : "badge"}>${deviceState(part)}</span> ${part.detail && t(part.detail)}
    <span class="soft"> ${t("since {time}", { time: clockTime(part.since, names.timeZone) })}</span>
  </li>`;
}

/** Let a device in that shows a code. */
function Pair({ page, close }) {
  const { floor } = page;
  const pair = async (values) => {
    const desk = values.get("desk");
    const said = { code: values.get("code"), name: values.get("name"), ...(desk && { desk }) };
    const device = await floor.call("POST", "/api/v1/devices", said);
    if (device) floor.tell(t("{name} is let in.", { name: device.name }));
    return device;
  };
  return html`<${Ask} ...${{ page, close, title: t("Add a device"), label: t("Let it in"), act: pair }}>
    <p>${t("Start the kiosk, the board or the desk's device: it shows a code of six digits. Type it here.")}</p>
    <label>${t("Code")}<input name="code" class="code" pattern="[0-9 ]{6,7}" ...${DIGITS} /></label>
    <label>${t("Name")}<input name="name" autocomplete="off" required maxlength="40" dir="auto" /></label>
    <p class="soft">${t("A kiosk takes the name that the hall file gives it, such as kiosk-1.")}</p>
    <label>${t("Desk, if it is a desk's device")}
      <select name="desk"><option value="">–</option>
        ${floor.now.desks.map(({ number }) => html`<option key=${number} value=${number}>${number}</option>`)}
      </select></label>
  <//>`;
}

const DIGITS = { inputmode: "numeric", autocomplete: "off", required: true, dir: "ltr" };

function Revoke({ page, close, id }) {
  const { floor } = page;
  const device = floor.now.devices.find((one) => one.id === id);
  const act = () => floor.call("DELETE", `/api/v1/devices/${id}`);
  const title = t("Revoke {name}?", { name: device?.name || id });
  return html`<${Ask} ...${{ page, close, act, title, label: t("Revoke"), look: "main danger", isDue: Boolean(device) }}>
    <p>${t("It is cut off at once and shows a code again. What it did stays in the log.")}</p>
  <//>`;
}

function StaffPin({ page, close }) {
  const { floor } = page;
  const set = async (values) => {
    const done = await floor.call("PUT", "/api/v1/staff-pin", { pin: values.get("pin") });
    if (done) floor.tell(t("The PIN is set."));
    return done;
  };
  return html`<${Ask} ...${{ page, close, title: t("Staff PIN"), label: t("Set the PIN"), act: set }}>
    <p>${t("It opens the staff screen of every kiosk: test print, new roll, out of service.")}
      ${" "}${t("The PIN before it no longer works.")}</p>
    <label>${t("New PIN, four to eight digits")}
      <input name="pin" class="code" pattern="[0-9]{4,8}" ...${DIGITS} />
    </label>
  <//>`;
}
