"""A ticket and a desk, as the state holds them and as a snapshot keeps them."""

import msgspec
from msgspec import UNSET, UnsetType

from protocol.words import Micros, Number

Place = tuple[str, Number]
"""Which ticket, for ever: its day of issue and its number."""


class Leg(msgspec.Struct, frozen=True, gc=False):
    """A leg that ended before the present one, for the desk that serves the next."""

    service: str
    desk: str
    ended_at: Micros


class Planned(msgspec.Struct, frozen=True, gc=False):
    """A leg to come; ``to_desk`` where the visitor returns to a certain desk."""

    service: str
    to_desk: str = ""


class Completed(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """A completed leg as it was, kept while the next one waits uncalled: a slip of the finger brings it back.

    The fields are those of ``Ticket``.
    """

    service: str
    queue: str
    ask: str
    further: bool
    desk: str
    arrived_at: Micros
    key: Micros
    recalls: int
    called_at: Micros
    last_call_at: Micros
    served_at: Micros
    was: str
    ended_at: Micros
    ended_seq: int
    legs: tuple[Leg, ...]
    planned: tuple[Planned, ...]


class Note(msgspec.Struct, frozen=True, gc=False):
    """What a desk left for the next one: ``note`` is the id of a text kept outside the log."""

    desk: str
    at: Micros
    note: str


class Ticket(msgspec.Struct, kw_only=True, gc=False):
    """A ticket and its present leg; times are 0 until they come.

    ``arrived_at`` is the reference time r, ``key`` is r less the largest credit that applies. ``ask`` is what
    the ticket asks of a desk: nothing, ``desk:7`` or ``specialty:ru``. ``desk`` is where it is called, served
    or parked, or where it ended; empty, as ``Desk.ticket`` may be, so they are no ``Number``. ``was`` is the
    state before the end, ``reason`` why it was parked or withdrawn. ``issued_by`` is the actor's id,
    ``print_at`` the kiosk that prints the slip for a person; ``issue`` and ``copies`` are those of the slip,
    ``slip`` what became of its paper. ``slot`` and ``booking`` are set for who had booked. ``legs`` came
    before the present one, ``planned`` are to come, and stay where a visit ended before them. ``before`` is
    the leg that was completed last, while this one waits and was not called.
    ``jump_confirmed_by`` is the id of who stood beforehand for calling it past others.
    """

    number: Number
    day: str
    seq: int
    service: str
    queue: str
    class_: str
    language: str
    quantity: int
    issued_at: Micros
    arrived_at: Micros
    key: Micros
    ask: str = ""
    further: bool = False
    state: str = "waiting"
    desk: str = ""
    not_before: Micros = 0
    calls: int = 0
    recalls: int = 0
    called_at: Micros = 0
    last_call_at: Micros = 0
    served_at: Micros = 0
    was: str = ""
    ended_at: Micros = 0
    ended_seq: int = 0
    legs: tuple[Leg, ...] = ()
    class_confirmed: bool = False
    issued_by: str = ""
    print_at: str = ""
    issue: int = 1
    copies: int = 0
    slip: str = ""
    notes: tuple[Note, ...] = ()
    first_called_at: Micros = 0
    parked_at: Micros = 0
    reason: str = ""
    slot: Micros = 0
    booking: str = ""
    planned: tuple[Planned, ...] = ()
    before: Completed | None = None
    jump_confirmed_by: str = ""

    @property
    def place(self) -> Place:
        """Give the day of issue and the number."""
        return self.day, self.number

    def day_beside(self, day: str) -> str | UnsetType:
        """Give the day of issue where it is not that of an event."""
        return UNSET if self.day == day else self.day


class Desk(msgspec.Struct, kw_only=True, gc=False):
    """A desk now: ``state`` closed, open or paused; ``ticket`` is the one called or served there.

    ``last_ended`` is the ticket whose end can still be undone here; ``parked`` are those to return here.
    ``closing`` are the queues that it serves out before it closes, None when it does not. ``unsure``: after
    an outage nobody has said yet whether the visitor is still there. ``offer_until``: the hall calls
    somebody here then, 0 for no offer; ``declined``: none is made until the desk acts.
    """

    number: Number
    queues: list[str]
    state: str = "closed"
    operator: str = ""
    ticket: str = ""
    reason: str = ""
    since: Micros = 0
    last_ended: Place | None = None
    parked: list[Number] = []
    closing: list[str] | None = None
    unsure: bool = False
    offer_until: Micros = 0
    declined: bool = False


class Shown(msgspec.Struct, frozen=True, gc=False):
    """A call as the boards showed it."""

    ticket: Number
    day: str
    desk: Number
    language: str
    at: Micros


class Overtaking(msgspec.Struct, frozen=True, gc=False):
    """A call that left earlier arrivals waiting in ``queues``, those of its desk.

    ``ground`` is why: class, ratio, booked, further (a later leg), return (after fetching something), jump,
    or other: they were held, or the desk is better for the ticket.
    """

    at: Micros
    arrived_at: Micros
    ground: str
    queues: tuple[str, ...]


class Duration(msgspec.Struct, gc=False):
    """What the legs of a service took so far, older days counting less; integers, so replays agree."""

    legs: int = 0
    seconds: int = 0
