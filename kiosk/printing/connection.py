"""What a way to a printer is: opened for one slip, bounded in time, and plain about what went wrong."""

from typing import Protocol

FAST = 100_000.0
"""Bytes a second of a way that is faster than any printer."""

BROKE_OFF = "The printer broke off the connection: is it still on?"
BLOCKED = "The printer takes no more data: look for paper, an open cover or an error light."


class PrinterUnavailable(Exception):  # noqa: N818 - a state of the printer, told as a sentence
    """The printer cannot be reached, or broke off; the text says what to do."""


class Connection(Protocol):
    """An open way to a printer. All its calls raise PrinterUnavailable when the printer is gone."""

    def send(self, data: bytes, seconds: float) -> None:
        """Send all of it within this time."""

    def receive(self, seconds: float) -> bytes:
        """Give what the printer has said, waiting at most this long for it; ``b""`` is nothing."""

    def close(self) -> None:
        """Hang up; what was not sent is dropped."""


class Transport(Protocol):
    """A way to a printer; ``bytes_per_second`` tells how long a slip may take."""

    @property
    def bytes_per_second(self) -> float:
        """Tell how fast this way is."""

    def connect(self) -> Connection:
        """Open it; raises PrinterUnavailable."""
