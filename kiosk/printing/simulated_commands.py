"""Reads ESC/POS as a printer does: strictly, command by command, from a stream cut anywhere.

Written from Epson's command reference (formats and ranges as published there), not from what our own encoder
sends: it is the encoder's judge.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIXED: dict[bytes, int] = {
    b"\x0a": 0,  # LF
    b"\x0d": 0,  # CR
    b"\x10\x04": 1,  # DLE EOT n, already answered when it was received
    b"\x1b!": 1,  # ESC ! n      print modes
    b"\x1b-": 1,  # ESC - n      underline
    b"\x1b2": 0,  # ESC 2        usual line spacing
    b"\x1b3": 1,  # ESC 3 n      line spacing
    b"\x1b@": 0,  # ESC @        initialise
    b"\x1bE": 1,  # ESC E n      emphasised
    b"\x1bG": 1,  # ESC G n      double strike
    b"\x1bJ": 1,  # ESC J n      print and feed dots
    b"\x1bM": 1,  # ESC M n      font
    b"\x1bR": 1,  # ESC R n      international letters
    b"\x1ba": 1,  # ESC a n      justification
    b"\x1bd": 1,  # ESC d n      print and feed lines
    b"\x1bt": 1,  # ESC t n      code page
    b"\x1b{": 1,  # ESC { n      upside down
    b"\x1d!": 1,  # GS ! n       size of letters
    b"\x1dB": 1,  # GS B n       white on black
    b"\x1da": 1,  # GS a n       automatic status
    b"\x1db": 1,  # GS b n       smoothing
    b"\x1dr": 1,  # GS r n       status, in its turn
}
"""Commands by their first bytes, and how many bytes of parameters follow."""

FEEDING_CUTS = {65, 66, 97, 98, 103, 104}


def _length_of_cut(head: bytes) -> int | None:
    """``GS V m`` is one byte; the functions that feed first have a second one."""
    return (2 if head[0] in FEEDING_CUTS else 1) if head else None


def _length_of_raster(head: bytes) -> int | None:
    """``GS v 0 m xL xH yL yH``, then x bytes in each of y rows."""
    if len(head) < 5:  # noqa: PLR2004 - m, x and y
        return None
    return 5 + int.from_bytes(head[1:3], "little") * int.from_bytes(head[3:5], "little")


def _length_of_code(head: bytes) -> int | None:
    """``GS ( k pL pH``, then p bytes."""
    return None if len(head) < 2 else 2 + int.from_bytes(head[:2], "little")  # noqa: PLR2004 - p


COUNTED: dict[bytes, Callable[[bytes], int | None]] = {
    b"\x1dV": _length_of_cut,
    b"\x1dv0": _length_of_raster,
    b"\x1d(k": _length_of_code,
}
INTRODUCERS = b"\x10\x1b\x1c\x1d"
LONGEST_START = 3
PRINTABLE = 0x20


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its first bytes (``b""`` is text; of what is none, all), and its parameters."""

    start: bytes
    parameters: bytes


class CommandReader:
    """Collects bytes and gives them back as commands, each as soon as it is whole."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._buffer = bytearray()

    def add(self, data: bytes) -> None:
        """Put received bytes into the buffer."""
        self._buffer += data

    def clear(self) -> None:
        """Forget what is not read yet."""
        self._buffer.clear()

    def __iter__(self) -> Iterator[Command]:
        """Take whole commands out of the buffer, one by one; the buffer may grow in between."""
        while (command := self._next()) is not None:
            yield command

    def _next(self) -> Command | None:
        if not self._buffer:
            return None
        if self._buffer[0] >= PRINTABLE:
            return self._take(b"", self._length_of_text())
        for length in range(1, LONGEST_START + 1):
            start = bytes(self._buffer[:length])
            if start in FIXED:
                return self._take(start, FIXED[start])
            if start in COUNTED:
                size = COUNTED[start](bytes(self._buffer[length : length + 5]))
                return None if size is None else self._take(start, size)
        return self._unknown()

    def _length_of_text(self) -> int:
        return next((at for at, byte in enumerate(self._buffer) if byte < PRINTABLE), len(self._buffer))

    def _take(self, start: bytes, size: int) -> Command | None:
        end = len(start) + size
        if len(self._buffer) < end:
            return None
        parameters = bytes(self._buffer[len(start) : end])
        del self._buffer[:end]
        return Command(start, parameters)

    def _unknown(self) -> Command | None:
        """Take what is no command: an introducer with the byte after it, else one byte."""
        is_introducer = self._buffer[0] in INTRODUCERS
        begun = bytes(self._buffer)
        if is_introducer and any(known.startswith(begun) for known in (*FIXED, *COUNTED)):
            return None
        size = 2 if is_introducer else 1
        unknown = bytes(self._buffer[:size])
        del self._buffer[:size]
        return Command(unknown, b"")
