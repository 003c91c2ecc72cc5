"""Whoever ends a desk, a service or a day says what becomes of those who wait."""

from typing import Any

import pytest

from protocol import commands as c
from protocol import events as e
from protocol.words import HOUR, MINUTE
from server.domain import derive, notice_view, stranding, views
from server.domain.refusals import (
    DeskBusy,
    HallClosed,
    IssuingStopped,
    Malformed,
    NoDeskServes,
    NotAllowed,
    QueueClosing,
    ServiceSuspended,
    WrongState,
)
from server.domain.state import HallState
from tests.builders import COLLEAGUE, GREETER, ID, LEAD, NINE, OPERATOR, Played, a_hall, play, waiting

AT_ONE: Any = {"id": ID, "desk": "1", "ticket": "A001"}


def three_wait(*desks: str) -> Played:
    """Make a hall where A001 (elderly), A002 and B001 wait."""
    return waiting(("passport", 0, "elderly"), ("birth", 1), ("land", 2), desks=desks or ("1", "3"))


def states(hall: Played) -> dict[str, str]:
    """Give each ticket's state."""
    found = (*hall.state.tickets.values(), *hall.state.ended.values())
    return {ticket.number: ticket.state for ticket in sorted(found, key=lambda ticket: ticket.number)}


def is_sound(hall: Played) -> bool:
    """Tell whether the audit finds nothing in the log."""
    return list(derive.audit(HallState(), hall.log)) == []


def test_a_desk_knows_for_whom_it_is_the_last() -> None:
    """By queue, with those who ask for this very desk; a second desk for the queue takes that away."""
    hall = three_wait("1", "2")
    assert stranding.last_for(hall.state, hall.state.desks["1"]) == {}
    assert stranding.last_for(hall.state, hall.state.desks["2"]) == {"B": 1}
    hall.do(c.Transfer(id=ID, ticket="A002", to_desk="1", reason="r"))
    assert stranding.last_for(hall.state, hall.state.desks["1"]) == {"A": 1}
    hall.do(c.CloseDesk(id=ID, desk="2"))
    assert stranding.last_for(hall.state, hall.state.desks["1"]) == {"A": 2}
    assert stranding.last_for(hall.state, hall.state.desks["2"]) == {}
    assert stranding.without_desk(hall.state) == ["B"]
    hall.do(c.PauseDesk(id=ID, desk="1", reason="r"))
    assert stranding.last_for(hall.state, hall.state.desks["1"]) == {"A": 2}


def test_without_a_word_they_stay_stranded() -> None:
    """As ever: the pages ask first."""
    hall = three_wait()
    hall.do(c.CloseDesk(id=ID, desk="1"))
    assert states(hall) == {"A001": "waiting", "A002": "waiting", "B001": "waiting"}
    stranded = {queue["id"]: queue["stranded"] for queue in views.queues(hall.state, hall.forecast)}
    assert stranded == {"A": True, "B": False}
    hall.issue()


def test_served_out_the_desk_closes_by_itself() -> None:
    """No tickets for its queues, it goes on calling, and with the last one served the hall closes it."""
    hall = three_wait()
    hall.call()
    (closing,) = hall.do(c.CloseDesk(id=ID, desk="1", waiting="serve_out"))
    assert isinstance(closing, e.DeskClosing)
    assert closing.queues == ["A"]
    assert views.kiosk(hall.state)["closing_queues"] == ["A"]
    with pytest.raises(QueueClosing):
        hall.issue()
    hall.issue("land")
    hall.do(c.Serve(**AT_ONE))
    hall.do(c.Complete(**AT_ONE, outcome="served", call_next=True))
    assert hall.wait(1) == []
    hall.do(c.Serve(**{**AT_ONE, "ticket": "A002"}))
    hall.do(c.Complete(**{**AT_ONE, "ticket": "A002"}, outcome="served"))
    (closed,) = hall.wait(0)
    assert isinstance(closed, e.DeskClosed)
    assert (closed.actor, closed.command) == (e.HALL, None)
    assert hall.state.desks["1"].state == "closed"
    assert is_sound(hall)


def test_a_desk_for_which_nobody_waits_closes_at_once_when_it_is_free() -> None:
    """Another desk serves them; the visitor who is here is served to the end."""
    hall = three_wait("1", "2")
    hall.serve("1")
    (closing,) = hall.do(c.CloseDesk(id=ID, desk="1", waiting="serve_out"))
    assert isinstance(closing, e.DeskClosing)
    assert closing.queues == []
    assert hall.do(c.CloseDesk(id=ID, desk="1", waiting="serve_out")) == []
    hall.issue()
    hall.do(c.Complete(**AT_ONE, outcome="served"))
    assert [type(event) for event in hall.wait(0)] == [e.DeskClosed]


@pytest.mark.parametrize("what", ["open_desk", "pause_desk", "another desk"])
def test_serving_out_can_be_taken_back(what: str) -> None:
    """By opening the desk again, by pausing it; another desk that opens takes the queue over."""
    hall = three_wait()
    hall.do(c.CloseDesk(id=ID, desk="1", waiting="serve_out"))
    if what == "another desk":
        hall.open("2")
        assert isinstance(hall.wait(0)[0], e.DeskClosed)
    elif what == "open_desk":
        hall.open("1")
        assert hall.wait(0) == []
    else:
        hall.do(c.PauseDesk(id=ID, desk="1", reason="lunch"))
        assert hall.wait(0) == []
    hall.issue()


def test_moved_they_keep_the_arrival_they_had() -> None:
    """Nobody pays for the hall's decision: key and arrival stay, no further credit, no leg."""
    hall = three_wait()
    hall.do(c.CloseDesk(id=ID, desk="1", waiting="transfer", to="land"))
    assert hall.state.desks["1"].state == "closed"
    moved = hall.ticket("A001")
    assert (moved.queue, moved.service, moved.arrived_at) == ("B", "land", NINE)
    assert moved.key == NINE - 60 * MINUTE
    assert (moved.legs, moved.further) == ((), False)
    assert [hall.finish("3") for _ in range(3)] == ["A001", "A002", "B001"]
    assert is_sound(hall)


def test_who_is_held_back_is_held_back_there_too() -> None:
    """An absent visitor is not called sooner for having been moved."""
    hall = three_wait()
    hall.call()
    hall.do(c.Requeue(**AT_ONE, reason="r"))
    held = hall.ticket("A001").not_before
    hall.do(c.CloseDesk(id=ID, desk="1", waiting="transfer", to="land"))
    assert hall.ticket("A001").not_before == held > hall.at
    assert is_sound(hall)


def test_withdrawn_they_are_told_on_the_boards() -> None:
    """With the reason, for ten minutes, the last one first; an end at a desk is nobody's news."""
    hall = three_wait("1", "3")
    hall.call("3")
    hall.do(c.Cancel(id=ID, ticket="B001", desk="3", reason="wrong_papers"))
    hall.do(c.CloseDesk(id=ID, desk="1", waiting="cancel"))
    assert states(hall) == {"A001": "cancelled", "A002": "cancelled", "B001": "cancelled"}
    told = views.board(hall.state)["withdrawn"]
    assert told == [
        {"ticket": "A002", "at": hall.at, "reason": "desk_closed"},
        {"ticket": "A001", "at": hall.at, "reason": "desk_closed"},
    ]
    shown = views.visit(hall.state, hall.forecast, "A001", hall.state.day, hall.at)
    assert shown is not None
    assert shown["reason"] == "desk_closed"
    hall.wait(10)
    hall.issue("land")
    assert views.board(hall.state)["withdrawn"] == []


@pytest.mark.parametrize("fate", [None, "transfer", "cancel"])
def test_a_desk_with_a_visitor_is_not_closed(fate: Any) -> None:
    """Only serving out may begin while somebody is there."""
    hall = three_wait()
    hall.call()
    with pytest.raises(DeskBusy):
        hall.do(c.CloseDesk(id=ID, desk="1", waiting=fate, to="land" if fate == "transfer" else None))


@pytest.mark.parametrize(
    ("fate", "to", "refusal"),
    [
        pytest.param("transfer", None, Malformed, id="no goal"),
        pytest.param("cancel", "land", Malformed, id="a goal for nothing"),
        pytest.param("transfer", "birth", NoDeskServes, id="a goal that only this desk serves"),
        pytest.param("transfer", "land", NoDeskServes, id="a goal that no desk serves"),
    ],
)
def test_they_are_moved_to_where_somebody_calls_them(fate: Any, to: str | None, refusal: type) -> None:
    """Or the desk stays as it is."""
    hall = three_wait("1")
    with pytest.raises(refusal):
        hall.do(c.CloseDesk(id=ID, desk="1", waiting=fate, to=to))
    assert hall.state.desks["1"].state == "open"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            c.SuspendService(id=ID, service="passport", reason="r", waiting="transfer", to="land"),
            id="service",
        ),
        pytest.param(c.CloseDay(id=ID, waiting="transfer", to="land"), id="day"),
    ],
)
def test_nor_are_they_moved_there_by_the_end_of(command: c.Command) -> None:
    """Of a service or of the day; where nobody waits there is nobody to strand."""
    hall = three_wait("1")
    before = len(hall.log)
    with pytest.raises(NoDeskServes):
        hall.do(command)
    assert len(hall.log) == before
    assert play(desks=()).do(command)


def test_nobody_is_moved_to_a_suspended_service() -> None:
    """By no command: a closed service takes no visitor."""
    hall = three_wait("1", "3")
    hall.do(c.SuspendService(id=ID, service="land", reason="r"))
    with pytest.raises(ServiceSuspended):
        hall.do(c.CloseDesk(id=ID, desk="1", waiting="transfer", to="land"))
    hall.call()
    with pytest.raises(ServiceSuspended):
        hall.do(c.Transfer(**AT_ONE, service="land", reason="r"))


@pytest.mark.parametrize(
    ("fate", "to", "passport"),
    [
        pytest.param(None, None, "waiting", id="without a word they are served out"),
        pytest.param("serve_out", None, "waiting", id="served out"),
        pytest.param("transfer", "land", "waiting", id="moved"),
        pytest.param("cancel", None, "cancelled", id="withdrawn"),
    ],
)
def test_a_suspended_service_says_what_becomes_of_them(fate: Any, to: str | None, passport: str) -> None:
    """Of those who wait for this service, and of no others."""
    hall = three_wait()
    hall.do(c.SuspendService(id=ID, service="passport", reason="flood", waiting=fate, to=to), LEAD)
    assert states(hall) == {"A001": passport, "A002": "waiting", "B001": "waiting"}
    assert hall.ticket("A001").service == (to or "passport")
    assert hall.ticket("A001").reason == ("flood" if fate == "cancel" else "")
    assert views.board(hall.state)["suspended_reasons"] == {"passport": "flood"}
    with pytest.raises(ServiceSuspended):
        hall.issue()
    assert is_sound(hall)


def test_a_service_is_not_moved_to_itself() -> None:
    """That is no goal."""
    with pytest.raises(Malformed):
        three_wait().do(c.SuspendService(id=ID, service="land", reason="r", waiting="transfer", to="land"))


def test_a_day_that_is_served_out_closes_when_the_last_has_gone() -> None:
    """No tickets, calls go on; parked and served ones count, and after them desks and day close."""
    hall = three_wait("1", "3")
    hall.do(c.CloseDay(id=ID, waiting="serve_out"))
    assert hall.do(c.CloseDay(id=ID, waiting="serve_out")) == []
    assert notice_view.told(hall.state, lambda _: {})["closing"]
    with pytest.raises(HallClosed):
        hall.issue("land")
    hall.finish("3")
    hall.finish("1")
    hall.serve("1")
    hall.do(c.Park(**{**AT_ONE, "ticket": "A002"}, reason="r"))
    assert hall.wait(10) == []
    hall.do(c.CallTicket(**{**AT_ONE, "ticket": "A002"}, reason="back"))
    hall.do(c.Serve(**{**AT_ONE, "ticket": "A002"}))
    hall.do(c.Complete(**{**AT_ONE, "ticket": "A002"}, outcome="served"))
    assert [type(event) for event in hall.wait(0)] == [e.DayClosed, e.DeskClosed, e.DeskClosed]
    assert not hall.state.closing
    assert is_sound(hall)


def test_serving_out_outlasts_the_hours_and_ends_at_the_roll_over() -> None:
    """Who is still there then has expired."""
    hall = play(a_hall(hours={"sat": ["09:00-18:00"]}), desks=("1",))
    hall.until(NINE + 8 * HOUR)
    hall.issue()
    hall.do(c.CloseDay(id=ID, waiting="serve_out"))
    hall.until(NINE + 12 * HOUR)
    assert states(hall) == {"A001": "waiting"}
    hall.until(NINE + 24 * HOUR)
    assert hall.ticket("A001").state == "expired"
    assert not hall.state.is_open


def test_the_end_of_the_day_moves_or_withdraws() -> None:
    """Moved, they are served out there; withdrawn, the day is over."""
    hall = three_wait("1", "3")
    hall.do(c.CloseDay(id=ID, waiting="transfer", to="land"))
    assert {ticket.service for ticket in hall.state.tickets.values()} == {"land"}
    hall.call("3")
    hall.do(c.CloseDay(id=ID, waiting="cancel"))
    assert states(hall) == {"A001": "called", "A002": "cancelled", "B001": "cancelled"}
    assert hall.ticket("B001").reason == "day_closed"
    assert is_sound(hall)


def test_issuing_stops_and_goes_on() -> None:
    """Those who have a ticket are served; a day that closes forgets the stop."""
    hall = three_wait()
    hall.do(c.StopIssuing(id=ID, reason="full"), LEAD)
    assert hall.do(c.StopIssuing(id=ID, reason="full"), LEAD) == []
    with pytest.raises(IssuingStopped) as refusal:
        hall.issue()
    assert refusal.value.members == {"reason": "full"}
    assert notice_view.told(hall.state, lambda _: {})["issuing_stopped"] == "full"
    hall.call()
    hall.do(c.ResumeIssuing(id=ID), LEAD)
    assert hall.do(c.ResumeIssuing(id=ID), LEAD) == []
    hall.issue()
    hall.do(c.StopIssuing(id=ID, reason="full"), LEAD)
    hall.do(c.CloseDay(id=ID))
    hall.do(c.OpenDay(id=ID))
    hall.issue()


@pytest.mark.parametrize("state", ["called", "serving", "parked"])
def test_a_stuck_desk_is_freed(state: str) -> None:
    """Its visitor waits again with the turn they had; the desk stays as it is."""
    hall = waiting(("passport", 0), ("passport", 5), desks=())
    hall.open("1", actor=OPERATOR)
    hall.open("2", actor=COLLEAGUE)
    hall.call("1", OPERATOR)
    if state != "called":
        hall.do(c.Serve(**AT_ONE), OPERATOR)
    if state == "parked":
        hall.do(c.Park(**AT_ONE, reason="r"), OPERATOR)
    hall.do(c.ReleaseTicket(**AT_ONE, reason="operator_gone"), LEAD)
    ticket = hall.ticket("A001")
    assert (ticket.state, ticket.arrived_at, ticket.key, ticket.legs) == ("waiting", NINE, NINE, ())
    assert (hall.state.desks["1"].ticket, hall.state.desks["1"].parked) == ("", [])
    assert hall.state.desks["1"].operator == OPERATOR.id
    assert hall.call("2", COLLEAGUE).ticket == "A001"
    assert is_sound(hall)


def test_a_ticket_is_released_by_those_above_and_from_a_desk() -> None:
    """An operator or a greeter has other verbs; who waits is at no desk."""
    hall = three_wait()
    for actor in (OPERATOR, GREETER):
        with pytest.raises(NotAllowed):
            hall.do(c.ReleaseTicket(**AT_ONE, reason="r"), actor)
    with pytest.raises(WrongState):
        hall.do(c.ReleaseTicket(**AT_ONE, reason="r"), LEAD)


def test_a_text_stands_until_it_is_withdrawn() -> None:
    """On the boards of its zone or on all, over the night too."""
    hall = play()
    everywhere, east = (hall.do(c.Announce(id=ID, text=text, zone=zone))[0] for text, zone in TEXTS)
    hall.until(NINE + 24 * HOUR)

    def seen(zone: str) -> list[int]:
        told = notice_view.told(hall.state, lambda text: {"en": text}, zone)
        return [one["announcement"] for one in told["announcements"]]

    assert (seen(""), seen("east"), seen("west")) == ([everywhere.seq, east.seq],) * 2 + ([everywhere.seq],)
    hall.do(c.WithdrawAnnouncement(id=ID, announcement=everywhere.seq))
    assert (seen(""), seen("west")) == ([east.seq], [])


TEXTS = (("text-1", None), ("text-2", "east"))


def test_the_audit_finds_an_arrival_that_was_not() -> None:
    """A kept arrival is the one the ticket had."""
    hall = three_wait()
    state = HallState()
    assert list(derive.audit(state, hall.log)) == []
    moved = e.TicketTransferred(
        seq=hall.state.seq + 1,
        at=hall.at,
        day=hall.state.day,
        ticket="A002",
        service="land",
        queue="B",
        reason="r",
        arrived_at=NINE,
    )
    assert "another arrival" in next(derive.check(state, moved)).sentence
