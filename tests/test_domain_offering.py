"""The hall calls by itself: who is offered a call, when it becomes one, and when it does not."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import commands as c
from protocol import events as e
from protocol.hall import Policy
from protocol.words import MINUTE, SECOND
from server.domain import day, derive, refusals
from server.domain.explain import explain
from server.domain.state import HallState
from tests.builders import COLLEAGUE, ID, LEAD, MANAGER, NINE, OPERATOR, Played, a_hall, play
from tests.test_domain_rules_hold import TRIED

GRACE = 20
"""Seconds from an offer to the call."""


def a_hall_that_calls(*desks: str) -> Played:
    """Open desks in a hall that calls by itself."""
    return play(a_hall(policy=Policy(auto_call_seconds=GRACE)), desks=desks)


def told(events: list[e.Event]) -> list[tuple[str, str, str]]:
    """Name the events of desks, each with its desk and its ticket."""
    return [(type(x).__name__, getattr(x, "desk", ""), getattr(x, "ticket", "")) for x in events]


def is_sound(hall: Played) -> bool:
    """Ask the audit about all that was played."""
    return list(derive.audit(HallState(), hall.log)) == []


def test_an_idle_desk_is_offered_a_call_and_then_the_hall_calls() -> None:
    """The offer stands in the log at once, the call after the grace time, as the hall's own."""
    hall = a_hall_that_calls("1")
    hall.issue()
    (offered,) = hall.wait(0)
    assert isinstance(offered, e.CallOffered)
    assert (offered.desk, offered.seconds, offered.actor, offered.command) == ("1", GRACE, e.HALL, None)
    assert hall.state.desks["1"].offer_until == hall.at + GRACE * SECOND
    (called,) = hall.wait(1)
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket, called.at - offered.at, called.actor) == ("A001", GRACE * SECOND, e.HALL)
    assert hall.state.desks["1"].offer_until == 0
    assert is_sound(hall)


def test_a_hall_that_does_not_call_by_itself_offers_nothing() -> None:
    """It is a setting, and off unless a hall file says otherwise."""
    hall = play()
    hall.issue()
    assert hall.wait(60) == []


def test_who_is_called_is_whoever_is_first_by_then() -> None:
    """An offer names nobody: one of precedence who comes meanwhile goes first."""
    hall = a_hall_that_calls("1")
    hall.issue()
    hall.wait(0)
    hall.issue("passport", "elderly")
    (called,) = hall.wait(1)
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket, [head.ticket for head in called.heads]) == ("A002", ["A002"])
    assert is_sound(hall)


def test_one_visitor_is_offered_to_one_desk() -> None:
    """Two idle desks and one visitor: one offer; a second visitor is the second desk's."""
    hall = a_hall_that_calls("1", "2")
    hall.issue()
    assert told(hall.wait(0)) == [("CallOffered", "1", "")]
    hall.issue()
    assert told(hall.wait(0)) == [("CallOffered", "2", "")]
    hall.issue()
    assert told(hall.wait(1)) == [("TicketCalled", "1", "A001"), ("TicketCalled", "2", "A002")]


def test_fewest_lanes_go_first_then_the_longest_idle() -> None:
    """A desk that serves little keeps those who serve more free for what only they serve."""
    hall = a_hall_that_calls("2", "1")
    hall.issue()
    assert told(hall.wait(0)) == [("CallOffered", "1", "")]
    hall = play(a_hall(policy=Policy(auto_call_seconds=GRACE)), desks=())
    hall.open("3")
    hall.do(c.AssignDesk(id=ID, desk="3", queues=["A"]), MANAGER)
    hall.wait(1)
    hall.open("1")
    hall.issue()
    assert told(hall.wait(0)) == [("CallOffered", "3", "")]


def test_a_declined_call_is_logged_and_the_next_desk_is_offered_it() -> None:
    """The desk is offered nothing more until it acts; the visitor does not wait for that."""
    hall = play(a_hall(policy=Policy(auto_call_seconds=GRACE)), desks=())
    hall.open("1", actor=OPERATOR)
    hall.open("2", actor=COLLEAGUE)
    hall.issue()
    hall.wait(0)
    (declined,) = hall.do(c.DeclineCall(id=ID, desk="1", reason="break"), OPERATOR)
    assert isinstance(declined, e.CallDeclined)
    assert declined.reason == "break"
    assert told(hall.wait(1)) == [("CallOffered", "2", ""), ("TicketCalled", "2", "A001")]
    hall.issue()
    assert hall.wait(5) == []
    hall.call("1", OPERATOR)
    assert not hall.state.desks["1"].declined
    assert is_sound(hall)


def test_a_desk_that_comes_back_from_a_pause_is_offered_calls_again() -> None:
    """Resuming is acting."""
    hall = a_hall_that_calls("1")
    hall.issue()
    hall.wait(0)
    hall.do(c.DeclineCall(id=ID, desk="1", reason="break"))
    hall.do(c.PauseDesk(id=ID, desk="1", reason="break"))
    assert hall.wait(5) == []
    hall.open("1")
    assert told(hall.wait(0)) == [("CallOffered", "1", "")]


def test_only_the_own_desk_declines_and_only_an_offer() -> None:
    """Who is not there cannot know."""
    hall = play(a_hall(policy=Policy(auto_call_seconds=GRACE)), desks=())
    hall.open("1", actor=OPERATOR)
    with pytest.raises(refusals.NothingOffered):
        hall.do(c.DeclineCall(id=ID, desk="1", reason="break"), OPERATOR)
    hall.issue()
    hall.wait(0)
    with pytest.raises(refusals.NotYourDesk):
        hall.do(c.DeclineCall(id=ID, desk="1", reason="break"), COLLEAGUE)


def test_an_offer_lapses_when_nobody_is_left() -> None:
    """Somebody else took the visitor, and the log says so."""
    hall = a_hall_that_calls("1")
    number = hall.issue()
    hall.wait(0)
    hall.do(c.Abandon(id=ID, ticket=number))
    assert told(hall.wait(1)) == [("OfferLapsed", "1", "")]
    assert hall.wait(60) == []
    assert is_sound(hall)


def test_an_operator_who_calls_during_an_offer_simply_calls() -> None:
    """The offer is over with the call, and no second one follows."""
    hall = a_hall_that_calls("1")
    hall.issue()
    hall.wait(0)
    assert hall.call().actor != e.HALL
    assert hall.wait(5) == []


def test_who_is_held_is_offered_when_the_time_has_come() -> None:
    """Neither before, nor only with the next event."""
    hall = a_hall_that_calls("1")
    hall.issue()
    hall.wait(1)
    hall.do(c.Requeue(id=ID, desk="1", ticket="A001", reason="absent"))
    requeued = hall.at
    assert told(hall.wait(6)) == [("CallOffered", "1", ""), ("TicketCalled", "1", "A001")]
    assert hall.log[-1].at == requeued + 5 * MINUTE + GRACE * SECOND
    assert is_sound(hall)


def test_a_held_ticket_goes_to_the_desk_that_has_an_offer_and_owes_nothing_to_another() -> None:
    """Its time comes; desk 2, which serves both queues, takes it first, and nobody is left for desk 3."""
    hall = a_hall_that_calls("3", "2")
    hall.issue("land")
    hall.wait(1)
    hall.do(c.Requeue(id=ID, desk="3", ticket="B001", reason="absent"))
    hall.wait(4.9)
    hall.issue("passport")
    assert told(hall.wait(0)) == [("CallOffered", "2", "")]
    assert told(hall.wait(1)) == [("TicketCalled", "2", "B001")]
    assert is_sound(hall)


def test_a_hall_that_is_paused_offers_and_calls_nothing() -> None:
    """No timer runs: the offer that stood is gone, and made anew afterwards."""
    hall = a_hall_that_calls("1")
    hall.issue()
    hall.wait(0)
    hall.do(c.PauseHall(id=ID, kind="emergency"), LEAD)
    assert hall.state.desks["1"].offer_until == 0
    assert hall.wait(30) == []
    hall.do(c.ResumeHall(id=ID), LEAD)
    assert told(hall.wait(1)) == [("CallOffered", "1", ""), ("TicketCalled", "1", "A001")]
    assert is_sound(hall)


def test_an_offer_does_not_outlive_the_day() -> None:
    """A hall that closed calls nobody."""
    hall = play(
        a_hall(policy=Policy(auto_call_seconds=GRACE), hours={"sat": ["09:00-18:00"]}), desks=("1",), at=NINE
    )
    hall.until(NINE + 9 * 60 * MINUTE - 5 * SECOND)
    hall.issue()
    events = [type(event).__name__ for event in hall.wait(60)]
    assert events == ["CallOffered", "DayClosed", "TicketExpired", "DeskClosed"]


def test_the_audit_knows_a_call_that_nothing_had_offered() -> None:
    """The hall's own name on a call is no excuse: it is derived like any other."""
    hall = a_hall_that_calls("1")
    hall.issue()
    hall.wait(1)
    (offered,) = [event for event in hall.log if isinstance(event, e.CallOffered)]
    forged = [event for event in hall.log if event is not offered]
    findings = [finding.sentence for finding in derive.audit(HallState(), forged)]
    assert "The hall acted at desk 1 at a time for which nothing was offered." in findings
    assert any("had to offer a call" in sentence for sentence in findings)


def test_explain_says_that_the_hall_called() -> None:
    """In words, beside why it was this ticket's turn."""
    hall = a_hall_that_calls("1")
    hall.issue()
    hall.wait(1)
    words = " ".join(str(one) for one in explain(hall.state.hall, hall.log))
    assert "called to desk 1 by the hall itself" in words


def test_without_auto_call_the_next_timer_costs_nothing() -> None:
    """Nothing about desks is computed in a hall that has not asked for it."""
    hall = play()
    hall.issue()
    assert day.next_due(hall.state) is not None
    assert hall.state.next_offer == (-1, 0)


WORDS = st.sampled_from(
    ["issue", "issue", "issue", "land", "serve", "decline", "requeue", "abandon", "pause", "go", "break"]
)


@TRIED
@given(st.lists(st.tuples(WORDS, st.integers(0, 2), st.integers(0, 200)), min_size=20, max_size=60))
def test_whatever_happens_the_hall_offers_as_its_log_says(steps: list[tuple[str, int, int]]) -> None:
    """No timer comes to nothing, nobody is promised twice, and the audit derives every offer again."""
    hall = a_hall_that_calls("1", "2", "3")
    for word, which, seconds in steps:
        desk = ("1", "2", "3")[which]
        here = hall.state.desks[desk].ticket or "A001"
        at_desk: Any = {"id": ID, "desk": desk, "ticket": here}
        said: dict[str, list[c.Command]] = {
            "issue": [c.IssueTicket(id=ID, service="passport")],
            "land": [c.IssueTicket(id=ID, service="land")],
            "serve": [c.Serve(**at_desk), c.Complete(**at_desk, outcome="served")],
            "decline": [c.DeclineCall(id=ID, desk=desk, reason="r")],
            "requeue": [c.Requeue(**at_desk, reason="r")],
            "abandon": [c.Abandon(id=ID, ticket=min(hall.state.tickets, default="A001"))],
            "pause": [c.PauseDesk(id=ID, desk=desk, reason="r")],
            "go": [c.OpenDesk(id=ID, desk=desk), c.ResumeHall(id=ID)],
            "break": [c.PauseHall(id=ID, kind="break")],
        }
        for command in said[word]:
            with suppress(refusals.Refusal):
                hall.do(command)
        first = hall.state.seq
        while (due := day.next_due(hall.state)) is not None and due <= hall.at + seconds * SECOND:
            hall.at = max(hall.at, due)
            facts = [hall.fold(fact) for fact in day.fall_due(hall.state, hall.at)]
            assert facts, f"a timer came to nothing after event {first}"
        hall.at += seconds * SECOND
    assert is_sound(hall)
