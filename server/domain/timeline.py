"""On what the time of a day's tickets went: the events of the log folded leg by leg, for the figures.

Every second of a leg stands under exactly one word: early, waiting, called, serving or parked. So nothing can
be left out of a wait but by putting it under another word, where it is seen. A leg lasts until it ends or is
sent on after a service: put back, brought back, or sent on after a service so short that the ledger tells it,
it goes on, and its wait with it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from msgspec import UNSET

from protocol import events as e
from protocol.hall import Hall
from protocol.words import Micros, Number
from server.domain.catalogue import Catalogue
from server.domain.derive import STEPS
from server.domain.ledger import SOON, place_of
from server.domain.lifecycle import OPEN
from server.domain.notices import Pause

UNCLOSED = "unclosed"
"""How a leg ended that nobody ended: the outcome that the hall gives it, and no service."""


NIGHT = "night"
"""The hall was closed: a pause for who waits on in one that keeps its queue."""


@dataclass(slots=True, eq=False)
class Leg:
    """One leg: ``spent`` is its time by state up to ``since``, ``at_desk`` the same by desk and state.

    ``target`` is the shortest promise of the services that it was for when it waited, ``paused`` how much of
    its wait nobody was called for. ``state`` is also ``unclosed``; ``desk`` is where it is or ended.
    """

    service: str
    began: Micros
    target: Micros
    slot: Micros = 0
    since: Micros = 0
    state: str = "waiting"
    desk: str = ""
    calls: int = 0
    paused: Micros = 0
    spent: Counter[str] = field(default_factory=Counter)
    at_desk: Counter[tuple[Number, str]] = field(default_factory=Counter)

    @property
    def wait(self) -> Micros:
        """Give how long it has waited: to its last call, or to its end."""
        return self.spent["waiting"]

    @property
    def is_open(self) -> bool:
        """Tell whether it has not ended."""
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Tell whether it waited longer than was promised; once so, it stays so."""
        return self.wait > self.target


@dataclass(slots=True, eq=False)
class Timeline:
    """The tickets issued on a day, by number: their legs, from the events heard so far.

    ``catalogue`` is that of the configuration in force, ``counts`` are those of calls and the like by
    (``service`` or ``desk``, which, what).
    """

    day: str
    catalogue: Catalogue
    legs: dict[Number, list[Leg]] = field(default_factory=dict)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    pauses: list[Pause] = field(default_factory=list)

    @property
    def open(self) -> list[Number]:
        """Give the tickets that have not ended."""
        return [number for number, legs in self.legs.items() if legs[-1].is_open]

    def all_legs(self) -> Iterator[Leg]:
        """Give every leg of the day."""
        return chain.from_iterable(self.legs.values())

    def hear(self, event: e.Event) -> None:
        """Follow the log; what does not belong to the day's tickets says nothing."""
        heard = _HEARD.get(type(event))
        if heard is None:
            return
        if isinstance(event, e.TicketEvent):
            is_known = event.ticket in self.legs or isinstance(event, e.TicketIssued)
            if not is_known or place_of(event)[0] != self.day:
                return
        heard(self, event)

    def leg(self, service: str, at: Micros, slot: Micros = 0) -> Leg:
        """Begin a leg."""
        return Leg(service, began=at, since=at, slot=slot, target=self.target(service))

    def target(self, service: str) -> Micros:
        """Give within how long a service now promises a call."""
        return self.catalogue.targets.get(service, 0)

    def count(self, leg: Leg, what: str) -> None:
        """Count something for a leg's service, and for the desk where it is."""
        self.counts["service", leg.service, what] += 1
        if leg.desk:
            self.counts["desk", leg.desk, what] += 1


def _issued(timeline: Timeline, event: e.TicketIssued) -> None:
    slot = event.slot if isinstance(event, e.VisitCheckedIn) else 0
    came = event.at if event.arrived_at is UNSET else event.arrived_at
    timeline.legs[event.ticket] = [timeline.leg(event.service, came, slot)]
    timeline.counts["service", event.service, "issued"] += 1
    timeline.counts["service", event.service, "checked_in"] += bool(slot)


def _begun(timeline: Timeline, event: e.LegBegun) -> None:
    timeline.legs[event.ticket].append(timeline.leg(event.service, event.at))
    timeline.counts["service", event.service, "further"] += 1


def _step(timeline: Timeline, event: e.TicketEvent) -> None:
    """Let the time until an event count, and let the leg go on as the event says."""
    legs = timeline.legs[event.ticket]
    target = STEPS[type(event)][0]
    if isinstance(event, e.TicketReinstated):
        if legs[-1].is_open:  # the next leg, which had begun, is planned again
            timeline.counts["service", legs.pop().service, "further"] -= 1
        # An end that is taken back never was: all the while the leg was what it is again.
        timeline.count(legs[-1], "corrected")
        legs[-1].state = target = event.state
    leg = legs[-1]
    if leg.state == "waiting":
        leg.desk = ""
    _spend(timeline, leg, event.at)
    leg.state, desk = target, getattr(event, "desk", UNSET)
    if desk is not UNSET:
        leg.desk = desk
    if (more := _MORE.get(type(event))) is not None:
        more(timeline, leg, event)


def _spend(timeline: Timeline, leg: Leg, until: Micros) -> None:
    """Put the time since the last event under what the leg was in it."""
    since = leg.since
    if leg.state == "waiting":
        since = min(max(since, leg.slot), until)
        leg.spent["early"] += since - leg.since
        leg.paused += sum(pause.within(since, until) for pause in timeline.pauses)
    leg.spent[leg.state] += until - since
    if leg.desk:
        leg.at_desk[leg.desk, leg.state] += until - since
    leg.since = until


def _called(timeline: Timeline, leg: Leg, event: e.TicketCalled) -> None:
    leg.calls += 1
    timeline.count(leg, "calls")
    if event.jumped:
        timeline.count(leg, "jumps")


def _completed(_: Timeline, leg: Leg, event: e.LegCompleted) -> None:
    if event.outcome == UNCLOSED:
        leg.state = UNCLOSED


def _requeued(_: Timeline, leg: Leg, event: e.TicketRequeued) -> None:
    leg.desk = ""
    if event.arrived_at is UNSET:
        leg.slot = 0


def _transferred(timeline: Timeline, leg: Leg, event: e.TicketTransferred) -> None:
    timeline.count(leg, "sent_on")
    timeline.counts["service", event.service, "sent_here"] += 1
    if leg.spent["serving"] > SOON:
        leg.state = "sent_on"
        timeline.legs[event.ticket].append(timeline.leg(event.service, event.at))
        return
    leg.service, leg.desk = event.service, ""
    leg.target = min(leg.target, timeline.target(event.service))
    if event.arrived_at is UNSET:
        leg.slot = 0


def _lapsed(timeline: Timeline, event: e.SlotLapsed) -> None:
    if event.day == timeline.day:
        timeline.counts["service", event.service, "lapsed"] += 1


def _paused(timeline: Timeline, event: e.HallPaused) -> None:
    if not _is_paused(timeline):
        timeline.pauses.append(Pause(event.kind, event.at))


def _closed(timeline: Timeline, event: e.DayClosed) -> None:
    if not _is_paused(timeline):
        timeline.pauses.append(Pause(NIGHT, event.at))


def _opened(timeline: Timeline, event: e.DayOpened) -> None:
    if _is_paused(timeline) and timeline.pauses[-1].kind == NIGHT:
        _went_on(timeline, event)


def _went_on(timeline: Timeline, event: e.HallResumed | e.DayOpened) -> None:
    if _is_paused(timeline):
        pause = timeline.pauses[-1]
        timeline.pauses[-1] = Pause(pause.kind, pause.began_at, event.at)


def _was_away(timeline: Timeline, event: e.OutageNoted) -> None:
    if not _is_paused(timeline):
        timeline.pauses.append(Pause("outage", event.began_at, event.at))


def _is_paused(timeline: Timeline) -> bool:
    return bool(timeline.pauses) and not timeline.pauses[-1].ended_at


def _configured(timeline: Timeline, event: e.HallConfigured) -> None:
    if isinstance(event.hall, Hall):
        timeline.catalogue = Catalogue(event.hall)


_MORE: dict[type[e.Event], Callable[[Timeline, Leg, Any], None]] = {
    e.TicketCalled: _called,
    e.LegCompleted: _completed,
    e.TicketRequeued: _requeued,
    e.TicketTransferred: _transferred,
}
"""What a step means besides the time that it ends."""

OF_THE_HALL: dict[type[e.Event], Callable[[Timeline, Any], None]] = {
    e.SlotLapsed: _lapsed,
    e.DayClosed: _closed,
    e.DayOpened: _opened,
    e.HallPaused: _paused,
    e.HallResumed: _went_on,
    e.OutageNoted: _was_away,
    e.HallConfigured: _configured,
}
"""What is heard besides the tickets' own events."""

_HEARD: dict[type[e.Event], Callable[[Timeline, Any], None]] = {
    e.TicketIssued: _issued,
    e.VisitCheckedIn: _issued,
    **dict.fromkeys(STEPS, _step),
    e.LegBegun: _begun,
    **OF_THE_HALL,
}

KINDS = tuple(_HEARD)
"""All that says something here."""
