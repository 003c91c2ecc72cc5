"""Copies of databases that are in use: whole, of one moment, without making anybody wait."""

import sqlite3
from contextlib import closing
from pathlib import Path

from server.log import BUSY_SECONDS, FILE

PAGES = 200
"""So many pages are copied between two looks at the lock: under a millisecond of work."""


def copy_log(source: Path, target: Path) -> None:
    """Copy a database in WAL mode as it stands now, while another process goes on writing to it."""
    with closing(looking(source)) as db, closing(sqlite3.connect(target)) as copy:
        # A read transaction holds this moment: without it each commit would make the copy begin again.
        db.execute("BEGIN")
        db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
        copy.execute("PRAGMA synchronous = OFF")
        db.backup(copy, pages=PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")


def copy_beside(source: Path, target: Path) -> None:
    """Copy one of the small databases beside the log; its writers wait for the milliseconds that it takes."""
    with closing(looking(source)) as db, closing(sqlite3.connect(target)) as copy:
        db.backup(copy)


def content(source: Path) -> bytes:
    """Give a copy of a small database as bytes."""
    with closing(looking(source)) as db, closing(sqlite3.connect(":memory:")) as copy:
        db.backup(copy)
        return copy.serialize()


def replace_content(target: Path, copied: bytes) -> None:
    """Make a database what ``content`` gave, at once for whoever reads it; raises sqlite3.DatabaseError."""
    with closing(sqlite3.connect(":memory:")) as copy, closing(_making(target)) as db:
        copy.deserialize(copied)
        copy.execute("PRAGMA quick_check").fetchone()
        copy.backup(db)
    target.chmod(0o600)


def looking(path: Path) -> sqlite3.Connection:
    """Open a database that another process may have left in the middle of a write.

    The log must not be written, and its write-ahead log is read as it is; the others have rollback journals,
    and whoever looks first undoes what was begun.
    """
    mode = "ro" if path.name == FILE else "rw"
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS)


def _making(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS)
