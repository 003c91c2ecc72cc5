"""A command on the hall's table: who asks what of which hall, when, and what all rules ask first."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import UNSET, UnsetType

from protocol.commands import Command, TicketCommand
from protocol.events import Actor
from protocol.words import Micros, Number
from server.domain import day, lifecycle, refusals, rights
from server.domain.state import HallState
from server.domain.ticket import Desk, Ticket

C_co = TypeVar("C_co", bound=Command, covariant=True)


@dataclass(frozen=True, slots=True)
class Ask(Generic[C_co]):
    """One command before it is decided."""

    state: HallState
    command: C_co
    actor: Actor
    at: Micros

    def desk(self, number: Number) -> Desk:
        """Give a desk; raises UnknownDesk."""
        desk = self.state.desks.get(number)
        if desk is None:
            raise refusals.UnknownDesk(desk=number)
        return desk

    def own_desk(self, number: Number) -> Desk:
        """Give the asker's open desk; raises DeskNotOpen or NotYourDesk."""
        desk = self.desk(number)
        if desk.state != "open":
            raise refusals.DeskNotOpen(desk=number)
        if desk.operator != self.actor.id:
            raise refusals.NotYourDesk(desk=number)
        return desk

    def ticket(self, command: TicketCommand, verb: str) -> Ticket:
        """Give the ticket that is meant; raises UnknownTicket, or WrongState by the lifecycle."""
        ticket = self.state.find(command.ticket, command.day)
        if ticket is None:
            raise refusals.UnknownTicket(ticket=command.ticket)
        if verb not in lifecycle.verbs(ticket.state):
            raise refusals.WrongState(ticket=ticket.number, state=ticket.state, verb=verb)
        return ticket

    def ticket_here(self, command: TicketCommand, desk: Desk, verb: str) -> Ticket:
        """Give a ticket that is called, served or parked at this desk; raises TicketElsewhere."""
        ticket = self.ticket(command, verb)
        if ticket.desk != desk.number:
            raise refusals.TicketElsewhere(ticket=ticket.number, at_desk=ticket.desk, desk=desk.number)
        return ticket

    def must_hold(self, ticket: Ticket) -> None:
        """Raise unless the asker may take an open ticket from where it is: from a desk, or from waiting."""
        if ticket.state == "waiting" or (ticket.state == "parked" and self.actor.role in rights.FLOOR):
            if self.actor.role not in rights.FLOOR:
                raise refusals.NotAllowed
            return
        self.own_desk(ticket.desk)

    def must_be_open(self) -> None:
        """Raise HallClosed unless the day is open."""
        if not self.state.is_open:
            raise refusals.HallClosed

    def ticket_day(self, ticket: Ticket) -> str | UnsetType:
        """Give the ticket's day of issue where it is not that of an event now."""
        return UNSET if ticket.day == day.today(self.state, self.at) else ticket.day
