"""The hall's calendar: which business day a time belongs to, and when a day opens, closes and rolls over.

All in the hall's own time zone. A local time that the clocks skip or repeat counts as its first instant,
so business days follow each other without gap or overlap through every change of the clocks.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from protocol.hall import Hall
from protocol.words import SECOND, Micros
from server.domain.state import HallState

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=256)
def _instant(zone: str, day: date, minutes: int) -> Micros:
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return int(local.replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND


@lru_cache(maxsize=256)
def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _begins(hall: Hall, day: date) -> Micros:
    return _instant(hall.hall.time_zone, day, _minutes(hall.hall.roll_over))


def business_day(hall: Hall, at: Micros) -> str:
    """Give the day that a time belongs to: it begins at ``roll_over``, local time."""
    day = datetime.fromtimestamp(at // SECOND, ZoneInfo(hall.hall.time_zone)).date()
    return (day if at >= _begins(hall, day) else day - timedelta(days=1)).isoformat()


def today(state: HallState, at: Micros) -> str:
    """Give the day of an event now: the open day, else the business day of the time."""
    return state.day if state.is_open else business_day(state.hall, at)


def end_of(hall: Hall, day: str) -> Micros:
    """Give the roll-over that ends a business day."""
    return _begins(hall, date.fromisoformat(day) + timedelta(days=1))


def hours_of(hall: Hall, day: date) -> tuple[Micros, Micros] | None:
    """Give the first opening and the last closing of a business day; None when the hall stays closed.

    A clock time before ``roll_over`` belongs to the night after that date.
    """
    ranges = [text.partition("-") for text in hall.hall.hours.get(WEEKDAYS[day.weekday()], [])]
    if not ranges:
        return None
    zone, rolls = hall.hall.time_zone, _minutes(hall.hall.roll_over)
    opens = [_minutes(first) for first, _, _ in ranges]
    closes = [_minutes(last) for _, _, last in ranges]
    return (
        min(_instant(zone, day, clock + 1440 * (clock < rolls)) for clock in opens),
        max(_instant(zone, day, clock + 1440 * (clock <= rolls)) for clock in closes),
    )
