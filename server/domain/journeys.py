"""One ticket through several services: which follow, when the next begins, and what a desk adds or drops."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import UNSET

from protocol.commands import AddLeg, DropLeg
from protocol.events import Event, LegAdded, LegBegun, LegDropped, TicketExpired
from protocol.hall import Service
from protocol.words import Micros
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.hours import today
from server.domain.state import HallState
from server.domain.ticket import Planned, Ticket


def route_of(state: HallState, service: Service, asked: Sequence[str] | None) -> list[str]:
    """Give the services that follow one on a new ticket: those asked for, else the service's own.

    Raises UnknownService, or Malformed where one would follow itself.
    """
    route = service.route if asked is None else [state.catalogue.leaf(other).id for other in asked]
    if follows_itself([service.id, *route]):
        raise refusals.Malformed(path="$.route")
    return list(route)


def follows_itself(services: Sequence[str]) -> bool:
    """Tell whether somewhere a service comes right after the same service."""
    return any(one == other for one, other in pairwise(services))


def begin_next(state: HallState, ticket: Ticket, at: Micros) -> Iterator[Event]:
    """Let the next planned leg of a completed ticket wait.

    In a hall that has closed it expires at once, unless that keeps its queue overnight. A suspended service
    takes no new tickets, and whoever holds one for it already waits like others.
    """
    if not ticket.planned:
        return
    day = ticket.day_beside(today(state, at))
    queue, desk = where(state, ticket.planned[0])
    yield LegBegun(
        ticket=ticket.number,
        ticket_day=day,
        service=ticket.planned[0].service,
        queue=queue,
        to_desk=desk or UNSET,
    )
    if not state.is_open and not state.hall.hall.keep_overnight:
        yield TicketExpired(ticket=ticket.number, ticket_day=day)


def where(state: HallState, leg: Planned) -> tuple[str, str]:
    """Give the queue of a planned leg, and the desk that it returns to while somebody works there.

    A desk that has closed meanwhile is not waited for: then any desk of the queue calls the visitor.
    """
    queue = state.catalogue.services[leg.service].queue
    desk = state.desks.get(leg.to_desk)
    if desk is None or desk.state == "closed" or not desk.queues:
        return queue, ""
    return (queue if queue in desk.queues else desk.queues[0]), desk.number


def add_leg(ask: Ask[AddLeg]) -> Iterator[LegAdded]:
    """Plan another service for who is served here, after those that are planned.

    Raises what ``_served_here`` raises, UnknownService, ServiceSuspended, or AlreadyPlanned.
    """
    ticket = _served_here(ask, "add_leg")
    service = ask.served(ask.command.service)
    if is_planned(ticket, service.id):
        raise refusals.AlreadyPlanned(ticket=ticket.number, service=service.id)
    yield LegAdded(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=ticket.desk,
        service=service.id,
        reason=ask.command.reason or UNSET,
    )


def drop_leg(ask: Ask[DropLeg]) -> Iterator[LegDropped]:
    """Take a planned service off the visit; raises what ``_served_here`` raises, or NotPlanned."""
    ticket = _served_here(ask, "drop_leg")
    service = ask.command.service
    if service not in services_of(ticket.planned):
        raise refusals.NotPlanned(ticket=ticket.number, service=service)
    yield LegDropped(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=ticket.desk,
        service=service,
        reason=ask.command.reason or UNSET,
    )


def is_planned(ticket: Ticket, service: str) -> bool:
    """Tell whether a service is to come already, or would follow itself."""
    planned = services_of(ticket.planned)
    return service in planned or (not planned and service == ticket.service)


def services_of(planned: Iterable[Planned]) -> list[str]:
    """Name the services of planned legs."""
    return [leg.service for leg in planned]


def _served_here(ask: Ask[AddLeg] | Ask[DropLeg], verb: str) -> Ticket:
    """Give a ticket that the asker serves at an own desk.

    Raises HallClosed, UnknownTicket, WrongState, DeskNotOpen, NotYourDesk, or TicketElsewhere.
    """
    ask.must_be_open()
    ticket = ask.ticket(ask.command, verb)
    desk = ask.own_desk(ask.command.desk or ticket.desk)
    return ask.ticket_here(ask.command, desk, verb)
