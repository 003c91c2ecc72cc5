"""What ``GET /api/v1/hall`` tells, as far as a kiosk needs it."""

from typing import Any

import msgspec


class Service(msgspec.Struct, frozen=True):
    """A node of the tree; a leaf has a queue."""

    id: str
    names: dict[str, str]
    children: list["Service"] = []
    queue: str = ""
    route: list[str] = []
    most_at_once: int = 1
    bookable: bool = False


class TicketClass(msgspec.Struct, frozen=True):
    """A legal ground for precedence; ``evidence`` is never, before or desk; ``prefix`` of its own series."""

    id: str
    names: dict[str, str]
    evidence: str = "never"
    prefix: str = ""
    once_per_day: bool = False


class Queue(msgspec.Struct, frozen=True):
    """A number series, by its prefix."""

    id: str
    prefix: str


class Desk(msgspec.Struct, frozen=True):
    """Where a queue is served."""

    number: str
    zone: str = ""
    queues: list[str] = []


class Zone(msgspec.Struct, frozen=True):
    """A part of the building."""

    id: str
    names: dict[str, str] = {}


class SlipFacts(msgspec.Struct, frozen=True):
    """What stands on the paper; ``without_paper`` is show (the number, large) or stop (issue none)."""

    footer: dict[str, str] = {}
    without_paper: str = "show"


class Reason(msgspec.Struct, frozen=True):
    """Why something is not done: a code and its names."""

    id: str
    names: dict[str, str] = {}


class Neighbour(msgspec.Struct, frozen=True):
    """A kiosk of the hall as ``GET /api/v1/kiosks`` tells it; ``near`` names others, the nearest first."""

    id: str
    device: str | None = None
    names: dict[str, str] = {}
    zone: str = ""
    near: list[str] = []
    works: bool = False


class Facts(msgspec.Struct, frozen=True):
    """What ``GET /api/v1/hall`` says, as far as a kiosk needs it."""

    names: dict[str, str]
    time_zone: str
    languages: list[str]
    services: list[Service]
    desks: list[Desk] = []
    queues: list[Queue] = []
    classes: list[TicketClass] = []
    zones: list[Zone] = []
    reasons: list[Reason] = []
    next_opening: int | None = None
    order: dict[str, Any] = {}
    public_url: str = ""
    slip: SlipFacts = SlipFacts()


def nearest(kiosks: list[Neighbour], device: str) -> Neighbour | None:
    """Find the nearest kiosk that works: by the hall file's order, else in the same zone, else any."""
    own = next((each for each in kiosks if each.device == device), Neighbour(""))
    working = [each for each in kiosks if each.works and each.id != own.id]
    ranks = {id_: rank for rank, id_ in enumerate(own.near)}
    return min(
        working, key=lambda each: (ranks.get(each.id, len(ranks)), each.zone != own.zone), default=None
    )
