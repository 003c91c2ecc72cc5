"""What happened in the hall: one struct an event, the same on disk, on the wire and in memory.

The log's row is the struct, encoded with sorted keys; so no event holds a float, a secret, a name or free
text. A room may hear fewer fields of it (``server/rooms.py``). Readers ignore fields they do not know.
A field that says nothing in a case is absent (``UNSET``); ``command`` is null for what a timer caused.
"""

import msgspec
from msgspec import UNSET, UnsetType

from protocol.commands import snake
from protocol.hall import Hall
from protocol.words import Micros, Number, Seconds


class Actor(msgspec.Struct, kw_only=True, frozen=True):
    """Who caused it: ``kind`` operator, device, visitor or hall; ``id`` opaque (``op-7``, ``dev-3``)."""

    kind: str
    id: str
    role: str


HALL = Actor(kind="hall", id="hall", role="hall")
"""The hall itself: what the hours and the timers cause."""


class Event(msgspec.Struct, kw_only=True, frozen=True, tag_field="type", tag=snake):
    """A fact and its place: the rules give the fact; the engine stamps ``seq``, ``at``, ``day``, cause."""

    seq: int = 0
    at: Micros = 0
    day: str = ""
    command: str | None = None
    actor: Actor = HALL


class TicketEvent(Event, kw_only=True, frozen=True):
    """``ticket_day`` stands only where the ticket was issued on another day than the event's."""

    ticket: Number
    ticket_day: str | UnsetType = UNSET


class Offline(msgspec.Struct, kw_only=True, frozen=True):
    """A ticket that a kiosk issued while the server was away: which line of which kiosk's journal it is.

    ``at`` is the kiosk's own time; ``previous`` and ``signature`` are the line's (``protocol.journal``).
    """

    kiosk: int
    entry: int
    at: Micros
    previous: str
    signature: str


class TicketIssued(TicketEvent, kw_only=True, frozen=True):
    """A turn was given; ``expected_wait_seconds`` is [low, middle, high], wide while no open desk serves."""

    service: str
    queue: str
    class_: str = msgspec.field(name="class")
    language: str
    quantity: int = 1
    ahead: int
    expected_wait_seconds: tuple[Seconds, Seconds, Seconds]
    desk: Number | UnsetType = UNSET
    """The desk that the visitor walked up to; absent for all others."""
    print_at: str | UnsetType = UNSET
    person: str | UnsetType = UNSET
    """Where a class may be used once a day: a hash of who uses it, under a key that the closing destroys."""
    place_of: Micros | UnsetType = UNSET
    """In hours for those who booked: the slot of which a visitor without a booking was given a free place."""
    route: list[str] | UnsetType = UNSET
    """The services that follow this one on the same ticket; absent when none do."""
    arrived_at: Micros | UnsetType = UNSET
    """When the visitor came, of a ticket that was handed in later; absent for all others."""
    offline: Offline | UnsetType = UNSET
    token: str | UnsetType = UNSET
    """The visit's token: in its issuer's answer alone, never in the log."""
    receipt: str | UnsetType = UNSET
    """``<seq>-<16 hex>``, the first digits of this event's leaf: in the answer alone, for the slip."""


class VisitCheckedIn(TicketIssued, kw_only=True, frozen=True):
    """Who had booked is here, and has a ticket; no head before ``not_before`` when early."""

    booking: Number
    slot: Micros
    not_before: Micros | UnsetType = UNSET


class BookingEvent(Event, kw_only=True, frozen=True):
    """Something about a booking; its number is public, its holder's code is not."""

    booking: Number


class SlotBooked(BookingEvent, kw_only=True, frozen=True):
    """A place was taken; ``contact`` is the id of a text kept outside the log."""

    service: str
    slot: Micros
    class_: str = msgspec.field(name="class")
    language: str
    quantity: int = 1
    person: str | UnsetType = UNSET
    """As in ``ticket_issued``: where the hall limits how often one person books."""
    contact: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    """What the holder needs: in the answer to who booked alone, never in the log."""


class SlotMoved(BookingEvent, kw_only=True, frozen=True):
    """The booking has another time."""

    service: str
    slot: Micros
    from_slot: Micros


class SlotCancelled(BookingEvent, kw_only=True, frozen=True):
    """The place was given back."""

    service: str
    slot: Micros


class SlotLapsed(BookingEvent, kw_only=True, frozen=True):
    """Nobody checked in while the place was kept: the day closed, or who came late chose a ticket."""

    service: str
    slot: Micros


class Head(msgspec.Struct, kw_only=True, frozen=True):
    """The first of a lane when a desk chose; ``turn`` is ``key`` less the desk's specialty credit.

    ``turn_of`` is another ticket of the lane, before which the hall's ratio puts this one: the turn is its.
    """

    ticket: Number
    key: Micros
    turn: Micros
    turn_of: Number | UnsetType = UNSET


class RatioStand(msgspec.Struct, kw_only=True, frozen=True):
    """How the hall's ratio stood at a call: ``made`` of these called since one of the others.

    It was the turn of these while ``made`` is less than ``calls``, else of the others.
    """

    calls: int
    made: int


class TicketCalled(TicketEvent, kw_only=True, frozen=True):
    """A desk called a ticket: from which heads, by which policy, and past whom.

    ``overtaken`` counts the tickets of an earlier reference time left waiting in this desk's lanes, lawful or
    not; ``jumped`` lists those with a smaller turn passed over by a jump, and is empty otherwise. One above
    the day's quota says so; ``confirmed_by`` is the id of the second person who stood for a jump beforehand.
    ``ratio`` stands where the hall has one and both its sides waited in the ticket's lane.
    """

    desk: Number
    service: str
    queue: str
    class_: str = msgspec.field(name="class")
    language: str
    key: Micros
    heads: list[Head]
    overtaken: int
    policy: str
    jumped: list[Number]
    reason: str | UnsetType = UNSET
    above_quota: bool | UnsetType = UNSET
    confirmed_by: str | UnsetType = UNSET
    ratio: RatioStand | UnsetType = UNSET


class JumpConfirmed(TicketEvent, kw_only=True, frozen=True):
    """A second person stands for a jump; ``jump`` is the seq of the call, absent where none is made yet."""

    jump: int | UnsetType = UNSET


class TicketRecalled(TicketEvent, kw_only=True, frozen=True):
    """Called again at the same desk; ``recalls`` counts them, this one included."""

    desk: Number
    language: str
    recalls: int


class ServiceStarted(TicketEvent, kw_only=True, frozen=True):
    """The visitor reached the desk."""

    desk: Number


class LegCompleted(TicketEvent, kw_only=True, frozen=True):
    """The service ended; outcome ``unclosed`` when the day closed and nobody had ended it.

    ``ends_visit`` stands where legs were still planned and the desk said that none of them follows.
    """

    desk: Number
    service: str
    outcome: str
    ends_visit: bool | UnsetType = UNSET


class LegBegun(TicketEvent, kw_only=True, frozen=True):
    """The leg before was completed, and the next planned one waits; ``to_desk`` is the desk it returns to."""

    service: str
    queue: str
    to_desk: Number | UnsetType = UNSET


class LegAdded(TicketEvent, kw_only=True, frozen=True):
    """The desk that serves a visitor added a service to the visit: it follows those planned already."""

    desk: Number
    service: str
    reason: str | UnsetType = UNSET


class LegDropped(TicketEvent, kw_only=True, frozen=True):
    """The desk that serves a visitor took a planned service off the visit."""

    desk: Number
    service: str
    reason: str | UnsetType = UNSET


class TicketNoShow(TicketEvent, kw_only=True, frozen=True):
    """Called, recalled to the limit, and absent."""

    desk: Number


class TicketParked(TicketEvent, kw_only=True, frozen=True):
    """Set aside at a desk; no head before ``not_before``."""

    desk: Number
    reason: str
    not_before: Micros | UnsetType = UNSET


class TicketRequeued(TicketEvent, kw_only=True, frozen=True):
    """Back to waiting; no head before ``not_before``.

    The reference time is that of now, or ``arrived_at`` where the desk was released and the visitor is not to
    blame.
    """

    desk: Number
    reason: str
    not_before: Micros | UnsetType = UNSET
    arrived_at: Micros | UnsetType = UNSET


class TicketTransferred(TicketEvent, kw_only=True, frozen=True):
    """The leg ended and a new one waits: in another queue, for a certain desk, or for a specialty.

    ``arrived_at`` stands where the hall moved a visitor who waited: the reference time that is kept.
    ``back_to`` is the desk that the visitor returns to afterwards, for the service that this leg was for.
    """

    desk: Number | UnsetType = UNSET
    service: str
    queue: str
    to_desk: Number | UnsetType = UNSET
    to_specialty: str | UnsetType = UNSET
    reason: str
    arrived_at: Micros | UnsetType = UNSET
    back_to: Number | UnsetType = UNSET


class TicketCancelled(TicketEvent, kw_only=True, frozen=True):
    """Withdrawn with a reason."""

    desk: Number | UnsetType = UNSET
    reason: str


class TicketAbandoned(TicketEvent, kw_only=True, frozen=True):
    """Left before any call."""


class TicketExpired(TicketEvent, kw_only=True, frozen=True):
    """Still waiting when the day closed."""


class TicketReinstated(TicketEvent, kw_only=True, frozen=True):
    """An end is corrected: back in ``state``, at ``desk`` where that state is one of a desk.

    ``corrects`` is the seq of the event that is corrected.
    """

    desk: Number | UnsetType = UNSET
    state: str
    corrects: int
    reason: str
    not_before: Micros | UnsetType = UNSET


class ClassChanged(TicketEvent, kw_only=True, frozen=True):
    """The ground for precedence changed, and with it the key; the reference time stays."""

    class_: str = msgspec.field(name="class")
    reason: str
    person: str | UnsetType = UNSET
    """As in ``ticket_issued``."""


class SlipPrinted(TicketEvent, kw_only=True, frozen=True):
    """What became of the paper: ``outcome`` printed, unconfirmed or failed."""

    device: str
    outcome: str
    detail: str | UnsetType = UNSET


class SlipReprinted(TicketEvent, kw_only=True, frozen=True):
    """A slip is to be printed again: a copy, or a new ``issue``, which makes those before void."""

    issue: int
    copies: int
    reason: str
    print_at: str | UnsetType = UNSET
    token: str | UnsetType = UNSET
    """As in ``ticket_issued``: in the answer alone."""


class TicketConfirmed(TicketEvent, kw_only=True, frozen=True):
    """After an outage the desk says that its visitor is still there."""

    desk: Number


class NoteLeft(TicketEvent, kw_only=True, frozen=True):
    """A desk left a note for the next one; ``note`` is the id of a text kept outside the log."""

    desk: Number
    note: str


class HelpRequested(Event, kw_only=True, frozen=True):
    """A visitor asks for a person: where the actor is (a kiosk), or who holds ``ticket``."""

    ticket: Number | UnsetType = UNSET
    ticket_day: str | UnsetType = UNSET


class HelpAnswered(Event, kw_only=True, frozen=True):
    """Somebody goes there; ``request`` is the seq of ``help_requested``."""

    request: int


class DeviceReported(Event, kw_only=True, frozen=True):
    """A device told its state; ``detail`` is the id of a text kept outside the log."""

    device: str
    kind: str
    state: str
    detail: str | UnsetType = UNSET


class DeskEvent(Event, kw_only=True, frozen=True):
    """Something about a desk."""

    desk: Number


class DeskOpened(DeskEvent, kw_only=True, frozen=True):
    """An operator (the actor) took or resumed a desk; ``taken_from`` is whose it was at a take-over."""

    queues: list[str]
    taken_from: str | UnsetType = UNSET


class DeskAssigned(DeskEvent, kw_only=True, frozen=True):
    """The queues a desk serves from now on."""

    queues: list[str]


class DeskPaused(DeskEvent, kw_only=True, frozen=True):
    """No calls to this desk until it is opened again."""

    reason: str


class DeskClosed(DeskEvent, kw_only=True, frozen=True):
    """Nobody is at the desk."""


class DeskClosing(DeskEvent, kw_only=True, frozen=True):
    """The desk serves out ``queues``, which no other open desk serves, and closes; no tickets for them."""

    queues: list[str]


class CallOffered(DeskEvent, kw_only=True, frozen=True):
    """The hall is about to call somebody to this idle desk, in ``seconds``."""

    seconds: Seconds


class CallDeclined(DeskEvent, kw_only=True, frozen=True):
    """The operator does not take the call that was offered; no other is offered until the desk acts."""

    reason: str


class OfferLapsed(DeskEvent, kw_only=True, frozen=True):
    """Nobody waits any more for the call that was offered."""


class ServiceSuspended(Event, kw_only=True, frozen=True):
    """No tickets for this service."""

    service: str
    reason: str


class ServiceResumed(Event, kw_only=True, frozen=True):
    """Tickets for this service again."""

    service: str
    reason: str | UnsetType = UNSET


class DayOpened(Event, kw_only=True, frozen=True):
    """The business day ``day`` begins; the number series start again."""


class DayClosed(Event, kw_only=True, frozen=True):
    """No more tickets; those still waiting expire in the events that follow."""


class DayClosing(Event, kw_only=True, frozen=True):
    """No more tickets this day; it closes when those who wait have been served."""


class IssuingStopped(Event, kw_only=True, frozen=True):
    """No more tickets in the whole hall."""

    reason: str


class IssuingResumed(Event, kw_only=True, frozen=True):
    """Tickets again."""


class ClosingLimitLifted(Event, kw_only=True, frozen=True):
    """Tickets are issued until the hall closes, whether or not their turn can still come."""

    reason: str


class HallPaused(Event, kw_only=True, frozen=True):
    """Nothing is issued or called; ``text`` is the id of one kept outside the log."""

    kind: str
    text: str | UnsetType = UNSET
    until: Micros | UnsetType = UNSET
    """When the hall goes on by itself: of a break between its hours."""


class HallResumed(Event, kw_only=True, frozen=True):
    """The hall goes on, after ``seconds`` of pause."""

    seconds: Seconds


class OutageNoted(Event, kw_only=True, frozen=True):
    """The server was away from ``began_at`` until this event: a pause that nobody chose."""

    began_at: Micros
    seconds: Seconds


class Announced(Event, kw_only=True, frozen=True):
    """A text for the boards of a zone, or of all; ``text`` is the id of one kept outside the log."""

    text: str
    zone: str | UnsetType = UNSET


class AnnouncementWithdrawn(Event, kw_only=True, frozen=True):
    """A text goes off the boards; ``announcement`` is the seq of ``announced``."""

    announcement: int


class HallConfigured(Event, kw_only=True, frozen=True):
    """The hall's services, desks, classes and policy from here on; ``source`` is file or command."""

    hall: Hall | UnsetType = UNSET
    digest: str
    source: str


class ClockChanged(Event, kw_only=True, frozen=True):
    """The wall clock stepped by more than 5 s against hall time, which is slewed towards it."""

    step_seconds: int


class KeyAnnounced(Event, kw_only=True, frozen=True):
    """By this Ed25519 key the hall signs its heads from here on; ``key`` is its short name.

    ``public`` are its 32 bytes in hex; ``replaces`` names the key before, which signed ``endorsed``.
    """

    key: str
    public: str
    replaces: str | UnsetType = UNSET
    endorsed: str | UnsetType = UNSET


class HeadSigned(Event, kw_only=True, frozen=True):
    """The hall signed the root of the Merkle tree over the ``size`` events before this one.

    ``root`` and ``signature`` are in hex; ``hall`` is its id, ``epoch`` the name of this history.
    """

    size: int
    root: str
    hall: str
    epoch: str
    key: str
    signature: str


class EpochBegun(Event, kw_only=True, frozen=True):
    """The hall goes on from a copy of its log: another server ran it for longer than the copy reaches.

    ``cause`` is restored or promoted; ``epoch`` names the history from here on. Until ``until`` that server
    may have given numbers which this log does not have, so ``skipped`` numbers of each series are left out.
    """

    epoch: str
    cause: str
    skipped: int
    until: Micros


class KioskJoined(Event, kw_only=True, frozen=True):
    """A kiosk that can issue by itself is here; ``kiosk`` is its number in its own series (``A-K3-07``).

    ``key`` is its public key, ``written`` how many lines its journal had: those were written before this.
    """

    kiosk: int
    key: str
    written: int


class KioskLost(Event, kw_only=True, frozen=True):
    """The hall hears such a kiosk no more; it was in contact until ``since``, if not later."""

    kiosk: int
    since: Micros


class EntryRefused(Event, kw_only=True, frozen=True):
    """A ticket that a kiosk issued while the server was away could not be taken in; ``code`` says why."""

    ticket: Number
    service: str
    class_: str = msgspec.field(name="class")
    language: str
    quantity: int
    offline: Offline
    code: str


AnyEvent = (
    TicketIssued
    | TicketCalled
    | JumpConfirmed
    | TicketRecalled
    | ServiceStarted
    | LegCompleted
    | TicketNoShow
    | TicketParked
    | TicketRequeued
    | TicketTransferred
    | TicketCancelled
    | TicketAbandoned
    | TicketExpired
    | TicketReinstated
    | ClassChanged
    | SlipPrinted
    | DeviceReported
    | DeskOpened
    | DeskAssigned
    | DeskPaused
    | DeskClosed
    | ServiceSuspended
    | ServiceResumed
    | DayOpened
    | DayClosed
    | HallConfigured
    | ClockChanged
    | SlipReprinted
    | TicketConfirmed
    | NoteLeft
    | HelpRequested
    | HelpAnswered
    | DeskClosing
    | CallOffered
    | CallDeclined
    | OfferLapsed
    | DayClosing
    | IssuingStopped
    | IssuingResumed
    | ClosingLimitLifted
    | HallPaused
    | HallResumed
    | OutageNoted
    | Announced
    | AnnouncementWithdrawn
    | VisitCheckedIn
    | SlotBooked
    | SlotMoved
    | SlotCancelled
    | SlotLapsed
    | LegBegun
    | LegAdded
    | LegDropped
    | KeyAnnounced
    | HeadSigned
    | EpochBegun
    | KioskJoined
    | KioskLost
    | EntryRefused
)

EVENTS: dict[str, type[Event]] = {snake(kind.__name__): kind for kind in AnyEvent.__args__}
"""Every event by its contract name."""


def kind_of(event: Event) -> str:
    """Give an event's contract name."""
    return str(type(event).__struct_config__.tag)
