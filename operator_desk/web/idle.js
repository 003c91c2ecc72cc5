/** What a desk with nobody at it can do. */
import { t } from "ui/texts.js";

/** Call, pause and close while the desk is open; resume and close while it is paused. */
export const idleButtons = (desk) => (desk.state === "paused" ? [resume(), close()] : [call(), pause(), close()]);

const call = () => ({ name: "call", command: "call_next", label: t("Call next"), weight: "main", key: "F9", isOfDesk: true });
const resume = () => ({ name: "resume", command: "open_desk", label: t("Resume work"), weight: "main", key: "F9", isOfDesk: true });
const close = () => ({ name: "close", command: "close_desk", label: t("Close desk"), weight: "quiet", isOfDesk: true });
const pause = () => ({
  name: "pause",
  command: "pause_desk",
  label: t("Pause"),
  weight: "quiet",
  asks: "reason",
  isOfDesk: true,
});
