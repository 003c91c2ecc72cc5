"""A command on the hall's table: who asks what of which hall, when, and what all rules ask first."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import UnsetType

from protocol.commands import Cancel, Command, TicketCommand, Transfer
from protocol.events import Actor
from protocol.hall import Service
from protocol.words import Micros, Number
from server.domain import lifecycle, refusals, rights
from server.domain.hours import today
from server.domain.state import HallState
from server.domain.ticket import Desk, Ticket

C_co = TypeVar("C_co", bound=Command, covariant=True)


@dataclass(slots=True)
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

    def ticket_in_hand(self, command: Transfer | Cancel, verb: str) -> Ticket:
        """Give a ticket that the asker may take from where it is: from the own desk, or from waiting.

        Raises NotAllowed when only the floor may, TicketElsewhere when ``desk`` is another than the ticket's.
        """
        if command.desk is not None:
            self.own_desk(command.desk)
        ticket = self.ticket(command, verb)
        if command.desk is not None and ticket.desk not in {"", command.desk}:
            raise refusals.TicketElsewhere(ticket=ticket.number, at_desk=ticket.desk, desk=command.desk)
        if ticket.state in {"waiting", "parked"} and self.actor.role in rights.FLOOR:
            return ticket
        if ticket.state == "waiting":
            raise refusals.NotAllowed
        self.own_desk(ticket.desk)
        return ticket

    def must_be_open(self) -> None:
        """Raise HallClosed unless the day is open."""
        if not self.state.is_open:
            raise refusals.HallClosed

    def refuse_paused(self) -> None:
        """Raise HallPaused while the hall is paused."""
        pause = self.state.pause
        if pause is not None:
            raise refusals.HallPaused(kind=pause.kind)

    def served(self, service: str) -> Service:
        """Give a service that takes visitors; raises UnknownService or ServiceSuspended."""
        found = self.state.catalogue.leaf(service)
        if found.id in self.state.suspended:
            raise refusals.ServiceSuspended(service=found.id)
        return found

    def ticket_day(self, ticket: Ticket) -> str | UnsetType:
        """Give the ticket's day of issue where it is not that of an event now."""
        return ticket.day_beside(today(self.state, self.at))
