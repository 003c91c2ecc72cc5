"""What devices tell of themselves and of the paper they print."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import ReportDevice
from protocol.events import DeviceReported, Event, SlipPrinted
from server.domain import refusals
from server.domain.asking import Ask

PAPER = ("printed", "unconfirmed", "failed")
"""What may become of a slip."""


def report(ask: Ask[ReportDevice]) -> Iterator[Event]:
    """Note a device's state, or what became of a ticket's slip.

    Raises UnknownTicket, and UnknownOutcome for a slip's state that is none of ``PAPER``.
    """
    command = ask.command
    if command.ticket is None or command.kind != "printer":
        yield DeviceReported(
            device=command.device, kind=command.kind, state=command.state, detail=command.detail or UNSET
        )
        return
    ticket = ask.state.find(command.ticket, command.day)
    if ticket is None:
        raise refusals.UnknownTicket(ticket=command.ticket)
    if command.state not in PAPER:
        raise refusals.UnknownOutcome(outcome=command.state)
    yield SlipPrinted(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        device=command.device,
        outcome=command.state,
        detail=command.detail or UNSET,
    )
