"""A printer behind a device file, like the kernel's ``/dev/usb/lp0``."""

import os
import select
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from kiosk.printing.connection import BLOCKED, BROKE_OFF, FAST, Connection, PrinterUnavailable

MOMENT = 0.02
MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class FileTransport:
    """A printer behind a device file; one that only takes, and never answers, is never confirmed."""

    path: Path
    bytes_per_second: float = FAST

    def connect(self) -> Connection:
        """Open the file for both ways; it has to be there."""
        try:
            return DeviceConnection(os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_APPEND))
        except OSError as failure:
            raise PrinterUnavailable(
                f"The printer at {self.path} cannot be opened: is it on, is its cable in,"
                " and may this user use it (group lp)?"
            ) from failure


class DeviceConnection:
    """An open device: a descriptor that does not block."""

    def __init__(self, descriptor: int) -> None:
        """Take over the descriptor."""
        self._file = descriptor

    def send(self, data: bytes, seconds: float) -> None:
        """Write all of it, as the device takes it."""
        until = monotonic() + seconds
        while data:
            if not self._is_ready(select.POLLOUT, until):
                raise PrinterUnavailable(BLOCKED)
            data = data[self._write(data) :]

    def receive(self, seconds: float) -> bytes:
        """Read; some drivers give an empty answer at once where there is none yet, so it is asked again."""
        until = monotonic() + seconds
        while self._is_ready(select.POLLIN, until):
            if said := self._read():
                return said
            if monotonic() >= until:
                break
            sleep(MOMENT)
        return b""

    def _is_ready(self, wanted: int, until: float) -> bool:
        """Wait until the device can be read or written; one that was pulled out hangs up."""
        waiting = select.poll()
        waiting.register(self._file, wanted)
        events = waiting.poll(max(0.0, until - monotonic()) * MILLISECONDS)
        if any(event & (select.POLLHUP | select.POLLERR) for _, event in events):
            raise PrinterUnavailable(BROKE_OFF)
        return bool(events)

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._file, data)
        except BlockingIOError:
            return 0
        except OSError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def _read(self) -> bytes:
        try:
            return os.read(self._file, 64)
        except BlockingIOError:
            return b""
        except OSError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def close(self) -> None:
        """Close it."""
        os.close(self._file)
