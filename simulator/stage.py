"""What the simulated people stand on: the time, the agenda, who waits, and a way to speak to the hall. Pure.

Nobody here sends anything: commands are collected, and whoever conducts the play sends them and brings back
events and refusals. Only events change what is believed of the hall, whoever caused them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Protocol

from protocol.words import Micros
from simulator.arrivals import Visitor

Act = Callable[[], None]
Said = dict[str, Any]
"""A command as it is sent, less its time."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the simulation needs of ``GET /api/v1/hall``; ``reasons`` are the first of each verb."""

    time_zone: str
    services: dict[str, str]
    desks: dict[str, list[str]]
    zones: list[str]
    classes: list[str]
    outcomes: list[str]
    reasons: dict[str, str]
    bookable: frozenset[str] = frozenset()

    @classmethod
    def of(cls, hall: dict[str, Any]) -> "Facts":
        """Take them from the hall's answer."""
        leaves: dict[str, str] = {}
        bookable: set[str] = set()
        nodes = list(hall["services"])
        while nodes:
            node = nodes.pop()
            nodes += node.get("children", [])
            if node.get("queue"):
                leaves[node["id"]] = node["queue"]
            if node.get("bookable"):
                bookable.add(node["id"])
        reasons: dict[str, str] = {}
        for reason in hall["reasons"]:
            for verb in reason["verbs"]:
                reasons.setdefault(verb, reason["id"])
        return cls(
            time_zone=hall["time_zone"],
            services=leaves,
            desks={desk["number"]: desk["queues"] for desk in hall["desks"]},
            zones=[zone["id"] for zone in hall["zones"]],
            classes=[class_["id"] for class_ in hall["classes"]],
            outcomes=[outcome["id"] for outcome in hall["outcomes"]],
            reasons=reasons,
            bookable=frozenset(bookable),
        )


@dataclass(slots=True)
class Planned:
    """Something that is to happen, unless it is called off before."""

    act: Act | None

    def call_off(self) -> None:
        """Let it not happen."""
        self.act = None


class Agenda:
    """What is to happen, in order of time; what falls on one time happens in the order it was planned."""

    def __init__(self, tick: Micros) -> None:
        """Round every time up to a multiple of ``tick``, so that what happens about then happens together."""
        self._tick, self._count = tick, 0
        self._heap: list[tuple[Micros, int, Planned]] = []

    def add(self, at: Micros, planned: Planned) -> None:
        """Plan an act."""
        self._count += 1
        heappush(self._heap, (-(-at // self._tick) * self._tick, self._count, planned))

    @property
    def next_at(self) -> Micros | None:
        """Give the time of the next act; None when nothing is planned."""
        while self._heap and self._heap[0][2].act is None:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def act_until(self, at: Micros) -> None:
        """Do all that is planned up to a time."""
        while self._heap and self._heap[0][0] <= at:
            _, _, planned = heappop(self._heap)
            if planned.act is not None:
                planned.act()


class Waker(Protocol):
    """Somebody idle, who may be told that a visitor waits."""

    queues: list[str]

    def wake(self) -> None:
        """Go and call."""


@dataclass(slots=True)
class Floor:
    """Who waits in which queue, and which operators are idle, the longest idle first."""

    waiting: dict[str, dict[str, None]] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    queue_of: dict[str, str] = field(default_factory=dict)
    idle: dict[str, Waker] = field(default_factory=dict)
    jumps: dict[str, str] = field(default_factory=dict)
    """By queue the ticket that a lead wants called out of turn."""

    def come(self, ticket: str, queue: str) -> None:
        """Let a ticket wait, and wake whoever has been idle longest and serves its queue."""
        self.queue_of[ticket] = queue
        self.waiting.setdefault(queue, {})[ticket] = None
        for desk, operator in self.idle.items():
            if queue in operator.queues:
                del self.idle[desk]
                operator.wake()
                return

    def leave(self, ticket: str) -> None:
        """Let a ticket wait no more."""
        self.waiting.get(self.queue_of.get(ticket, ""), {}).pop(ticket, None)

    def end(self, ticket: str) -> None:
        """Forget a ticket."""
        self.leave(ticket)
        self.queue_of.pop(ticket, None)
        self.visitors.pop(ticket, None)

    def waits_for(self, queues: list[str]) -> bool:
        """Tell whether anybody waits in one of the queues."""
        return any(self.waiting.get(queue) for queue in queues)

    def is_waiting(self, ticket: str) -> bool:
        """Tell whether a ticket waits."""
        return ticket in self.waiting.get(self.queue_of.get(ticket, ""), {})

    @property
    def count(self) -> int:
        """Count who waits."""
        return sum(map(len, self.waiting.values()))


class Stage(Protocol):
    """What the play offers to its people."""

    at: Micros
    facts: Facts
    floor: Floor

    def plan(self, at: Micros, act: Act) -> Planned:
        """Plan an act."""

    def say(self, speaker: "Speaker", type_: str, **fields: Any) -> Said:
        """Send a command now, and give it; ``speaker`` hears if it is refused."""

    def reason(self, verb: str) -> str:
        """Give a reason of the hall for a verb."""


class Speaker(Protocol):
    """Who sends commands."""

    def refused(self, said: Said, code: str, answer: dict[str, Any]) -> None:
        """Hear that the hall said no."""
