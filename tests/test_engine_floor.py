"""The floor with a real engine: tokens of slips printed anew, calls of the hall's own, walk-ups, restarts."""

from pathlib import Path

import msgspec
import pytest

from protocol.commands import AdvanceClock, DeclineCall, IssueTicket, OpenDesk, ReprintSlip
from protocol.events import Actor, CallOffered, Event, SlipReprinted, TicketCalled, TicketIssued
from protocol.hall import Policy
from protocol.words import MINUTE, SECOND
from server.domain.state import to_snapshot
from server.opening import Opened
from server.verify import verify
from tests.engines import HALL, KIOSK, NOON, SYSTEM, new_id, running, ticket

GREETER = Actor(kind="operator", id="op-4", role="greeter")
CALLS_ITSELF = msgspec.structs.replace(HALL, policy=Policy(auto_call_seconds=30))


def issued(opened: Opened) -> TicketIssued:
    """Issue a ticket at a kiosk."""
    (event,) = opened.engine.submit(ticket(), KIOSK).events
    assert isinstance(event, TicketIssued)
    return event


def reprint(opened: Opened, actor: Actor, number: str, command_id: str = "") -> SlipReprinted:
    """Have a slip printed again."""
    said = ReprintSlip(id=command_id or new_id(), ticket=number, reason="lost")
    (event,) = opened.engine.submit(said, actor).events
    assert isinstance(event, SlipReprinted)
    return event


def test_a_copy_has_the_token_of_the_first_slip(tmp_path: Path) -> None:
    """Whichever of them the visitor holds is good; the log has no token."""
    with running(tmp_path) as opened:
        first = issued(opened)
        copy = reprint(opened, KIOSK, first.ticket)
        assert copy.token == first.token
        assert "token" not in "".join(opened.engine.bodies(first.seq - 1, 10))


def test_a_new_slip_has_a_new_token_and_the_old_one_dies(tmp_path: Path) -> None:
    """At once, after a restart too, and a retry is told the same new token."""
    with running(tmp_path) as opened:
        first = issued(opened)
        again = reprint(opened, GREETER, first.ticket, "reprint-1")
        place = (first.day, first.ticket)
        assert isinstance(first.token, str)
        assert isinstance(again.token, str)
        assert again.token != first.token
        assert opened.engine.check_visit(again.token) == place
        assert opened.engine.check_visit(first.token) is None
        assert opened.engine.is_void(first.token)
        assert not opened.engine.is_void(again.token)
        assert not opened.engine.is_void("261121-A001-" + "0" * 32)
        assert opened.engine.visit_token(*place) == again.token
        assert reprint(opened, GREETER, first.ticket, "reprint-1") == again
    with running(tmp_path) as opened:
        assert opened.engine.check_visit(again.token) == place
        assert opened.engine.check_visit(first.token) is None
        assert reprint(opened, GREETER, first.ticket, "reprint-1") == again


def kinds(events: list[Event]) -> list[str]:
    """Name events."""
    return [type(event).__name__ for event in events]


def test_a_walk_up_is_one_command_and_one_answer(tmp_path: Path) -> None:
    """A retry gives ticket, token and call again, and acts once."""
    with running(tmp_path) as opened:
        opened.engine.submit(OpenDesk(id=new_id(), desk="1"), SYSTEM)
        said = IssueTicket(id="walk-up-1", service="passport", desk="1")
        answer = opened.engine.submit(said, SYSTEM)
        assert kinds(answer.events) == ["TicketIssued", "TicketCalled"]
        assert opened.engine.submit(said, SYSTEM) == answer
    assert verify(tmp_path, None) == 0


def test_the_hall_calls_by_itself_and_verify_derives_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Offered at once, called when its time comes; an offer outlives a short restart; the log is sound."""
    with running(tmp_path, CALLS_ITSELF, driven=True) as opened:
        engine = opened.engine
        engine.submit(OpenDesk(id=new_id(), desk="1", at=NOON), SYSTEM)
        engine.submit(OpenDesk(id=new_id(), desk="2"), SYSTEM)
        engine.submit(ticket(), SYSTEM)
        engine.submit(AdvanceClock(id=new_id(), at=NOON + 10 * SECOND), SYSTEM)
        engine.submit(DeclineCall(id=new_id(), desk="1", reason="break"), SYSTEM)
        engine.submit(AdvanceClock(id=new_id(), at=NOON + 11 * SECOND), SYSTEM)
        kept = to_snapshot(engine.published)
    with running(tmp_path, CALLS_ITSELF, driven=True) as opened:
        assert to_snapshot(opened.engine.published) == kept
        opened.engine.submit(AdvanceClock(id=new_id(), at=NOON + MINUTE), SYSTEM)
        events = opened.engine.events(0, 100)
    offered = [event for event in events if isinstance(event, CallOffered)]
    (called,) = [event for event in events if isinstance(event, TicketCalled)]
    assert [(event.desk, event.at - NOON) for event in offered] == [("1", 0), ("2", 10 * SECOND)]
    assert (called.desk, called.at - NOON, called.command) == ("2", 40 * SECOND, None)
    assert verify(tmp_path, None) == 0
    assert "The log is sound." in capsys.readouterr().out
