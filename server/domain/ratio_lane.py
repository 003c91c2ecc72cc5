"""A lane under the hall's ratio: so many calls of "these" to one of "the others", while both wait.

The state counts by queue how many of these were called since one of the others, at most ``calls``; here the
count only decides whose turn it is. Among themselves these, and the others, go by their keys. What a desk is
shown as the lane's turn is the smaller of the keys of both heads: by it the lane is compared with the desk's
other lanes, and as the lane empties it only grows, as the key of a plain lane's head does.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, takewhile

from protocol.words import Micros
from server.domain.catalogue import Catalogue
from server.domain.lane import Entry, Lane, Turn
from server.domain.ticket import Ticket


class RatioLane:
    """Two lanes that are called from in turns; it answers what ``Lane`` answers.

    The entries it gives hold the turn of the lane when the ticket is called, not the ticket's own key.
    """

    __slots__ = ("_catalogue", "_made", "_others", "_queue", "_these")

    def __init__(self, queue: str, catalogue: Catalogue, made: Mapping[str, int]) -> None:
        """Begin empty; ``made`` is the state's count of calls by queue."""
        self._queue, self._catalogue, self._made = queue, catalogue, made
        self._these, self._others = Lane(), Lane()

    @property
    def made(self) -> int:
        """Give how many of these were called since one of the others."""
        return self._made.get(self._queue, 0)

    @property
    def calls(self) -> int:
        """Give how many of these are called to one of the others."""
        return self._catalogue.ratio_calls

    @property
    def is_shared(self) -> bool:
        """Tell whether both wait, so that the ratio decides."""
        return self._these.head is not None and self._others.head is not None

    @property
    def head(self) -> Entry | None:
        """Give who is called next, with the smaller of both keys."""
        these, others = self._these.head, self._others.head
        if these is None or others is None:
            return these or others
        key, seq, _ = min(these, others)
        return key, seq, (these if self.made < self.calls else others)[2]

    @property
    def smallest(self) -> Ticket | None:
        """Give who has the smaller key of both heads, and so would be next without the ratio."""
        heads = [head for head in (self._these.head, self._others.head) if head is not None]
        return min(heads)[2] if heads else None

    def add(self, ticket: Ticket) -> None:
        """Let a ticket stand in the lane."""
        self._side(ticket).add(ticket)

    def add_all(self, tickets: list[Ticket]) -> None:
        """Let many tickets stand in the lane at once."""
        for side in (self._these, self._others):
            if several := [ticket for ticket in tickets if self._side(ticket) is side]:
                side.add_all(several)

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out; its class, key and arrival must be those it was added with."""
        self._side(ticket).remove(ticket)

    def __len__(self) -> int:
        """Count who stands in the lane."""
        return len(self._these) + len(self._others)

    def walk(self) -> Iterator[Entry]:
        """Give all as they would be called, if nobody else came."""
        return self._in_turns(self._these.walk(), self._others.walk())

    def until(self, turn: Turn, since: Micros | None = None) -> Iterator[Entry]:
        """Give those who are called before a turn; in any order those with a key from ``since`` on."""
        if since is not None:
            return self._recent(*self._before(turn), since)
        return takewhile(lambda entry: entry[:2] < turn, self.walk())

    def before(self, turn: Turn) -> int:
        """Count those who are called before a turn: those of a smaller key, and whom the ratio puts first."""
        return sum(self._before(turn))

    def place(self, turn: Turn, *, is_of: bool) -> tuple[int, Turn]:
        """Count who is called before a ticket of that key, here or to come; and give its turn then."""
        own, other = (self._these, self._others) if is_of else (self._others, self._these)
        before = own.before(turn)
        between = self._between(is_of=is_of, place=before)
        if between < len(other):
            turn = min(turn, other.by_key[between][:2])
        return before + between, turn

    def turn_of(self, ticket: Ticket) -> Turn:
        """Give the turn that a ticket has here when all before it are called."""
        return self.place((ticket.key, ticket.seq), is_of=self._catalogue.is_of(ticket))[1]

    def first(self, ticket: Ticket, since: Micros | None = None) -> Iterator[Entry]:
        """Give those who are called before a ticket of the lane, or one held that will stand in it.

        With ``since``, in any order, those of them with a key from then on.
        """
        own, last = self._side(ticket), (ticket.key, ticket.seq, ticket)
        if since is not None:
            place = own.before(last[:2])
            between = self._between(is_of=own is self._these, place=place)
            return self._recent(*((place, between) if own is self._these else (between, place)), since)
        line = chain(own.until(last[:2]), [last])
        sides = (line, self._others.walk()) if own is self._these else (self._these.walk(), line)
        return takewhile(lambda entry: entry[2] is not ticket, self._in_turns(*sides))

    def earlier(self, arrived_at: Micros) -> int:
        """Count those who arrived before."""
        return self._these.earlier(arrived_at) + self._others.earlier(arrived_at)

    def _side(self, ticket: Ticket) -> Lane:
        return self._these if self._catalogue.is_of(ticket) else self._others

    def _before(self, turn: Turn) -> tuple[int, int]:
        """Count how many of these, and how many of the others, are called before a turn."""
        these, others = self._these.before(turn), self._others.before(turn)
        more = self._between(is_of=True, place=these - 1) if these else 0
        fewer = self._between(is_of=False, place=others - 1) if others else 0
        return max(these, fewer), max(others, more)

    def _recent(self, these: int, others: int, since: Micros) -> Iterator[Entry]:
        """Give so many of the foremost of each side, less those with a key before ``since``."""
        first = self._these.by_key.bisect_left((since,)), self._others.by_key.bisect_left((since,))
        return chain(self._these.by_key.islice(first[0], these), self._others.by_key.islice(first[1], others))

    def _between(self, *, is_of: bool, place: int) -> int:
        """Count the others called before the ticket at a place among these, from 0; or the other way."""
        if is_of:
            return min(len(self._others), (self.made + place) // self.calls)
        return min(len(self._these), self.calls - self.made + place * self.calls)

    def _in_turns(self, these: Iterator[Entry], others: Iterator[Entry]) -> Iterator[Entry]:
        """Call from two lines until one is empty, and then all of the other."""
        this, other, made = next(these, None), next(others, None), self.made
        while this is not None and other is not None:
            key, seq, _ = min(this, other)
            if made < self.calls:
                yield key, seq, this[2]
                this, made = next(these, None), made + 1
            else:
                yield key, seq, other[2]
                other, made = next(others, None), 0
        yield from chain(filter(None, (this, other)), these, others)
