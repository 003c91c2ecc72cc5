"""Slips printed again: copies at the kiosk, new issues from a person."""

import pytest

from protocol import commands as c
from protocol import events as e
from server.domain import derive, refusals
from server.domain.explain import explain
from server.domain.state import HallState
from tests.builders import GREETER, ID, KIOSK, OPERATOR, Played, play

OTHER_KIOSK = e.Actor(kind="device", id="dev-9", role="kiosk")


def at_kiosk() -> tuple[Played, str]:
    """Issue a ticket at a kiosk."""
    hall = play()
    (issued,) = hall.do(c.IssueTicket(id=ID, service="passport"), KIOSK)
    assert isinstance(issued, e.TicketIssued)
    return hall, issued.ticket


def reprint(hall: Played, number: str, actor: e.Actor, print_at: str | None = None) -> e.SlipReprinted:
    """Have a slip printed again."""
    said = c.ReprintSlip(id=ID, ticket=number, reason="unsure", print_at=print_at)
    (reprinted,) = hall.do(said, actor)
    assert isinstance(reprinted, e.SlipReprinted)
    return reprinted


def test_a_kiosk_prints_three_copies_of_its_own_slip() -> None:
    """The same issue, counted; a fourth is for a person."""
    hall, number = at_kiosk()
    copies = [reprint(hall, number, KIOSK) for _ in range(3)]
    assert [(event.issue, event.copies) for event in copies] == [(1, 1), (1, 2), (1, 3)]
    with pytest.raises(refusals.CopyLimit):
        reprint(hall, number, KIOSK)
    assert hall.ticket(number).copies == 3


def test_a_kiosk_prints_no_other_slip_and_none_that_is_over() -> None:
    """Another kiosk's visitor, or one who has gone, is not standing before it."""
    hall, number = at_kiosk()
    with pytest.raises(refusals.NotAllowed):
        reprint(hall, number, OTHER_KIOSK)
    hall.do(c.Abandon(id=ID, ticket=number))
    with pytest.raises(refusals.WrongState):
        reprint(hall, number, KIOSK)


def test_a_person_makes_a_new_issue_also_of_a_ticket_that_ended_today() -> None:
    """It begins its copies anew, and says at which kiosk it comes out."""
    hall, number = at_kiosk()
    reprint(hall, number, KIOSK)
    event = reprint(hall, number, GREETER, print_at="dev-2")
    assert (event.issue, event.copies, event.print_at) == (2, 0, "dev-2")
    assert hall.ticket(number).print_at == "dev-2"
    hall.finish()
    assert reprint(hall, number, GREETER).issue == 3


def test_an_operator_prints_nobody_a_slip_again() -> None:
    """That is for those who walk the floor."""
    hall, number = at_kiosk()
    with pytest.raises(refusals.NotAllowed):
        reprint(hall, number, OPERATOR)


def test_what_became_of_the_paper_is_kept_with_the_ticket() -> None:
    """Until it is printed again."""
    hall, number = at_kiosk()
    told = c.ReportDevice(id=ID, device="p", kind="printer", state="unconfirmed", ticket=number)
    hall.do(told, KIOSK)
    assert hall.ticket(number).slip == "unconfirmed"
    reprint(hall, number, KIOSK)
    assert hall.ticket(number).slip == ""


def test_the_audit_knows_an_issue_that_does_not_follow() -> None:
    """Issue three after one, or a fourth copy."""
    hall, number = at_kiosk()
    reprint(hall, number, KIOSK)
    assert list(derive.audit(HallState(), hall.log)) == []
    for issue, copies in ((3, 0), (1, 4), (2, 1)):
        hall, number = at_kiosk()
        hall.fold(e.SlipReprinted(ticket=number, issue=issue, copies=copies, reason="r"), KIOSK)
        (finding,) = derive.audit(HallState(), hall.log)
        assert "does not follow" in finding.sentence


def test_explain_tells_copies_and_new_slips_apart() -> None:
    """One is as good as the first; the other makes those before it void."""
    hall, number = at_kiosk()
    reprint(hall, number, KIOSK)
    reprint(hall, number, GREETER)
    words = [str(told) for told in explain(hall.state.hall, hall.log)]
    assert any("copy 1 of the slip (unsure)" in sentence for sentence in words)
    assert any("a new slip; those before it are void (unsure)" in sentence for sentence in words)
