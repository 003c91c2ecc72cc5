"""Who hears what: each kind of room has a table of event types and of the fields it hears of them.

Pure. An event goes to the rooms of its audience, and each room hears no more of it than its table allows: a
class never reaches a board, a desk hears of nobody but its own visitor, a token reaches no room at all.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import msgspec

from protocol.events import (
    EVENTS,
    Announced,
    DeviceReported,
    Event,
    SlipPrinted,
    SlipReprinted,
    TicketEvent,
    TicketIssued,
    kind_of,
)

PLACE = ("seq", "at", "day")
CAUSE = ("command", "actor")
TICKET = ("ticket", "ticket_day")
LEG = ("service", "queue", "class", "language")

BOARD_ENDS = (
    "service_started",
    "leg_completed",
    "ticket_no_show",
    "ticket_parked",
    "ticket_requeued",
    "ticket_transferred",
)
DAY = ("day_opened", "day_closing", "day_closed")
PAUSES = {
    "hall_paused": ("kind", "text", "until"),
    "hall_resumed": ("seconds",),
    "outage_noted": ("began_at", "seconds"),
}
ISSUING = {"issuing_stopped": ("reason",), "issuing_resumed": ()}
SERVICES = {"service_suspended": ("service", "reason"), "service_resumed": ("service", "reason")}
CONFIGURED = {"hall_configured": ("digest", "source")}

_called_here = (*CAUSE, *TICKET, "desk")

HEARS: dict[str, dict[str, tuple[str, ...]]] = {
    "board": {
        "ticket_called": (*TICKET, "desk", "language"),
        "ticket_recalled": (*TICKET, "desk", "language", "recalls"),
        "ticket_reinstated": (*TICKET, "desk", "state"),
        **dict.fromkeys(BOARD_ENDS, (*TICKET, "desk")),
        "ticket_cancelled": (*TICKET, "desk", "reason"),
        "ticket_expired": TICKET,
        **dict.fromkeys(("desk_opened", "desk_paused", "desk_closed"), ("desk",)),
        "announced": ("zone", "text"),
        "announcement_withdrawn": ("announcement",),
        **SERVICES,
        **PAUSES,
        **dict.fromkeys(DAY, ()),
        **CONFIGURED,
        "head_signed": ("size", "root"),
    },
    "desk": {
        "ticket_called": (*_called_here, *LEG, "reason"),
        "ticket_recalled": (*_called_here, "language", "recalls"),
        "service_started": _called_here,
        "leg_completed": (*_called_here, "service", "outcome", "ends_visit"),
        **dict.fromkeys(("leg_added", "leg_dropped"), (*_called_here, "service", "reason")),
        "ticket_no_show": _called_here,
        "ticket_parked": (*_called_here, "reason", "not_before"),
        "ticket_requeued": (*_called_here, "reason", "not_before"),
        "ticket_transferred": (
            *(*_called_here, "service", "queue", "to_desk", "to_specialty", "back_to", "reason"),
        ),
        "ticket_cancelled": (*_called_here, "reason"),
        "ticket_abandoned": (*CAUSE, *TICKET),
        "ticket_expired": (*CAUSE, *TICKET),
        "ticket_reinstated": (*_called_here, "state", "corrects", "reason", "not_before"),
        "class_changed": (*CAUSE, *TICKET, "class", "reason"),
        **dict.fromkeys(("ticket_confirmed", "note_left"), _called_here),
        "call_offered": (*CAUSE, "desk", "seconds"),
        "call_declined": (*CAUSE, "desk", "reason"),
        "offer_lapsed": (*CAUSE, "desk"),
        "device_reported": (*CAUSE, "device", "kind", "state"),
        "desk_opened": (*CAUSE, "desk", "queues", "taken_from"),
        "desk_assigned": (*CAUSE, "desk", "queues"),
        "desk_paused": (*CAUSE, "desk", "reason"),
        "desk_closing": (*CAUSE, "desk", "queues"),
        "desk_closed": (*CAUSE, "desk"),
        **SERVICES,
        **ISSUING,
        **PAUSES,
        **dict.fromkeys(DAY, ()),
        **CONFIGURED,
    },
    "kiosk": {
        "device_reported": (*CAUSE, "device", "kind", "state"),
        "slip_printed": (*CAUSE, *TICKET, "device", "outcome"),
        **dict.fromkeys(("ticket_issued", "visit_checked_in"), (*TICKET, "service", "language", "print_at")),
        "slip_reprinted": (*TICKET, "issue", "copies", "print_at"),
        "help_answered": ("request",),
        **dict.fromkeys(
            ("desk_opened", "desk_assigned", "desk_paused", "desk_closing", "desk_closed"), ("desk",)
        ),
        **SERVICES,
        **ISSUING,
        **PAUSES,
        **dict.fromkeys(DAY, ()),
        **CONFIGURED,
    },
    "visit": {
        "ticket_issued": (*TICKET, *LEG, "quantity", "ahead", "expected_wait_seconds", "route"),
        "visit_checked_in": (
            *(*TICKET, *LEG, "quantity", "ahead", "expected_wait_seconds"),
            *("slot", "not_before", "route"),
        ),
        "leg_begun": (*TICKET, "service", "queue", "to_desk"),
        **dict.fromkeys(("leg_added", "leg_dropped"), (*TICKET, "service")),
        "ticket_called": (*TICKET, *LEG, "desk"),
        "ticket_recalled": (*TICKET, "desk", "language", "recalls"),
        "ticket_transferred": (*TICKET, "service", "queue", "to_desk", "back_to"),
        "ticket_parked": (*TICKET, "desk", "not_before"),
        "ticket_requeued": (*TICKET, "desk", "not_before"),
        "ticket_reinstated": (*TICKET, "desk", "state", "not_before"),
        "class_changed": (*TICKET, "class"),
        "slip_reprinted": (*TICKET, "issue", "copies"),
        **dict.fromkeys(("service_started", "leg_completed", "ticket_no_show"), (*TICKET, "desk")),
        "ticket_cancelled": (*TICKET, "reason"),
        **dict.fromkeys(("ticket_abandoned", "ticket_expired"), TICKET),
        **PAUSES,
    },
    "all": {
        name: tuple(
            field.encode_name
            for field in msgspec.structs.fields(kind)
            if field.encode_name not in {*PLACE, "token", "code", "receipt", "hall"}
        )
        for name, kind in EVENTS.items()
    },
}
"""Kind of room -> type of event -> the fields it hears, besides ``type``, ``seq``, ``at`` and ``day``.

In place of ``text``, the id of one kept outside the log, a room hears ``texts``: a sentence a language.
"""

Texts = Callable[[str], dict[str, str]]
"""Gives the sentences of a text by its id."""

VISIT_TICK_SECONDS = 0.25
TICK_SECONDS = 0.03


class Room(NamedTuple):
    """A room: its kind, and which of that kind: a zone (empty: all zones), a desk, a kiosk, a visit.

    Whoever is connected is in one room at a time: with two, the seq of one would hide events of the other.
    In an audience the name ``*`` means every room of the kind.
    """

    kind: str
    name: str = ""

    @property
    def key(self) -> str:
        """Give the room's name on the socket server."""
        return f"{self.kind}/{self.name}"

    @property
    def tick_seconds(self) -> float:
        """Give the least time between two frames to this room; phones may wait."""
        return VISIT_TICK_SECONDS if self.kind == "visit" else TICK_SECONDS

    @property
    def every(self) -> "Room":
        """Give what stands in an audience for all rooms of this kind."""
        return Room(self.kind, "*")


ALL = Room("all")


class Places(Protocol):
    """Where things are in the hall, and what was said there, as the rooms need it."""

    def texts(self, text_id: str) -> dict[str, str]:
        """Give a text that is kept outside the log, by language; none when it was erased."""

    def zone_of(self, desk: str) -> str:
        """Give the zone of a desk; empty when it has none."""

    def desk_of_ticket(self, number: str, day: str) -> str:
        """Give the desk that has the ticket issued on that day, or where it ended; empty when none."""

    def desk_of_device(self, device_id: str) -> str:
        """Give the desk that a device is for; empty when it is for none."""


def visit_room(day: str, number: str) -> Room:
    """Give the room of the visit that began with this ticket."""
    return Room("visit", f"{day}/{number}")


def audience(event: Event, places: Places) -> list[Room]:
    """Give every room that hears this event, each once."""
    kind = kind_of(event)
    rooms = [ALL]
    if kind in HEARS["board"]:
        rooms += _boards(event, places)
    if kind in HEARS["desk"]:
        rooms += _desks(event, places)
    if kind in HEARS["kiosk"]:
        rooms += _kiosks(event)
    if kind in HEARS["visit"]:
        own = visit_room(issued_on(event), event.ticket) if isinstance(event, TicketEvent) else None
        rooms.append(own or Room("visit", "*"))
    return rooms


def heard(kind: str, event: Event, texts: Texts) -> dict[str, Any]:
    """Give what a kind of room hears of an event that has it in its audience."""
    plain: dict[str, Any] = msgspec.to_builtins(event)
    fields = ("type", *PLACE, *HEARS[kind][plain["type"]])
    told = {field: plain[field] for field in fields if field in plain}
    if "text" in told:
        told["texts"] = texts(told.pop("text"))
    return told


def issued_on(event: TicketEvent) -> str:
    """Give the day on which the event's ticket was issued."""
    return event.ticket_day if isinstance(event.ticket_day, str) else event.day


def _boards(event: Event, places: Places) -> list[Room]:
    """Give the boards of the event's zone and those of all zones; what has no place goes to every board."""
    desk = _desk_named(event)
    if isinstance(event, Announced) and isinstance(event.zone, str):
        return [Room("board"), Room("board", event.zone)]
    if not desk:
        return [Room("board", "*")]
    zone = places.zone_of(desk)
    return [Room("board"), Room("board", zone)] if zone else [Room("board")]


def _desks(event: Event, places: Places) -> list[Room]:
    """Give the event's desk, or the one that has its ticket; what is about neither goes to every desk."""
    if isinstance(event, DeviceReported):
        desk = places.desk_of_device(event.actor.id)
    elif isinstance(event, TicketEvent):
        desk = _desk_named(event) or places.desk_of_ticket(event.ticket, issued_on(event))
    else:
        desk = _desk_named(event) or "*"
    return [Room("desk", desk)] if desk else []


def _kiosks(event: Event) -> list[Room]:
    """Give the kiosk that reported it or is to print it; what is about no device goes to every kiosk."""
    if isinstance(event, TicketIssued | SlipReprinted):
        return [Room("kiosk", event.print_at)] if isinstance(event.print_at, str) else []
    if isinstance(event, DeviceReported | SlipPrinted):
        return [Room("kiosk", event.actor.id)] if event.actor.role == "kiosk" else []
    return [Room("kiosk", "*")]


def _desk_named(event: Event) -> str:
    """Give the desk that the event itself names; empty when none."""
    desk = getattr(event, "desk", "")
    return desk if isinstance(desk, str) else ""
