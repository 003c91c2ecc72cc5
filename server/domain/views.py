"""What the hall shows to everyone: plain data made from a state, for pages, boards and kiosks.

Nothing here tells a visitor's class, and nothing lists who waits.
"""

from collections import Counter
from typing import Any

from protocol.hall import Hall, Service
from protocol.words import Micros
from server.domain.day import next_opening, open_times
from server.domain.forecast import Forecast
from server.domain.issuing import place
from server.domain.notice_view import paused_seconds, withdrawn
from server.domain.state import HallState
from server.domain.stranding import closing_queues, without_desk
from server.domain.ticket import Shown, Ticket

RECENT_CALLS = 10
"""How many past calls a board gets."""


def hall(state: HallState) -> dict[str, Any]:
    """Tell what the hall is and offers: names, services as a tree, desks, and whether it is open."""
    configured, facts = state.hall, state.hall.hall
    return {
        "id": facts.id,
        "names": facts.names,
        "time_zone": facts.time_zone,
        "languages": facts.languages,
        "hours": facts.hours,
        "round_the_clock": facts.round_the_clock,
        "public_url": facts.public_url,
        "demo": facts.demo,
        "country": facts.country,
        "is_open": state.is_open,
        "next_opening": next_opening(state),
        "day": state.day,
        "digest": state.digest,
        "order": _order(configured),
        "services": _children(configured, ""),
        "suspended": sorted(state.suspended),
        "agencies": [{"id": agency.id, "names": agency.names} for agency in configured.agency],
        "classes": [
            {
                "id": class_.id,
                "names": class_.names,
                "evidence": class_.evidence,
                "prefix": class_.prefix,
                "once_per_day": class_.once_per_day,
            }
            for class_ in configured.class_
        ],
        "outcomes": [{"id": outcome.id, "names": outcome.names} for outcome in configured.outcome],
        "reasons": [
            {"id": reason.id, "names": reason.names, "verbs": reason.verbs} for reason in configured.reason
        ],
        "documents": [{"id": document.id, "names": document.names} for document in configured.document],
        "queues": [{"id": queue.id, "prefix": queue.prefix} for queue in configured.queue],
        "zones": [{"id": zone.id, "names": zone.names} for zone in configured.zone],
        "desks": [
            {"number": desk.number, "zone": desk.zone, "kind": desk.kind, "queues": desk.queues}
            for desk in configured.desk
        ],
        "kiosks": [
            {"id": kiosk.id, "names": kiosk.names, "zone": kiosk.zone, "near": kiosk.near}
            for kiosk in configured.kiosk
        ],
        "slip": {"footer": configured.slip.footer, "without_paper": configured.slip.without_paper},
        "voice": {"spoken_prefixes": configured.voice.spoken_prefixes},
    }


def _order(configured: Hall) -> dict[str, Any]:
    """Tell by which rules turns come: anybody may know them."""
    policy = configured.policy
    return {
        "version": policy.version,
        "booked_credit_minutes": policy.booked_credit_minutes,
        "further_leg_credit_minutes": policy.further_leg_credit_minutes,
        "classes": [
            {
                "id": class_.id,
                "credit_minutes": class_.credit_minutes,
                "strict": class_.strict,
                "behind": class_.behind,
            }
            for class_ in configured.class_
        ],
        "has_bookings": any(service.booking is not None for service in configured.service),
        "ratio": _ratio(configured),
    }


def _ratio(configured: Hall) -> dict[str, Any] | None:
    """Tell the ratio: so many calls of these classes to one of the others. No names for none and booked."""
    ratio = configured.policy.ratio
    if ratio is None:
        return None
    names = {class_.id: class_.names for class_ in configured.class_}
    return {"calls": ratio.calls, "of": [{"id": id_, "names": names.get(id_, {})} for id_ in ratio.of]}


def _children(configured: Hall, parent: str) -> list[dict[str, Any]]:
    return [_node(configured, service) for service in configured.service if service.parent == parent]


def _node(configured: Hall, service: Service) -> dict[str, Any]:
    node = {"id": service.id, "names": service.names, "children": _children(configured, service.id)}
    if not service.queue:
        return node
    leaf = {
        "queue": service.queue,
        "agency": service.agency,
        "documents": service.documents,
        "target": {"minutes": service.target.minutes, "percent": service.target.percent},
        "legal_basis": service.legal_basis,
        "most_at_once": service.most_at_once,
        "route": service.route,
        "bookable": service.booking is not None,
        "person_to_book": bool(service.booking and service.booking.per_person),
    }
    return node | leaf


def queues(state: HallState, forecast: Forecast) -> list[dict[str, Any]]:
    """Tell each queue's waiting visitors, open desks, called numbers and a newcomer's expected wait.

    ``stranded`` says that somebody waits and no open desk serves the queue.
    """
    open_desks = [desk for desk in state.desks.values() if desk.state == "open"]
    called = [state.tickets[desk.ticket] for desk in state.desks.values() if desk.ticket]
    told = []
    for queue in state.hall.queue:
        waiting = state.lanes.waiting.get(queue.id, 0)
        serving = sum(queue.id in desk.queues for desk in open_desks)
        told.append(
            {
                "id": queue.id,
                "prefix": queue.prefix,
                "waiting": waiting,
                "open_desks": serving,
                "stranded": bool(waiting and not serving),
                "called": [t.number for t in called if t.queue == queue.id and t.state == "called"],
                "expected_wait_seconds": forecast.expected(queue.id, "none"),
            }
        )
    return told


def counts(state: HallState) -> dict[str, int]:
    """Count who waits, by queue: what every desk may know."""
    return {queue.id: state.lanes.waiting.get(queue.id, 0) for queue in state.hall.queue}


def board(state: HallState, zone: str = "") -> dict[str, Any]:
    """Tell what the boards of a zone, or of all, show: who is called or served now, and the last calls."""
    zones = {desk.number: desk.zone for desk in state.hall.desk}
    shown = [call for call in state.calls if not zone or zones.get(call.desk) == zone]
    return {
        "zone": zone,
        "is_open": state.is_open,
        "called": [
            _now(state, desk.ticket, zones[desk.number])
            for desk in state.desks.values()
            if desk.ticket and (not zone or zones[desk.number] == zone)
        ],
        "withdrawn": withdrawn(state),
        "suspended_reasons": dict(state.suspended),
        "recent": [_past(call, zones.get(call.desk, "")) for call in reversed(shown[-RECENT_CALLS:])],
    }


def _now(state: HallState, number: str, zone: str) -> dict[str, Any]:
    ticket = state.tickets[number]
    return {
        "ticket": ticket.number,
        "ticket_day": ticket.day,
        "desk": ticket.desk,
        "zone": zone,
        "language": ticket.language,
        "state": ticket.state,
        "at": ticket.last_call_at,
        "recalls": ticket.recalls,
    }


def _past(call: Shown, zone: str) -> dict[str, Any]:
    return {
        "ticket": call.ticket,
        "ticket_day": call.day,
        "desk": call.desk,
        "zone": zone,
        "language": call.language,
        "at": call.at,
    }


def desks(state: HallState) -> list[dict[str, Any]]:
    """Tell each desk's state, for those who hold a token."""
    told = []
    for facts in state.hall.desk:
        desk = state.desks[facts.number]
        ticket = state.tickets.get(desk.ticket)
        told.append(
            {
                "number": desk.number,
                "zone": facts.zone,
                "kind": facts.kind,
                "state": desk.state,
                "operator": desk.operator or None,
                "queues": desk.queues,
                "specialties": sorted(facts.specialties),
                "ticket": desk.ticket or None,
                "ticket_state": ticket.state if ticket else None,
                "since": desk.since,
            }
        )
    return told


def kiosk(state: HallState) -> dict[str, Any]:
    """Tell a kiosk what it may offer."""
    return {
        "is_open": state.is_open,
        "day": state.day,
        "digest": state.digest,
        "suspended": sorted(state.suspended),
        "suspended_reasons": dict(state.suspended),
        "without_desk": without_desk(state),
        "closing_queues": closing_queues(state),
        "open_times": open_times(state),
    }


def own_series(state: HallState, device: str) -> dict[str, Any] | None:
    """Tell a kiosk the number of its own series, and how much of its journal the hall has; None at first."""
    known = [kiosk for kiosk in state.kiosks.values() if kiosk.device == device]
    if not known:
        return None
    last = max(known, key=lambda kiosk: (kiosk.joined_at, kiosk.number))
    return {"kiosk": last.number, "key": last.key, "taken": last.taken, "last": last.last}


def went_first(state: HallState, ticket: Ticket) -> dict[str, int]:
    """Count by ground the later arrivals that were called before a ticket, by desks that serve its queue."""
    counts: Counter[str] = Counter()
    for call in reversed(state.overtakings):
        if call.at < ticket.arrived_at:
            break
        if call.arrived_at > ticket.arrived_at and ticket.queue in call.queues:
            counts[call.ground] += 1
    return dict(counts)


def named(state: HallState, service: str) -> dict[str, Any]:
    """Name a service of a visit's way; without names when a later configuration dropped it."""
    found = state.catalogue.services.get(service)
    return {"service": service, "names": found.names if found else {}}


def visit(state: HallState, forecast: Forecast, number: str, day: str, at: Micros) -> dict[str, Any] | None:
    """Tell a visitor the place of the own ticket; None when the hall holds it no more.

    ``ahead`` are called before; of them ``by_precedence`` came later, and go first by class or ratio.
    ``went_first`` counts by ground who came later and was called before. ``legs`` are the services before
    this one, ``planned`` those after it.
    """
    ticket = state.find(number, day)
    if ticket is None:
        return None
    service = state.catalogue.services.get(ticket.service)  # gone when a later configuration dropped it
    waiting = ticket.state == "waiting"
    ahead, later = place(state, ticket) if waiting else (0, 0)
    return {
        "ticket": ticket.number,
        "day": ticket.day,
        "state": ticket.state,
        "service": ticket.service,
        "names": service.names if service else {},
        "queue": ticket.queue,
        "legs": [named(state, leg.service) for leg in ticket.legs],
        "planned": [named(state, leg.service) for leg in ticket.planned],
        "language": ticket.language,
        "issued_at": ticket.issued_at,
        "slot": ticket.slot or None,
        "not_before": ticket.not_before if waiting and ticket.not_before > at else None,
        "ahead": ahead if waiting else None,
        "by_precedence": later if waiting else None,
        "went_first": went_first(state, ticket) if waiting else None,
        "expected_wait_seconds": forecast.expected_of(ticket, at) if waiting else None,
        "desk": ticket.desk or None,
        "calls": ticket.calls,
        "recalls": ticket.recalls,
        "called_at": ticket.called_at or None,
        "ended_at": ticket.ended_at or None,
        "reason": ticket.reason if ticket.state == "cancelled" else None,
        "paused_seconds": paused_seconds(state, ticket, at),
    }
