"""The hall as a kiosk knows it: a frozen value, made from the server's snapshot and folded by its events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kiosk.facts import Facts, Service, TicketClass, Zone
from protocol.words import Micros

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Hall:
    """The hall now. ``at`` is the time of the last change known, in hall time.

    ``suspended`` has the reason's code by service, ``pause`` is ``{kind, texts}`` or empty, ``stopped`` the
    reason why no tickets are given in the whole hall, or empty. Of queues, ``without_desk`` are served by
    nobody now, and ``closing`` take no more tickets. ``open_times`` are what is left of this day and the next
    ones, from when until when.
    """

    facts: Facts
    is_open: bool
    at: Micros
    suspended: Mapping[str, str]
    pause: Mapping[str, Any]
    stopped: str
    is_closing: bool
    without_desk: frozenset[str]
    closing: frozenset[str]
    open_times: tuple[tuple[Micros, Micros], ...] = ()

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

    def takes_bookings(self) -> bool:
        """Tell whether a time can be booked for some service."""
        return any(each.bookable for each in self.leaves())

    def popular(self, first: Sequence[str]) -> list[Service]:
        """Give the leaves: those named, then the first of each branch, then the second, and so on."""
        ranks = {each.id: rank for rank, each in _ranked(self.facts.services)}
        leaves = self.leaves()
        named = [each for service in first for each in leaves if each.id == service]
        rest = sorted((each for each in leaves if each not in named), key=lambda each: ranks[each.id])
        return named + rest

    def offered_classes(self, *, by_itself: bool = False) -> list[TicketClass]:
        """Give the classes a visitor may claim here; where evidence comes first, a greeter gives them.

        Whether somebody used a class today only the server knows, not a kiosk ``by_itself``.
        """
        return [
            each
            for each in self.facts.classes
            if each.id not in {"none", "booked"}
            and each.evidence != "before"
            and not (by_itself and each.once_per_day)
        ]

    def prefix_of(self, service: str, class_: str) -> str:
        """Give the prefix of a ticket's number: the class's own, or the queue's."""
        own = next((each.prefix for each in self.facts.classes if each.id == class_), "")
        found = self.find(service)
        queues = {each.id: each.prefix for each in self.facts.queues}
        return own or queues.get(found.queue if found else "", "")

    def as_of(self, at: Micros) -> "Hall":
        """Give the hall at a time of which nothing was told: open by its hours, no pause past its end."""
        now = next(((opens, closes) for opens, closes in self.open_times if opens <= at < closes), None)
        later = [opens for opens, _ in self.open_times if opens > at]
        is_same_day = self.is_open and now is not None and now[0] <= self.at
        until = self.pause.get("until")
        return replace(
            self,
            facts=msgspec.structs.replace(self.facts, next_opening=min(later, default=None)),
            is_open=now is not None,
            is_closing=self.is_closing and is_same_day,
            stopped=self.stopped if is_same_day else "",
            pause={} if not is_same_day or (until and until <= at) else self.pause,
        )

    def zones_of(self, queue: str) -> list[Zone]:
        """Give the zones where a queue is served."""
        zones = {desk.zone for desk in self.facts.desks if queue in desk.queues}
        return [zone for zone in self.facts.zones if zone.id in zones]

    def reason(self, code: str) -> dict[str, str]:
        """Give the names of a reason; none when the hall file names it not."""
        return next((each.names for each in self.facts.reasons if each.id == code), {})

    def folded(self, event: dict[str, Any]) -> "Hall":
        """Give the hall after an event; what it says of desks and queues comes with a new snapshot."""
        changes: dict[str, Any] = {}
        match event["type"]:
            case "day_opened" | "day_closed" as kind:
                changes = {
                    "is_open": kind == "day_opened",
                    "at": event["at"],
                    "is_closing": False,
                    "stopped": "",
                    "open_times": tuple(
                        (opens, closes)
                        for opens, closes in self.open_times
                        if kind == "day_opened" or not opens <= event["at"] < closes
                    ),
                }
            case "day_closing":
                changes = {"is_closing": True}
            case "service_suspended":
                changes = {"suspended": {**self.suspended, event["service"]: event.get("reason", "")}}
            case "service_resumed":
                left = {id_: why for id_, why in self.suspended.items() if id_ != event["service"]}
                changes = {"suspended": left}
            case "issuing_stopped" | "issuing_resumed":
                changes = {"stopped": event.get("reason", "")}
            case "hall_paused":
                told = {"texts": event.get("texts") or {}, "until": event.get("until")}
                changes = {"pause": {"kind": event["kind"], **told}}
            case "hall_resumed":
                changes = {"pause": {}}
        return replace(self, **changes) if changes else self

    def next_opening(self) -> datetime | None:
        """Give when the hall opens next by its hours, in its time zone; None when no hours say so."""
        return None if self.facts.next_opening is None else self.local(self.facts.next_opening)

    def local(self, at: Micros) -> datetime:
        """Give a time in the hall's time zone."""
        return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(self.facts.time_zone))


class NotUnderstood(ValueError):  # noqa: N818 - a state of affairs: server and kiosk are of different ages
    """The server's snapshot is none that this kiosk can read."""


def read_hall(snapshot: dict[str, Any]) -> Hall:
    """Make the hall from a kiosk's snapshot; raises NotUnderstood."""
    try:
        reasons = snapshot.get("suspended_reasons", {})
        return Hall(
            facts=msgspec.convert(snapshot["hall"], Facts),
            is_open=bool(snapshot["is_open"]),
            at=int(snapshot["at"]),
            suspended={service: reasons.get(service, "") for service in snapshot["suspended"]},
            pause=snapshot.get("pause") or {},
            stopped=snapshot.get("issuing_stopped") or "",
            is_closing=bool(snapshot.get("closing")),
            without_desk=frozenset(snapshot.get("without_desk", [])),
            closing=frozenset(snapshot.get("closing_queues", [])),
            open_times=tuple((int(opens), int(closes)) for opens, closes in snapshot.get("open_times", [])),
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
