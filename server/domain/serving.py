"""The ticket at the desk: it is served, it ends, or nobody came."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import Complete, ConfirmTicket, LeaveNote, NoShow, Serve
from protocol.events import (
    DeskClosed,
    Event,
    LegCompleted,
    NoteLeft,
    ServiceStarted,
    TicketConfirmed,
    TicketNoShow,
)
from protocol.words import SECOND, Micros
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.calling import next_call
from server.domain.journeys import begin_next
from server.domain.state import HallState
from server.domain.ticket import Desk, Ticket


def serve(ask: Ask[Serve]) -> Iterator[ServiceStarted]:
    """Begin the service; raises what ``ticket_here`` raises."""
    desk = ask.own_desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "serve")
    yield ServiceStarted(ticket=ticket.number, ticket_day=ask.ticket_day(ticket), desk=desk.number)


def complete(ask: Ask[Complete]) -> Iterator[Event]:
    """End the service, and call the next ticket when asked to; the end stands even if nobody waits.

    A planned leg follows, whatever the outcome, unless the desk ends the visit. Raises UnknownOutcome.
    """
    command = ask.command
    desk = ask.own_desk(command.desk)
    ticket = ask.ticket_here(command, desk, "complete")
    if all(outcome.id != command.outcome for outcome in ask.state.hall.outcome):
        raise refusals.UnknownOutcome(outcome=command.outcome)
    yield LegCompleted(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=desk.number,
        service=ticket.service,
        outcome=command.outcome,
        ends_visit=True if command.ends_visit and ticket.planned else UNSET,
    )
    if not command.ends_visit:
        yield from begin_next(ask.state, ticket, ask.at)
    yield from close_behind(ask.state, desk)
    if command.call_next and ask.state.is_open and ask.state.pause is None:
        called = next_call(ask.state, desk, ask.at)
        if called is not None:
            yield called


def no_show(ask: Ask[NoShow]) -> Iterator[Event]:
    """End the leg of who did not come.

    Raises HallPaused, and TooSoon before one recall or before the hall's time since the last call has passed.
    """
    ask.refuse_paused()
    desk = ask.own_desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "no_show")
    if is_too_soon(ask.state, ticket, ask.at):
        floor = ask.state.catalogue.no_show_seconds(ticket.class_)
        since = ask.at if ticket.recalls == 0 else ticket.last_call_at
        paused = ask.state.paused_between(since, ask.at)
        seconds = refusals.seconds_until(since + floor * SECOND + paused, ask.at)
        raise refusals.TooSoon(ticket=ticket.number, seconds=seconds)
    yield TicketNoShow(ticket=ticket.number, ticket_day=ask.ticket_day(ticket), desk=desk.number)
    yield from close_behind(ask.state, desk)


def confirm(ask: Ask[ConfirmTicket]) -> Iterator[TicketConfirmed]:
    """Say after an outage that the visitor is still here; of a parked one nobody was unsure.

    Raises what ``_at_desk`` raises.
    """
    desk = ask.own_desk(ask.command.desk)
    ticket = _at_desk(ask, desk, "confirm_ticket")
    if desk.unsure and desk.ticket == ticket.number:
        yield TicketConfirmed(ticket=ticket.number, ticket_day=ask.ticket_day(ticket), desk=desk.number)


def leave_note(ask: Ask[LeaveNote]) -> Iterator[NoteLeft]:
    """Leave a note for the next desk; its text is an id by now. Raises what ``_at_desk`` raises."""
    ask.must_be_open()
    desk = ask.own_desk(ask.command.desk)
    ticket = _at_desk(ask, desk, "leave_note")
    yield NoteLeft(
        ticket=ticket.number, ticket_day=ask.ticket_day(ticket), desk=desk.number, note=ask.command.text
    )


def _at_desk(ask: Ask[ConfirmTicket] | Ask[LeaveNote], desk: Desk, verb: str) -> Ticket:
    """Give the ticket that is called, served or parked at the desk.

    Raises UnknownTicket, WrongState for one that is at no desk, or TicketElsewhere.
    """
    ticket = ask.state.find(ask.command.ticket, ask.command.day)
    if ticket is None:
        raise refusals.UnknownTicket(ticket=ask.command.ticket)
    if ticket.state not in {"called", "serving", "parked"}:
        raise refusals.WrongState(ticket=ticket.number, state=ticket.state, verb=verb)
    if ticket.desk != desk.number:
        raise refusals.TicketElsewhere(ticket=ticket.number, at_desk=ticket.desk, desk=desk.number)
    return ticket


def is_too_soon(state: HallState, ticket: Ticket, at: Micros) -> bool:
    """Tell whether nobody can be called absent yet: not recalled, or called too short a time ago."""
    floor = state.catalogue.no_show_seconds(ticket.class_)
    paused = state.paused_between(ticket.last_call_at, at)
    return ticket.recalls == 0 or at < ticket.last_call_at + floor * SECOND + paused


def close_behind(state: HallState, desk: Desk) -> Iterator[DeskClosed]:
    """Close a desk whose last ticket of a closed day just left it."""
    if not state.is_open and not desk.ticket:
        yield DeskClosed(desk=desk.number)
