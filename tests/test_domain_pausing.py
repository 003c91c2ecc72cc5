"""Pauses and outages: nobody is called, no timer runs, nobody loses a turn, and no wait is shortened."""

from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol.hall import Policy
from protocol.words import HOUR, MINUTE, SECOND
from server.domain import day, derive, notice_view
from server.domain.explain import explain
from server.domain.refusals import HallPaused, NotAllowed, Refusal, TooSoon
from server.domain.state import HallState
from tests.builders import (
    COLLEAGUE,
    GREETER,
    ID,
    INTEGRATION,
    LEAD,
    MANAGER,
    NINE,
    OPERATOR,
    Played,
    a_hall,
    play,
    waiting,
)

DRILL = c.PauseHall(id=ID, kind="emergency", text="text-1")
GO_ON = c.ResumeHall(id=ID)
AT_ONE: Any = {"id": ID, "desk": "1", "ticket": "A001"}


def told(hall: Played) -> dict[str, Any]:
    """Give what every screen of the hall is told."""
    return notice_view.told(hall.state, lambda text_id: {"en": "Fire drill."} if text_id == "text-1" else {})


def a_busy_hall() -> Played:
    """Make a hall where A001 is called at desk 1, A002 waits, and desk 2 is idle."""
    hall = waiting(("passport", 0), ("passport", 1), desks=("1", "2"))
    hall.call()
    return hall


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c.IssueTicket(id=ID, service="passport"), id="no ticket is given"),
        pytest.param(c.CallNext(id=ID, desk="2"), id="nobody is called"),
        pytest.param(c.CallTicket(id=ID, desk="2", ticket="A002", reason="emergency"), id="not out of turn"),
        pytest.param(c.Recall(**AT_ONE), id="nobody is called again"),
        pytest.param(c.NoShow(**AT_ONE), id="nobody is absent"),
    ],
)
def test_in_a_pause(command: c.Command) -> None:
    """What would bring a visitor to a desk, or cost one the turn, is refused with the kind of the pause."""
    hall = a_busy_hall()
    hall.do(DRILL)
    with pytest.raises(HallPaused) as refusal:
        hall.do(command)
    assert refusal.value.members == {"kind": "emergency"}


def test_what_has_begun_may_go_on() -> None:
    """A visitor at a desk is served to the end, and nobody is called after."""
    hall = a_busy_hall()
    hall.do(DRILL)
    hall.do(c.Serve(**AT_ONE))
    (ended,) = hall.do(c.Complete(**AT_ONE, outcome="served", call_next=True))
    assert isinstance(ended, e.LegCompleted)
    hall.do(GO_ON)
    assert hall.call("1").ticket == "A002"


@pytest.mark.parametrize("actor", [LEAD, MANAGER])
def test_who_answers_for_the_hall_may_pause_it(actor: e.Actor) -> None:
    """Lead, manager, admin, integration."""
    assert play().do(DRILL, actor)


@pytest.mark.parametrize("actor", [OPERATOR, GREETER])
def test_others_may_not_pause_the_hall(actor: e.Actor) -> None:
    """They ask the lead."""
    with pytest.raises(NotAllowed):
        play().do(DRILL, actor)


def test_a_paused_hall_says_something_else() -> None:
    """A pause in a pause replaces its words; the hall has been paused since the first."""
    hall = play()
    hall.do(c.PauseHall(id=ID, kind="break"))
    assert hall.do(c.PauseHall(id=ID, kind="break")) == []
    hall.wait(5)
    hall.do(DRILL)
    assert told(hall)["pause"] == {
        "kind": "emergency",
        "since": NINE,
        "until": None,
        "texts": {"en": "Fire drill."},
    }
    hall.wait(5)
    (went_on,) = hall.do(GO_ON)
    assert isinstance(went_on, e.HallResumed)
    assert went_on.seconds == 600
    assert hall.do(GO_ON) == []
    assert told(hall)["pause"] is None


def test_the_floor_under_a_no_show_does_not_count_a_pause() -> None:
    """Who was out for a fire drill has the same time to come back as anyone."""
    hall = a_busy_hall()
    hall.do(c.Recall(**AT_ONE))
    hall.wait(1)
    hall.do(DRILL)
    hall.wait(20)
    hall.do(GO_ON)
    with pytest.raises(TooSoon) as refusal:
        hall.do(c.NoShow(**AT_ONE))
    assert refusal.value.members["seconds"] == 30
    hall.wait(0.5)
    hall.do(c.NoShow(**AT_ONE))
    assert list(derive.audit(HallState(), hall.log)) == []


def test_grace_and_slips_of_the_finger_do_not_count_a_pause() -> None:
    """Ten minutes to take back an end are ten minutes in which the hall works."""
    hall = a_busy_hall()
    hall.do(c.Cancel(**AT_ONE, reason="r"))
    hall.wait(9)
    hall.do(DRILL)
    hall.wait(30)
    hall.do(GO_ON)
    hall.wait(1)
    hall.do(c.Reinstate(**AT_ONE, reason="r"))
    assert hall.ticket("A001").state == "called"


@pytest.mark.parametrize(
    ("comes", "left"),
    [
        pytest.param("pause", 4, id="a pause"),
        pytest.param("outage", 5, id="an outage, which began with the last event"),
    ],
)
def test_who_is_held_is_held_for_as_long_again(comes: str, left: int) -> None:
    """A requeued visitor has five minutes of a working hall, whenever the pause came."""
    hall = a_busy_hall()
    hall.do(c.Requeue(**AT_ONE, reason="r"))
    hall.wait(1)
    if comes == "pause":
        hall.do(DRILL)
        hall.wait(30)
        hall.do(GO_ON)
    else:
        hall.come_back(30)
    assert hall.call("2").ticket == "A002"
    hall.wait(left - 0.1)
    assert hall.state.lanes.waiting_in("A", "") == 1
    with pytest.raises(Refusal, match="Nobody"):
        hall.call("1")
    hall.wait(0.2)
    assert hall.call("1").ticket == "A001"


def test_who_was_requeued_in_the_pause_is_held_from_its_end() -> None:
    """Their five minutes begin when the hall goes on, and last no longer for the pause before."""
    hall = a_busy_hall()
    hall.do(DRILL)
    hall.wait(30)
    hall.do(c.Requeue(**AT_ONE, reason="r"))
    hall.wait(10)
    hall.do(GO_ON)
    assert hall.ticket("A001").not_before == hall.at + 5 * MINUTE


def test_the_wait_stays_whole_and_the_pause_stands_beside_it() -> None:
    """The visitor lived through it: two hours and a half, of which ten minutes nobody was called."""
    hall = a_busy_hall()
    hall.do(DRILL)
    hall.wait(10)
    hall.do(GO_ON)
    hall.call("2")
    ticket = hall.ticket("A002")
    assert ticket.called_at - ticket.arrived_at == 129 * MINUTE
    assert notice_view.paused_seconds(hall.state, ticket, hall.at) == 600
    its_own = [event for event in hall.log if getattr(event, "ticket", "A002") == "A002"]
    words = " ".join(str(sentence) for sentence in explain(hall.state.hall, its_own))
    assert "11:00:00: the hall was paused (emergency). " in words
    assert "11:10:00: the hall went on after 600 seconds. " in words
    assert words.endswith("It had waited 129 minutes, 10 of them while nobody was called.")


def test_the_end_of_the_hours_waits_for_the_pause() -> None:
    """Nobody expires in a fire drill; when the hall goes on after its hours, the day closes."""
    hall = play(a_hall(hours={"sat": ["09:00-18:00"]}), desks=("1",))
    hall.until(NINE + 8 * HOUR + 50 * MINUTE)
    hall.issue()
    hall.do(DRILL)
    hall.until(NINE + 10 * HOUR)
    assert hall.ticket("A001").state == "waiting"
    hall.do(GO_ON)
    hall.wait(0)
    assert hall.ticket("A001").state == "expired"


def test_the_roll_over_ends_a_pause_with_the_day() -> None:
    """A pause that nobody ended is over before the day is."""
    hall = play(a_hall(hours={"sat": ["09:00-18:00"]}), desks=("1",))
    hall.do(DRILL)
    ended = hall.until(NINE + 24 * HOUR)
    assert [type(event) for event in ended][:2] == [e.HallResumed, e.DayClosed]
    assert hall.state.pause is None


@pytest.mark.parametrize(
    ("hours", "minutes", "away"),
    [
        pytest.param("09:00-18:00", 1, 0, id="a restart within two minutes is none"),
        pytest.param("09:00-18:00", 20, 20, id="silence is"),
        pytest.param("09:00-12:00", 90, 60, id="until the closing that fell into it"),
    ],
)
def test_an_outage_lasts_until_the_start_or_the_closing(hours: str, minutes: int, away: int) -> None:
    """From the last event on, while the hall was open."""
    hall = play(a_hall(hours={"sat": [hours]}))
    hall.until(NINE + 2 * HOUR)
    hall.issue()
    until = day.away_until(hall.state, hall.at + minutes * MINUTE)
    assert until - hall.state.at == away * MINUTE


def test_a_closed_hall_was_not_away() -> None:
    """At night nothing is expected to happen."""
    hall = play(a_hall(hours={"sat": ["09:00-18:00"]}))
    hall.until(NINE + 10 * HOUR)
    assert day.away_until(hall.state, hall.at + 6 * HOUR) == hall.state.at


def test_after_an_outage_each_desk_is_unsure_of_its_ticket() -> None:
    """Until it says anything of it; an idle desk has nothing to say."""
    hall = a_busy_hall()
    hall.come_back(20)
    assert [hall.state.desks[number].unsure for number in "123"] == [True, False, False]
    hall.do(c.ConfirmTicket(**AT_ONE))
    assert not hall.state.desks["1"].unsure
    assert told(hall)["outage"] == {"began_at": hall.at - 20 * MINUTE, "ended_at": hall.at}


def test_an_outage_in_a_pause_is_counted_once() -> None:
    """The power goes in a fire drill: the hall was paused all the while."""
    hall = a_busy_hall()
    hall.do(c.Requeue(**AT_ONE, reason="r"))
    hall.do(DRILL)
    hall.come_back(20)
    hall.wait(10)
    hall.do(GO_ON)
    assert hall.state.paused_between(NINE, hall.at) == 30 * MINUTE
    assert hall.ticket("A001").not_before == hall.at + 5 * MINUTE
    assert told(hall)["outage"] is not None
    assert list(derive.audit(HallState(), hall.log)) == []


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        pytest.param(e.HallResumed(seconds=1), "had not been paused", id="a pause that never was"),
        pytest.param(e.OutageNoted(began_at=NINE, seconds=7200), "does not begin", id="an outage too long"),
        pytest.param(
            e.OutageNoted(began_at=NINE + 120 * MINUTE, seconds=9), "log gives 0", id="or too short"
        ),
    ],
)
def test_the_audit_finds_a_pause_that_cannot_be(event: e.Event, sentence: str) -> None:
    """It would make a wait look shorter."""
    hall = a_busy_hall()
    hall.issue()
    state = HallState()
    assert list(derive.audit(state, hall.log)) == []
    (finding,) = derive.check(state, stamped(hall, event))
    assert sentence in finding.sentence


def test_the_audit_finds_a_call_in_a_pause() -> None:
    """Nobody could have come."""
    hall = a_busy_hall()
    call = hall.log[-1]
    hall.do(c.Cancel(**AT_ONE, reason="r"))
    hall.do(DRILL)
    state = HallState()
    assert list(derive.audit(state, hall.log)) == []
    assert isinstance(call, e.TicketCalled)
    later = stamped(hall, msgspec.structs.replace(call, ticket="A002", desk="2"))
    assert "paused" in next(derive.check(state, later)).sentence


def stamped(hall: Played, event: e.Event) -> e.Event:
    """Give an event the next place of a hall's log."""
    return msgspec.structs.replace(event, seq=hall.state.seq + 1, at=hall.at, day=hall.state.day)


def test_a_pause_of_yesterday_is_remembered_beside_a_wait_that_began_then() -> None:
    """In a hall that never closes a ticket may wait through the roll-over."""
    hall = waiting(("passport", 0))
    hall.do(DRILL)
    hall.wait(10)
    hall.do(GO_ON)
    hall.until(NINE + 20 * HOUR)
    assert hall.state.day == "2026-11-22"
    assert notice_view.paused_seconds(hall.state, hall.ticket("A001"), hall.at) == 10 * 60
    hall.until(NINE + 4 * 24 * HOUR)
    assert hall.state.pauses == []


def test_desks_are_not_offered_calls_in_a_pause() -> None:
    """No timer runs: the offer that stood is gone, and a new one comes when the hall goes on."""
    hall = play(a_hall(policy=Policy(auto_call_seconds=20)), desks=())
    hall.open("1", actor=COLLEAGUE)
    hall.issue()
    hall.wait(0)
    assert hall.state.desks["1"].offer_until == hall.at + 20 * SECOND
    hall.do(DRILL)
    assert hall.wait(10) == []
    hall.do(GO_ON, INTEGRATION)
    (offered,) = hall.wait(0)
    assert isinstance(offered, e.CallOffered)
