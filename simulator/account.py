"""A hall's days, accounted from its log: waits, work, jumps, and how well the forecast did. Pure.

Everything is folded from events as they stand in the log, so that any hall's log can be accounted, simulated
or not. Times are microseconds; lists of waits are seconds.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from protocol.words import SECOND, Micros

Event = dict[str, Any]

ENDS = {
    "leg_completed": "completed",
    "ticket_no_show": "no_show",
    "ticket_cancelled": "cancelled",
    "ticket_abandoned": "abandoned",
    "ticket_expired": "expired",
}


@dataclass(slots=True)
class Turn:
    """A ticket on its way: when it was issued, since when it waits for this leg, and what it was promised."""

    service: str
    class_: str
    language: str
    issued_at: Micros
    due_at: Micros
    arrived_at: Micros
    promised: tuple[int, int, int]
    is_first: bool = True
    called_at: Micros = 0
    served_at: Micros = 0
    desk: str = ""


@dataclass(slots=True)
class DeskTime:
    """A desk's day: how long it was open, paused and serving; ``since`` and ``state`` are where it stands."""

    state: str = "closed"
    since: Micros = 0
    open: Micros = 0
    paused: Micros = 0
    serving: Micros = 0
    spells: list[tuple[Micros, Micros]] = field(default_factory=list)
    """From opening to closing."""
    pauses: list[tuple[Micros, Micros]] = field(default_factory=list)
    opened_at: Micros = 0


@dataclass(slots=True)
class Account:
    """What is known after the events so far."""

    tickets: int = 0
    calls: int = 0
    recalls: int = 0
    jumps: int = 0
    jumped: int = 0
    overtaken: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    unclosed: int = 0
    waits: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    """By (service, class): from issue to the first call."""
    walks: list[float] = field(default_factory=list)
    services: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    """By (service, desk): from serve to complete."""
    errors: list[float] = field(default_factory=list)
    """Of the forecast: its middle less the wait."""
    covered: int = 0
    issues: list[tuple[Micros, str, str, str]] = field(default_factory=list)
    """(at, service, class, language) of each ticket."""
    left_after: list[float] = field(default_factory=list)
    """Seconds after which somebody gave up."""
    transfers: Counter[tuple[str, str]] = field(default_factory=Counter)
    routes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """The ways through several services for which tickets were issued."""
    kiosks: set[str] = field(default_factory=set)
    """The printers that slips came from."""
    desks: dict[str, DeskTime] = field(default_factory=dict)
    zone: str = "UTC"
    targets: dict[str, tuple[int, int]] = field(default_factory=dict)
    first_at: Micros = 0
    last_at: Micros = 0
    _turns: dict[str, Turn] = field(default_factory=dict)
    _completed: Turn | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Fold events, in order."""
        for event in events:
            self.first_at = self.first_at or event["at"]
            self.last_at = event["at"]
            fold = _FOLDS.get(event["type"])
            if fold is not None:
                fold(self, event)

    def finish(self) -> None:
        """Count the desks that are still open up to the last event."""
        for desk in self.desks.values():
            _pass(desk, self.last_at)

    def turn(self, event: Event) -> Turn | None:
        """Give the turn of an event's ticket; None when it began before this account."""
        return self._turns.get(event["ticket"])

    def desk(self, number: str) -> DeskTime:
        """Give a desk's time."""
        return self.desks.setdefault(number, DeskTime())

    def open_turn(self, ticket: str, turn: Turn) -> None:
        """Begin a turn."""
        self._turns[ticket] = turn

    def end_turn(self, ticket: str) -> None:
        """Forget a turn, but for the last: its next leg may begin right afterwards."""
        self._completed = self._turns.pop(ticket, None)

    def go_on(self, event: Event) -> None:
        """Let the turn that was just completed wait for its next service; then it has not ended."""
        self.ends["completed"] -= 1
        turn = self._completed
        if turn is not None:
            turn.service, turn.arrived_at = event["service"], event["at"]
            self.open_turn(event["ticket"], turn)


def _configured(account: Account, event: Event) -> None:
    hall = event.get("hall")
    if hall:
        account.zone = hall["hall"]["time_zone"]
        for service in hall["service"]:
            target = service.get("target", {})
            account.targets[service["id"]] = target.get("minutes", 15), target.get("percent", 80)


def _issued(account: Account, event: Event) -> None:
    account.tickets += 1
    account.issues.append((event["at"], event["service"], event["class"], event["language"]))
    if "route" in event:
        account.routes[event["service"], *event["route"]] += 1
    low, middle, high = event["expected_wait_seconds"]
    account.open_turn(
        event["ticket"],
        Turn(
            service=event["service"],
            class_=event["class"],
            language=event["language"],
            issued_at=event["at"],
            due_at=max(event["at"], event.get("slot", 0)),
            arrived_at=event["at"],
            promised=(low, middle, high),
        ),
    )


def _printed(account: Account, event: Event) -> None:
    is_named = event["device"] not in {"", "printer"}
    account.kiosks.add(event["device"] if is_named else event["actor"]["id"])


def _called(account: Account, event: Event) -> None:
    account.calls += 1
    account.overtaken += event["overtaken"]
    account.jumps += bool(event["jumped"])
    account.jumped += len(event["jumped"])
    turn = account.turn(event)
    if turn is None:
        return
    turn.called_at, turn.desk = event["at"], event["desk"]
    if turn.is_first:
        turn.is_first = False
        wait = (event["at"] - turn.issued_at) / SECOND
        since_slot = max(0.0, (event["at"] - turn.due_at) / SECOND)
        account.waits.setdefault((turn.service, turn.class_), []).append(since_slot)
        account.errors.append(turn.promised[1] - wait)
        account.covered += turn.promised[0] <= wait <= turn.promised[2]


def _recalled(account: Account, _: Event) -> None:
    account.recalls += 1


def _served(account: Account, event: Event) -> None:
    turn, desk = account.turn(event), account.desk(event["desk"])
    _pass(desk, event["at"])
    desk.state = "serving"
    if turn is not None:
        turn.served_at = event["at"]
        account.walks.append((event["at"] - turn.called_at) / SECOND)


def _completed(account: Account, event: Event) -> None:
    turn = account.turn(event)
    is_closed = event["outcome"] != "unclosed"
    account.unclosed += not is_closed
    if turn is not None and turn.served_at and is_closed:
        seconds = (event["at"] - turn.served_at) / SECOND
        account.services.setdefault((event["service"], event["desk"]), []).append(seconds)
    _ended(account, event)


def _transferred(account: Account, event: Event) -> None:
    turn = account.turn(event)
    if turn is not None:
        account.transfers[turn.service, event["service"]] += 1
        turn.service, turn.arrived_at = event["service"], event["at"]
    _free(account, event)


def _ended(account: Account, event: Event) -> None:
    account.ends[ENDS[event["type"]]] += 1
    turn = account.turn(event)
    if turn is not None and event["type"] == "ticket_abandoned":
        account.left_after.append((event["at"] - turn.arrived_at) / SECOND)
    _free(account, event)
    account.end_turn(event["ticket"])


def _free(account: Account, event: Event) -> None:
    number = event.get("desk")
    if number:
        desk = account.desk(number)
        _pass(desk, event["at"])
        if desk.state == "serving":
            desk.state = "open"


def _pass(desk: DeskTime, at: Micros) -> None:
    """Count the time since the desk's state changed."""
    passed = at - desk.since
    if desk.state in {"open", "serving"}:
        desk.open += passed
    if desk.state == "serving":
        desk.serving += passed
    if desk.state == "paused":
        desk.paused += passed
    desk.since = at


def _desk_opened(account: Account, event: Event) -> None:
    desk = account.desk(event["desk"])
    if desk.state == "paused":
        desk.pauses.append((desk.since, event["at"]))
    if desk.state == "closed":
        desk.opened_at = event["at"]
    _pass(desk, event["at"])
    desk.state = "open"


def _desk_paused(account: Account, event: Event) -> None:
    desk = account.desk(event["desk"])
    _pass(desk, event["at"])
    desk.state = "paused"


def _desk_closed(account: Account, event: Event) -> None:
    desk = account.desk(event["desk"])
    _pass(desk, event["at"])
    if desk.state != "closed":
        desk.spells.append((desk.opened_at, event["at"]))
    desk.state = "closed"


_FOLDS = {
    "hall_configured": _configured,
    "ticket_issued": _issued,
    "visit_checked_in": _issued,
    "slip_printed": _printed,
    "ticket_called": _called,
    "ticket_recalled": _recalled,
    "service_started": _served,
    "leg_completed": _completed,
    "ticket_no_show": _ended,
    "ticket_cancelled": _ended,
    "ticket_abandoned": _ended,
    "ticket_expired": _ended,
    "ticket_parked": _free,
    "ticket_requeued": _free,
    "ticket_transferred": _transferred,
    "leg_begun": Account.go_on,
    "desk_opened": _desk_opened,
    "desk_paused": _desk_paused,
    "desk_closed": _desk_closed,
}
