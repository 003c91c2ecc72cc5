"""Giving a visitor a turn."""

from collections.abc import Iterator
from datetime import date
from itertools import chain, islice

from msgspec import UNSET

from protocol.commands import IssueTicket
from protocol.events import TicketIssued
from protocol.hall import Queue, Service
from protocol.words import SECOND, Micros, Number
from server.domain import journeys, refusals, rights, slots
from server.domain.asking import Ask
from server.domain.forecast import Forecast, Range
from server.domain.hours import hours_of
from server.domain.lane import Turn
from server.domain.lanes import lane_of
from server.domain.state import HallState
from server.domain.stranding import closing_queues
from server.domain.ticket import Ticket

MOST_WALKED = 1000

CLASS_SERIES = Queue(id="class", prefix="", first=1, last=999)
"""The numbers of a class with a prefix of its own."""


def issue(ask: Ask[IssueTicket], forecast: Forecast) -> Iterator[TicketIssued]:
    """Give the next number of the series, with the people ahead and the expected wait.

    Raises what ``may_issue`` raises, UnknownClass, TooMany, PersonNeeded, ClassUsed, BookedOnly or
    TooLateToday; and NotAllowed for an operator, who may issue at the own desk only (``walking_up``).
    """
    state, command = ask.state, ask.command
    if ask.actor.role == "operator" and command.desk is None:
        raise refusals.NotAllowed
    service = may_issue(ask, command.service)
    state.catalogue.check_class(command.class_)
    refuse_too_many(service, command.quantity)
    refuse_used(state, service.id, command.class_, command.person)
    route = journeys.route_of(state, service, command.route)
    place_of = slots.place_for_walk_in(state, service, ask.at)
    counted = state.catalogue.counted(command.class_, is_seen=ask.actor.role in rights.WITNESSES)
    forecast.refresh(state, ask.at)
    if command.desk is None:
        _refuse_too_late(ask, service, forecast.expected(service.queue, counted))
    yield TicketIssued(
        ticket=next_number(state, service.queue, command.class_),
        service=service.id,
        queue=service.queue,
        class_=command.class_,
        language=command.language or state.hall.hall.languages[0],
        quantity=command.quantity,
        ahead=newcomer_behind(state, service.queue, counted, ask.at),
        expected_wait_seconds=forecast.expected(service.queue, counted),
        desk=command.desk or UNSET,
        print_at=command.print_at or UNSET,
        person=(command.person if state.catalogue.is_once_per_day(command.class_) else None) or UNSET,
        place_of=place_of or UNSET,
        route=route or UNSET,
    )


def _refuse_too_late(ask: Ask[IssueTicket], service: Service, expected: Range) -> None:
    """Raise TooLateToday when the hall stops as it is full, and the turn would come after its closing."""
    state = ask.state
    if not state.hall.policy.stop_when_full or state.limit_lifted or state.hall.hall.round_the_clock:
        return
    found = hours_of(state.hall, date.fromisoformat(state.day))
    if found is None or found[1] <= state.opened_at:  # opened outside its hours, by command
        return
    if ask.at + expected[1] * SECOND > found[1]:
        later = slots.times(state, found[1], slots.next_free(state, service, ask.at))
        raise refusals.TooLateToday(service=service.id, **later)


def refuse_too_many(service: Service, quantity: int) -> None:
    """Raise TooMany for more at once than the service takes."""
    if 1 < service.most_at_once < quantity:
        raise refusals.TooMany(service=service.id, most=service.most_at_once)


def refuse_used(state: HallState, service: str, class_: str, person: str | None) -> None:
    """Raise PersonNeeded or ClassUsed where a person may use a class once a day for a service."""
    if not state.catalogue.is_once_per_day(class_):
        return
    if person is None:
        raise refusals.PersonNeeded
    if (class_, service, person) in state.used:
        raise refusals.ClassUsed(service=service, **{"class": class_})


def may_issue(ask: Ask[IssueTicket], service: str) -> Service:
    """Give the service if tickets are given for it now.

    Raises HallClosed, HallPaused, IssuingStopped, UnknownService, ServiceSuspended or QueueClosing.
    """
    state = ask.state
    ask.must_be_open()
    ask.refuse_paused()
    if state.closing:
        raise refusals.HallClosed
    if state.issuing_stopped:
        raise refusals.IssuingStopped(reason=state.issuing_stopped)
    found = ask.served(service)
    if state.is_restless and found.queue in closing_queues(state):
        raise refusals.QueueClosing(service=found.id)
    return found


def next_number(state: HallState, queue: str, class_: str) -> Number:
    """Give the next number of the series that is neither open nor used this day.

    Past the end of its series a number grows a digit. A new epoch leaves some out (``epochs``).
    """
    prefix = state.catalogue.prefix(queue, class_)
    found = state.catalogue.classes.get(class_)
    series = CLASS_SERIES if found and found.prefix else state.catalogue.queues[queue]
    count = state.series.get(prefix, series.first - 1 + state.skipped[0]) + 1
    width = len(str(series.last))
    while True:
        number = f"{prefix}{count:0{width}}"
        if number not in state.tickets and (state.day, number) not in state.ended:
            return number
        count += 1


def newcomer_behind(
    state: HallState, queue: str, counted: str, arrived_at: Micros, *, booked: bool = False
) -> int:
    """Count who is called before a newcomer of a class that counts, whose ``seq`` will be the latest."""
    key = arrived_at - state.catalogue.credit(queue, counted, booked=booked)
    turn = key, state.seq + 1
    return _ahead(state, queue, turn, is_of=state.catalogue.is_of_ratio(counted, booked=booked))


def ahead(state: HallState, ticket: Ticket) -> int:
    """Count who is called in its queue before a ticket that waits, if nobody else comes."""
    turn, is_of = (ticket.key, ticket.seq), state.catalogue.is_of(ticket)
    return _ahead(state, ticket.queue, turn, ticket.ask, is_of=is_of)


def _ahead(state: HallState, queue: str, turn: Turn, ask: str = "", *, is_of: bool) -> int:
    lanes = state.lanes.of_queue(queue)
    by_ratio = None if ask else state.lanes.by_ratio(queue)
    if by_ratio is None:
        return sum(lane.before(turn) for lane in lanes)
    count, turn = by_ratio.place(turn, is_of=is_of)
    return count + sum(lane.before(turn) for lane in lanes if lane is not by_ratio)


def place(state: HallState, ticket: Ticket) -> tuple[int, int]:
    """Count who goes before a waiting ticket in its queue, and who of them came later.

    The later ones have a key within the largest credit before its arrival; a walk over them is cut at
    ``MOST_WALKED``.
    """
    own, since = state.lanes.lane(*lane_of(ticket)), ticket.arrived_at - state.catalogue.largest_credit()
    turn = own.turn_of(ticket)
    walk = chain.from_iterable(
        own.first(ticket, since) if lane is own else lane.until(turn, since)
        for lane in state.lanes.of_queue(ticket.queue)
    )
    later = sum(other.arrived_at > ticket.arrived_at for _, _, other in islice(walk, MOST_WALKED))
    return ahead(state, ticket), later
