"""Who waits, in order: one lane per queue and what its tickets ask of a desk.

Everything here is derived from the tickets; a snapshot holds none of it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sortedcontainers import SortedList  # type: ignore[import-untyped]

from protocol.words import MINUTE, Micros
from server.domain.ticket import Desk, Ticket

NEVER: Micros = 2**62

Entry = tuple[Micros, int, Ticket]
"""A ticket in its lane: key (or the time until which it is held), seq for ties, ticket."""


class Lane:
    """Eligible tickets by turn and by arrival; ties go by ``seq``, so no two entries are equal.

    ``head`` is the first entry by turn: a desk asks for it far more often than it changes.
    """

    __slots__ = ("by_arrival", "by_key", "head")

    def __init__(self) -> None:
        """Begin empty."""
        self.by_key: Any = SortedList()  # of (key, seq, Ticket)
        self.by_arrival: Any = SortedList()  # of arrived_at
        self.head: Entry | None = None

    def add(self, ticket: Ticket) -> None:
        """Let a ticket stand in the lane."""
        entry = ticket.key, ticket.seq, ticket
        self.by_key.add(entry)
        self.by_arrival.add(ticket.arrived_at)
        if self.head is None or entry < self.head:
            self.head = entry

    def add_all(self, tickets: list[Ticket]) -> None:
        """Let many tickets stand in the lane at once."""
        self.by_key.update((ticket.key, ticket.seq, ticket) for ticket in tickets)
        self.by_arrival.update(ticket.arrived_at for ticket in tickets)
        self.head = self.by_key[0]

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out; its key and arrival must be those it was added with."""
        self.by_arrival.remove(ticket.arrived_at)
        if self.head is not None and self.head[2] is ticket:
            self.by_key.pop(0)
            self.head = self.by_key[0] if self.by_key else None
        else:
            self.by_key.remove((ticket.key, ticket.seq, ticket))

    def before(self, key: Micros, seq: int) -> int:
        """Count those whose turn comes before."""
        return int(self.by_key.bisect_left((key, seq)))

    def earlier(self, arrived_at: Micros) -> int:
        """Count those who arrived before."""
        return int(self.by_arrival.bisect_left(arrived_at))


def lane_of(ticket: Ticket) -> tuple[str, str]:
    """Name the lane of a ticket that may be a head; who is parked comes back to the same desk only."""
    if ticket.state == "parked":
        return "", f"parked:{ticket.desk}"
    return ticket.queue, ticket.ask


class Lanes:
    """All lanes, and the tickets that are no heads before their ``not_before``.

    ``now`` is the latest time seen: a ticket is held while its ``not_before`` lies after it.
    """

    __slots__ = ("_held", "_lanes", "_of_queue", "now", "release_at", "waiting")

    def __init__(self, now: Micros) -> None:
        """Begin empty at a time."""
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._of_queue: dict[str, list[Lane]] = {}
        self._held: Any = SortedList()  # of (not_before, seq, Ticket)
        self.now = now
        self.release_at = NEVER
        self.waiting: dict[str, int] = {}

    def lane(self, queue: str, ask: str) -> Lane:
        """Give one lane; it stays the same object for the life of the state."""
        name = queue, ask
        found = self._lanes.get(name)
        if found is None:
            found = self._lanes[name] = Lane()
            self._of_queue.setdefault(queue, []).append(found)
        return found

    def waiting_in(self, queue: str, ask: str) -> int:
        """Count who waits in one lane, those held among them."""
        lane, name = self._lanes.get((queue, ask)), (queue, ask)
        heads = len(lane.by_key) if lane else 0
        return heads + sum(lane_of(entry[2]) == name for entry in self._held) if self._held else heads

    def of_queue(self, queue: str) -> list[Lane]:
        """Give the lanes of a queue in which somebody stands: of many, mostly one."""
        return [lane for lane in self._of_queue.get(queue, ()) if lane.head is not None]

    def of_desk(self, desk: Desk, specialties: dict[str, int]) -> list[tuple[Lane, Micros]]:
        """Give the lanes that a desk serves, with its specialty credit in each."""
        plain = [(self.lane(queue, ask), 0) for queue in desk.queues for ask in ("", f"desk:{desk.number}")]
        special = [
            (self.lane(queue, f"specialty:{name}"), minutes * MINUTE)
            for queue in desk.queues
            for name, minutes in specialties.items()
        ]
        return [*plain, *special, (self.lane("", f"parked:{desk.number}"), 0)]

    def enter(self, ticket: Ticket) -> None:
        """Let a ticket wait; a parked one is no head unless it was given a time."""
        if ticket.state == "waiting":
            self.waiting[ticket.queue] = self.waiting.get(ticket.queue, 0) + 1
        elif not ticket.not_before:
            return
        if ticket.not_before > self.now:
            self._held.add((ticket.not_before, ticket.seq, ticket))
            self.release_at = self._held[0][0]
        else:
            self.lane(*lane_of(ticket)).add(ticket)

    def held(self) -> Iterator[Entry]:
        """Give those who are no heads yet, with the time until when, the soonest first."""
        return iter(self._held)

    def fill(self, tickets: Iterable[Ticket]) -> None:
        """Let the tickets of a snapshot stand where they stood: together, since that is far faster."""
        together: dict[tuple[str, str], list[Ticket]] = {}
        for ticket in tickets:
            if ticket.not_before:
                self.enter(ticket)
            elif ticket.state == "waiting":
                self.waiting[ticket.queue] = self.waiting.get(ticket.queue, 0) + 1
                together.setdefault(lane_of(ticket), []).append(ticket)
        for name, several in together.items():
            self.lane(*name).add_all(several)

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out before it changes."""
        if ticket.state == "waiting":
            self.waiting[ticket.queue] -= 1
        elif not ticket.not_before:
            return
        if ticket.not_before > self.now:
            self._held.remove((ticket.not_before, ticket.seq, ticket))
            self.release_at = self._held[0][0] if self._held else NEVER
        else:
            self.lane(*lane_of(ticket)).remove(ticket)

    def advance(self, at: Micros) -> None:
        """Let time pass: who was held until ``at`` is a head again."""
        if at <= self.now:
            return
        self.now = at
        while self.release_at <= at:
            _, _, ticket = self._held.pop(0)
            self.release_at = self._held[0][0] if self._held else NEVER
            self.lane(*lane_of(ticket)).add(ticket)


class NoLanes(Lanes):
    """Stands for the lanes while a log is folded: nobody chooses, and they are made anew at its end."""

    __slots__ = ()

    def __init__(self) -> None:
        """Let no time pass."""
        super().__init__(NEVER)

    def enter(self, ticket: Ticket) -> None:
        """Let it wait; the tickets themselves say who does."""

    def leave(self, ticket: Ticket) -> None:
        """Let it go."""
