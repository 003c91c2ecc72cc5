"""Holding a log to its signed heads, those in it and those that were kept outside, and to visitors' receipts.

Each finding names what was done, where that can be told, and between which two heads.
"""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.catchup import rank
from protocol.events import EpochBegun, Event, HeadSigned, KeyAnnounced
from server.domain import heads
from server.domain.derive import Finding
from server.hall_key import is_signed, name_of
from server.merkle import Frontier, leaf
from server.outside import Leaf, Outside, Told

IN_THE_LOG = "in the log"


class Witness:
    """Follows a walk over the log, whose tree the caller grows."""

    def __init__(self, outside: Outside) -> None:
        """Hold the log to this."""
        self._outside = outside
        self._heads: dict[int, list[Told]] = {}
        self._leaves: dict[int, list[Leaf]] = {}
        for told in outside.heads:
            self._heads.setdefault(told.head.size, []).append(told)
        for one in outside.leaves:
            self._leaves.setdefault(one.seq, []).append(one)
        self._keys: dict[str, str] = {}
        self._last_key = ""
        self.fits_log, self._fits_outside = 0, 0
        self._log_broke, self._outside_broke = False, False
        self._begun: list[EpochBegun] = []
        self._told: set[int] = set()
        self.signed = 0

    def before(self, event: Event, tree: Frontier, fell_at: int) -> Iterator[Finding]:
        """Check a head or a key, with the tree of what stands before it; time fell last at ``fell_at``."""
        if isinstance(event, KeyAnnounced):
            yield from self._announced(event)
        elif isinstance(event, EpochBegun):
            self._begun.append(event)
        elif isinstance(event, HeadSigned):
            self.signed += 1
            yield from self._signed(event.seq, event, IN_THE_LOG)
            yield from self._fits(event, tree, has_fallen=fell_at > self.fits_log)

    def after(self, seq: int, body: bytes, tree: Frontier) -> Iterator[Finding]:
        """Compare an event, and the tree with it, with what is known from outside."""
        for one in self._leaves.pop(seq, ()):
            if not leaf(body).hex().startswith(one.digits):
                yield Finding(seq, f"Another event stands here than {one.where} says.", "edited")
        for head, where in self._heads.pop(seq, ()):
            if tree.root().hex() == head.root:
                self._fits_outside = seq
            elif begun := self._left(head):
                yield from self._lost(head, where, begun)
            elif not self._outside_broke:
                # Every later one differs too, which says nothing new.
                self._outside_broke = True
                sentence = (
                    f"The log is not the one that was signed: the head over {seq} events, {where}, has"
                    f" another root. What stands between {self._fits_outside + 1} and {seq} was rewritten."
                )
                yield Finding(seq, sentence, "rewritten", self._fits_outside + 1)

    def end(self, size: int) -> Iterator[Finding]:
        """Tell what was cut off, and what of the evidence itself is false."""
        for beyond, several in sorted(self._heads.items()):
            for head, where in several:
                if begun := self._left(head):
                    yield from self._lost(head, where, begun)
                    continue
                sentence = f"The log's end was cut off: a head over {beyond} events was signed, {where}."
                yield Finding(size, sentence, "truncated")
        for seq, ones in sorted(self._leaves.items()):
            for one in ones:
                sentence = f"The log's end was cut off: {one.where} says that there was an event {seq}."
                yield Finding(size, sentence, "truncated")
        for head, where in self._outside.heads:
            yield from self._signed(min(head.size, size), head, where)
        for sentence in self._outside.false:
            yield Finding(size, sentence)

    def _left(self, head: HeadSigned) -> EpochBegun | None:
        """Give where the log left the epoch in which a head was signed; None while it stands in it."""
        return next((begun for begun in self._begun if rank(begun.epoch) > rank(head.epoch)), None)

    def _lost(self, head: HeadSigned, where: str, begun: EpochBegun) -> Iterator[Finding]:
        """Tell, once for each epoch, that the log did not go on from all of the one before."""
        if begun.seq not in self._told:
            self._told.add(begun.seq)
            sentence = (
                f"The hall went on from a copy of its log here ({begun.cause}), and not from all of it:"
                f" the head over {head.size} events, {where}, was signed before."
                f" What stood after {begun.seq - 1} is lost."
            )
            yield Finding(begun.seq, sentence, "truncated")

    def _announced(self, event: KeyAnnounced) -> Iterator[Finding]:
        before = self._keys.get(self._last_key, "")
        is_own = event.key == name_of(event.public)
        stands = is_own and (not self._keys or self._is_stood_for(event, before))
        if not stands:
            sentence = (
                f"From here on heads are signed by another key, {event.key}, for which the key before,"
                f" {self._last_key or 'none'}, does not stand: what follows may be rewritten."
            )
            yield Finding(event.seq, sentence, "key")
        self._keys[event.key], self._last_key = event.public, event.key

    def _is_stood_for(self, event: KeyAnnounced, before: str) -> bool:
        if event.endorsed is UNSET or event.replaces != self._last_key:
            return False
        return is_signed(before, heads.endorsement(event), event.endorsed)

    def _signed(self, seq: int, head: HeadSigned, where: str) -> Iterator[Finding]:
        """Check the signature of a head, by a key that the log knows."""
        public = self._keys.get(head.key)
        if public is None:
            sentence = f"by the key {head.key}, which the log does not know"
        elif not is_signed(public, heads.statement(head), head.signature):
            sentence = "falsely"
        else:
            return
        yield Finding(seq, f"The head over {head.size} events, {where}, is signed {sentence}.", "key")

    def _fits(self, event: HeadSigned, tree: Frontier, *, has_fallen: bool) -> Iterator[Finding]:
        """Compare a head in the log with the tree before it; after the first that differs all others do."""
        shift = tree.size - event.size
        if not shift and tree.root().hex() == event.root:
            self.fits_log = event.size
        elif not self._log_broke:
            self._log_broke = True
            kind, done = _named(shift, has_fallen=has_fallen)
            sentence = (
                f"The log does not fit its signed head over {event.size} events:"
                f" between {self.fits_log + 1} and {event.seq - 1} {done}."
            )
            yield Finding(event.seq, sentence, kind, self.fits_log + 1)


def _named(shift: int, *, has_fallen: bool) -> tuple[str, str]:
    """Name what was done, by how far a head stands from its place, and by times that are out of order."""
    if shift > 0:
        return "inserted", f"events were put in: {shift}"
    if shift < 0:
        return "deleted", f"events were taken out: {-shift}"
    if has_fallen:
        return "reordered", "events stand in another order"
    return "edited", "an event was changed"
