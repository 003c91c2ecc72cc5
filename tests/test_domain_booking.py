"""Bookings: places in slots, and what becomes of a visitor who comes early, late or not at all."""

from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol.hall import Booking, Policy
from protocol.words import HOUR, MINUTE, Micros
from server.domain import derive, refusals, slots
from server.domain.slots import day_of, free_on, slots_on
from server.domain.state import HallSnapshot, HallState, from_snapshot, to_snapshot
from tests.bookings import ELEVEN, VISITOR, a_bookable_hall, book, check_in, ticket_of
from tests.builders import GREETER, ID, KIOSK, NINE, Played


def free(hall: Played, day: int = 0) -> dict[int, int]:
    """Give the free places of a day by minutes after nine."""
    at = day_of(hall.state.hall, NINE + day * 24 * HOUR)
    found = free_on(hall.state, hall.state.catalogue.leaf("land"), at, hall.at)
    return {(slot - NINE) // MINUTE - day * 1440: places for slot, places in found}


def test_slots_follow_each_other_within_the_opening_hours() -> None:
    """None begins in the break, and none ends after closing."""
    hall = a_bookable_hall(slot_minutes=50)
    service = hall.state.catalogue.leaf("land")
    begin = [(slot - NINE) // MINUTE for slot in slots_on(hall.state, service, day_of(hall.state.hall, NINE))]
    assert begin == [0, 50, 100, 150, 300, 350, 400, 450]


def test_a_place_that_is_booked_moved_or_given_back_is_counted() -> None:
    """Two places a slot: both booked it is full; moved or cancelled, one is free again."""
    hall = a_bookable_hall()
    first, second = book(hall), book(hall)
    assert 120 not in free(hall)
    with pytest.raises(refusals.SlotFull) as refusal:
        book(hall)
    assert refusal.value.members["next"] == NINE + 30 * MINUTE
    hall.do(c.MoveBooking(id=ID, code="0" * 12, booking=first, slot=ELEVEN + HOUR), VISITOR)
    assert (free(hall)[120], free(hall)[180]) == (1, 1)
    hall.do(c.CancelBooking(id=ID, code="0" * 12, booking=second), VISITOR)
    assert free(hall)[120] == 2
    with pytest.raises(refusals.UnknownBooking):
        check_in(hall, second)


@pytest.mark.parametrize(
    ("service", "slot", "refusal"),
    [
        pytest.param("passport", ELEVEN, refusals.NotBookable, id="a service that is not booked"),
        pytest.param("land", NINE, refusals.SlotPast, id="now is past"),
        pytest.param("land", ELEVEN + MINUTE, refusals.NotASlot, id="no slot begins there"),
        pytest.param("land", NINE + 4 * HOUR, refusals.NotASlot, id="in the break"),
        pytest.param("land", ELEVEN + 96 * HOUR, refusals.NotASlot, id="too far ahead"),
        pytest.param("nothing", ELEVEN, refusals.UnknownService, id="no such service"),
    ],
)
def test_a_time_that_cannot_be_had_is_refused(
    service: str, slot: Micros, refusal: type[refusals.Refusal]
) -> None:
    """Each refusal says why, and the times that are free say what to do."""
    hall = a_bookable_hall()
    with pytest.raises(refusal):
        hall.do(c.Book(id=ID, service=service, slot=slot), VISITOR)


def test_who_comes_on_time_is_called_at_the_slot_before_who_waits_longer() -> None:
    """The key is the slot less the credit of a booking, whenever the visitor came."""
    hall = a_bookable_hall()
    number = book(hall)
    hall.issue("land")
    hall.until(ELEVEN - 60 * MINUTE)
    later = hall.issue("land")
    hall.until(ELEVEN - 5 * MINUTE)
    booked = ticket_of(hall, number)
    assert hall.ticket(booked).key == ELEVEN - 90 * MINUTE
    assert [hall.finish("3") for _ in range(3)] == ["B001", booked, later]
    assert hall.state.slots["land", ELEVEN].came == 1


def test_who_comes_early_is_held_and_told_from_when() -> None:
    """Ten minutes before the slot the ticket is a head, and not before; the wait says so."""
    hall = a_bookable_hall()
    number = book(hall)
    (event,) = check_in(hall, number)
    assert isinstance(event, e.VisitCheckedIn)
    assert (event.not_before, event.slot) == (ELEVEN - 10 * MINUTE, ELEVEN)
    assert event.expected_wait_seconds[:2] == (110 * 60, 120 * 60)
    hall.until(ELEVEN - 11 * MINUTE)
    with pytest.raises(refusals.NobodyWaiting):
        hall.call("3")
    hall.until(ELEVEN - 10 * MINUTE)
    assert hall.call("3").ticket == event.ticket


def test_a_hall_may_refuse_who_comes_early() -> None:
    """With ``early_check_in = "refuse"`` the visitor is told when to come back."""
    hall = a_bookable_hall(policy=Policy(early_check_in="refuse"))
    number = book(hall)
    with pytest.raises(refusals.BookingEarly, match="10:50"):
        check_in(hall, number)
    hall.until(ELEVEN - 10 * MINUTE)
    assert ticket_of(hall, number) == "B001"


def test_who_comes_late_chooses() -> None:
    """After ten minutes the place is no longer kept: a ticket as everybody's, or the next free slot."""
    hall = a_bookable_hall()
    first, second = book(hall), book(hall)
    hall.until(ELEVEN + 9 * MINUTE)
    assert ticket_of(hall, book(hall, ELEVEN + HOUR)) == "B001"
    hall.until(ELEVEN + 10 * MINUTE)
    with pytest.raises(refusals.BookingLate) as refusal:
        check_in(hall, first)
    assert refusal.value.members["next"] == ELEVEN + 30 * MINUTE
    lapsed, issued = check_in(hall, first, "walk_in")
    assert isinstance(lapsed, e.SlotLapsed)
    assert isinstance(issued, e.TicketIssued)
    assert hall.ticket(issued.ticket).key == hall.at
    moved, checked = check_in(hall, second, "next_slot")
    assert isinstance(moved, e.SlotMoved)
    assert isinstance(checked, e.VisitCheckedIn)
    assert (checked.slot, checked.not_before) == (ELEVEN + 30 * MINUTE, ELEVEN + 20 * MINUTE)


def test_the_next_slot_of_another_day_gives_no_ticket_today() -> None:
    """When today is full the booking is moved, and the visitor comes back then."""
    hall = a_bookable_hall(walk_in_hours=["11:30-13:00", "14:00-18:00"])
    number = book(hall)
    hall.until(ELEVEN + 20 * MINUTE)
    (moved,) = check_in(hall, number, "next_slot")
    assert isinstance(moved, e.SlotMoved)
    assert moved.slot == NINE + 24 * HOUR
    with pytest.raises(refusals.BookingAnotherDay, match="2026-11-22 09:00"):
        check_in(hall, number)


def test_a_booking_is_used_once() -> None:
    """Who is here already is told the ticket."""
    hall = a_bookable_hall()
    number = book(hall)
    ticket = ticket_of(hall, number)
    for command in (
        c.CheckIn(id=ID, code="0" * 12, booking=number),
        c.CancelBooking(id=ID, code="0" * 12, booking=number),
    ):
        with pytest.raises(refusals.BookingUsed, match=ticket):
            hall.do(command, KIOSK)


def test_only_staff_names_a_booking_by_its_number() -> None:
    """Numbers can be guessed, codes cannot."""
    hall = a_bookable_hall()
    number = book(hall)
    with pytest.raises(refusals.NotAllowed):
        hall.do(c.CancelBooking(id=ID, booking=number), VISITOR)
    hall.do(c.CancelBooking(id=ID, booking=number), GREETER)
    assert not hall.state.reservations


def test_who_never_comes_has_lapsed_when_the_day_closes() -> None:
    """Nobody is served by it, and tomorrow's bookings stand."""
    hall = a_bookable_hall()
    today, tomorrow = book(hall), book(hall, ELEVEN + 24 * HOUR)
    hall.until(NINE + 9 * HOUR)
    assert [event.booking for event in hall.log if isinstance(event, e.SlotLapsed)] == [today]
    assert list(hall.state.reservations) == [tomorrow]
    hall.until(NINE + 24 * HOUR)
    assert [at for _, at in hall.state.slots] == [ELEVEN + 24 * HOUR]


def test_what_lapsed_while_the_server_was_away_lapses_at_the_next_opening() -> None:
    """A hall that was off the whole day does not keep its bookings for ever."""
    hall = a_bookable_hall()
    hall.do(c.CloseDay(id=ID))
    number = book(hall, ELEVEN + 24 * HOUR)
    hall.at = NINE + 48 * HOUR
    hall.wait(0)
    assert [event.booking for event in hall.log if isinstance(event, e.SlotLapsed)] == [number]


def test_in_hours_for_who_booked_others_get_the_places_left() -> None:
    """A walk-in gets a place that nobody booked, or that is no longer kept; else the next time is named."""
    hall = a_bookable_hall(booked_hours=["09:00-13:00"])
    book(hall, NINE + 30 * MINUTE), book(hall, NINE + 30 * MINUTE)
    (first,) = hall.do(c.IssueTicket(id=ID, service="land"), KIOSK)
    assert isinstance(first, e.TicketIssued)
    assert first.place_of == NINE
    hall.issue("land")
    with pytest.raises(refusals.BookedOnly) as refusal:
        hall.issue("land")
    assert refusal.value.members["next"] == NINE + 60 * MINUTE
    hall.until(NINE + 39 * MINUTE)
    with pytest.raises(refusals.BookedOnly):
        hall.issue("land")
    hall.until(NINE + 40 * MINUTE)
    (given,) = hall.do(c.IssueTicket(id=ID, service="land"), KIOSK)
    assert isinstance(given, e.TicketIssued)
    assert given.place_of == NINE + 30 * MINUTE


def test_modes_are_switched_while_the_hall_runs() -> None:
    """A configuration that makes a service one for those who booked counts from the next visitor on."""
    hall = a_bookable_hall()
    hall.issue("land")
    strict = [
        msgspec.structs.replace(service, booking=Booking(slot_minutes=30, booked_hours=["09:00-18:00"]))
        if service.id == "land"
        else service
        for service in hall.state.hall.service
    ]
    number = book(hall)
    hall.fold(
        e.HallConfigured(
            hall=msgspec.structs.replace(hall.state.hall, service=strict), digest="d2", source="file"
        )
    )
    assert hall.issue("land") == "B002"
    with pytest.raises(refusals.BookedOnly):
        hall.issue("land")
    hall.until(ELEVEN)
    assert ticket_of(hall, number) == "B003"


def test_a_person_books_as_often_as_the_hall_allows() -> None:
    """The engine gives a hash of the document; the rules count it."""
    hall = a_bookable_hall(per_person=1)
    with pytest.raises(refusals.PersonNeeded):
        book(hall)
    first = book(hall, person="aa11")
    book(hall, person="bb22")
    with pytest.raises(refusals.PersonLimit):
        book(hall, ELEVEN + HOUR, person="aa11")
    hall.do(c.CancelBooking(id=ID, code="0" * 12, booking=first), VISITOR)
    book(hall, ELEVEN + HOUR, person="aa11")


def test_a_class_for_once_a_day_is_used_once_a_service_and_day() -> None:
    """A second use is refused with what the visitor can do; another service, or tomorrow, is free."""
    hall = a_bookable_hall()

    def claim(service: str, person: str | None) -> None:
        hall.do(c.IssueTicket(id=ID, service=service, class_="carer", person=person), KIOSK)

    with pytest.raises(refusals.PersonNeeded):
        claim("land", None)
    claim("land", "aa11")
    with pytest.raises(refusals.ClassUsed, match="take a ticket without it"):
        claim("land", "aa11")
    claim("land", "bb22")
    claim("passport", "aa11")
    plain = hall.issue("land")
    with pytest.raises(refusals.ClassUsed):
        hall.do(c.SetClass(id=ID, ticket=plain, class_="carer", reason="r", person="aa11"), GREETER)
    hall.until(NINE + 24 * HOUR)
    claim("land", "aa11")


def test_a_booked_visitor_with_a_class_has_the_larger_credit() -> None:
    """A strict class counts more than the booking; the number is of the class's own series."""
    hall = a_bookable_hall()
    veteran, pregnant = book(hall, class_="veteran"), book(hall, class_="pregnant")
    hall.until(ELEVEN)
    assert hall.ticket(ticket_of(hall, veteran)).key == ELEVEN - 24 * HOUR
    ticket = ticket_of(hall, pregnant)
    assert (ticket, hall.ticket(ticket).key) == ("P001", ELEVEN - 90 * MINUTE)


def test_a_closed_hall_takes_bookings_and_a_paused_one_checks_nobody_in() -> None:
    """Bookings come day and night."""
    hall = a_bookable_hall()
    hall.do(c.PauseHall(id=ID, kind="emergency"))
    number = book(hall)
    hall.until(ELEVEN)
    with pytest.raises(refusals.HallPaused):
        check_in(hall, number)
    hall.do(c.ResumeHall(id=ID))
    hall.do(c.CloseDay(id=ID))
    with pytest.raises(refusals.HallClosed):
        check_in(hall, book(hall, ELEVEN + 24 * HOUR))


def a_busy_day() -> Played:
    """Play bookings of every fate."""
    hall = a_bookable_hall(booked_hours=["10:00-12:00"], per_person=2)
    numbers = [book(hall, NINE + (60 + 30 * n) * MINUTE, person=f"p{n}", class_="elderly") for n in range(5)]
    hall.issue("land")
    check_in(hall, numbers[0])
    hall.until(NINE + 75 * MINUTE)
    hall.issue("land")
    hall.do(c.MoveBooking(id=ID, code="0" * 12, booking=numbers[4], slot=ELEVEN + 24 * HOUR), VISITOR)
    check_in(hall, numbers[1])
    hall.finish("3")
    hall.until(ELEVEN + 10 * MINUTE)
    check_in(hall, numbers[2], "walk_in")
    hall.finish("3")
    hall.until(ELEVEN + 45 * MINUTE)
    check_in(hall, numbers[3], "next_slot")
    hall.until(NINE + 9 * HOUR)
    return hall


def test_the_log_alone_gives_the_bookings() -> None:
    """Folded from the start, or from a snapshot's bytes half way, the places are the same."""
    hall = a_busy_day()
    for middle in range(0, len(hall.log), 3):
        half = HallState()
        assert list(derive.audit(half, hall.log[:middle])) == []
        bytes_ = msgspec.msgpack.encode(to_snapshot(half))
        half = from_snapshot(msgspec.msgpack.decode(bytes_, type=HallSnapshot))
        assert list(derive.audit(half, hall.log[middle:])) == []
        assert to_snapshot(half) == to_snapshot(hall.state)


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        pytest.param(e.SlotBooked, {"slot": NINE + 61 * MINUTE}, "no slot begins", id="a slot that is none"),
        pytest.param(e.SlotBooked, {"slot": NINE - MINUTE}, "had passed", id="a slot of the past"),
        pytest.param(e.SlotBooked, {"booking": "7"}, "next number is 1", id="a number out of turn"),
        pytest.param(e.VisitCheckedIn, {"not_before": 5}, "not_before", id="held for another time"),
        pytest.param(e.VisitCheckedIn, {"class_": "veteran"}, "class_", id="a better class than booked"),
        pytest.param(e.VisitCheckedIn, {"booking": "9"}, "nobody has", id="a booking that is not there"),
        pytest.param(e.TicketIssued, {"place_of": ELEVEN}, "took the place", id="the place of somebody else"),
    ],
)
def test_a_forged_booking_is_found(kind: type[e.Event], changes: dict[str, Any], said: str) -> None:
    """Each is named by the audit, at its own event."""
    hall = a_busy_day()
    forged = next(i for i, event in enumerate(hall.log) if type(event) is kind)
    log = [*hall.log]
    log[forged] = msgspec.structs.replace(log[forged], **changes)
    found = next(iter(derive.audit(HallState(), log[: forged + 1])))
    assert found.seq == log[forged].seq
    assert said in found.sentence


def test_a_slot_that_has_begun_counts_for_an_hour() -> None:
    """A place nobody took in the morning gives no right in the afternoon."""
    hall = a_bookable_hall(booked_hours=["09:00-13:00"], walk_in_hours=["09:30-13:00"])
    service = hall.state.catalogue.leaf("land")
    assert slots.unclaimed(hall.state, service, NINE + 59 * MINUTE) == NINE
    assert slots.unclaimed(hall.state, service, NINE + 60 * MINUTE) is None
