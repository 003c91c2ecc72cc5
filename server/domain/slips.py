"""A slip is printed again: a copy where the printer may have failed, a new one where the old is lost."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import ReprintSlip
from protocol.events import SlipReprinted
from server.domain import lifecycle, refusals
from server.domain.asking import Ask

MOST_COPIES = 3
"""How often a kiosk may print the slip of a ticket again."""


def reprint(ask: Ask[ReprintSlip]) -> Iterator[SlipReprinted]:
    """Print a slip again: at the kiosk that issued it a copy, from a person a new issue.

    A new issue makes the token of those before void, also of a ticket that ended today. Raises UnknownTicket,
    for a kiosk NotAllowed with another's ticket, WrongState once it ended, and CopyLimit.
    """
    command = ask.command
    ticket = ask.state.find(command.ticket, command.day)
    if ticket is None:
        raise refusals.UnknownTicket(ticket=command.ticket)
    issue, copies = ticket.issue + 1, 0
    if ask.actor.role == "kiosk":
        if ticket.issued_by != ask.actor.id:
            raise refusals.NotAllowed
        if ticket.state not in lifecycle.OPEN:
            raise refusals.WrongState(ticket=ticket.number, state=ticket.state, verb="reprint_slip")
        if ticket.copies >= MOST_COPIES:
            raise refusals.CopyLimit(ticket=ticket.number, copies=ticket.copies)
        issue, copies = ticket.issue, ticket.copies + 1
    yield SlipReprinted(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        issue=issue,
        copies=copies,
        reason=command.reason,
        print_at=command.print_at or UNSET,
    )
