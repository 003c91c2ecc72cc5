"""The calls by which anybody can hold the hall to its log: signed heads, proofs, a visitor's receipt.

Nothing in them is personal: hashes, roots, and the event of the own ticket for who has its slip.
"""

from typing import Any

from flask import request

from server import problems
from server.askers import Askers
from server.domain.refusals import Malformed
from server.engine import Engine
from server.query import whole_number
from server.refusals import SlipVoid
from server.tree import Tree, told_head, told_key
from server.tries import Tries

MOST_HEADS = 1000
OF_AN_ADDRESS = "300 per minute"
"""A hall's own network may be one address to many phones; a proof costs a few milliseconds of a thread."""


class Evidence:
    """Answers from the log on the disk, in threads."""

    def __init__(self, engine: Engine, askers: Askers, tries: Tries) -> None:
        """Slow down who asks without end."""
        self._engine, self._askers = engine, askers
        limited = tries.of_an_address(OF_AN_ADDRESS)
        self.heads, self.receipt = limited(self._heads), limited(self._receipt)
        self.inclusion, self.consistency = limited(self._inclusion), limited(self._consistency)

    def _heads(self) -> dict[str, Any]:
        """Tell the signed heads over more than ``since`` events, the latest of all, and the keys."""
        since, limit = whole_number("since", 0), whole_number("limit", 100)
        if not 1 <= limit <= MOST_HEADS:
            raise Malformed(path="$.limit", error=f"1 to {MOST_HEADS}")
        latest = self._engine.published.head
        found = self._engine.heads(since, limit)
        return {
            "epoch": self._engine.epoch,
            "keys": [told_key(key) for key in self._engine.threads.run(self._engine.reader.hall_keys)],
            "latest": told_head(latest) if latest else None,
            "heads": [told_head(head) for head in found],
            "next": found[-1].size if found else since,
        }

    def _inclusion(self) -> dict[str, Any]:
        """Prove that an event is in the log; without ``size``, under the latest head, else under the end."""
        seq = whole_number("seq", 0)
        size = self._size("size", self._covering(seq))
        self._within("seq", seq, size)
        return self._engine.threads.run(self._tree.inclusion, seq, size)

    def _consistency(self) -> dict[str, Any]:
        """Prove that the log of ``second`` events only extends that of ``first``."""
        first = whole_number("first", 0)
        second = self._size("second", self._covering(first))
        self._within("first", first, second)
        return self._engine.threads.run(self._tree.consistency, first, second)

    def _receipt(self, token: str) -> dict[str, Any]:
        """Give the holder of a slip the receipt of its ticket."""
        found = self._engine.check_visit(token)
        if found is None:
            raise SlipVoid if self._engine.is_void(token) else problems.NotFound(path=request.path)
        day, number = found
        told = self._engine.threads.run(self._tree.receipt, number, day, self._engine.published.head)
        if told is None:
            raise problems.NotFound(path=request.path)
        return told

    @property
    def _tree(self) -> Tree:
        return Tree(self._engine.reader)

    def _covering(self, seq: int) -> int:
        """Give the size of the latest head where it covers an event, else of the log."""
        head = self._engine.published.head
        return head.size if head and head.size >= seq else self._engine.seq

    def _size(self, name: str, default: int) -> int:
        size = whole_number(name, default)
        self._within(name, size, self._engine.seq)
        return size

    def _within(self, name: str, number: int, most: int) -> None:
        if not 1 <= number <= most:
            raise Malformed(path=f"$.{name}", error=f"1 to {most}")
