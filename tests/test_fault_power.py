"""The power fails, or the disk refuses, at every single thing that a script asks of the disk."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
import pytest

from bench.morning import SYSTEM, a_hall, issue_some, new_id, serve
from protocol.commands import CallNext, OpenDesk
from protocol.events import TicketCalled, TicketIssued
from server import log
from server.log import CommitFailed, Reader, Writer
from server.merkle import Frontier
from server.working import Working
from tests.faults.power import Connection, Note, Recording, crashed, cuts

TICKETS = 50
CHECKPOINT_PAGES = 60
"""So that the script has several checkpoints; SQLite's own measure is 1,000."""
KEPT = (0.0, 0.5, 1.0)
"""The chance that something not yet synced is on the disk all the same."""


@contextmanager
def on_such_a_disk(
    monkeypatch: pytest.MonkeyPatch, synchronous: str, trouble: Callable[[], None] | None = None
) -> Iterator[Recording]:
    """Let the log's writer work on a disk that takes notes."""
    vfs = Recording(f"recording-{synchronous}", trouble)

    def connect(path: Path, **_: Any) -> Connection:
        connection = Connection(path, vfs.name, synchronous)
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", connect)
        yield vfs
    vfs.unregister()


def steps(working: Working, tickets: int) -> Iterator[None]:
    """Play a script: every third visitor is called and served; a step is what one client is answered for."""
    working.decide(OpenDesk(id=new_id(), desk="1"), SYSTEM)
    yield
    for number in range(tickets):
        issue_some(working, 1)
        yield
        if number % 3 == 0:
            (called,) = working.decide(CallNext(id=new_id(), desk="1"), SYSTEM)
            yield
            assert isinstance(called, TicketCalled)
            serve(working, "1", called.ticket)
            yield


def play(path: Path, vfs: Recording, tickets: int) -> None:
    """Play the script, one commit a step, telling the client after each."""
    writer, working = Writer(path, Frontier()), a_hall()
    writer.open()
    for _ in steps(working, tickets):
        batch = working.take_batch()
        writer.append(batch)
        vfs.told(batch[-1].seq)
    writer.close()


def found(folder: Path) -> int:
    """Give the last seq of a log that stands whole: dense, every root right, every page in its place."""
    with closing(sqlite3.connect(folder / log.FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute("SELECT seq, body FROM events ORDER BY seq").fetchall()
        roots = dict(db.execute("SELECT seq, root FROM roots"))
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    tree = Frontier()
    for seq, body in rows:
        tree.add(body.encode())
        assert roots.pop(seq, tree.root()) == tree.root()
    assert roots == {}, "no root without its events"
    return len(rows)


def begun(folder: Path) -> dict[str, bytes]:
    """Make an empty log in a folder; gives its files."""
    log.migrate(folder / log.FILE)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def losses(notes: list[Note], files: dict[str, bytes], folder: Path) -> tuple[int, int]:
    """Cut the power everywhere; gives how many cuts there were, and after how many an answer was lost."""
    draw, number, lost = random.Random(1), 0, 0  # noqa: S311 - the same cuts each time
    for cut in cuts(notes, files):
        for kept in KEPT:
            for path in folder.iterdir():
                path.unlink()
            crashed(cut, folder, draw, kept)
            number += 1
            lost += found(folder) < cut.told
    return number, lost


@pytest.mark.fault(number="T4")
@pytest.mark.slow
@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_the_power_fails_at_every_point_of_a_script(
    synchronous: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, record_property: Any, *, long: bool
) -> None:
    """Nothing that a client was told is lost; with NORMAL something is, so that this test can fail."""
    (tmp_path / "played").mkdir()
    (tmp_path / "found").mkdir()
    files = begun(tmp_path / "played")
    with on_such_a_disk(monkeypatch, synchronous) as vfs:
        play(tmp_path / "played" / log.FILE, vfs, TICKETS if long else TICKETS // 5)
    assert sum(note.kind == "delete" for note in vfs.notes) == 1, "closed cleanly"
    number, lost = losses(vfs.notes, files, tmp_path / "found")
    record_property(f"cuts, {synchronous}", number)
    record_property(f"answers lost, {synchronous}", lost)
    assert (lost > 0) == (synchronous == "NORMAL")


class Trouble:
    """A disk that refuses the Nth thing it is asked, once."""

    def __init__(self, at: int) -> None:
        """Refuse the thing number ``at``, counted from 0."""
        self.at, self.asked = at, 0

    def __call__(self) -> None:
        """Be asked."""
        self.asked += 1
        if self.asked == self.at + 1:
            raise apsw.IOError


@pytest.mark.fault(number="T6")
def test_the_disk_refuses_once_at_every_point(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, record_property: Any
) -> None:
    """What was acknowledged is there; what was not is asked of the log and done again, and never twice."""
    at, failures, empty = 0, 0, begun(tmp_path)
    while True:
        folder, trouble = tmp_path / str(at), Trouble(at)
        folder.mkdir()
        for name, content in empty.items():
            (folder / name).write_bytes(content)
        with on_such_a_disk(monkeypatch, "FULL", trouble) as vfs:
            failures += stubborn(folder / log.FILE, vfs)
        numbers = issued(folder)
        assert numbers == sorted(set(numbers))
        assert len(numbers) == 4
        if trouble.asked <= at:
            break
        at += 1
    assert failures > 10, "a disk that refuses was noticed"
    record_property("points at which the disk refused", at)
    record_property("acknowledged and lost", 0)


def stubborn(path: Path, vfs: Recording) -> int:
    """Play the script with a writer that opens the log again after a failure, as ``Commits`` does."""
    writer, working, failures = Writer(path, Frontier()), a_hall(), 0
    for _ in steps(working, 4):
        batch = working.take_batch()
        is_there = False
        while not is_there:
            try:
                writer.append(batch)
                is_there = True
            except CommitFailed:
                failures += writer._db is not None
                with suppress(CommitFailed):
                    is_there = writer.open() == batch[-1].seq
        vfs.told(batch[-1].seq)
    writer.close()
    return failures


def issued(folder: Path) -> list[str]:
    """Give the numbers that the log issued, in order of their command."""
    found(folder)
    reader = Reader(folder / log.FILE)
    events = reader.events(0, reader.end()[0])
    reader.close()
    return sorted(event.ticket for event in events if isinstance(event, TicketIssued))
