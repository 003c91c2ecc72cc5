"""Who waits, in order: one lane per queue and what its tickets ask of a desk.

Everything here is derived from the tickets; a snapshot holds none of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sortedcontainers import SortedList  # type: ignore[import-untyped]

from protocol.words import MINUTE, Micros
from server.domain.catalogue import NO_CATALOGUE, Catalogue
from server.domain.lane import Entry, Lane
from server.domain.ratio_lane import RatioLane
from server.domain.ticket import Desk, Ticket

NEVER: Micros = 2**62

AnyLane = Lane | RatioLane
"""By keys alone, or, in a hall with a ratio, of those of a queue who ask nothing of a desk."""


def lane_of(ticket: Ticket) -> tuple[str, str]:
    """Name the lane of a ticket that may be a head; who is parked comes back to the same desk only."""
    if ticket.state == "parked":
        return "", f"parked:{ticket.desk}"
    return ticket.queue, ticket.ask


class Lanes:
    """All lanes, and the tickets that are no heads before their ``not_before``.

    ``now`` is the latest time seen: a ticket is held while its ``not_before`` lies after it.
    """

    __slots__ = ("_catalogue", "_held", "_lanes", "_made", "_of_queue", "now", "release_at", "waiting")

    def __init__(self, now: Micros, catalogue: Catalogue, made: Mapping[str, int]) -> None:
        """Begin empty at a time; ``made`` is how the ratio stands by queue, kept by the state."""
        self._catalogue, self._made = catalogue, made
        self._lanes: dict[tuple[str, str], AnyLane] = {}
        self._of_queue: dict[str, list[AnyLane]] = {}
        self._held: Any = SortedList()  # of (not_before, seq, Ticket)
        self.now = now
        self.release_at = NEVER
        self.waiting: dict[str, int] = {}

    def lane(self, queue: str, ask: str) -> AnyLane:
        """Give one lane; it stays the same object for the life of these lanes."""
        name = queue, ask
        found = self._lanes.get(name)
        if found is None:
            is_by_ratio = not ask and self._catalogue.has_ratio(queue)
            found = RatioLane(queue, self._catalogue, self._made) if is_by_ratio else Lane()
            self._lanes[name] = found
            self._of_queue.setdefault(queue, []).append(found)
        return found

    def by_ratio(self, queue: str) -> RatioLane | None:
        """Give the lane of a queue that is called by the hall's ratio, if there is one."""
        if not self._catalogue.has_ratio(queue):
            return None
        lane = self.lane(queue, "")
        return lane if isinstance(lane, RatioLane) else None

    def waiting_in(self, queue: str, ask: str) -> int:
        """Count who waits in one lane, those held among them."""
        lane, name = self._lanes.get((queue, ask)), (queue, ask)
        heads = 0 if lane is None else len(lane)
        return heads + sum(lane_of(entry[2]) == name for entry in self._held) if self._held else heads

    def of_queue(self, queue: str) -> list[AnyLane]:
        """Give the lanes of a queue in which somebody stands: of many, mostly one."""
        return [lane for lane in self._of_queue.get(queue, ()) if lane.head is not None]

    def of_desk(self, desk: Desk, specialties: dict[str, int]) -> list[tuple[AnyLane, Micros]]:
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
        super().__init__(NEVER, NO_CATALOGUE, {})

    def enter(self, ticket: Ticket) -> None:
        """Let it wait; the tickets themselves say who does."""

    def leave(self, ticket: Ticket) -> None:
        """Let it go."""
