"""How the hall stands for one room, whole: what a client reads after any break and then folds events into.

Pure rearrangement of the read models; the caller adds where in the history it stands.
"""

from collections.abc import Sequence
from typing import Any

from protocol.events import Event, TicketCalled, TicketRecalled
from protocol.words import Micros
from server.domain import desk_view, lifecycle, views
from server.domain.forecast import Forecast
from server.domain.issuing import ahead
from server.domain.state import HallState
from server.domain.stranding import last_for

LIFECYCLE = [
    {"from": step.source, "verb": step.verb, "to": step.target, "who": list(step.who)}
    for step in lifecycle.TABLE
]

View = dict[str, Any]


def board(state: HallState, zone: str = "") -> View:
    """Give what the boards of a zone show, newest first: who is called, and who was before."""
    shown = views.board(state, zone)
    now = shown["called"]
    named = {(call["ticket"], call["ticket_day"]) for call in now}
    before = [
        {**call, "state": "past", "recalls": 0}
        for call in shown["recent"]
        if (call["ticket"], call["ticket_day"]) not in named
    ]
    return {
        "zone": zone,
        "is_open": state.is_open,
        "calls": sorted([*now, *before], key=lambda call: -call["at"]),
        "withdrawn": shown["withdrawn"],
        "suspended_reasons": shown["suspended_reasons"],
        "counts": views.counts(state),
        "hall": views.hall(state),
        "voice": {"spoken_prefixes": state.hall.voice.spoken_prefixes},
    }


def kiosk(state: HallState) -> View:
    """Give what a kiosk may offer."""
    return {**views.kiosk(state), "hall": views.hall(state)}


def queues(state: HallState, forecast: Forecast) -> View:
    """Give how many wait in each queue, and how long."""
    return {"is_open": state.is_open, "queues": views.queues(state, forecast)}


def overview(state: HallState, forecast: Forecast) -> View:
    """Give the whole hall, for those who hear everything."""
    return {
        **queues(state, forecast),
        "day": state.day,
        "hall": views.hall(state),
        "desks": views.desks(state),
        "calls": board(state)["calls"],
    }


def desk(state: HallState, number: str, text_of: desk_view.TextOf) -> View:
    """Give a desk's page its state; with no number, that of an operator who has no desk open."""
    policy = state.hall.policy
    common = {
        "is_open": state.is_open,
        "day": state.day,
        "lifecycle": LIFECYCLE,
        "policy": {
            "recall_limit": policy.recall_limit,
            "no_show_seconds": policy.no_show_seconds,
            "grace_minutes": policy.grace_minutes,
        },
    }
    if number not in state.desks:
        return {**common, "desk": None, "counts": {}, "ticket": None, "parked": [], "last": None}
    shown = desk_view.desk(state, number, text_of)
    apart = {"ticket", "parked", "last_ended"}
    return {
        **common,
        "desk": {name: value for name, value in shown.items() if name not in apart},
        "counts": counts(state, number),
        "ticket": _ticket(shown["ticket"]),
        "parked": [_ticket(ticket) for ticket in shown["parked"]],
        "last": _ticket(shown["last_ended"]),
    }


def beside_events(state: HallState, number: str) -> View:
    """Tell a desk what changes by other desks' doing: who waits, and for whom it is the last one."""
    found = state.desks.get(number)
    return {"counts": counts(state, number), "last_for": last_for(state, found) if found else {}}


def counts(state: HallState, number: str) -> dict[str, int]:
    """Count who waits in the queues of a desk."""
    found = state.desks.get(number)
    return {queue: state.lanes.waiting.get(queue, 0) for queue in found.queues} if found else {}


def visit(state: HallState, forecast: Forecast, number: str, day: str, at: Micros) -> View | None:
    """Give a visitor the own ticket and its place; None when the hall holds it no more."""
    shown = views.visit(state, forecast, number, day, at)
    return {**shown, "place": shown["ahead"]} if shown else None


def calls(events: Sequence[Event]) -> list[View]:
    """Give when and where a visitor was called, of all that happened to the ticket."""
    return [
        {
            "type": "ticket_called" if isinstance(event, TicketCalled) else "ticket_recalled",
            "at": event.at,
            "desk": event.desk,
        }
        for event in events
        if isinstance(event, TicketCalled | TicketRecalled)
    ]


def place_of(state: HallState, number: str, day: str) -> int | None:
    """Count who is ahead of a waiting ticket; None when it does not wait."""
    ticket = state.find(number, day)
    if ticket is None or ticket.state != "waiting":
        return None
    return ahead(state, ticket)


def desk_opened_by(state: HallState, operator: str) -> str:
    """Give the desk that an operator has open; empty when none."""
    return next((desk.number for desk in state.desks.values() if desk.operator == operator), "")


def _ticket(shown: View | None) -> View | None:
    """Call the number of a ticket ``ticket``, as events do."""
    if shown is None:
        return None
    return {"ticket": shown["number"], **{name: value for name, value in shown.items() if name != "number"}}
