"""The hall's calendar: which business day a time belongs to, and when a day opens, closes and rolls over.

All in the hall's own time zone. A local time that the clocks skip or repeat counts as its first instant,
so business days follow each other without gap or overlap through every change of the clocks.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from protocol.hall import Hall
from protocol.words import MINUTE, SECOND, Micros
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


def clock_on(hall: Hall, day: date, text: str) -> tuple[Micros, Micros]:
    """Give a range such as ``09:00-12:00`` of a business day; what lies before ``roll_over`` is its night."""
    zone, rolls = hall.hall.time_zone, _minutes(hall.hall.roll_over)
    first, _, last = text.partition("-")
    opens, closes = _minutes(first), _minutes(last)
    return (
        _instant(zone, day, opens + 1440 * (opens < rolls)),
        _instant(zone, day, closes + 1440 * (closes <= rolls)),
    )


def texts_on(hall: Hall, day: date) -> list[str]:
    """Give the opening hours of a date as the hall file writes them: a holiday's own, or the weekday's."""
    date_ = day.isoformat()
    holiday = next((one for one in hall.holiday if one.day == date_), None)
    return holiday.hours if holiday else hall.hall.hours.get(WEEKDAYS[day.weekday()], [])


def ranges_of(hall: Hall, day: date) -> list[tuple[Micros, Micros]]:
    """Give from when until when the hall is open on a business day, in order.

    A clock time before ``roll_over`` belongs to the night after that date.
    """
    if hall.hall.round_the_clock:
        return [(_begins(hall, day), _begins(hall, day + timedelta(days=1)))]
    return [clock_on(hall, day, text) for text in texts_on(hall, day)]


def hours_of(hall: Hall, day: date) -> tuple[Micros, Micros] | None:
    """Give from when tickets are issued on a business day, and its last closing; None when it is closed.

    A hall that is open round the clock has no hours.
    """
    ranges = [] if hall.hall.round_the_clock else ranges_of(hall, day)
    if not ranges:
        return None
    return min(opens for opens, _ in ranges) - _ahead(hall), max(closes for _, closes in ranges)


def breaks_of(hall: Hall, day: date) -> list[tuple[Micros, Micros]]:
    """Give from when until when the hall pauses between its hours; kiosks may issue before its end."""
    ranges = ranges_of(hall, day)
    gaps = ((closes, opens - _ahead(hall)) for (_, closes), (opens, _) in pairwise(ranges))
    return [(begins, ends) for begins, ends in gaps if begins < ends]


def next_day_open(hall: Hall, day: date) -> date | None:
    """Give the first date after a day on which the hall is open; None when there is none within a month."""
    ahead = (day + timedelta(days=days) for days in range(1, 32))
    return next((one for one in ahead if ranges_of(hall, one)), None)


def _ahead(hall: Hall) -> Micros:
    return hall.hall.issue_before_minutes * MINUTE
