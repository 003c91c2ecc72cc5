"""A day in figures, for those who run the hall and those who judge it: computed from its events alone.

The figures of a day are those of the tickets issued on it, whenever these end. Each field says what it is;
the same sentences stand in the reference and in the OpenAPI document. A line adds up: what was issued or sent
here, or followed, was served, was left unclosed, was sent on, ended otherwise, or is open.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from protocol.words import SECOND, Micros
from server.domain.timeline import UNCLOSED, Leg, Timeline

ENDS = ("served", UNCLOSED, "no_show", "abandoned", "cancelled", "expired")
"""How a leg ends."""

NOT_STARTED = frozenset({"abandoned", "cancelled", "expired"})
"""The ends that a leg may come to before any call."""


class Times(msgspec.Struct, kw_only=True, frozen=True):
    """How long something took in several legs, each in whole seconds; nulls where there was none.

    Median and p90 are those of the sorted list: half of the legs, or nine of ten, took no longer.
    """

    legs: int = 0
    seconds: int = 0
    mean_seconds: int | None = None
    median_seconds: int | None = None
    p90_seconds: int | None = None


class Work(msgspec.Struct, kw_only=True, frozen=True):
    """What a desk did, or what was done for a service."""

    calls: Annotated[
        int, Meta(description="Calls; a second call of the same ticket is one, a recall is not.")
    ]
    jumps: Annotated[int, Meta(description="Of the calls, those past others.")]
    served: Annotated[int, Meta(description="Ended by the desk that served them.")]
    unclosed: Annotated[
        int, Meta(description="Being served when the day ended, and ended by nobody: not served, in no time.")
    ]
    no_show: Annotated[int, Meta(description="Called and recalled to the limit, and absent.")]
    cancelled: Annotated[int, Meta(description="Withdrawn with a reason.")]
    sent_on: Annotated[
        int, Meta(description="Sent on to another service or desk, after a service or before.")
    ]
    corrected: Annotated[
        int, Meta(description="Ends that were taken back: what is counted is the corrected line.")
    ]
    walk: Annotated[
        Times,
        Meta(description="From call to the beginning of service, unanswered calls before it among them."),
    ]
    service: Annotated[Times, Meta(description="From the beginning of service to its end, without parking.")]
    park: Annotated[Times, Meta(description="Set aside at a desk, all times summed.")]


class Line(Work, kw_only=True, frozen=True):
    """The tickets of a service, or of the whole hall."""

    issued: Annotated[int, Meta(description="Tickets given.")]
    checked_in: Annotated[int, Meta(description="Of them, those of visitors who had booked.")]
    sent_here: Annotated[int, Meta(description="Tickets sent here by a desk or the floor.")]
    further: Annotated[int, Meta(description="Legs that began on their way when the one before was served.")]
    abandoned: Annotated[int, Meta(description="Given up by the visitor.")]
    expired: Annotated[int, Meta(description="Not served when the day closed.")]
    open: Annotated[int, Meta(description="Not ended yet.")]
    lapsed: Annotated[int, Meta(description="Booked places whose visitor did not come in time: no tickets.")]
    called: Annotated[int, Meta(description="Legs that were called at least once.")]
    promised: Annotated[
        int, Meta(description="Legs that were called, and those that ended uncalled after their target.")
    ]
    within_target: Annotated[
        int, Meta(description="Of them, those whose whole wait was within the shortest target they had.")
    ]
    within_target_percent: Annotated[
        int | None, Meta(description="The same in a hundred, rounded down; the aim is the target's percent.")
    ]
    wait: Annotated[
        Times,
        Meta(
            description="Of legs called: all they waited, from issue or the leg's beginning, or for who came"
            " early from the slot. Put back they wait on; pauses of the hall are part of it."
        ),
    ]
    paused_seconds: Annotated[
        int, Meta(description="Of these waits, while the hall was paused, closed, or its server away.")
    ]
    early_seconds: Annotated[
        int, Meta(description="Besides these waits, that of visitors who had booked before their slot.")
    ]
    in_vain: Annotated[Times, Meta(description="What those waited who left, or were let go, uncalled.")]


class ServiceLine(Line, kw_only=True, frozen=True):
    """A service's line."""

    id: str


class DeskLine(Work, kw_only=True, frozen=True):
    """A desk's line: nobody waits for a desk but for a service, so it has no waits."""

    number: str


class DayFigures(msgspec.Struct, kw_only=True, frozen=True):
    """A day in figures, and between which days there are others."""

    day: str
    first_day: str
    last_day: str
    hall: Line
    services: list[ServiceLine]
    desks: list[DeskLine]


def figures(timeline: Timeline, first_day: str, last_day: str) -> DayFigures:
    """Give the figures of a day: services in the order of the hall file, and those that it has no more."""
    by_service: dict[str, list[Leg]] = {}
    by_desk: dict[str, list[Leg]] = {}
    for leg in timeline.all_legs():
        by_service.setdefault(leg.service, []).append(leg)
        for desk in {desk for desk, _ in leg.at_desk} | {leg.desk} - {""}:
            by_desk.setdefault(desk, []).append(leg)
    counted = _counts(timeline)
    known = [service.id for service in timeline.catalogue.hall.service if service.queue]
    services = dict.fromkeys([*known, *sorted({which for kind, which in counted if kind == "service"})])
    desks = [desk.number for desk in timeline.catalogue.hall.desk if desk.number in by_desk]
    return DayFigures(
        day=timeline.day,
        first_day=first_day,
        last_day=last_day,
        hall=Line(**_line([*timeline.all_legs()], _sum(counted))),
        services=[
            ServiceLine(id=one, **_line(by_service.get(one, []), counted.get(("service", one), Counter())))
            for one in services
        ],
        desks=[
            DeskLine(number=one, **_desk(one, by_desk[one], counted.get(("desk", one), Counter())))
            for one in dict.fromkeys([*desks, *sorted(by_desk)])
        ],
    )


def _counts(timeline: Timeline) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for (kind, which, what), count in timeline.counts.items():
        found.setdefault((kind, which), Counter())[what] += count
    return found


def _sum(counted: dict[tuple[str, str], Counter[str]]) -> Counter[str]:
    return sum((counts for (kind, _), counts in counted.items() if kind == "service"), Counter())


def _line(legs: Sequence[Leg], counts: Counter[str]) -> dict[str, Any]:
    """Give the fields of a line from its legs and what was counted for it."""
    called = [leg for leg in legs if leg.calls]
    in_vain = [leg for leg in legs if not leg.calls and leg.state in NOT_STARTED]
    promised = [*called, *(leg for leg in in_vain if leg.is_late)]
    within = sum(not leg.is_late for leg in promised)
    return {
        **_work(legs, counts),
        **{name: counts[name] for name in ("issued", "checked_in", "sent_here", "further", "lapsed")},
        **_ended(legs, "abandoned", "expired"),
        "open": sum(leg.is_open for leg in legs),
        "called": len(called),
        "promised": len(promised),
        "within_target": within,
        "within_target_percent": 100 * within // len(promised) if promised else None,
        "wait": times(leg.wait for leg in called),
        "paused_seconds": sum(leg.paused for leg in called) // SECOND,
        "early_seconds": sum(leg.spent["early"] for leg in legs) // SECOND,
        "in_vain": times(leg.wait for leg in in_vain),
        "walk": times(leg.spent["called"] for leg in legs if _is_served(leg)),
        "service": times(leg.spent["serving"] for leg in legs if _is_served(leg)),
        "park": times(leg.spent["parked"] for leg in legs if "parked" in leg.spent),
    }


def _desk(desk: str, legs: Sequence[Leg], counts: Counter[str]) -> dict[str, Any]:
    """Give the fields of a desk's line: the ends are those that came to be there."""
    served = [leg.at_desk for leg in legs if _is_served(leg) and (desk, "serving") in leg.at_desk]
    return {
        **_work([leg for leg in legs if leg.desk == desk], counts),
        "walk": times(spent[desk, "called"] for spent in served),
        "service": times(spent[desk, "serving"] for spent in served),
        "park": times(leg.at_desk[desk, "parked"] for leg in legs if (desk, "parked") in leg.at_desk),
    }


def _work(legs: Iterable[Leg], counts: Counter[str]) -> dict[str, Any]:
    ended = _ended(legs, "served", UNCLOSED, "no_show", "cancelled")
    return {**{name: counts[name] for name in ("calls", "jumps", "sent_on", "corrected")}, **ended}


def _ended(legs: Iterable[Leg], *how: str) -> dict[str, int]:
    counts = Counter("served" if leg.state == "completed" else leg.state for leg in legs)
    return {name: counts[name] for name in how}


def _is_served(leg: Leg) -> bool:
    """Tell whether a leg has a service time: it was served, and not until the day ended it."""
    return "serving" in leg.spent and leg.state != UNCLOSED


def times(spans: Iterable[Micros]) -> Times:
    """Give the figures of several spans of time, by nearest rank."""
    seconds = sorted(span // SECOND for span in spans)
    if not seconds:
        return Times()
    count, total = len(seconds), sum(seconds)
    return Times(
        legs=count,
        seconds=total,
        mean_seconds=total // count,
        median_seconds=seconds[(count - 1) // 2],
        p90_seconds=seconds[-(-9 * count // 10) - 1],
    )
