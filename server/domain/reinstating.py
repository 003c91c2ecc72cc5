"""Correcting an end that was none: a slip of the finger, or a visitor who came late."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import Reinstate
from protocol.events import TicketReinstated
from protocol.words import MINUTE
from server.domain import refusals, rights
from server.domain.asking import Ask
from server.domain.calling import refuse_busy
from server.domain.ticket import Completed, Ticket

SLIP_MINUTES = 10
"""How long the desk that ended a leg may take that back."""


def reinstate(ask: Ask[Reinstate]) -> Iterator[TicketReinstated]:
    """Bring an ended ticket back, with the key it had.

    With the desk where it ended, within 10 minutes: where it was; also a completed leg whose next one has
    begun and was not called yet. Otherwise who was absent or withdrawn while waiting waits again, within the
    hall's grace time. Raises TooLate, or DeskBusy when the ticket would return to a desk that has another.
    """
    ask.must_be_open()
    begun = ask.state.find(ask.command.ticket, ask.command.day)
    if begun is not None and begun.before is not None and begun.before.desk == ask.command.desk:
        yield _leg_before(ask, begun, begun.before)
        return
    ticket = ask.ticket(ask.command, "reinstate")
    if ask.command.desk is not None and ticket.desk:
        state, minutes = _at_desk(ask, ticket, ask.command.desk), SLIP_MINUTES
    else:
        state, minutes = _at_large(ask, ticket), ask.state.hall.policy.grace_minutes
    paused = ask.state.paused_between(ticket.ended_at, ask.at)
    if ask.at > ticket.ended_at + minutes * MINUTE + paused or ticket.number in ask.state.tickets:
        raise refusals.TooLate(ticket=ticket.number)
    yield TicketReinstated(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=UNSET if state == "waiting" else ticket.desk,
        state=state,
        corrects=ticket.ended_seq,
        reason=ask.command.reason,
    )


def _leg_before(ask: Ask[Reinstate], ticket: Ticket, before: Completed) -> TicketReinstated:
    """Take a completion back while the next leg waits: that leg is planned again."""
    refuse_busy(ask.state, ask.own_desk(before.desk))
    paused = ask.state.paused_between(before.ended_at, ask.at)
    if ask.at > before.ended_at + SLIP_MINUTES * MINUTE + paused:
        raise refusals.TooLate(ticket=ticket.number)
    return TicketReinstated(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=before.desk,
        state=before.was,
        corrects=before.ended_seq,
        reason=ask.command.reason,
    )


def _at_desk(ask: Ask[Reinstate], ticket: Ticket, number: str) -> str:
    desk = ask.own_desk(number)
    if ticket.desk != number:
        raise refusals.TicketElsewhere(ticket=ticket.number, at_desk=ticket.desk, desk=number)
    if ticket.was != "parked":
        refuse_busy(ask.state, desk)
    return ticket.was


def _at_large(ask: Ask[Reinstate], ticket: Ticket) -> str:
    if ticket.state == "no_show":
        return "waiting"
    if ticket.state != "cancelled" or ticket.was != "waiting":
        raise refusals.TooLate(ticket=ticket.number)
    if ask.actor.role not in rights.FLOOR:
        raise refusals.NotAllowed
    return "waiting"
