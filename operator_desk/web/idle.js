/** What a desk with nobody at it can do. */
import { t } from "ui/texts.js";

/** Call, pause and close while the desk is open; resume and close while it is paused. */
export const idleButtons = (desk) => (desk.state === "paused" ? [resume(), close()] : [call(), pause(), close()]);

/** A button that is about the desk and no ticket. */
const ofDesk = (command, label, look) => ({ name: command, command, label, isOfDesk: true, ...look });

const call = () => ofDesk("call_next", t("Call next"), { weight: "main", key: "F9" });
const resume = () => ofDesk("open_desk", t("Resume work"), { weight: "main", key: "F9" });
const close = () => ofDesk("close_desk", t("Close desk"), { weight: "quiet" });
const pause = () => ofDesk("pause_desk", t("Pause"), { weight: "quiet", asks: "reason" });
