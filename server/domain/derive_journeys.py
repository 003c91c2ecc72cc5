"""Deriving again the way of each visit: what follows, and that each leg begins when and where it should."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import UNSET

from protocol import events as e
from server.domain.journeys import follows_itself, is_planned, services_of, where
from server.domain.state import HallState


def next_leg(state: HallState, last: e.Event | None, event: e.Event) -> Iterator[str]:
    """Check that a planned leg begins right after the one before it was completed, and at no other time."""
    owed = last.ticket if isinstance(last, e.LegCompleted) and _goes_on(state, last) else ""
    begun = event.ticket if isinstance(event, e.LegBegun) else ""
    if owed and begun != owed:
        yield f"Before this event the next service of ticket {owed} had to begin, and did not."
    if begun and begun != owed:
        yield f"A leg of ticket {begun} began, and none before it was completed just then."


def _goes_on(state: HallState, event: e.LegCompleted) -> bool:
    ticket = state.ended.get((event.day if event.ticket_day is UNSET else event.ticket_day, event.ticket))
    is_over = event.outcome == "unclosed" or event.ends_visit is not UNSET
    return ticket is not None and bool(ticket.planned) and not is_over


def sentences(state: HallState, event: e.Event) -> Iterator[str]:
    """Compare what an event says of a visit's way with what the rules give."""
    check = _CHECKS.get(type(event))
    return check(state, event) if check else iter(())


def _issued(state: HallState, event: e.TicketIssued) -> Iterator[str]:
    route = [] if event.route is UNSET else event.route
    service = state.catalogue.services.get(event.service)
    for other in route:
        found = state.catalogue.services.get(other)
        if found is None or found.queue not in state.catalogue.queues:
            yield f"Ticket {event.ticket} leads to {other}, which is no service of the hall."
    if follows_itself([event.service, *route]):
        yield f"Ticket {event.ticket} leads from a service to the same one: {', '.join(route)}."
    if isinstance(event, e.VisitCheckedIn) and service is not None and route != service.route:
        yield f"Ticket {event.ticket} has the route {route}; the log gives {service.route}."


def _begun(state: HallState, event: e.LegBegun) -> Iterator[str]:
    ticket = state.find(event.ticket, event.day if event.ticket_day is UNSET else event.ticket_day)
    if ticket is None or not ticket.planned:
        yield f"A leg of ticket {event.ticket} began, for which none was planned."
        return
    leg = ticket.planned[0]
    said = event.service, event.queue, "" if event.to_desk is UNSET else event.to_desk
    expected = leg.service, *where(state, leg)
    if said != expected:
        yield f"The leg of {event.ticket} began as {said}; the log gives {expected}."


def _added(state: HallState, event: e.LegAdded) -> Iterator[str]:
    ticket, found = state.tickets.get(event.ticket), state.catalogue.services.get(event.service)
    if found is None or found.queue not in state.catalogue.queues or found.id in state.suspended:
        yield f"Ticket {event.ticket} was given {event.service}, which took no visitors."
    if ticket is not None and is_planned(ticket, event.service):
        yield f"Ticket {event.ticket} was given {event.service}, which it led to already."


def _dropped(state: HallState, event: e.LegDropped) -> Iterator[str]:
    ticket = state.tickets.get(event.ticket)
    if ticket is not None and event.service not in services_of(ticket.planned):
        yield f"Of ticket {event.ticket} {event.service} was taken, which was not planned."


def _transferred(state: HallState, event: e.TicketTransferred) -> Iterator[str]:
    ticket = state.tickets.get(event.ticket)
    if event.back_to is not UNSET and ticket is not None and event.back_to != ticket.desk:
        yield f"Ticket {event.ticket} is to return to desk {event.back_to}; the log has it at {ticket.desk}."


def _reinstated(state: HallState, event: e.TicketReinstated) -> Iterator[str]:
    ticket = state.tickets.get(event.ticket)
    if ticket is None or ticket.before is None:
        return
    said, expected = (event.desk, event.corrects), (ticket.before.desk, ticket.before.ended_seq)
    if said != expected:
        yield f"The leg of {event.ticket} taken back is that of {said}; the log gives {expected}."


_CHECKS: dict[type[e.Event], Callable[[HallState, Any], Iterator[str]]] = {
    e.TicketIssued: _issued,
    e.VisitCheckedIn: _issued,
    e.LegBegun: _begun,
    e.LegAdded: _added,
    e.LegDropped: _dropped,
    e.TicketTransferred: _transferred,
    e.TicketReinstated: _reinstated,
}
"""One check an event."""
