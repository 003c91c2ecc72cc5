"""Opening a hall's folder for the one server that runs it: databases, state, clock, engine."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from protocol.hall import Hall
from server import duty, log
from server.access import Access
from server.clock import Clock, DrivenClock, WallClock
from server.engine import Engine, Store
from server.log import Reader, Writer
from server.merkle import Frontier
from server.private import Private
from server.register import Register
from server.sealing import Sealing
from server.snapshots import EVERY, LogBroken, Snapshots
from server.soundness import check_root, look, whole
from server.threads import Threads
from server.upgrading import back_up_before

SAFE_SQLITE = (3, 51, 3)
"""Before it, two connections that write to one WAL file may damage it; here only one ever writes."""

READERS = 8

SKIPPED_IDS = 1000
"""Ids of people and devices that a new epoch leaves out: more than anybody lets in between two backups."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A hall's folder, open: the parts that the server is made of."""

    engine: Engine
    access: Access
    private: Private
    replayed: int
    """Events folded at this start; the rest came from a snapshot."""
    folder: Path

    def begin(self, hall: Hall | None = None, digest: str = "") -> None:
        """Begin an epoch where one is owed, then let the hall run; raises what ``Engine.start`` raises."""
        owed = duty.read(self.folder).begin
        if owed is not None:
            self.access.change(Register.skip_ids, SKIPPED_IDS)
        self.engine.start(hall, digest, owed)
        if owed is not None:
            duty.change(self.folder, begin=None)

    def stop(self) -> None:
        """Finish what is on the list, and close all."""
        self.access.stop()
        self.engine.stop()
        self.engine.threads.stop()


def open_hall(folder: Path, *, driven: bool) -> Opened:
    """Bring the databases up to date, load the state and make the engine, not started yet.

    The folder must be this process's own (``owner.own``). Raises Damaged when a database is not what was
    written, sqlite3.DatabaseError when one cannot be read, TooNew when a later version changed one,
    NothingToCopy when it cannot be kept as it is.
    """
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        structlog.get_logger().warning(
            "old_sqlite",
            version=sqlite3.sqlite_version,
            advice="never write to hall.db while the server runs",
        )
    look(folder)
    back_up_before(folder)
    with _damage_told(folder):
        return _open(folder, driven=driven)


def _open(folder: Path, *, driven: bool) -> Opened:
    path, threads = folder / log.FILE, Threads(READERS)
    log.migrate(path)
    reader, private, access = Reader(path), Private(folder), Access(folder, threads)
    snapshots = Snapshots(folder, reader)
    standing, begun = snapshots.load()
    frontier: Frontier = standing.frontier
    check_root(reader, frontier)
    replayed = frontier.size - begun
    if replayed >= EVERY:
        snapshots.keep(standing)
    swept = private.sweep(reader.has_text)
    if swept:
        structlog.get_logger().info("texts_swept", texts=swept)
    store = Store(folder, Writer(path, frontier), reader, snapshots, private)
    last = standing.state.at
    clock: Clock = DrivenClock(last) if driven else WallClock(last)
    sealing = Sealing(access.visit_key, access.person_key, access.destroy_person_keys)
    keys = access.hall_keys(standing.state.key)
    engine = Engine(store, standing.state, clock, access.visit_key, keys, sealing, threads)
    return Opened(engine, access, private, replayed, folder)


@contextlib.contextmanager
def _damage_told(folder: Path) -> Iterator[None]:
    """Tell an event that was damaged (Damaged) from one that a later version wrote (LogBroken)."""
    try:
        yield
    except (LogBroken, msgspec.DecodeError, sqlite3.DatabaseError) as error:
        whole(folder)
        if isinstance(error, msgspec.DecodeError):
            raise LogBroken(str(error)) from error
        raise
