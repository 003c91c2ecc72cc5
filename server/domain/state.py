"""The hall at a moment: all that the events so far have made, and nothing else."""

from copy import copy
from dataclasses import dataclass, field

import msgspec

from protocol.events import HeadSigned, KeyAnnounced
from protocol.hall import Hall
from protocol.words import Micros, Number
from server.domain.catalogue import NO_CATALOGUE, NO_HALL, Catalogue
from server.domain.floor import DeviceState, HelpCall, Jump
from server.domain.journals import Kiosk
from server.domain.lanes import AnyLane, Lanes, NoLanes
from server.domain.notices import Announcement, Pause
from server.domain.reservations import Reservation, Slot
from server.domain.ticket import Desk, Duration, Overtaking, Place, Shown, Ticket

LaneName = tuple[str, str]
"""A queue, and what the tickets of the lane ask of a desk."""

SHOWN_CALLS = 200
"""How many past calls are kept for the boards; each zone shows its own few of them."""


class HallSnapshot(msgspec.Struct, kw_only=True):
    """A state as bytes keep it; lanes and catalogue are made anew from it."""

    hall: Hall
    seq: int
    at: Micros
    day: str
    is_open: bool
    closing: bool
    issuing_stopped: str
    opened_at: Micros
    last_break: Micros
    limit_lifted: bool
    digest: str
    file_digest: str
    tickets: list[Ticket]
    ended: list[Ticket]
    desks: list[Desk]
    suspended: dict[str, str]
    series: dict[str, int]
    durations: dict[str, Duration]
    calls: list[Shown]
    overtakings: list[Overtaking]
    pauses: list[Pause]
    outage: Pause | None
    announcements: list[Announcement]
    help: list[HelpCall]
    devices: list[DeviceState]
    clock_step: tuple[Micros, int]
    jumps: list[Jump]
    reservations: list[Reservation]
    slots: list[Slot]
    bookings: int
    used: list[tuple[str, str, str]]
    ratio_made: dict[str, int]
    head: HeadSigned | None
    head_due: Micros
    key: KeyAnnounced | None
    epoch: str
    skipped: tuple[int, Micros]
    kiosks: list[Kiosk]
    kiosks_skipped: int


@dataclass(slots=True, eq=False)
class HallState:
    """What the rules read and ``evolve`` alone changes.

    ``tickets`` are the open ones by number, ``ended`` those that ended this day; ``help`` by the request's
    seq, ``devices`` by who told it and of which part, ``clock_step`` when the wall clock stepped last, and by
    how many seconds. ``digest`` is that of the configuration in force, ``file_digest`` of the last one that
    came from a file. ``closing`` says that the day ends when the last ticket does, ``issuing_stopped`` why
    nobody gets one. ``pauses`` are those of this day and the one before, in order; ``overtakings`` the calls
    of this day that left earlier arrivals waiting; ``outage`` is the last time that the server was away.
    ``jumps`` are the calls above the day's quota, by seq, for some weeks.
    ``reservations`` are those to come, and of this day those whose visitor is here; ``slots`` says how many
    have a place in each; ``bookings`` counts all that ever were, for their numbers; ``used`` has (class,
    service, person) where a class is for once a day. ``ratio_made`` is how many of the ratio's classes were
    called since one of the others, by queue, at most as many as it says; the lanes read this very dict.
    ``head`` is the last one that was signed, ``key`` the one by which they are; ``head_due`` is when the next
    one is, 0 while it covers all (``heads``).
    ``epoch`` is the last one that began in the log, empty for the first; ``skipped`` says how many numbers
    each series leaves out on days that opened until a time.
    ``kiosks`` are those that can issue by themselves, by number; up to ``kiosks_skipped`` another server may
    have given theirs.
    Derived, and in no snapshot: ``catalogue``, ``lanes``; ``arrangement``, which grows when desks or
    configuration change, so that what follows from them knows it is old; ``servers``, how many open desks
    serve each lane, and ``served_alone``, by desk, those that no other does (``stranding``); ``next_due``,
    None while it has to be computed (``day``), and forgotten at each event while ``is_restless``;
    ``next_offer``, what is due for the desks and the seq for which that was computed (``offering``).
    """

    hall: Hall = NO_HALL
    catalogue: Catalogue = field(default_factory=lambda: NO_CATALOGUE)
    seq: int = 0
    at: Micros = 0
    day: str = ""
    is_open: bool = False
    closing: bool = False
    issuing_stopped: str = ""
    opened_at: Micros = 0
    last_break: Micros = 0
    limit_lifted: bool = False
    digest: str = ""
    file_digest: str = ""
    tickets: dict[Number, Ticket] = field(default_factory=dict)
    ended: dict[Place, Ticket] = field(default_factory=dict)
    desks: dict[Number, Desk] = field(default_factory=dict)
    suspended: dict[str, str] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    durations: dict[str, Duration] = field(default_factory=dict)
    calls: list[Shown] = field(default_factory=list)
    overtakings: list[Overtaking] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    outage: Pause | None = None
    announcements: list[Announcement] = field(default_factory=list)
    help: dict[int, HelpCall] = field(default_factory=dict)
    devices: dict[tuple[str, str], DeviceState] = field(default_factory=dict)
    clock_step: tuple[Micros, int] = (0, 0)
    jumps: dict[int, Jump] = field(default_factory=dict)
    reservations: dict[Number, Reservation] = field(default_factory=dict)
    slots: dict[tuple[str, Micros], Slot] = field(default_factory=dict)
    bookings: int = 0
    used: set[tuple[str, str, str]] = field(default_factory=set)
    ratio_made: dict[str, int] = field(default_factory=dict)
    head: HeadSigned | None = None
    head_due: Micros = 0
    key: KeyAnnounced | None = None
    epoch: str = ""
    skipped: tuple[int, Micros] = (0, 0)
    kiosks: dict[int, Kiosk] = field(default_factory=dict)
    kiosks_skipped: int = 0
    lanes: Lanes = field(default_factory=lambda: Lanes(0, NO_CATALOGUE, {}))
    arrangement: int = 0
    next_due: Micros | None = None
    is_restless: bool = True
    servers: dict[LaneName, int] | None = None
    served_alone: dict[Number, list[LaneName]] = field(default_factory=dict)
    next_offer: tuple[int, Micros] = (-1, 0)
    _desk_lanes: dict[Number, list[tuple[AnyLane, Micros]]] = field(default_factory=dict)

    def advance(self, at: Micros) -> None:
        """Let time pass for those held by ``not_before``; what is derived changes, no fact does."""
        self.lanes.advance(at)

    def find(self, number: Number, day: str | None = None) -> Ticket | None:
        """Give the ticket of that day; without a day, the open one of that number, else today's."""
        ticket = self.tickets.get(number)
        if ticket is not None and (day is None or ticket.day == day):
            return ticket
        return self.ended.get((day or self.day, number))

    def lanes_of(self, desk: Desk) -> list[tuple[AnyLane, Micros]]:
        """Give the lanes a desk serves, each with the desk's specialty credit."""
        lanes = self._desk_lanes.get(desk.number)
        if lanes is None:
            facts = self.catalogue.desks.get(desk.number)
            specialties = facts.specialties if facts else {}
            lanes = self._desk_lanes[desk.number] = self.lanes.of_desk(desk, specialties)
        return lanes

    @property
    def pause(self) -> Pause | None:
        """Give the pause that is on."""
        return self.pauses[-1] if self.pauses and not self.pauses[-1].ended_at else None

    def paused_between(self, begin: Micros, end: Micros) -> Micros:
        """Give how long nobody was called between two times, since the hall was paused or its server away."""
        return sum(pause.within(begin, end) for pause in self.pauses)

    def without_lanes(self) -> None:
        """Keep no lanes from here on: until ``with_lanes`` nothing may be chosen, only folded."""
        self.lanes = NoLanes()
        self.rearranged()

    def with_lanes(self) -> None:
        """Make the lanes from the tickets, all at once: far faster than one ticket after another."""
        self.lanes = Lanes(self.at, self.catalogue, self.ratio_made)
        self.lanes.fill(self.tickets.values())
        self.rearranged()

    def rearranged(self) -> None:
        """Forget what was derived from desks and configuration."""
        self._desk_lanes.clear()
        self.servers = None
        self.served_alone.clear()
        self.arrangement += 1
        self.reschedule()

    def reschedule(self) -> None:
        """Forget the next timer, and see whether each event from now on may bring it nearer."""
        self.next_due = None
        self.is_restless = (
            not self.is_open or self.closing or any(desk.closing is not None for desk in self.desks.values())
        )

    def configure(self, hall: Hall) -> None:
        """Put a configuration in force; keys already given stay."""
        self.hall, self.catalogue = hall, Catalogue(hall)
        self.rearranged()

    def copy(self) -> "HallState":
        """Give an equal state that shares nothing mutable with this one."""
        return from_snapshot(to_snapshot(self))


def to_snapshot(state: HallState) -> HallSnapshot:
    """Copy what bytes keep of a state; encoding it may then happen elsewhere."""
    return HallSnapshot(
        hall=state.hall,
        seq=state.seq,
        at=state.at,
        day=state.day,
        is_open=state.is_open,
        closing=state.closing,
        issuing_stopped=state.issuing_stopped,
        opened_at=state.opened_at,
        last_break=state.last_break,
        limit_lifted=state.limit_lifted,
        digest=state.digest,
        file_digest=state.file_digest,
        tickets=[copy(ticket) for ticket in state.tickets.values()],
        ended=[copy(ticket) for ticket in state.ended.values()],
        desks=[_copy_desk(desk) for desk in state.desks.values()],
        suspended=dict(state.suspended),
        series=dict(state.series),
        durations={service: copy(duration) for service, duration in state.durations.items()},
        calls=list(state.calls),
        overtakings=list(state.overtakings),
        pauses=list(state.pauses),
        outage=state.outage,
        announcements=list(state.announcements),
        help=list(state.help.values()),
        devices=list(state.devices.values()),
        clock_step=state.clock_step,
        jumps=[copy(jump) for jump in state.jumps.values()],
        reservations=[copy(one) for one in state.reservations.values()],
        slots=[copy(slot) for slot in state.slots.values()],
        bookings=state.bookings,
        used=sorted(state.used),
        ratio_made=dict(state.ratio_made),
        head=state.head,
        head_due=state.head_due,
        key=state.key,
        epoch=state.epoch,
        skipped=state.skipped,
        kiosks=[copy(kiosk) for kiosk in state.kiosks.values()],
        kiosks_skipped=state.kiosks_skipped,
    )


_KEPT = (
    *("seq", "at", "day", "is_open", "closing", "issuing_stopped", "opened_at", "digest", "file_digest"),
    *("last_break", "limit_lifted"),
    *("suspended", "series", "durations", "calls", "overtakings", "pauses", "outage", "announcements"),
    *(
        "clock_step",
        "bookings",
        "ratio_made",
        "head",
        "head_due",
        "key",
        "epoch",
        "skipped",
        "kiosks_skipped",
    ),
)


def from_snapshot(snapshot: HallSnapshot) -> HallState:
    """Make a state of a snapshot, which becomes part of it."""
    state = HallState()
    for name in _KEPT:
        setattr(state, name, getattr(snapshot, name))
    state.help = {call.request: call for call in snapshot.help}
    state.jumps = {jump.seq: jump for jump in snapshot.jumps}
    state.reservations = {one.number: one for one in snapshot.reservations}
    state.slots = {(slot.service, slot.at): slot for slot in snapshot.slots}
    state.used = set(snapshot.used)
    state.kiosks = {kiosk.number: kiosk for kiosk in snapshot.kiosks}
    state.devices = {(device.by, device.kind): device for device in snapshot.devices}
    state.desks = {desk.number: desk for desk in snapshot.desks}
    state.ended = {ticket.place: ticket for ticket in snapshot.ended}
    state.tickets = {ticket.number: ticket for ticket in snapshot.tickets}
    state.configure(snapshot.hall)
    state.with_lanes()
    return state


def _copy_desk(desk: Desk) -> Desk:
    return msgspec.structs.replace(desk, queues=list(desk.queues), parked=list(desk.parked))
