"""The engine: decide, commit, publish, answer; a retry acts once."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import msgspec
import pytest

from protocol.commands import CallNext, Complete, OpenDesk, Serve
from protocol.events import Event, HeadSigned, KeyAnnounced, TicketCalled, TicketIssued
from protocol.hall import Limits
from server import log
from server.domain.refusals import IdReused, NobodyWaiting, Refusal, TooManyIssues
from server.domain.state import to_snapshot
from server.engine import Answer, Engine
from server.log import Reader
from server.opening import Opened
from tests.engines import (
    HALL,
    KIOSK,
    NOON,
    OTHER_KIOSK,
    SYSTEM,
    new_id,
    numbers,
    running,
    ticket,
    together,
    until,
)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Opened]:
    """Give a hall that runs by the wall clock."""
    with running(tmp_path) as opened:
        yield opened


@pytest.fixture
def engine(hall: Opened) -> Engine:
    """Give the running hall's engine."""
    return hall.engine


def test_an_answer_is_on_disk_and_published(engine: Engine, tmp_path: Path) -> None:
    """When a command is answered its event is committed, stamped, and part of the published state."""
    answer = engine.submit(ticket("first-one"), KIOSK)
    (event,) = answer.events
    assert isinstance(event, TicketIssued)
    assert (event.ticket, event.command, event.actor, event.seq) == ("A001", "first-one", KIOSK, answer.seq)
    assert engine.published.tickets["A001"].seq == engine.seq == answer.seq
    stored = Reader(tmp_path / log.FILE).events(answer.seq - 1, answer.seq)
    assert stored == [msgspec.structs.replace(event, token=msgspec.UNSET, receipt=msgspec.UNSET)]


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
    heads = sum(isinstance(event, HeadSigned | KeyAnnounced) for event in engine.events(0, 1000))
    assert sum(sizes) == 640 + heads
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
