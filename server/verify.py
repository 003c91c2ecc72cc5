"""``novbe-server verify``: proves the log, or says where it breaks. It works beside a running server.

The columns are compared with the bodies, the kept roots with the Merkle tree grown again from the first
event, and the rules derive each number, each step of a leg and each call anew.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from protocol import wire
from protocol.events import Event, TicketCalled, TicketIssued, kind_of
from server import log
from server.domain.derive import Finding, audit
from server.domain.state import HallState
from server.log import Reader, Row
from server.merkle import Frontier


class Audit:
    """One walk over a log; ``findings`` are those of the day that was asked for."""

    def __init__(self, reader: Reader, day: str | None = None) -> None:
        """Walk over the log behind ``reader``, and report on one day or on all."""
        self._reader, self._asked = reader, day
        self._roots = dict(reader.roots())
        self._tree = Frontier()
        self._day = ""
        self._last_root = 0
        self._broken_root = False
        self.counts: Counter[str] = Counter()
        self.findings: list[Finding] = []

    def walk(self) -> None:
        """Check every event, in order."""
        for finding in audit(HallState(), self._events()):
            self._find(finding)
        end = self._tree.size
        if max(self._roots, default=0) > end:
            self._find(Finding(end, "Events are missing after this one: a root is kept of a longer log."))
        elif self._last_root < end and not self._broken_root:
            self._find(Finding(end, f"No root is kept of the events after {self._last_root}."))

    def _find(self, finding: Finding) -> None:
        if self._asked in (None, self._day):
            self.findings.append(finding)

    def _events(self) -> Iterator[Event]:
        for row in self._reader.rows():
            self._day = row.day
            try:
                self._check_root(row)
                event = wire.decode_event(row.body)
            except (msgspec.DecodeError, AttributeError) as error:  # AttributeError: it is no text
                self._find(
                    Finding(row.seq, f"Its body cannot be read, and what follows cannot be folded: {error}")
                )
                return
            self._check_columns(row, event)
            self._count(event)
            yield event

    def _check_root(self, row: Row) -> None:
        self._tree.add(row.body.encode())
        kept = self._roots.get(self._tree.size)
        if kept is None or self._broken_root:
            return
        if kept == self._tree.root():
            self._last_root = self._tree.size
            return
        # Every later root differs too, which says nothing new.
        self._broken_root = True
        first = self._last_root + 1
        self._find(
            Finding(
                row.seq, f"The kept root does not fit: an event from {first} to {row.seq} was changed later."
            )
        )

    def _check_columns(self, row: Row, event: Event) -> None:
        for column, said, stored in (
            ("seq", event.seq, row.seq),
            ("day", event.day, row.day),
            ("at", event.at, row.at),
            ("type", kind_of(event), row.type),
        ):
            if said != stored:
                self._find(Finding(row.seq, f"The column {column} says {stored}, the body {said}."))
        if wire.encode(msgspec.json.decode(row.body)) != row.body.encode():
            self._find(Finding(row.seq, "Its body is not in canonical form (RFC 8785)."))

    def _count(self, event: Event) -> None:
        if self._asked in (None, event.day):
            self.counts["events"] += 1
            self.counts["tickets"] += isinstance(event, TicketIssued)
            self.counts["calls"] += isinstance(event, TicketCalled)

    def summary(self) -> str:
        """Tell what was checked."""
        counts, of_day = self.counts, f" on {self._asked}" if self._asked else ""
        return (
            f"{counts['events']} events{of_day} read, {counts['tickets']} numbers and {counts['calls']} calls"
            f" derived again, {len(self._roots)} roots of the whole log compared."
        )


def verify(folder: Path, day: str | None) -> int:
    """Print what was checked and each finding; gives the exit status."""
    if not folder.is_dir():
        print(f"There is no folder {folder}: check its name.", file=sys.stderr)
        return 2
    if not (folder / log.FILE).exists():
        print(f"There is no log in {folder} yet: nothing to prove.")
        return 0
    reader = Reader(folder / log.FILE)
    try:
        reader.hold()
        walk = Audit(reader, day)
        walk.walk()
    except sqlite3.DatabaseError as error:
        print(f"The log in {folder} cannot be read: {error}")
        return 1
    finally:
        reader.close()
    print(walk.summary())
    for finding in walk.findings:
        print(f"Event {finding.seq}: {finding.sentence}")
    print(f"{len(walk.findings)} findings." if walk.findings else "The log is sound.")
    return 1 if walk.findings else 0
