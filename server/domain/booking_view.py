"""What is told of bookings: the days and times that are free, and a booking to its holder."""

from datetime import date
from typing import Any

from protocol.hall import Service
from protocol.words import MINUTE, Micros
from server.domain import slots
from server.domain.reservations import Reservation
from server.domain.state import HallState


def free(state: HallState, service: Service, day: date | None, at: Micros) -> dict[str, Any]:
    """Tell the days on which a service can be booked, each with its free places, and the slots of one.

    Without a ``day`` it is the first with a free place.
    """
    found = {
        ahead: slots.free_on(state, service, ahead, at) for ahead in slots.days_ahead(state, service, at)
    }
    chosen = day or next((ahead for ahead, some in found.items() if some), None)
    return {
        "service": service.id,
        "names": service.names,
        "slot_seconds": _length(service) // 1_000_000,
        "days": [
            {"day": ahead.isoformat(), "free": sum(places for _, places in some)}
            for ahead, some in found.items()
            if slots.slots_on(state, service, ahead)
        ],
        "day": chosen.isoformat() if chosen else None,
        "slots": [{"slot": slot, "free": places} for slot, places in found.get(chosen, [])] if chosen else [],
    }


def booking(state: HallState, one: Reservation) -> dict[str, Any]:
    """Tell a booking; ``ticket`` once its visitor has checked in."""
    service = state.catalogue.services.get(one.service)
    return {
        "booking": one.number,
        "service": one.service,
        "names": service.names if service else {},
        "documents": service.documents if service else [],
        "slot": one.slot,
        "ends": one.slot + _length(service),
        "called_from": slots.called_from(state, one.slot),
        "kept_until": slots.kept_until(state, one.slot),
        "class": one.class_,
        "language": one.language,
        "quantity": one.quantity,
        "ticket": one.ticket or None,
    }


def of_day(state: HallState, day: str) -> list[dict[str, Any]]:
    """Tell the bookings of a business day, the earliest first."""
    meant = [
        one for one in state.reservations.values() if slots.day_of(state.hall, one.slot).isoformat() == day
    ]
    return [booking(state, one) for one in sorted(meant, key=lambda one: (one.slot, int(one.number)))]


def _length(service: Service | None) -> Micros:
    how = slots.bookable(service)
    return how.slot_minutes * MINUTE if how else 0
