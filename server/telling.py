"""What the log tells people, for threads: a day's ledger, its figures, and the life of a ticket in words."""

from typing import Any

from msgspec import UNSET

from protocol.commands import snake
from protocol.events import (
    Event,
    HallConfigured,
    JumpConfirmed,
    LegBegun,
    TicketCalled,
    TicketEvent,
    TicketIssued,
    TicketParked,
    TicketReinstated,
)
from protocol.hall import Hall
from server.domain.catalogue import NO_HALL, Catalogue
from server.domain.derive import STEPS
from server.domain.explain import Told, explain
from server.domain.figures import DayFigures, figures
from server.domain.jumps import last_day
from server.domain.ledger import LEVERS, LIFE, NEED_LIFE, ledger, place_of
from server.domain.lifecycle import ENDED
from server.domain.ticket import Place
from server.domain.timeline import KINDS, OF_THE_HALL, Timeline
from server.log import Reader

DAYS_MORE = 3
"""For so many days after their own, tickets that a hall carries over are followed to their end."""


def read_ledger(reader: Reader, hall: Hall, day: str) -> dict[str, Any]:
    """Give the ledger of a day, and between which days there are others."""
    first, before, last = reader.days(day)
    events = [*reader.of_kinds(before, _names(TicketParked)), *reader.levers(day, _names(*LEVERS))]
    numbers = {event.ticket for event in events if isinstance(event, NEED_LIFE)}
    lives: dict[Place, list[Event]] = {}
    for event in (*reader.of_kinds(before, LIVES, numbers), *reader.of_kinds(day, LIVES, numbers)):
        if isinstance(event, TicketEvent):
            lives.setdefault(place_of(event), []).append(event)
    confirmed = _confirmed(reader, hall, day, events)
    told = ledger(hall, day, events, lives, reader.calls(day), confirmed, _before(reader, events))
    return {"day": day, "first_day": first, "last_day": last, **told}


def _before(reader: Reader, events: list[Event]) -> Hall | None:
    """Give the hall as it was when the first new configuration of these events came; None without one."""
    first = min((event.seq for event in events if isinstance(event, HallConfigured)), default=0)
    return reader.hall(before=first) if first else None


def read_figures(reader: Reader, day: str) -> DayFigures:
    """Give the figures of a day, and between which days there are others."""
    first, _, last = reader.days(day)
    timeline = Timeline(day, Catalogue(reader.hall(before=reader.begin(day)) or NO_HALL))
    for event in reader.of_kinds(day, _names(*KINDS)):
        timeline.hear(event)
    after = day
    for _ in range(DAYS_MORE):
        after = reader.day_after(after)
        if not after or not timeline.open:
            break
        theirs = reader.of_kinds(after, _names(*STEPS), timeline.open)
        others = reader.of_kinds(after, _names(*OF_THE_HALL))
        for event in sorted([*theirs, *others], key=lambda event: event.seq):
            timeline.hear(event)
    return figures(timeline, first, last)


def _confirmed(reader: Reader, hall: Hall, day: str, events: list[Event]) -> dict[int, JumpConfirmed]:
    """Find who stood for the day's jumps afterwards; the log is searched only for one above the quota."""
    if not any(isinstance(event, TicketCalled) and event.above_quota is True for event in events):
        return {}
    found = reader.of_days(day, last_day(hall, day), _names(JumpConfirmed))
    return {
        event.jump: event for event in found if isinstance(event, JumpConfirmed) and event.jump is not UNSET
    }


def explained(reader: Reader, number: str, day: str) -> list[Told]:
    """Tell the life of a ticket in sentences, the pauses meanwhile among them; none without a ticket."""
    events, hall = reader.ticket(number, day), reader.hall()
    if not events or hall is None:
        return []
    events += _pauses(reader, events[0], _until(events))
    return explain(hall, sorted(events, key=lambda event: event.seq))


def _pauses(reader: Reader, first: Event, until: int) -> list[Event]:
    """Read the pauses since a ticket's first event; of one that was handed in, since its arrival."""
    if not isinstance(first, TicketIssued) or first.arrived_at is UNSET:
        return reader.pauses(first.seq, until)
    arrived_at, begin = first.arrived_at, reader.begin(first.day)
    return [event for event in reader.pauses(begin - 1, until) if event.at > arrived_at]


def _names(*kinds: type[Event]) -> list[str]:
    return [snake(kind.__name__) for kind in kinds]


LIVES = _names(*LIFE)


def _until(events: list[Event]) -> int:
    """Give the seq up to which pauses concern a ticket: of its end, or without one of whatever comes."""
    for event in reversed(events):
        if isinstance(event, LegBegun | TicketReinstated):
            break
        if STEPS.get(type(event), ("",))[0] in ENDED:
            return event.seq
    return 2**62
