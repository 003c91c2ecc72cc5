"""One lane: tickets that ask the same of a desk, in the order in which they are called."""

from collections.abc import Iterator
from typing import Any

from sortedcontainers import SortedList  # type: ignore[import-untyped]

from protocol.words import Micros
from server.domain.ticket import Ticket

Turn = tuple[Micros, int]
"""What puts one before another: a key, and seq for ties."""

Entry = tuple[Micros, int, Ticket]
"""A ticket in its lane: its turn, or the time until which it is held and its seq; and the ticket."""


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

    def __len__(self) -> int:
        """Count who stands in the lane."""
        return len(self.by_key)

    def walk(self) -> Iterator[Entry]:
        """Give all as they would be called, if nobody else came."""
        return iter(self.by_key)

    def until(self, turn: Turn, since: Micros | None = None) -> Iterator[Entry]:
        """Give those who are called before a turn, or of them those with a key from ``since`` on."""
        least = None if since is None else (since,)
        return iter(self.by_key.irange(least, turn, inclusive=(True, False)))

    def before(self, turn: Turn) -> int:
        """Count those who are called before a turn."""
        return int(self.by_key.bisect_left(turn))

    def turn_of(self, ticket: Ticket) -> Turn:
        """Give the turn that a ticket has here when all before it are called."""
        return ticket.key, ticket.seq

    def first(self, ticket: Ticket, since: Micros | None = None) -> Iterator[Entry]:
        """Give those of the lane who are called before a ticket of it, or of them those from ``since`` on."""
        return self.until((ticket.key, ticket.seq), since)

    def earlier(self, arrived_at: Micros) -> int:
        """Count those who arrived before."""
        return int(self.by_arrival.bisect_left(arrived_at))
