/** Alarms in words: what is wrong, and where. */
import { clockTime } from "ui/clock.js";
import { nameOf, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { deviceState } from "./told.js";

/** What makes an alarm the same one when it is read again. */
export const alarmId = ({ kind, subject, since }) => `${kind} ${subject} ${since}`;

const serviceName = (id, now) => nameOf(now.services.find((service) => service.id === id)?.names) || id;
const deviceName = (id, now) => now.devices.find((device) => device.id === id)?.name || id;

const SENTENCES = {
  device: (alarm, now) => `${deviceName(alarm.subject, now)}: ${deviceState({ kind: alarm.part, state: alarm.state })}`,
  stranded: ({ subject, waiting }) =>
    tn("Queue {queue}: {n} person waits and no open desk serves it.", "Queue {queue}: {n} people wait and no open desk serves it.", waiting, { queue: subject }),
  target: ({ subject, percent, minutes, reached }, now) =>
    t("{service}: {reached} % were called within {minutes} minutes, the aim is {percent} %.", { service: serviceName(subject, now), reached, minutes, percent }),
  speech: (alarm, now) => t("{device}: speech lags behind the calls.", { device: deviceName(alarm.subject, now) }),
  help: (alarm, now) => t("Somebody asks for help: {place}", { place: deviceName(alarm.subject, now) }),
};

/** An alarm in one sentence. */
export const alarmSentence = (alarm, now) => SENTENCES[alarm.kind]?.(alarm, now) || `${alarm.kind}: ${alarm.subject}`;

/** All alarms of now, or that there is none. */
export function Alarms({ page }) {
  const { floor, names } = page;
  const { alarms } = floor.now;
  return html`<section class="card alarms" data-any=${alarms.length > 0}>
    <h2>${t("Alarms")}</h2>
    ${alarms.length === 0 && html`<p class="soft">${t("There is none.")}</p>`}
    <ul>${alarms.map((alarm) => html`<li key=${alarmId(alarm)}>
      <span class="mark" aria-hidden="true">⚠</span>
      <span>${alarmSentence(alarm, floor.now)}</span>
      ${alarm.since > 0 && html`<span class="soft">${t("since {time}", { time: clockTime(alarm.since, names.timeZone) })}</span>`}
    </li>`)}</ul>
  </section>`;
}
