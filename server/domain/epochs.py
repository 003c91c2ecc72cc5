"""A new epoch: the hall goes on from a copy of its log, after a restore or a take-over.

The server before may have given numbers that the copy does not have. None may be given a second time, so the
series, and the numbers of bookings, jump ahead by more than can have been given since the copy was whole.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from protocol.catchup import rank
from protocol.events import EpochBegun
from protocol.words import MINUTE, Micros
from server.domain.hours import business_day, end_of, hours_of
from server.domain.state import HallState

LEAST_SKIPPED = 20
"""So many tickets of one series may be under way at the moment when a server dies."""

CAUSES = ("restored", "promoted")


def begun(state: HallState, epoch: str, cause: str, since: Micros, until: Micros) -> EpochBegun:
    """Begin an epoch where the log ends; from ``since`` to ``until`` another server may have given numbers.

    A series gives no more than a kiosk may in that time; on days before this one it gave others.
    """
    away = until - max(since, _opened(state, until))
    most = -(-away * state.hall.limits.kiosk_issues_per_minute // MINUTE)
    return EpochBegun(epoch=epoch, cause=cause, skipped=max(LEAST_SKIPPED, most), until=until)


def sentences(state: HallState, event: EpochBegun) -> Iterator[str]:
    """Check a new epoch against the log before it."""
    if event.at != state.at:
        yield "The epoch does not begin with the event before it."
    if rank(event.epoch) <= rank(state.epoch):
        yield f"The epoch {event.epoch} is no later one than {state.epoch or 'the first'}."
    if event.skipped < LEAST_SKIPPED or event.cause not in CAUSES:
        yield f"An epoch that was {event.cause} left out {event.skipped} numbers: at least {LEAST_SKIPPED}."


def _opened(state: HallState, at: Micros) -> Micros:
    """Give when the business day of a time opened, or was to open."""
    day = business_day(state.hall, at)
    if state.day == day and state.opened_at:
        return state.opened_at
    found = hours_of(state.hall, date.fromisoformat(day))
    return (
        found[0] if found else end_of(state.hall, (date.fromisoformat(day) - timedelta(days=1)).isoformat())
    )
