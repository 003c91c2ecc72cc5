"""The hall's day opens, closes and rolls over, by its hours or by command; nobody who waits is forgotten.

While the hall is paused the end of the hours waits for the end of the pause, at the latest for the roll-over.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from protocol.commands import OpenDay
from protocol.events import (
    DayClosed,
    DayOpened,
    DeskClosed,
    Event,
    HallPaused,
    LegCompleted,
    TicketExpired,
)
from protocol.words import Micros
from server.domain import booking, offering, refusals, slots
from server.domain.asking import Ask
from server.domain.hours import breaks_of, business_day, end_of, hours_of, ranges_of, today
from server.domain.lanes import NEVER
from server.domain.pausing import SILENCE, resumed
from server.domain.state import HallState
from server.domain.stranding import left_behind
from server.domain.ticket import Ticket

LONGEST_CLOSED_DAYS = 40
"""So far ahead the next opening is looked for: longer than any row of holidays."""

DAYS_TOLD = 8

Timer = Callable[[HallState, Micros], Iterator[Event]]


def open_day(ask: Ask[OpenDay]) -> Iterator[Event]:
    """Open the day outside its hours; raises DayIsOpen."""
    if ask.state.is_open:
        raise refusals.DayIsOpen(day=ask.state.day)
    yield from _open(ask.state, ask.at)


def next_due(state: HallState) -> Micros | None:
    """Give the time of the next timer, never before the last event; None when there is none."""
    if state.next_due is None:
        state.next_due = max(_due(state)[0], state.at)
    due = min(state.next_due, offering.next_due(state))
    return None if due >= NEVER else due


def fall_due(state: HallState, at: Micros) -> Iterator[Event]:
    """Yield the facts of the one timer that fell due by ``at``; then ask for ``next_due`` again."""
    due, timer = _due(state)
    if offering.next_due(state) < due:
        due, timer = offering.next_due(state), offering.fall_due
    if due <= at:
        yield from timer(state, at)


def _due(state: HallState) -> tuple[Micros, Timer]:
    if not state.seq:
        return NEVER, _open
    if state.is_open:
        timers = _ending(state), _desk_served_out(state), _break(state)
        return min(timers, key=lambda due: due[0])
    opening = _opening(state), _open
    if any(desk.ticket for desk in state.desks.values()):
        return min((end_of(state.hall, state.day), _give_up), opening, key=lambda due: due[0])
    return opening


def _ending(state: HallState) -> tuple[Micros, Timer]:
    """Give when the open day ends, and how: it closes, or a hall that never closes begins the next."""
    ends = end_of(state.hall, state.day)
    if state.closing:
        return (ends if state.tickets else state.at), close
    if state.hall.hall.round_the_clock:
        return ends, _open
    return (closing(state) if state.pause is None else ends), close


def _break(state: HallState) -> tuple[Micros, Timer]:
    """Give when the next break between the hours begins, or when the one that lasts ends."""
    pause = state.pause
    if pause is not None:
        ends = pause.until or NEVER
        return ends, lambda _, at: iter([resumed(pause, at)])
    if state.closing or state.hall.hall.round_the_clock:
        return NEVER, _open
    for begins, ends in breaks_of(state.hall, date.fromisoformat(state.day)):
        # One that the hall's people ended early, or in which they opened, does not begin again.
        if state.opened_at <= begins and ends > max(state.at, state.last_break):
            return max(begins, state.at), partial(_rest, ends)
    return NEVER, _open


def _rest(until: Micros, _: HallState, __: Micros) -> Iterator[Event]:
    yield HallPaused(kind="break", until=until)


def away_until(state: HallState, at: Micros) -> Micros:
    """Give the end of the outage that a start at ``at`` notes: then, or the closing that fell in between.

    The time of the last event when there was none: the hall was closed, or the log silent too short a time.
    """
    never_closes = state.hall.hall.round_the_clock and not state.closing
    until = at if never_closes or not state.is_open else min(at, _ending(state)[0])
    return until if state.is_open and until - state.at >= SILENCE else state.at


def _desk_served_out(state: HallState) -> tuple[Micros, Timer]:
    """Let a desk that serves out close when it is idle and nobody waits for it alone."""
    done = [
        desk
        for desk in state.desks.values()
        if desk.closing is not None and not desk.ticket and not left_behind(state, desk)
    ]
    return state.at if done else NEVER, lambda _, __: iter([DeskClosed(desk=done[0].number)])


def closing(state: HallState) -> Micros:
    """Give the last closing of the open day; opened after it, a day lasts until it rolls over."""
    found = hours_of(state.hall, date.fromisoformat(state.day))
    return found[1] if found and found[1] > state.opened_at else end_of(state.hall, state.day)


def next_opening(state: HallState) -> Micros | None:
    """Give when the hall opens next by its hours, after the day that is open; None when no hours say so."""
    found = _opening(state)
    return None if found >= NEVER else found


def open_times(state: HallState) -> list[tuple[Micros, Micros]]:
    """Give from when until when tickets can be had: what is left of the open day, and a week of hours.

    A kiosk goes by them while the server is away; breaks are not told.
    """
    times = [(state.opened_at, closing(state))] if state.is_open and not state.closing else []
    first = date.fromisoformat(business_day(state.hall, state.at))
    for day in (first + timedelta(days=ahead) for ahead in range(DAYS_TOLD)):
        found = hours_of(state.hall, day) or next(iter(ranges_of(state.hall, day)), None)
        if found and day.isoformat() > state.day:
            times.append(found)
    return times


def _opening(state: HallState) -> Micros:
    """Give the next opening: a day that was closed stays closed."""
    if state.hall.hall.round_the_clock:
        return end_of(state.hall, state.day) if state.day else state.at
    first = date.fromisoformat(business_day(state.hall, state.at))
    for day in (first + timedelta(days=ahead) for ahead in range(LONGEST_CLOSED_DAYS)):
        found = hours_of(state.hall, day)
        if found and day.isoformat() > state.day and found[1] > state.at:
            return found[0]
    return NEVER


def _open(state: HallState, at: Micros) -> Iterator[Event]:
    yield DayOpened(day=business_day(state.hall, at))
    yield from booking.lapse(slots.over_by(state, at))


def close(state: HallState, at: Micros) -> Iterator[Event]:
    """Close: a pause ends, who waits or is parked has expired, bookings lapse; served ones may finish.

    In a hall that keeps its queue overnight who waits waits on, and who is parked may return to that desk.
    """
    if state.pause is not None:
        yield resumed(state.pause, at)
    yield DayClosed()
    if not state.hall.hall.keep_overnight:
        for ticket in [t for t in state.tickets.values() if t.state in {"waiting", "parked"}]:
            yield _expired(state, ticket, at)
    yield from booking.lapse(slots.of_day(state, state.day))
    for desk in [d for d in state.desks.values() if d.state != "closed" and not d.ticket]:
        yield DeskClosed(desk=desk.number)


def _give_up(state: HallState, at: Micros) -> Iterator[Event]:
    """At the roll-over of a closed day: what nobody ended is ended, and said to be so."""
    for desk in [d for d in state.desks.values() if d.ticket]:
        ticket = state.tickets[desk.ticket]
        if ticket.state == "called":
            yield _expired(state, ticket, at)
        else:
            yield LegCompleted(
                ticket=ticket.number,
                ticket_day=ticket.day_beside(today(state, at)),
                desk=desk.number,
                service=ticket.service,
                outcome="unclosed",
            )
        yield DeskClosed(desk=desk.number)


def _expired(state: HallState, ticket: Ticket, at: Micros) -> TicketExpired:
    return TicketExpired(ticket=ticket.number, ticket_day=ticket.day_beside(today(state, at)))
