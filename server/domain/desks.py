"""Desks: taken, assigned and paused by operators; how they are left stands in ``closing``."""

from collections.abc import Iterator

from protocol.commands import AssignDesk, CloseDesk, OpenDesk, PauseDesk
from protocol.events import DeskAssigned, DeskClosed, DeskEvent, DeskOpened, DeskPaused
from server.domain import refusals, rights
from server.domain.asking import Ask
from server.domain.calling import refuse_busy
from server.domain.ticket import Desk


def open_desk(ask: Ask[OpenDesk]) -> Iterator[DeskEvent]:
    """Take a desk, resume it after a pause, or take back that it closes.

    Opening one's own open desk again changes nothing. Raises DeskTaken when another has it, OtherDeskTaken
    when the asker has another, and, when ``take_over`` leaves that one, DeskBusy while it has a ticket.
    """
    desk = ask.desk(ask.command.desk)
    mine = desk.operator == ask.actor.id
    if mine and desk.state == "open" and desk.closing is None:
        return
    if desk.operator and not mine and not ask.command.take_over:
        raise refusals.DeskTaken(desk=desk.number, operator=desk.operator)
    other = _other_desk(ask)
    if other is not None:
        if not ask.command.take_over:
            raise refusals.OtherDeskTaken(desk=other.number)
        refuse_busy(ask.state, other)
        yield DeskClosed(desk=other.number)
    queues = list(desk.queues)
    if desk.operator and not mine:
        yield DeskOpened(desk=desk.number, queues=queues, taken_from=desk.operator)
    else:
        yield DeskOpened(desk=desk.number, queues=queues)


def _other_desk(ask: Ask[OpenDesk]) -> Desk | None:
    """Give the other desk that the asker has; ``integration`` may hold any number."""
    if ask.actor.role == "integration":
        return None
    others = (d for d in ask.state.desks.values() if d.operator == ask.actor.id)
    return next((desk for desk in others if desk.number != ask.command.desk), None)


def assign_desk(ask: Ask[AssignDesk]) -> Iterator[DeskAssigned]:
    """Say which queues a desk serves; tickets already there stay. Raises UnknownQueue."""
    desk = ask.desk(ask.command.desk)
    for queue in ask.command.queues:
        if queue not in ask.state.catalogue.queues:
            raise refusals.UnknownQueue(queue=queue)
    yield DeskAssigned(desk=desk.number, queues=list(dict.fromkeys(ask.command.queues)))


def pause_desk(ask: Ask[PauseDesk]) -> Iterator[DeskPaused]:
    """Stop calls to a desk; raises DeskNotOpen, NotYourDesk or DeskBusy."""
    desk = in_reach(ask, ask.command.desk)
    if desk.state != "open":
        raise refusals.DeskNotOpen(desk=desk.number)
    refuse_busy(ask.state, desk)
    yield DeskPaused(desk=desk.number, reason=ask.command.reason)


def in_reach(ask: Ask[PauseDesk] | Ask[CloseDesk], number: str) -> Desk:
    """Give a desk that the asker has, or any desk to those above operators.

    Raises DeskNotOpen or NotYourDesk.
    """
    desk = ask.desk(number)
    if desk.state == "closed":
        raise refusals.DeskNotOpen(desk=number)
    if desk.operator != ask.actor.id and ask.actor.role not in rights.ABOVE:
        raise refusals.NotYourDesk(desk=number)
    return desk
