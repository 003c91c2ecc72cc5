"""Sound as samples: the chime, and espeak-ng's speech. 16 bit, one channel, RATE samples a second.

espeak-ng runs as a process of its own: it may crash or hang without harm, and its licence stays its own.
"""

import array
import io
import math
import shutil
import subprocess
import wave
from collections import OrderedDict

from protocol.speech import CHIME_SECONDS

RATE = 22_050
"""espeak-ng's own rate, so that nothing is converted."""

PEAK = 32_767
CHIME_NOTES = ((659.26, 0.0), (523.25, 0.3))
"""A falling third, E5 and C5, in hertz, each with its start in seconds."""

CACHED_PHRASES = 100
ESPEAK_SECONDS = 10


class NoVoice(Exception):  # noqa: N818 - a state of the machine, told as a sentence
    """Speech cannot be made here, or not in this language."""


def chime() -> bytes:
    """Make the chime: two struck notes that fade."""
    samples = array.array("h", bytes(2 * int(RATE * CHIME_SECONDS)))
    for i in range(len(samples)):
        at = i / RATE
        level = sum(_struck(frequency, at - start) for frequency, start in CHIME_NOTES)
        samples[i] = int(PEAK * 0.4 * level * min(1.0, (CHIME_SECONDS - at) / 0.05))
    return samples.tobytes()


def silence(seconds: float) -> bytes:
    """Make a pause."""
    return bytes(2 * int(RATE * seconds))


def _struck(frequency: float, since: float) -> float:
    """Give a struck bar's swing, between -1 and 1, so many seconds after the stroke."""
    if since < 0:
        return 0.0
    attack = min(1.0, since / 0.005)
    return attack * math.exp(-6 * since) * math.sin(2 * math.pi * frequency * since)


class Speaker:
    """Turns text into samples by espeak-ng, and remembers the last phrases."""

    def __init__(self, words_per_minute: int) -> None:
        """Find espeak-ng; raises NoVoice when it is not installed."""
        self._program = shutil.which("espeak-ng") or ""
        if not self._program:
            raise NoVoice("Calls are chimed but not spoken: install the package espeak-ng.")
        self._speed = str(words_per_minute)
        self._phrases: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def speak(self, text: str, language: str) -> bytes:
        """Give the samples of a text; raises NoVoice when the language has no voice or the program fails."""
        key = (language, text)
        if key not in self._phrases:
            self._phrases[key] = self._made(text, language)
            if len(self._phrases) > CACHED_PHRASES:
                self._phrases.popitem(last=False)
        self._phrases.move_to_end(key)
        return self._phrases[key]

    def _made(self, text: str, language: str) -> bytes:
        voice = language.lower()
        command = [self._program, "-v", voice, "-s", self._speed, "-b", "1", "--stdin", "--stdout"]
        try:
            sound = subprocess.run(  # noqa: S603 - a fixed program; the text goes in by stdin
                command, input=text.encode(), capture_output=True, timeout=ESPEAK_SECONDS, check=True
            ).stdout
            with wave.open(io.BytesIO(sound)) as file:
                return bytes(file.readframes(len(sound)))
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
            why = (getattr(error, "stderr", None) or str(error).encode()).decode(errors="replace").strip()
            message = f"Calls are not spoken in the language '{language}': espeak-ng says: {why}"
            raise NoVoice(message) from error
