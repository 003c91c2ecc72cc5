"""A printer on a serial line, real or behind a USB adapter."""

import termios
from contextlib import suppress
from dataclasses import dataclass

import serial

from kiosk.printing.connection import Connection, PrinterUnavailable
from kiosk.printing.device_file import DeviceConnection

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
        """Open the port at its speed.

        XON/XOFF is on: a printer set to it needs it, and no status byte looks like either.
        """
        try:
            return _SerialConnection(serial.Serial(self.path, self.baud, xonxoff=True, timeout=0))
        except (OSError, ValueError) as failure:
            raise PrinterUnavailable(
                f"The serial port {self.path} cannot be opened: is the printer's cable in,"
                " and may this user use it (group dialout)?"
            ) from failure


class _SerialConnection(DeviceConnection):
    """An open port. pyserial has set its speed; from here on it is a device like any other.

    Its own ``write`` may wait for ever, and its ``read`` sets the port up anew with each change of the time.
    """

    def __init__(self, port: serial.Serial) -> None:
        super().__init__(port.fileno())
        self._port = port

    def close(self) -> None:
        """Close it now: a line that nobody reads would hold up the closing for half a minute."""
        with suppress(OSError, termios.error):
            self._port.reset_output_buffer()
        self._port.close()
