"""Power loss under SQLite: a file system that notes what it was told, and what a disk may have kept of it.

``Recording`` is a VFS of apsw. The files behind it are real; each write, cut and sync is noted as well. From
the notes ``crashed`` makes the files that the next start might find if the power had failed after any one of
them: what was synced stands; of everything later any part may have reached the disk, in any order, one write
torn at a sector of 512 bytes (the method of SQLite's own test6.c, sqlite.org/testing.html section 3.3).

Python's ``sqlite3`` cannot be given a VFS, so ``Connection`` takes its place, for the code under test
unchanged. apsw offers no shared memory: the connection locks the file for itself, as WAL then needs.
"""

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import apsw

SECTOR = 512


class Note(NamedTuple):
    """One thing that was asked of the disk; ``at`` is an offset, or the size of a file that was cut."""

    kind: Literal["write", "truncate", "sync", "delete", "told"]
    file: str
    at: int = 0
    data: bytes = b""


class Recording(apsw.VFS):
    """The system's own files, with notes; ``trouble`` is asked before each of them and may raise."""

    def __init__(self, name: str, trouble: Callable[[], None] | None = None) -> None:
        """Register as ``name``, until ``unregister``."""
        self.name, self.notes, self.trouble = name, list[Note](), trouble
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "RecordingFile":  # noqa: N802 - SQLite's own name
        """Open a file that is noted."""
        return RecordingFile(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - SQLite's own name
        """Delete a file."""
        self.note(Note("delete", Path(filename).name))
        super().xDelete(filename, syncdir)

    def note(self, note: Note) -> None:
        """Keep a note, unless the disk fails at this."""
        if self.trouble:
            self.trouble()
        self.notes.append(note)

    def told(self, seq: int) -> None:
        """Note that a client was told of the event ``seq``."""
        self.notes.append(Note("told", "", seq))


class RecordingFile(apsw.VFSFile):
    """A real file whose changes are noted."""

    def __init__(self, vfs: Recording, name: Any, flags: list[int]) -> None:
        """Open it."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._vfs, self._name = vfs, Path(path).name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's own name
        """Write."""
        self._vfs.note(Note("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's own name
        """Cut."""
        self._vfs.note(Note("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's own name
        """Bring all that was written to the disk."""
        self._vfs.note(Note("sync", self._name))
        super().xSync(flags)


class Connection:
    """What ``server.log.Writer`` uses of ``sqlite3.Connection``, on a VFS of apsw."""

    def __init__(self, path: Path, vfs: str, synchronous: str) -> None:
        """Open; ``synchronous`` overrules what the code under test asks for."""
        self._synchronous = synchronous
        try:
            self._db = apsw.Connection(str(path), vfs=vfs)
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error

    def execute(self, query: str, values: Sequence[Any] = ()) -> apsw.Cursor:
        """Run one statement."""
        if "synchronous" in query:
            query = f"PRAGMA synchronous = {self._synchronous}"
        try:
            return self._db.execute(query, values)
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error

    def executemany(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        try:
            self._db.executemany(query, rows)
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error

    def close(self) -> None:
        """Close."""
        try:
            self._db.close()
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error


@dataclass
class Disk:
    """A file as the disk has it: what was synced, and what came after and may be there or not."""

    synced: bytearray = field(default_factory=bytearray)
    later: list[Note] = field(default_factory=list)

    def sync(self) -> None:
        """Bring everything to the disk."""
        for note in self.later:
            apply(note, self.synced)
        self.later.clear()

    def found(self, draw: random.Random, kept: float) -> bytes:
        """Give what a start might find: each change since the sync with the chance ``kept``, one torn."""
        content = bytearray(self.synced)
        torn = draw.randrange(len(self.later)) if self.later else -1
        for number, note in enumerate(self.later):
            if draw.random() < kept:
                apply(torn_at_a_sector(note, draw) if number == torn else note, content)
        return bytes(content)


def apply(note: Note, content: bytearray) -> None:
    """Change a file's content as a note says."""
    if note.kind == "truncate":
        del content[note.at :]
    elif note.kind == "write":
        content.extend(bytes(max(0, note.at - len(content))))
        content[note.at : note.at + len(note.data)] = note.data


def torn_at_a_sector(note: Note, draw: random.Random) -> Note:
    """Give the part of a write that reached the disk before the power failed."""
    return note._replace(data=note.data[: draw.randrange(0, len(note.data) + 1, SECTOR)])


class Cut(NamedTuple):
    """A moment at which the power failed: how many notes there were, and what clients had been told."""

    notes: int
    told: int
    disks: dict[str, Disk]


def cuts(notes: Iterable[Note], begun: dict[str, bytes]) -> Iterator[Cut]:
    """Cut the power after each note in turn, on a disk that began with these files."""
    disks, told = {name: Disk(bytearray(content)) for name, content in begun.items()}, 0
    for number, note in enumerate(notes, 1):
        disk = disks.setdefault(note.file, Disk()) if note.file else Disk()
        if note.kind == "sync":
            disk.sync()
        elif note.kind == "told":
            told = note.at
        elif note.kind == "delete":
            # A directory is synced by SQLite as well; what a deleted WAL held stands in the database by then.
            del disks[note.file]
        else:
            disk.later.append(note)
        yield Cut(number, told, disks)


def crashed(cut: Cut, folder: Path, draw: random.Random, kept: float) -> None:
    """Write the files that a start after this cut might find."""
    for name, disk in cut.disks.items():
        (folder / name).write_bytes(disk.found(draw, kept))
