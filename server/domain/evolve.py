"""Folding events into the state: one small function an event, no rule, no refusal.

Replay runs through here a million times, so a fold does what its event says and looks nothing up twice.
"""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from protocol import events as e
from server.domain import (
    evolve_bookings,
    evolve_floor,
    evolve_hall,
    evolve_journals,
    evolve_journeys,
    heads,
    lifecycle,
    rights,
)
from server.domain.evolve_journeys import credit_of, learn, leave, unlearn, wait
from server.domain.floor import Jump
from server.domain.state import SHOWN_CALLS, HallState
from server.domain.ticket import Overtaking, Planned, Shown, Ticket


def evolve(state: HallState, event: e.Event) -> None:
    """Fold one event, in place."""
    if event.at > state.lanes.now:
        state.lanes.advance(event.at)
    if not state.head_due:
        state.head_due = event.at + heads.WITHIN
    _FOLDS[type(event)](state, event)
    state.seq, state.at = event.seq, event.at
    if state.is_restless:
        state.next_due = None


def _issued(state: HallState, event: e.TicketIssued) -> None:
    catalogue = state.catalogue
    evolve_bookings.took_place(state, event)
    slot, booking, not_before = evolve_bookings.booked(event)
    issued_at = event.at if event.arrived_at is UNSET else event.arrived_at
    arrived_at = max(issued_at, slot)
    is_seen = catalogue.needs_proof(event.class_) and event.actor.role in rights.WITNESSES
    if event.offline is UNSET:
        prefix = catalogue.prefix(event.queue, event.class_)
        state.series[prefix] = int(event.ticket[len(prefix) :])
    else:
        evolve_journals.took(state, event, event.offline)
    ticket = Ticket(
        number=event.ticket,
        day=event.day,
        seq=event.seq,
        service=event.service,
        queue=event.queue,
        class_=event.class_,
        language=event.language,
        quantity=event.quantity,
        issued_at=issued_at,
        arrived_at=arrived_at,
        class_confirmed=is_seen,
        key=arrived_at
        - catalogue.credit(
            event.queue, catalogue.counted(event.class_, is_seen=is_seen), booked=bool(booking)
        ),
        not_before=not_before,
        slot=slot,
        booking=booking,
        issued_by=event.actor.id,
        print_at="" if event.print_at is UNSET else event.print_at,
        planned=() if event.route is UNSET else tuple(map(Planned, event.route)),
    )
    state.tickets[event.ticket] = ticket
    state.lanes.enter(ticket)


def _called(state: HallState, event: e.TicketCalled) -> None:
    ticket = state.tickets[event.ticket]
    if event.overtaken or event.jumped:
        ground, queues = _ground(state, event, ticket), tuple(state.desks[event.desk].queues)
        state.overtakings.append(Overtaking(event.at, ticket.arrived_at, ground, queues))
    if event.above_quota is True:
        state.jumps[event.seq] = _jump(event, ticket)
    if state.catalogue.ratio_calls:
        _count_for_ratio(state, ticket)
    leave(state, ticket, event.at)
    evolve_journeys.no_way_back(state, ticket)
    ticket.state, ticket.desk, ticket.not_before = "called", event.desk, 0
    ticket.jump_confirmed_by = ""
    if not ticket.calls:
        ticket.first_called_at = event.at
    ticket.calls += 1
    ticket.recalls = 0
    ticket.called_at = ticket.last_call_at = event.at
    ticket.served_at = 0
    desk = state.desks[event.desk]
    desk.ticket, desk.offer_until, desk.declined = event.ticket, 0, False
    state.calls.append(Shown(event.ticket, ticket.day, event.desk, ticket.language, event.at))
    if len(state.calls) > SHOWN_CALLS:
        del state.calls[: SHOWN_CALLS // 2]


def _count_for_ratio(state: HallState, ticket: Ticket) -> None:
    """Count one of these, at most as many as the ratio says; one of the others begins the count anew.

    Who returns, or was sent to a certain desk or specialty, is called beside the ratio.
    """
    if ticket.state != "waiting" or ticket.ask or not state.catalogue.has_ratio(ticket.queue):
        return
    made = state.ratio_made.pop(ticket.queue, 0)
    if state.catalogue.is_of(ticket):
        state.ratio_made[ticket.queue] = min(made + 1, state.catalogue.ratio_calls)


def _jump(event: e.TicketCalled, ticket: Ticket) -> Jump:
    return Jump(
        seq=event.seq,
        at=event.at,
        day=event.day,
        ticket=ticket.number,
        ticket_day=ticket.day,
        desk=event.desk,
        by=event.actor.id,
        reason="" if event.reason is UNSET else event.reason,
        passed_over=len(event.jumped),
        confirmed_by="" if event.confirmed_by is UNSET else event.confirmed_by,
    )


def _jump_confirmed(state: HallState, event: e.JumpConfirmed) -> None:
    if event.jump is not UNSET:
        state.jumps[event.jump].confirmed_by = event.actor.id
    else:
        state.tickets[event.ticket].jump_confirmed_by = event.actor.id


def _ground(state: HallState, event: e.TicketCalled, ticket: Ticket) -> str:
    """Tell why a ticket went before earlier arrivals."""
    if event.jumped:
        return "jump"
    if ticket.state == "parked":
        return "return"
    if event.ratio is not UNSET:
        return "ratio"
    counted = state.catalogue.counted(ticket.class_, is_seen=ticket.class_confirmed)
    own = state.catalogue.credit(ticket.queue, counted)
    largest = credit_of(state, ticket)
    if largest == own:
        return "class" if own else "other"
    is_booked = bool(ticket.booking) and largest == state.catalogue.booked_credit
    return "booked" if is_booked else "further"


def _recalled(state: HallState, event: e.TicketRecalled) -> None:
    ticket = state.tickets[event.ticket]
    ticket.recalls, ticket.last_call_at = event.recalls, event.at
    state.desks[event.desk].unsure = False


def _served(state: HallState, event: e.ServiceStarted) -> None:
    ticket = state.tickets[event.ticket]
    ticket.state, ticket.served_at = "serving", event.at
    state.desks[event.desk].unsure = False


def _completed(state: HallState, event: e.LegCompleted) -> None:
    ticket = state.tickets[event.ticket]
    if event.outcome != "unclosed":
        learn(state, ticket, event.at)
    _end(state, ticket, "completed", event)


def _no_show(state: HallState, event: e.TicketNoShow) -> None:
    _end(state, state.tickets[event.ticket], "no_show", event)


def _cancelled(state: HallState, event: e.TicketCancelled) -> None:
    ticket = state.tickets[event.ticket]
    ticket.reason = event.reason
    _end(state, ticket, "cancelled", event)


def _abandoned(state: HallState, event: e.TicketAbandoned) -> None:
    _end(state, state.tickets[event.ticket], "abandoned", event)


def _expired(state: HallState, event: e.TicketExpired) -> None:
    _end(state, state.tickets[event.ticket], "expired", event)


def _parked(state: HallState, event: e.TicketParked) -> None:
    ticket = state.tickets[event.ticket]
    desk = state.desks[event.desk]
    desk.ticket, desk.unsure = "", False
    desk.since = event.at
    desk.parked.append(ticket.number)
    ticket.state, ticket.reason, ticket.parked_at = "parked", event.reason, event.at
    ticket.not_before = 0 if event.not_before is UNSET else event.not_before
    state.lanes.enter(ticket)


def _requeued(state: HallState, event: e.TicketRequeued) -> None:
    ticket = state.tickets[event.ticket]
    not_before = 0 if event.not_before is UNSET else event.not_before
    leave(state, ticket, event.at)
    wait(state, ticket, event.at if event.arrived_at is UNSET else event.arrived_at, not_before)


def _class_changed(state: HallState, event: e.ClassChanged) -> None:
    ticket = state.tickets[event.ticket]
    state.lanes.leave(ticket)
    ticket.class_, ticket.class_confirmed = event.class_, True
    ticket.key = ticket.arrived_at - credit_of(state, ticket)
    if event.person is not UNSET:
        state.used.add((event.class_, ticket.service, event.person))
    state.lanes.enter(ticket)


def _reinstated(state: HallState, event: e.TicketReinstated) -> None:
    day = event.day if event.ticket_day is UNSET else event.ticket_day
    ticket = evolve_journeys.ended(state, (day, event.ticket))
    if ticket.state == "completed":
        unlearn(state, ticket)
    state.tickets[event.ticket] = ticket
    ticket.state, ticket.was, ticket.ended_at, ticket.ended_seq = event.state, "", 0, 0
    ticket.not_before = 0 if event.not_before is UNSET else event.not_before
    desk = state.desks.get(ticket.desk)
    if desk is not None and desk.last_ended == ticket.place:
        desk.last_ended = None
    if event.state in {"called", "serving"}:
        desk = state.desks[ticket.desk]
        desk.ticket, desk.offer_until = ticket.number, 0
        return
    if event.state == "parked":
        state.desks[ticket.desk].parked.append(ticket.number)
    else:
        ticket.desk = ""
        ticket.recalls = ticket.called_at = ticket.last_call_at = ticket.served_at = 0
    state.lanes.enter(ticket)


def _end(state: HallState, ticket: Ticket, how: str, event: e.TicketEvent) -> None:
    leave(state, ticket, event.at)
    evolve_journeys.no_way_back(state, ticket)
    if ticket.desk and "reinstate" in lifecycle.verbs(how):
        desk = state.desks[ticket.desk]
        desk.last_ended = ticket.place
        desk.since = event.at
    ticket.was, ticket.state = ticket.state, how
    ticket.ended_at, ticket.ended_seq = event.at, event.seq
    del state.tickets[ticket.number]
    state.ended[ticket.place] = ticket


_FOLDS: dict[type[e.Event], Callable[[HallState, Any], None]] = {
    e.TicketIssued: _issued,
    e.TicketCalled: _called,
    e.JumpConfirmed: _jump_confirmed,
    e.TicketRecalled: _recalled,
    e.ServiceStarted: _served,
    e.LegCompleted: _completed,
    e.TicketNoShow: _no_show,
    e.TicketParked: _parked,
    e.TicketRequeued: _requeued,
    e.TicketCancelled: _cancelled,
    e.TicketAbandoned: _abandoned,
    e.TicketExpired: _expired,
    e.TicketReinstated: _reinstated,
    e.ClassChanged: _class_changed,
    e.VisitCheckedIn: _issued,
    **evolve_hall.FOLDS,
    **evolve_bookings.FOLDS,
    **evolve_journeys.FOLDS,
    **evolve_floor.FOLDS,
    **heads.FOLDS,
    **evolve_journals.FOLDS,
}
