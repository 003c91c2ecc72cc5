"""The log on disk: ``hall.db`` is appended by one thread and read by many, and nothing in it ever changes.

A root of the Merkle tree is kept for every commit, so an event stands under a root from the moment it is
acknowledged; under load many events share a commit, and so a root.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import sqlite_utils

from protocol import wire
from protocol.events import Event, HallConfigured, HeadSigned, KeyAnnounced, kind_of
from protocol.hall import Hall
from protocol.words import Micros
from server import migrations
from server.end import End
from server.merkle import BLOCK, Frontier

FILE = "hall.db"
BUSY_SECONDS = 5.0
SEALS = "type IN ('head_signed', 'key_announced')"
"""As the index of them says it: SQLite takes a partial index only where a query repeats its condition."""


class CommitFailed(Exception):  # noqa: N818 - named as the design names it
    """The batch may not be on disk: reopen, and ask the log whether it is there."""


class RootsDiffer(Exception):  # noqa: N818 - what was found, in one sentence
    """What another server sent is not what its roots say, or does not follow on this log."""


class Row(NamedTuple):
    """A row of the log as it is stored."""

    seq: int
    day: str
    at: Micros
    type: str
    body: str


class Cause(msgspec.Struct):
    """What an event body says of the command behind it."""

    class By(msgspec.Struct):
        """The actor's id."""

        id: str

    seq: int
    type: str
    day: str
    command: str | None
    actor: By


def migrate(path: Path) -> None:
    """Make the log, or bring it up to date."""
    db = sqlite_utils.Database(path)
    try:
        db.enable_wal()
        migrations.hall.apply(db)
    finally:
        db.close()


class Writer:
    """The one hand that appends. All but the making of it happens in one and the same thread."""

    def __init__(self, path: Path, frontier: Frontier) -> None:
        """Append to the log at ``path``, whose tree has grown to ``frontier``."""
        self._path, self._frontier, self._attempt = path, frontier, frontier
        self._db: sqlite3.Connection | None = None
        self._end = End(path.parent)

    def open(self) -> int:
        """Open, or close and open again after a failure; gives the last seq on disk, raises CommitFailed."""
        self.close()
        try:
            self._db = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._db.execute("PRAGMA synchronous = FULL")
            (last,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
        except sqlite3.Error as error:
            raise CommitFailed(str(error)) from error
        if last == self._attempt.size:
            self._frontier = self._attempt
        elif last != self._frontier.size:
            raise CommitFailed(f"The log ends at {last}, but this server left it at {self._frontier.size}.")
        return int(last)

    def append(self, events: list[Event]) -> None:
        """Commit a batch and its root, durably and whole, or raise CommitFailed."""
        frontier, rows, blocks = self._frontier.copy(), [], []
        for event in events:
            body = wire.encode(event)
            if block := frontier.grow(body):
                blocks.append((frontier.size // BLOCK - 1, block))
            rows.append(Row(event.seq, event.day, event.at, kind_of(event), body.decode()))
        self._commit(frontier, rows, [(frontier.size, frontier.root())], blocks)

    def copy(self, bodies: list[str], roots: dict[int, bytes]) -> list[Event]:
        """Commit what another server did, byte for byte, with the roots of its commits; gives the events.

        The last body ends a commit. Raises RootsDiffer and has written nothing then, or CommitFailed.
        """
        frontier, rows, blocks, events = self._frontier.copy(), [], [], []
        for body in bodies:
            if block := frontier.grow(body.encode()):
                blocks.append((frontier.size // BLOCK - 1, block))
            event = wire.decode_event(body)
            rows.append(Row(event.seq, event.day, event.at, kind_of(event), body))
            events.append(event)
            if event.seq != frontier.size or roots.get(event.seq, frontier.root()) != frontier.root():
                raise RootsDiffer(f"Event {event.seq} does not follow on event {frontier.size - 1} here.")
        if frontier.size not in roots:
            raise RootsDiffer(f"No root came with event {frontier.size}.")
        self._commit(frontier, rows, sorted(roots.items()), blocks)
        return events

    def root(self) -> tuple[int, bytes]:
        """Give where the log ends, and its root there."""
        return self._frontier.size, self._frontier.root()

    def _commit(
        self,
        frontier: Frontier,
        rows: list[Row],
        roots: list[tuple[int, bytes]],
        blocks: list[tuple[int, bytes]],
    ) -> None:
        self._attempt = frontier
        with self._transaction() as db:
            db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
            db.executemany("INSERT INTO roots VALUES (?, ?)", roots)
            db.executemany("INSERT INTO blocks VALUES (?, ?)", blocks)
        self._frontier = frontier
        self._end.note(frontier.size)

    @property
    def frontier(self) -> Frontier:
        """Give the tree of what is committed; while no batch is being appended."""
        return self._frontier.copy()

    def probe(self) -> None:
        """Write a row that means nothing, to learn whether the disk takes writes again."""
        with self._transaction() as db:
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'probe'")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self._db is None:
            raise CommitFailed("The log is not open.")
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise CommitFailed(str(error)) from error

    def close(self) -> None:
        """Close; what was begun and not committed is rolled back."""
        if self._db is not None:
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
            self._db = None
        self._end.close()


class Reader:
    """Reads what is committed; a read-only connection for each thread that asks."""

    def __init__(self, path: Path) -> None:
        """Read the log at ``path``."""
        self._uri = f"{path.resolve().as_uri()}?mode=ro"
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(self._uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
            self._local.db = db
            self._opened.append(db)
        return db

    def hold(self) -> None:
        """Read the log as it stands now, whatever is appended meanwhile; in this thread."""
        self._db().execute("BEGIN")
        self.end()

    def epoch(self) -> str:
        """Give the random name that this history was given when it was created."""
        return str(self._db().execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()[0])

    def last_epoch(self) -> str:
        """Give the name of the last epoch that began in the log; empty when none did."""
        query = (
            "SELECT json_extract(body, '$.epoch') FROM events WHERE type = 'epoch_begun'"
            " ORDER BY seq DESC LIMIT 1"
        )
        found = self._db().execute(query).fetchone()
        return str(found[0]) if found else ""

    def end(self) -> tuple[int, Micros]:
        """Give the last seq and its time; (0, 0) of an empty log."""
        row = self._db().execute("SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def rows(self) -> Iterator[Row]:
        """Give all rows, in order, as they are stored."""
        query = "SELECT seq, day, at, type, body FROM events ORDER BY seq"
        yield from map(Row._make, self._db().execute(query))

    def walk(self, after: int, upto: int, limit: int = -1) -> Iterator[str]:
        """Give the bodies with ``after`` < seq <= ``upto``, in order, at most ``limit`` of them."""
        query = "SELECT body FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
        for (body,) in self._db().execute(query, (after, upto, limit)):
            yield body

    def bodies(self, after: int, upto: int, limit: int = -1) -> list[str]:
        """Give the bodies that ``walk`` gives, all at once."""
        return list(self.walk(after, upto, limit))

    def events(self, after: int, upto: int, limit: int = -1) -> list[Event]:
        """Give the events with ``after`` < seq <= ``upto``, in order, at most ``limit`` of them."""
        return [wire.decode_event(body) for body in self.walk(after, upto, limit)]

    def ticket(self, number: str, day: str) -> list[Event]:
        """Give all that happened to the ticket of that number issued on that day."""
        query = (
            "SELECT body FROM events WHERE day >= ?1 AND json_extract(body, '$.ticket') = ?2"
            " AND coalesce(json_extract(body, '$.ticket_day'), day) = ?1 ORDER BY seq"
        )
        return [wire.decode_event(body) for (body,) in self._db().execute(query, (day, number))]

    def levers(self, day: str, kinds: Sequence[str]) -> list[Event]:
        """Give a day's events of some kinds, its calls past others and the tickets that people issued."""
        query = (
            "SELECT body FROM events WHERE day = ? AND (type IN (SELECT value FROM json_each(?))"
            " OR type = 'ticket_called' AND json_extract(body, '$.jumped[0]') IS NOT NULL"
            " OR type = 'ticket_issued' AND json_extract(body, '$.actor.kind') = 'operator') ORDER BY seq"
        )
        found = self._db().execute(query, (day, json.dumps(kinds)))
        return [wire.decode_event(body) for (body,) in found]

    def of_kinds(
        self, day: str, kinds: Sequence[str], tickets: Iterable[str] | None = None
    ) -> Iterator[Event]:
        """Give a day's events of some kinds, of some tickets where they are named."""
        # By the day: the index of tickets would lead to every day on which a number was given.
        query = (
            "SELECT body FROM events INDEXED BY events_by_day"
            " WHERE day = ?1 AND type IN (SELECT value FROM json_each(?2)) AND (?3 IS NULL"
            " OR json_extract(body, '$.ticket') IN (SELECT value FROM json_each(?3))) ORDER BY seq"
        )
        named = None if tickets is None else json.dumps(list(tickets))
        for (body,) in self._db().execute(query, (day, json.dumps(kinds), named)):
            yield wire.decode_event(body)

    def of_days(self, first: str, last: str, kinds: Sequence[str]) -> list[Event]:
        """Give the events of some kinds from one day to another, both included."""
        query = (
            "SELECT body FROM events INDEXED BY events_by_day WHERE day BETWEEN ? AND ?"
            " AND type IN (SELECT value FROM json_each(?)) ORDER BY seq"
        )
        return [
            wire.decode_event(body) for (body,) in self._db().execute(query, (first, last, json.dumps(kinds)))
        ]

    def calls(self, day: str) -> list[tuple[int, str]]:
        """Give the seq and the desk of each call of a day."""
        query = (
            "SELECT seq, json_extract(body, '$.desk') FROM events WHERE day = ? AND type = 'ticket_called'"
            " ORDER BY seq"
        )
        return list(self._db().execute(query, (day,)))

    def days(self, day: str) -> tuple[str, str, str]:
        """Give the log's first business day, the one before ``day``, and the last; empty where none is."""
        query = (
            "SELECT (SELECT min(day) FROM events WHERE day > ''),"
            " (SELECT max(day) FROM events WHERE day < ?), (SELECT max(day) FROM events)"
        )
        first, before, last = self._db().execute(query, (day,)).fetchone()
        return first or "", before or "", last or ""

    def begin(self, day: str) -> int:
        """Give the first seq of a business day; 0 where it has none."""
        query = "SELECT coalesce(min(seq), 0) FROM events WHERE day = ?"
        return int(self._db().execute(query, (day,)).fetchone()[0])

    def day_after(self, day: str) -> str:
        """Give the next business day that the log has; empty without one."""
        (found,) = self._db().execute("SELECT min(day) FROM events WHERE day > ?", (day,)).fetchone()
        return found or ""

    def pauses(self, after: int, upto: int) -> list[Event]:
        """Give the pauses, outages and new epochs of the hall with ``after`` < seq <= ``upto``."""
        query = (
            "SELECT body FROM events WHERE seq > ? AND seq <= ?"
            " AND type IN ('hall_paused', 'hall_resumed', 'outage_noted', 'epoch_begun') ORDER BY seq"
        )
        return [wire.decode_event(body) for (body,) in self._db().execute(query, (after, upto))]

    def last_day_of(self, number: str) -> str | None:
        """Give the day of issue of the last ticket of that number."""
        query = (
            "SELECT coalesce(json_extract(body, '$.ticket_day'), day) FROM events"
            " WHERE json_extract(body, '$.ticket') = ? ORDER BY seq DESC LIMIT 1"
        )
        found = self._db().execute(query, (number,)).fetchone()
        return str(found[0]) if found else None

    def hall(self, before: int = 2**62) -> Hall | None:
        """Give the configuration in force, or that before a seq; None before the first."""
        query = "SELECT body FROM events WHERE type = 'hall_configured' AND seq < ? ORDER BY seq DESC LIMIT 1"
        found = self._db().execute(query, (before,)).fetchone()
        event = wire.decode_event(found[0]) if found else None
        return event.hall if isinstance(event, HallConfigured) and isinstance(event.hall, Hall) else None

    def causes(self, days: int) -> list[Cause]:
        """Give the causes of the events of the log's last so many days, in order."""
        query, day = "SELECT max(day) FROM events WHERE day < ?", "~"
        for _ in range(days):
            day = self._db().execute(query, (day,)).fetchone()[0] or day
        read = msgspec.json.Decoder(Cause).decode
        # Left to the day alone SQLite would walk the whole log, to have the rows in order.
        (first,) = self._db().execute("SELECT min(seq) FROM events WHERE day >= ?", (day,)).fetchone()
        query = "SELECT body FROM events WHERE seq >= ? AND day >= ? ORDER BY seq"
        found = self._db().execute(query, (first or 0, day))
        return [read(body) for (body,) in found]

    def has_text(self, text_id: str) -> bool:
        """Tell whether an event points to that text of ``private.db``."""
        query = (
            "SELECT 1 FROM events WHERE type IN ('device_reported', 'slip_printed')"
            " AND json_extract(body, '$.detail') IS NOT NULL AND json_extract(body, '$.detail') = :id"
            " UNION ALL SELECT 1 FROM events WHERE type IN ('announced', 'hall_paused', 'note_left')"
            " AND coalesce(json_extract(body, '$.text'), json_extract(body, '$.note')) = :id"
            " UNION ALL SELECT 1 FROM events WHERE type = 'slot_booked'"
            " AND json_extract(body, '$.contact') IS NOT NULL AND json_extract(body, '$.contact') = :id"
        )
        return self._db().execute(query, {"id": text_id}).fetchone() is not None

    def roots(self) -> Iterator[tuple[int, bytes]]:
        """Give (seq, root) of every commit, in order."""
        yield from self._db().execute("SELECT seq, root FROM roots ORDER BY seq")

    def has_blocks(self) -> bool:
        """Tell whether roots of blocks are kept: an earlier version kept none before its upgrade."""
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'blocks'"
        return self._db().execute(query).fetchone() is not None

    def blocks(self, first: int = 0, last: int = 2**62) -> Iterator[tuple[int, bytes]]:
        """Give (number, root) of the blocks of ``BLOCK`` leaves from one to another, that not included."""
        query = "SELECT number, root FROM blocks WHERE number >= ? AND number < ? ORDER BY number"
        yield from self._db().execute(query, (first, last))

    def heads(self, after: int, limit: int) -> list[HeadSigned]:
        """Give the signed heads over more than ``after`` events, in order, at most ``limit`` of them."""
        query = (
            f"SELECT body FROM events WHERE {SEALS} AND type = 'head_signed' AND seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - fixed texts
        )
        found = self._db().execute(query, (after + 1, limit))
        return [event for (body,) in found if isinstance(event := wire.decode_event(body), HeadSigned)]

    def hall_keys(self) -> list[KeyAnnounced]:
        """Give the keys by which heads were signed, in order."""
        query = f"SELECT body FROM events WHERE {SEALS} AND type = 'key_announced' ORDER BY seq"  # noqa: S608 - fixed texts
        found = self._db().execute(query)
        return [event for (body,) in found if isinstance(event := wire.decode_event(body), KeyAnnounced)]

    def commits(self, after: int, upto: int, limit: int) -> tuple[list[str], list[tuple[int, bytes]]]:
        """Give whole commits after an event, about ``limit`` events: the bodies, and the roots by seq."""
        query = "SELECT seq, root FROM roots WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
        roots = list(self._db().execute(query, (after, upto, limit)))
        roots = [found for found in roots if found[0] <= after + limit] or roots[:1]
        return (self.bodies(after, roots[-1][0]) if roots else []), roots

    def root(self, seq: int) -> bytes | None:
        """Give the root after an event; None where no commit ended there."""
        found = self._db().execute("SELECT root FROM roots WHERE seq = ?", (seq,)).fetchone()
        return bytes(found[0]) if found else None

    def close(self) -> None:
        """Close the connections of all threads; nobody may be reading."""
        for db in self._opened:
            db.close()
        self._opened.clear()
        self._local = threading.local()
