"""When something fails: a full disk, a lost answer, a broken rule, a clock that is set; nothing is lost."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol.commands import Command, ReportDevice
from protocol.events import HALL as HALL_ITSELF
from protocol.events import ClockChanged, DeviceReported, Event
from protocol.words import SECOND
from server import log, turns, working
from server.clock import WallClock
from server.domain.decide import decide
from server.domain.refusals import Overloaded, ReadOnly
from server.domain.state import HallState, to_snapshot
from server.engine import Answer, Engine
from server.log import Reader
from server.opening import Opened
from server.owner import FolderInUse, own
from tests.engines import KIOSK, SYSTEM, new_id, numbers, running, ticket, together, until


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Opened]:
    """Give a hall that runs by the wall clock."""
    with running(tmp_path) as opened:
        yield opened


@pytest.fixture
def engine(hall: Opened) -> Engine:
    """Give the running hall's engine."""
    return hall.engine


@contextlib.contextmanager
def full_disk(engine: Engine) -> Iterator[None]:
    """Let SQLite itself find no room: the database may not grow by a page."""
    writer = engine._store.writer
    threads = engine._commits._thread

    def limit(pages: str) -> None:
        assert writer._db is not None
        writer._db.execute(f"PRAGMA max_page_count = {pages}")

    threads.run(limit, "1")
    yield
    # A reopened connection has no limit of its own: the room is there again.
    if writer._db is not None:
        threads.run(limit, "1000000")


@pytest.mark.fault(number="T5")
def test_a_full_disk_makes_the_hall_read_only(engine: Engine, tmp_path: Path) -> None:
    """What cannot be committed is answered read_only and never happened; with room the hall goes on."""
    alarms: list[bool] = []
    engine.on_read_only(alarms.append)
    engine.submit(ticket(), SYSTEM)
    before = engine.seq
    with full_disk(engine):
        many = [ticket(f"command-too-many-{number}") for number in range(200)]
        assert {type(answer) for answer in engine.submit_many(many, SYSTEM)} == {ReadOnly}
        assert (engine.seq, engine.is_read_only, alarms) == (before, True, [True])
        with pytest.raises(ReadOnly):
            engine.submit(ticket(), SYSTEM)
    until(lambda: not engine.is_read_only)
    assert numbers(engine.submit(many[0], SYSTEM).events) == ["A002"]
    assert alarms == [True, False]
    assert [row.seq for row in Reader(tmp_path / log.FILE).rows()] == list(range(1, engine.seq + 1))


def test_a_batch_whose_commit_was_lost_sight_of_counts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that fails after it reached the disk is found there: answered, and never done twice."""
    writer = engine._store.writer
    append = writer.append

    def append_and_fail(events: list[Event]) -> None:
        append(events)
        monkeypatch.undo()
        raise log.CommitFailed("the answer of the disk was lost")

    monkeypatch.setattr(writer, "append", append_and_fail)
    first = engine.submit(ticket("tapped-1"), SYSTEM)
    assert numbers(first.events) == ["A001"]
    until(lambda: not engine.is_read_only)
    assert engine.submit(ticket("tapped-1"), SYSTEM) == first
    assert numbers(engine.submit(ticket(), SYSTEM).events) == ["A002"]


def test_a_listener_that_fails_stops_nobody(engine: Engine) -> None:
    """One listener's fault keeps the events neither from the others nor from the asker."""

    def broken(_: list[Event]) -> None:
        raise RuntimeError

    told: list[Event] = []
    engine.subscribe(broken)
    engine.subscribe(told.extend)
    assert engine.submit(ticket(), SYSTEM).events
    assert numbers(told) == ["A001"]


def test_a_rule_that_breaks_half_way_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is raised to its asker alone; what it had begun is undone, and the batch goes on."""

    def broken(state: HallState, command: Command, *more: Any) -> Iterator[Event]:
        yield from decide(state, command, *more)
        if command.id == "of-the-devil":
            raise ZeroDivisionError

    monkeypatch.setattr(working, "decide", broken)

    def ask_the_broken() -> None:
        with pytest.raises(ZeroDivisionError):
            engine.submit(ticket("of-the-devil"), SYSTEM)

    first, _, last = together(
        lambda: engine.submit(ticket(), SYSTEM), ask_the_broken, lambda: engine.submit(ticket(), SYSTEM)
    )
    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert [numbers(answer.events) for answer in (first, last)] == [["A001"], ["A002"]]
    assert to_snapshot(engine.published) == to_snapshot(engine._turns.working.state)


@pytest.mark.fault(number="T7")
def test_a_step_of_the_wall_clock_is_an_event(hall: Opened) -> None:
    """When somebody sets the machine's clock, the log says by how much, and time goes on as before."""
    set_by = [0]
    clock = WallClock(wall=lambda: time.time_ns() + set_by[0])
    hall.engine._turns.working.clock = clock
    set_by[0] = 3600 * 10**9
    until(lambda: isinstance(hall.engine.events(hall.engine.seq - 1, 1)[0], ClockChanged))
    (event,) = hall.engine.events(hall.engine.seq - 1, 1)
    assert isinstance(event, ClockChanged)
    assert 3599 <= event.step_seconds <= 3601
    assert (event.command, event.actor) == (None, HALL_ITSELF)
    assert hall.engine.submit(ticket(), SYSTEM).events[0].at - event.at < 60 * SECOND


def test_free_text_stays_out_of_the_log(hall: Opened) -> None:
    """A device's words are kept apart under an id, once for a retried command, and can be erased."""
    report = ReportDevice(
        id=new_id(), device="printer-1", kind="printer", state="jam", detail="A card of Aygün"
    )
    (event,) = hall.engine.submit(report, KIOSK).events
    assert hall.engine.submit(report, KIOSK).events == [event]
    assert isinstance(event, DeviceReported)
    assert isinstance(event.detail, str)
    assert "Ayg" not in "".join(hall.engine.bodies(0, 100))
    assert hall.private.text(event.detail) == "A card of Aygün"
    assert hall.private.sweep(lambda _: True) == 0
    with hall.private._open() as db:
        assert db.table("texts").count == 1
    hall.private.erase(event.detail)
    assert hall.private.text(event.detail) is None
    assert b"Ayg" not in hall.private.path.read_bytes()


def test_a_text_without_event_is_swept(tmp_path: Path) -> None:
    """A text whose event never came is gone after the next start; one with an event stays."""
    with running(tmp_path) as opened:
        orphan = opened.private.put("of a command that was never decided")
        report = ReportDevice(id=new_id(), device="printer-1", kind="printer", state="jam", detail="kept")
        (event,) = opened.engine.submit(report, KIOSK).events
    with running(tmp_path) as opened:
        assert opened.private.text(orphan) is None
        assert isinstance(event, DeviceReported)
        assert opened.private.text(str(event.detail)) == "kept"


def test_a_full_list_is_said_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the bound the server is overloaded: nothing is decided, and a retry of the same id later acts."""
    monkeypatch.setattr(turns, "MOST_WAITING", 3)
    commands = [ticket(f"command-in-a-row-{number}") for number in range(4)]
    assert [type(answer) for answer in engine.submit_many(commands, SYSTEM)] == [Overloaded] * 4
    assert not engine.published.tickets
    assert numbers(engine.submit(commands[3], SYSTEM).events) == ["A001"]


def test_a_stopped_hall_is_one_file(tmp_path: Path) -> None:
    """After a clean stop the log is one whole file, and a late command is turned away."""
    with running(tmp_path) as opened:
        opened.engine.submit(ticket(), SYSTEM)
    assert not list(tmp_path.glob("hall.db-*"))
    with pytest.raises(Overloaded):
        opened.engine.submit(ticket(), SYSTEM)


def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    """A second owner is refused in a sentence that says what to do."""
    own(tmp_path)
    with pytest.raises(FolderInUse, match="stop it first"):
        own(tmp_path)
