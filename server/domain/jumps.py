"""Calls past others above the hall's quota: a second person stands for each, or it stands as unconfirmed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET

from protocol.commands import ConfirmJump
from protocol.events import JumpConfirmed
from protocol.hall import Hall
from protocol.words import Micros, Number
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.floor import Jump
from server.domain.hours import end_of, next_day_open, today
from server.domain.state import HallState
from server.domain.ticket import Ticket


def is_above_quota(state: HallState) -> bool:
    """Say whether one more jump today needs a second person."""
    made = sum(one.ground == "jump" for one in state.overtakings)
    return made >= state.hall.policy.jumps_per_day


def second_person(ticket: Ticket, actor_id: str) -> str:
    """Give who stood beforehand for the jump that an actor makes; empty when nobody did but the actor."""
    return "" if ticket.jump_confirmed_by == actor_id else ticket.jump_confirmed_by


def needs_second_person(state: HallState, ticket: Ticket, actor_id: str) -> bool:
    """Say whether a jump that an actor makes now would stand as unconfirmed."""
    return is_above_quota(state) and not second_person(ticket, actor_id)


def marks(state: HallState, ticket: Ticket, actor_id: str) -> dict[str, Any]:
    """Give what a jump made now says of the quota and of the second person."""
    return {
        "above_quota": is_above_quota(state) or UNSET,
        "confirmed_by": second_person(ticket, actor_id) or UNSET,
    }


def last_day(hall: Hall, day: str) -> str:
    """Give the working day after a jump's day: to its end a second person may confirm.

    A hall without hours for a month is opened by hand: then it is the next date.
    """
    first = date.fromisoformat(day)
    return (next_day_open(hall, first) or first + timedelta(days=1)).isoformat()


def until(hall: Hall, jump: Jump) -> Micros:
    """Give when a jump can no longer be confirmed."""
    return end_of(hall, last_day(hall, jump.day))


def unconfirmed(state: HallState, at: Micros) -> list[Jump]:
    """List the jumps that a second person may still confirm, in order."""
    return [jump for jump in state.jumps.values() if not jump.confirmed_by and at < until(state.hall, jump)]


def confirm(ask: Ask[ConfirmJump]) -> Iterator[JumpConfirmed]:
    """Stand for a jump of another, beforehand or until the end of the next working day.

    Raises UnknownJump, OwnJump, AlreadyConfirmed or ConfirmationLate; for a jump that is yet to be made
    UnknownTicket, WrongState or AlreadyConfirmed.
    """
    if ask.command.ticket is not None:
        yield _beforehand(ask, ask.command.ticket)
        return
    seq = ask.command.seq or 0
    jump = ask.state.jumps.get(seq)
    if jump is None:
        raise refusals.UnknownJump(jump=seq)
    if jump.confirmed_by:
        raise refusals.AlreadyConfirmed(ticket=jump.ticket)
    if jump.by == ask.actor.id:
        raise refusals.OwnJump(ticket=jump.ticket)
    if ask.at >= until(ask.state.hall, jump):
        raise refusals.ConfirmationLate(ticket=jump.ticket, day=last_day(ask.state.hall, jump.day))
    is_todays = jump.ticket_day == today(ask.state, ask.at)
    yield JumpConfirmed(ticket=jump.ticket, ticket_day=UNSET if is_todays else jump.ticket_day, jump=jump.seq)


def _beforehand(ask: Ask[ConfirmJump], number: Number) -> JumpConfirmed:
    ticket = ask.state.find(number, ask.command.day)
    if ticket is None:
        raise refusals.UnknownTicket(ticket=number)
    if ticket.state != "waiting":
        raise refusals.WrongState(ticket=ticket.number, state=ticket.state, verb="confirm_jump")
    if ticket.jump_confirmed_by:
        raise refusals.AlreadyConfirmed(ticket=ticket.number)
    return JumpConfirmed(ticket=ticket.number, ticket_day=ask.ticket_day(ticket))
