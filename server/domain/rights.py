"""Who may do what: the roles, their groups, and for each command the roles that may send it.

``server/calls.py`` says the same of each HTTP call, page and Socket.IO event, with these groups; together
they are the one table that the server decides by. What depends on the desk or the ticket the rules ask.
"""

from collections.abc import Set as AbstractSet

from protocol import commands as c
from server.domain import refusals

NOBODY = "nobody"
"""The role of a stranger, who books a time without being known."""

VISITOR = "visitor"
"""The role of whoever holds the token of a visit."""

DEVICE_ROLES = ("kiosk", "board", "desk", "reader", "integration", "standby")
OPERATOR_ROLES = ("operator", "lead", "greeter", "inspector", "manager", "admin")
ROLES = (NOBODY, VISITOR, *DEVICE_ROLES, *OPERATOR_ROLES)

Roles = frozenset[str]

EVERYONE: Roles = frozenset(ROLES)
KNOWN = EVERYONE - {NOBODY}
STANDBY: Roles = frozenset({"standby"})
"""A second server, which has all that the hall has."""

TOKENS = KNOWN - {VISITOR} - STANDBY
"""Every other device with a token, and every operator."""

PEOPLE: Roles = frozenset(OPERATOR_ROLES)
KIOSKS: Roles = frozenset({"kiosk"})
DEVICES: Roles = frozenset(DEVICE_ROLES) - {"reader"}

ABOVE: Roles = frozenset({"lead", "manager", "admin", "integration"})
"""Who may jump the queue with a reason, or stand for another's jump; suspend services, pause the hall, and
take any desk out of use."""

FLOOR = ABOVE | {"greeter"}
"""Who may act on tickets that wait."""

WITNESSES = FLOOR | {"operator"}
"""Who sees evidence: a class that needs it before it counts does so when one of them gives it."""

DESK = ABOVE | {"operator", "desk"}
"""Who may work at a desk. A desk's token acts as the operator who has that desk open."""

MANAGING: Roles = frozenset({"manager", "admin", "integration"})
MANAGERS = MANAGING - {"integration"}
MAY_CHECK = MANAGERS | {"lead"}

HEARS_ALL: Roles = frozenset({"manager", "admin", "inspector", "reader", "integration"})
"""Who may read the log."""

SEES_HALL = HEARS_ALL | FLOOR
"""Who hears every event while it happens: besides them those who walk the floor."""

BOOKERS = FLOOR | {NOBODY, "kiosk"}
"""Who may book for a visitor; a stranger by the calls about bookings alone, where tries are counted."""

BOOKS_HERE = BOOKERS | {VISITOR}
"""Who may use those calls: to them whoever holds a visit's token is a stranger too."""

MAY: dict[type[c.Command], Roles] = {
    c.IssueTicket: FLOOR | {"kiosk", "operator", "desk"},
    c.Book: BOOKERS,
    c.MoveBooking: BOOKERS,
    c.CancelBooking: BOOKERS,
    c.CheckIn: FLOOR | {"kiosk"},
    c.ReprintSlip: FLOOR | {"kiosk"},
    c.RequestHelp: FLOOR | {"kiosk", VISITOR},
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
    c.Abandon: FLOOR | {VISITOR},
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
    c.ReportDevice: DEVICES | {"standby"},
    c.HandIn: frozenset({"kiosk"}),
}


def check(command: c.Command, role: str) -> None:
    """Raise NotAllowed unless this role may send this command; one without a line is nobody's."""
    require(role, MAY.get(type(command), frozenset()))


def require(role: str, may: AbstractSet[str]) -> None:
    """Raise NotSignedIn for a stranger, and NotAllowed for any other role, unless it is among those."""
    if role in may:
        return
    raise refusals.NotSignedIn if role == NOBODY else refusals.NotAllowed


def told(may: AbstractSet[str]) -> str:
    """Say in words who these roles are."""
    named = {EVERYONE: "anyone", KNOWN: "any token, visitor or operator", TOKENS: "any token or operator"}
    named |= {PEOPLE: "operators"}
    if may in named:
        return named[frozenset(may)]
    *most, last = [role for role in ROLES if role in may]
    return f"{', '.join(most)} and {last}" if most else last
