"""Which commands were carried out already, so that a retry acts once: an actor's id names one command.

Ids are remembered for the last two days of the log, so they survive a restart with it. A refused command is
not remembered: it is decided anew.
"""

from collections.abc import Iterable
from typing import NamedTuple

from protocol import commands as c
from protocol import events as e
from protocol.commands import Command
from server.domain.refusals import IdReused
from server.log import Cause

DAYS = 2

CAUSED: dict[type[Command], tuple[type[e.Event], ...]] = {
    c.IssueTicket: (e.TicketIssued,),
    c.CallNext: (e.TicketCalled,),
    c.CallTicket: (e.TicketCalled,),
    c.ConfirmJump: (e.JumpConfirmed,),
    c.Recall: (e.TicketRecalled,),
    c.Serve: (e.ServiceStarted,),
    c.NoShow: (e.TicketNoShow,),
    c.Complete: (e.LegCompleted,),
    c.Park: (e.TicketParked,),
    c.Requeue: (e.TicketRequeued,),
    c.Transfer: (e.TicketTransferred,),
    c.AddLeg: (e.LegAdded,),
    c.DropLeg: (e.LegDropped,),
    c.SetClass: (e.ClassChanged,),
    c.Cancel: (e.TicketCancelled,),
    c.Reinstate: (e.TicketReinstated,),
    c.Abandon: (e.TicketAbandoned,),
    c.OpenDesk: (e.DeskOpened, e.DeskClosed),
    c.AssignDesk: (e.DeskAssigned,),
    c.PauseDesk: (e.DeskPaused,),
    c.CloseDesk: (e.DeskClosed, e.DeskClosing, e.TicketTransferred, e.TicketCancelled),
    c.SuspendService: (e.ServiceSuspended,),
    c.ResumeService: (e.ServiceResumed,),
    c.OpenDay: (e.DayOpened,),
    c.CloseDay: (e.DayClosed, e.DayClosing, e.TicketTransferred, e.TicketCancelled, e.HallResumed),
    c.ReportDevice: (e.DeviceReported, e.SlipPrinted),
    c.ReprintSlip: (e.SlipReprinted,),
    c.RequestHelp: (e.HelpRequested,),
    c.AnswerHelp: (e.HelpAnswered,),
    c.ConfirmTicket: (e.TicketConfirmed,),
    c.LeaveNote: (e.NoteLeft,),
    c.DeclineCall: (e.CallDeclined,),
    c.ReleaseTicket: (e.TicketRequeued,),
    c.StopIssuing: (e.IssuingStopped,),
    c.ResumeIssuing: (e.IssuingResumed,),
    c.LiftClosingLimit: (e.ClosingLimitLifted,),
    c.Configure: (e.HallConfigured,),
    c.PauseHall: (e.HallPaused,),
    c.ResumeHall: (e.HallResumed,),
    c.Announce: (e.Announced,),
    c.WithdrawAnnouncement: (e.AnnouncementWithdrawn,),
    c.Book: (e.SlotBooked,),
    c.MoveBooking: (e.SlotMoved,),
    c.CancelBooking: (e.SlotCancelled,),
    c.CheckIn: (e.VisitCheckedIn, e.SlotMoved, e.SlotLapsed),
    c.HandIn: (e.KioskJoined, e.TicketIssued, e.EntryRefused),
}
"""The first event that a command can cause: after a restart, all that the log tells of its type."""

Key = tuple[str, str]
"""The actor's id and the command's."""


class Done(NamedTuple):
    """A command that was carried out: its events by seq, and what kind of command it was."""

    first: int
    last: int
    event: str
    command: type[Command] | None

    def must_be(self, command: Command) -> None:
        """Raise IdReused when this was another type of command."""
        if self.command is not None:
            same = self.command is type(command)
        else:
            same = self.event in {str(one.__struct_config__.tag) for one in CAUSED.get(type(command), ())}
        if not same:
            raise IdReused(id=command.id)


def must_be_alike(first: Command, second: Command) -> None:
    """Raise IdReused when two commands of one id are of different types."""
    if type(first) is not type(second):
        raise IdReused(id=second.id)


class Ids:
    """The commands carried out on the open day and the one before."""

    def __init__(self, causes: Iterable[Cause] = ()) -> None:
        """Remember what the log tells; the causes are in the log's order."""
        self._days: dict[str, dict[Key, Done]] = {}
        for cause in causes:
            self.see(cause.seq, cause.day, cause.type, cause.actor.id, cause.command)

    def see(self, seq: int, day: str, event: str, actor_id: str, command_id: str | None) -> None:
        """Remember the command behind an event of the log, the next in order."""
        today = self._days.get(day)
        if today is None:
            today = self._days[day] = {}
            for old in sorted(self._days)[:-DAYS]:
                del self._days[old]
        if command_id is not None:
            key = actor_id, command_id
            known = today.get(key)
            today[key] = Done(seq, seq, event, None) if known is None else known._replace(last=seq)

    def name(self, key: Key, command: type[Command]) -> None:
        """Remember which type of command it was, which the log does not tell."""
        for today in self._days.values():
            if key in today:
                today[key] = today[key]._replace(command=command)

    def find(self, key: Key) -> Done | None:
        """Give what a command did, None for a new one."""
        return next((today[key] for today in self._days.values() if key in today), None)
