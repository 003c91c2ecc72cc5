"""What those see who walk the floor and run the day: the whole hall, and one ticket with its class."""

from dataclasses import asdict
from typing import Any

from protocol.words import MINUTE, SECOND, Micros
from server.domain import jumps, lifecycle, views
from server.domain.floor import Jump
from server.domain.forecast import Forecast
from server.domain.state import HallState
from server.domain.stranding import last_for
from server.domain.tallies import Tally, of_day
from server.domain.ticket import Leg, Place, Ticket

View = dict[str, Any]


def overview(state: HallState, forecast: Forecast, at: Micros) -> View:
    """Tell queues, services, desks, calls for help, and jumps to confirm; names are added outside."""
    return {
        "queues": _queues(state, forecast, at),
        "services": _services(state),
        "desks": [_desk(state, shown) for shown in views.desks(state)],
        "help": [
            {
                "request": call.request,
                "at": call.at,
                "from": call.asker,
                "role": call.role,
                "ticket": call.ticket or None,
                "day": call.day or None,
            }
            for call in state.help.values()
        ],
        "jumps": [_jump(state, jump) for jump in jumps.unconfirmed(state, at)],
    }


def _jump(state: HallState, jump: Jump) -> View:
    return {
        "seq": jump.seq,
        "at": jump.at,
        "ticket": jump.ticket,
        "desk": jump.desk,
        "by": jump.by,
        "reason": jump.reason,
        "passed_over": jump.passed_over,
        "last_day": jumps.last_day(state.hall, jump.day),
    }


def _queues(state: HallState, forecast: Forecast, at: Micros) -> list[View]:
    first: dict[str, Micros] = {}
    for ticket in state.tickets.values():
        if ticket.state == "waiting":
            first[ticket.queue] = min(first.get(ticket.queue, at), ticket.arrived_at)
    return [
        {**queue, "longest_wait_seconds": (at - first.get(queue["id"], at)) // SECOND}
        for queue in views.queues(state, forecast)
    ]


def _services(state: HallState) -> list[View]:
    waiting: dict[str, int] = {}
    for ticket in state.tickets.values():
        if ticket.state == "waiting":
            waiting[ticket.service] = waiting.get(ticket.service, 0) + 1
    tallies = of_day(state)
    return [
        {
            "id": service.id,
            "names": service.names,
            "queue": service.queue,
            "suspended": state.suspended.get(service.id),
            "waiting": waiting.get(service.id, 0),
            "tally": asdict(tallies.get(service.id, Tally())),
        }
        for service in state.hall.service
        if service.queue
    ]


def _desk(state: HallState, shown: View) -> View:
    desk = state.desks[shown["number"]]
    idle = desk.state == "open" and not desk.ticket
    return {
        **shown,
        "reason": desk.reason or None,
        "unsure": desk.unsure,
        "closing": desk.closing,
        "idle_since": desk.since if idle else None,
        "offer": {"until": desk.offer_until} if desk.offer_until else None,
        "declined": desk.declined,
        "parked": len(desk.parked),
        "last_for": last_for(state, desk),
    }


def device_states(state: HallState, device_id: str) -> list[View]:
    """Tell what a device told last of each of its parts; ``detail`` is the id of a text, or None."""
    return [
        {
            "device": told.device,
            "kind": told.kind,
            "state": told.state,
            "since": told.since,
            "at": told.at,
            "detail": told.detail or None,
        }
        for (by, _), told in state.devices.items()
        if by == device_id
    ]


def lookup(state: HallState, forecast: Forecast, place: Place, at: Micros) -> View | None:
    """Tell the floor a ticket, by its day of issue and its number; None when the hall holds it no more.

    ``waited_seconds`` are to the first call of this leg, or to now; ``verbs`` are what the floor may do.
    """
    day, number = place
    ticket = state.find(number, day)
    shown = views.visit(state, forecast, number, day, at)
    if ticket is None or shown is None:
        return None
    class_ = state.catalogue.classes.get(ticket.class_)
    until = ticket.called_at or ticket.ended_at or at
    return {
        **shown,
        "class": ticket.class_,
        "class_names": class_.names if class_ else {},
        "evidence": class_.evidence if class_ else "never",
        "class_confirmed": ticket.class_confirmed,
        "quantity": ticket.quantity,
        "verbs": floor_verbs(state, ticket, at),
        "issue": ticket.issue,
        "copies": ticket.copies,
        "slip": ticket.slip or None,
        "not_before": ticket.not_before or None,
        "waited_seconds": (until - ticket.arrived_at) // SECOND,
        "paused_seconds": state.paused_between(ticket.arrived_at, until) // SECOND,
        "legs": [_leg(state, leg) for leg in ticket.legs],
    }


def floor_verbs(state: HallState, ticket: Ticket, at: Micros) -> list[str]:
    """Name what the floor may do with a ticket now; a slip can always be printed anew."""
    steps = [step.verb for step in lifecycle.TABLE if step.source == ticket.state and "floor" in step.who]
    if "reinstate" in steps and not _may_return(state, ticket, at):
        steps.remove("reinstate")
    return [*steps, "reprint_slip"]


def _may_return(state: HallState, ticket: Ticket, at: Micros) -> bool:
    """Tell whether the hall's grace time for a late visitor still runs."""
    if ticket.state == "cancelled" and ticket.was != "waiting":
        return False
    grace = state.hall.policy.grace_minutes * MINUTE + state.paused_between(ticket.ended_at, at)
    return at <= ticket.ended_at + grace


def _leg(state: HallState, leg: Leg) -> View:
    return {**views.named(state, leg.service), "desk": leg.desk, "ended_at": leg.ended_at}
