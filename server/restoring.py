"""``novbe-server restore``: a hall from a backup, into a folder that has none.

All is checked before anything is put in place, and the log comes last: half a restore is no hall.
"""

import os
import shutil
import sqlite3
import sys
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import msgspec

from server import duty, end, log
from server.backup import FILES, FORMAT, MANIFEST, Manifest, age_seconds, digest
from server.duty import Begin
from server.log import Reader
from server.merkle import Frontier
from server.owner import own
from server.snapshots import FOLDER as SNAPSHOTS
from server.soundness import BESIDE

UNFINISHED = "restoring"


class CannotRestore(Exception):  # noqa: N818 - a refusal of the command line, in one sentence
    """Nothing was restored; the sentence says what to do."""


def restore(file: Path, folder: Path) -> int:
    """Restore and say what to do next; gives the exit status."""
    try:
        manifest = unpack(file, folder)
    except CannotRestore as reason:
        print(reason, file=sys.stderr)
        return 1
    print(
        f"The hall “{manifest.hall}” stands in {folder} as it was {age_seconds(manifest)} s ago, at event"
        f" {manifest.seq}; the log fits its root."
    )
    print(
        "Tickets, passwords and revocations since then are lost: revoke again what was revoked. At its next"
        " start a new epoch begins, and the numbers jump ahead, so that none is given twice."
    )
    return 0


def unpack(file: Path, folder: Path) -> Manifest:
    """Check a backup and put it in place, an epoch to be begun with it; raises CannotRestore."""
    lock = own(folder)
    try:
        return _unpack(file, folder)
    finally:
        os.close(lock)


def _unpack(file: Path, folder: Path) -> Manifest:
    if (folder / UNFINISHED).exists():
        _clear(folder)
    # Where a damaged hall was put aside, another one is waited for.
    said = duty.read(folder)
    kept = () if said.damaged else (duty.FILE,)
    # What was left of a hall would be taken for a part of this one: a write-ahead log, how far it reached.
    left = (f"{name}{more}" for name in FILES for more in ("", *BESIDE))
    taken = [name for name in (*left, *kept, SNAPSHOTS, end.FILE) if (folder / name).exists()]
    if taken:
        raise CannotRestore(
            f"{folder} has {taken[0]} already: choose a folder without a hall, or move it away first."
        )
    place = folder / UNFINISHED
    place.mkdir(mode=0o700)
    try:
        manifest = _checked(file, place)
    except CannotRestore:
        _clear(folder)
        raise
    begin = Begin(cause="restored", since=manifest.made_at)
    # The word of the damage goes last: a restore that is cut off, or cannot be, lets no new hall begin here.
    duty.write(folder, msgspec.structs.replace(said, begin=begin))
    for name in reversed(FILES):
        (place / name).chmod(0o600 if name != log.FILE else 0o644)
        (place / name).replace(folder / name)
    duty.change(folder, damaged="")
    place.rmdir()
    return manifest


def _clear(folder: Path) -> None:
    """Take away what a restore that was cut off left, and its mark last."""
    waited_for = () if duty.read(folder).damaged else (duty.FILE,)
    for name in (*FILES, *waited_for):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / UNFINISHED)


def _checked(file: Path, place: Path) -> Manifest:
    """Unpack a backup and prove it: each file's digest, each database, the log against its root."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
            if manifest.format != FORMAT:
                raise CannotRestore(f"{file} is of a later version of this program: install that one.")
            for name in FILES:
                archive.extract(name, place)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, msgspec.DecodeError) as error:
        raise CannotRestore(f"{file} is no whole backup ({error}): take another one.") from error
    changed = [name for name in FILES if digest(place / name) != manifest.files.get(name)]
    if changed:
        raise CannotRestore(f"{changed[0]} in {file} was changed after it was made: take another backup.")
    for name in FILES:
        _check_database(place / name, file)
    _check_root(place / log.FILE, manifest, file)
    return manifest


def _check_database(path: Path, file: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as db:
            (said,) = db.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise CannotRestore(f"{path.name} in {file} is damaged ({said}): take another backup.")


def _check_root(path: Path, manifest: Manifest, file: Path) -> None:
    reader, tree = Reader(path), Frontier()
    try:
        for body in reader.walk(0, manifest.seq):
            tree.add(body.encode())
        fits = tree.size == reader.end()[0] == manifest.seq and tree.root().hex() == manifest.root
    finally:
        reader.close()
    if manifest.seq and not fits:
        raise CannotRestore(f"The log in {file} does not fit its root: take another backup, keep this one.")
