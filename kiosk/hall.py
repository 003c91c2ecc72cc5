"""The hall as a kiosk knows it: a frozen value, made from the server's snapshot and folded by its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from protocol.words import Micros

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Service(msgspec.Struct, frozen=True):
    """A node of the tree; a leaf has a queue."""

    id: str
    names: dict[str, str]
    children: list["Service"] = []
    queue: str = ""


class TicketClass(msgspec.Struct, frozen=True):
    """A legal ground for precedence; ``evidence`` is never, before or desk."""

    id: str
    names: dict[str, str]
    evidence: str = "never"


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
    """What stands on the paper besides the facts."""

    footer: dict[str, str] = {}


class Facts(msgspec.Struct, frozen=True):
    """What ``GET /api/v1/hall`` says, as far as a kiosk needs it."""

    names: dict[str, str]
    time_zone: str
    languages: list[str]
    services: list[Service]
    desks: list[Desk] = []
    classes: list[TicketClass] = []
    zones: list[Zone] = []
    hours: dict[str, list[str]] = {}
    public_url: str = ""
    slip: SlipFacts = SlipFacts()


@dataclass(frozen=True)
class Hall:
    """The hall now. ``at`` is the time of the last change known, in hall time."""

    facts: Facts
    is_open: bool
    suspended: frozenset[str]
    at: Micros

    @property
    def main_language(self) -> str:
        """Give the language of the first screen."""
        return self.facts.languages[0]

    def find(self, service: str) -> Service | None:
        """Give a service of the tree by its id."""
        return next((each for each in _walk(self.facts.services) if each.id == service), None)

    def children(self, service: str) -> Sequence[Service]:
        """Give what stands under a service, or at the root for an empty id."""
        node = self.find(service)
        return node.children if node else self.facts.services

    def parent(self, service: str) -> str:
        """Give the id of the service above; empty for those at the root."""
        return next(
            (each.id for each in _walk(self.facts.services) if any(c.id == service for c in each.children)),
            "",
        )

    def leaves(self) -> list[Service]:
        """Give every service that a ticket can be had for, in the hall's order."""
        return [each for each in _walk(self.facts.services) if each.queue]

    def popular(self, first: Sequence[str]) -> list[Service]:
        """Give the leaves: those named, then the first of each branch, then the second, and so on."""
        ranks = {each.id: rank for rank, each in _ranked(self.facts.services)}
        leaves = self.leaves()
        named = [each for service in first for each in leaves if each.id == service]
        rest = sorted((each for each in leaves if each not in named), key=lambda each: ranks[each.id])
        return named + rest

    def offered_classes(self) -> list[TicketClass]:
        """Give the classes a visitor may claim here; where evidence comes first, a greeter gives them."""
        return [
            each
            for each in self.facts.classes
            if each.id not in {"none", "booked"} and each.evidence != "before"
        ]

    def zones_of(self, queue: str) -> list[Zone]:
        """Give the zones where a queue is served."""
        zones = {desk.zone for desk in self.facts.desks if queue in desk.queues}
        return [zone for zone in self.facts.zones if zone.id in zones]

    def folded(self, event: dict[str, Any]) -> "Hall":
        """Give the hall after an event."""
        match event["type"]:
            case "day_opened":
                return replace(self, is_open=True, at=event["at"])
            case "day_closed":
                return replace(self, is_open=False, at=event["at"])
            case "service_suspended":
                return replace(self, suspended=self.suspended | {event["service"]})
            case "service_resumed":
                return replace(self, suspended=self.suspended - {event["service"]})
        return self

    def next_opening(self) -> datetime | None:
        """Give when a closed hall opens by its hours, in its time zone; None when no hours say so."""
        now = (EPOCH + timedelta(microseconds=self.at)).astimezone(ZoneInfo(self.facts.time_zone))
        for days in range(8):
            day = now + timedelta(days=days)
            for span in sorted(self.facts.hours.get(WEEK[day.weekday()], [])):
                hour, minute = span.partition("-")[0].split(":")
                opening = day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
                if opening > now:
                    return opening
        return None


class NotUnderstood(ValueError):  # noqa: N818 - a state of affairs: server and kiosk are of different ages
    """The server's snapshot is none that this kiosk can read."""


def read_hall(snapshot: dict[str, Any]) -> Hall:
    """Make the hall from a kiosk's snapshot; raises NotUnderstood."""
    try:
        return Hall(
            facts=msgspec.convert(snapshot["hall"], Facts),
            is_open=bool(snapshot["is_open"]),
            suspended=frozenset(snapshot["suspended"]),
            at=int(snapshot["at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"The hall's snapshot cannot be read ({error!r}): are server and kiosk of one version?"
        raise NotUnderstood(message) from error


def _walk(services: Sequence[Service]) -> Iterator[Service]:
    for each in services:
        yield each
        yield from _walk(each.children)


def _ranked(services: Sequence[Service]) -> Iterator[tuple[int, Service]]:
    """Give each service with its place among its siblings."""
    for rank, each in enumerate(services):
        yield rank, each
        yield from _ranked(each.children)
