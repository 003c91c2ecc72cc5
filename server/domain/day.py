"""The business day: when it opens, closes and rolls over, in the hall's own time zone."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from protocol.hall import Hall
from protocol.words import SECOND, Micros
from server.domain.state import HallState


@lru_cache(maxsize=8)
def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def business_day(hall: Hall, at: Micros) -> str:
    """Give the day that a time belongs to: it begins at ``roll_over``, local time."""
    local = datetime.fromtimestamp(at // SECOND, ZoneInfo(hall.hall.time_zone))
    rolled = local.hour * 60 + local.minute >= _minutes(hall.hall.roll_over)
    date = local.date()
    return (date if rolled else date.fromordinal(date.toordinal() - 1)).isoformat()


def today(state: HallState, at: Micros) -> str:
    """Give the day of an event now: the open day, else the business day of the time."""
    return state.day if state.is_open else business_day(state.hall, at)
