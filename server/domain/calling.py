"""Choosing who is next, calling them, calling them again."""

from collections.abc import Iterator
from operator import itemgetter

import msgspec
from msgspec import UNSET, UnsetType

from protocol.commands import CallNext, CallTicket, Command, Recall
from protocol.events import Head, RatioStand, TicketCalled, TicketRecalled
from protocol.words import Micros, Number
from server.domain import jumps, refusals, rights
from server.domain.asking import Ask
from server.domain.hours import today
from server.domain.lanes import lane_of
from server.domain.state import HallState
from server.domain.ticket import Desk, Ticket

Placed = tuple[Micros, int, Ticket]
"""A head as a desk sees it: turn, seq for ties, ticket."""


def heads_of(state: HallState, desk: Desk) -> list[Placed]:
    """Give (turn, seq, ticket) of the first in each of a desk's lanes, the next to call foremost."""
    heads = []
    for lane, credit in state.lanes_of(desk):
        if lane.head is not None:
            key, seq, ticket = lane.head
            heads.append((key - credit, seq, ticket))
    heads.sort()
    return heads


def heads_with(state: HallState, desk: Desk, ticket: Ticket, turn: Micros) -> list[Placed]:
    """Give a desk's heads and, among them, the ticket that is called although it may be none."""
    heads = heads_of(state, desk)
    if any(head is ticket for _, _, head in heads):
        return heads
    # By a ratio a head may have the very turn of this ticket, whose key is the smaller one of its lane.
    return sorted([*heads, (turn, ticket.seq, ticket)], key=itemgetter(0, 1))


def overtaken_by(state: HallState, desk: Desk, ticket: Ticket) -> int:
    """Count the tickets of an earlier arrival that stay waiting in a desk's lanes."""
    return sum(lane.earlier(ticket.arrived_at) for lane, _ in state.lanes_of(desk) if lane.head is not None)


def call_next(ask: Ask[CallNext]) -> Iterator[TicketCalled]:
    """Call whoever this desk should serve now.

    Raises what ``idle_desk`` raises, and NobodyWaiting when no lane has a head.
    """
    desk = idle_desk(ask, ask.command.desk)
    event = next_call(ask.state, desk, ask.at)
    if event is None:
        raise refusals.NobodyWaiting(desk=desk.number)
    yield event


def call_ticket(ask: Ask[CallTicket]) -> Iterator[TicketCalled]:
    """Call a certain ticket: one parked here, or one that waits; past others it is a jump.

    Raises what ``call_next`` raises, TicketElsewhere for one parked at another desk, NotServedHere, and for
    a jump NotAllowed without the right and UnknownReason without a reason of the hall.
    """
    command = ask.command
    desk = idle_desk(ask, command.desk)
    ticket = ask.ticket(command, "call")
    turn = turn_here(ask.state, desk, ticket)
    heads = heads_with(ask.state, desk, ticket, turn)
    jumped = passed_over(ask.state, desk, ticket, turn)
    if jumped:
        _check_jump(ask)
    called = _call(ask.state, desk, ticket, heads, ask.at)
    if jumped:
        marks = jumps.marks(ask.state, ticket, ask.actor.id)
        called = msgspec.structs.replace(called, jumped=jumped, reason=command.reason, **marks)
    yield called


def recall(ask: Ask[Recall]) -> Iterator[TicketRecalled]:
    """Call again who has not come; raises HallPaused, and RecallLimit after the hall's limit."""
    ask.refuse_paused()
    desk = ask.own_desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "recall")
    if ticket.recalls >= ask.state.hall.policy.recall_limit:
        raise refusals.RecallLimit(ticket=ticket.number, recalls=ticket.recalls)
    yield TicketRecalled(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=desk.number,
        language=ticket.language,
        recalls=ticket.recalls + 1,
    )


def idle_desk(ask: Ask[Command], number: Number) -> Desk:
    """Give the asker's desk, free to call.

    Raises HallClosed, HallPaused, DeskNotOpen, NotYourDesk or DeskBusy.
    """
    ask.must_be_open()
    ask.refuse_paused()
    desk = ask.own_desk(number)
    refuse_busy(ask.state, desk)
    return desk


def refuse_busy(state: HallState, desk: Desk) -> None:
    """Raise DeskBusy while a ticket is called or served at the desk."""
    if desk.ticket:
        held = state.tickets[desk.ticket].state
        raise refusals.DeskBusy(desk=desk.number, ticket=desk.ticket, state=held)


def next_call(state: HallState, desk: Desk, at: Micros) -> TicketCalled | None:
    """Choose the smallest turn among the heads of a desk's lanes; None when nobody waits."""
    heads = heads_of(state, desk)
    return _call(state, desk, heads[0][2], heads, at) if heads else None


def turn_here(state: HallState, desk: Desk, ticket: Ticket) -> Micros:
    """Give a ticket's turn at a desk; raises TicketElsewhere or NotServedHere when it has none there."""
    if ticket.state == "parked":
        if ticket.desk != desk.number:
            raise refusals.TicketElsewhere(ticket=ticket.number, at_desk=ticket.desk, desk=desk.number)
        return ticket.key
    own = state.lanes.lane(*lane_of(ticket))
    for lane, credit in state.lanes_of(desk):
        if lane is own:
            return ticket.key - credit
    raise refusals.NotServedHere(desk=desk.number, ticket=ticket.number)


def passed_over(state: HallState, desk: Desk, ticket: Ticket, turn: Micros) -> list[Number]:
    """List whom a desk would call before a ticket of that turn, foremost first; nobody for a parked one."""
    if ticket.state == "parked":
        return []
    own, own_credit = state.lanes.lane(*lane_of(ticket)), ticket.key - turn
    key, seq = own.turn_of(ticket)  # by a ratio the key may be another's
    smaller: list[Placed] = []
    for lane, credit in state.lanes_of(desk):
        first = own.first(ticket) if lane is own else lane.until((key - own_credit + credit, seq))
        smaller += [(turn - credit, of_seq, other) for turn, of_seq, other in first]
    smaller.sort(key=itemgetter(0, 1))
    return [other.number for _, _, other in smaller]


def told_heads(state: HallState, heads: list[Placed]) -> list[Head]:
    """Give a desk's heads as an event tells them."""
    return [
        Head(ticket=head.number, key=head.key, turn=turn, turn_of=_turn_of(state, head, seq))
        for turn, seq, head in heads
    ]


def _turn_of(state: HallState, head: Ticket, seq: int) -> Number | UnsetType:
    """Name the ticket whose turn a head has by the ratio."""
    lane = state.lanes.by_ratio(head.queue) if seq != head.seq else None
    smallest = None if lane is None else lane.smallest
    return smallest.number if smallest else UNSET


def ratio_stand(state: HallState, ticket: Ticket) -> RatioStand | UnsetType:
    """Tell how the ratio stands for a ticket that waits where both its sides do."""
    lane = None if ticket.ask or ticket.state != "waiting" else state.lanes.by_ratio(ticket.queue)
    if lane is None or not lane.is_shared:
        return UNSET
    return RatioStand(calls=lane.calls, made=lane.made)


def _check_jump(ask: Ask[CallTicket]) -> None:
    if ask.actor.role not in rights.ABOVE:
        raise refusals.NotAllowed
    reason = ask.command.reason
    if not any(known.id == reason and "call_ticket" in known.verbs for known in ask.state.hall.reason):
        raise refusals.UnknownReason(reason=reason)


def _call(state: HallState, desk: Desk, ticket: Ticket, heads: list[Placed], at: Micros) -> TicketCalled:
    return TicketCalled(
        ticket=ticket.number,
        ticket_day=ticket.day_beside(today(state, at)),
        desk=desk.number,
        service=ticket.service,
        queue=ticket.queue,
        class_=ticket.class_,
        language=ticket.language,
        key=ticket.key,
        heads=told_heads(state, heads),
        overtaken=overtaken_by(state, desk, ticket),
        policy=state.hall.policy.version,
        jumped=[],
        ratio=ratio_stand(state, ticket),
    )
