"""A desk's own state: all that its page needs after any break, and nothing of those who wait."""

from collections.abc import Callable
from typing import Any

from protocol.words import MINUTE, SECOND
from server.domain import lifecycle
from server.domain.reinstating import SLIP_MINUTES
from server.domain.state import HallState
from server.domain.stranding import last_for
from server.domain.ticket import Desk, Leg, Ticket
from server.domain.views import named

TextOf = Callable[[str], str]
"""Gives a text that is kept outside the log by its id; an empty one once it was erased."""


def desk(state: HallState, number: str, text_of: TextOf) -> dict[str, Any]:
    """Tell a desk its state, its ticket, those parked here, and the end it may take back.

    ``last_for`` counts by queue who would be left behind if the desk closed or paused now.
    """
    found = state.desks[number]
    facts = state.catalogue.desks[number]
    ticket = state.tickets.get(found.ticket)
    return {
        "number": number,
        "zone": facts.zone,
        "kind": facts.kind,
        "state": found.state,
        "operator": found.operator or None,
        "reason": found.reason or None,
        "since": found.since,
        "queues": found.queues,
        "specialties": sorted(facts.specialties),
        "last_for": last_for(state, found),
        "closing": found.closing,
        "unsure": found.unsure,
        "offer": {"until": found.offer_until} if found.offer_until else None,
        "declined": found.declined,
        "auto_call_seconds": state.hall.policy.auto_call_seconds,
        **_for_walk_ups(state, found),
        "ticket": {**_ticket(state, ticket), "notes": _notes(ticket, text_of)} if ticket else None,
        "parked": [_parked(state, state.tickets[parked]) for parked in found.parked],
        "last_ended": _last_ended(state, found),
    }


def _for_walk_ups(state: HallState, found: Desk) -> dict[str, Any]:
    """Tell what a visitor who walks up to the desk can be given a ticket for, and what is asked of them."""
    return {
        "services": [
            {
                "id": service.id,
                "names": service.names,
                "queue": service.queue,
                "most_at_once": service.most_at_once,
                "suspended": state.suspended.get(service.id),
            }
            for service in state.hall.service
            if service.queue and service.queue in found.queues
        ],
        "languages": state.hall.hall.languages,
        "classes": [{"id": class_.id, "names": class_.names} for class_ in state.hall.class_],
    }


def _notes(ticket: Ticket, text_of: TextOf) -> list[dict[str, Any]]:
    told = ((note, text_of(note.note)) for note in ticket.notes)
    return [{"desk": note.desk, "at": note.at, "text": text} for note, text in told if text]


def _ticket(state: HallState, ticket: Ticket) -> dict[str, Any]:
    service = state.catalogue.services[ticket.service]
    class_ = state.catalogue.classes.get(ticket.class_)
    documents = {document.id: document.names for document in state.hall.document}
    floor = state.catalogue.no_show_seconds(ticket.class_)
    paused = state.paused_between(ticket.last_call_at, state.at)
    return {
        "number": ticket.number,
        "day": ticket.day,
        "state": ticket.state,
        "verbs": _verbs(ticket),
        "service": service.id,
        "names": service.names,
        "queue": ticket.queue,
        "language": ticket.language,
        "quantity": ticket.quantity,
        "most_at_once": service.most_at_once,
        "class": ticket.class_,
        "class_names": class_.names if class_ else {},
        "evidence": bool(class_ and class_.evidence == "desk"),
        "class_confirmed": ticket.class_confirmed,
        "documents": [{"id": id_, "names": documents.get(id_, {})} for id_ in service.documents],
        "legal_basis": service.legal_basis,
        "legs": [_leg(state, leg) for leg in ticket.legs],
        "planned": [
            {
                **named(state, leg.service),
                "desk": leg.to_desk or None,
                "suspended": leg.service in state.suspended,
            }
            for leg in ticket.planned
        ],
        "issued_at": ticket.issued_at,
        "slot": ticket.slot or None,
        "called_at": ticket.called_at,
        # Who booked may be called shortly before the slot, from which the wait counts.
        "waited_seconds": max(0, ticket.called_at - ticket.arrived_at) // SECOND,
        "paused_seconds": state.paused_between(ticket.arrived_at, ticket.called_at) // SECOND,
        "last_call_at": ticket.last_call_at,
        "served_at": ticket.served_at or None,
        "calls": ticket.calls,
        "recalls": ticket.recalls,
        "recall_limit": state.hall.policy.recall_limit,
        "no_show_seconds": floor,
        "no_show_at": ticket.last_call_at + floor * SECOND + paused if ticket.recalls else None,
        "target_minutes": service.target.minutes,
    }


def _verbs(ticket: Ticket) -> list[str]:
    return [step.verb for step in lifecycle.TABLE if step.source == ticket.state and "desk" in step.who]


def _leg(state: HallState, leg: Leg) -> dict[str, Any]:
    return {**named(state, leg.service), "desk": leg.desk, "ended_at": leg.ended_at}


def _parked(state: HallState, ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "day": ticket.day,
        "service": ticket.service,
        "names": state.catalogue.services[ticket.service].names,
        "language": ticket.language,
        "state": ticket.state,
        "verbs": _verbs(ticket),
        "not_before": ticket.not_before or None,
        "reason": ticket.reason,
        "since": ticket.parked_at,
    }


def _last_ended(state: HallState, found: Desk) -> dict[str, Any] | None:
    """Tell the ticket whose end can be taken back here, and until when; the rule asks the time again."""
    if found.last_ended is None:
        return None
    day, number = found.last_ended
    ticket = state.ended.get(found.last_ended)
    # Where it is not among the ended ones, its next leg waits: what can be taken back is the completion.
    ended = ticket or state.tickets[number].before
    if ended is None:
        return None
    return {
        "number": number,
        "day": day,
        "state": ticket.state if ticket else "completed",
        "was": ended.was,
        "ended_at": ended.ended_at,
        "until": ended.ended_at + SLIP_MINUTES * MINUTE,
    }
