"""What must hold between the tables of a hall: every reference resolves, every number series is its own."""

import difflib
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from protocol.commands import COMMANDS
from protocol.hall import Booking, Hall, Service, TicketClass

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVIDENCE = ("never", "before", "desk")

_DAY_MINUTES = 1440

FEW = 12
"""As many words as a person reads to find the right one."""

Finding = tuple[str, str]

_RANGE = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_PREFIX = re.compile(r"[A-Z]{1,3}")
_DESK = re.compile(r"[0-9A-Za-z-]{1,12}")


def inconsistencies(hall: Hall) -> Iterator[Finding]:
    """Tell each mistake as (key, sentence); none means that a server can run this hall."""
    yield from _facts(hall)
    yield from _calendar(hall)
    yield from _identities(hall)
    yield from _services(hall)
    yield from _series(hall)
    yield from _classes(hall)
    yield from _ratio(hall)
    yield from _desks(hall)
    yield from _kiosks(hall)
    yield from _reasons(hall)
    yield from _names(hall)


def notices(hall: Hall) -> Iterator[str]:
    """Tell what is allowed and yet probably not meant."""
    served = {queue for desk in hall.desk for queue in desk.queues}
    for queue in hall.queue:
        if queue.id not in served:
            yield f"queue[{queue.id}]: no desk serves this queue until one is assigned to it."
    if not hall.hall.hours and not hall.hall.round_the_clock:
        yield "hall.hours: without hours the day opens only by command; set hours or round_the_clock = true."
    if not hall.policy.blind:
        yield "policy.blind: this server lists nobody who waits; desks see counts whatever is written here."


def _facts(hall: Hall) -> Iterator[Finding]:
    facts = hall.hall
    try:
        ZoneInfo(facts.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "hall.time_zone", f"There is no time zone '{facts.time_zone}'; write one such as 'Asia/Baku'."
    if not facts.languages:
        yield "hall.languages", "Name at least one language; the first is the hall's main language."
    if not _TIME.fullmatch(facts.roll_over):
        yield "hall.roll_over", f"Write a time such as '03:00', not '{facts.roll_over}'."
    if facts.round_the_clock and facts.hours:
        yield "hall.hours", "A hall that is open round the clock has no hours; remove one of the two."
    for weekday, ranges in facts.hours.items():
        if weekday not in WEEKDAYS:
            yield f"hall.hours.{weekday}", f"There is no such weekday.{suggestion(weekday, WEEKDAYS)}"
        yield from _hours(f"hall.hours.{weekday}", ranges, facts.roll_over)


def _hours(key: str, ranges: list[str], roll_over: str) -> Iterator[Finding]:
    last = 0
    for hours in ranges:
        if not _RANGE.fullmatch(hours):
            yield key, f"Write hours such as '09:00-18:00', not '{hours}'."
            continue
        opens, closes = _span(hours, roll_over)
        if closes <= opens and _is_night(hours, roll_over):
            yield (
                key,
                f"The day changes at {roll_over} (hall.roll_over), within '{hours}'; move one of the two.",
            )
        elif closes <= opens:
            yield key, f"Write hours such as '09:00-18:00', not '{hours}'."
        elif opens < last:
            yield key, f"'{hours}' begins before the hours ahead of it end."
        last = closes


def _span(hours: str, roll_over: str) -> tuple[int, int]:
    """Give the minutes of a range since midnight; what lies before the roll-over is the night after."""
    first, _, last = hours.partition("-")
    opens, closes = _minutes(first), _minutes(last)
    return opens + _DAY_MINUTES * (first < roll_over), closes + _DAY_MINUTES * (last <= roll_over)


def _is_night(hours: str, roll_over: str) -> bool:
    """Tell whether a range that cannot be reaches over the roll-over."""
    first, _, last = hours.partition("-")
    return first < roll_over < last or roll_over < last < first


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _calendar(hall: Hall) -> Iterator[Finding]:
    """Tell what cannot be of holidays, and of hours that two keys contradict each other about."""
    facts, before = hall.hall, hall.hall.issue_before_minutes
    yield from _twice("holiday", (holiday.day for holiday in hall.holiday))
    for holiday in hall.holiday:
        key = f"holiday[{holiday.day}]"
        try:
            date.fromisoformat(holiday.day)
        except ValueError:
            yield f"{key}.day", f"There is no such date as '{holiday.day}'."
        yield from _hours(f"{key}.hours", holiday.hours, facts.roll_over)
    days = [*facts.hours.values(), *(holiday.hours for holiday in hall.holiday)]
    rolls = _minutes(facts.roll_over) if _TIME.fullmatch(facts.roll_over) else 0
    for hours in (text for day in days for text in day if _RANGE.fullmatch(text)):
        if _span(hours, facts.roll_over)[0] - before < rolls:
            yield (
                "hall.issue_before_minutes",
                f"{before} minutes before '{hours}' is before hall.roll_over, {facts.roll_over}; change one.",
            )
    if facts.round_the_clock and facts.keep_overnight:
        yield "hall.keep_overnight", "With hall.round_the_clock there is no night; remove one of the two."
    if facts.round_the_clock and hall.policy.stop_when_full:
        yield "policy.stop_when_full", "With hall.round_the_clock nothing ends; remove one of the two."


def _identities(hall: Hall) -> Iterator[Finding]:
    for table in ("agency", "service", "queue", "class", "zone", "kiosk", "outcome", "reason", "document"):
        entries = getattr(hall, "class_" if table == "class" else table)
        yield from _twice(table, (entry.id for entry in entries))
    yield from _twice("desk", (desk.number for desk in hall.desk))
    if not hall.outcome:
        yield "outcome", "List at least one outcome; the first is the usual one."


def _twice(table: str, identities: Iterable[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for identity in identities:
        if identity in seen:
            yield f"{table}[{identity}]", "This one stands twice; give one of them another name."
        seen.add(identity)


def _services(hall: Hall) -> Iterator[Finding]:
    by_id = {service.id: service for service in hall.service}
    parents = {service.parent for service in hall.service}
    if not hall.service:
        yield "service", "List at least one service, or the kiosk has nothing to offer."
    for service in hall.service:
        key = f"service[{service.id}]"
        if service.parent and service.parent not in by_id:
            yield f"{key}.parent", _no("service", service.parent, by_id)
        elif _is_circular(service, by_id):
            yield f"{key}.parent", "This service stands below itself; break the circle."
        if service.id in parents:
            if service.queue:
                yield f"{key}.queue", "Others stand below this service; only leaves have a queue."
            if service.route:
                yield f"{key}.route", "Others stand below this service; only leaves have a route."
        else:
            yield from _leaf(service, key, hall)


def _leaf(service: Service, key: str, hall: Hall) -> Iterator[Finding]:
    queues = [queue.id for queue in hall.queue]
    if not service.queue:
        yield f"{key}.queue", "A service that visitors can choose needs a queue."
    elif service.queue not in queues:
        yield f"{key}.queue", _no("queue", service.queue, queues)
    yield from _route(service, f"{key}.route", hall)
    if service.booking is not None:
        yield from _booking(service, service.booking, hall)
    agencies = [agency.id for agency in hall.agency]
    if service.agency and service.agency not in agencies:
        yield f"{key}.agency", _no("agency", service.agency, agencies)


def _route(service: Service, key: str, hall: Hall) -> Iterator[Finding]:
    """Tell where a route leads to no leaf, or from a service to the same one.

    A route may come back to its first service, whose own route is not followed again: there is no circle.
    """
    by_id = {other.id: other for other in hall.service}
    for place, name in enumerate(service.route):
        other, before = by_id.get(name), service.route[place - 1] if place else service.id
        where = f"service[{service.id}]" if place == 0 else f"{key}[{place - 1}]"
        if other is None:
            yield f"{key}[{place}]", _no("service", name, by_id)
        elif not other.queue:
            yield (
                f"{key}[{place}]",
                f"service[{name}] has no queue, so nobody could wait for it; name a service below it.",
            )
        elif name == before:
            yield f"{key}[{place}]", f"'{name}' comes right after itself, in {where}; remove one of the two."


def _booking(service: Service, booking: Booking, hall: Hall) -> Iterator[Finding]:
    """Tell where slots would lie outside the opening hours, or where two tables contradict each other."""
    key = f"service[{service.id}].booking"
    queue = next((queue for queue in hall.queue if queue.id == service.queue), None)
    if queue is not None and not queue.precedence:
        yield (
            key,
            f"queue[{queue.id}].precedence is false, so a slot there would count for nothing; change one.",
        )
    hours = {"booked_hours": booking.booked_hours, "walk_in_hours": booking.walk_in_hours}
    rolls = hall.hall.roll_over
    for name, ranges in hours.items():
        yield from _hours(f"{key}.{name}", ranges, rolls)
        for text in ranges:
            if _RANGE.fullmatch(text) and not _is_within_hours(_span(text, rolls), hall):
                yield (
                    f"{key}.{name}",
                    f"'{text}' lies outside hall.hours on every day; change one of the two.",
                )
    good = [[text for text in ranges if _RANGE.fullmatch(text)] for ranges in hours.values()]
    for booked, walked in product(*good):
        (first, last), (begins, ends) = _span(booked, rolls), _span(walked, rolls)
        if first < ends and begins < last:
            yield f"{key}.booked_hours", f"'{booked}' overlaps {key}.walk_in_hours '{walked}'; change one."


def _is_within_hours(span: tuple[int, int], hall: Hall) -> bool:
    if hall.hall.round_the_clock:
        return True
    texts = [text for day in hall.hall.hours.values() for text in day if _RANGE.fullmatch(text)]
    open_ = [_span(text, hall.hall.roll_over) for text in texts]
    return any(opens <= span[0] and span[1] <= closes for opens, closes in open_)


def _is_circular(service: Service, by_id: dict[str, Service]) -> bool:
    seen = {service.id}
    while service.parent in by_id:
        service = by_id[service.parent]
        if service.id in seen:
            return True
        seen.add(service.id)
    return False


def _series(hall: Hall) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    series = [(f"queue[{queue.id}].prefix", queue.prefix) for queue in hall.queue]
    series += [(f"class[{kind.id}].prefix", kind.prefix) for kind in hall.class_ if kind.prefix]
    for key, prefix in series:
        if not _PREFIX.fullmatch(prefix):
            yield key, f"Write one to three capital letters A to Z, not '{prefix}'."
        elif prefix in owners:
            yield (
                key,
                f"'{prefix}' is the prefix of {owners[prefix]} already; two series would share numbers.",
            )
        owners.setdefault(prefix, key.partition(".")[0])
    for queue in hall.queue:
        if queue.last < queue.first:
            yield f"queue[{queue.id}].last", f"This must not be less than first ({queue.first})."


def _classes(hall: Hall) -> Iterator[Finding]:
    for kind in hall.class_:
        key = f"class[{kind.id}]"
        if kind.evidence not in EVIDENCE:
            yield f"{key}.evidence", f"Write never, before or desk.{suggestion(kind.evidence, EVIDENCE)}"
        if kind.id == "booked" and (kind.strict or kind.credit_minutes or kind.evidence != "never"):
            yield (
                key,
                "The credit of a booking is policy.booked_credit_minutes; give names and a prefix only.",
            )
        if kind.strict and kind.credit_minutes:
            yield f"{key}.strict", "A strict class is a credit of 24 hours by itself; remove one of the two."
        yield from _behind(kind, hall)


def _behind(kind: TicketClass, hall: Hall) -> Iterator[Finding]:
    """Tell where a class would go behind what is no class, behind itself, or behind one that has less."""
    key = f"class[{kind.id}].behind"
    by_id = {other.id: other for other in hall.class_}
    for name in kind.behind:
        other = by_id.get(name)
        if other is None:
            yield key, _no("class", name, by_id)
        elif kind.id in _before(other, by_id):
            yield (
                key,
                f"'{kind.id}' would go before itself: class[{name}].behind leads back to it; remove one.",
            )
        elif _worth(kind) > _worth(other) or (kind.credit_minutes and _worth(kind) == _worth(other)):
            theirs = f"{_said(other)} in class[{name}]"
            yield (
                key,
                f"'{kind.id}' goes behind '{name}', and has {_said(kind)} against {theirs}; change one.",
            )


def _ratio(hall: Hall) -> Iterator[Finding]:
    """Tell where a ratio names no class, or what other tables say that it cannot keep."""
    ratio = hall.policy.ratio
    if ratio is None:
        return
    classes = ["none", "booked", *(kind.id for kind in hall.class_)]
    for name in ratio.of:
        if name not in classes:
            yield "policy.ratio.of", _no("class", name, dict.fromkeys(classes))
    for kind in hall.class_:
        if kind.strict:
            yield (
                "policy.ratio",
                f"A ratio cannot keep what class[{kind.id}].strict says; remove one of the two.",
            )
        first = [other for other in kind.behind if kind.id in ratio.of and other not in ratio.of]
        if first:
            where = f"class[{kind.id}].behind says that '{first[0]}' goes first"
            yield "policy.ratio.of", f"It has '{kind.id}' without '{first[0]}', and {where}; change one."
    if hall.queue and not any(queue.precedence for queue in hall.queue):
        key = f"queue[{hall.queue[0].id}].precedence"
        yield (
            "policy.ratio",
            f"{key} is false, as that of all queues, so it would count for nothing; change one.",
        )


def _before(kind: TicketClass, by_id: dict[str, TicketClass]) -> set[str]:
    """Name a class and all that go before it, by whatever way."""
    seen, ways = set[str](), [kind.id]
    while ways:
        name = ways.pop()
        if name in by_id and name not in seen:
            seen.add(name)
            ways += by_id[name].behind
    return seen


def _worth(kind: TicketClass) -> float:
    return math.inf if kind.strict else kind.credit_minutes


def _said(kind: TicketClass) -> str:
    return "strict" if kind.strict else f"{kind.credit_minutes} minutes"


def _desks(hall: Hall) -> Iterator[Finding]:
    queues = [queue.id for queue in hall.queue]
    zones = [zone.id for zone in hall.zone]
    if not hall.desk:
        yield "desk", "List at least one desk, or nobody can be served."
    for desk in hall.desk:
        key = f"desk[{desk.number}]"
        if not _DESK.fullmatch(desk.number):
            yield f"{key}.number", "Write up to 12 letters and digits, such as '12A'."
        if desk.zone and desk.zone not in zones:
            yield f"{key}.zone", _no("zone", desk.zone, zones)
        for queue in desk.queues:
            if queue not in queues:
                yield f"{key}.queues", _no("queue", queue, queues)


def _kiosks(hall: Hall) -> Iterator[Finding]:
    kiosks = [kiosk.id for kiosk in hall.kiosk]
    zones = [zone.id for zone in hall.zone]
    for kiosk in hall.kiosk:
        key = f"kiosk[{kiosk.id}]"
        if kiosk.zone and kiosk.zone not in zones:
            yield f"{key}.zone", _no("zone", kiosk.zone, zones)
        for other in kiosk.near:
            if other == kiosk.id:
                yield f"{key}.near", "A kiosk is not near itself; name others."
            elif other not in kiosks:
                yield f"{key}.near", _no("kiosk", other, kiosks)


def _reasons(hall: Hall) -> Iterator[Finding]:
    for reason in hall.reason:
        for verb in reason.verbs:
            if verb not in COMMANDS:
                yield f"reason[{reason.id}].verbs", _no("command", verb, COMMANDS)


def _names(hall: Hall) -> Iterator[Finding]:
    """Visitors read these, so each must be named in some language of the hall."""
    named = [("hall.names", hall.hall.names)]
    named += [(f"service[{service.id}].names", service.names) for service in hall.service]
    named += [(f"agency[{agency.id}].names", agency.names) for agency in hall.agency]
    named += [(f"kiosk[{kiosk.id}].names", kiosk.names) for kiosk in hall.kiosk]
    named += [(f"class[{kind.id}].names", kind.names) for kind in hall.class_]
    named += [(f"outcome[{outcome.id}].names", outcome.names) for outcome in hall.outcome]
    for key, names in named:
        if not set(hall.hall.languages) & names.keys():
            yield key, f"Give a name in a language of this hall: {', '.join(hall.hall.languages)}."


def _no(kind: str, word: str, known: Iterable[str]) -> str:
    return f"There is no {kind} '{word}'.{suggestion(word, known)}"


def suggestion(word: str, known: Iterable[str]) -> str:
    """Say which word was probably meant, or which there are when they are few; begins with a space."""
    words = list(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.4)
    if near:
        return f" Did you mean '{near[0]}'?"
    return f" There are: {', '.join(words)}." if words and len(words) <= FEW else ""
