/** A soft tone for who looks elsewhere. */

/** Two notes, a fourth apart, each fading in and out: heard, and no alarm. In Hz and seconds. */
const NOTES = [[523.25, 0], [698.46, 0.22]];
const NOTE_SECONDS = 0.5;
const LOUDNESS = 0.12;

/** @type {AudioContext|null} */
let audio = null;

/** A browser lets no page sound before its user has touched it. */
function unlock() {
  audio ||= new AudioContext();
  audio.resume();
}
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, unlock, { once: true });

/** Sound the tone, where the browser allows it. */
export function playTone() {
  for (const [frequency, after] of audio ? NOTES : []) playNote(audio, frequency, audio.currentTime + after);
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
