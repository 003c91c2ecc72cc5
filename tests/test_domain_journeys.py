"""One ticket through several services: a route planned in the hall file, legs added at a desk, ways back."""

from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol.hall import Policy
from protocol.words import HOUR, MINUTE
from server.domain import derive, desk_view, refusals, services, views
from server.domain.state import HallState, to_snapshot
from tests.bookings import ELEVEN, WEEK, a_bookable_hall, book, check_in
from tests.builders import COLLEAGUE, GREETER, ID, NINE, OPERATOR, Played, a_hall, play
from tests.journeys import complete, journey, planned, routed, sent_and_back, served


def test_three_stages_keep_one_number() -> None:
    """Each stage waits in its own queue from the end of the one before, with a further leg's credit."""
    hall = journey()
    (issued,) = hall.do(c.IssueTicket(id=ID, service="passport"))
    assert isinstance(issued, e.TicketIssued)
    assert issued.route == ["land", "birth"]
    hall.serve()
    hall.wait(10)
    completed, begun = complete(hall, "1")
    assert isinstance(completed, e.LegCompleted)
    assert isinstance(begun, e.LegBegun)
    assert (begun.ticket, begun.service, begun.queue, begun.to_desk) == ("A001", "land", "B", msgspec.UNSET)
    ticket = hall.ticket("A001")
    assert (ticket.state, ticket.service, ticket.queue) == ("waiting", "land", "B")
    assert (ticket.arrived_at, ticket.key) == (hall.at, hall.at - 30 * MINUTE)
    assert [(leg.service, leg.desk) for leg in ticket.legs] == [("passport", "1")]
    assert hall.serve("3") == "A001"
    complete(hall, "3")
    assert (hall.ticket("A001").service, planned(hall)) == ("birth", [])
    assert hall.finish("1") == "A001"
    assert hall.ticket("A001").state == "completed"
    assert {event.ticket for event in hall.log if isinstance(event, e.TicketEvent)} == {"A001"}
    assert list(derive.audit(HallState(), hall.log)) == []


def test_a_stage_that_ends_can_call_its_own_visitor_again() -> None:
    """Completing calls the next one of the desk's lanes: the visitor's next stage is among them."""
    hall = journey("2")
    hall.issue()
    hall.serve("2")
    *_, called = complete(hall, "2", call_next=True)
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket, called.service) == ("A001", "land")


def test_a_later_stage_has_the_largest_credit() -> None:
    """That of the class where it is larger; none where the queue goes by arrival alone."""
    hall = journey()
    hall.issue("passport", "elderly")
    hall.finish()
    assert hall.ticket("A001").key == hall.at - HOUR
    plain = routed(a_hall(policy=Policy(further_leg_credit_minutes=0)), passport=["land"])
    hall = play(plain)
    hall.issue()
    hall.finish()
    assert hall.ticket("A001").key == hall.at


def test_whoever_issues_may_name_another_route() -> None:
    """It stands in place of the service's own; an empty one leads nowhere."""
    hall = journey()
    for route, expected in ((["birth", "passport"], ["birth", "passport"]), ([], [])):
        (issued,) = hall.do(c.IssueTicket(id=ID, service="passport", route=route), GREETER)
        assert isinstance(issued, e.TicketIssued)
        assert planned(hall, issued.ticket) == expected
    hall.finish()
    assert hall.ticket("A001").service == "birth"


@pytest.mark.parametrize(
    ("route", "refusal"),
    [
        pytest.param(["nothing"], refusals.UnknownService, id="to no service"),
        pytest.param(["papers"], refusals.UnknownService, id="to a group"),
        pytest.param(["passport"], refusals.Malformed, id="to the same service"),
        pytest.param(["land", "land"], refusals.Malformed, id="twice in a row"),
    ],
)
def test_a_route_must_lead_somewhere(route: list[str], refusal: type[refusals.Refusal]) -> None:
    """Through services that people can wait for, and from each to another."""
    hall = journey()
    with pytest.raises(refusal):
        hall.do(c.IssueTicket(id=ID, service="passport", route=route))
    assert not hall.state.tickets


def test_who_booked_goes_the_same_way() -> None:
    """A check-in carries the route of the service, and so does the ticket of who came too late."""
    hall = a_bookable_hall()
    hall.fold(e.HallConfigured(hall=routed(hall.state.hall, land=["passport"]), digest="d2", source="file"))
    book(hall)
    book(hall)
    hall.until(ELEVEN)
    (checked_in,) = check_in(hall, "1")
    assert isinstance(checked_in, e.VisitCheckedIn)
    assert checked_in.route == ["passport"]
    hall.wait(20)
    *_, issued = check_in(hall, "2", late="walk_in")
    assert isinstance(issued, e.TicketIssued)
    assert issued.route == ["passport"]
    assert list(derive.audit(HallState(), hall.log)) == []


def test_the_route_goes_on_whatever_the_outcome() -> None:
    """An outcome says how one service ended; only the desk can say that none follows."""
    hall = journey()
    served(hall)
    assert isinstance(complete(hall, "1", outcome="refused")[1], e.LegBegun)
    hall.serve("3")
    (completed,) = complete(hall, "3", outcome="refused", ends_visit=True)
    assert isinstance(completed, e.LegCompleted)
    assert completed.ends_visit is True
    assert hall.ticket("A001").state == "completed"
    assert list(derive.audit(HallState(), hall.log)) == []


def test_an_end_of_the_visit_says_nothing_where_nothing_was_planned() -> None:
    """The log says only what it changed."""
    hall = play()
    served(hall)
    (completed,) = complete(hall, "1", ends_visit=True)
    assert isinstance(completed, e.LegCompleted)
    assert completed.ends_visit is msgspec.UNSET


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        pytest.param([c.Recall, c.NoShow], "no_show", id="absent"),
        pytest.param([c.Cancel], "cancelled", id="cancelled"),
    ],
)
def test_a_visit_that_ends_takes_its_route_along_and_brings_it_back(steps: list[Any], state: str) -> None:
    """No later stage begins; who is reinstated goes the whole way."""
    hall = journey()
    hall.issue()
    hall.call()
    for kind in steps:
        hall.wait(2)
        reason: Any = {"reason": "other"} if kind is c.Cancel else {}
        hall.do(kind(id=ID, desk="1", ticket="A001", **reason))
    assert (hall.ticket("A001").state, hall.state.tickets) == (state, {})
    hall.do(c.Reinstate(id=ID, desk="1", ticket="A001", reason="other"))
    hall.do(c.Serve(id=ID, desk="1", ticket="A001"))
    complete(hall, "1")
    assert (hall.ticket("A001").service, planned(hall)) == ("land", ["birth"])


def test_a_stage_begins_though_its_service_is_suspended_or_has_no_desk() -> None:
    """Suspending stops new tickets; who has one waits, and is counted as stranded where nobody serves."""
    hall = journey("1")
    served(hall)
    hall.do(c.SuspendService(id=ID, service="land", reason="other"))
    complete(hall, "1")
    assert hall.ticket("A001").state == "waiting"
    (queue,) = [told for told in views.queues(hall.state, hall.forecast) if told["id"] == "B"]
    assert queue["stranded"]
    hall.open("3")
    assert hall.call("3").ticket == "A001"


def test_in_a_closed_hall_the_next_stage_has_expired() -> None:
    """Who came for three services and got one was not served to the end: the log and the page say so."""
    hall = journey()
    served(hall)
    hall.do(c.CloseDay(id=ID))
    completed, begun, expired, closed = complete(hall, "1")
    assert [type(event) for event in (completed, begun, expired, closed)] == [
        e.LegCompleted,
        e.LegBegun,
        e.TicketExpired,
        e.DeskClosed,
    ]
    assert (hall.ticket("A001").state, planned(hall)) == ("expired", ["birth"])
    assert list(derive.audit(HallState(), hall.log)) == []


def test_a_queue_that_is_kept_overnight_keeps_the_next_stage() -> None:
    """Its visitor is called on the next day, by the number of the day before."""
    hall = journey(hours=WEEK, keep_overnight=True)
    served(hall)
    hall.do(c.CloseDay(id=ID))
    complete(hall, "1")
    hall.until(NINE + 24 * HOUR)
    hall.open("3")
    called = hall.call("3")
    assert (called.ticket, called.ticket_day, called.service) == ("A001", "2026-11-21", "land")
    assert list(derive.audit(HallState(), hall.log)) == []


def test_a_day_that_is_served_out_ends_with_the_last_stage() -> None:
    """Closing with those who wait served out goes on through every stage."""
    hall = journey()
    served(hall)
    hall.do(c.CloseDay(id=ID, waiting="serve_out"))
    complete(hall, "1")
    hall.wait(1)
    assert hall.state.is_open
    hall.finish("3")
    hall.finish("1")
    hall.wait(1)
    assert not hall.state.is_open


def test_what_nobody_ended_leads_nowhere() -> None:
    """At the roll-over of a closed day a served leg is unclosed, and nobody knows whether anyone is there."""
    hall = journey(hours={"sat": ["09:00-18:00"]})
    served(hall)
    hall.until(NINE + 20 * HOUR)
    assert hall.state.tickets == {}
    assert not any(isinstance(event, e.LegBegun) for event in hall.log)
    assert list(derive.audit(HallState(), hall.log)) == []


def test_a_completion_is_taken_back_while_the_next_stage_waits() -> None:
    """The visitor is back at the desk as before, and the stage that had begun is planned again."""
    hall = journey()
    served(hall)
    before = to_snapshot(hall.state)
    completed, _ = complete(hall, "1")
    hall.wait(2)
    assert desk_view.desk(hall.state, "1", str)["last_ended"]["state"] == "completed"
    (event,) = hall.do(c.Reinstate(id=ID, desk="1", ticket="A001", reason="other"))
    assert isinstance(event, e.TicketReinstated)
    assert (event.state, event.desk, event.corrects) == ("serving", "1", completed.seq)
    after = to_snapshot(hall.state)
    assert after.tickets == before.tickets
    assert after.ended == []
    assert [desk.ticket for desk in after.desks] == [desk.ticket for desk in before.desks]
    assert hall.state.lanes.waiting == {"A": 0, "B": 0}
    assert hall.state.durations["passport"].legs == 0
    complete(hall, "1")
    assert hall.call("3").ticket == "A001"
    assert list(derive.audit(HallState(), hall.log)) == []


def test_what_happened_to_the_ticket_meanwhile_stays() -> None:
    """A new slip, which made the old one void, and a class that was proved, are not taken back."""
    hall = journey()
    served(hall)
    complete(hall, "1")
    hall.do(c.ReprintSlip(id=ID, ticket="A001", reason="other"), GREETER)
    hall.do(c.SetClass(id=ID, ticket="A001", class_="elderly", reason="other"), GREETER)
    hall.do(c.Reinstate(id=ID, desk="1", ticket="A001", reason="other"))
    assert (hall.ticket("A001").issue, hall.ticket("A001").class_) == (2, "elderly")


def test_it_is_not_taken_back_once_the_next_stage_was_called() -> None:
    """Nor by another desk, nor after ten minutes, nor when the visitor was moved or has left."""
    reinstate = c.Reinstate(id=ID, desk="1", ticket="A001", reason="other")

    def refused(hall: Played, *, minutes: int, refusal: type[refusals.Refusal]) -> None:
        hall.wait(minutes)
        with pytest.raises(refusal):
            hall.do(reinstate)

    def begun() -> Played:
        hall = journey()
        served(hall)
        complete(hall, "1")
        return hall

    refused(begun(), minutes=11, refusal=refusals.TooLate)
    hall = begun()
    hall.call("3")
    assert desk_view.desk(hall.state, "1", str)["last_ended"] is None
    refused(hall, minutes=0, refusal=refusals.WrongState)
    hall = begun()
    hall.do(c.Transfer(id=ID, ticket="A001", service="passport", reason="other"), GREETER)
    refused(hall, minutes=0, refusal=refusals.WrongState)
    hall = begun()
    hall.do(c.Cancel(id=ID, ticket="A001", reason="other"), GREETER)
    assert desk_view.desk(hall.state, "1", str)["last_ended"] is None
    hall = begun()
    hall.issue("birth")
    hall.call()
    refused(hall, minutes=0, refusal=refusals.DeskBusy)
    hall = begun()
    with pytest.raises(refusals.WrongState):
        hall.do(c.Reinstate(id=ID, desk="3", ticket="A001", reason="other"))


def test_a_desk_adds_a_service_and_takes_it_off() -> None:
    """It follows those that are planned, for whoever is served; the operator of the desk says so."""
    hall = journey("3")
    hall.open("1", actor=OPERATOR)
    hall.issue("birth")
    hall.call("1", OPERATOR)
    hall.do(c.Serve(id=ID, desk="1", ticket="A001"), OPERATOR)
    (added,) = hall.do(c.AddLeg(id=ID, desk="1", ticket="A001", service="land"), OPERATOR)
    assert isinstance(added, e.LegAdded)
    assert (added.desk, added.service, added.reason) == ("1", "land", msgspec.UNSET)
    hall.do(c.AddLeg(id=ID, ticket="A001", service="passport", reason="other"), OPERATOR)
    assert planned(hall) == ["land", "passport"]
    hall.do(c.DropLeg(id=ID, ticket="A001", service="land"), OPERATOR)
    assert planned(hall) == ["passport"]
    _, begun = hall.do(c.Complete(id=ID, desk="1", ticket="A001", outcome="served"), OPERATOR)
    assert isinstance(begun, e.LegBegun)
    assert begun.service == "passport"
    assert list(derive.audit(HallState(), hall.log)) == []


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        pytest.param(c.AddLeg(id=ID, ticket="A001", service="land"), refusals.AlreadyPlanned, id="planned"),
        pytest.param(c.AddLeg(id=ID, ticket="A001", service="papers"), refusals.UnknownService, id="a group"),
        pytest.param(c.AddLeg(id=ID, ticket="A002", service="land"), refusals.WrongState, id="who waits"),
        pytest.param(
            c.AddLeg(id=ID, desk="3", ticket="A001", service="land"), refusals.TicketElsewhere, id="elsewhere"
        ),
        pytest.param(c.DropLeg(id=ID, ticket="A001", service="passport"), refusals.NotPlanned, id="none"),
    ],
)
def test_a_leg_is_added_for_who_is_served_here(command: c.Command, refusal: type[refusals.Refusal]) -> None:
    """Once, to a service that takes visitors; and only what is planned is taken off."""
    hall = journey()
    served(hall)
    hall.issue()
    with pytest.raises(refusal):
        hall.do(command)
    assert planned(hall) == ["land", "birth"]


def test_the_service_that_is_served_is_not_added_alone() -> None:
    """It would follow itself; and a suspended one takes nobody, nor does a colleague's visitor get one."""
    hall = play(desks=("1", "3"))
    served(hall)
    with pytest.raises(refusals.AlreadyPlanned):
        hall.do(c.AddLeg(id=ID, ticket="A001", service="passport"))
    hall.do(c.SuspendService(id=ID, service="land", reason="other"))
    with pytest.raises(refusals.ServiceSuspended):
        hall.do(c.AddLeg(id=ID, ticket="A001", service="land"))
    with pytest.raises(refusals.NotYourDesk):
        hall.do(c.AddLeg(id=ID, ticket="A001", service="birth"), COLLEAGUE)
    with pytest.raises(refusals.NotAllowed):
        hall.do(c.AddLeg(id=ID, ticket="A001", service="birth"), GREETER)


def test_a_visitor_returns_to_the_desk_that_sent_them() -> None:
    """After the other service, for the service they were served before, and then goes on as planned."""
    hall = journey("1", "2", "3")
    sent_and_back(hall)
    assert planned(hall) == ["passport", "land", "birth"]
    _, begun = complete(hall, "3")
    assert isinstance(begun, e.LegBegun)
    assert (begun.service, begun.queue, begun.to_desk) == ("passport", "A", "1")
    assert hall.ticket("A001").ask == "desk:1"
    with pytest.raises(refusals.NobodyWaiting):
        hall.call("2")
    assert hall.serve("1") == "A001"
    complete(hall, "1")
    assert hall.ticket("A001").service == "land"
    assert list(derive.audit(HallState(), hall.log)) == []


def test_a_desk_that_has_closed_is_not_waited_for() -> None:
    """Then any desk of the queue calls the visitor; one that serves another queue by now, in that one."""
    hall = journey("1", "2", "3")
    sent_and_back(hall)
    hall.do(c.CloseDesk(id=ID, desk="1"))
    complete(hall, "3")
    assert hall.ticket("A001").ask == ""
    assert hall.call("2").ticket == "A001"
    hall = journey("1", "3")
    sent_and_back(hall)
    hall.do(c.AssignDesk(id=ID, desk="1", queues=["B"]))
    complete(hall, "3")
    assert (hall.ticket("A001").queue, hall.call("1").ticket) == ("B", "A001")


@pytest.mark.parametrize("goal", [{"service": "land"}, {"to_desk": "1"}], ids=["who waits", "the same desk"])
def test_a_way_back_needs_a_desk_to_come_from(goal: dict[str, str]) -> None:
    """Nobody returns to where they have not been, nor to where they are sent."""
    hall = journey()
    hall.issue()
    if "to_desk" in goal:
        hall.serve()
    with pytest.raises(refusals.Malformed):
        hall.do(c.Transfer(id=ID, ticket="A001", reason="other", back=True, **goal))  # type: ignore[arg-type]


def test_a_configuration_may_not_take_a_planned_service() -> None:
    """It would leave the visitor without a way: refused with their number, like any that strands people."""
    hall = journey()
    hall.issue()
    without = [service for service in hall.state.hall.service if service.id != "land"]
    smaller = msgspec.structs.replace(routed(a_hall(), passport=[]), service=without)
    with pytest.raises(refusals.WouldStrand):
        list(services.configure(hall.state, smaller, "d2", "file"))
