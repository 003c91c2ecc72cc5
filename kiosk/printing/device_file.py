"""A printer behind a device file, like the kernel's ``/dev/usb/lp0``."""

import os
import select
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from kiosk.printing.connection import BLOCKED, BROKE_OFF, FAST, Connection, PrinterUnavailable

MOMENT = 0.02


@dataclass(frozen=True, slots=True)
class FileTransport:
    """A printer behind a device file; one that only takes, and never answers, is never confirmed."""

    path: Path
    bytes_per_second: float = FAST

    def connect(self) -> Connection:
        """Open the file for both ways; it has to be there."""
        try:
            return _FileConnection(os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_APPEND))
        except OSError as failure:
            raise PrinterUnavailable(
                f"The printer at {self.path} cannot be opened: is it on, is its cable in,"
                " and may this user use it (group lp)?"
            ) from failure


@dataclass(frozen=True, slots=True)
class _FileConnection:
    file: int

    def send(self, data: bytes, seconds: float) -> None:
        until = monotonic() + seconds
        while data:
            _, ready, _ = select.select([], [self.file], [], max(0.0, until - monotonic()))
            if not ready:
                raise PrinterUnavailable(BLOCKED)
            try:
                data = data[os.write(self.file, data) :]
            except BlockingIOError:
                sleep(MOMENT)
            except OSError as failure:
                raise PrinterUnavailable(BROKE_OFF) from failure

    def receive(self, seconds: float) -> bytes:
        """Read; some drivers give an empty answer at once where there is none yet, so it is asked again."""
        until = monotonic() + seconds
        while True:
            select.select([self.file], [], [], max(0.0, until - monotonic()))
            with suppress(BlockingIOError):
                if said := self._read():
                    return said
            if monotonic() >= until:
                return b""
            sleep(MOMENT)

    def _read(self) -> bytes:
        try:
            return os.read(self.file, 64)
        except BlockingIOError:
            raise
        except OSError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def close(self) -> None:
        os.close(self.file)
