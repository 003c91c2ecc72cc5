"""Folding bookings: who has a place in which slot, and who of them is here."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from protocol import events as e
from protocol.words import Micros
from server.domain.reservations import Reservation, Slot
from server.domain.state import HallState


def booked(event: e.TicketIssued) -> tuple[Micros, str, Micros]:
    """Give the slot and the number of the booking behind a ticket, and until when it is held; or nothing."""
    if not isinstance(event, e.VisitCheckedIn):
        return 0, "", 0
    return event.slot, event.booking, 0 if event.not_before is UNSET else event.not_before


def took_place(state: HallState, event: e.TicketIssued) -> None:
    """Note whose place a ticket took, and who used a class that is for once a day."""
    if isinstance(event, e.VisitCheckedIn):
        state.reservations[event.booking].ticket = event.ticket
        _count(state, event.service, event.slot, booked=-1, came=1)
    elif event.place_of is not UNSET:
        _count(state, event.service, event.place_of, came=1)
    if event.person is not UNSET:
        state.used.add((event.class_, event.service, event.person))


def forget_past(state: HallState, at: Micros) -> None:
    """At the beginning of a day: forget the slots that are over, who came to them, and who used what."""
    state.used.clear()
    state.slots = {key: slot for key, slot in state.slots.items() if slot.at > at or slot.booked}
    gone = [one.number for one in state.reservations.values() if one.ticket]
    for number in gone:
        del state.reservations[number]


def _booked(state: HallState, event: e.SlotBooked) -> None:
    state.bookings += 1
    state.reservations[event.booking] = Reservation(
        number=event.booking,
        service=event.service,
        slot=event.slot,
        class_=event.class_,
        language=event.language,
        quantity=event.quantity,
        person="" if event.person is UNSET else event.person,
        contact="" if event.contact is UNSET else event.contact,
    )
    _count(state, event.service, event.slot, booked=1)


def _moved(state: HallState, event: e.SlotMoved) -> None:
    state.reservations[event.booking].slot = event.slot
    _count(state, event.service, event.from_slot, booked=-1)
    _count(state, event.service, event.slot, booked=1)


def _given_back(state: HallState, event: e.SlotCancelled | e.SlotLapsed) -> None:
    del state.reservations[event.booking]
    _count(state, event.service, event.slot, booked=-1)


def _count(state: HallState, service: str, at: Micros, booked: int = 0, came: int = 0) -> None:
    slot = state.slots.get((service, at))
    if slot is None:
        slot = state.slots[service, at] = Slot(service, at)
    slot.booked += booked
    slot.came += came
    if not slot.booked and not slot.came:
        del state.slots[service, at]


FOLDS: dict[type[e.Event], Callable[[HallState, Any], None]] = {
    e.SlotBooked: _booked,
    e.SlotMoved: _moved,
    e.SlotCancelled: _given_back,
    e.SlotLapsed: _given_back,
}
"""One fold an event."""
