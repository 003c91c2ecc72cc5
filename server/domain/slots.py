"""The times that visitors may book: slots from opening hours, and how many places are free in each.

A place whose visitor does not come is not lost: once it is no longer kept, one who did not book may have it.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from protocol.hall import Booking, Hall, Service
from protocol.words import HOUR, MINUTE, SECOND, Micros
from server.domain import refusals
from server.domain.hours import business_day, clock_on, ranges_of
from server.domain.reservations import Reservation, Slot
from server.domain.state import HallState

FREE_FOR: Micros = HOUR
"""How long after its beginning a place that nobody took may be given away: then its desk's time is gone."""


def day_of(hall: Hall, at: Micros) -> date:
    """Give the business day of a time."""
    return date.fromisoformat(business_day(hall, at))


def bookable(service: Service | None) -> Booking | None:
    """Give how a service is booked; None when it is not."""
    return service.booking if service else None


def slots_on(state: HallState, service: Service, day: date) -> list[Micros]:
    """Give when the slots of a service begin on a business day, whoever has them."""
    known = state.catalogue.slots
    found = known.get((service.id, day))
    if found is None:
        found = known[service.id, day] = list(_slots(state, service, day))
    return found


def _slots(state: HallState, service: Service, day: date) -> Iterator[Micros]:
    booking = service.booking
    if booking is None:
        return
    length = booking.slot_minutes * MINUTE
    without = [clock_on(state.hall, day, text) for text in booking.walk_in_hours]
    for opens, closes in ranges_of(state.hall, day):
        for begins in range(opens, closes - length + 1, length):
            if not any(first < begins + length and begins < last for first, last in without):
                yield begins


def is_for_booked(state: HallState, service: Service, at: Micros) -> bool:
    """Tell whether tickets of a service are for those who booked at this time."""
    booking = service.booking
    if booking is None or not booking.booked_hours:
        return False
    day = day_of(state.hall, at)
    return any(first <= at < last for first, last in _booked(state, booking, day))


def _booked(state: HallState, booking: Booking, day: date) -> list[tuple[Micros, Micros]]:
    return [clock_on(state.hall, day, text) for text in booking.booked_hours]


def places(state: HallState, service: Service, slot: Micros) -> int:
    """Count the places of a slot that can still be booked."""
    booking = bookable(service)
    taken = state.slots.get((service.id, slot))
    left = (booking.per_slot if booking else 0) - (taken.booked + taken.came if taken else 0)
    return max(0, left)


def kept_until(state: HallState, slot: Micros) -> Micros:
    """Give until when a place is kept for who booked it."""
    return slot + state.hall.policy.check_in_late_minutes * MINUTE


def called_from(state: HallState, slot: Micros) -> Micros:
    """Give from when who booked a slot may be called."""
    return slot - state.hall.policy.call_booked_minutes_before * MINUTE


def unclaimed(state: HallState, service: Service, at: Micros) -> Micros | None:
    """Give the oldest slot that has begun and has a place that is not booked, or kept no more."""
    booking = bookable(service)
    if booking is None:
        return None
    for slot in slots_on(state, service, day_of(state.hall, at)):
        if at - FREE_FOR < slot <= at and is_for_booked(state, service, slot):
            taken = state.slots.get((service.id, slot)) or Slot(service.id, slot)
            expected = taken.booked if at < kept_until(state, slot) else 0
            if taken.came + expected < booking.per_slot:
                return slot
    return None


def is_free_day(state: HallState, service: Service, day: date, at: Micros) -> bool:
    """Tell whether slots of a day can be booked now: not too far off, not over, not suspended today."""
    booking, today = bookable(service), day_of(state.hall, at)
    if booking is None or not today <= day <= today + timedelta(days=booking.days_ahead):
        return False
    is_over = day.isoformat() == state.day and (not state.is_open or state.closing)
    return not is_over and not (day == today and service.id in state.suspended)


def free_on(state: HallState, service: Service, day: date, at: Micros) -> list[tuple[Micros, int]]:
    """Give the slots of a day that can be booked now, each with its free places."""
    if not is_free_day(state, service, day, at):
        return []
    counted = ((slot, places(state, service, slot)) for slot in slots_on(state, service, day) if slot > at)
    return [(slot, free) for slot, free in counted if free]


def days_ahead(state: HallState, service: Service, at: Micros) -> Iterator[date]:
    """Give the days of which slots may be booked."""
    booking, today = bookable(service), day_of(state.hall, at)
    for ahead in range(booking.days_ahead + 1 if booking else 0):
        yield today + timedelta(days=ahead)


def next_free(state: HallState, service: Service, at: Micros) -> Micros | None:
    """Give the next slot with a free place; None when there is none in the days ahead."""
    found = (free_on(state, service, day, at) for day in days_ahead(state, service, at))
    return next((slots[0][0] for slots in found if slots), None)


def over_by(state: HallState, at: Micros) -> list[Reservation]:
    """Give the bookings of business days that are over, of which nobody checked in."""
    return _still_open(state, lambda day: day < business_day(state.hall, at))


def of_day(state: HallState, day: str) -> list[Reservation]:
    """Give the bookings of a business day and those before it, of which nobody checked in."""
    return _still_open(state, lambda other: other <= day)


def _still_open(state: HallState, is_meant: Callable[[str], bool]) -> list[Reservation]:
    return [
        one
        for one in state.reservations.values()
        if not one.ticket and is_meant(business_day(state.hall, one.slot))
    ]


def said(hall: Hall, at: Micros) -> str:
    """Give a time as a sentence names it, in the hall's time zone."""
    return datetime.fromtimestamp(at // SECOND, ZoneInfo(hall.hall.time_zone)).strftime("%Y-%m-%d %H:%M")


def times(state: HallState, slot: Micros, later: Micros | None) -> dict[str, str | int]:
    """Give what a refusal says of times: that which was asked for, and the next that is free."""
    free = {} if later is None else {"next": later}
    return {
        "slot": slot,
        "time": said(state.hall, slot),
        "next_time": "-" if later is None else said(state.hall, later),
        **free,
    }


def place_for_walk_in(state: HallState, service: Service, at: Micros) -> Micros | None:
    """Give the slot whose free place a visitor without a booking may have, None where none is needed.

    Raises BookedOnly in hours for those who booked, when every place is booked or kept.
    """
    if not is_for_booked(state, service, at):
        return None
    place = unclaimed(state, service, at)
    if place is None:
        later = next_free(state, service, at)
        raise refusals.BookedOnly(service=service.id, **times(state, at, later))
    return place
