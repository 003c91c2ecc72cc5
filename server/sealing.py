"""What stands between a person and the log: codes that only a holder knows, and documents nobody can read.

A booking's code is its number and eight digits of an HMAC-SHA256 under the hall's key: derived, never stored.
The number of a document becomes an HMAC under a key of the open day, drawn when it is first needed and
destroyed at closing: no two days can be joined, and no list of documents can be tried on an old log.
"""

import hmac
from collections.abc import Callable, Sequence

import gevent  # type: ignore[import-untyped]
import msgspec

from protocol.commands import BookingCommand, Command
from protocol.events import DayClosed, DayOpened, Event
from server.domain.refusals import UnknownBooking

DIGITS = 8
SHORTEST = 4
"""A number is written with as many digits at least, so that a code looks the same on each day."""


class Sealing:
    """Opens codes and closes documents, for one hall. All methods are for greenlets."""

    def __init__(
        self, key: bytes, person_key: Callable[[str], bytes], destroy: Callable[[str], None]
    ) -> None:
        """Derive codes under ``key``; ``person_key`` gives a period's key, ``destroy`` ends all but one."""
        self._key, self._person_key, self._destroy = key, person_key, destroy

    def code(self, booking: str) -> str:
        """Give the code of a booking, digits alone."""
        return f"{booking:0>{SHORTEST}}{self._digits(booking)}"

    def booking(self, code: str) -> str:
        """Give the number of a genuine code; raises UnknownBooking."""
        number = code[:-DIGITS].lstrip("0")
        if not hmac.compare_digest(code[-DIGITS:], self._digits(number)):
            raise UnknownBooking
        return number

    def open(self, command: Command, period: str) -> Command:
        """Give a command as the rules take it: with the booking's number, and the person's hash of a period.

        Raises UnknownBooking for a code that is none.
        """
        if isinstance(command, BookingCommand) and command.code is not None:
            return msgspec.structs.replace(command, booking=self.booking(command.code))
        document = getattr(command, "person", None)
        if document is None:
            return command
        plain = "".join(document.upper().split()).replace("-", "")
        hashed = hmac.digest(self._person_key(period), f"person\0{plain}".encode(), "sha256").hex()[:32]
        return msgspec.structs.replace(command, person=hashed)

    def hear(self, events: Sequence[Event]) -> None:
        """Destroy the keys of periods that are over; takes what was committed, and does not wait."""
        ends = [event for event in events if isinstance(event, DayClosed | DayOpened)]
        if ends:
            gevent.spawn(self._destroy, period(ends[-1].day, is_open=isinstance(ends[-1], DayOpened)))

    def _digits(self, booking: str) -> str:
        mac = hmac.digest(self._key, f"booking\0{booking}".encode(), "sha256")
        return f"{int.from_bytes(mac[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def period(day: str, *, is_open: bool) -> str:
    """Name the time in which one key holds: an open day, or the night after it."""
    return day if is_open else f"{day}~"
