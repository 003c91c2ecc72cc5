/** Telling an operator who looks elsewhere: a soft tone, and a notification. */
import { playTone as softTone } from "ui/tone.js";

const KEPT = "novbe.desk.sound";

/** Whether the operator wants to hear a tone; yes until turned off here. */
export const wantsSound = () => localStorage.getItem(KEPT) !== "off";

/** Turn the tone on or off on this machine. */
export const setSound = (isOn) => localStorage.setItem(KEPT, isOn ? "on" : "off");

/** Sound the tone where it is wanted. */
export const playTone = () => wantsSound() && softTone();

/** Whether this page can notify at all: browsers allow it to secure addresses alone. */
export const canNotify = () => window.isSecureContext && "Notification" in window;

/** What the operator allowed: granted, denied, or default when not asked yet. */
export const mayNotify = () => Notification.permission;

/** Notify an operator who looks elsewhere; gives what takes the notification away again. */
export function notify(sentence) {
  if (!canNotify() || mayNotify() !== "granted" || document.hasFocus()) return undefined;
  const shown = new Notification(sentence, { tag: "novbe-desk", requireInteraction: true });
  shown.onclick = () => window.focus();
  return () => shown.close();
}
