"""The hall calls by itself: an idle desk is offered somebody, and after a grace time the hall calls.

An offer names nobody: who is called is whoever's turn it is then. It only holds one waiting ticket back from
the offers to other desks. All of it costs nothing in a hall that has not set ``auto_call_seconds``.
"""

from collections.abc import Iterator

from protocol.commands import DeclineCall
from protocol.events import CallDeclined, CallOffered, Event, OfferLapsed
from protocol.words import Micros
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.calling import next_call
from server.domain.lanes import NEVER, lane_of
from server.domain.state import HallState
from server.domain.ticket import Desk, Place


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


def to_offer(state: HallState) -> Desk | None:
    """Give the desk that is to be offered a call now: fewest lanes, then longest idle; None for none."""
    idle = _idle(state)
    if not idle:
        return None
    promised = _promised(state)
    idle.sort(key=lambda desk: (len(state.lanes_of(desk)), desk.since, desk.number))
    return next((desk for desk in idle if _first(state, desk, promised) is not None), None)


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


def _promised(state: HallState) -> set[Place]:
    """Name the tickets that the offers made already are for, each desk taking its first, in order of time."""
    promised: set[Place] = set()
    offered = [desk for desk in state.desks.values() if desk.offer_until]
    for desk in sorted(offered, key=lambda desk: desk.offer_until):
        first = _first(state, desk, promised)
        if first is not None:
            promised.add(first)
    return promised


def _first(state: HallState, desk: Desk, promised: set[Place]) -> Place | None:
    """Give the first ticket of a desk's lanes, by turn, that is not promised to another desk."""
    best: tuple[Micros, int, Place] | None = None
    for lane, credit in state.lanes_of(desk):
        for key, seq, ticket in lane.by_key:
            if ticket.place not in promised:
                turn = key - credit, seq, ticket.place
                best = turn if best is None else min(best, turn)
                break
    return best[2] if best else None


def _release(state: HallState) -> Micros:
    """Give when the first held ticket becomes a head of a desk that could be offered it."""
    served = {id(lane) for desk in _idle(state) for lane, _ in state.lanes_of(desk)}
    held = state.lanes.held() if served else ()
    return next(
        (until for until, _, ticket in held if id(state.lanes.lane(*lane_of(ticket))) in served), NEVER
    )
