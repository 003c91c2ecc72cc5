/** Telling an operator who looks elsewhere: a soft tone, and a notification. */

const KEPT = "novbe.desk.sound";
/** Two notes, a fourth apart, each fading in and out: heard, and no alarm. In Hz and seconds. */
const NOTES = [[523.25, 0], [698.46, 0.22]];
const NOTE_SECONDS = 0.5;
const LOUDNESS = 0.12;

/** @type {AudioContext|null} */
let audio = null;

/** Whether the operator wants to hear a tone; yes until turned off here. */
export const wantsSound = () => localStorage.getItem(KEPT) !== "off";

/** Turn the tone on or off on this machine. */
export const setSound = (isOn) => localStorage.setItem(KEPT, isOn ? "on" : "off");

/** A browser lets no page sound before its user has touched it. */
function unlock() {
  audio ||= new AudioContext();
  audio.resume();
}
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, unlock, { once: true });

/** Sound the tone, where it is wanted and allowed. */
export function playTone() {
  if (!audio || !wantsSound()) return;
  for (const [frequency, after] of NOTES) playNote(audio, frequency, audio.currentTime + after);
}

function playNote(context, frequency, at) {
  const note = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setTargetAtTime(LOUDNESS, at, 0.02);
  volume.gain.setTargetAtTime(0, at + NOTE_SECONDS / 2, 0.08);
  note.connect(volume).connect(context.destination);
  note.start(at);
  note.stop(at + NOTE_SECONDS);
}

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
