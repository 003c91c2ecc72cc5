"""How long a newcomer would wait: the hall is run forward, once, with every service taking its usual time.

A deterministic twin of the hall without refinements: one mean per service,
no absences, no pauses; a cold start's interval of 0.6 to 1.6 times the middle. Floats live here and nowhere
else in the rules: what leaves is whole seconds, and the log keeps the answer, not the way to it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace
from math import log
from statistics import NormalDist
from typing import NamedTuple

from protocol.words import SECOND, Micros, Seconds
from server.domain.catalogue import BOOKED
from server.domain.lane import Entry
from server.domain.lanes import NEVER, AnyLane
from server.domain.state import HallState
from server.domain.ticket import Desk, Place, Ticket

Range = tuple[Seconds, Seconds, Seconds]

PRIOR_SECONDS = 8 * 60
PRIOR_LEGS = 20
"""A service nobody has seen takes 8 minutes; that belief weighs as much as 20 legs."""

SPREAD = 0.7
"""Sigma of the logarithm of a service time, for what is left of one that has begun."""

WALK_SECONDS = 30
"""From a call to the service, when the visitor is still walking."""

LOW, HIGH = 0.6, 1.6

OPENS_AFTER: Range = (0, 15 * 60, 60 * 60)
"""When a desk that nobody has open will be opened: a belief as wide as that, which no log has corrected."""

OLD_AFTER: Micros = 10 * SECOND
"""The table is made anew when it is older than this, in hall time."""

MOST_CALLS = 1000
"""The run stops after so many calls; who is still not called is reckoned by the rate of calls until then."""


class Forecast:
    """A table of expected waits per queue and class, made anew now and then and read at each issue."""

    def __init__(self) -> None:
        """Begin with no table."""
        self._table: dict[tuple[str, str], float] = {}
        self._tickets: dict[Place, float] = {}
        self._unattended: dict[str, float] = {}
        self._at: Micros = -OLD_AFTER
        self._arrangement = -1

    def refresh(self, state: HallState, at: Micros) -> None:
        """Make the table anew when it is 10 s old, or when desks or configuration have changed."""
        if at - self._at < OLD_AFTER and state.arrangement == self._arrangement:
            return
        run = _Run(state, at)
        run.play()
        self._table, self._tickets = run.called_at, run.tickets
        self._unattended = _unattended(state, run.newcomers.keys())
        self._at, self._arrangement = at, state.arrangement

    def expected(self, queue: str, class_: str) -> Range:
        """Give [low, middle, high] of who comes now; a wide one when no open desk serves the queue."""
        when = self._table.get((queue, class_))
        if when is not None:
            return _range((when - self._at) / SECOND)
        work = _range(self._unattended.get(queue, 0))
        return work[0] + OPENS_AFTER[0], work[1] + OPENS_AFTER[1], work[2] + OPENS_AFTER[2]

    def expected_of(self, ticket: Ticket, at: Micros) -> Range:
        """Give [low, middle, high] for who waits already; beyond the run's bound, that of a newcomer."""
        when = self._tickets.get(ticket.place)
        if when is None:
            low, middle, high = self.expected(ticket.queue, BOOKED if ticket.booking else ticket.class_)
            held = max(0, ticket.not_before - at) // SECOND
            return max(held, low), max(held, middle), held + high
        return _range((when - at) / SECOND)


def _range(seconds: float) -> Range:
    wait = max(0.0, seconds)
    return round(wait * LOW), round(wait), round(wait * HIGH)


def _unattended(state: HallState, attended: Collection[str]) -> dict[str, float]:
    """Give the work that waits in each queue without an open desk, in seconds, shared by the desks it has."""
    work: dict[str, float] = {}
    for queue in state.catalogue.queues:
        if queue not in attended:
            desks = sum(queue in desk.queues for desk in state.desks.values())
            work[queue] = state.lanes.waiting.get(queue, 0) * PRIOR_SECONDS / max(1, desks)
    return work


def usual_seconds(state: HallState, service: str) -> float:
    """Give the mean of a service's legs, shrunk towards the prior while they are few."""
    seen = state.durations.get(service)
    if seen is None:
        return PRIOR_SECONDS
    return (seen.seconds + PRIOR_LEGS * PRIOR_SECONDS) / (seen.legs + PRIOR_LEGS)


def seconds_left(mean: float, elapsed: float) -> float:
    """Give what is left of a service that has lasted ``elapsed``: E[X - e | X > e], X lognormal."""
    if elapsed <= 1:
        return mean
    z = (log(elapsed) - log(mean) + SPREAD**2 / 2) / SPREAD
    beyond = _NORMAL.cdf(-z)
    if beyond < 1e-9:  # noqa: PLR2004 - so long that the formula divides by nothing: a share of what it took
        return elapsed * SPREAD
    return mean * _NORMAL.cdf(SPREAD - z) / beyond - elapsed


_NORMAL = NormalDist()


@dataclass(slots=True)
class _Line:
    """A lane as the run walks along it."""

    walk: Iterator[Entry]
    head: Entry | None = field(init=False)
    called: int = -1

    def __post_init__(self) -> None:
        self.step()

    def step(self) -> None:
        self.head = next(self.walk, None)
        self.called += 1


class _Newcomer(NamedTuple):
    """Who might come: called when its lane has called ``after`` others, before a larger turn."""

    after: int
    turn: Micros
    class_: str


class _Run:
    """One run: desks by the time they are free, lanes as they empty, newcomers not yet called.

    Tickets held by ``not_before`` are left out. A newcomer can never be delayed by a larger key, nor change
    under a ratio who is called before it: one run without newcomers tells when each of them would be called.
    """

    def __init__(self, state: HallState, at: Micros) -> None:
        state.advance(at)
        self.state, self.at = state, at
        self.called_at: dict[tuple[str, str], float] = {}
        self.tickets: dict[Place, float] = {}
        self.usual: dict[str, float] = {}
        self.lines: dict[int, _Line] = {}
        desks = [desk for desk in state.desks.values() if desk.state == "open"]
        self.desks = {desk.number: self._lines_of(desk) for desk in desks}
        self.newcomers = {queue: self._newcomers(queue) for desk in desks for queue in desk.queues}
        self.free: list[tuple[float, str]] = [(at + self._busy(desk) * SECOND, desk.number) for desk in desks]
        heapify(self.free)

    def _lines_of(self, desk: Desk) -> list[tuple[_Line, Micros]]:
        return [(self._line(lane), credit) for lane, credit in self.state.lanes_of(desk)]

    def _line(self, lane: AnyLane) -> _Line:
        line = self.lines.get(id(lane))
        if line is None:
            line = self.lines[id(lane)] = _Line(lane.walk())
        return line

    def _newcomers(self, queue: str) -> list[_Newcomer]:
        """Give who might come to a queue now, the one who would be called first last."""
        catalogue = self.state.catalogue
        worth = {class_: catalogue.credit(queue, class_) for class_ in ("none", *catalogue.classes)}
        worth[BOOKED] = catalogue.credit(queue, BOOKED, booked=True)
        coming = [self._newcomer(queue, class_, self.at - credit) for class_, credit in worth.items()]
        return sorted(coming, reverse=True)

    def _newcomer(self, queue: str, class_: str, key: Micros) -> _Newcomer:
        """Place one of a class; where a ratio gives it another's turn, it goes right before that turn."""
        by_ratio = self.state.lanes.by_ratio(queue)
        if by_ratio is None:
            return _Newcomer(0, key, class_)
        is_of = self.state.catalogue.is_of_ratio(class_, booked=class_ == BOOKED)
        after, (turn, _) = by_ratio.place((key, self.state.seq + 1), is_of=is_of)
        return _Newcomer(after, turn if turn == key else turn - 1, class_)

    def _busy(self, desk: Desk) -> float:
        ticket = self.state.tickets.get(desk.ticket)
        if ticket is None:
            return 0
        usual = self._usual(ticket)
        if ticket.state == "called":
            return max(0, WALK_SECONDS - (self.at - ticket.last_call_at) / SECOND) + usual
        return seconds_left(usual, (self.at - ticket.served_at) / SECOND)

    def _usual(self, ticket: Ticket) -> float:
        found = self.usual.get(ticket.service)
        if found is None:
            found = self.usual[ticket.service] = usual_seconds(self.state, ticket.service)
        return found

    def play(self) -> None:
        """Let desks call until every newcomer is called, or until the bound."""
        served = {desk.number: desk.queues for desk in self.state.desks.values()}
        calls = 0
        while self.free and calls < MOST_CALLS and any(self.newcomers.values()):
            free_at, desk = self.free[0]
            turn, line = self._choose(desk)
            for queue in served[desk]:
                self._call_newcomers(queue, turn, free_at)
            if line is None or line.head is None:
                heappop(self.free)
                continue
            self.tickets[line.head[2].place] = free_at
            heapreplace(self.free, (free_at + self._usual(line.head[2]) * SECOND, desk))
            line.step()
            calls += 1
        self._reckon(calls)

    def _choose(self, desk: str) -> tuple[Micros, _Line | None]:
        """Give the smallest turn among the heads of a desk's lines, and its line."""
        best, chosen = (NEVER, 0), None
        for line, credit in self.desks[desk]:
            if line.head is not None and (line.head[0] - credit, line.head[1]) < best:
                best, chosen = (line.head[0] - credit, line.head[1]), line
        return best[0], chosen

    def _call_newcomers(self, queue: str, turn: Micros, now: float) -> None:
        """Note who of a queue's newcomers would be called now, before ``turn``."""
        newcomers = self.newcomers[queue]
        while newcomers and newcomers[-1].turn < turn and self._is_due(queue, newcomers[-1].after):
            self.called_at[queue, newcomers.pop().class_] = now

    def _is_due(self, queue: str, after: int) -> bool:
        """Tell whether so many of a queue's plain lane are called."""
        return not after or self._line(self.state.lanes.lane(queue, "")).called >= after

    def _reckon(self, calls: int) -> None:
        """Beyond the bound: the rate of calls so far, over all in the hall with an earlier turn."""
        passed = self.free[0][0] - self.at if self.free else 0
        lanes = [lane for queue in self.newcomers for lane in self.state.lanes.of_queue(queue)]
        for queue, newcomers in self.newcomers.items():
            own = self.state.lanes.by_ratio(queue)
            for after, turn, class_ in newcomers:
                others = (lane.before((turn, self.state.seq + 1)) for lane in lanes if lane is not own)
                earlier = after + sum(others)
                self.called_at[queue, class_] = self.at + passed * max(1.0, earlier / max(1, calls))
