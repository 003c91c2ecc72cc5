"""``novbe-server verify``: proves the log, or says where it breaks. It works beside a running server.

The columns are compared with the bodies, the kept roots with the Merkle tree grown again from the first
event, and the rules derive each number, each step of a leg and each call anew.
"""

import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from protocol import wire
from protocol.events import Event, TicketCalled, TicketIssued, kind_of
from server import log
from server.domain.derive import Finding, audit
from server.domain.state import HallState
from server.log import Reader, Row
from server.merkle import Frontier
from server.proof_telling import Heard, telling

AT_ONCE = 1000
"""So many events are checked between two words about how far it is."""

MILLION = 1_000_000

KINDS = ("events", "tickets", "calls")
"""What is counted on the days that were asked for."""


class Days(NamedTuple):
    """Business days, from the first to the last; an empty one leaves that side open."""

    first: str = ""
    last: str = ""

    def __contains__(self, day: object) -> bool:
        """Say whether a day is among them."""
        return self.first <= str(day) and (not self.last or str(day) <= self.last)

    def __str__(self) -> str:
        """Give the days as they stand in a sentence."""
        if self.first == self.last:
            return f" on {self.first}" if self.first else ""
        return (f" from {self.first}" if self.first else "") + (f" to {self.last}" if self.last else "")


class Audit:
    """One walk over a log; ``findings`` are those of the days that were asked for."""

    def __init__(self, reader: Reader, days: Days | None = None) -> None:
        """Walk over the log behind ``reader``, and report on some days or on all."""
        self._reader, self._days = reader, days or Days()
        self._roots = dict(reader.roots())
        self._tree = Frontier()
        self._day = ""
        self._last_root = 0
        self._broken_root = False
        self.counts: Counter[str] = Counter()
        self.findings: list[Finding] = []

    def walk(self, heard: Heard = lambda _: None) -> None:
        """Check every event, in order; ``heard`` is told how far it is."""
        for finding in audit(HallState(), self._events(heard)):
            self._find(finding)
        end = self._tree.size
        heard(end)
        if max(self._roots, default=0) > end:
            self._find(Finding(end, "Events are missing after this one: a root is kept of a longer log."))
        elif self._last_root < end and not self._broken_root:
            self._find(Finding(end, f"No root is kept of the events after {self._last_root}."))

    def _find(self, finding: Finding) -> None:
        if self._day in self._days:
            self.findings.append(finding)

    def _events(self, heard: Heard) -> Iterator[Event]:
        for count, row in enumerate(self._reader.rows(), 1):
            if count % AT_ONCE == 0:
                heard(count)
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
        if event.day in self._days:
            self.counts["events"] += 1
            self.counts["tickets"] += isinstance(event, TicketIssued)
            self.counts["calls"] += isinstance(event, TicketCalled)

    def summary(self) -> str:
        """Tell what was checked."""
        events, tickets, calls = (self.counts[kind] for kind in KINDS)
        return (
            f"{events} events{self._days} read, {tickets} numbers and {calls} calls derived again,"
            f" {len(self._roots)} roots of the whole log compared."
        )

    def told(self) -> dict[str, Any]:
        """Tell a program what was checked, and what was found."""
        return {
            **{kind: self.counts[kind] for kind in KINDS},
            "roots": len(self._roots),
            "of": self._tree.size,
            "findings": [finding._asdict() for finding in self.findings],
        }


def verify(folder: Path, days: Days | None, *, as_json: bool = False) -> int:
    """Print what was checked and each finding; gives the exit status."""
    if not folder.is_dir():
        print(f"There is no folder {folder}: check its name.", file=sys.stderr)
        return 2
    if not (folder / log.FILE).exists():
        print("{}" if as_json else f"There is no log in {folder} yet: nothing to prove.")
        return 0
    reader, began = Reader(folder / log.FILE), time.monotonic()
    try:
        reader.hold()
        walk, size = Audit(reader, days), reader.end()[0]
        with telling(size, as_json=as_json) as heard:
            walk.walk(heard)
    except sqlite3.DatabaseError as error:
        print(f"The log in {folder} cannot be read: {error}", file=sys.stderr if as_json else sys.stdout)
        return 1
    finally:
        reader.close()
    seconds = time.monotonic() - began
    if as_json:
        print(wire.json.dumps({**walk.told(), "milliseconds": round(seconds * 1000)}))
    else:
        _print(walk, f"{seconds:.1f} s, {seconds * MILLION / max(size, 1):.0f} s a million events.")
    return 1 if walk.findings else 0


def _print(walk: Audit, pace: str) -> None:
    print(walk.summary())
    print(pace)
    for finding in walk.findings:
        print(f"Event {finding.seq}: {finding.sentence}")
    print(f"{len(walk.findings)} findings." if walk.findings else "The log is sound.")
