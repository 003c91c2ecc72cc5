"""Deriving again what bookings say: every place was free, and every booked visitor came to the own one."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import UNSET

from protocol import events as e
from server.domain import booking, slots
from server.domain.refusals import Refusal
from server.domain.state import HallState


def sentences(state: HallState, event: e.Event) -> Iterator[str]:
    """Compare what an event says of bookings with what the rules give."""
    check = _CHECKS.get(type(event))
    return check(state, event) if check else iter(())


def _booked(state: HallState, event: e.SlotBooked) -> Iterator[str]:
    if event.booking != str(state.bookings + 1):
        yield f"Booking {event.booking} was made where the next number is {state.bookings + 1}."
    yield from _free(state, event.service, event)


def _moved(state: HallState, event: e.SlotMoved) -> Iterator[str]:
    yield from _known(state, event, event.from_slot)
    yield from _free(state, event.service, event)


def _cancelled(state: HallState, event: e.SlotCancelled) -> Iterator[str]:
    yield from _known(state, event, event.slot)


def _lapsed(state: HallState, event: e.SlotLapsed) -> Iterator[str]:
    yield from _known(state, event, event.slot)
    if event.at < slots.kept_until(state, event.slot) and state.is_open:
        yield f"Booking {event.booking} lapsed while its place was kept."


def _checked_in(state: HallState, event: e.VisitCheckedIn) -> Iterator[str]:
    yield from _known(state, event, event.slot)
    one = state.reservations.get(event.booking)
    if one is None:
        return
    expected = {
        "service": one.service,
        "class_": booking.given_class(state, one),
        "language": one.language,
        "quantity": one.quantity,
        "not_before": booking.held_until(state, one.slot, event.at) or UNSET,
    }
    for field, value in expected.items():
        if getattr(event, field) != value:
            yield f"The check-in of booking {one.number} has {field} {getattr(event, field)}; not {value}."
    if event.at >= slots.kept_until(state, one.slot):
        yield f"Booking {one.number} was checked in when its place was no longer kept."
    if slots.day_of(state.hall, one.slot) != slots.day_of(state.hall, event.at):
        yield f"Booking {one.number} was checked in on another day than its own."


def _issued(state: HallState, event: e.TicketIssued) -> Iterator[str]:
    """Check the place of who did not book, in hours for those who did, and a class that is for once a day."""
    service = state.catalogue.services.get(event.service)
    if service is None:
        return
    try:
        place = slots.place_for_walk_in(state, service, event.at)
    except Refusal as refusal:
        yield f"Ticket {event.ticket} was issued though: {refusal}"
        return
    if event.place_of != (place or UNSET):
        yield f"Ticket {event.ticket} took the place of slot {event.place_of}; the log gives {place}."
    if event.person is not UNSET and (event.class_, event.service, event.person) in state.used:
        yield f"Ticket {event.ticket} uses {event.class_} a second time on this day."


def _known(state: HallState, event: Any, slot: int) -> Iterator[str]:
    """Check that a booking is there, with the service and the slot that the event says, and not used yet."""
    one = state.reservations.get(event.booking)
    if one is None:
        yield f"It tells of booking {event.booking}, which nobody has."
    elif one.ticket:
        yield f"It tells of booking {one.number}, whose visitor has ticket {one.ticket} already."
    elif (one.service, one.slot) != (event.service, slot):
        yield f"It has booking {one.number} at {slot} for {event.service}; the log gives {one.slot}."


def _free(state: HallState, service_id: str, event: e.SlotBooked | e.SlotMoved) -> Iterator[str]:
    """Check that a slot is one, lies ahead, and had a place."""
    service = state.catalogue.services.get(service_id)
    if service is None or event.slot <= event.at:
        yield f"Booking {event.booking} took a place at {event.slot}, which had passed."
    elif event.slot not in slots.slots_on(state, service, slots.day_of(state.hall, event.slot)):
        yield f"Booking {event.booking} took a place at {event.slot}, where no slot begins."
    elif not slots.places(state, service, event.slot):
        yield f"Booking {event.booking} took a place at {event.slot}, where none was free."


_CHECKS: dict[type[e.Event], Callable[[HallState, Any], Iterator[str]]] = {
    e.TicketIssued: _issued,
    e.VisitCheckedIn: _checked_in,
    e.SlotBooked: _booked,
    e.SlotMoved: _moved,
    e.SlotCancelled: _cancelled,
    e.SlotLapsed: _lapsed,
}
"""One check an event."""
