"""The board as data: what is called now and what was called lately, folded from the hall's events. Pure.

A call stands in ``now`` from the call until the visitor is served or the call ends; then, unless it was taken
back, among the ``recent`` ones. It never knows a class: precedence is nobody's business but the visitor's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from protocol.words import MINUTE, Micros

RECENT_CALLS = 12
ROOT_SHOWN = 16

NEWS_MICROS: Micros = MINUTE
"""A call heard of later than this, after a break, is shown and neither spoken nor lit: its visitor knows."""

Ticket = tuple[str, str]
"""A ticket is (number, day of issue)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A ticket called to a desk; ``at`` is hall time of the last call, ``recalls`` how many it had."""

    number: str
    day: str
    desk: str
    language: str = ""
    at: Micros = 0
    recalls: int = 0

    @property
    def ticket(self) -> Ticket:
        """Which ticket it is."""
        return (self.number, self.day)


@dataclass(frozen=True, slots=True)
class Board:
    """What a board shows, newest first; ``at`` is the hall time of the last thing heard.

    ``seal`` is the small print: how many events the log's last signed head covers, and how its root begins.
    """

    now: tuple[Call, ...] = ()
    recent: tuple[Call, ...] = ()
    at: Micros = 0
    seal: str = ""

    def new_since(self, before: "Board", now: Micros = 0) -> list[Call]:
        """Give the calls and recalls that ``before`` did not have and that are news, oldest first."""
        new = (call for call in reversed(self.now) if call not in before.now)
        return [call for call in new if max(now, self.at) - call.at < NEWS_MICROS]


def read_board(snapshot: Mapping[str, Any]) -> Board:
    """Read the board of a snapshot."""
    calls = [(each["state"].lower(), _call_of(each)) for each in snapshot["calls"]]
    now = sorted((call for state, call in calls if state == "called"), key=_age)
    recent = sorted((call for state, call in calls if state != "called"), key=_age)
    head = snapshot.get("head")
    seal = seal_of(head) if head else ""
    return Board(tuple(now), tuple(recent[:RECENT_CALLS]), snapshot.get("at", 0), seal)


def follow(board: Board, events: Iterable[Mapping[str, Any]]) -> Board:
    """Fold events into the board; those that it does not show change nothing but its time."""
    for event in events:
        fold = FOLDS.get(event["type"], _same)
        board = replace(fold(board, event), at=max(board.at, event["at"]))
    return board


def _called(board: Board, event: Mapping[str, Any]) -> Board:
    """Show a call, in place of an older one of this ticket or this desk."""
    call = _call(event)
    others = tuple(each for each in board.now if each.ticket != call.ticket and each.desk != call.desk)
    return replace(_taken_back(board, event), now=(call, *others))


def _answered(board: Board, event: Mapping[str, Any]) -> Board:
    """Move a call to the recent ones: the visitor came, or did not."""
    call = next((each for each in board.now if each.ticket == _ticket(event)), None)
    if call is None:
        return board
    gone = _taken_back(board, event)
    return replace(gone, recent=tuple(sorted((call, *gone.recent), key=_age)[:RECENT_CALLS]))


def _taken_back(board: Board, event: Mapping[str, Any]) -> Board:
    """Show a call no more, nowhere: the ticket waits again, or has ended without being served."""
    ticket = _ticket(event)
    return replace(
        board,
        now=tuple(each for each in board.now if each.ticket != ticket),
        recent=tuple(each for each in board.recent if each.ticket != ticket),
    )


def _reinstated(board: Board, event: Mapping[str, Any]) -> Board:
    """Show again what ended by mistake, if it stands as called again."""
    return _called(board, event) if event.get("state") == "called" and event.get("desk") else board


def _new_day(board: Board, _event: Mapping[str, Any]) -> Board:
    """Forget the recent calls of the day before: its numbers begin again."""
    return replace(board, recent=())


def seal_of(head: Mapping[str, Any]) -> str:
    """Write a head so that a person can compare it with the one on paper."""
    return f"{head['size']} · {head['root'][:ROOT_SHOWN]}"


def _sealed(board: Board, event: Mapping[str, Any]) -> Board:
    """Show another head."""
    return replace(board, seal=seal_of(event))


def _same(board: Board, _event: Mapping[str, Any]) -> Board:
    return board


FOLDS: dict[str, Callable[[Board, Mapping[str, Any]], Board]] = {
    "ticket_called": _called,
    "ticket_recalled": _called,
    "ticket_reinstated": _reinstated,
    "service_started": _answered,
    "leg_completed": _answered,
    "ticket_no_show": _answered,
    "ticket_parked": _taken_back,
    "ticket_requeued": _taken_back,
    "ticket_transferred": _taken_back,
    "ticket_cancelled": _taken_back,
    "ticket_abandoned": _taken_back,
    "ticket_expired": _taken_back,
    "day_opened": _new_day,
    "head_signed": _sealed,
}
"""What each event does to a board."""


def _ticket(event: Mapping[str, Any]) -> Ticket:
    """Read which ticket an event is about: its day of issue is the event's unless it says otherwise."""
    return (event["ticket"], event.get("ticket_day") or event["day"])


def _call(event: Mapping[str, Any]) -> Call:
    number, day = _ticket(event)
    language, recalls = event.get("language") or "", event.get("recalls") or 0
    return Call(number, day, event["desk"], language, event["at"], recalls)


def _call_of(row: Mapping[str, Any]) -> Call:
    """Read a row of a snapshot, which names the day of issue ``day``."""
    return _call({**row, "day": row.get("ticket_day") or row.get("day", "")})


def _age(call: Call) -> int:
    return -call.at
