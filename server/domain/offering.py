"""The hall calls by itself: an idle desk is offered somebody, and after a grace time the hall calls.

An offer names nobody: who is called is whoever's turn it is then. It only holds one waiting ticket back from
the offers to other desks. All of it costs nothing in a hall that has not set ``auto_call_seconds``.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from protocol.commands import DeclineCall
from protocol.events import CallDeclined, CallOffered, Event, OfferLapsed
from protocol.words import Micros
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.calling import next_call
from server.domain.lanes import NEVER, lane_of
from server.domain.state import HallState
from server.domain.ticket import Desk, Place, Ticket


def decline(ask: Ask[DeclineCall]) -> Iterator[CallDeclined]:
    """Turn down the call that is offered; raises DeskNotOpen, NotYourDesk or NothingOffered."""
    desk = ask.own_desk(ask.command.desk)
    if not desk.offer_until:
        raise refusals.NothingOffered(desk=desk.number)
    yield CallDeclined(desk=desk.number, reason=ask.command.reason)


def next_due(state: HallState) -> Micros:
    """Give when something is due for the desks: an offer to make, or one whose time has come."""
    if not state.hall.policy.auto_call_seconds or not state.is_open or state.pause:
        return NEVER
    seq, due = state.next_offer
    if seq != state.seq:
        due = _due(state)
        state.next_offer = state.seq, due
    return due


def fall_due(state: HallState, at: Micros) -> Iterator[Event]:
    """Yield the one fact that is due: a call whose time has come, an offer that lapsed, or a new offer."""
    state.advance(at)
    desk = _first_offered(state)
    if desk is not None and desk.offer_until <= at:
        yield next_call(state, desk, at) or OfferLapsed(desk=desk.number)
        return
    free = to_offer(state)
    if free is not None:
        yield CallOffered(desk=free.number, seconds=state.hall.policy.auto_call_seconds)


def to_offer(state: HallState, freed: Sequence[Ticket] = ()) -> Desk | None:
    """Give the desk that is to be offered a call now: fewest lanes, then longest idle; None for none.

    ``freed`` are held tickets that count as if their time had come.
    """
    idle = _idle(state)
    if not idle:
        return None
    promised = _promised(state, freed)
    idle.sort(key=lambda desk: (len(state.lanes_of(desk)), desk.since, desk.number))
    return next((desk for desk in idle if _first(state, desk, promised, freed) is not None), None)


def _due(state: HallState) -> Micros:
    offered = _first_offered(state)
    until = offered.offer_until if offered else NEVER
    if to_offer(state) is not None:
        return min(until, state.at)
    return min(until, _release(state))


def _first_offered(state: HallState) -> Desk | None:
    offered = [desk for desk in state.desks.values() if desk.offer_until]
    return min(offered, key=lambda desk: desk.offer_until, default=None)


def _idle(state: HallState) -> list[Desk]:
    return [
        desk
        for desk in state.desks.values()
        if desk.state == "open" and not desk.ticket and not desk.offer_until and not desk.declined
    ]


def _promised(state: HallState, freed: Sequence[Ticket]) -> set[Place]:
    """Name the tickets that the offers made already are for, each desk taking its first, in order of time."""
    promised: set[Place] = set()
    offered = [desk for desk in state.desks.values() if desk.offer_until]
    for desk in sorted(offered, key=lambda desk: desk.offer_until):
        first = _first(state, desk, promised, freed)
        if first is not None:
            promised.add(first)
    return promised


def _first(state: HallState, desk: Desk, promised: set[Place], freed: Sequence[Ticket]) -> Place | None:
    """Give the first ticket of a desk's lanes, by turn, that is not promised to another desk."""
    turns: list[tuple[Micros, int, Place]] = []
    for lane, credit in state.lanes_of(desk):
        waiting = (entry for entry in lane.walk() if entry[2].place not in promised)
        turns += [(key - credit, seq, ticket.place) for key, seq, ticket in islice(waiting, 1)]
        turns += [
            (ticket.key - credit, ticket.seq, ticket.place)
            for ticket in freed
            if state.lanes.lane(*lane_of(ticket)) is lane and ticket.place not in promised
        ]
    return min(turns)[2] if turns else None


def _release(state: HallState) -> Micros:
    """Give when the first held ticket lets a desk be offered a call."""
    served = {id(lane) for desk in _idle(state) for lane, _ in state.lanes_of(desk)}
    freed: list[Ticket] = []
    for until, _, ticket in state.lanes.held() if served else ():
        freed.append(ticket)
        if id(state.lanes.lane(*lane_of(ticket))) in served and to_offer(state, freed) is not None:
            return until
    return NEVER
