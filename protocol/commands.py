"""What a program or a person may ask of the hall: one struct a command, tagged with its contract name.

A command is answered by the events it caused or by a refusal. Unknown fields are malformed: a misspelt
option must not be ignored by a machine that hands out turns.
"""

from typing import Annotated, Literal

import msgspec

from protocol.hall import Hall
from protocol.journal import Digest, Entry
from protocol.words import Code, CommandId, Day, Language, Number

Time = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
# Without a pattern: beside that of Language in one union it lets msgspec 0.22 fall at the interpreter's end.
Sentence = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]

MOST_LANGUAGES = 12
"""A text in all of them still fits into one frame to a room."""

Text = Sentence | Annotated[dict[Language, Sentence], msgspec.Meta(min_length=1, max_length=MOST_LANGUAGES)]
"""What is shown to people: in the hall's main language, or in several."""

Document = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9 /-]*[A-Za-z0-9][A-Za-z0-9 /-]*$(?!\n)", max_length=40)
]
"""The number of a person's document; it becomes a keyed hash before anything is decided or kept."""

BookingCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{9,20}$(?!\n)")]
"""What the holder of a booking has: its number and eight digits that nobody can guess."""

MOST_LEGS = 20
"""More services than that are no way through a hall."""

MOST_HANDED_IN = 25
"""So many lines of a kiosk's journal are handed in at once: to check their signatures takes 7 ms."""

Fate = Literal["serve_out", "transfer", "cancel"]
"""What becomes of those who wait: still served, moved to a service with their arrival kept, or withdrawn."""


def refuse_blanks(text: Text | None) -> None:
    """Raise ValueError, which makes a command malformed, for a text that says nothing."""
    sentences = text.values() if isinstance(text, dict) else [text or "-"]
    if not all(sentence.strip() for sentence in sentences):
        raise ValueError("Blanks alone say nothing")


def snake(name: str) -> str:
    """Give the contract's name of a struct: ``CallNext`` is ``call_next``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


class Command(
    msgspec.Struct,
    kw_only=True,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="type",
    tag=snake,
):
    """``id`` makes a retry harmless; ``at`` is for the role ``integration`` under a driven clock alone."""

    id: CommandId
    at: Time | None = None


class TicketCommand(Command, kw_only=True, frozen=True):
    """``day`` is the ticket's day of issue; without it the open ticket of that number, else today's."""

    ticket: Number
    day: Day | None = None


class DeskCommand(Command, kw_only=True, frozen=True):
    """Said at a desk that the token is for or that the operator has open."""

    desk: Number


class DeskTicketCommand(TicketCommand, kw_only=True, frozen=True):
    """Said at a desk, about the ticket there."""

    desk: Number


class IssueTicket(Command, kw_only=True, frozen=True):
    """Give a visitor a turn for a service.

    At a ``desk`` it is for a visitor who walked up to it: called there at once if nobody's turn comes before.
    ``print_at`` is the id of the kiosk that prints the slip when a person issues it. ``person`` is asked for
    where a class may be used once a day. ``route`` are the services that follow: those instead of the
    service's own.
    """

    service: Code
    class_: Code = msgspec.field(name="class", default="none")
    language: Language | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    desk: Number | None = None
    print_at: Code | None = None
    person: Document | None = None
    route: Annotated[list[Code], msgspec.Meta(max_length=MOST_LEGS)] | None = None


class Book(Command, kw_only=True, frozen=True):
    """Take a place at a time: ``slot`` is when it begins, one of those that ``GET /api/v1/slots`` lists.

    ``contact`` is free text (a name, a telephone), kept apart from the log until the day of the slot ends.
    """

    service: Code
    slot: Time
    class_: Code = msgspec.field(name="class", default="none")
    language: Language | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    person: Document | None = None
    contact: Annotated[str, msgspec.Meta(pattern=r"\S", max_length=200)] | None = None


class BookingCommand(Command, kw_only=True, frozen=True):
    """About a booking: by the ``code`` of its holder, or, by staff, by its number alone."""

    code: BookingCode | None = None
    booking: Number | None = None


class MoveBooking(BookingCommand, kw_only=True, frozen=True):
    """Take another time for the same service."""

    slot: Time


class CancelBooking(BookingCommand, kw_only=True, frozen=True):
    """Give a place back."""


class CheckIn(BookingCommand, kw_only=True, frozen=True):
    """The visitor is here.

    ``late`` is the choice of who comes too late for the place: a ``walk_in`` ticket, or the next free slot.
    """

    late: Literal["walk_in", "next_slot"] | None = None
    print_at: Code | None = None


class ReprintSlip(TicketCommand, kw_only=True, frozen=True):
    """Print a ticket's slip again.

    From the kiosk that issued it, a copy of the same slip; from a person, a new slip that makes the old void.
    """

    reason: Code
    print_at: Code | None = None


class RequestHelp(Command, kw_only=True, frozen=True):
    """A visitor asks for a person to come: at a kiosk, or from the visit's own page."""

    ticket: Number | None = None
    day: Day | None = None


class AnswerHelp(Command, kw_only=True, frozen=True):
    """Somebody goes there; ``request`` is the seq of ``help_requested``."""

    request: Annotated[int, msgspec.Meta(ge=1, lt=2**53)]


class CallNext(DeskCommand, kw_only=True, frozen=True):
    """Call whoever this desk should serve now."""


class CallTicket(DeskTicketCommand, kw_only=True, frozen=True):
    """Call this ticket: a parked one of this desk, or out of turn (a jump: a right and a reason).

    ``confirmed_by`` only repeats who confirmed beforehand: that they did is read from the log.
    """

    reason: Code
    confirmed_by: Code | None = None


class ConfirmJump(Command, kw_only=True, frozen=True):
    """A second person stands for a jump: one that was made, by ``seq``, or beforehand for a ``ticket``."""

    seq: Annotated[int, msgspec.Meta(ge=1, lt=2**53)] | None = None
    ticket: Number | None = None
    day: Day | None = None

    def __post_init__(self) -> None:
        """Refuse both at once, and neither."""
        if (self.seq is None) == (self.ticket is None):
            raise ValueError("Exactly one of seq and ticket")


class Recall(DeskTicketCommand, kw_only=True, frozen=True):
    """Call again who was called and has not come."""


class Serve(DeskTicketCommand, kw_only=True, frozen=True):
    """The visitor stands at the desk."""


class NoShow(DeskTicketCommand, kw_only=True, frozen=True):
    """Called and recalled to the limit, and absent."""


class Complete(DeskTicketCommand, kw_only=True, frozen=True):
    """The service ended, with an outcome; ``call_next`` calls the next one in the same step.

    A planned service follows whatever the outcome, unless the desk says that this ``ends_visit``.
    """

    outcome: Code
    call_next: bool = False
    ends_visit: bool = False


class AddLeg(TicketCommand, kw_only=True, frozen=True):
    """The visitor at this desk needs another service as well, after those that are planned."""

    desk: Number | None = None
    service: Code
    reason: Code | None = None


class DropLeg(TicketCommand, kw_only=True, frozen=True):
    """The visitor at this desk does not need a planned service."""

    desk: Number | None = None
    service: Code
    reason: Code | None = None


class Park(DeskTicketCommand, kw_only=True, frozen=True):
    """Set aside: the visitor fetches something and returns to this desk."""

    reason: Code
    not_before: Time | None = None


class Requeue(DeskTicketCommand, kw_only=True, frozen=True):
    """Back to waiting, behind those who wait."""

    reason: Code
    not_before: Time | None = None


class Transfer(TicketCommand, kw_only=True, frozen=True):
    """To another service, desk or specialty: exactly one of the three; ``back`` to this desk afterwards."""

    desk: Number | None = None
    service: Code | None = None
    to_desk: Number | None = None
    to_specialty: Code | None = None
    reason: Code
    back: bool = False


class SetClass(TicketCommand, kw_only=True, frozen=True):
    """Give or take a ground for precedence."""

    class_: Code = msgspec.field(name="class")
    reason: Code
    person: Document | None = None


class Cancel(TicketCommand, kw_only=True, frozen=True):
    """Withdraw a ticket, with a reason."""

    desk: Number | None = None
    reason: Code


class Reinstate(TicketCommand, kw_only=True, frozen=True):
    """Correct an end that was none: a slip of the finger, or a visitor who came late."""

    desk: Number | None = None
    reason: Code


class Abandon(TicketCommand, kw_only=True, frozen=True):
    """The visitor leaves before any call."""


class OpenDesk(DeskCommand, kw_only=True, frozen=True):
    """Take a desk, or resume it after a pause; ``take_over`` inherits another's desk with its ticket."""

    take_over: bool = False


class AssignDesk(DeskCommand, kw_only=True, frozen=True):
    """Say which queues a desk serves now."""

    queues: list[Code]


class PauseDesk(DeskCommand, kw_only=True, frozen=True):
    """Stop calling to this desk for a while."""

    reason: Code


class CloseDesk(DeskCommand, kw_only=True, frozen=True):
    """Leave the desk; ``waiting`` says what becomes of those whom no other open desk serves."""

    waiting: Fate | None = None
    to: Code | None = None


class ConfirmTicket(DeskTicketCommand, kw_only=True, frozen=True):
    """After an outage: the visitor of this ticket is still at the desk."""


class ReleaseTicket(DeskTicketCommand, kw_only=True, frozen=True):
    """Free a desk whose operator is gone: its ticket waits again, with the arrival it had."""

    reason: Code


class LeaveNote(DeskTicketCommand, kw_only=True, frozen=True):
    """Tell the next desk something about the visitor here; it is kept apart, and erased at the day's end."""

    text: Annotated[str, msgspec.Meta(pattern=r"\S", max_length=500)]


class DeclineCall(DeskCommand, kw_only=True, frozen=True):
    """Not now: the visitor whom the hall is about to call to this desk is not called here."""

    reason: Code


class SuspendService(Command, kw_only=True, frozen=True):
    """Issue no more tickets for a service; who waits is served out unless ``waiting`` says otherwise."""

    service: Code
    reason: Code
    waiting: Fate | None = None
    to: Code | None = None


class ResumeService(Command, kw_only=True, frozen=True):
    """Issue tickets for a service again."""

    service: Code
    reason: Code | None = None


class OpenDay(Command, kw_only=True, frozen=True):
    """Open the hall's day outside its hours."""


class CloseDay(Command, kw_only=True, frozen=True):
    """Close the hall's day before its hours end; without ``waiting``, who still waits has expired."""

    waiting: Fate | None = None
    to: Code | None = None


class StopIssuing(Command, kw_only=True, frozen=True):
    """Give no more tickets in the whole hall; those given are served."""

    reason: Code


class ResumeIssuing(Command, kw_only=True, frozen=True):
    """Give tickets again."""


class LiftClosingLimit(Command, kw_only=True, frozen=True):
    """Issue tickets today whether or not their turn can still come before the hall closes."""

    reason: Code


class Configure(Command, kw_only=True, frozen=True):
    """Put other rules in force, in a hall that runs.

    ``hall`` is a hall file as TOML, or the tables that it would be; with ``extends = "in-force"`` it says
    only what changes. What would strand who waits is refused, as is a changed order under the old name.
    """

    hall: Annotated[str, msgspec.Meta(max_length=200_000)] | Hall


class PauseHall(Command, kw_only=True, frozen=True):
    """Nothing is issued or called, no timer runs, nobody becomes a no-show."""

    kind: Literal["emergency", "outage", "break"]
    text: Text | None = None

    def __post_init__(self) -> None:
        """Refuse blanks."""
        refuse_blanks(self.text)


class ResumeHall(Command, kw_only=True, frozen=True):
    """Go on where the hall was paused."""


class Announce(Command, kw_only=True, frozen=True):
    """Show a text on the boards and speak it once, in one zone or in all; it stands until it is withdrawn."""

    text: Text
    zone: Code | None = None

    def __post_init__(self) -> None:
        """Refuse blanks."""
        refuse_blanks(self.text)


class WithdrawAnnouncement(Command, kw_only=True, frozen=True):
    """Take a text off the boards; ``announcement`` is the seq of ``announced``."""

    announcement: Annotated[int, msgspec.Meta(ge=1, lt=2**53)]


class AdvanceClock(Command, kw_only=True, frozen=True):
    """Set a driven clock; whatever falls due before is decided first. Leaves no event."""


class ReportDevice(Command, kw_only=True, frozen=True):
    """A device's state; ``kind`` ``printer`` with a ``ticket`` tells what became of its slip."""

    device: Code
    kind: Code
    state: Code
    detail: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    ticket: Number | None = None
    day: Day | None = None


class HandIn(Command, kw_only=True, frozen=True):
    """A kiosk is here again, and hands in what it issued while the server was away.

    ``key`` is its public key, ``written`` how many lines its journal has by now, ``entries`` those that the
    hall does not have yet, in order. Sent at each connection, with no entries too: so the hall knows the key.
    """

    key: Digest
    written: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
    entries: Annotated[list[Entry], msgspec.Meta(max_length=MOST_HANDED_IN)]


AnyCommand = (
    IssueTicket
    | CallNext
    | CallTicket
    | ConfirmJump
    | Recall
    | Serve
    | NoShow
    | Complete
    | Park
    | Requeue
    | Transfer
    | SetClass
    | Cancel
    | Reinstate
    | Abandon
    | OpenDesk
    | AssignDesk
    | PauseDesk
    | CloseDesk
    | SuspendService
    | ResumeService
    | OpenDay
    | CloseDay
    | AdvanceClock
    | ReportDevice
    | ReprintSlip
    | RequestHelp
    | AnswerHelp
    | ConfirmTicket
    | ReleaseTicket
    | LeaveNote
    | DeclineCall
    | StopIssuing
    | ResumeIssuing
    | LiftClosingLimit
    | Configure
    | PauseHall
    | ResumeHall
    | Announce
    | WithdrawAnnouncement
    | Book
    | MoveBooking
    | CancelBooking
    | CheckIn
    | AddLeg
    | DropLeg
    | HandIn
)

COMMANDS: dict[str, type[Command]] = {snake(kind.__name__): kind for kind in AnyCommand.__args__}
"""Every command by its contract name."""
