"""``novbe-server backup``: one file with all of a hall, made beside the server while it works.

The log is copied first: every text and every person that it points to was there before, so what is copied
after it holds them all.
"""

import os
import sqlite3
import sys
import tempfile
import zipfile
from hashlib import file_digest
from pathlib import Path

import msgspec

from protocol import wire
from protocol.words import SECOND, Micros
from server import copies, log, private, register
from server.clock import WallClock
from server.log import Reader

MANIFEST = "manifest.json"
FILES = (log.FILE, private.FILE, register.FILE)
FORMAT = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds: the hall, up to which event, the root of its log there, each file's SHA-256."""

    format: int
    hall: str
    epoch: str
    seq: int
    at: Micros
    root: str
    made_at: Micros
    files: dict[str, str]


class NothingToCopy(Exception):  # noqa: N818 - a refusal of the command line, in one sentence
    """There is no hall in the folder, or no room for a copy of it; the sentence says what to do."""


def backup(folder: Path, file: Path) -> int:
    """Make a backup and say what is in it; gives the exit status."""
    try:
        manifest = make(folder, file)
    except NothingToCopy as reason:
        print(reason, file=sys.stderr)
        return 1
    size = file.stat().st_size
    print(
        f"{file} holds the hall “{manifest.hall}” up to event {manifest.seq} ({size / 1e6:.1f} MB);"
        f" its root is {manifest.root}."
    )
    print("The hall's keys are in it: keep it where only those come who may open the server.")
    return 0


def make(folder: Path, file: Path) -> Manifest:
    """Write the backup, whole or not at all, for its owner alone to read; raises NothingToCopy or OSError."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise NothingToCopy(f"There is no hall in {folder} ({missing[0]} is missing): check its name.")
    if file.exists():
        raise NothingToCopy(f"{file} is there already: choose another name, a backup replaces nothing.")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.resolve().parent) as name:
        place = Path(name)
        made_at = WallClock().now()
        copies.copy_log(folder / log.FILE, place / log.FILE)
        for beside in (private.FILE, register.FILE):
            copies.copy_beside(folder / beside, place / beside)
        manifest = _manifest(place, made_at)
        _pack(place, manifest, place / "whole")
        (place / "whole").replace(file)
    return manifest


def digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def epoch_of(db: Path) -> str:
    """Give the name of the epoch in which a log stands."""
    reader = Reader(db)
    try:
        return reader.last_epoch() or reader.epoch()
    finally:
        reader.close()


def _manifest(place: Path, made_at: Micros) -> Manifest:
    reader = Reader(place / log.FILE)
    try:
        seq, at = reader.end()
        hall, root = reader.hall(), reader.root(seq)
    except sqlite3.DatabaseError as error:
        raise NothingToCopy(f"The log cannot be read ({error}): restore an earlier backup.") from error
    finally:
        reader.close()
    return Manifest(
        format=FORMAT,
        hall=hall.hall.id if hall else "",
        epoch=epoch_of(place / log.FILE),
        seq=seq,
        at=at,
        root=root.hex() if root else "",
        made_at=made_at,
        files={name: digest(place / name) for name in FILES},
    )


def _pack(place: Path, manifest: Manifest, file: Path) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, wire.encode(manifest))
            for name in FILES:
                archive.write(place / name, name)
        raw.flush()
        os.fsync(raw.fileno())


def age_seconds(manifest: Manifest) -> int:
    """Give how long ago a backup was made."""
    return max(0, WallClock().now() - manifest.made_at) // SECOND
