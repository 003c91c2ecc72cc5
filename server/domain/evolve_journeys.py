"""Folding the way of a visit: how a leg waits and leaves its place, and which one follows."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from protocol import events as e
from protocol.words import SECOND, Micros
from server.domain.state import HallState
from server.domain.ticket import Completed, Duration, Leg, Place, Planned, Ticket


def wait(state: HallState, ticket: Ticket, at: Micros, not_before: Micros) -> None:
    """Let a ticket that left its place wait from a reference time on."""
    ticket.state, ticket.desk, ticket.not_before = "waiting", "", not_before
    ticket.recalls = ticket.called_at = ticket.last_call_at = ticket.served_at = 0
    ticket.arrived_at = at
    ticket.key = at - credit_of(state, ticket)
    state.lanes.enter(ticket)


def leave(state: HallState, ticket: Ticket, at: Micros) -> None:
    """Take a ticket from where it stands: a lane, a desk, or a desk's parked ones."""
    if ticket.state == "waiting":
        state.lanes.leave(ticket)
        return
    desk = state.desks[ticket.desk]
    if ticket.state == "parked":
        state.lanes.leave(ticket)
        desk.parked.remove(ticket.number)
    elif desk.ticket == ticket.number:
        desk.ticket, desk.unsure, desk.since = "", False, at


def credit_of(state: HallState, ticket: Ticket) -> Micros:
    """Give the largest credit that applies to a ticket where it waits."""
    catalogue = state.catalogue
    counted = catalogue.counted(ticket.class_, is_seen=ticket.class_confirmed)
    return catalogue.credit(ticket.queue, counted, further=ticket.further, booked=bool(ticket.booking))


def learn(state: HallState, ticket: Ticket, at: Micros) -> None:
    """Note how long a leg of this service took."""
    duration = state.durations.get(ticket.service)
    if duration is None:
        duration = state.durations[ticket.service] = Duration()
    duration.legs += 1
    duration.seconds += (at - ticket.served_at) // SECOND


def unlearn(state: HallState, ticket: Ticket) -> None:
    """Forget what was noted of a leg whose end is corrected."""
    duration = state.durations[ticket.service]
    duration.legs -= 1
    duration.seconds -= (ticket.ended_at - ticket.served_at) // SECOND


def no_way_back(state: HallState, ticket: Ticket) -> None:
    """Let the leg before stay completed: the present one went on, or the visit ended."""
    if ticket.before is None:
        return
    desk = state.desks.get(ticket.before.desk)
    if desk is not None and desk.last_ended == ticket.place:
        desk.last_ended = None
    ticket.before = None


def ended(state: HallState, place: Place) -> Ticket:
    """Take out the ticket of an end that is corrected; where its next leg waits, as it was at that end."""
    found = state.ended.pop(place, None)
    if found is not None:
        return found
    ticket = state.tickets[place[1]]
    if ticket.before is None or ticket.place != place:
        raise KeyError(place)
    state.lanes.leave(ticket)
    for name in Completed.__struct_fields__:
        setattr(ticket, name, getattr(ticket.before, name))
    ticket.state, ticket.before = "completed", None
    return ticket


def _begun(state: HallState, event: e.LegBegun) -> None:
    day = event.day if event.ticket_day is UNSET else event.ticket_day
    ticket = state.ended.pop((day, event.ticket))
    state.tickets[ticket.number] = ticket
    before = Completed(**{name: getattr(ticket, name) for name in Completed.__struct_fields__})
    ticket.legs += (Leg(ticket.service, ticket.desk, ticket.ended_at),)
    ticket.planned = ticket.planned[1:]
    ticket.service, ticket.queue = event.service, event.queue
    ticket.ask = "" if event.to_desk is UNSET else f"desk:{event.to_desk}"
    ticket.further, ticket.was, ticket.ended_at, ticket.ended_seq = True, "", 0, 0
    wait(state, ticket, event.at, 0)
    ticket.before = before


def _added(state: HallState, event: e.LegAdded) -> None:
    state.tickets[event.ticket].planned += (Planned(event.service),)


def _dropped(state: HallState, event: e.LegDropped) -> None:
    ticket = state.tickets[event.ticket]
    ticket.planned = without(ticket.planned, event.service)


def without(planned: tuple[Planned, ...], service: str) -> tuple[Planned, ...]:
    """Give a plan without the first leg of a service."""
    found = next((place for place, leg in enumerate(planned) if leg.service == service), len(planned))
    return planned[:found] + planned[found + 1 :]


def _transferred(state: HallState, event: e.TicketTransferred) -> None:
    ticket = state.tickets[event.ticket]
    leave(state, ticket, event.at)
    no_way_back(state, ticket)
    if ticket.served_at:
        ticket.legs += (Leg(ticket.service, ticket.desk, event.at),)
    if event.back_to is not UNSET:
        ticket.planned = (Planned(ticket.service, event.back_to), *ticket.planned)
    ticket.service, ticket.queue = event.service, event.queue
    ticket.ask = _ask(event)
    if event.arrived_at is UNSET:
        ticket.further = True
        wait(state, ticket, event.at, 0)
    else:
        wait(state, ticket, event.arrived_at, ticket.not_before)


def _ask(event: e.TicketTransferred) -> str:
    if event.to_desk is not UNSET:
        return f"desk:{event.to_desk}"
    return "" if event.to_specialty is UNSET else f"specialty:{event.to_specialty}"


FOLDS: dict[type[e.Event], Callable[[HallState, Any], None]] = {
    e.LegBegun: _begun,
    e.LegAdded: _added,
    e.LegDropped: _dropped,
    e.TicketTransferred: _transferred,
}
"""One fold an event."""
