"""Eight ways to alter a hall's past, by somebody who can write to its files and knows how the log is sealed.

Each rewrites what follows so that columns, numbers, roots and blocks fit again; what cannot be made again
without the hall's key is its signed heads, and with the key those that were kept outside. For copies alone.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from protocol import wire
from protocol.events import Event, HeadSigned, KeyAnnounced
from protocol.words import HOUR
from server import log, snapshots
from server.domain import heads
from server.domain.state import HallSnapshot
from server.hall_key import HallKey
from server.merkle import BLOCK, Frontier

Change = Callable[[list[Event]], list[Event]]
OTHER = HallKey(sha256(b"not the hall's").digest())


class Forgery(NamedTuple):
    """A way, what ``verify`` calls it, and how it is done at an event of a copied folder."""

    name: str
    kind: str
    carry_out: Callable[[Path, int], None]


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the log as somebody with the file would."""
    with closing(sqlite3.connect(folder / log.FILE)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        yield db


def rewrite(folder: Path, seq: int, change: Change) -> None:
    """Change the events from ``seq`` on, number them anew and seal all of it again."""
    with opened(folder) as db:
        rows = db.execute("SELECT body FROM events WHERE seq >= ? ORDER BY seq", (seq,)).fetchall()
        after = change([wire.decode_event(body) for (body,) in rows])
        db.execute("DELETE FROM events WHERE seq >= ?", (seq,))
        for number, event in enumerate(after, seq):
            store(db, msgspec.structs.replace(event, seq=number))
        seal(db)


def store(db: sqlite3.Connection, event: Event) -> None:
    """Put an event in its place, with columns that fit."""
    row = (event.seq, event.day, event.at, msgspec.to_builtins(event)["type"], wire.encode(event).decode())
    db.execute("INSERT OR REPLACE INTO events (seq, day, at, type, body) VALUES (?, ?, ?, ?, ?)", row)


def seal(db: sqlite3.Connection) -> None:
    """Grow the tree anew: the roots where they were kept and at the end, and all blocks."""
    kept = {seq for (seq,) in db.execute("SELECT seq FROM roots")}
    db.execute("DELETE FROM roots")
    db.execute("DELETE FROM blocks")
    tree = Frontier()
    for (body,) in db.execute("SELECT body FROM events ORDER BY seq").fetchall():
        block = tree.grow(body.encode())
        if block:
            db.execute("INSERT INTO blocks VALUES (?, ?)", (tree.size // BLOCK - 1, block))
        if tree.size in kept:
            db.execute("INSERT INTO roots VALUES (?, ?)", (tree.size, tree.root()))
    db.execute("INSERT OR REPLACE INTO roots VALUES (?, ?)", (tree.size, tree.root()))


def edit(folder: Path, seq: int) -> None:
    """Say that whoever acted was somebody else."""

    def change(events: list[Event]) -> list[Event]:
        first, *rest = events
        actor = msgspec.structs.replace(first.actor, id="op-999")
        return [msgspec.structs.replace(first, actor=actor), *rest]

    rewrite(folder, seq, change)


def delete(folder: Path, seq: int) -> None:
    """Take an event out, and close the gap."""
    rewrite(folder, seq, lambda events: events[1:])


def insert(folder: Path, seq: int) -> None:
    """Put an event in, and move the rest."""
    rewrite(folder, seq, lambda events: [events[0], *events])


def reorder(folder: Path, seq: int) -> None:
    """Let an event change places with the next one of a later time."""

    def change(events: list[Event]) -> list[Event]:
        later = next(n for n, event in enumerate(events) if event.at > events[0].at)
        events[0], events[later] = events[later], events[0]
        return events

    rewrite(folder, seq, change)


def truncate(folder: Path, seq: int) -> None:
    """Cut off the end: events, roots, blocks, and the snapshots of them."""
    with opened(folder) as db:
        for table in ("events", "roots"):
            db.execute(f"DELETE FROM {table} WHERE seq >= ?", (seq,))  # noqa: S608 - two fixed names
        seal(db)
    for path in (folder / snapshots.FOLDER).glob("*.snapshot"):
        if int(path.stem) >= seq:
            path.unlink()


def replace_snapshot(folder: Path, seq: int) -> None:
    """Let the next start believe that a ticket came earlier; ``seq`` chooses which."""

    def change(state: HallSnapshot) -> None:
        several = state.tickets or state.ended
        several[seq % len(several)].arrived_at -= HOUR

    path = max((folder / snapshots.FOLDER).glob("*.snapshot"))
    kept = snapshots._decode(path.read_bytes())  # noqa: SLF001 - a forger does not ask
    change(kept.state)
    body = zlib.compress(msgspec.msgpack.encode(kept), 1)
    path.write_bytes(sha256(body).digest() + body)


def rewrite_tail(folder: Path, seq: int) -> None:
    """Announce another key, and sign every head from there on anew by it."""

    def change(events: list[Event]) -> list[Event]:
        place: dict[str, Any] = {"at": events[0].at, "day": events[0].day}
        return [KeyAnnounced(key=OTHER.name, public=OTHER.public, **place), *events]

    rewrite(folder, seq, change)
    sign_anew(folder, seq, OTHER)


def edit_with_key(folder: Path, seq: int, key: HallKey) -> None:
    """Do what only the outside can find: edit an event, sign all heads anew by the hall's own key."""
    edit(folder, seq)
    sign_anew(folder, seq, key)
    for path in (folder / snapshots.FOLDER).glob("*.snapshot"):
        path.unlink()


def sign_anew(folder: Path, seq: int, key: HallKey) -> None:
    """Sign every head after an event over the tree as it stands now."""
    with opened(folder) as db:
        tree = Frontier()
        for (body,) in db.execute("SELECT body FROM events ORDER BY seq").fetchall():
            event = wire.decode_event(body)
            if event.seq > seq and isinstance(event, HeadSigned):
                head = msgspec.structs.replace(event, size=tree.size, root=tree.root().hex(), key=key.name)
                event = msgspec.structs.replace(head, signature=key.sign(heads.statement(head)))
                store(db, event)
            tree.add(wire.encode(event))
        seal(db)


def set_clock_back(folder: Path, seq: int) -> None:
    """Let the rest of the log be an hour earlier."""
    rewrite(
        folder,
        seq,
        lambda events: [msgspec.structs.replace(event, at=event.at - HOUR) for event in events],
    )


WAYS = (
    Forgery("edit", "edited", edit),
    Forgery("delete", "deleted", delete),
    Forgery("insert", "inserted", insert),
    Forgery("reorder", "reordered", reorder),
    Forgery("truncate", "truncated", truncate),
    Forgery("replaced snapshot", "snapshot", replace_snapshot),
    Forgery("tail signed by another key", "key", rewrite_tail),
    Forgery("clock set back", "clock", set_clock_back),
)
"""Eight ways; ``truncate`` leaves a log that fits by itself, and needs a head or a receipt from outside."""
