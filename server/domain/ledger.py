"""The ledger: every lever that moves the order of a day, who used it and what it did, for anybody to read."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import UNSET

from protocol import events as e
from protocol.hall import Hall
from protocol.words import MINUTE, SECOND, Micros
from server.domain.changes import changes
from server.domain.jumps import last_day
from server.domain.ticket import Place

View = dict[str, Any]
Life = Sequence[e.Event]

QUICK: Micros = 30 * SECOND
"""Who is put back so soon after the call was hardly given time to come."""

SOON: Micros = 2 * MINUTE
"""A further leg, which has a credit, after a shorter service or none was hardly needed."""

KINDS = (
    "jump",
    "parked_return",
    "class_set",
    "staff_issue",
    "staff_booking",
    "leg_added",
    "quick_requeue",
    "correction",
    "desk_queues",
    "limit_lifted",
    "configuration",
)
"""What stands on the ledger, the gravest first."""

LEVERS = (
    e.TicketParked,
    e.TicketRequeued,
    e.TicketTransferred,
    e.LegAdded,
    e.TicketReinstated,
    e.ClassChanged,
    e.SlotBooked,
    e.DeskAssigned,
    e.ClosingLimitLifted,
    e.HallConfigured,
)
"""The events that may be one, besides a call past others and a ticket that a person issued."""

NEED_LIFE = (e.TicketParked, e.TicketRequeued, e.TicketTransferred, e.LegAdded)
"""What they are is told by what else happened to the ticket."""

LIFE = (e.TicketIssued, e.TicketCalled, e.ServiceStarted, e.LegBegun, *NEED_LIFE)
"""What of a ticket's life tells it."""

BEGIN_A_LEG = (e.TicketIssued, e.TicketRequeued, e.TicketTransferred, e.LegBegun)


def place_of(event: e.TicketEvent) -> Place:
    """Give the day of issue and the number of an event's ticket."""
    return (event.day if event.ticket_day is UNSET else event.ticket_day), event.ticket


def ledger(
    hall: Hall,
    day: str,
    events: Iterable[e.Event],
    lives: Mapping[Place, Life],
    calls: Sequence[tuple[int, str]],
    confirmed: Mapping[int, e.JumpConfirmed],
    before: Hall | None = None,
) -> View:
    """Give a day's entries in order, and how many of each kind there are by actor.

    ``events`` are those of ``LEVERS``, calls past others and tickets issued by a person, and who was parked
    the day before and may come back on this one; ``lives`` what of ``LIFE`` happened on both days to the
    tickets that ``NEED_LIFE`` speaks of; ``calls`` the seq and the desk of each call of the day; ``before``
    is the hall as it was when the first of the events came; ``confirmed`` who stood for a jump afterwards, by
    the seq of the call. Nobody's class stands on it, and no ticket beside a change of class: a number would
    tell what somebody is.
    """
    grounds = {reason.id: reason.legal_ground for reason in hall.reason}
    events = list(events)
    assigned = [event for event in events if isinstance(event, e.DeskAssigned | e.HallConfigured)]
    entries = []
    for event in events:
        if isinstance(event, e.HallConfigured) and isinstance(event.hall, Hall):
            differs, before = changes(before, event.hall) if before else [], event.hall
        else:
            differs = []
        life = lives.get(place_of(event), ()) if isinstance(event, NEED_LIFE) else ()
        entry = _TOLD[type(event)](event, life)
        if entry.get("kind") == "jump":
            entry |= _standing(hall, event, confirmed.get(event.seq))
        if entry.pop("day", None) != day:
            continue
        if entry.get("reason"):
            entry["legal_ground"] = grounds.get(entry["reason"])
        told = entry | ({"changes": differs} if differs else {})
        entries.append({key: value for key, value in told.items() if value not in (None, "")})
    entries.sort(key=lambda entry: entry["seq"])
    made = _calls_under(assigned, calls)
    for entry in entries:
        if entry["seq"] in made:
            entry["calls"] = made[entry["seq"]]
    return {"calls": len(calls), "entries": entries, "actors": _by_actor(entries)}


def _jump(event: e.TicketCalled, _: Life) -> View:
    reason = _set(event.reason)
    return _of("jump", event, {"desk": event.desk, "reason": reason, "passed_over": event.jumped})


def _standing(hall: Hall, event: Any, confirmed: e.JumpConfirmed | None) -> View:
    """Tell whether a jump was within the quota, or who stood for it; else to the end of which day one may."""
    if event.confirmed_by is not UNSET:
        return {"standing": "confirmed", "confirmed_by": event.confirmed_by}
    if confirmed is not None:
        return {"standing": "confirmed", "confirmed_by": confirmed.actor.id, "confirmed_at": confirmed.at}
    if event.above_quota is UNSET:
        return {"standing": "within_quota"}
    return {"standing": "unconfirmed", "until_day": last_day(hall, event.day)}


def _parked_return(event: e.TicketParked, life: Life) -> View:
    steps = (
        other for other in life if other.seq > event.seq and isinstance(other, (e.TicketCalled, *NEED_LIFE))
    )
    back = next(steps, None)  # put back or sent on, it waits as everybody
    if not isinstance(back, e.TicketCalled):
        return {}
    return _of("parked_return", back, {"desk": back.desk, "reason": event.reason})


def _quick_requeue(event: e.TicketRequeued, life: Life) -> View:
    is_own = event.arrived_at is UNSET
    is_quick = is_own and _since(e.TicketCalled, event, life) <= QUICK
    return _of("quick_requeue", event, {"desk": event.desk, "reason": event.reason}) if is_quick else {}


def _leg_added(event: e.TicketTransferred, life: Life) -> View:
    is_moved = event.arrived_at is not UNSET  # by the hall, with its place kept
    if is_moved or _served(event, life) > SOON:
        return {}
    told = {"desk": _set(event.desk), "service": event.service, "reason": event.reason}
    return _of("leg_added", event, told)


def _planned_leg(event: e.LegAdded, life: Life) -> View:
    if _served(event, life) > SOON:
        return {}
    told = {"desk": event.desk, "service": event.service, "reason": _set(event.reason), "planned": True}
    return _of("leg_added", event, told)


def _correction(event: e.TicketReinstated, _: Life) -> View:
    return _of("correction", event, {"desk": _set(event.desk), "reason": event.reason})


def _class_set(event: e.ClassChanged, _: Life) -> View:
    return {**_of("class_set", event, {"reason": event.reason}), "ticket": None}


def _staff_issue(event: e.TicketIssued, _: Life) -> View:
    return _of("staff_issue", event, {"desk": _set(event.desk)})


def _staff_booking(event: e.SlotBooked, _: Life) -> View:
    is_staff = event.actor.kind == "operator"
    return _of("staff_booking", event, {"service": event.service, "slot": event.slot}) if is_staff else {}


def _nothing(_: e.VisitCheckedIn, __: Life) -> View:
    return {}


def _limit_lifted(event: e.ClosingLimitLifted, _: Life) -> View:
    return _of("limit_lifted", event, {"reason": event.reason})


def _desk_queues(event: e.DeskAssigned, _: Life) -> View:
    return _of("desk_queues", event, {"desk": event.desk, "queues": event.queues})


def _configuration(event: e.HallConfigured, _: Life) -> View:
    return _of("configuration", event, {"digest": event.digest, "source": event.source})


_TOLD: dict[type[e.Event], Callable[[Any, Life], View]] = {
    e.TicketCalled: _jump,
    e.TicketParked: _parked_return,
    e.TicketRequeued: _quick_requeue,
    e.TicketTransferred: _leg_added,
    e.LegAdded: _planned_leg,
    e.TicketReinstated: _correction,
    e.ClassChanged: _class_set,
    e.TicketIssued: _staff_issue,
    e.VisitCheckedIn: _nothing,
    e.SlotBooked: _staff_booking,
    e.DeskAssigned: _desk_queues,
    e.ClosingLimitLifted: _limit_lifted,
    e.HallConfigured: _configuration,
}
"""What each event tells as a lever; nothing where what may be one is none."""


def _of(kind: str, event: e.Event, told: View) -> View:
    actor = {"id": event.actor.id, "kind": event.actor.kind, "role": event.actor.role}
    ticket = event.ticket if isinstance(event, e.TicketEvent) else None
    place = {"seq": event.seq, "at": event.at, "day": event.day}
    return {**place, "kind": kind, "actor": actor, "ticket": ticket, **told}


def _since(kind: type[e.Event], event: e.Event, life: Life) -> float:
    """Give how long before an event the last one of a kind was; infinite when there was none."""
    times = [other.at for other in life if isinstance(other, kind) and other.seq < event.seq]
    return event.at - times[-1] if times else float("inf")


def _served(event: e.Event, life: Life) -> float:
    """Give for how long the present leg had been served before an event; 0 when it was not."""
    before = [other for other in life if other.seq < event.seq]
    began = max((other.seq for other in before if isinstance(other, BEGIN_A_LEG)), default=0)
    started = (other.at for other in before if other.seq > began and isinstance(other, e.ServiceStarted))
    return event.at - next(started, event.at)


def _calls_under(assigned: Sequence[e.Event], calls: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Count by seq the calls from each change on until the next of its kind: those of the desk, or all."""
    seqs: dict[str, list[int]] = {"": [seq for seq, _ in calls]}
    for seq, desk in calls:
        seqs.setdefault(desk, []).append(seq)
    counts, until = {}, dict[str, int]()
    for event in sorted(assigned, key=lambda event: event.seq, reverse=True):
        desk = event.desk if isinstance(event, e.DeskAssigned) else ""
        own = seqs.get(desk, [])
        end = bisect_right(own, until[desk]) if desk in until else len(own)
        counts[event.seq] = end - bisect_right(own, event.seq)
        until[desk] = event.seq
    return counts


def _by_actor(entries: Sequence[View]) -> list[View]:
    """Count the kinds that each actor used, those with most jumps first."""
    actors: dict[str, tuple[View, Counter[str]]] = {}
    for entry in entries:
        _, counts = actors.setdefault(entry["actor"]["id"], (entry["actor"], Counter()))
        counts[entry["kind"]] += 1
    told = [
        {**actor, "counts": {k: counts[k] for k in KINDS if counts[k]}} for actor, counts in actors.values()
    ]
    return sorted(told, key=lambda one: ([-one["counts"].get(kind, 0) for kind in KINDS], one["id"]))


def _set(value: Any) -> Any:
    return None if value is UNSET else value
