"""Before databases of an earlier version are changed, they are backed up; the way back is to restore that.

A migration is one transaction with its own mark, so one that was cut off has not happened, and the next start
goes on with it.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils
import structlog
from sqlite_utils import Migrations

from server import backup, log, migrations, private, register
from server.copies import looking

SETS: dict[str, Migrations] = {
    log.FILE: migrations.hall,
    register.FILE: migrations.access,
    private.FILE: migrations.private,
}


class TooNew(Exception):  # noqa: N818 - a refusal to start, in one sentence
    """A later version of this program has changed the databases."""


def schema(folder: Path) -> str:
    """Name the version of a folder's databases: how many migrations each has had, as in ``5.3.2``."""
    return ".".join(str(len(_applied(folder / file))) for file in SETS)


def back_up_before(folder: Path) -> Path | None:
    """Make the backup if a database is to be changed; gives it. Raises TooNew, NothingToCopy or OSError."""
    applied = {file: _applied(folder / file) for file in SETS}
    for file, names in applied.items():
        unknown = names - _known(file)
        if unknown:
            raise TooNew(
                f"{folder / file} was changed by a later version of this program ({min(unknown)}): install"
                " that one, or restore the backup that it made before."
            )
    if not all(applied.values()) or all(names == _known(file) for file, names in applied.items()):
        return None
    before = folder / f"before-upgrade-from-{schema(folder)}.novbe"
    if not before.exists():  # an earlier start was cut off after it: what it kept is how it was
        backup.make(folder, before)
        structlog.get_logger().info("upgrading", backup=str(before))
    return before


def _known(file: str) -> set[str]:
    with closing(sqlite3.connect(":memory:")) as empty:
        return {one.name for one in SETS[file].pending(sqlite_utils.Database(empty))}


def _applied(path: Path) -> set[str]:
    if not path.exists():
        return set()
    with closing(looking(path)) as db:
        return {one.name for one in SETS[path.name].applied(sqlite_utils.Database(db))}
