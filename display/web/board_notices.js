/** What stands beside the calls, folded from the hall's events exactly as display/notices.py does. Pure. */
import { pauseSentence, interrupted } from "ui/pauses.js";
import { language, nameOf, t } from "ui/texts.js";

const WITHDRAWN_SECONDS = 600;
const INTERRUPTED_SECONDS = 1800;

/**
 * @typedef {{pause: Object|null, texts: Object[], withdrawn: Object[], suspended: Object, interruptedAt: number}} Notices
 * @typedef {{text: string, language: string, isWarning?: boolean, isEmergency?: boolean}} Page
 */

/** @returns {Notices} */
export function readNotices({ pause, announcements = [], withdrawn = [], suspended_reasons = {}, outage }) {
  const texts = announcements.map(({ announcement, texts }) => ({ seq: announcement, texts }));
  const first = [...withdrawn].sort((one, other) => one.at - other.at);
  return { pause, texts, withdrawn: first, suspended: suspended_reasons, interruptedAt: outage?.ended_at || 0 };
}

/** Fold events into the notices. @param {Notices} notices @returns {Notices} */
export const followNotices = (notices, events) =>
  events.reduce((before, event) => ({ ...before, ...FOLDS[event.type]?.(before, event) }), notices);

const FOLDS = {
  hall_paused: ({ pause }, { kind, texts, at }) => ({ pause: { kind, texts, since: pause?.since || at } }),
  hall_resumed: () => ({ pause: null }),
  outage_noted: (_, { at }) => ({ interruptedAt: at }),
  announced: ({ texts }, event) => ({ texts: [...texts, { seq: event.seq, texts: event.texts }] }),
  announcement_withdrawn: ({ texts }, event) => ({ texts: texts.filter(({ seq }) => seq !== event.announcement) }),
  ticket_cancelled: ({ withdrawn }, event) => ({
    withdrawn: event.desk || !event.reason ? withdrawn : [...withdrawn, { ticket: event.ticket, at: event.at }],
  }),
  ticket_reinstated: ({ withdrawn }, event) => ({ withdrawn: withdrawn.filter(({ ticket }) => ticket !== event.ticket) }),
  service_suspended: ({ suspended }, { service, reason }) => ({ suspended: { ...suspended, [service]: reason } }),
  service_resumed: ({ suspended }, { service }) => {
    const { [service]: _, ...others } = suspended;
    return { suspended: others };
  },
};

/** What of the notices still stands at a time of the hall, in seconds. @returns {Notices} */
export function standingAt(notices, now) {
  const withdrawn = notices.withdrawn.filter(({ at }) => now - at / 1e6 < WITHDRAWN_SECONDS);
  const wasAway = now - notices.interruptedAt / 1e6 < INTERRUPTED_SECONDS;
  return { ...notices, withdrawn, interruptedAt: wasAway ? notices.interruptedAt : 0 };
}

/** Say all notices in the language spoken now, each one a page; of an emergency nothing else. @returns {Page[]} */
export function pagesOf({ pause, texts, withdrawn, suspended, interruptedAt }, hall) {
  const isEmergency = pause?.kind === "emergency";
  const said = { language: language() };
  const paused = pause && { ...said, text: pauseSentence(pause), isWarning: isEmergency, isEmergency };
  if (isEmergency) return [paused];
  const tickets = withdrawn.map(({ ticket }) => ticket).join(", ");
  return [
    paused,
    tickets && { ...said, isWarning: true, text: t("Withdrawn: {tickets}. Please ask at the information desk.", { tickets }) },
    interruptedAt && { ...said, text: interrupted() },
    ...texts.map((one) => one.texts[language()] && { ...said, text: one.texts[language()] }),
    ...suspensions(suspended, hall).map((text) => ({ ...said, text })),
  ].filter(Boolean);
}

/** Name the services for which there are no tickets, by reason. */
function suspensions(suspended, hall) {
  const name = (found, id) => nameOf(found?.names, hall.languages[0]) || id;
  return [...new Set(Object.values(suspended))].map((why) => {
    const ids = Object.keys(suspended).filter((id) => suspended[id] === why);
    const services = ids.map((id) => name(serviceOf(hall.services, id), id)).join(", ");
    const reason = name(hall.reasons.find(({ id }) => id === why), why);
    return t("No tickets at the moment for: {services}. Reason: {reason}.", { services, reason });
  });
}

function serviceOf(nodes, id) {
  for (const node of nodes) {
    const found = node.id === id ? node : serviceOf(node.children, id);
    if (found) return found;
  }
  return null;
}
