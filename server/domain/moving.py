"""Moving a ticket: aside, back to waiting, to another lane, to another class, or out."""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import Abandon, Cancel, Park, Requeue, SetClass, Transfer
from protocol.events import (
    ClassChanged,
    Event,
    TicketAbandoned,
    TicketCancelled,
    TicketParked,
    TicketRequeued,
    TicketTransferred,
)
from protocol.words import MINUTE, Micros
from server.domain import issuing, refusals
from server.domain.asking import Ask
from server.domain.serving import close_behind
from server.domain.ticket import Desk, Ticket


def park(ask: Ask[Park]) -> Iterator[TicketParked]:
    """Set a ticket aside at this desk; given a time, it is a head of this desk from then on."""
    ask.must_be_open()
    desk = ask.own_desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "park")
    yield TicketParked(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=desk.number,
        reason=ask.command.reason,
        not_before=ask.command.not_before or UNSET,
    )


def requeue(ask: Ask[Requeue]) -> Iterator[TicketRequeued]:
    """Put a ticket back behind those who wait; after an unanswered call it is no head for some minutes."""
    ask.must_be_open()
    desk = ask.own_desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "requeue")
    yield TicketRequeued(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=desk.number,
        reason=ask.command.reason,
        not_before=ask.command.not_before or _absent_until(ask, ticket) or UNSET,
    )


def _absent_until(ask: Ask[Requeue], ticket: Ticket) -> Micros:
    minutes = ask.state.hall.policy.requeue_after_minutes
    return ask.at + minutes * MINUTE if ticket.state == "called" and minutes else 0


def transfer(ask: Ask[Transfer]) -> Iterator[TicketTransferred]:
    """End this leg and let a new one wait: for a service, for a desk, or for a specialty.

    ``back`` plans a leg after it: this service again, at this desk. Raises Malformed unless it is one of the
    three, or without a desk to come back to, and UnknownService, ServiceSuspended, UnknownDesk,
    UnknownSpecialty or NotServedHere when nobody could ever call it there.
    """
    command = ask.command
    if [command.service, command.to_desk, command.to_specialty].count(None) != 2:  # noqa: PLR2004 - of three
        raise refusals.Malformed(path="$.service")
    ask.must_be_open()
    ticket = ask.ticket_in_hand(command, "transfer")
    if command.back and ticket.desk in {"", command.to_desk}:
        raise refusals.Malformed(path="$.back")
    service, queue = _goal(ask, ticket)
    yield TicketTransferred(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=ticket.desk or UNSET,
        service=service,
        queue=queue,
        to_desk=command.to_desk or UNSET,
        to_specialty=command.to_specialty or UNSET,
        reason=command.reason,
        back_to=ticket.desk if command.back else UNSET,
    )


def _goal(ask: Ask[Transfer], ticket: Ticket) -> tuple[str, str]:
    """Give the service and the queue of the new leg."""
    command = ask.command
    if command.service is not None:
        leaf = ask.served(command.service)
        return leaf.id, leaf.queue
    if command.to_desk is not None:
        return ticket.service, _queue_at([ask.desk(command.to_desk)], ticket)
    specialty = command.to_specialty or ""
    desks = [ask.desk(facts.number) for facts in ask.state.hall.desk if specialty in facts.specialties]
    if not desks:
        raise refusals.UnknownSpecialty(specialty=specialty)
    return ticket.service, _queue_at(desks, ticket)


def _queue_at(desks: list[Desk], ticket: Ticket) -> str:
    """Keep the ticket's queue where one of the desks serves it, else take their first queue."""
    queues = [queue for desk in desks for queue in desk.queues]
    if not queues:
        raise refusals.NotServedHere(desk=desks[0].number, ticket=ticket.number)
    return ticket.queue if ticket.queue in queues else queues[0]


def set_class(ask: Ask[SetClass]) -> Iterator[ClassChanged]:
    """Give or take a ground for precedence; the reference time stays.

    Raises UnknownClass, and PersonNeeded or ClassUsed for one that is for once a day, unless it is claimed.
    """
    state, command = ask.state, ask.command
    ticket = ask.ticket(command, "set_class")
    state.catalogue.check_class(command.class_)
    is_new = command.class_ != ticket.class_ and state.catalogue.is_once_per_day(command.class_)
    if is_new:
        issuing.refuse_used(state, ticket.service, command.class_, command.person)
    yield ClassChanged(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        class_=command.class_,
        reason=command.reason,
        person=(command.person if is_new else None) or UNSET,
    )


def cancel(ask: Ask[Cancel]) -> Iterator[Event]:
    """Withdraw a ticket, with a reason."""
    ticket = ask.ticket_in_hand(ask.command, "cancel")
    desk = ticket.desk
    yield TicketCancelled(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=desk or UNSET,
        reason=ask.command.reason,
    )
    if desk:
        yield from close_behind(ask.state, ask.desk(desk))


def abandon(ask: Ask[Abandon]) -> Iterator[TicketAbandoned]:
    """Let a visitor leave before any call; a visitor may do so with the own ticket only."""
    ticket = ask.ticket(ask.command, "abandon")
    if ask.actor.kind == "visitor" and ask.actor.id != ticket.number:
        raise refusals.NotAllowed
    yield TicketAbandoned(ticket=ticket.number, ticket_day=ask.ticket_day(ticket))
