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
  const time = (at) => clockTime(at, page.names.timeZone);
  return html`<li class="card device">
    <h2>${device.name}</h2>
    <p class="row facts"><span>${deviceRole(device.role)}${device.desk && ` · ${t("Desk {desk}", { desk: device.desk })}`}</span>
      ${staysConnected(device) && html`<span class=${device.connected ? "badge good" : "badge wrong"}>${device.connected ? t("Connected") : t("Not connected")}</span>`}</p>
    <ul class="states">${device.states.map((part) => html`<li key=${part.kind}>
      <span class=${isWrong(part) ? "badge wrong" : "badge"}>${deviceState(part)}</span>
      ${part.detail && html`<span>${part.detail}</span>`} <span class="soft">${t("since {time}", { time: time(part.at) })}</span>
    </li>`)}</ul>
    <div class="row"><${ActButton} ...${{ page, act: "devices", label: t("Revoke"), about: device.name, Kind: Revoke, of: { id: device.id }, look: "danger small" }} /></div>
  </li>`;
}

/** Other systems come and go; one that is not there is no fault. */
const staysConnected = ({ role, connected }) => connected || !["reader", "integration"].includes(role);

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
    <label>${t("Code")}<input name="code" class="code" inputmode="numeric" autocomplete="off" required pattern="[0-9 ]{6,7}" dir="ltr" /></label>
    <label>${t("Name")}<input name="name" autocomplete="off" required maxlength="40" dir="auto" /></label>
    <p class="soft">${t("A kiosk takes the name that the hall file gives it, such as kiosk-1.")}</p>
    <label>${t("Desk, if it is a desk's device")}
      <select name="desk"><option value="">–</option>
        ${floor.now.desks.map(({ number }) => html`<option key=${number} value=${number}>${number}</option>`)}
      </select></label>
  <//>`;
}

function Revoke({ page, close, id }) {
  const { floor } = page;
  const device = floor.now.devices.find((one) => one.id === id);
  return html`<${Ask} ...${{ page, close, title: t("Revoke {name}?", { name: device?.name || id }), label: t("Revoke"), look: "main danger", isDue: Boolean(device) }}
    act=${() => floor.call("DELETE", `/api/v1/devices/${id}`)}>
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
    <p>${t("It opens the staff screen of every kiosk: test print, new roll, out of service. The PIN before it no longer works.")}</p>
    <label>${t("New PIN, four to eight digits")}
      <input name="pin" class="code" inputmode="numeric" autocomplete="off" required pattern="[0-9]{4,8}" dir="ltr" /></label>
  <//>`;
}
