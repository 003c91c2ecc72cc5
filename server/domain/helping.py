"""A visitor asks for a person to come, and somebody goes."""

from collections.abc import Iterator

from protocol.commands import AnswerHelp, RequestHelp
from protocol.events import HelpAnswered, HelpRequested
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.ticket import Ticket


def request(ask: Ask[RequestHelp]) -> Iterator[HelpRequested]:
    """Ask for help; who asks already and waits for it causes nothing more.

    Raises UnknownTicket, and NotAllowed for a visitor with a ticket that is not the own one.
    """
    ticket = _ticket(ask)
    if ask.actor.kind == "visitor" and (ticket is None or ticket.number != ask.actor.id):
        raise refusals.NotAllowed
    day = ticket.day if ticket else ""
    for call in ask.state.help.values():
        # A visitor is known by the number, which another day gives again.
        if call.asker == ask.actor.id and (ask.actor.kind != "visitor" or call.day == day):
            return
    if ticket is None:
        yield HelpRequested()
    else:
        yield HelpRequested(ticket=ticket.number, ticket_day=ask.ticket_day(ticket))


def answer(ask: Ask[AnswerHelp]) -> Iterator[HelpAnswered]:
    """Say that somebody goes there; raises UnknownRequest."""
    if ask.command.request not in ask.state.help:
        raise refusals.UnknownRequest(request=ask.command.request)
    yield HelpAnswered(request=ask.command.request)


def _ticket(ask: Ask[RequestHelp]) -> Ticket | None:
    number = ask.command.ticket
    ticket = ask.state.find(number, ask.command.day) if number else None
    if number and ticket is None:
        raise refusals.UnknownTicket(ticket=number)
    return ticket
