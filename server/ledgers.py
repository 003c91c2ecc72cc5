"""Reading a day's ledger from the log: the few events that matter, and the lives of their tickets."""

from typing import Any

from protocol.commands import snake
from protocol.hall import Hall
from server.domain.ledger import LEVERS, NEED_LIFE, ledger, place_of
from server.log import Reader

KINDS = [snake(kind.__name__) for kind in LEVERS]


def read_ledger(reader: Reader, hall: Hall, day: str) -> dict[str, Any]:
    """Give the ledger of a day; for a thread, since a busy day takes a while to look through."""
    events = reader.levers(day, KINDS)
    places = {place_of(event) for event in events if isinstance(event, NEED_LIFE)}
    lives = {(issued_on, number): reader.ticket(number, issued_on) for issued_on, number in places}
    first, last = reader.days()
    return {
        "day": day,
        "first_day": first,
        "last_day": last,
        **ledger(hall, events, lives, reader.calls(day)),
    }
