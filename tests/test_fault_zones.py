"""The clocks of every time zone change, and midnight comes: one business day at a time, nobody dropped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from protocol.events import TicketIssued
from protocol.words import HOUR, MINUTE, SECOND, Micros
from server.domain.hours import business_day, end_of
from tests.builders import a_hall, play

FEW = (
    *("Europe/Kyiv", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu", "Antarctica/Troll"),
    *("Asia/Baku", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"),
)
ROLL_OVERS = ("00:00", "02:30", "03:00")
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def changes(zone: str) -> Iterator[Micros]:
    """Give the hours of 2026 after which the clocks of a zone are other ones, or a plain midnight."""
    there = ZoneInfo(zone)
    offsets = [(YEAR + timedelta(hours=hour)).astimezone(there).utcoffset() for hour in range(365 * 24)]
    found = [hour for hour, (one, other) in enumerate(pairwise(offsets)) if one != other]
    for hour in found or [0]:
        yield round((YEAR + timedelta(hours=hour)).timestamp()) * SECOND


@pytest.mark.fault(number="T8")
def test_the_clocks_change_in_every_zone(record_property: Any, *, long: bool) -> None:
    """Days follow each other through the change, each once, and who waits before it is called after it."""
    zones = sorted(available_timezones()) if long else FEW
    tried = 0
    for zone in zones:
        for change in changes(zone):
            for roll_over in ROLL_OVERS:
                through(zone, roll_over, change)
                tried += 1
    record_property("zones", len(zones))
    record_property("changes of the clocks, with each of three roll-overs", tried)


def through(zone: str, roll_over: str, change: Micros) -> None:
    """Go through one change: a ticket is issued just before, and called a day later."""
    facts = a_hall(time_zone=zone, roll_over=roll_over)
    times = range(change - 30 * HOUR, change + 30 * HOUR, 10 * MINUTE)
    days = [business_day(facts, at) for at in times]
    assert days == sorted(days), (zone, roll_over)
    for before, after in pairwise(dict.fromkeys(days)):
        ends = end_of(facts, before)
        assert business_day(facts, ends) == after, (zone, roll_over)
        assert business_day(facts, ends - 1) == before, (zone, roll_over)
    hall = play(facts, desks=("1", "3"), at=change - 30 * HOUR)
    hall.until(change - SECOND // 2)
    number = hall.issue()
    for _ in range(24):
        hall.wait(60)
        hall.issue("land")
        hall.finish("3")
    assert hall.call().ticket == number, (zone, roll_over)
    issued = [(event.day, event.ticket) for event in hall.log if isinstance(event, TicketIssued)]
    assert len(set(issued)) == len(issued), (zone, roll_over)
    assert {day for day, n in issued if n == "B001"} == {day for day, _ in issued[1:]}, (zone, roll_over)
