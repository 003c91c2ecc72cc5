"""A hostile client and a strict reader at a hall that its own people run: what they found stays mended."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol.events import Event
from protocol.words import MINUTE
from server import ids
from server.codes import MOST, Codes
from server.domain.refusals import DeskNotOpen, Refusal
from server.private import FILE
from server.refusals import UnknownCode
from tests.builders import ID, NINE, Played, waiting
from tests.engines import NOON, SYSTEM, new_id, running
from tests.hall_process import Asker
from tests.network_hall import NetworkHall

EMOJI = "😀" * 300


def test_every_command_is_known_after_a_restart() -> None:
    """Of each the log tells by its first event which it was; ``advance_clock`` leaves none."""
    assert set(ids.CAUSED) == set(c.COMMANDS.values()) - {c.AdvanceClock}


def a_day_of_exceptions() -> list[c.Command]:
    """Say, in order, whatever is said once a week; the announcement is event 5 of the log."""
    said: list[tuple[type[c.Command], dict[str, Any]]] = [
        (c.OpenDesk, {"desk": "1", "at": NOON}),
        (c.OpenDesk, {"desk": "2"}),
        (c.Announce, {"text": {"en": "Tea is served."}}),
        (c.WithdrawAnnouncement, {"announcement": 5}),
        (c.IssueTicket, {"service": "passport"}),
        (c.IssueTicket, {"service": "pension"}),
        (c.CallNext, {"desk": "1"}),
        (c.ReleaseTicket, {"desk": "1", "ticket": "A001", "reason": "operator-away"}),
        (c.StopIssuing, {"reason": "many-waiting"}),
        (c.ResumeIssuing, {}),
        (c.PauseHall, {"kind": "break", "text": "Back in ten minutes."}),
        (c.ResumeHall, {}),
        (c.CloseDesk, {"desk": "2", "waiting": "serve_out"}),
        (c.OpenDesk, {"desk": "2"}),
        (c.CloseDesk, {"desk": "2", "waiting": "transfer", "to": "passport"}),
        (c.CloseDesk, {"desk": "1", "waiting": "cancel"}),
        (c.PauseHall, {"kind": "emergency"}),
        (c.CloseDay, {}),
        (c.OpenDay, {}),
        (c.IssueTicket, {"service": "pension"}),
        (c.CloseDay, {"waiting": "serve_out"}),
        (c.CloseDay, {"waiting": "cancel"}),
    ]
    return [command(id=new_id(), **fields) for command, fields in said]


def test_a_retry_after_a_restart_gives_what_was_given(tmp_path: Path) -> None:
    """Whatever the command was and whatever event it caused first; no text is kept twice."""
    commands = a_day_of_exceptions()
    with running(tmp_path, driven=True) as opened:
        first = [opened.engine.submit(command, SYSTEM).events for command in commands]
        assert all(first), "each of them did something"
    with running(tmp_path, driven=True) as opened:
        again = [opened.engine.submit(msgspec.structs.replace(each, at=None), SYSTEM) for each in commands]
        assert [answer.events for answer in again] == first
        with pytest.raises(Refusal):
            opened.engine.submit(c.OpenDay(id=commands[2].id), SYSTEM)
        assert len(texts(tmp_path)) == 2


def texts(folder: Path) -> list[str]:
    """Read what is kept apart from the log."""
    with closing(sqlite3.connect(folder / FILE)) as db:
        return [text for (text,) in db.execute("SELECT text FROM texts").fetchall()]


def test_a_note_outlives_an_end_that_was_none(tmp_path: Path) -> None:
    """A ticket that ended before a restart and is reinstated after it still has its note."""
    at_desk: Any = {"desk": "1", "ticket": "A001"}
    with running(tmp_path, driven=True) as opened:
        engine = opened.engine
        engine.submit(c.OpenDesk(id=new_id(), desk="1", at=NOON), SYSTEM)
        engine.submit(c.IssueTicket(id=new_id(), service="passport"), SYSTEM)
        engine.submit(c.CallNext(id=new_id(), desk="1"), SYSTEM)
        engine.submit(c.Serve(id=new_id(), **at_desk), SYSTEM)
        engine.submit(c.LeaveNote(id=new_id(), **at_desk, text="Speaks softly."), SYSTEM)
        engine.submit(c.Complete(id=new_id(), **at_desk, outcome="served"), SYSTEM)
    with running(tmp_path, driven=True) as opened:
        engine = opened.engine
        engine.submit(c.Reinstate(id=new_id(), **at_desk, reason="slip"), SYSTEM)
        (note,) = engine.published.tickets["A001"].notes
        assert engine.note(note.note) == "Speaks softly."


def kinds(events: list[Event]) -> list[str]:
    """Name events."""
    return [type(event).__name__ for event in events]


def test_a_paused_desk_leaves_nobody_without_a_word() -> None:
    """Who waits for it alone is moved or withdrawn, as ``waiting`` says; served out they cannot be."""
    hall = waiting(("passport", 0), ("birth", 1), desks=("1", "3"))
    hall.do(c.PauseDesk(id=ID, desk="1", reason="lunch"))
    with pytest.raises(DeskNotOpen):
        hall.do(c.CloseDesk(id=ID, desk="1", waiting="serve_out"))
    ended = hall.do(c.CloseDesk(id=ID, desk="1", waiting="transfer", to="land"))
    assert kinds(ended) == ["TicketTransferred", "TicketTransferred", "DeskClosed"]
    assert [hall.ticket(number).arrived_at for number in ("A001", "A002")] == [NINE, NINE + MINUTE]
    hall.do(c.PauseDesk(id=ID, desk="3", reason="lunch"))
    ended = hall.do(c.CloseDesk(id=ID, desk="3", waiting="cancel"))
    assert kinds(ended) == ["TicketCancelled", "TicketCancelled", "DeskClosed"]


def test_who_is_parked_says_nothing_of_who_is_served() -> None:
    """After an outage the desk is asked about the visitor at it, until that one is confirmed."""
    hall = waiting(("passport", 0), ("passport", 1))
    hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket="A001", reason="papers"))
    hall.serve()
    hall.come_back(20)
    assert _is_unsure_after(hall, "A001")
    assert not _is_unsure_after(hall, "A002")


def _is_unsure_after(hall: Played, ticket: str) -> bool:
    hall.do(c.ConfirmTicket(id=ID, desk="1", ticket=ticket))
    return hall.state.desks["1"].unsure


def test_whoever_asks_for_codes_all_day_locks_nobody_out() -> None:
    """The newest codes are remembered, the oldest are forgotten."""
    codes = Codes()
    first, secret = codes.draw("kiosk", "10.0.0.1", 0)
    for number in range(MOST):
        last, _ = codes.draw("board", f"10.0.1.{number % 200}", 0)
    assert codes.fetch(secret, 0) is None
    with pytest.raises(UnknownCode):
        codes.take(first.code, 0)
    assert codes.take(last.code, 0) is last


@pytest.fixture(scope="module")
def lead(hall_server: NetworkHall) -> Asker:
    """Give a lead operator."""
    return hall_server.known("lead")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param(" \n\t", "$", id="blanks"),
        pytest.param({}, "$.text", id="no language"),
        pytest.param({"en": " "}, "$", id="blanks in a language"),
        pytest.param({"EN!": "Tea"}, "$.text", id="a language that is none"),
        pytest.param({f"a{letter}": "Tea" for letter in "abcdefghijklm"}, "$.text", id="thirteen languages"),
        pytest.param("x" * 301, "$.text", id="too long"),
        pytest.param(["Tea"], "$.text", id="a list"),
    ],
)
def test_a_text_that_says_nothing_is_malformed(lead: Asker, text: Any, path: str) -> None:
    """Nothing is announced, and nothing of it is in the log."""
    for command in ({"type": "announce"}, {"type": "pause_hall", "kind": "break"}):
        status, answer = lead.say(**command, text=text)
        assert (status, answer["code"], answer["path"]) == (422, "malformed", path)


def test_the_longest_text_comes_in_one_frame(hall_server: NetworkHall, lead: Asker) -> None:
    """Twelve languages of 300 letters of four bytes: below the 16 kB of a frame."""
    texts = {f"a{letter}": EMOJI for letter in "abcdefghijkl"}
    board = hall_server.socket()
    board.join()
    lead.done("announce", text=texts)
    assert board.event("announced")["texts"] == texts
    board.close()


def test_who_only_looks_at_a_link_does_not_use_it_up(hall_server: NetworkHall) -> None:
    """HEAD signs nobody in; the person who follows the link after it is let in."""
    hall_server.register.add_operator("Leyla", "manager")
    link = f"/enter/{hall_server.register.add_link('Leyla', '/manager')}"
    looks, follows = hall_server.stranger(), hall_server.stranger()
    assert (looks.ask("HEAD", link)[0], looks.cookie) == (200, "")
    assert follows.ask("GET", link, Referer="https://evil.example/")[0] == 303
    assert follows.ask("GET", "/api/v1/session")[1]["name"] == "Leyla"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Aysel\nadmin", id="two lines"),
        pytest.param("\0", id="zero byte"),
        pytest.param("x" * 61, id="too long"),
    ],
)
def test_a_name_is_one_short_line(hall_server: NetworkHall, name: str) -> None:
    """Of people and of devices alike."""
    admin = hall_server.known("admin")
    for path, said in (("operators", {"role": "greeter"}), ("devices", {"code": "482 913"})):
        status, problem = admin.ask("POST", f"/api/v1/{path}", {"name": name, **said})
        assert (status, problem["code"], problem["path"]) == (422, "malformed", "$.name")
