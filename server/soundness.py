"""Is what stands on the disk what was written? A damaged log is told, kept aside, and never run.

``python -m server.soundness DIR`` looks through all of it, for the server that runs beside: damage says
nothing by itself, and an old page may be read for the first time in months.
"""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import msgspec

from server import duty, end, log, private, register
from server.clock import WallClock
from server.copies import looking
from server.duty import Duty
from server.end import End
from server.log import Reader, Row
from server.merkle import Frontier
from server.snapshots import FOLDER as SNAPSHOTS

FILES = (log.FILE, register.FILE, private.FILE)
BESIDE = ("-wal", "-shm", "-journal")
DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""What SQLite calls damage; whatever else goes wrong may pass, and is no ground to put a hall aside."""


LESS_URGENT = 10
"""How nice the process is that looks through all."""


class Damaged(Exception):  # noqa: N818 - what was found, in one sentence
    """A database is not what was written."""


class _Columns(msgspec.Struct):
    """What an event body says of its columns."""

    seq: int
    day: str
    at: int
    type: str


def look(folder: Path) -> None:
    """Have SQLite look at each page of a hall's databases, and where the log ends; raises Damaged.

    Before anything else: whoever opens a database to write folds the write-ahead log into it at the end, and
    what was damaged there can be looked at no more.
    """
    for name in FILES:
        if (folder / name).exists():
            _ask(folder / name, "PRAGMA quick_check(1)")
    noted = End(folder).read()
    if noted and not (folder / log.FILE).exists():
        raise Damaged(f"{log.FILE} is missing, and {noted} events were committed here")
    last = _ask(folder / log.FILE, "SELECT coalesce(max(seq), 0) FROM events") if noted else 0
    if last < noted:
        raise Damaged(f"{log.FILE} ends at event {last}, and {noted} were committed here")


def check_root(reader: Reader, tree: Frontier) -> None:
    """Compare what a start has folded with the root that is kept of it; raises Damaged."""
    if tree.size and reader.root(tree.size) != tree.root():
        raise Damaged(f"{log.FILE} does not fit the root that is kept of its {tree.size} events")


def whole(folder: Path) -> None:
    """Look through all: pages, indexes, each event against its columns and its root; raises Damaged."""
    reader = Reader(folder / log.FILE)
    try:
        reader.hold()
        _walk(reader)
    except sqlite3.DatabaseError as error:
        _refuse_damage(error, log.FILE)
        raise
    finally:
        reader.close()
    for name in FILES:
        _ask(folder / name, "PRAGMA integrity_check(1)")


def quarantine(folder: Path, damage: str) -> Path:
    """Put all of a damaged hall aside, and leave word, so that no new hall begins here; gives where."""
    place = folder / f"damaged-{WallClock().now() // 1_000_000}"
    place.mkdir()
    # Where its standby is, and that another server has taken over, holds for what is restored here too.
    said = duty.read(folder)
    told = f"{damage}; all of it is kept in {place}"
    duty.write(folder, Duty(damaged=told, standby=said.standby, superseded=said.superseded))
    for name in [*(f"{file}{more}" for file in FILES for more in ("", *BESIDE)), SNAPSHOTS, end.FILE]:
        if (folder / name).exists():
            (folder / name).rename(place / name)
    return place


def _ask(path: Path, query: str) -> int:
    """Give the number that a database answers, 0 for "ok"; raises Damaged for anything else."""
    try:
        with closing(looking(path)) as db:
            (said,) = db.execute(query).fetchone()
    except sqlite3.DatabaseError as error:
        _refuse_damage(error, path.name)
        raise
    if isinstance(said, str) and said != "ok":
        raise Damaged(f"{path.name} is damaged ({said.splitlines()[-1]})")
    return said if isinstance(said, int) else 0


def _refuse_damage(error: sqlite3.DatabaseError, name: str) -> None:
    """Raise Damaged for what SQLite, or Python with a text that is none, calls damage."""
    if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in DAMAGE:
        raise Damaged(f"{name} is damaged ({error})") from error


def _walk(reader: Reader) -> None:
    roots, tree, last = dict(reader.roots()), Frontier(), 0
    columns = msgspec.json.Decoder(_Columns).decode
    for row in reader.rows():
        try:
            body = row.body.encode()
            said = columns(body)
        except (msgspec.DecodeError, AttributeError) as error:
            raise Damaged(f"event {row.seq} of {log.FILE} cannot be read") from error
        tree.add(body)
        if Row(said.seq, said.day, said.at, said.type, row.body) != row or row.seq != tree.size:
            raise Damaged(f"event {tree.size} of {log.FILE} does not fit its columns")
        if row.seq in roots:
            last = row.seq
            if roots[last] != tree.root():
                raise Damaged(f"an event up to {last} of {log.FILE} does not fit its root")
    if last != tree.size or (roots and max(roots) > last):
        raise Damaged(f"{log.FILE} has {tree.size} events, and roots up to {max(roots, default=0)}")


def main(folder: Path) -> int:
    """Look through a hall's folder; prints what is damaged, and gives 1 then."""
    os.nice(LESS_URGENT)
    try:
        whole(folder)
    except Damaged as damage:
        print(damage)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
