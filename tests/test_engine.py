"""The engine: decide, commit, publish, answer; a retry acts once; a full disk loses nothing."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent  # type: ignore[import-untyped]
import msgspec
import pytest
from engines import HALL, KIOSK, NOON, OTHER_KIOSK, SYSTEM, new_id, running, ticket

from protocol.commands import CallNext, Command, Complete, OpenDesk, ReportDevice, Serve
from protocol.events import HALL as HALL_ITSELF
from protocol.events import ClockChanged, DeviceReported, Event, TicketCalled, TicketIssued
from protocol.hall import Limits
from protocol.words import SECOND
from server import log, turns, working
from server.clock import WallClock
from server.domain.decide import decide
from server.domain.refusals import IdReused, NobodyWaiting, Overloaded, ReadOnly, Refusal, TooManyIssues
from server.domain.state import HallState, to_snapshot
from server.engine import Answer, Engine
from server.log import Reader
from server.opening import Opened
from server.owner import FolderInUse, own


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Opened]:
    """Give a hall that runs by the wall clock."""
    with running(tmp_path) as opened:
        yield opened


@pytest.fixture
def engine(hall: Opened) -> Engine:
    """Give the running hall's engine."""
    return hall.engine


def together(*asks: Callable[[], object]) -> list[object]:
    """Let several askers ask at once, each in a greenlet, and give what each was told."""
    greenlets = [gevent.spawn(ask) for ask in asks]
    gevent.joinall(greenlets, timeout=20, raise_error=True)
    return [greenlet.value for greenlet in greenlets]


def until(claim: Callable[[], bool]) -> None:
    """Wait for a claim to become true."""
    with gevent.Timeout(20):
        while not claim():
            gevent.sleep(0.01)


def numbers(events: list[Event]) -> list[str]:
    """Give the numbers that were issued."""
    return [event.ticket for event in events if isinstance(event, TicketIssued)]


def test_an_answer_is_on_disk_and_published(engine: Engine, tmp_path: Path) -> None:
    """When a command is answered its event is committed, stamped, and part of the published state."""
    answer = engine.submit(ticket("first-one"), KIOSK)
    (event,) = answer.events
    assert isinstance(event, TicketIssued)
    assert (event.ticket, event.command, event.actor, event.seq) == ("A001", "first-one", KIOSK, answer.seq)
    assert engine.published.tickets["A001"].seq == engine.seq == answer.seq
    stored = Reader(tmp_path / log.FILE).events(answer.seq - 1, answer.seq)
    assert stored == [msgspec.structs.replace(event, token=msgspec.UNSET)]


def test_the_token_is_in_the_answer_alone(engine: Engine) -> None:
    """The visit's token comes with the issuer's answer, and is neither in the log nor told to anyone."""
    told: list[Event] = []
    engine.subscribe(told.extend)
    (event,) = engine.submit(ticket(), KIOSK).events
    assert isinstance(event, TicketIssued)
    assert isinstance(event.token, str)
    assert engine.check_visit(event.token) == (event.day, "A001")
    assert "token" not in engine.bodies(event.seq - 1, 1)[0]
    assert [one.token for one in told if isinstance(one, TicketIssued)] == [msgspec.UNSET]


def test_a_refusal_changes_nothing(engine: Engine) -> None:
    """A refused command is told why, leaves no event, and is decided anew when sent again."""
    engine.submit(OpenDesk(id=new_id(), desk="1"), SYSTEM)
    before = engine.seq
    call = CallNext(id=new_id(), desk="1")
    with pytest.raises(NobodyWaiting):
        engine.submit(call, SYSTEM)
    assert engine.seq == before
    engine.submit(ticket(), KIOSK)
    (called,) = engine.submit(call, SYSTEM).events
    assert isinstance(called, TicketCalled)


def test_commands_share_commits(engine: Engine) -> None:
    """What arrives while a commit runs is committed together: commits are far fewer than commands."""
    sizes: list[int] = []
    engine.observe(lambda events, _seconds: sizes.append(events))

    def ask() -> None:
        for _ in range(10):
            engine.submit(ticket(), SYSTEM)

    together(*[ask] * 64)
    assert sum(sizes) == 640
    assert max(sizes) > 10
    assert len(sizes) < 200


def test_a_slow_disk_stops_nobody_else(engine: Engine, tmp_path: Path) -> None:
    """While a commit waits for the disk commands line up; then one commit takes them all."""
    sizes: list[int] = []
    engine.observe(lambda events, _seconds: sizes.append(events))
    other = sqlite3.connect(tmp_path / log.FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    asks = [gevent.spawn(engine.submit, ticket(), SYSTEM)]
    until(lambda: engine._turns.working.state.seq > engine.seq)
    asks += [gevent.spawn(engine.submit, ticket(), SYSTEM) for _ in range(50)]
    until(lambda: engine.waiting_commands == 50)
    assert sizes == []
    other.execute("ROLLBACK")
    other.close()
    gevent.joinall(asks, timeout=20, raise_error=True)
    assert sizes == [1, 50]


def test_no_number_is_given_twice(engine: Engine) -> None:
    """Askers at the same moment get different numbers, dense from the first."""
    answers = together(*[lambda: engine.submit(ticket(), SYSTEM).events] * 50)
    given = sorted(number for events in answers for number in numbers(events))  # type: ignore[arg-type]
    assert given == [f"A{number:03}" for number in range(1, 51)]


def test_an_array_is_one_commit_and_each_stands_alone(engine: Engine) -> None:
    """An array is decided in order in one commit; a refused one does not touch the others."""
    sizes: list[int] = []
    engine.observe(lambda events, _seconds: sizes.append(events))
    answers = engine.submit_many([ticket(), CallNext(id=new_id(), desk="1"), ticket()], SYSTEM)
    assert [isinstance(answer, Refusal) for answer in answers] == [False, True, False]
    assert [numbers(answer.events) for answer in answers if isinstance(answer, Answer)] == [
        ["A001"],
        ["A002"],
    ]
    assert sizes == [2]


def test_the_same_id_acts_once(engine: Engine) -> None:
    """A retry is answered with the very same events, token included, whether at once or later."""
    again = [lambda: engine.submit(ticket("tapped-1"), KIOSK)] * 3
    answers = together(*again)
    assert answers[0] == answers[1] == answers[2] == engine.submit(ticket("tapped-1"), KIOSK)
    assert len(engine.published.tickets) == 1


def test_ids_are_the_senders_own(engine: Engine) -> None:
    """Another sender may use the same id for a command of its own."""
    first = engine.submit(ticket("tapped-1"), KIOSK)
    second = engine.submit(ticket("tapped-1"), OTHER_KIOSK)
    assert numbers(first.events) != numbers(second.events)


def test_an_id_means_one_command(engine: Engine) -> None:
    """The id of another type of command is refused, in the same batch and after it."""
    opening = OpenDesk(id="used-twice", desk="1")
    assert [type(answer) for answer in engine.submit_many([opening, ticket("used-twice")], SYSTEM)] == [
        Answer,
        IdReused,
    ]
    with pytest.raises(IdReused):
        engine.submit(ticket("used-twice"), SYSTEM)


def test_ids_survive_a_restart(tmp_path: Path) -> None:
    """After a restart a retry still gives the same events and token, and another command is still refused."""
    with running(tmp_path) as opened:
        first = opened.engine.submit(ticket("tapped-1"), SYSTEM)
        opened.engine.submit(OpenDesk(id=new_id(), desk="1"), SYSTEM)
        opened.engine.submit(CallNext(id=new_id(), desk="1"), SYSTEM)
        opened.engine.submit(Serve(id=new_id(), desk="1", ticket="A001"), SYSTEM)
        opened.engine.submit(ticket(), KIOSK)
        done = Complete(id="complete-1", desk="1", ticket="A001", outcome="served", call_next=True)
        completed = opened.engine.submit(done, SYSTEM)
        assert len(completed.events) == 2
    with running(tmp_path) as opened:
        assert opened.engine.submit(ticket("tapped-1"), SYSTEM) == first
        assert opened.engine.submit(done, SYSTEM) == completed
        with pytest.raises(IdReused):
            opened.engine.submit(OpenDesk(id="tapped-1", desk="2"), SYSTEM)


def test_a_restart_stands_where_the_hall_stood(tmp_path: Path) -> None:
    """State and epoch after a restart are those before it, by snapshot and by replay alike."""
    with running(tmp_path) as opened:
        opened.engine.submit_many([ticket() for _ in range(30)], SYSTEM)
        before, epoch = to_snapshot(opened.engine.published), opened.engine.epoch
    for _ in range(2):
        with running(tmp_path) as opened:
            assert to_snapshot(opened.engine.published) == before
            assert opened.engine.epoch == epoch
            assert opened.replayed in (0, before.seq)
        for kept in (tmp_path / "snapshots").iterdir():
            kept.unlink()


def test_a_kiosk_may_issue_so_many_a_minute(tmp_path: Path) -> None:
    """A kiosk is held to the hall's limit in hall time; another system has none."""
    hall = msgspec.structs.replace(HALL, limits=Limits(kiosk_issues_per_minute=60))
    with running(tmp_path, hall, driven=True) as opened:
        engine = opened.engine
        engine.submit(ticket(at=NOON), SYSTEM)
        for _ in range(60):
            engine.submit(ticket(), KIOSK)
        with pytest.raises(TooManyIssues) as refused:
            engine.submit(ticket(), KIOSK)
        assert refused.value.members == {"seconds": 60}
        engine.submit_many([ticket() for _ in range(100)], SYSTEM)
        engine.submit(ticket(at=NOON + 60_000_000), SYSTEM)
        assert engine.submit(ticket(), KIOSK)


def test_a_full_list_is_said_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the bound the server is overloaded: nothing is decided, and a retry of the same id later acts."""
    monkeypatch.setattr(turns, "MOST_WAITING", 3)
    commands = [ticket(f"command-in-a-row-{number}") for number in range(4)]
    assert [type(answer) for answer in engine.submit_many(commands, SYSTEM)] == [Overloaded] * 4
    assert not engine.published.tickets
    assert numbers(engine.submit(commands[3], SYSTEM).events) == ["A001"]


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
