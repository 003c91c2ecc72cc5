"""``novbe-server verify``: proves the log, or says where it breaks. It works beside a running server.

The columns are compared with the bodies, the kept roots and the signed heads with the Merkle tree grown again
from the first event, snapshots with the state that the log gives; the rules derive each number, each step of
a leg and each call anew. Heads and receipts that were kept outside find out who could sign as the hall.
"""

import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from protocol import wire
from protocol.events import ClockChanged, Event, TicketCalled, TicketIssued, kind_of
from server import log
from server.domain.derive import Finding, audit
from server.domain.state import HallState, to_snapshot
from server.log import Reader, Row
from server.merkle import BLOCK, Frontier
from server.outside import NotEvidence, Outside
from server.proof_telling import Heard, telling
from server.snapshots import Snapshots
from server.times import Times
from server.witness import Witness

AT_ONCE = 1000
"""So many events are checked between two words about how far it is."""

MILLION = 1_000_000

MOST_PRINTED = 100
"""Where one event is missing, whatever is derived from it differs, too."""

REPLACED = (
    "The snapshot after this event was replaced: the log gives another state. Delete the folder of snapshots;"
    " the next start reads the log."
)

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

    def __init__(
        self,
        reader: Reader,
        days: Days | None = None,
        outside: Outside | None = None,
        snapshots: Snapshots | None = None,
    ) -> None:
        """Walk over the log behind ``reader``, and report on some days or on all.

        It is held to what is known from ``outside``, and the ``snapshots`` of its folder are held to it.
        """
        self._reader, self._days = reader, days or Days()
        self._roots = dict(reader.roots())
        self._blocks = dict(reader.blocks()) if reader.has_blocks() else {}
        self._witness = Witness(outside or Outside())
        self._snapshots = dict(snapshots.kept()) if snapshots else {}
        self._state, self._tree, self._times = HallState(), Frontier(), Times()
        self._day = ""
        self._strange_snapshots: list[int] = []
        self._last_root = 0
        self._broken_root = False
        self.counts: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.notes: list[str] = []

    def walk(self, heard: Heard = lambda _: None) -> None:
        """Check every event, in order; ``heard`` is told how far it is."""
        events = self._events(heard)
        for finding in audit(self._state, events):
            self._find(finding)
        for _ in events:
            """Where the history breaks, the tree and the heads go on."""
        self._end()
        heard(self._tree.size)

    def _end(self) -> None:
        end = self._tree.size
        if max(self._roots, default=0) > end:
            sentence = "Events are missing after this one: a root is kept of a longer log."
            self._find(Finding(end, sentence, "truncated"))
        elif self._last_root < end and not self._broken_root:
            self._find(Finding(end, f"No root is kept of the events after {self._last_root}.", "inserted"))
        self._find(self._times.end())
        self._tell_strange_snapshots()
        for finding in self._witness.end(end):
            self._find(finding)
        if any(seq > end for seq in self._snapshots):
            self._find(
                Finding(end, "The log's end was cut off: a snapshot is kept of a longer log.", "truncated")
            )

    def _find(self, finding: Finding | None) -> None:
        if finding is not None and self._day in self._days:
            self.findings.append(finding)

    def _events(self, heard: Heard) -> Iterator[Event]:
        can_be_folded = True
        for count, row in enumerate(self._reader.rows(), 1):
            if count % AT_ONCE == 0:
                heard(count)
            self._day = row.day
            event = self._read(row)
            if event is None:
                can_be_folded = False
                continue
            self._check_columns(row, event)
            self._count(event)
            if can_be_folded:
                yield event
                self._check_snapshot()

    def _read(self, row: Row) -> Event | None:
        """Read an event and take it into the tree; None where it cannot be read."""
        try:
            body = row.body.encode()
            event = wire.decode_event(body)
        except (msgspec.DecodeError, AttributeError, UnicodeEncodeError) as error:  # AttributeError: no text
            sentence = f"Its body cannot be read, and what follows cannot be folded: {error}"
            self._find(Finding(row.seq, sentence, "edited"))
            self._grow(row, str(row.body).encode(errors="replace"))
            return None
        self._find(self._times.look(row.seq, event.at))
        for finding in self._witness.before(event, self._tree, self._times.fell_at):
            self._find(finding)
        self._grow(row, body)
        return event

    def _grow(self, row: Row, body: bytes) -> None:
        block = self._tree.grow(body)
        if block and self._blocks.get(self._tree.size // BLOCK - 1, block) != block and not self._broken_root:
            self._find(
                Finding(row.seq, "The kept root of its block does not fit: proofs made of it are false.")
            )
        self._check_root(row)
        for finding in self._witness.after(self._tree.size, body, self._tree):
            self._find(finding)

    def _check_root(self, row: Row) -> None:
        kept = self._roots.get(self._tree.size)
        if kept is None or self._broken_root:
            return
        if kept == self._tree.root():
            self._last_root = self._tree.size
            return
        # Every later root differs too, which says nothing new.
        self._broken_root = True
        first = self._last_root + 1
        sentence = f"The kept root does not fit: an event from {first} to {row.seq} was changed later."
        self._find(Finding(row.seq, sentence, "edited", first))

    def _check_columns(self, row: Row, event: Event) -> None:
        for column, said, stored in (
            ("seq", event.seq, row.seq),
            ("day", event.day, row.day),
            ("at", event.at, row.at),
            ("type", kind_of(event), row.type),
        ):
            if said != stored:
                kind = "reordered" if column == "seq" else "edited"
                self._find(Finding(row.seq, f"The column {column} says {stored}, the body {said}.", kind))
        if wire.encode(msgspec.json.decode(row.body)) != row.body.encode():
            self._find(Finding(row.seq, "Its body is not in canonical form (RFC 8785).", "edited"))

    def _check_snapshot(self) -> None:
        """Compare a snapshot with the state that the log gives, where there is one of this event."""
        kept = self._snapshots.pop(self._state.seq, None)
        if kept is None:
            return
        state, peaks = kept
        if self._tree.peaks != peaks:
            self._strange_snapshots.append(self._state.seq)
        elif to_snapshot(self._state) != state:
            self._find(Finding(self._state.seq, REPLACED, "snapshot"))

    def _tell_strange_snapshots(self) -> None:
        """Say of snapshots of another log which of the two is the false one: not the one under a head."""
        for seq in self._strange_snapshots:
            is_signed = self._witness.fits_log >= seq
            strange = "The snapshot after this event is of another log: one of the two was rewritten."
            self._find(Finding(seq, *((REPLACED, "snapshot") if is_signed else (strange, "rewritten"))))

    def _count(self, event: Event) -> None:
        if event.day in self._days:
            self.counts["events"] += 1
            self.counts["tickets"] += isinstance(event, TicketIssued)
            self.counts["calls"] += isinstance(event, TicketCalled)
            if isinstance(event, ClockChanged) and event.step_seconds < 0:
                self.notes.append(
                    f"Event {event.seq}: the machine's clock was set back by {-event.step_seconds} s."
                )

    def summary(self) -> str:
        """Tell what was checked."""
        events, tickets, calls = (self.counts[kind] for kind in KINDS)
        return (
            f"{events} events{self._days} read, {tickets} numbers and {calls} calls derived again,"
            f" {len(self._roots)} roots and {self._witness.signed} signed heads of the whole log compared."
        )

    def told(self) -> dict[str, Any]:
        """Tell a program what was checked, and what was found."""
        return {
            **{kind: self.counts[kind] for kind in KINDS},
            "roots": len(self._roots),
            "heads": self._witness.signed,
            "of": self._tree.size,
            "findings": [finding._asdict() for finding in self.findings],
            "notes": self.notes,
        }


def verify(
    folder: Path,
    days: Days | None,
    *,
    as_json: bool = False,
    heads: Sequence[Path] = (),
    receipts: Sequence[Path] = (),
) -> int:
    """Print what was checked and each finding; gives the exit status.

    ``heads`` and ``receipts`` are files from outside the hall, to which its log is held.
    """
    if not folder.is_dir():
        print(f"There is no folder {folder}: check its name.", file=sys.stderr)
        return 2
    if not (folder / log.FILE).exists():
        print("{}" if as_json else f"There is no log in {folder} yet: nothing to prove.")
        return 0
    try:
        outside = Outside(heads, receipts)
    except NotEvidence as reason:
        print(reason, file=sys.stderr)
        return 2
    reader, began = Reader(folder / log.FILE), time.monotonic()
    try:
        reader.hold()
        walk, size = Audit(reader, days, outside, Snapshots(folder, reader)), reader.end()[0]
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
    """Print what was named first, then whatever else the rules do not give, then how many there are."""
    print(walk.summary())
    print(pace)
    findings = sorted(walk.findings, key=lambda finding: not finding.kind)
    for finding in findings[:MOST_PRINTED]:
        kind = f" [{finding.kind}]" if finding.kind else ""
        print(f"Event {finding.seq}: {finding.sentence}{kind}")
    if len(findings) > MOST_PRINTED:
        print(f"… and {len(findings) - MOST_PRINTED} more: --json tells them all.")
    for note in walk.notes:
        print(note)
    print(f"{len(findings)} findings." if findings else "The log is sound.")
