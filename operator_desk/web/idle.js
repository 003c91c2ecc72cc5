/** What a desk with nobody at it can do. */
import { t } from "ui/texts.js";

/** Call, or take the call that is offered, and pause; while paused resume; and close. */
export function idleButtons({ state, offer, closing }, mayJump) {
  const end = closing ? stay() : close();
  if (state === "paused") return [resume(), end];
  return [...(offer ? [callNow(), notNow()] : [call()]), walkUp(), ...(mayJump ? [callCertain()] : []), pause(), end];
}

/** A visitor came to the desk without a ticket. */
export const walkUp = () => ofDesk("issue_ticket", t("Visitor without a ticket"), { weight: "quiet", asks: "walk_up" });

/** A button that is about the desk and no ticket. */
const ofDesk = (command, label, look) => ({ name: command, command, label, isOfDesk: true, ...look });

const call = () => ofDesk("call_next", t("Call next"), { weight: "main", key: "F9" });
/** Past others it is a jump, which not everybody may. */
const callCertain = () => ofDesk("call_ticket", t("Call a certain ticket"), { weight: "quiet", asks: "jump" });
const callNow = () => ofDesk("call_next", t("Call now"), { weight: "main", key: "F9" });
const notNow = () => ofDesk("decline_call", t("Not now"), { weight: "next", key: "F4", asks: "reason" });
const resume = () => ofDesk("open_desk", t("Resume work"), { weight: "main", key: "F9" });
const close = () => ofDesk("close_desk", t("Close desk"), { weight: "quiet", asks: "fate" });
const stay = () => ofDesk("open_desk", t("Keep the desk open"), { name: "stay", weight: "quiet" });
const pause = () => ofDesk("pause_desk", t("Pause"), { weight: "quiet", asks: "break" });
