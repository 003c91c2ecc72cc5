"""Builders for bookings: a hall whose service is booked, and a hand that books and checks in."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from protocol import commands as c
from protocol import events as e
from protocol.hall import Booking, Policy, TicketClass
from protocol.words import HOUR, Micros
from server.domain.hours import WEEKDAYS
from tests.builders import ID, KIOSK, NINE, Played, a_hall, play

VISITOR = e.Actor(kind="visitor", id="web", role="nobody")

ELEVEN: Micros = NINE + 2 * HOUR
WEEK = {day: ["09:00-13:00", "14:00-18:00"] for day in WEEKDAYS}


def a_bookable_hall(*, policy: Policy | None = None, **booking: Any) -> Played:
    """Play a hall whose service ``land`` is booked, two at a time every half hour; desk 3 serves it."""
    hall = a_hall(policy=policy, hours=WEEK)
    once = TicketClass(id="carer", names={}, strict=True, once_per_day=True)
    how = Booking(**{"slot_minutes": 30, "per_slot": 2, "days_ahead": 3, **booking})
    services = [
        msgspec.structs.replace(service, booking=how) if service.id == "land" else service
        for service in hall.service
    ]
    hall = msgspec.structs.replace(hall, service=services, class_=[*hall.class_, once])
    return play(hall, desks=("3",))


def book(hall: Played, slot: Micros = ELEVEN, **said: Any) -> str:
    """Book a slot for ``land``, as a visitor does; gives the booking's number."""
    (booked,) = hall.do(c.Book(id=ID, service="land", slot=slot, **said), VISITOR)
    assert isinstance(booked, e.SlotBooked)
    return booked.booking


def check_in(hall: Played, number: str, late: Any = None) -> list[e.Event]:
    """Check in at a kiosk, which the engine gives the number behind the code."""
    return hall.do(c.CheckIn(id=ID, code="0" * 12, booking=number, late=late), KIOSK)


def ticket_of(hall: Played, number: str) -> str:
    """Check in, and give the ticket."""
    (event,) = check_in(hall, number)
    assert isinstance(event, e.VisitCheckedIn)
    return event.ticket


def roll_over() -> str:
    """Give a line of a hall file by which the business day has four hours left, whenever a test runs."""
    return f'roll_over = "{datetime.now(ZoneInfo("Asia/Baku")) + timedelta(hours=4):%H}:00"'
