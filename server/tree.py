"""The log's tree as it is on the disk: proofs, receipts, heads as they leave the hall. For threads.

A proof over a million events reads the roots of 4,000 blocks and the bodies of one.
"""

from typing import Any

import msgspec

from protocol import events as e
from server.domain import heads
from server.log import Reader
from server.merkle import BLOCK, Frontier, leaf, root_of
from server.merkle_proofs import consistency, inclusion

FORMAT = "novbe-receipt-1"
SLIP_DIGITS = 16
"""So much of an issue's leaf stands on the slip: 64 bits, which nobody finds another event for."""


class Tree:
    """The tree of one log."""

    def __init__(self, reader: Reader) -> None:
        """Read the log behind ``reader``."""
        self._reader = reader

    def span(self, begin: int, end: int) -> bytes:
        """Give the hash of the leaves from ``begin`` (from 0) up to ``end``, that not included.

        A part of the tree that is larger than a block begins with one, so that few bodies are read.
        """
        whole, blocks, rest = end // BLOCK * BLOCK if not begin % BLOCK else begin, Frontier(), Frontier()
        blocks.add_hashes(*(root for _, root in self._reader.blocks(begin // BLOCK, whole // BLOCK)))
        rest.add(*(body.encode() for body in self._reader.walk(whole, end)))
        return root_of([*blocks.peaks, *rest.peaks])

    def inclusion(self, seq: int, size: int) -> dict[str, Any]:
        """Prove that an event is among the first ``size``; 1 <= seq <= size <= the log's end."""
        (body,) = self._reader.bodies(seq - 1, seq)
        return {
            "seq": seq,
            "size": size,
            "leaf": leaf(body.encode()).hex(),
            "root": self.span(0, size).hex(),
            "path": [each.hex() for each in inclusion(self.span, seq - 1, size)],
        }

    def consistency(self, first: int, second: int) -> dict[str, Any]:
        """Prove that the tree of ``second`` events only extends that of ``first``; 1 <= first <= second."""
        return {
            "first": first,
            "second": second,
            "first_root": self.span(0, first).hex(),
            "second_root": self.span(0, second).hex(),
            "path": [each.hex() for each in consistency(self.span, first, second)],
        }

    def receipt(self, number: str, day: str, head: e.HeadSigned | None) -> dict[str, Any] | None:
        """Give what the holder of a slip can hold the hall to: the issue, under a signed head.

        Path and head are empty while no head covers it; None when there is no such ticket.
        """
        told = self._reader.ticket(number, day)
        issue = next((event for event in told if isinstance(event, e.TicketIssued)), None)
        if issue is None:
            return None
        (body,) = self._reader.bodies(issue.seq - 1, issue.seq)
        covered = head is not None and head.size >= issue.seq
        path = inclusion(self.span, issue.seq - 1, head.size) if head and covered else []
        return {
            "format": FORMAT,
            "ticket": number,
            "day": day,
            "seq": issue.seq,
            "body": body,
            "path": [each.hex() for each in path],
            "head": told_head(head) if head and covered else None,
            "keys": [told_key(key) for key in self._reader.hall_keys()],
        }


def told_head(head: e.HeadSigned) -> dict[str, Any]:
    """Give a head as it is kept outside the hall: what was signed, and the signature."""
    said: dict[str, Any] = msgspec.json.decode(heads.statement(head))
    return {**said, "signature": head.signature}


def told_key(key: e.KeyAnnounced) -> dict[str, Any]:
    """Give a key as it is kept outside the hall, with the place in the log where it was announced."""
    before = {} if key.replaces is msgspec.UNSET else {"replaces": key.replaces}
    stood_for = {} if key.endorsed is msgspec.UNSET else {"endorsed": key.endorsed}
    return {"type": "key", "key": key.key, "public": key.public, "seq": key.seq, **before, **stood_for}


def on_slip(seq: int, body: bytes) -> str:
    """Give what a slip says of its issue, ``<seq>-<16 hex>``: enough to convict a log that was rewritten."""
    return f"{seq}-{leaf(body).hex()[:SLIP_DIGITS]}"
