"""Which role may send which command; what depends on the desk or the ticket is asked in the rules."""

from protocol import commands as c
from protocol.events import Actor
from server.domain import refusals

ABOVE = frozenset({"lead", "manager", "admin", "integration"})
"""Who may jump the queue with a reason, or stand for another's jump; suspend services, pause the hall, and
take any desk out of use."""

FLOOR = ABOVE | {"greeter"}
"""Who may act on tickets that wait."""

WITNESSES = FLOOR | {"operator"}
"""Who sees evidence: a class that needs it before it counts does so when one of them gives it."""

DESK = ABOVE | {"operator"}
"""Who may open a desk."""

MANAGING = frozenset({"manager", "admin", "integration"})

DEVICES = frozenset({"kiosk", "board", "desk", "integration"})

MAY: dict[type[c.Command], frozenset[str]] = {
    c.IssueTicket: FLOOR | {"kiosk", "operator"},
    c.Book: FLOOR | {"kiosk", "visitor"},
    c.MoveBooking: FLOOR | {"kiosk", "visitor"},
    c.CancelBooking: FLOOR | {"kiosk", "visitor"},
    c.CheckIn: FLOOR | {"kiosk"},
    c.ReprintSlip: FLOOR | {"kiosk"},
    c.RequestHelp: FLOOR | {"kiosk", "visitor"},
    c.AnswerHelp: FLOOR,
    c.ConfirmTicket: DESK,
    c.LeaveNote: DESK,
    c.DeclineCall: DESK,
    c.CallNext: DESK,
    c.CallTicket: DESK,
    c.ConfirmJump: ABOVE,
    c.Recall: DESK,
    c.Serve: DESK,
    c.NoShow: DESK,
    c.Complete: DESK,
    c.Park: DESK,
    c.Requeue: DESK,
    c.Transfer: DESK | FLOOR,
    c.AddLeg: DESK,
    c.DropLeg: DESK,
    c.SetClass: FLOOR,
    c.Cancel: DESK | FLOOR,
    c.Reinstate: DESK | FLOOR,
    c.Abandon: FLOOR | {"visitor"},
    c.OpenDesk: DESK,
    c.AssignDesk: MANAGING,
    c.PauseDesk: DESK,
    c.CloseDesk: DESK,
    c.SuspendService: ABOVE,
    c.ResumeService: ABOVE,
    c.ReleaseTicket: ABOVE,
    c.StopIssuing: ABOVE,
    c.ResumeIssuing: ABOVE,
    c.LiftClosingLimit: ABOVE,
    c.Configure: MANAGING,
    c.PauseHall: ABOVE,
    c.ResumeHall: ABOVE,
    c.Announce: ABOVE,
    c.WithdrawAnnouncement: ABOVE,
    c.OpenDay: MANAGING,
    c.CloseDay: MANAGING,
    c.AdvanceClock: frozenset({"integration"}),
    c.ReportDevice: DEVICES,
    c.HandIn: frozenset({"kiosk"}),
}


def check(command: c.Command, actor: Actor) -> None:
    """Raise NotAllowed unless the asker's role may send this command."""
    if actor.role not in MAY[type(command)]:
        raise refusals.NotAllowed
