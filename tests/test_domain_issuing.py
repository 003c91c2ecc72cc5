"""Numbers and places: what a visitor gets."""

import msgspec
import pytest

from protocol import commands as c
from protocol.events import TicketIssued
from protocol.hall import Queue
from server.domain import refusals
from server.domain.issuing import place
from tests.builders import ID, KIOSK, OPERATOR, a_hall, play, waiting


def test_numbers_follow_their_series() -> None:
    """Queues have their prefix, a class may have its own, and each series counts for itself."""
    hall = play()
    issued = [hall.issue(), hall.issue("land"), hall.issue("birth"), hall.issue("land", "pregnant")]
    assert issued == ["A001", "B001", "A002", "P001"]


def test_past_its_end_a_series_grows_a_digit() -> None:
    """After 99 comes 100 where the series was made for two digits."""
    two_digits = [Queue(id="A", prefix="A", first=98, last=99), Queue(id="B", prefix="B")]
    hall = play(msgspec.structs.replace(a_hall(), queue=two_digits))
    assert [hall.issue() for _ in range(3)] == ["A98", "A99", "A100"]


def test_ahead_counts_the_earlier_turns_of_the_queue() -> None:
    """People ahead are those with an earlier turn: precedence counts for both sides."""
    hall = waiting(("passport", 0), ("passport", 50, "elderly"), ("passport", 55), ("land", 0))
    (plain,) = hall.do(c.IssueTicket(id=ID, service="passport"))
    (elderly,) = hall.do(c.IssueTicket(id=ID, service="birth", class_="elderly"))
    (veteran,) = hall.do(c.IssueTicket(id=ID, service="birth", class_="veteran"))
    assert [event.ahead for event in (plain, elderly, veteran) if isinstance(event, TicketIssued)] == [
        3,
        3,
        0,
    ]


def test_a_place_says_who_came_later_and_goes_first() -> None:
    """Of those ahead, the ones with precedence who came later are told apart."""
    hall = waiting(("passport", 0), ("passport", 10), ("passport", 20, "elderly"))
    assert place(hall.state, hall.ticket("A002")) == (2, 1)
    assert place(hall.state, hall.ticket("A003")) == (0, 0)


def test_the_language_is_the_hall_s_unless_asked() -> None:
    """A ticket without a language speaks the hall's main one."""
    hall = play()
    (event,) = hall.do(c.IssueTicket(id=ID, service="passport"), KIOSK)
    (other,) = hall.do(c.IssueTicket(id=ID, service="passport", language="ru"), KIOSK)
    assert isinstance(event, TicketIssued)
    assert isinstance(other, TicketIssued)
    assert (event.language, other.language) == ("az", "ru")


@pytest.mark.parametrize(
    ("service", "class_", "refusal"),
    [
        pytest.param("nothing", "none", refusals.UnknownService, id="no such service"),
        pytest.param("papers", "none", refusals.UnknownService, id="a group is no service"),
        pytest.param("land", "friend", refusals.UnknownClass, id="no such class"),
    ],
)
def test_what_the_hall_does_not_have_is_refused(
    service: str, class_: str, refusal: type[refusals.Refusal]
) -> None:
    """A name the hall does not know is said back."""
    with pytest.raises(refusal):
        play().issue(service, class_)


def test_an_operator_issues_nothing() -> None:
    """Tickets come from kiosks and from the floor."""
    with pytest.raises(refusals.NotAllowed):
        play().do(c.IssueTicket(id=ID, service="land"), OPERATOR)


def test_a_suspended_service_gives_no_tickets_and_its_waiting_ones_are_served() -> None:
    """Suspending stops issue only, until the service is resumed."""
    hall = play()
    hall.issue()
    hall.do(c.SuspendService(id=ID, service="passport", reason="system-down"))
    with pytest.raises(refusals.ServiceSuspended):
        hall.issue()
    hall.issue("birth")
    assert hall.call().ticket == "A001"
    hall.do(c.ResumeService(id=ID, service="passport"))
    assert hall.do(c.ResumeService(id=ID, service="passport")) == []
    assert hall.issue() == "A003"
