"""A place at a time: it is booked, moved and given back, and its visitor checks in, early or late."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import Book, BookingCommand, CancelBooking, CheckIn, IssueTicket, MoveBooking
from protocol.events import (
    Event,
    SlotBooked,
    SlotCancelled,
    SlotLapsed,
    SlotMoved,
    VisitCheckedIn,
)
from protocol.hall import Service
from protocol.words import SECOND, Micros
from server.domain import issuing, refusals, rights, slots
from server.domain.asking import Ask
from server.domain.catalogue import BOOKED
from server.domain.forecast import Forecast, Range
from server.domain.reservations import Reservation
from server.domain.state import HallState


def book(ask: Ask[Book]) -> Iterator[SlotBooked]:
    """Take a place in a slot.

    Raises UnknownService, UnknownClass, TooMany, PersonNeeded or PersonLimit, and what ``_must_be_free``
    raises.
    """
    state, command = ask.state, ask.command
    service = state.catalogue.leaf(command.service)
    state.catalogue.check_class(command.class_)
    issuing.refuse_too_many(service, command.quantity)
    _must_be_free(ask, service, command.slot)
    _refuse_person(state, service, command.person)
    yield SlotBooked(
        booking=str(state.bookings + 1),
        service=service.id,
        slot=command.slot,
        class_=command.class_,
        language=command.language or state.hall.hall.languages[0],
        quantity=command.quantity,
        person=command.person or UNSET,
        contact=command.contact or UNSET,
    )


def move(ask: Ask[MoveBooking]) -> Iterator[SlotMoved]:
    """Give a booking another time; raises what ``_own`` and ``_must_be_free`` raise, or BookingUsed."""
    one = _not_used(_own(ask))
    if one.slot != ask.command.slot:
        _must_be_free(ask, ask.state.catalogue.leaf(one.service), ask.command.slot)
        yield _moved(one, ask.command.slot)


def cancel(ask: Ask[CancelBooking]) -> Iterator[SlotCancelled]:
    """Give a place back; raises what ``_own`` raises, or BookingUsed."""
    one = _not_used(_own(ask))
    yield SlotCancelled(booking=one.number, service=one.service, slot=one.slot)


def check_in(ask: Ask[CheckIn], forecast: Forecast) -> Iterator[Event]:
    """Give who booked the ticket: at once, or held until shortly before the slot.

    Raises HallClosed, HallPaused, ServiceSuspended, BookingUsed, BookingAnotherDay, BookingEarly where the
    policy says so, BookingLate without a choice, and with it what it leads to.
    """
    state, at = ask.state, ask.at
    ask.must_be_open()
    ask.refuse_paused()
    if state.closing:
        raise refusals.HallClosed
    one = _not_used(_own(ask))
    service = ask.served(one.service)
    if slots.day_of(state.hall, one.slot) != slots.day_of(state.hall, at):
        raise refusals.BookingAnotherDay(slot=one.slot, time=slots.said(state.hall, one.slot))
    if at >= slots.kept_until(state, one.slot):
        return _late(ask, one, service, forecast)
    if state.hall.policy.early_check_in == "refuse" and at < slots.called_from(state, one.slot):
        come = slots.called_from(state, one.slot)
        raise refusals.BookingEarly(
            slot=one.slot, time=slots.said(state.hall, one.slot), come=slots.said(state.hall, come)
        )
    return iter([_checked_in(ask, one, service, forecast)])


def _late(ask: Ask[CheckIn], one: Reservation, service: Service, forecast: Forecast) -> Iterator[Event]:
    """Do what the visitor chose whose place is no longer kept: a ticket as everybody's, or the next slot."""
    state, command = ask.state, ask.command
    later = slots.next_free(state, service, ask.at)
    if command.late is None:
        raise refusals.BookingLate(
            **slots.times(state, one.slot, later), service=service.id, booking=one.number
        )
    if command.late == "next_slot":
        if later is None:
            raise refusals.SlotFull(**slots.times(state, one.slot, None))
        return _moved_and_in(ask, one, service, later, forecast)
    issue = IssueTicket(
        id=command.id,
        service=service.id,
        class_=one.class_,
        language=one.language,
        quantity=one.quantity,
        print_at=command.print_at,
    )
    return _as_everybody(Ask(state, issue, ask.actor, ask.at), one, forecast)


def _as_everybody(ask: Ask[IssueTicket], one: Reservation, forecast: Forecast) -> Iterator[Event]:
    issued = list(issuing.issue(ask, forecast))  # refused before anything was given back
    yield SlotLapsed(booking=one.number, service=one.service, slot=one.slot)
    yield from issued


def _moved_and_in(
    ask: Ask[CheckIn], one: Reservation, service: Service, later: Micros, forecast: Forecast
) -> Iterator[Event]:
    """Move to the next slot, and check in to it when it is today's."""
    yield _moved(one, later)
    if slots.day_of(ask.state.hall, later) == slots.day_of(ask.state.hall, ask.at):
        yield _checked_in(ask, one, service, forecast)


def _moved(one: Reservation, slot: Micros) -> SlotMoved:
    return SlotMoved(booking=one.number, service=one.service, slot=slot, from_slot=one.slot)


def _checked_in(ask: Ask[CheckIn], one: Reservation, service: Service, forecast: Forecast) -> VisitCheckedIn:
    state = ask.state
    class_ = given_class(state, one)
    forecast.refresh(state, ask.at)
    not_before = held_until(state, one.slot, ask.at)
    return VisitCheckedIn(
        ticket=issuing.next_number(state, service.queue, class_),
        service=service.id,
        queue=service.queue,
        class_=class_,
        language=one.language,
        quantity=one.quantity,
        ahead=ahead_of(state, service.queue, one, ask.at, ask.actor.role),
        expected_wait_seconds=_expected(
            forecast.expected(service.queue, BOOKED), one.slot, not_before, ask.at
        ),
        print_at=ask.command.print_at or UNSET,
        booking=one.number,
        slot=one.slot,
        not_before=not_before or UNSET,
        route=service.route or UNSET,
    )


def given_class(state: HallState, one: Reservation) -> str:
    """Give the class of who booked: the one claimed, or that of all who booked.

    What a person may use once a day is claimed in the hall, since the booking's day had another key.
    """
    catalogue = state.catalogue
    is_claimed = one.class_ in catalogue.classes and not catalogue.is_once_per_day(one.class_)
    return one.class_ if is_claimed else BOOKED


def held_until(state: HallState, slot: Micros, at: Micros) -> Micros:
    """Give until when a ticket is held whose visitor checks in at a time; 0 when it is not."""
    called_from = slots.called_from(state, slot)
    return called_from if at < called_from else 0


def ahead_of(state: HallState, queue: str, one: Reservation, at: Micros, role: str) -> int:
    """Count who has an earlier turn than a visitor who checks in now."""
    counted = state.catalogue.counted(given_class(state, one), is_seen=role in rights.WITNESSES)
    return issuing.newcomer_behind(state, queue, counted, max(at, one.slot), booked=True)


def _expected(now: Range, slot: Micros, held_until: Micros, at: Micros) -> Range:
    """Give the wait of who is held: until then at the least, until the slot at most, then the queue's."""
    if not held_until:
        return now
    least, slot_in = (held_until - at) // SECOND, (slot - at) // SECOND
    return least, max(least, slot_in), max(least, slot_in) + now[2]


def lapse(ones: list[Reservation]) -> Iterator[SlotLapsed]:
    """End bookings whose visitors did not come."""
    for one in ones:
        yield SlotLapsed(booking=one.number, service=one.service, slot=one.slot)


def _own(ask: Ask[BookingCommand]) -> Reservation:
    """Give the booking that is meant; raises UnknownBooking, or NotAllowed without a code but for staff."""
    command = ask.command
    if command.code is None and ask.actor.role not in rights.FLOOR:
        raise refusals.NotAllowed
    found = ask.state.reservations.get(command.booking or "")
    if found is None:
        raise refusals.UnknownBooking
    return found


def _not_used(one: Reservation) -> Reservation:
    """Give a booking whose visitor is not here yet; raises BookingUsed."""
    if one.ticket:
        raise refusals.BookingUsed(ticket=one.ticket)
    return one


def _must_be_free(ask: Ask[Book] | Ask[MoveBooking], service: Service, slot: Micros) -> None:
    """Raise NotBookable, SlotPast, NotASlot or SlotFull, unless a place can be had at that time."""
    state, at = ask.state, ask.at
    if service.booking is None:
        raise refusals.NotBookable(service=service.id)
    later = slots.times(state, slot, slots.next_free(state, service, at))
    if slot <= at:
        raise refusals.SlotPast(**later)
    day = slots.day_of(state.hall, slot)
    # The days ahead first: slots are remembered by day, and no wish may have those of a century made.
    if not slots.is_free_day(state, service, day, at) or slot not in slots.slots_on(state, service, day):
        raise refusals.NotASlot(**later)
    if not slots.places(state, service, slot):
        raise refusals.SlotFull(**later)


def _refuse_person(state: HallState, service: Service, person: str | None) -> None:
    """Raise PersonNeeded or PersonLimit where the hall limits how often one person books."""
    most = service.booking.per_person if service.booking else 0
    if not most:
        return
    if person is None:
        raise refusals.PersonNeeded
    booked = sum(one.service == service.id and one.person == person for one in state.reservations.values())
    if booked >= most:
        raise refusals.PersonLimit(service=service.id, bookings=booked)
