"""The hall's day opens, closes and rolls over, by its hours or by command; nobody who waits is forgotten."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from protocol.commands import CloseDay, OpenDay
from protocol.events import DayClosed, DayOpened, DeskClosed, Event, LegCompleted, TicketExpired
from protocol.words import Micros
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.hours import business_day, end_of, hours_of, today
from server.domain.lanes import NEVER
from server.domain.state import HallState
from server.domain.ticket import Ticket

Timer = Callable[[HallState, Micros], Iterator[Event]]


def open_day(ask: Ask[OpenDay]) -> Iterator[Event]:
    """Open the day outside its hours; raises DayIsOpen."""
    if ask.state.is_open:
        raise refusals.DayIsOpen(day=ask.state.day)
    yield from _open(ask.state, ask.at)


def close_day(ask: Ask[CloseDay]) -> Iterator[Event]:
    """Close the day before its hours end; raises HallClosed."""
    ask.must_be_open()
    yield from _close(ask.state, ask.at)


def next_due(state: HallState) -> Micros | None:
    """Give the time of the next timer, never before the last event; None when there is none."""
    if state.next_due is None:
        state.next_due = max(_due(state)[0], state.at)
    return None if state.next_due >= NEVER else state.next_due


def fall_due(state: HallState, at: Micros) -> Iterator[Event]:
    """Yield the facts of the one timer that fell due by ``at``; then ask for ``next_due`` again."""
    due, timer = _due(state)
    if due <= at:
        yield from timer(state, at)


def _due(state: HallState) -> tuple[Micros, Timer]:
    if not state.seq:
        return NEVER, _open
    if state.is_open:
        if state.hall.hall.round_the_clock:
            return end_of(state.hall, state.day), _open
        return _closing(state), _close
    opening = _opening(state), _open
    if any(desk.ticket for desk in state.desks.values()):
        return min((end_of(state.hall, state.day), _give_up), opening, key=lambda due: due[0])
    return opening


def _closing(state: HallState) -> Micros:
    """Give the last closing of the open day; opened after it, a day lasts until it rolls over."""
    found = hours_of(state.hall, date.fromisoformat(state.day))
    return found[1] if found and found[1] > state.opened_at else end_of(state.hall, state.day)


def _opening(state: HallState) -> Micros:
    """Give the next opening: a day that was closed stays closed."""
    if state.hall.hall.round_the_clock:
        return end_of(state.hall, state.day) if state.day else state.at
    first = date.fromisoformat(business_day(state.hall, state.at))
    for day in (first + timedelta(days=ahead) for ahead in range(9)):
        found = hours_of(state.hall, day)
        if found and day.isoformat() > state.day and found[1] > state.at:
            return found[0]
    return NEVER


def _open(state: HallState, at: Micros) -> Iterator[Event]:
    yield DayOpened(day=business_day(state.hall, at))


def _close(state: HallState, at: Micros) -> Iterator[Event]:
    """Close: who waits or is parked has expired; called and served ones may finish."""
    yield DayClosed()
    for ticket in [t for t in state.tickets.values() if t.state in {"waiting", "parked"}]:
        yield _expired(state, ticket, at)
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
