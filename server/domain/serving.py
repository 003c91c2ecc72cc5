"""The ticket at the desk: it is served, it ends, or nobody came."""

from collections.abc import Iterator

from protocol.commands import Complete, NoShow, Serve
from protocol.events import DeskClosed, Event, LegCompleted, ServiceStarted, TicketNoShow
from protocol.words import SECOND, Micros
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.calling import next_call
from server.domain.state import HallState
from server.domain.ticket import Desk, Ticket


def serve(ask: Ask[Serve]) -> Iterator[ServiceStarted]:
    """Begin the service; raises what ``ticket_here`` raises."""
    desk = ask.own_desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "serve")
    yield ServiceStarted(ticket=ticket.number, ticket_day=ask.ticket_day(ticket), desk=desk.number)


def complete(ask: Ask[Complete]) -> Iterator[Event]:
    """End the service, and call the next ticket when asked to; the end stands even if nobody waits.

    Raises UnknownOutcome.
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
    )
    yield from close_behind(ask.state, desk)
    if command.call_next and ask.state.is_open:
        called = next_call(ask, desk)
        if called is not None:
            yield called


def no_show(ask: Ask[NoShow]) -> Iterator[Event]:
    """End the leg of who did not come.

    Raises TooSoon before one recall, and before the hall's time since the last call has passed.
    """
    desk = ask.own_desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "no_show")
    if is_too_soon(ask.state, ticket, ask.at):
        floor = ask.state.catalogue.no_show_seconds(ticket.class_)
        since = ask.at if ticket.recalls == 0 else ticket.last_call_at
        seconds = refusals.seconds_until(since + floor * SECOND, ask.at)
        raise refusals.TooSoon(ticket=ticket.number, seconds=seconds)
    yield TicketNoShow(ticket=ticket.number, ticket_day=ask.ticket_day(ticket), desk=desk.number)
    yield from close_behind(ask.state, desk)


def is_too_soon(state: HallState, ticket: Ticket, at: Micros) -> bool:
    """Tell whether nobody can be called absent yet: not recalled, or called too short a time ago."""
    floor = state.catalogue.no_show_seconds(ticket.class_)
    return ticket.recalls == 0 or at < ticket.last_call_at + floor * SECOND


def close_behind(state: HallState, desk: Desk) -> Iterator[DeskClosed]:
    """Close a desk whose last ticket of a closed day just left it."""
    if not state.is_open and not desk.ticket:
        yield DeskClosed(desk=desk.number)
