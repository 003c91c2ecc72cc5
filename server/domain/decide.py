"""From a command to the events it causes, or to a refusal: the one door to the rules."""

from collections.abc import Callable, Iterator
from typing import Any

from protocol import commands as c
from protocol.events import Actor, Event
from protocol.words import Micros
from server.domain import (
    announcing,
    booking,
    calling,
    closing,
    day,
    desks,
    devices,
    handing_in,
    helping,
    issuing,
    journeys,
    jumps,
    moving,
    offering,
    pausing,
    reinstating,
    rights,
    services,
    serving,
    slips,
    walking_up,
)
from server.domain.asking import Ask
from server.domain.forecast import Forecast
from server.domain.state import HallState


def decide(
    state: HallState, command: c.Command, actor: Actor, at: Micros, forecast: Forecast
) -> Iterator[Event]:
    """Yield the facts that a command causes, without their stamp.

    Each fact must be stamped and folded into ``state`` before the next one is asked for. A Refusal is
    raised before the first fact or not at all.
    """
    state.advance(at)
    ask: Ask[Any] = Ask(state, command, actor, at)
    if isinstance(command, handing_in.LoseKiosk):
        return handing_in.lost(ask)
    rights.check(command, actor.role)
    if isinstance(command, c.IssueTicket):
        return walking_up.issue(ask, forecast) if command.desk else issuing.issue(ask, forecast)
    if isinstance(command, c.CheckIn):
        return booking.check_in(ask, forecast)
    if isinstance(command, c.HandIn):
        return handing_in.hand_in(ask, forecast)
    return _RULES[type(command)](ask)


def _nothing(_: Ask[c.AdvanceClock]) -> Iterator[Event]:
    """Cause nothing: the engine sets a driven clock before it decides."""
    return iter(())


_RULES: dict[type[c.Command], Callable[[Ask[Any]], Iterator[Event]]] = {
    c.CallNext: calling.call_next,
    c.CallTicket: calling.call_ticket,
    c.ConfirmJump: jumps.confirm,
    c.Recall: calling.recall,
    c.Serve: serving.serve,
    c.NoShow: serving.no_show,
    c.Complete: serving.complete,
    c.Park: moving.park,
    c.Requeue: moving.requeue,
    c.Transfer: moving.transfer,
    c.AddLeg: journeys.add_leg,
    c.DropLeg: journeys.drop_leg,
    c.SetClass: moving.set_class,
    c.Cancel: moving.cancel,
    c.Abandon: moving.abandon,
    c.Reinstate: reinstating.reinstate,
    c.OpenDesk: desks.open_desk,
    c.AssignDesk: desks.assign_desk,
    c.PauseDesk: desks.pause_desk,
    c.CloseDesk: closing.close_desk,
    c.ReleaseTicket: closing.release_ticket,
    c.SuspendService: closing.suspend,
    c.ResumeService: services.resume,
    c.OpenDay: day.open_day,
    c.CloseDay: closing.close_day,
    c.StopIssuing: closing.stop_issuing,
    c.ResumeIssuing: closing.resume_issuing,
    c.LiftClosingLimit: closing.lift_limit,
    c.PauseHall: pausing.pause_hall,
    c.ResumeHall: pausing.resume_hall,
    c.Announce: announcing.announce,
    c.WithdrawAnnouncement: announcing.withdraw,
    c.AdvanceClock: _nothing,
    c.ReportDevice: devices.report,
    c.ReprintSlip: slips.reprint,
    c.RequestHelp: helping.request,
    c.AnswerHelp: helping.answer,
    c.ConfirmTicket: serving.confirm,
    c.LeaveNote: serving.leave_note,
    c.DeclineCall: offering.decline,
    c.Configure: services.put_in_force,
    c.Book: booking.book,
    c.MoveBooking: booking.move,
    c.CancelBooking: booking.cancel,
}
