"""A printer on a serial line, real or behind a USB adapter."""

from contextlib import suppress
from dataclasses import dataclass

import serial

from kiosk.printing.connection import BLOCKED, BROKE_OFF, Connection, PrinterUnavailable

BITS_A_BYTE = 10


@dataclass(frozen=True, slots=True)
class SerialTransport:
    """A printer on a serial line."""

    path: str
    baud: int

    @property
    def bytes_per_second(self) -> float:
        """Tell how fast the line is: a byte takes ten bits of time."""
        return self.baud / BITS_A_BYTE

    def connect(self) -> Connection:
        """Open the port.

        XON/XOFF is on: a printer set to it needs it, and no status byte looks like either.
        """
        try:
            port = serial.serial_for_url(
                self.path, baudrate=self.baud, xonxoff=True, timeout=0, write_timeout=0
            )
        except (OSError, ValueError) as failure:
            raise PrinterUnavailable(
                f"The serial port {self.path} cannot be opened: is the printer's cable in,"
                " and may this user use it (group dialout)?"
            ) from failure
        return _SerialConnection(port)


@dataclass(frozen=True, slots=True)
class _SerialConnection:
    port: serial.Serial

    def send(self, data: bytes, seconds: float) -> None:
        self.port.write_timeout = seconds
        try:
            self.port.write(data)
        except serial.SerialTimeoutException as failure:
            raise PrinterUnavailable(BLOCKED) from failure
        except OSError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def receive(self, seconds: float) -> bytes:
        self.port.timeout = seconds
        try:
            # One byte, and what came with it: to ask for more than comes is to wait until the time is out.
            first: bytes = self.port.read(1)
            return first + self.port.read(self.port.in_waiting) if first else b""
        except OSError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def close(self) -> None:
        with suppress(OSError):
            # A line that nobody reads would hold up the closing for half a minute.
            self.port.reset_output_buffer()
        self.port.close()
