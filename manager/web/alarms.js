/** Alarms in words: what is wrong, and where. */
import { clockTime } from "ui/clock.js";
import { nameOf, t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { deviceState } from "./told.js";

/** What makes an alarm the same one when it is read again. */
export const alarmId = ({ kind, subject, members }) => `${kind} ${subject} ${members.kind} ${members.request}`;

const serviceName = (id, now) => nameOf(now.services.find((service) => service.id === id)?.names) || id;
const deviceName = (id, now) => now.devices.find((device) => device.id === id)?.name || id;

const SENTENCES = {
  help: ({ subject, ticket }, now) =>
    ticket
      ? t("Ticket {ticket} asks for help.", { ticket })
      : t("Somebody asks for help at {place}.", { place: deviceName(subject, now) }),
  stranded: ({ subject: queue, waiting }) =>
    tn(
      "Queue {queue}: {n} person waits and no open desk serves it.",
      "Queue {queue}: {n} people wait and no open desk serves it.",
      waiting,
      { queue },
    ),
  device: (alarm, now) => `${deviceName(alarm.subject, now)}: ${deviceState(alarm)}`,
  speech: ({ subject }, now) => t("{device}: speech lags behind the calls.", { device: deviceName(subject, now) }),
  flood: ({ subject }, now) =>
    t("{device} asks for more than a person could touch: look who stands there.", { device: deviceName(subject, now) }),
  target: (alarm, now) =>
    t("{service}: {percent} % were called within {minutes} min, {promised} % are promised.", {
      ...alarm,
      service: serviceName(alarm.subject, now),
    }),
  jumps: ({ unconfirmed }) =>
    tn(
      "{n} call past others is unconfirmed: a second person must stand for it.",
      "{n} calls past others are unconfirmed: a second person must stand for each.",
      unconfirmed,
    ),
  damaged: () => t("The log on the disk is damaged: tell the technician, and do not restart the server before."),
  clock: ({ step_seconds: seconds }) => t("The computer's clock jumped by {seconds} s: look at its time.", { seconds }),
};

/** An alarm in one sentence. */
export function alarmSentence({ kind, subject, members }, now) {
  return SENTENCES[kind]?.({ subject, ...members }, now) || `${kind}: ${subject}`;
}

/** All alarms of now, or that there is none. */
export function Alarms({ page }) {
  const { floor, names } = page;
  const { alarms } = floor.now;
  const time = (at) => t("since {time}", { time: clockTime(at, names.timeZone) });
  return html`<section class="card alarms" data-any=${alarms.length > 0}>
    <h2>${t("Alarms")}</h2>
    ${alarms.length === 0 && html`<p class="soft">${t("There is none.")}</p>`}
    <ul>${alarms.map((alarm) => html`<li key=${alarmId(alarm)}>
      <span class="mark" aria-hidden="true">⚠</span>
      <span>${alarmSentence(alarm, floor.now)}
        ${alarm.since && html` <span class="soft">${time(alarm.since)}</span>`}</span>
    </li>`)}</ul>
  </section>`;
}
