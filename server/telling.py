"""What the log tells people, for threads: a day's ledger, and the life of a ticket in words."""

from typing import Any

from protocol.commands import snake
from protocol.events import Event
from protocol.hall import Hall
from server.domain.derive import STEPS
from server.domain.explain import Told, explain
from server.domain.ledger import LEVERS, NEED_LIFE, ledger, place_of
from server.domain.lifecycle import ENDED
from server.log import Reader

KINDS = [snake(kind.__name__) for kind in LEVERS]


def read_ledger(reader: Reader, hall: Hall, day: str) -> dict[str, Any]:
    """Give the ledger of a day, and between which days there are others."""
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


def explained(reader: Reader, number: str, day: str) -> list[Told]:
    """Tell the life of a ticket in sentences, the pauses meanwhile among them; none without a ticket."""
    events, hall = reader.ticket(number, day), reader.hall()
    if not events or hall is None:
        return []
    events += reader.pauses(events[0].seq, _until(events))
    return explain(hall, sorted(events, key=lambda event: event.seq))


def _until(events: list[Event]) -> int:
    """Give the seq up to which pauses concern a ticket: of its end, or without one of whatever comes."""
    ends = [event.seq for event in events if STEPS.get(type(event), ("",))[0] in ENDED]
    return ends[-1] if ends else 2**62
