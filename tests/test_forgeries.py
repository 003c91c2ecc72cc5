"""Who can write to the log and knows how it is sealed is found out all the same, by the command line."""

import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol import wire
from protocol.words import MINUTE
from server import log
from server.log import Reader
from server.merkle import Frontier
from tests.engines import HALL, NOON, SYSTEM, new_id, running, ticket
from tests.hall_process import ROOT

LEAD = e.Actor(kind="operator", id="op-1", role="lead")
MANAGER = e.Actor(kind="operator", id="op-2", role="manager")
JUMPS = 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder in which a lead called five times past others, two above the quota, and once in turn."""
    with running(tmp_path, HALL, driven=True) as opened:
        engine = opened.engine
        engine.submit(ticket(at=NOON), SYSTEM)
        engine.submit_many([ticket() for _ in range(JUMPS + 1)], SYSTEM)
        engine.submit(c.AdvanceClock(id=new_id(), at=NOON + MINUTE), SYSTEM)
        engine.submit(c.OpenDesk(id=new_id(), desk="2"), LEAD)
        for number in range(JUMPS + 2, 2, -1):
            call: dict[str, Any] = {"desk": "2", "ticket": f"A{number:03}"}
            engine.submit(c.CallTicket(id=new_id(), reason="emergency", **call), LEAD)
            engine.submit(c.Serve(id=new_id(), **call), LEAD)
            engine.submit(c.Complete(id=new_id(), outcome="served", **call), LEAD)
        engine.submit(c.CallNext(id=new_id(), desk="2"), LEAD)
    return tmp_path


def events(folder: Path) -> list[e.Event]:
    """Read the log."""
    reader = Reader(folder / log.FILE)
    try:
        return reader.events(0, reader.end()[0])
    finally:
        reader.close()


def write(folder: Path, changed: list[e.Event], *, seal: bool = True) -> None:
    """Write events in their places as somebody with the file would; with the roots made to fit."""
    with closing(sqlite3.connect(folder / log.FILE)) as db, db:
        for event in changed:
            row = (event.seq, event.day, event.at, e.kind_of(event), wire.encode(event).decode())
            db.execute("INSERT OR REPLACE INTO events (seq, day, at, type, body) VALUES (?, ?, ?, ?, ?)", row)
        if seal:
            _seal(db)


def _seal(db: sqlite3.Connection) -> None:
    kept = {seq for (seq,) in db.execute("SELECT seq FROM roots")}
    tree, rows = Frontier(), db.execute("SELECT seq, body FROM events ORDER BY seq").fetchall()
    for seq, body in rows:
        tree.add(body.encode())
        if seq in kept or seq == rows[-1][0]:
            db.execute("INSERT OR REPLACE INTO roots (seq, root) VALUES (?, ?)", (seq, tree.root()))


def verify(folder: Path) -> tuple[int, str]:
    """Run the command line; gives the exit status and what it said."""
    command = [sys.executable, "-m", "server", "verify", "--data", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def last_call(folder: Path, **fields: Any) -> e.TicketCalled:
    """Give the call in turn, with some fields changed."""
    call = events(folder)[-1]
    assert isinstance(call, e.TicketCalled)
    assert not call.jumped
    return msgspec.structs.replace(call, **fields)


def test_a_sound_log_is_told_so_with_its_pace(folder: Path) -> None:
    """And writing the same events anew, sealed again, changes nothing."""
    write(folder, events(folder))
    status, said = verify(folder)
    assert status == 0
    assert "The log is sound." in said
    assert "s a million events." in said


def test_an_event_that_was_edited_by_hand_breaks_its_root(folder: Path) -> None:
    """The sentence names the events among which it is."""
    call = last_call(folder, language="ru")
    write(folder, [call], seal=False)
    status, said = verify(folder)
    assert status == 1
    assert f"Event {call.seq}: The kept root does not fit: an event from {call.seq} to {call.seq}" in said


def test_a_jump_that_was_made_to_look_like_a_turn_is_derived_again(folder: Path) -> None:
    """All roots fit: the second is called, as if the first were not there."""
    first = last_call(folder)
    second = next(head for head in first.heads)
    assert second.ticket == first.ticket == "A001"
    forged = msgspec.structs.replace(
        first, ticket="A002", heads=[msgspec.structs.replace(second, ticket="A002")]
    )
    write(folder, [forged])
    status, said = verify(folder)
    assert status == 1
    assert "root" not in said.split("compared.")[1]
    assert f"Event {forged.seq}: The call of A002 to 2 has heads" in said
    assert f"Event {forged.seq}: The call of A002 to 2 has jumped []; the log gives ['A001']." in said


def test_a_call_by_a_wrong_key_is_derived_again(folder: Path) -> None:
    """All roots fit: somebody says that a credit applied."""
    call = last_call(folder)
    forged = msgspec.structs.replace(call, key=call.key - 60 * MINUTE)
    write(folder, [forged])
    status, said = verify(folder)
    assert status == 1
    assert f"Event {call.seq}: The call of A001 to 2 has key {forged.key}; the log gives {call.key}." in said
    assert "The snapshot after this event is of another log" in said
    assert "2 findings." in said


def test_a_jump_without_its_mark_is_found(folder: Path) -> None:
    """Above the quota it stands as one that needed nobody, with roots that fit."""
    jump = [event for event in events(folder) if isinstance(event, e.TicketCalled) and event.jumped][-1]
    assert jump.above_quota is True
    write(folder, [msgspec.structs.replace(jump, above_quota=msgspec.UNSET)])
    status, said = verify(folder)
    assert status == 1
    assert f"Event {jump.seq}: The jump of {jump.ticket} has above_quota none; the log gives True." in said


@pytest.mark.parametrize(
    ("actor", "sentence"),
    [
        pytest.param(LEAD, "was confirmed by who made it.", id="by oneself"),
        pytest.param(MANAGER, "", id="by a second person, as it should be"),
    ],
)
def test_a_confirmation_that_was_slipped_in_is_found(folder: Path, actor: e.Actor, sentence: str) -> None:
    """An event is added at the end, and a root for it."""
    all_of_them = events(folder)
    jump = [event for event in all_of_them if isinstance(event, e.TicketCalled) and event.jumped][-1]
    end = all_of_them[-1]
    added = e.JumpConfirmed(
        seq=end.seq + 1,
        at=end.at,
        day=end.day,
        command="c-1234567",
        actor=actor,
        ticket=jump.ticket,
        jump=jump.seq,
    )
    write(folder, [added])
    status, said = verify(folder)
    assert status == bool(sentence)
    if sentence:
        assert f"Event {added.seq}: The jump of {jump.ticket} in event {jump.seq} {sentence}" in said


def test_a_terminal_sees_how_far_it_is(folder: Path) -> None:
    """A bar with the share and the pace; what is found stands below it."""
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "server", "verify", "--data", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, text=True) as process:
        os.close(terminal)
        said, _ = process.communicate(timeout=60)
    shown = os.read(master, 100_000).decode()
    os.close(master)
    assert "The log is sound." in said
    assert "Proving" in shown
    assert "100%" in shown
    assert "events a second" in shown
