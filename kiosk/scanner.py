"""A scanner on a serial line: what it reads counts as typed. Those that pass for keyboards need none."""

import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import serial

from ui.scene import Scanned

BAUD = 9600
AGAIN_SECONDS = 2.0
"""How long a scanner whose cable was pulled is left alone before it is looked for again."""

LONGEST_LINE = 300


class Scanner:
    """Reads lines on a thread of its own, and looks for its device for ever."""

    def __init__(self, url: str, post: Callable[[object], None], tell: Callable[[str], None]) -> None:
        """Begin to read; raises ValueError for an address that is no serial line's."""
        self._path, self._baud = _parsed(url)
        self._post, self._tell = post, tell
        self._ended = threading.Event()
        self._port: serial.Serial | None = None
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Read no more."""
        self._ended.set()
        if self._port:
            with suppress(OSError):
                self._port.cancel_read()
        self._thread.join(AGAIN_SECONDS)

    def _run(self) -> None:
        is_told = False
        while not self._ended.is_set():
            try:
                with serial.Serial(self._path, self._baud) as self._port:
                    self._tell(f"Scanner: {self._path} is read.")
                    is_told = False
                    self._read(self._port)
            except (
                OSError,
                ValueError,
                TypeError,
            ) as failure:  # pyserial raises each of them for a lost device
                if not is_told and not self._ended.is_set():
                    self._tell(f"Scanner: {self._path} cannot be read ({failure}); looking for it again.")
                is_told = True
            self._port = None
            self._ended.wait(AGAIN_SECONDS)

    def _read(self, port: serial.Serial) -> None:
        """Post each line; scanners end it with CR, LF or both."""
        line = bytearray()
        while not self._ended.is_set():
            byte = port.read(1)
            if byte in {b"\r", b"\n", b"\t"}:
                if line:
                    self._post(Scanned(line.decode("utf-8", "replace")))
                line.clear()
            else:
                line += byte
                del line[:-LONGEST_LINE]


def _parsed(url: str) -> tuple[str, int]:
    """Give the path and the speed in ``serial:///dev/ttyUSB0?baud=9600``."""
    parts = urlsplit(url)
    baud = parse_qs(parts.query).get("baud", [str(BAUD)])[0]
    if parts.scheme != "serial" or not parts.path or not baud.isdecimal():
        message = f"'{url}' is no scanner: write serial:///dev/ttyUSB0?baud={BAUD}"
        raise ValueError(message)
    return parts.path, int(baud)
