"""Heads of the log are signed: in time, after so many events, at closing; by a key that the log knows."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol import wire
from protocol.words import HOUR, MINUTE, SECOND
from server import duty, log
from server.domain import heads
from server.duty import Duty
from server.engine import Engine
from server.hall_key import is_signed, name_of
from server.log import Reader
from server.merkle import Frontier
from server.register import Register
from server.verify import verify
from tests.engines import HALL, NOON, SYSTEM, new_id, running, ticket
from tests.hall_process import ROOT

MOST = 300
BY_HOURS = msgspec.structs.replace(
    HALL,
    hall=msgspec.structs.replace(
        HALL.hall, round_the_clock=False, hours={"sat": ["09:00-18:00"], "mon": ["09:00-18:00"]}
    ),
)
"""Open on Saturday the 21st, closed on the Sunday after."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Run a hall on a driven clock, which has issued its first ticket."""
    with running(tmp_path, HALL, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON), SYSTEM)
        yield opened.engine


def log_of(engine: Engine) -> list[e.Event]:
    """Give the whole log."""
    return engine.events(0, 100_000)


def signed(events: list[e.Event]) -> list[e.HeadSigned]:
    """Give the heads among events."""
    return [event for event in events if isinstance(event, e.HeadSigned)]


def pass_to(engine: Engine, at: int) -> None:
    """Let time pass."""
    engine.submit(c.AdvanceClock(id=new_id(), at=at), SYSTEM)


def hold(events: list[e.Event]) -> None:
    """Assert that each head covers what stands before it, by a key that was announced before."""
    tree, keys = Frontier(), {}
    for event in events:
        if isinstance(event, e.KeyAnnounced):
            assert event.key == name_of(event.public)
            keys[event.key] = event.public
        if isinstance(event, e.HeadSigned):
            assert (event.size, event.root) == (event.seq - 1, tree.root().hex())
            assert is_signed(keys[event.key], heads.statement(event), event.signature)
            assert not is_signed(keys[event.key], heads.statement(event), event.signature[2:] + "00")
        tree.add(wire.encode(event))


def test_a_head_covers_every_event_within_five_minutes(engine: Engine) -> None:
    """At its own time, however far the clock goes on; and an idle hall signs nothing more."""
    assert signed(log_of(engine)) == []
    pass_to(engine, NOON + 5 * MINUTE - SECOND)
    assert signed(log_of(engine)) == []
    pass_to(engine, NOON + 3 * HOUR)
    (head,) = signed(log_of(engine))
    assert head.at == NOON + 5 * MINUTE
    engine.submit(ticket(at=NOON + 4 * HOUR), SYSTEM)
    pass_to(engine, NOON + 5 * HOUR)
    events = log_of(engine)
    assert [head.at for head in signed(events)] == [NOON + 5 * MINUTE, NOON + 4 * HOUR + 5 * MINUTE]
    assert isinstance(events[-1], e.HeadSigned)
    hold(events)


def test_a_head_is_signed_after_a_hundred_events(engine: Engine) -> None:
    """Also within one commit, between two commands; their answers hold their own events alone."""
    answers = engine.submit_many([ticket() for _ in range(MOST)], SYSTEM)
    events = log_of(engine)
    found = signed(events)
    assert [head.at for head in found] == [NOON] * 3
    assert [head.seq for head in found] == [found[0].seq, found[0].seq + 101, found[0].seq + 202]
    assert all(isinstance(event, e.TicketIssued) for told in answers for event in told.events)  # type: ignore[union-attr]
    hold(events)


def test_a_head_is_signed_at_closing(tmp_path: Path) -> None:
    """Right after the day closed and whoever waited has expired, by the hours and by command."""
    with running(tmp_path, BY_HOURS, driven=True) as opened:
        engine = opened.engine
        engine.submit(ticket(at=NOON), SYSTEM)
        pass_to(engine, NOON + 24 * HOUR)
        events = log_of(engine)
        (closed,) = [event for event in events if isinstance(event, e.DayClosed)]
        last = events[-1]
        assert isinstance(last, e.HeadSigned)
        assert last.at == closed.at
        assert isinstance(events[-2], e.TicketExpired)
        engine.submit(c.OpenDay(id=new_id()), SYSTEM)
        engine.submit(c.CloseDay(id=new_id()), SYSTEM)
        assert isinstance(log_of(engine)[-1], e.HeadSigned)
        hold(log_of(engine))


def test_the_key_is_the_folders_own_and_told_once(tmp_path: Path) -> None:
    """It is made at the first start, in ``access.db``; a restart signs by it without a word."""
    with running(tmp_path, HALL, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON), SYSTEM)
        pass_to(opened.engine, NOON + HOUR)
    with running(tmp_path, HALL, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON + 2 * HOUR), SYSTEM)
        pass_to(opened.engine, NOON + 3 * HOUR)
        events = log_of(opened.engine)
        assert opened.engine.published.head == signed(events)[-1]
    (key,) = [event for event in events if isinstance(event, e.KeyAnnounced)]
    assert key.public == Register(tmp_path).hall_keys()[0].public
    assert (key.replaces, key.endorsed) == (msgspec.UNSET, msgspec.UNSET)
    assert len(signed(events)) == 2
    hold(events)


def test_the_key_before_stands_for_a_new_one(tmp_path: Path) -> None:
    """However often another was drawn meanwhile; then it is destroyed."""
    with running(tmp_path, HALL, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON), SYSTEM)
        pass_to(opened.engine, NOON + HOUR)
    register = Register(tmp_path)
    register.renew_hall_key()
    register.renew_hall_key()
    with running(tmp_path, HALL, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON + 2 * HOUR), SYSTEM)
        pass_to(opened.engine, NOON + 3 * HOUR)
        events = log_of(opened.engine)
    first, second = (event for event in events if isinstance(event, e.KeyAnnounced))
    assert second.replaces == first.key
    assert isinstance(second.endorsed, str)
    assert is_signed(first.public, heads.endorsement(second), second.endorsed)
    hold(events)
    assert verify(tmp_path, None) == 0
    kept = tmp_path / "kept.jsonl"
    kept.write_text(command_line("heads", "--data", str(tmp_path)).stdout)
    alone = [sys.executable, str(ROOT / "visitor/web/verify.py"), "log", str(tmp_path / log.FILE)]
    subprocess.run(
        [*alone, "--heads", str(kept), "--heads", str(kept)], check=True, stdout=subprocess.DEVNULL
    )
    assert register.hall_keys()[1] is not None
    with running(tmp_path, HALL, driven=True):
        assert register.hall_keys()[1] is None


def test_heads_stand_whatever_became_of_a_batch(engine: Engine) -> None:
    """A rule that fails half way leaves no head of what never was."""
    working = engine._turns.working
    engine.submit_many([ticket() for _ in range(150)], SYSTEM)
    working.undo(engine.published.copy(), 0)
    engine.submit_many([ticket() for _ in range(150)], SYSTEM)
    hold(log_of(engine))


def test_heads_and_keys_are_found_by_their_index(tmp_path: Path) -> None:
    """A receipt tells the keys: the log is not walked through for them."""
    with running(tmp_path, HALL, driven=True) as opened:
        opened.engine.submit_many([ticket(at=NOON), *(ticket() for _ in range(MOST))], SYSTEM)
    asked: list[str] = []
    reader = Reader(tmp_path / log.FILE)
    reader._db().set_trace_callback(asked.append)
    assert len(reader.hall_keys()) == 1
    assert len(reader.heads(0, 10)) == 3
    reader._db().set_trace_callback(None)
    plans = [reader._db().execute(f"EXPLAIN QUERY PLAN {query}").fetchall()[0][3] for query in asked]
    assert ["INDEX heads" in plan for plan in plans] == [True, True], plans
    reader.close()


def command_line(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``novbe-server``."""
    command = [sys.executable, "-m", "server", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_heads_leave_the_hall_as_lines(tmp_path: Path) -> None:
    """Keys first; each head is what was signed, and its signature."""
    with running(tmp_path, HALL, driven=True) as opened:
        opened.engine.submit_many([ticket(at=NOON), *(ticket() for _ in range(MOST))], SYSTEM)
        found = signed(log_of(opened.engine))
    done = command_line("heads", "--data", str(tmp_path))
    key, *lines = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert (key["type"], len(lines)) == ("key", 3)
    assert [line["root"] for line in lines] == [head.root for head in found]
    unsigned = {name: value for name, value in lines[0].items() if name != "signature"}
    assert is_signed(key["public"], wire.encode(unsigned), lines[0]["signature"])
    since = command_line("heads", "--data", str(tmp_path), "--since", str(found[0].size))
    assert since.stdout.count('"type":"head"') == 2
    shown = command_line("key", "--data", str(tmp_path))
    assert shown.stdout == f"{key['key']}: {key['public']}\n"
    renewed = command_line("key", "--data", str(tmp_path), "--renew")
    assert renewed.stdout == command_line("key", "--data", str(tmp_path)).stdout != shown.stdout
    for said in (Duty(superseded="9-a-b"), Duty(follows="http://h:8000")):
        duty.write(tmp_path, said)
        refused = command_line("key", "--data", str(tmp_path), "--renew")
        assert (refused.returncode, "do this" in refused.stderr) == (1, True), "it would sign nothing"
    assert command_line("heads", "--data", str(tmp_path / "nowhere")).returncode == 1
    assert command_line("key", "--data", str(tmp_path / "nowhere")).returncode == 2
