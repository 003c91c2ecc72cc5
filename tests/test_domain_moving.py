"""Tickets moved: aside, back, to other lanes, to other classes, or out."""

from typing import Any

import pytest

from protocol import commands as c
from protocol.events import Actor, TicketTransferred
from protocol.words import MINUTE
from server.domain import refusals
from tests.builders import COLLEAGUE, GREETER, ID, INTEGRATION, LEAD, OPERATOR, play, waiting

VISITOR = Actor(kind="visitor", id="A001", role="visitor")


def transferred(**fields: Any) -> TicketTransferred:
    """Let the greeter transfer A001."""
    hall = waiting(("passport", 0))
    (event,) = hall.do(c.Transfer(id=ID, ticket="A001", reason="other", **fields), GREETER)
    assert isinstance(event, TicketTransferred)
    return event


@pytest.mark.parametrize(
    ("fields", "service", "queue", "ask"),
    [
        pytest.param({"service": "land"}, "land", "B", "", id="to a service: its queue"),
        pytest.param(
            {"to_desk": "2"}, "passport", "A", "desk:2", id="to a desk that serves the queue: it stays"
        ),
        pytest.param(
            {"to_desk": "3"}, "passport", "B", "desk:3", id="to a desk that does not: its first queue"
        ),
        pytest.param({"to_specialty": "ru"}, "passport", "A", "specialty:ru", id="to a specialty"),
    ],
)
def test_a_transfer_leads_to_a_lane_that_is_served(
    fields: dict[str, str], service: str, queue: str, ask: str
) -> None:
    """The new leg waits where a desk can call it."""
    hall = waiting(("passport", 0))
    (event,) = hall.do(c.Transfer(id=ID, ticket="A001", reason="other", **fields), GREETER)  # type: ignore[arg-type]
    assert isinstance(event, TicketTransferred)
    ticket = hall.ticket("A001")
    assert (event.service, event.queue) == (service, queue)
    assert (ticket.service, ticket.queue, ticket.ask) == (service, queue, ask)
    assert ticket.arrived_at == hall.at


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        pytest.param({}, refusals.Malformed, id="nowhere"),
        pytest.param({"service": "land", "to_desk": "2"}, refusals.Malformed, id="to two places"),
        pytest.param({"service": "nothing"}, refusals.UnknownService, id="to no service"),
        pytest.param({"to_desk": "99"}, refusals.UnknownDesk, id="to no desk"),
        pytest.param({"to_specialty": "law"}, refusals.UnknownSpecialty, id="to no specialty"),
    ],
)
def test_a_transfer_needs_one_goal(fields: dict[str, str], refusal: type[refusals.Refusal]) -> None:
    """Exactly one of service, desk and specialty, and one that the hall has."""
    with pytest.raises(refusal):
        transferred(**fields)


def test_a_desk_without_queues_gets_no_transfer() -> None:
    """A ticket sent to a desk that serves nothing could never be called."""
    hall = waiting(("passport", 0))
    hall.do(c.AssignDesk(id=ID, desk="3", queues=[]))
    with pytest.raises(refusals.NotServedHere):
        hall.do(c.Transfer(id=ID, ticket="A001", to_desk="3", reason="other"))


def test_a_transfer_keeps_the_number_and_remembers_the_leg() -> None:
    """The ticket is never relabelled; the next desk sees the legs before."""
    hall = waiting(("passport", 0))
    hall.serve()
    hall.do(c.Transfer(id=ID, desk="1", ticket="A001", service="land", reason="next"))
    hall.open("3")
    assert hall.call("3").ticket == "A001"
    assert [(leg.service, leg.desk) for leg in hall.ticket("A001").legs] == [("passport", "1")]


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        pytest.param(OPERATOR, refusals.NotAllowed, id="an operator does not move who waits"),
        pytest.param(GREETER, None, id="a greeter does"),
        pytest.param(LEAD, None, id="a lead does"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c.Transfer(id=ID, ticket="A001", service="land", reason="r"), id="transfer"),
        pytest.param(c.Cancel(id=ID, ticket="A001", reason="r"), id="cancel"),
        pytest.param(c.SetClass(id=ID, ticket="A001", class_="elderly", reason="r"), id="set_class"),
        pytest.param(c.Abandon(id=ID, ticket="A001"), id="abandon"),
    ],
)
def test_who_waits_is_the_floor_s(
    command: c.Command, actor: Actor, refusal: type[refusals.Refusal] | None
) -> None:
    """Tickets that wait are moved by those who do not profit from the order."""
    hall = waiting(("passport", 0))
    if refusal is None:
        assert len(hall.do(command, actor)) == 1
    else:
        with pytest.raises(refusal):
            hall.do(command, actor)


def test_a_ticket_at_a_desk_is_moved_from_there_only() -> None:
    """Not even a lead transfers a ticket from under another's hands."""
    hall = waiting(("passport", 0))
    hall.serve()
    with pytest.raises(refusals.NotYourDesk):
        hall.do(c.Transfer(id=ID, ticket="A001", service="land", reason="r"), LEAD)
    hall.open("2")
    with pytest.raises(refusals.TicketElsewhere):
        hall.do(c.Cancel(id=ID, desk="2", ticket="A001", reason="r"), INTEGRATION)
    hall.do(c.Cancel(id=ID, desk="1", ticket="A001", reason="r"), INTEGRATION)


def test_a_class_changes_the_key_and_not_the_arrival() -> None:
    """A ground for precedence that is recognised later counts from the arrival."""
    hall = waiting(("passport", 0), ("passport", 30))
    arrived = hall.ticket("A002").arrived_at
    hall.do(c.SetClass(id=ID, ticket="A002", class_="elderly", reason="shown"), GREETER)
    ticket = hall.ticket("A002")
    assert (ticket.arrived_at, ticket.key) == (arrived, arrived - 60 * MINUTE)
    assert hall.call().ticket == "A002"
    with pytest.raises(refusals.UnknownClass):
        hall.do(c.SetClass(id=ID, ticket="A001", class_="friend", reason="shown"), GREETER)


def test_a_visitor_leaves_with_the_own_ticket_only() -> None:
    """The holder of A001 can give it up, and no other."""
    hall = waiting(("passport", 0), ("passport", 1))
    with pytest.raises(refusals.NotAllowed):
        hall.do(c.Abandon(id=ID, ticket="A002"), VISITOR)
    hall.do(c.Abandon(id=ID, ticket="A001"), VISITOR)
    assert hall.call().ticket == "A002"


def test_requeue_takes_a_time() -> None:
    """A visitor who says when they will be back is no head before."""
    hall = waiting(("passport", 0))
    number = hall.serve()
    later = hall.at + 20 * MINUTE
    hall.do(c.Requeue(id=ID, desk="1", ticket=number, reason="copy", not_before=later))
    hall.wait(19)
    with pytest.raises(refusals.NobodyWaiting):
        hall.call()
    hall.wait(1)
    assert hall.call().ticket == number


def test_after_a_service_has_begun_requeue_waits_for_nothing() -> None:
    """Only an unanswered call holds a ticket back by itself."""
    hall = waiting(("passport", 0))
    number = hall.serve()
    hall.do(c.Requeue(id=ID, desk="1", ticket=number, reason="photo"))
    assert hall.call().ticket == number


def test_a_ticket_of_another_day_is_named_by_it() -> None:
    """The day tells tickets of one number apart; an unknown one is said back."""
    hall = waiting(("passport", 0))
    with pytest.raises(refusals.UnknownTicket):
        hall.do(c.Cancel(id=ID, ticket="A001", day="2026-11-20", reason="r"))
    hall.do(c.Cancel(id=ID, ticket="A001", day="2026-11-21", reason="r"))


def test_outcomes_are_the_hall_s() -> None:
    """A service ends in a way that the hall knows."""
    hall = waiting(("passport", 0))
    hall.serve()
    with pytest.raises(refusals.UnknownOutcome):
        hall.do(c.Complete(id=ID, desk="1", ticket="A001", outcome="great"))


def test_paper_is_told_of_a_ticket() -> None:
    """A printer's report with a ticket says what became of the slip; without one, how the device is."""
    hall = waiting(("passport", 0))
    report = {"id": ID, "device": "printer-1", "kind": "printer"}
    (printed,) = hall.do(c.ReportDevice(**report, state="printed", ticket="A001"))  # type: ignore[arg-type]
    (device,) = hall.do(c.ReportDevice(**report, state="paper-out"))  # type: ignore[arg-type]
    assert [type(event).__name__ for event in (printed, device)] == ["SlipPrinted", "DeviceReported"]
    with pytest.raises(refusals.UnknownTicket):
        hall.do(c.ReportDevice(**report, state="printed", ticket="A999"))  # type: ignore[arg-type]
    with pytest.raises(refusals.UnknownOutcome):
        hall.do(c.ReportDevice(**report, state="eaten", ticket="A001"))  # type: ignore[arg-type]


def test_driving_the_clock_leaves_no_event() -> None:
    """Advance_clock is the engine's affair."""
    hall = play()
    assert hall.do(c.AdvanceClock(id=ID, at=hall.at + 1)) == []
    with pytest.raises(refusals.NotAllowed):
        hall.do(c.AdvanceClock(id=ID, at=hall.at + 1), COLLEAGUE)
