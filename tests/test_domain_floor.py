"""The floor: walk-ups, help, classes and tickets confirmed, notes, and what is seen of it all."""

from typing import Any

import pytest

from protocol import commands as c
from protocol import events as e
from protocol.words import MINUTE
from server import standing
from server.domain import derive, floor_view, refusals, tallies, views
from server.domain.explain import explain
from server.domain.state import HallState
from tests.bookings import ELEVEN, a_bookable_hall, book, ticket_of
from tests.builders import COLLEAGUE, GREETER, ID, KIOSK, LEAD, OPERATOR, Played, play, waiting

ANNA = e.Actor(kind="visitor", id="A001", role="visitor")
BORIS = e.Actor(kind="visitor", id="A002", role="visitor")


def at_desk_one() -> Played:
    """Let an operator have desk 1 and a colleague desk 2."""
    hall = play(desks=())
    hall.open("1", actor=OPERATOR)
    hall.open("2", actor=COLLEAGUE)
    return hall


def walk_up(hall: Played, service: str = "passport", actor: e.Actor = OPERATOR, **more: Any) -> list[e.Event]:
    """Let a visitor walk up to desk 1."""
    return hall.do(c.IssueTicket(id=ID, service=service, desk="1", **more), actor)


def is_sound(hall: Played) -> bool:
    """Ask the audit about all that was played."""
    return list(derive.audit(HallState(), hall.log)) == []


def test_a_walk_up_is_called_at_once_when_nobody_is_before() -> None:
    """One answer: the ticket, and the call; the ticket says where it was issued."""
    hall = at_desk_one()
    issued, called = walk_up(hall)
    assert isinstance(issued, e.TicketIssued)
    assert isinstance(called, e.TicketCalled)
    assert (issued.desk, called.ticket, called.desk) == ("1", "A001", "1")
    assert (called.jumped, called.overtaken, called.actor) == ([], 0, OPERATOR)
    assert is_sound(hall)
    assert "to which the visitor walked up" in str(explain(hall.state.hall, hall.log)[0])


def test_a_walk_up_behind_others_or_at_a_busy_desk_waits_like_anyone() -> None:
    """Standing there gives no turn."""
    hall = at_desk_one()
    hall.issue()
    assert [type(event) for event in walk_up(hall)] == [e.TicketIssued]
    hall.call("1", OPERATOR)
    assert [type(event) for event in walk_up(hall)] == [e.TicketIssued]
    assert hall.state.lanes.waiting["A"] == 2


def test_a_walk_up_of_precedence_is_called_before_those_with_a_larger_key() -> None:
    """The key decides, as everywhere."""
    hall = at_desk_one()
    hall.issue()
    hall.wait(1)
    _, called = walk_up(hall, class_="elderly")
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket, [head.ticket for head in called.heads], called.overtaken) == ("A002", ["A002"], 1)
    assert is_sound(hall)


def test_an_operator_issues_at_the_own_desk_for_what_it_serves_and_nowhere_else() -> None:
    """Each mistake has its refusal."""
    hall = at_desk_one()
    with pytest.raises(refusals.NotAllowed):
        hall.do(c.IssueTicket(id=ID, service="passport"), OPERATOR)
    with pytest.raises(refusals.NotYourDesk):
        walk_up(hall, actor=COLLEAGUE)
    with pytest.raises(refusals.ServiceNotHere):
        walk_up(hall, "land")
    hall.do(c.PauseHall(id=ID, kind="break"), LEAD)
    with pytest.raises(refusals.HallPaused):
        walk_up(hall)


def test_several_at_once_only_where_a_service_says_so() -> None:
    """Its limit holds; a service that says nothing takes what programs have always sent."""
    hall = play()
    for service, quantity in (("birth", 4), ("passport", 9)):
        hall.do(c.IssueTicket(id=ID, service=service, quantity=quantity), KIOSK)
    with pytest.raises(refusals.TooMany):
        hall.do(c.IssueTicket(id=ID, service="birth", quantity=5), KIOSK)


def test_one_asks_for_help_once_until_somebody_goes() -> None:
    """A second touch causes nothing; after the answer one may ask again."""
    hall = play()
    (asked,) = hall.do(c.RequestHelp(id=ID), KIOSK)
    assert hall.do(c.RequestHelp(id=ID), KIOSK) == []
    hall.do(c.AnswerHelp(id=ID, request=asked.seq), GREETER)
    with pytest.raises(refusals.UnknownRequest):
        hall.do(c.AnswerHelp(id=ID, request=asked.seq), GREETER)
    assert len(hall.do(c.RequestHelp(id=ID), KIOSK)) == 1


def test_a_visitor_asks_with_the_own_ticket_alone() -> None:
    """Two visitors are two requests; another's ticket is refused, and so is no ticket at all."""
    hall = waiting(("passport", 0), ("passport", 1))
    hall.do(c.RequestHelp(id=ID, ticket="A001"), ANNA)
    hall.do(c.RequestHelp(id=ID, ticket="A002"), BORIS)
    assert [(call.asker, call.ticket) for call in hall.state.help.values()] == [
        ("A001", "A001"),
        ("A002", "A002"),
    ]
    for said in (c.RequestHelp(id=ID, ticket="A002"), c.RequestHelp(id=ID)):
        with pytest.raises(refusals.NotAllowed):
            hall.do(said, ANNA)
    with pytest.raises(refusals.UnknownTicket):
        hall.do(c.RequestHelp(id=ID, ticket="Z1"), GREETER)


def test_no_help_is_owed_on_the_next_day() -> None:
    """Who asked yesterday has gone home."""
    hall = play()
    hall.do(c.RequestHelp(id=ID), KIOSK)
    hall.wait(24 * 60)
    assert hall.state.help == {}


def test_a_class_is_confirmed_by_saying_it_again() -> None:
    """The place stays, the ticket knows that somebody looked, and explain tells it as what it was."""
    hall = waiting(("passport", 0, "elderly"))
    before = hall.ticket("A001").key
    assert not hall.ticket("A001").class_confirmed
    hall.do(c.SetClass(id=ID, ticket="A001", class_="elderly", reason="seen"), GREETER)
    assert (hall.ticket("A001").class_confirmed, hall.ticket("A001").key) == (True, before)
    hall.do(c.SetClass(id=ID, ticket="A001", class_="none", reason="no_proof"), GREETER)
    words = [str(told) for told in explain(hall.state.hall, hall.log)]
    assert "the class elderly was confirmed (seen)." in words[-2]
    assert "the class became none (no_proof)." in words[-1]


def test_after_an_outage_each_desk_with_a_ticket_is_asked_until_it_acts() -> None:
    """Confirming, serving or ending the ticket is acting; a desk without one is not asked."""
    hall = play(desks=("1", "2", "3"))
    hall.issue()
    hall.issue()
    one, two = hall.serve("1"), hall.call("2").ticket
    hall.fold(e.OutageNoted(began_at=hall.at, seconds=0))
    assert [desk.unsure for desk in hall.state.desks.values()] == [True, True, False]
    hall.do(c.ConfirmTicket(id=ID, desk="1", ticket=one))
    assert hall.do(c.ConfirmTicket(id=ID, desk="1", ticket=one)) == []
    hall.do(c.Serve(id=ID, desk="2", ticket=two))
    assert not any(desk.unsure for desk in hall.state.desks.values())
    with pytest.raises(refusals.TicketElsewhere):
        hall.do(c.ConfirmTicket(id=ID, desk="1", ticket=two))
    assert is_sound(hall)


def leave_note(hall: Played, number: str) -> None:
    """Leave a note at desk 1; the rules see its id."""
    hall.do(c.LeaveNote(id=ID, desk="1", ticket=number, text="n-1"))


def test_a_note_goes_with_the_ticket_to_the_next_desk_and_ends_with_the_day() -> None:
    """The desk's view has its text; the log and the state have an id."""
    hall = play(desks=("1", "2"))
    hall.issue()
    number = hall.serve("1")
    leave_note(hall, number)
    hall.do(c.Transfer(id=ID, desk="1", ticket=number, service="land", reason="r"))
    hall.call("2")
    shown = standing.desk(hall.state, "2", {"n-1": "Bring the old passport."}.get)  # type: ignore[arg-type]
    (note,) = shown["ticket"]["notes"]
    assert (note["desk"], note["text"]) == ("1", "Bring the old passport.")
    assert standing.desk(hall.state, "2", lambda _: "")["ticket"]["notes"] == []
    hall.do(c.CloseDay(id=ID))
    assert hall.ticket(number).notes == ()


def test_a_note_is_left_only_about_the_visitor_here() -> None:
    """Who waits is at no desk."""
    hall = waiting(("passport", 0))
    with pytest.raises(refusals.WrongState):
        leave_note(hall, "A001")
    with pytest.raises(refusals.UnknownTicket):
        leave_note(hall, "Z001")


def test_the_desk_page_has_all_that_comfort_needs() -> None:
    """What it may issue, whom it would leave behind, how long the visitor waited, and the offer."""
    hall = at_desk_one()
    hall.issue()
    hall.wait(7)
    hall.do(c.SuspendService(id=ID, service="birth", reason="paper"), LEAD)
    hall.call("1", OPERATOR)
    hall.do(c.CloseDesk(id=ID, desk="2"), COLLEAGUE)
    hall.issue()
    shown = standing.desk(hall.state, "1", lambda _: "")
    desk = shown["desk"]
    assert [(s["id"], s["most_at_once"], s["suspended"]) for s in desk["services"]] == [
        ("passport", 1, None),
        ("birth", 4, "paper"),
    ]
    assert desk["last_for"] == {"A": 1}
    assert (desk["unsure"], desk["offer"], desk["declined"], desk["auto_call_seconds"]) == (
        False,
        None,
        False,
        0,
    )
    assert (shown["ticket"]["waited_seconds"], shown["ticket"]["paused_seconds"]) == (7 * 60, 0)


def test_a_parked_ticket_shows_why_and_since_when() -> None:
    """So that nobody is forgotten behind a number."""
    hall = waiting(("passport", 0))
    number = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=number, reason="photo"))
    (parked,) = standing.desk(hall.state, "1", lambda _: "")["parked"]
    assert (parked["reason"], parked["since"]) == ("photo", hall.at)
    visit = views.visit(hall.state, hall.forecast, number, "2026-11-21", hall.at)
    assert visit is not None
    assert visit["reason"] is None  # that is one of an end, which this is not


def test_the_overview_tells_waits_desks_and_services() -> None:
    """The longest wait, how the services do, and who is idle since when."""
    hall = waiting(("passport", 100), ("passport", 110), ("land", 119), desks=("1",))
    hall.call()
    hall.wait(1)
    shown = floor_view.overview(hall.state, hall.forecast, hall.at)
    first, second = shown["queues"]
    assert (first["longest_wait_seconds"], second["longest_wait_seconds"]) == (11 * 60, 2 * 60)
    passport = shown["services"][0]
    assert (passport["waiting"], passport["tally"]["issued"], passport["tally"]["called"]) == (1, 2, 1)
    assert passport["tally"]["wait_seconds"] == 20 * 60
    assert passport["tally"]["within_target"] == 0
    one, two = shown["desks"][:2]
    assert (one["idle_since"], one["ticket"], one["last_for"]) == (None, "A001", {"A": 1})
    assert (two["state"], two["idle_since"]) == ("closed", None)


def test_tallies_count_first_calls_and_corrected_ends() -> None:
    """A ticket called twice was called once; an end that was taken back is none."""
    hall = waiting(("passport", 110), ("passport", 110))
    number = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=number, reason="photo"))
    hall.do(c.CallTicket(id=ID, desk="1", ticket=number, reason="back"))
    hall.do(c.Serve(id=ID, desk="1", ticket=number))
    hall.do(c.Complete(id=ID, desk="1", ticket=number, outcome="served"))
    tally = tallies.of_day(hall.state)["passport"]
    assert (tally.issued, tally.called, tally.within_target, tally.served) == (2, 1, 1, 1)
    hall.do(c.Reinstate(id=ID, ticket=number, desk="1", reason="slip"))
    assert tallies.of_day(hall.state)["passport"].served == 0


def test_a_tally_begins_the_wait_of_who_booked_at_the_slot() -> None:
    """Coming an hour early breaks no promise of the hall's, so no alarm tells of it."""
    hall = a_bookable_hall()
    number = book(hall)
    hall.wait(60)
    ticket_of(hall, number)
    hall.until(ELEVEN + 3 * MINUTE)
    hall.call("3")
    tally = tallies.of_day(hall.state)["land"]
    assert (tally.wait_seconds, tally.within_target) == (180, 1)


def test_lookup_tells_the_floor_a_ticket_with_its_class_and_what_may_be_done() -> None:
    """A visitor's own view has no class; the greeter's has, with the verbs of the floor."""
    hall = waiting(("passport", 100, "elderly"))
    shown = floor_view.lookup(hall.state, hall.forecast, ("2026-11-21", "A001"), hall.at)
    assert shown is not None
    assert (shown["class"], shown["evidence"], shown["class_confirmed"]) == ("elderly", "desk", False)
    assert shown["verbs"] == ["transfer", "set_class", "cancel", "abandon", "reprint_slip"]
    assert (shown["waited_seconds"], shown["issue"], shown["copies"], shown["slip"]) == (20 * 60, 1, 0, None)
    assert floor_view.lookup(hall.state, hall.forecast, ("2026-11-20", "A001"), hall.at) is None


def test_lookup_offers_to_reinstate_while_the_grace_time_lasts() -> None:
    """And no longer: no button that would be refused."""
    hall = waiting(("passport", 0))
    number = hall.call().ticket
    hall.do(c.Recall(id=ID, desk="1", ticket=number))
    hall.wait(4)
    hall.do(c.NoShow(id=ID, desk="1", ticket=number))

    def verbs() -> list[str]:
        return floor_view.floor_verbs(hall.state, hall.ticket(number), hall.at)

    assert "reinstate" in verbs()
    hall.wait(31)
    assert verbs() == ["reprint_slip"]


def test_device_states_are_those_told_last() -> None:
    """By whom and of which part, with the time since it is so."""
    hall = play()
    hall.do(c.ReportDevice(id=ID, device="p", kind="printer", state="fault"), KIOSK)
    began = hall.at
    hall.wait(1)
    hall.do(c.ReportDevice(id=ID, device="p", kind="printer", state="fault"), KIOSK)
    (told,) = floor_view.device_states(hall.state, "dev-2")
    assert (told["state"], told["since"], told["at"]) == ("fault", began, began + MINUTE)
    assert floor_view.device_states(hall.state, "dev-7") == []
