"""What every screen is told beside its own matters: a pause, texts, an outage, what has stopped."""

from collections.abc import Callable
from typing import Any

from protocol.words import MINUTE, SECOND, Micros
from server.domain.state import HallState
from server.domain.ticket import Ticket

Texts = Callable[[str], dict[str, str]]
"""Gives a text that is kept outside the log by its id: a sentence a language, none once it was erased."""

OUTAGE_TOLD: Micros = 30 * MINUTE
"""How long an outage is told after its end."""

WITHDRAWN_TOLD: Micros = 10 * MINUTE
"""How long the boards tell a number that was withdrawn while it waited."""

View = dict[str, Any]


def told(state: HallState, texts: Texts, zone: str = "") -> View:
    """Tell what holds for the whole hall; with a zone, the texts for that zone and those for all."""
    return {
        "pause": _pause(state, texts),
        "announcements": [
            {"announcement": one.seq, "texts": texts(one.text), "zone": one.zone or None, "at": one.at}
            for one in state.announcements
            if not zone or one.zone in {"", zone}
        ],
        "outage": _outage(state),
        "closing": state.closing,
        "issuing_stopped": state.issuing_stopped or None,
        "head": _head(state),
        "closing_limit": state.hall.policy.stop_when_full and not state.limit_lifted,
    }


def _head(state: HallState) -> View | None:
    """Tell the last signed head of the log: what a board shows of it, and a day's report has whole."""
    head = state.head
    return {"size": head.size, "root": head.root, "key": head.key, "at": head.at} if head else None


def _pause(state: HallState, texts: Texts) -> View | None:
    pause = state.pause
    if pause is None:
        return None
    return {
        "kind": pause.kind,
        "since": pause.began_at,
        "until": pause.until or None,
        "texts": texts(pause.text) or None,
    }


def _outage(state: HallState) -> View | None:
    outage = state.outage
    if outage is None or outage.ended_at <= state.at - OUTAGE_TOLD:
        return None
    return {"began_at": outage.began_at, "ended_at": outage.ended_at}


def withdrawn(state: HallState) -> list[View]:
    """Tell the boards who was withdrawn while waiting, the last one first."""
    found = []
    for ticket in reversed(state.ended.values()):
        if ticket.ended_at <= state.at - WITHDRAWN_TOLD:
            break
        if ticket.state == "cancelled" and ticket.was == "waiting":
            found.append({"ticket": ticket.number, "at": ticket.ended_at, "reason": ticket.reason})
    return found


def paused_seconds(state: HallState, ticket: Ticket, at: Micros) -> int:
    """Give how much of a ticket's wait the hall was paused or away; the wait itself stays whole."""
    until = ticket.called_at or ticket.ended_at or at
    return state.paused_between(ticket.arrived_at, until) // SECOND
