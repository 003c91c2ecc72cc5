"""The ways to a printer, by URL.

| URL | Way |
|---|---|
| ``tcp://10.0.0.9:9100`` | network |
| ``serial:///dev/ttyUSB0?baud=115200`` | serial line, real or behind USB |
| ``file:///dev/usb/lp0`` | the kernel's driver for USB printers |
| ``usb://04b8:0e15`` | USB itself, by vendor and product (needs libusb) |
| ``simulated:///folder`` | no printer: slips become pictures in the folder |
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from kiosk.printing.connection import FAST, Connection, Transport
from kiosk.printing.device_file import FileTransport
from kiosk.printing.network import TcpTransport
from kiosk.printing.serial_line import SerialTransport
from kiosk.printing.simulated_printer import Simulator
from kiosk.printing.usb import UsbTransport

DEFAULT_PORT = 9100
DEFAULT_BAUD = 115200


def transport(url: str) -> Transport:
    """Choose the way that a URL names; raises ValueError with a sentence for one that names none."""
    parts = urlsplit(url)
    makers = {
        "tcp": _tcp,
        "serial": _serial,
        "file": _file,
        "usb": _usb,
        "simulated": _simulated,
    }
    if parts.scheme not in makers:
        known = ", ".join(f"{name}://" for name in makers)
        raise ValueError(f'"{url}" names no printer: it has to begin with one of {known}.')
    return makers[parts.scheme](parts)


def _tcp(parts: SplitResult) -> Transport:
    sentence = "A network printer is written tcp://ADDRESS:9100."
    try:
        port = parts.port or DEFAULT_PORT
    except ValueError:
        raise ValueError(sentence) from None
    if not parts.hostname:
        raise ValueError(sentence)
    return TcpTransport(parts.hostname, port)


def _serial(parts: SplitResult) -> Transport:
    baud = parse_qs(parts.query).get("baud", [str(DEFAULT_BAUD)])[0]
    if not parts.path or not baud.isdecimal() or int(baud) == 0:
        raise ValueError("A serial printer is written serial:///dev/ttyUSB0?baud=115200.")
    return SerialTransport(parts.path, int(baud))


def _file(parts: SplitResult) -> Transport:
    if not parts.path:
        raise ValueError("A printer's device file is written file:///dev/usb/lp0.")
    return FileTransport(Path(parts.path))


def _usb(parts: SplitResult) -> Transport:
    vendor, _, product = parts.netloc.partition(":")
    try:
        return UsbTransport(int(vendor, 16), int(product, 16))
    except ValueError:
        raise ValueError("A USB printer is written usb://VENDOR:PRODUCT, as lsusb shows them.") from None


def _simulated(parts: SplitResult) -> Transport:
    folder = Path(parts.path) if parts.path else Path(tempfile.gettempdir()) / "novbe-slips"
    return SimulatedTransport(Simulator(folder=folder))


@dataclass(frozen=True, slots=True)
class SimulatedTransport:
    """A printer that is not there: it keeps its slips as pictures, for demonstrations."""

    printer: Simulator
    bytes_per_second: float = FAST

    def connect(self) -> Connection:
        """Open it."""
        return _SimulatedConnection(self.printer)


@dataclass(slots=True)
class _SimulatedConnection:
    printer: Simulator
    said: bytes = b""

    def send(self, data: bytes, seconds: float) -> None:  # noqa: ARG002 - it takes no time
        self.said += self.printer.feed(data)

    def receive(self, seconds: float) -> bytes:  # noqa: ARG002 - it has answered, or never will
        said, self.said = self.said, b""
        return said

    def close(self) -> None:
        """Leave it as it is: the next slip goes to the same printer."""
