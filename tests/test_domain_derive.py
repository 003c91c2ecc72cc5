"""The audit: a log that the rules did not give is found out, with the seq and a sentence."""

from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from server.domain import derive
from server.domain.state import HallState
from tests.builders import ID, LEAD, Played, waiting


def a_day() -> Played:
    """Play some calls, one of them a jump."""
    hall = waiting(("passport", 0), ("passport", 1), ("passport", 30, "elderly"), ("passport", 40), desks=())
    hall.open("1", actor=LEAD)
    hall.call("1", LEAD)
    hall.do(c.Serve(id=ID, desk="1", ticket="A003"), LEAD)
    hall.do(c.Complete(id=ID, desk="1", ticket="A003", outcome="served"), LEAD)
    hall.do(c.CallTicket(id=ID, desk="1", ticket="A004", reason="emergency"), LEAD)
    return hall


def a_no_show() -> Played:
    """Play a leg that is served, and a visitor who does not come and comes after all."""
    hall = a_day()
    hall.do(c.Recall(id=ID, desk="1", ticket="A004"), LEAD)
    hall.wait(5)
    hall.do(c.NoShow(id=ID, desk="1", ticket="A004"), LEAD)
    hall.do(c.Reinstate(id=ID, desk="1", ticket="A004", reason="came"), LEAD)
    return hall


def found(log: list[e.Event]) -> list[str]:
    """Give what the audit says of a log."""
    return [finding.sentence for finding in derive.audit(HallState(), log)]


def altered(kind: type[e.Event], **fields: Any) -> list[str]:
    """Change fields of the last event of a kind, and give what the audit says."""
    log = a_day().log
    last = max(i for i, event in enumerate(log) if type(event) is kind)
    log[last] = msgspec.structs.replace(log[last], **fields)
    return found(log)


def test_a_sound_log_gives_nothing() -> None:
    """What the rules gave, they give again."""
    assert found(a_day().log) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"key": 1}, "key", id="another key"),
        pytest.param({"overtaken": 0}, "overtaken", id="fewer overtaken"),
        pytest.param({"jumped": []}, "jumped", id="a jump without its mark"),
        pytest.param({"jumped": ["A001"]}, "jumped", id="a jump past fewer"),
        pytest.param({"heads": []}, "heads", id="other heads"),
        pytest.param({"policy": "2"}, "policy", id="another policy"),
        pytest.param({"reason": msgspec.UNSET}, "no reason", id="a jump without a reason"),
        pytest.param({"ticket": "A001"}, "A001", id="another ticket"),
        pytest.param({"ticket": "A999"}, "nobody holds", id="a ticket that is none"),
        pytest.param({"ticket": "A003"}, "completed", id="a ticket that was served before"),
        pytest.param({"desk": "2"}, "not open and free", id="a desk that was closed"),
    ],
)
def test_an_altered_call_is_found(fields: dict[str, Any], sentence: str) -> None:
    """Each field of a call that matters is derived again."""
    assert any(sentence in finding for finding in altered(e.TicketCalled, **fields))


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        pytest.param(e.TicketIssued, {"ahead": 0}, "ahead", id="fewer ahead than there were"),
        pytest.param(e.ServiceStarted, {"desk": "2"}, "at desk 2", id="served at another desk"),
        pytest.param(e.LegCompleted, {"service": "pension"}, "service", id="another service"),
        pytest.param(e.LegCompleted, {"day": "2001-01-01"}, "day", id="another day"),
        pytest.param(e.TicketRecalled, {"recalls": 2}, "recall", id="recalled more often"),
        pytest.param(e.TicketNoShow, {"at": 0}, "sooner", id="absent too soon"),
        pytest.param(e.TicketReinstated, {"state": "flying"}, "cannot happen", id="a state that is none"),
    ],
)
def test_an_altered_step_is_found(kind: type[e.Event], fields: dict[str, Any], sentence: str) -> None:
    """What happens after a call is derived again as well: where, how often, how soon."""
    log = a_no_show().log
    last = max(i for i, event in enumerate(log) if type(event) is kind)
    fields = {**fields, "at": log[last - 1].at} if "at" in fields else fields
    log[last] = msgspec.structs.replace(log[last], **fields)
    assert found(a_no_show().log) == []
    assert any(sentence in finding for finding in found(log))


def test_a_service_that_never_began_is_found() -> None:
    """A leg cannot be completed from its call, though the roll-over of the day ends both."""
    log = [event for event in a_day().log if type(event) is not e.ServiceStarted]
    assert any("leg_completed cannot happen" in finding for finding in found(log))


def test_a_missing_event_is_found() -> None:
    """Seq is dense, and what follows a gap cannot follow from what stands before it."""
    log = a_day().log
    del log[5]
    assert "is missing" in found(log)[0]


def test_a_number_out_of_its_series_is_found() -> None:
    """Numbers are derived again as well."""
    assert any("the series gives A004" in finding for finding in altered(e.TicketIssued, ticket="A007"))


def test_time_that_falls_is_found() -> None:
    """At never falls."""
    assert any("before" in finding for finding in altered(e.TicketCalled, at=1))


def test_a_history_that_breaks_is_told_where() -> None:
    """A fold that has nothing to work on ends the audit with a finding, not with a traceback."""
    findings = altered(e.ServiceStarted, ticket="A999")
    assert "The history breaks here" in findings[1]
    assert len(findings) == 2
