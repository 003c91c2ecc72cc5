"""``verify`` proves a sound log and finds what was changed; ``explain`` tells a ticket's life in words."""

import sqlite3
from pathlib import Path

import pytest

from protocol.commands import CallNext, Complete, NoShow, OpenDesk, Recall, Requeue, Serve
from protocol.words import MINUTE
from server import log
from server.__main__ import main
from server.explaining import explain
from server.verify import Days, verify
from tests.engines import HALL, NOON, SYSTEM, new_id, running, ticket


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with an ordinary morning in it."""
    with running(tmp_path, HALL, driven=True) as opened:
        engine = opened.engine
        engine.submit(ticket(at=NOON), SYSTEM)
        engine.submit_many(
            [ticket(service=service) for service in ("pension", "passport", "passport")], SYSTEM
        )
        engine.submit(OpenDesk(id=new_id(), desk="2", at=NOON + MINUTE), SYSTEM)
        engine.submit(CallNext(id=new_id(), desk="2"), SYSTEM)
        engine.submit(Serve(id=new_id(), desk="2", ticket="A001"), SYSTEM)
        engine.submit(
            Complete(
                id=new_id(), desk="2", ticket="A001", outcome="served", call_next=True, at=NOON + 5 * MINUTE
            ),
            SYSTEM,
        )
        engine.submit(Requeue(id=new_id(), desk="2", ticket="B001", reason="absent"), SYSTEM)
        engine.submit(CallNext(id=new_id(), desk="2"), SYSTEM)
        engine.submit(Recall(id=new_id(), desk="2", ticket="A002"), SYSTEM)
        engine.submit(Recall(id=new_id(), desk="2", ticket="A002"), SYSTEM)
        engine.submit(NoShow(id=new_id(), desk="2", ticket="A002", at=NOON + 10 * MINUTE), SYSTEM)
    return tmp_path


def change(folder: Path, statement: str) -> None:
    """Change the log as somebody with the file would."""
    with sqlite3.connect(folder / log.FILE) as db:
        assert db.execute(statement).rowcount > 0
    db.close()


def test_a_sound_log_is_proved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sound log gives exit status 0 and says what was checked."""
    assert verify(folder, None) == 0
    said = capsys.readouterr().out
    assert "4 numbers and 3 calls" in said
    assert "The log is sound." in said


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        pytest.param(
            'UPDATE events SET body = replace(body, \'"reason":"absent"\', \'"reason":"busy"\')'
            " WHERE type = 'ticket_requeued'",
            "an event from",
            id="a reason in a body",
        ),
        pytest.param(
            "UPDATE events SET body = replace(body, '\"overtaken\":0', '\"overtaken\":9')"
            " WHERE type = 'ticket_called'",
            "overtaken 9",
            id="what a call says",
        ),
        pytest.param("UPDATE events SET day = '2026-11-22' WHERE seq = 4", "column day", id="a column"),
        pytest.param("UPDATE events SET at = at + 1 WHERE seq = 4", "column at", id="a time"),
        pytest.param("DELETE FROM events WHERE seq = 4", "Event 4 is missing", id="an event taken out"),
        pytest.param(
            "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",
            "a longer log",
            id="the last event",
        ),
        pytest.param(
            "DELETE FROM roots WHERE seq > 9", "No root is kept of the events after", id="the roots"
        ),
        pytest.param("UPDATE events SET body = '{}' WHERE seq = 5", "cannot be read", id="a whole body"),
        pytest.param(
            "UPDATE events SET body = replace(body, ',\"at\"', ', \"at\"') WHERE seq = 5",
            "canonical",
            id="a space",
        ),
    ],
)
def test_what_was_changed_is_found(
    folder: Path, statement: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is changed, added or taken out gives exit status 1 and a sentence about it."""
    change(folder, statement)
    assert verify(folder, None) == 1
    assert sentence in capsys.readouterr().out


def test_one_day_can_be_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a day, only what that day says is told."""
    change(folder, "UPDATE events SET at = at + 1 WHERE seq = 4")
    assert verify(folder, Days("2026-11-21", "2026-11-21")) == 1
    assert verify(folder, Days("2026-11-22", "2026-11-22")) == 0
    assert "0 events on 2026-11-22" in capsys.readouterr().out


def test_it_works_beside_a_running_server(folder: Path) -> None:
    """A log that is being appended to can be proved meanwhile."""
    with running(folder, driven=True) as opened:
        opened.engine.submit(ticket(), SYSTEM)
        assert verify(folder, None) == 0


def test_a_folder_without_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the first run there is nothing to prove; a folder that is not there is a wrong name."""
    assert verify(tmp_path, None) == 0
    assert verify(tmp_path / "nowhere", None) == 2
    assert explain(tmp_path, "A001", None) == 1
    assert "no log" in capsys.readouterr().err


def test_a_log_that_is_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no database is told in a sentence."""
    (tmp_path / log.FILE).write_bytes(b"no database, but long enough to be looked at as one" * 100)
    assert verify(tmp_path, None) == 1
    assert "cannot be read" in capsys.readouterr().out


def test_a_ticket_is_explained(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The life of a ticket is told in order, with the day and without it."""
    assert main(["explain", "--data", str(folder), "A001"]) == 0
    said = capsys.readouterr().out
    for word in (
        "issued for passport",
        "called to desk 2",
        "B001 had the turn",
        "the service began",
        "served",
    ):
        assert word in said
    assert main(["explain", "--data", str(folder), "A001", "--day", "2026-11-21"]) == 0
    assert capsys.readouterr().out == said


def test_an_unknown_ticket_is_not_explained(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A number that nobody had, or not on that day, is said to be unknown."""
    assert main(["explain", "--data", str(folder), "Z999"]) == 1
    assert main(["explain", "--data", str(folder), "A001", "--day", "2026-11-20"]) == 1
    assert "check the number" in capsys.readouterr().err
