"""The demand file: who comes to a hall, what they want, how long it takes, and who serves them.

TOML, checked by the structs below; every table is optional and every key has a default. Numbers here may be
fractions: nothing of it enters the log. ``novbe-simulate fit`` writes such a file from a hall's own log.
"""

from math import exp, log, sqrt
from pathlib import Path
from typing import Annotated

import msgspec

from protocol.words import Code, Number
from ui.settings import read_settings

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
# A bare ``$`` would let a line break at the end pass.
Time = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]


class _Table(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the demand file; an unknown key is a mistake."""


class Arrivals(_Table, kw_only=True, frozen=True):
    """``[arrivals]``: how many come a day, by weekday, and when, by half-hour (weights); nobody elsewhere.

    ``variation`` is the standard deviation of a day's total around its mean, as a share of it.
    """

    visitors: dict[str, Amount] = {}
    half_hours: dict[Time, Amount] = {}
    variation: Share = 0.0


class ServiceDemand(_Table, kw_only=True, frozen=True):
    """``[[service]]``: ``share`` is a weight among the services; ``minutes`` a mean, lognormal around it.

    ``variation`` is the coefficient of variation. A visitor is sent on to ``then`` by the share ``sent_on``.
    """

    id: Code
    share: Amount = 1.0
    minutes: Positive = 8.0
    variation: Amount = 0.6
    most_at_once: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    then: str = ""
    sent_on: Share = 0.0


class ClassDemand(_Table, kw_only=True, frozen=True):
    """``[[class]]``: the share of visitors who claim a legal ground for precedence."""

    id: Code
    share: Share


class Visitors(_Table, kw_only=True, frozen=True):
    """``[visitors]``: how people behave.

    ``patience_minutes`` is the mean of an exponential law (0: nobody leaves); of those who leave the share
    ``says_so`` gives the turn up, the others are absent when called. ``absent`` are not there when called for
    any other reason. ``parked`` fetch something, for ``parked_minutes``.
    """

    walk_seconds: Positive = 30.0
    patience_minutes: Amount = 0.0
    says_so: Share = 0.2
    absent: Share = 0.02
    parked: Share = 0.0
    parked_minutes: Positive = 15.0


class Operators(_Table, kw_only=True, frozen=True):
    """``[operators]``: what all desks have in common.

    ``speed_variation`` is the standard deviation of the logarithm of an operator's speed; ``away`` the share
    of desks where nobody comes on a day; ``pause_seconds`` the mean between two visitors.
    """

    begin: Time = "09:00"
    end: Time = "18:00"
    speed_variation: Amount = 0.1
    away: Share = 0.0
    pause_seconds: Amount = 6.0
    straight_on: Share = 0.5
    """How often the next one is called in the same step as the last one ends."""


class DeskDemand(_Table, kw_only=True, frozen=True):
    """``[[desk]]``: what is particular about a desk and its operator.

    ``speed`` divides the service times, ``minutes`` are own means by service. ``is_staffed = false`` leaves a
    desk to whoever wants it.
    """

    number: Number
    is_staffed: bool = True
    begin: Time | None = None
    end: Time | None = None
    speed: Positive | None = None
    minutes: dict[Code, Positive] = {}


class Break(_Table, kw_only=True, frozen=True):
    """``[[break]]``: each operator pauses once, somewhere between ``earliest`` and ``latest``."""

    earliest: Time
    latest: Time
    minutes: Positive


class Closure(_Table, kw_only=True, frozen=True):
    """``[[closure]]``: a desk is closed for a part of the day."""

    desk: Number
    begin: Time
    end: Time


class Kiosks(_Table, kw_only=True, frozen=True):
    """``[kiosks]``: how many, a session's seconds, and the printers: 0 slips a roll is a roll without end."""

    count: Annotated[int, msgspec.Meta(ge=1, le=200)] = 1
    session_seconds: Positive = 25.0
    slips_per_roll: Count = 0
    refill_minutes: Positive = 8.0


class Screens(_Table, kw_only=True, frozen=True):
    """``[screens]``: who only listens: boards, and visitors who follow their turn on a phone, at once."""

    boards: Count = 0
    phones: Count = 0


class Lead(_Table, kw_only=True, frozen=True):
    """``[lead]``: who runs the day.

    From ``last_ticket`` on nobody gets a ticket and who waits is served out; without it the hours decide.
    ``jumps`` is the mean number of calls out of turn a day, with a reason.
    """

    last_ticket: Time | None = None
    jumps: Amount = 0.0


class Bookings(_Table, kw_only=True, frozen=True):
    """``[bookings]``: visitors a day with a slot, where the hall takes bookings, and how they keep it.

    Of them the share ``no_show`` never comes, and of who comes the share ``early`` is there ``early_minutes``
    before the time; the others some minutes before or after it.
    """

    visitors: Amount = 0.0
    no_show: Share = 0.29
    early: Share = 0.43
    early_minutes: Amount = 120.0


class Route(_Table, kw_only=True, frozen=True):
    """``[[route]]``: one ticket through several services, by a share of the visitors of the first."""

    services: list[Code]
    share: Share = 0.0


class Demand(_Table, kw_only=True, frozen=True):
    """A demand file, whole."""

    arrivals: Arrivals = Arrivals()
    service: list[ServiceDemand] = []
    class_: list[ClassDemand] = msgspec.field(name="class", default_factory=list)
    languages: dict[str, Amount] = {}
    visitors: Visitors = Visitors()
    operators: Operators = Operators()
    desk: list[DeskDemand] = []
    break_: list[Break] = msgspec.field(name="break", default_factory=list)
    closure: list[Closure] = []
    kiosks: Kiosks = Kiosks()
    screens: Screens = Screens()
    lead: Lead = Lead()
    bookings: Bookings = Bookings()
    route: list[Route] = []


def read_demand(path: Path) -> Demand:
    """Read a demand file; raises ui.settings.SettingsMistake, a sentence with file, key and remedy."""
    return read_settings(Demand, path, "demand")


def misfits(demand: Demand, services: set[str], desks: set[str], classes: set[str]) -> list[str]:
    """Tell, a sentence each, what the demand names that the hall does not have."""
    named = (
        ("service", {each.id for each in demand.service}, services),
        ("service", {each.then for each in demand.service if each.then}, services),
        ("service", {service for route in demand.route for service in route.services}, services),
        ("desk", {each.number for each in demand.desk} | {each.desk for each in demand.closure}, desks),
        ("class", {each.id for each in demand.class_}, classes),
        ("weekday", set(demand.arrivals.visitors), set(WEEKDAYS)),
    )
    return [
        f"The hall has no {kind} '{name}': take it out of the demand file, or name another."
        for kind, names, known in named
        for name in sorted(names - known)
    ]


def left_out(demand: Demand, commands: set[str], issue_fields: set[str]) -> list[str]:
    """Tell, a sentence each, what the demand asks for and a hall with these commands does not offer yet."""
    sentences = []
    if demand.bookings.visitors and "book" not in commands:
        sentences.append(
            f"Left out: {demand.bookings.visitors:g} bookings a day; this hall takes no bookings yet."
        )
    if any(route.share for route in demand.route) and "route" not in issue_fields:
        sentences.append("Left out: routes; this hall gives no ticket for several services yet.")
    return sentences


def lognormal(mean: float, variation: float, normal: float) -> float:
    """Give a lognormal value with this mean and coefficient of variation, at a standard normal ``normal``.

    sigma^2 = ln(1 + cv^2), mu = ln(mean) - sigma^2 / 2.
    """
    squared = log(1 + variation * variation)
    return exp(log(mean) - squared / 2 + sqrt(squared) * normal)


def minutes_of(clock: str) -> int:
    """Give the minutes since midnight of a time such as ``09:30``."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
