"""What a program or a person may ask of the hall: one struct a command, tagged with its contract name.

A command is answered by the events it caused or by a refusal. Unknown fields are malformed: a misspelt
option must not be ignored by a machine that hands out turns.
"""

from typing import Annotated

import msgspec

from protocol.words import Code, CommandId, Day, Language, Number

Time = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


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
    """Give a visitor a turn for a service."""

    service: Code
    class_: Code = msgspec.field(name="class", default="none")
    language: Language | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class CallNext(DeskCommand, kw_only=True, frozen=True):
    """Call whoever this desk should serve now."""


class CallTicket(DeskTicketCommand, kw_only=True, frozen=True):
    """Call this ticket: a parked one of this desk, or out of turn (a jump: a right and a reason)."""

    reason: Code
    confirmed_by: Code | None = None


class Recall(DeskTicketCommand, kw_only=True, frozen=True):
    """Call again who was called and has not come."""


class Serve(DeskTicketCommand, kw_only=True, frozen=True):
    """The visitor stands at the desk."""


class NoShow(DeskTicketCommand, kw_only=True, frozen=True):
    """Called and recalled to the limit, and absent."""


class Complete(DeskTicketCommand, kw_only=True, frozen=True):
    """The service ended, with an outcome; ``call_next`` calls the next one in the same step."""

    outcome: Code
    call_next: bool = False


class Park(DeskTicketCommand, kw_only=True, frozen=True):
    """Set aside: the visitor fetches something and returns to this desk."""

    reason: Code
    not_before: Time | None = None


class Requeue(DeskTicketCommand, kw_only=True, frozen=True):
    """Back to waiting, behind those who wait."""

    reason: Code
    not_before: Time | None = None


class Transfer(TicketCommand, kw_only=True, frozen=True):
    """To another service, desk or specialty: exactly one of the three."""

    desk: Number | None = None
    service: Code | None = None
    to_desk: Number | None = None
    to_specialty: Code | None = None
    reason: Code


class SetClass(TicketCommand, kw_only=True, frozen=True):
    """Give or take a ground for precedence."""

    class_: Code = msgspec.field(name="class")
    reason: Code


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
    """Leave the desk."""


class SuspendService(Command, kw_only=True, frozen=True):
    """Issue no more tickets for a service."""

    service: Code
    reason: Code


class ResumeService(Command, kw_only=True, frozen=True):
    """Issue tickets for a service again."""

    service: Code
    reason: Code | None = None


class OpenDay(Command, kw_only=True, frozen=True):
    """Open the hall's day outside its hours."""


class CloseDay(Command, kw_only=True, frozen=True):
    """Close the hall's day before its hours end; who still waits has expired."""


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


AnyCommand = (
    IssueTicket
    | CallNext
    | CallTicket
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
)

COMMANDS: dict[str, type[Command]] = {snake(kind.__name__): kind for kind in AnyCommand.__args__}
"""Every command by its contract name."""
