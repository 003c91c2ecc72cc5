"""Desks, services and days end, and whoever ends them says what becomes of those who wait."""

from collections.abc import Iterable, Iterator

from msgspec import UNSET

from protocol.commands import (
    CloseDay,
    CloseDesk,
    LiftClosingLimit,
    ReleaseTicket,
    ResumeIssuing,
    StopIssuing,
    SuspendService,
)
from protocol.events import (
    ClosingLimitLifted,
    DayClosing,
    DeskClosed,
    DeskClosing,
    Event,
    IssuingResumed,
    IssuingStopped,
    ServiceSuspended,
    TicketCancelled,
    TicketRequeued,
    TicketTransferred,
)
from protocol.hall import Service
from server.domain import day, refusals
from server.domain.asking import Ask
from server.domain.calling import refuse_busy
from server.domain.desks import in_reach
from server.domain.state import HallState
from server.domain.stranding import last_queues, left_behind, servers
from server.domain.ticket import Desk, Ticket


def suspend(ask: Ask[SuspendService]) -> Iterator[Event]:
    """Issue no more tickets for a service; who waits stays, unless ``waiting`` says otherwise.

    Raises UnknownService, NoDeskServes, and what ``_goal`` raises.
    """
    service = ask.state.catalogue.leaf(ask.command.service)
    goal = _goal(ask)
    if goal is not None and goal.id == service.id:
        raise refusals.Malformed(path="$.to")
    waiting = [ticket for ticket in _waiting(ask) if ticket.service == service.id]
    _refuse_stranding(ask.state, waiting, goal)
    yield ServiceSuspended(service=service.id, reason=ask.command.reason)
    yield from _dispose(ask, waiting, goal, ask.command.reason)


def close_desk(ask: Ask[CloseDesk]) -> Iterator[Event]:
    """Leave a desk; without ``waiting`` those whom no other open desk serves stay, stranded.

    Serving out, which a paused desk cannot, it goes on until the last of them, and no tickets are given for
    its last queues. Raises DeskNotOpen, NotYourDesk, DeskBusy unless they are served out, NoDeskServes, and
    what ``_goal`` raises.
    """
    state, command = ask.state, ask.command
    desk = in_reach(ask, command.desk)
    goal = _goal(ask)
    if command.waiting == "serve_out" and desk.state == "open":
        if desk.closing is None:
            yield DeskClosing(desk=desk.number, queues=last_queues(state, desk))
        return
    refuse_busy(state, desk)
    left = left_behind(state, desk)
    if command.waiting == "serve_out" and left:
        raise refusals.DeskNotOpen(desk=desk.number)
    _refuse_stranding(state, left, goal, desk)
    yield from _dispose(ask, left, goal, "desk_closed")
    yield DeskClosed(desk=desk.number)


def close_day(ask: Ask[CloseDay]) -> Iterator[Event]:
    """Close the day before its hours end; without ``waiting``, who still waits has expired.

    Served out or moved, the day closes by itself when the last of them has gone. Raises HallClosed,
    NoDeskServes, and what ``_goal`` raises.
    """
    ask.must_be_open()
    goal = _goal(ask)
    if ask.command.waiting in {"serve_out", "transfer"}:
        others = [ticket for ticket in _waiting(ask) if goal is not None and ticket.service != goal.id]
        _refuse_stranding(ask.state, others, goal)
        if not ask.state.closing:
            yield DayClosing()
        yield from _dispose(ask, others, goal, "day_closed")
        return
    if ask.command.waiting == "cancel":
        yield from _dispose(ask, _waiting(ask, "waiting", "parked"), None, "day_closed")
    yield from day.close(ask.state, ask.at)


def stop_issuing(ask: Ask[StopIssuing]) -> Iterator[IssuingStopped]:
    """Give no more tickets in the whole hall; those given are served. Raises HallClosed."""
    ask.must_be_open()
    if ask.state.issuing_stopped != ask.command.reason:
        yield IssuingStopped(reason=ask.command.reason)


def lift_limit(ask: Ask[LiftClosingLimit]) -> Iterator[ClosingLimitLifted]:
    """Give tickets to the end of the day; given anyway, this changes nothing. Raises HallClosed."""
    ask.must_be_open()
    if ask.state.hall.policy.stop_when_full and not ask.state.limit_lifted:
        yield ClosingLimitLifted(reason=ask.command.reason)


def resume_issuing(ask: Ask[ResumeIssuing]) -> Iterator[IssuingResumed]:
    """Give tickets again; where they are given anyway this changes nothing."""
    if ask.state.issuing_stopped:
        yield IssuingResumed()


def release_ticket(ask: Ask[ReleaseTicket]) -> Iterator[TicketRequeued]:
    """Let a ticket wait again with the arrival it had, whoever has its desk.

    Raises HallClosed, UnknownDesk, WrongState or TicketElsewhere.
    """
    ask.must_be_open()
    desk = ask.desk(ask.command.desk)
    ticket = ask.ticket_here(ask.command, desk, "release")
    yield TicketRequeued(
        ticket=ticket.number,
        ticket_day=ask.ticket_day(ticket),
        desk=desk.number,
        reason=ask.command.reason,
        arrived_at=ticket.arrived_at,
    )


def _goal(ask: Ask[SuspendService] | Ask[CloseDesk] | Ask[CloseDay]) -> Service | None:
    """Give the service that those who wait are moved to.

    Raises Malformed unless ``to`` stands with ``transfer`` and only there, UnknownService, ServiceSuspended.
    """
    to, moves = ask.command.to, ask.command.waiting == "transfer"
    if moves != (to is not None):
        raise refusals.Malformed(path="$.to")
    return None if to is None else ask.served(to)


def _refuse_stranding(
    state: HallState, tickets: list[Ticket], goal: Service | None, leaving: Desk | None = None
) -> None:
    """Raise NoDeskServes where tickets would be moved to where no open desk but the leaving one serves."""
    if not tickets or goal is None:
        return
    goes = leaving is not None and leaving.state == "open" and goal.queue in leaving.queues
    if servers(state).get((goal.queue, ""), 0) == int(goes):
        raise refusals.NoDeskServes(service=goal.id)


def _waiting(ask: Ask[SuspendService] | Ask[CloseDay], *states: str) -> list[Ticket]:
    """Give who waits, in order of issue."""
    found = [t for t in ask.state.tickets.values() if t.state in (states or ("waiting",))]
    return sorted(found, key=lambda ticket: ticket.seq)


def _dispose(
    ask: Ask[SuspendService] | Ask[CloseDesk] | Ask[CloseDay],
    tickets: Iterable[Ticket],
    goal: Service | None,
    reason: str,
) -> Iterator[Event]:
    """Move tickets with the arrival they had, withdraw them, or leave them, as ``waiting`` says."""
    for ticket in tickets:
        if goal is not None:
            yield TicketTransferred(
                ticket=ticket.number,
                ticket_day=ask.ticket_day(ticket),
                service=goal.id,
                queue=goal.queue,
                reason=reason,
                arrived_at=ticket.arrived_at,
            )
        elif ask.command.waiting == "cancel":
            yield TicketCancelled(
                ticket=ticket.number,
                ticket_day=ask.ticket_day(ticket),
                desk=ticket.desk or UNSET,
                reason=reason,
            )
