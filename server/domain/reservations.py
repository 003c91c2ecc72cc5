"""Bookings, and the slots in which somebody has a place, as state and snapshots keep them."""

import msgspec

from protocol.words import Micros, Number


class Slot(msgspec.Struct, gc=False):
    """A slot in which somebody has or had a place: ``booked`` are yet to come, ``came`` are here or were."""

    service: str
    at: Micros
    booked: int = 0
    came: int = 0


class Reservation(msgspec.Struct, kw_only=True, gc=False):
    """A booking; ``ticket`` once its visitor has checked in, ``person`` and ``contact`` as in the event."""

    number: Number
    service: str
    slot: Micros
    class_: str
    language: str
    quantity: int
    person: str = ""
    contact: str = ""
    ticket: str = ""
