"""Deriving again who stood for the calls past others: the right, the reason, the quota, the second person."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import UNSET

from protocol import events as e
from server.domain import jumps, rights
from server.domain.state import HallState


def sentences(state: HallState, event: e.Event) -> Iterator[str]:
    """Compare what a call past others, or its confirmation, says with what the rules give."""
    check = _CHECKS.get(type(event))
    return check(state, event) if check else iter(())


def _called(state: HallState, event: e.TicketCalled) -> Iterator[str]:
    if not event.jumped:
        if event.above_quota is not UNSET:
            yield f"The call of {event.ticket} says that it is above the quota, and is no jump."
        return
    if event.actor.role not in rights.ABOVE:
        yield f"The jump of {event.ticket} was made by {event.actor.id}, whose role may not."
    known = {reason.id for reason in state.hall.reason if "call_ticket" in reason.verbs}
    if event.reason not in {UNSET, *known}:
        yield f"The jump of {event.ticket} has the reason {event.reason}, which the hall does not list."
    ticket = state.tickets.get(event.ticket)
    for field, value in (jumps.marks(state, ticket, event.actor.id) if ticket else {}).items():
        if getattr(event, field) != value:
            said, given = (_word(one) for one in (getattr(event, field), value))
            yield f"The jump of {event.ticket} has {field} {said}; the log gives {given}."


def _word(value: object) -> object:
    return "none" if value is UNSET else value


def _confirmed(state: HallState, event: e.JumpConfirmed) -> Iterator[str]:
    if event.actor.role not in rights.ABOVE:
        yield f"A jump of {event.ticket} was confirmed by {event.actor.id}, whose role may not."
    if event.jump is UNSET:
        yield from _beforehand(state, event)
        return
    jump = state.jumps.get(event.jump)
    if jump is None or jump.ticket != event.ticket:
        yield f"It confirms event {event.jump} as a jump of {event.ticket} above the quota, which it is not."
        return
    if jump.by == event.actor.id:
        yield f"The jump of {event.ticket} in event {event.jump} was confirmed by who made it."
    if jump.confirmed_by:
        yield f"The jump of {event.ticket} in event {event.jump} was confirmed twice."
    if event.at >= jumps.until(state.hall, jump):
        yield f"The jump of {event.ticket} in event {event.jump} was confirmed too late."


def _beforehand(state: HallState, event: e.JumpConfirmed) -> Iterator[str]:
    ticket = state.tickets.get(event.ticket)
    if ticket is None or ticket.state != "waiting":
        yield f"A jump of {event.ticket} was confirmed beforehand, and nobody waits with it."
    elif ticket.jump_confirmed_by:
        yield f"A jump of {event.ticket} was confirmed beforehand twice."


_CHECKS: dict[type[e.Event], Callable[[HallState, Any], Iterator[str]]] = {
    e.TicketCalled: _called,
    e.JumpConfirmed: _confirmed,
}
