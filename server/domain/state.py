"""The hall at a moment: all that the events so far have made, and nothing else."""

from copy import copy
from dataclasses import dataclass, field

import msgspec

from protocol.hall import Hall
from protocol.words import Micros, Number
from server.domain.catalogue import NO_HALL, Catalogue
from server.domain.lanes import Lane, Lanes
from server.domain.ticket import Desk, Duration, Place, Shown, Ticket

SHOWN_CALLS = 200
"""How many past calls are kept for the boards; each zone shows its own few of them."""


class HallSnapshot(msgspec.Struct, kw_only=True):
    """A state as bytes keep it; lanes and catalogue are made anew from it."""

    hall: Hall
    seq: int
    at: Micros
    day: str
    is_open: bool
    opened_at: Micros
    digest: str
    file_digest: str
    tickets: list[Ticket]
    ended: list[Ticket]
    desks: list[Desk]
    suspended: dict[str, str]
    series: dict[str, int]
    durations: dict[str, Duration]
    calls: list[Shown]


@dataclass(slots=True, eq=False)
class HallState:
    """What the rules read and ``evolve`` alone changes.

    ``tickets`` are the open ones by number, ``ended`` those that ended this day. ``digest`` is that of the
    configuration in force, ``file_digest`` of the last one that came from a file. Derived, and in no
    snapshot: ``catalogue``, ``lanes``; ``arrangement``, which grows when desks or configuration change, so
    that what follows from them knows it is old; ``next_due``, None while it has to be computed (``day``).
    """

    hall: Hall = NO_HALL
    catalogue: Catalogue = field(default_factory=lambda: Catalogue(NO_HALL))
    seq: int = 0
    at: Micros = 0
    day: str = ""
    is_open: bool = False
    opened_at: Micros = 0
    digest: str = ""
    file_digest: str = ""
    tickets: dict[Number, Ticket] = field(default_factory=dict)
    ended: dict[Place, Ticket] = field(default_factory=dict)
    desks: dict[Number, Desk] = field(default_factory=dict)
    suspended: dict[str, str] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    durations: dict[str, Duration] = field(default_factory=dict)
    calls: list[Shown] = field(default_factory=list)
    lanes: Lanes = field(default_factory=lambda: Lanes(0))
    arrangement: int = 0
    next_due: Micros | None = None
    _desk_lanes: dict[Number, list[tuple[Lane, Micros]]] = field(default_factory=dict)

    def advance(self, at: Micros) -> None:
        """Let time pass for those held by ``not_before``; what is derived changes, no fact does."""
        self.lanes.advance(at)

    def find(self, number: Number, day: str | None = None) -> Ticket | None:
        """Give the ticket of that day; without a day, the open one of that number, else today's."""
        ticket = self.tickets.get(number)
        if ticket is not None and (day is None or ticket.day == day):
            return ticket
        return self.ended.get((day or self.day, number))

    def lanes_of(self, desk: Desk) -> list[tuple[Lane, Micros]]:
        """Give the lanes a desk serves, each with the desk's specialty credit."""
        lanes = self._desk_lanes.get(desk.number)
        if lanes is None:
            facts = self.catalogue.desks.get(desk.number)
            specialties = facts.specialties if facts else {}
            lanes = self._desk_lanes[desk.number] = self.lanes.of_desk(desk, specialties)
        return lanes

    def rearranged(self) -> None:
        """Forget what was derived from desks and configuration."""
        self._desk_lanes.clear()
        self.arrangement += 1

    def configure(self, hall: Hall) -> None:
        """Put a configuration in force; keys already given stay."""
        self.hall, self.catalogue = hall, Catalogue(hall)
        self.rearranged()

    def copy(self) -> "HallState":
        """Give an equal state that shares nothing mutable with this one."""
        return from_snapshot(to_snapshot(self))


def to_snapshot(state: HallState) -> HallSnapshot:
    """Copy what bytes keep of a state; encoding it may then happen elsewhere."""
    return HallSnapshot(
        hall=state.hall,
        seq=state.seq,
        at=state.at,
        day=state.day,
        is_open=state.is_open,
        opened_at=state.opened_at,
        digest=state.digest,
        file_digest=state.file_digest,
        tickets=[copy(ticket) for ticket in state.tickets.values()],
        ended=[copy(ticket) for ticket in state.ended.values()],
        desks=[_copy_desk(desk) for desk in state.desks.values()],
        suspended=dict(state.suspended),
        series=dict(state.series),
        durations={service: copy(duration) for service, duration in state.durations.items()},
        calls=list(state.calls),
    )


def from_snapshot(snapshot: HallSnapshot) -> HallState:
    """Make a state of a snapshot, which becomes part of it."""
    state = HallState()
    state.configure(snapshot.hall)
    for name in ("seq", "at", "day", "is_open", "opened_at", "digest", "file_digest"):
        setattr(state, name, getattr(snapshot, name))
    state.suspended, state.series = snapshot.suspended, snapshot.series
    state.durations, state.calls = snapshot.durations, snapshot.calls
    state.desks = {desk.number: desk for desk in snapshot.desks}
    state.ended = {ticket.place: ticket for ticket in snapshot.ended}
    state.lanes = Lanes(snapshot.at)
    state.tickets = {ticket.number: ticket for ticket in snapshot.tickets}
    state.lanes.fill(snapshot.tickets)
    return state


def _copy_desk(desk: Desk) -> Desk:
    return msgspec.structs.replace(desk, queues=list(desk.queues), parked=list(desk.parked))
