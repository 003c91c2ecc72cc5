"""The hall as data: what a hall file says, merged and complete, and what the log keeps of it.

The same structs are read from TOML, stand whole in the event ``hall_configured`` and are the rules'
only configuration. Minutes and seconds are integers; a log body holds no floats.
"""

from typing import Annotated, Literal

import msgspec

from protocol.words import Code, Language

Names = dict[str, str]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=1440)]


class _Table(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A table of the hall file; an unknown key is a mistake."""


class Target(_Table, kw_only=True, frozen=True):
    """A promise: this percent of visitors are called within these minutes."""

    minutes: Minutes = 15
    percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 80


class HallFacts(_Table, kw_only=True, frozen=True):
    """``[hall]``: the building.

    Between two ranges of ``hours`` is a break: the hall pauses. Kiosks may issue ``issue_before_minutes``
    ahead of each range. With ``keep_overnight`` who waits or is parked at closing still is when it opens.
    """

    id: Code
    names: Names
    time_zone: str
    languages: list[Language] = msgspec.field(default_factory=lambda: ["az", "en", "ru"])
    hours: dict[str, list[str]] = {}
    round_the_clock: bool = False
    roll_over: str = "03:00"
    issue_before_minutes: Minutes = 0
    keep_overnight: bool = False
    public_url: str = ""
    demo: bool = False
    country: str = "az"


class Holiday(_Table, kw_only=True, frozen=True):
    """``[[holiday]]``: a date with hours of its own; without any the hall stays closed.

    Those of the country are lent; one of the same date in the hall's own file takes its place.
    """

    day: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$(?!\n)")]
    names: Names = {}
    hours: list[str] = []


class Limits(_Table, kw_only=True, frozen=True):
    """``[limits]``: what is too much, or how much is expected."""

    kiosk_issues_per_minute: Annotated[int, msgspec.Meta(ge=60)] = 60
    peak_calls_per_hour: Annotated[int, msgspec.Meta(ge=1)] = 120


class Ratio(_Table, kw_only=True, frozen=True):
    """``[policy.ratio]``: where both wait, so many ``calls`` ``of`` these classes to one of all others.

    ``booked`` is whoever booked, ``none`` whoever has no class that counts.
    """

    calls: Annotated[int, msgspec.Meta(ge=1, le=99)]
    of: Annotated[list[Code], msgspec.Meta(min_length=1)]


class Access(_Table, kw_only=True, frozen=True):
    """``[access]``: who signs in how."""

    second_factor: list[Literal["operator", "lead", "greeter", "inspector", "manager", "admin"]] = []


class Policy(_Table, kw_only=True, frozen=True):
    """``[policy]``: how turns are given."""

    version: str = "1"
    recall_limit: Annotated[int, msgspec.Meta(ge=1, le=9)] = 2
    no_show_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 90
    grace_minutes: Minutes = 30
    requeue_after_minutes: Minutes = 5
    further_leg_credit_minutes: Minutes = 30
    booked_credit_minutes: Minutes = 90
    early_check_in: Literal["wait", "refuse"] = "wait"
    call_booked_minutes_before: Minutes = 10
    check_in_late_minutes: Minutes = 10
    stop_when_full: bool = False
    auto_call_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0
    jumps_per_day: Annotated[int, msgspec.Meta(ge=0, le=999)] = 3
    blind: bool = True
    ratio: Ratio | None = None


class Agency(_Table, kw_only=True, frozen=True):
    """``[[agency]]``: a state body that serves in the hall."""

    id: Code
    names: Names


class Booking(_Table, kw_only=True, frozen=True):
    """``[service.booking]``: visitors may book a time for the service, up to ``days_ahead`` days ahead.

    Slots follow each other from each beginning of the opening hours. In ``booked_hours`` tickets are for
    those who booked, in ``walk_in_hours`` there are no slots, at any other time both come. With
    ``per_person`` above 0 whoever books names a document, and may book that often until the hall closes.
    """

    slot_minutes: Annotated[int, msgspec.Meta(ge=5, le=240)] = 15
    per_slot: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    days_ahead: Annotated[int, msgspec.Meta(ge=0, le=90)] = 14
    booked_hours: list[str] = []
    walk_in_hours: list[str] = []
    per_person: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0


class Service(_Table, kw_only=True, frozen=True):
    """``[[service]]``: a node of the tree; a leaf has a queue and an agency."""

    id: Code
    names: Names
    parent: str = ""
    agency: str = ""
    queue: str = ""
    target: Target = Target()
    documents: list[Code] = []
    legal_basis: str = ""
    most_at_once: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    """Above 1 a visitor may bring several at once, and is asked how many."""
    route: list[Code] = []
    """The services that follow on the same ticket, in order; a route of theirs is not followed."""
    booking: Booking | None = None


class Queue(_Table, kw_only=True, frozen=True):
    """``[[queue]]``: a number series, ``prefix`` and then digits as wide as ``last``.

    Without ``precedence`` its tickets go in order of arrival alone, whatever their class or leg.
    """

    id: Code
    prefix: str
    first: Annotated[int, msgspec.Meta(ge=0)] = 1
    last: Annotated[int, msgspec.Meta(ge=1, le=999_999)] = 999
    precedence: bool = True


class TicketClass(_Table, kw_only=True, frozen=True):
    """``[[class]]``: a legal ground for precedence; ``strict`` is a credit of 24 hours.

    ``behind`` are classes that go before this one: of strict ones this is half the credit. ``evidence`` is
    asked for never, at the desk, or ``before`` the claim counts. ``once_per_day`` a person uses it for a
    service: whoever claims it names a document.
    """

    id: Code
    names: Names
    credit_minutes: Minutes = 0
    strict: bool = False
    once_per_day: bool = False
    behind: list[Code] = []
    evidence: str = "never"
    legal_basis: str = ""
    prefix: str = ""
    no_show_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] | None = None


class DeskFacts(_Table, kw_only=True, frozen=True):
    """``[[desk]]``: a place of service; ``specialties`` by credit in minutes."""

    number: str
    zone: str = ""
    kind: str = "desk"
    queues: list[str] = []
    specialties: dict[str, Minutes] = {}


class Zone(_Table, kw_only=True, frozen=True):
    """``[[zone]]``: a part of the building with boards and a voice of its own."""

    id: Code
    names: Names = {}


class Outcome(_Table, kw_only=True, frozen=True):
    """``[[outcome]]``: how a leg may end; the first is the usual one."""

    id: Code
    names: Names


class Reason(_Table, kw_only=True, frozen=True):
    """``[[reason]]``: why; ``verbs`` are the commands it may stand in."""

    id: Code
    names: Names
    verbs: list[str] = []
    legal_ground: str = ""


class Document(_Table, kw_only=True, frozen=True):
    """``[[document]]``: what a visitor is asked to bring, named once and used by services."""

    id: Code
    names: Names


class KioskFacts(_Table, kw_only=True, frozen=True):
    """``[[kiosk]]``: where one stands; ``id`` is its device's name, ``near`` others, the nearest first."""

    id: Code
    names: Names
    zone: str = ""
    near: list[Code] = []


class Slip(_Table, kw_only=True, frozen=True):
    """``[slip]``: what stands on the paper besides the facts.

    ``without_paper``: a kiosk that cannot print shows the number large (``show``), or issues none (``stop``).
    """

    footer: Names = {}
    without_paper: Literal["show", "stop"] = "show"


class Voice(_Table, kw_only=True, frozen=True):
    """``[voice]``: how prefixes are spoken, by language and prefix."""

    spoken_prefixes: dict[str, dict[str, str]] = {}


class Hall(_Table, kw_only=True, frozen=True):
    """One hall file, merged with what it extends; every reference in it resolves."""

    hall: HallFacts
    limits: Limits = Limits()
    access: Access = Access()
    policy: Policy = Policy()
    agency: list[Agency] = []
    service: list[Service] = []
    queue: list[Queue] = []
    class_: list[TicketClass] = msgspec.field(name="class", default_factory=list)
    desk: list[DeskFacts] = []
    zone: list[Zone] = []
    kiosk: list[KioskFacts] = []
    outcome: list[Outcome] = []
    reason: list[Reason] = []
    document: list[Document] = []
    holiday: list[Holiday] = []
    slip: Slip = Slip()
    voice: Voice = Voice()
