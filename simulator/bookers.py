"""Visitors who book a time, and come about then: early, on time, late or never. Pure."""

import random
from collections.abc import Callable, Collection
from typing import Any

from protocol.words import MINUTE, SECOND, Micros
from simulator.arrivals import Visitor
from simulator.demand import Demand
from simulator.stage import Said, Stage

AHEAD = 180 * MINUTE
"""They book so long before the time, or when the hall is first heard of."""

QUARTER = 15 * MINUTE
LATEST, SHORTLY = 9 * MINUTE, MINUTE
TRY_AGAIN = 10 * SECOND
MOST_TRIES = 5

PASSES = {"overloaded", "read_only", "hall_paused"}
"""Refusals after which somebody tries again."""


class Bookers:
    """All of them. Who finds no time to book comes without."""

    def __init__(
        self, stage: Stage, demand: Demand, bookable: Collection[str], walk_in: Callable[[Visitor], None]
    ) -> None:
        """Speak to a hall whose services ``bookable`` take bookings; ``walk_in`` sends one to a kiosk."""
        self._stage, self._demand, self._bookable, self._walk_in = stage, demand.bookings, bookable, walk_in
        self._share = _share(demand, bookable)
        self._rng = random.Random()  # noqa: S311 - seeded when the day begins
        self._asked: dict[str, Visitor] = {}
        self._tries: dict[Visitor, int] = {}
        self._slots: dict[str, Micros] = {}

    def begin_day(self, seed: str) -> None:
        """Draw anew."""
        self._rng = random.Random(f"{seed}/bookings")  # noqa: S311 - a simulation, to be repeated

    def takes(self, visitor: Visitor) -> bool:
        """Tell whether somebody books, and then have them do so."""
        if visitor.service not in self._bookable or self._rng.random() >= self._share:
            return False
        slot = -(-visitor.arrives_at // QUARTER) * QUARTER
        self._stage.plan(slot - AHEAD, lambda: self._book(visitor, slot))
        return True

    def _book(self, visitor: Visitor, slot: Micros) -> None:
        said: dict[str, Any] = {"service": visitor.service, "slot": slot, "class": visitor.class_}
        if visitor.language:
            said["language"] = visitor.language
        if visitor.quantity > 1:
            said["quantity"] = visitor.quantity
        self._ask(visitor, "book", **said)

    def booked(self, event: dict[str, Any]) -> None:
        """Have somebody come about the time that was booked."""
        visitor = self._asked.pop(event["command"] or "", None)
        if visitor is None or self._rng.random() < self._demand.no_show:
            return
        is_early = self._rng.random() < self._demand.early
        usual = max(-LATEST, round(self._rng.gauss(7.0, 6.0) * MINUTE))
        ahead = round(self._demand.early_minutes * MINUTE) if is_early else usual
        booking, slot = event["booking"], event["slot"]
        self._slots[booking] = slot
        self._stage.plan(slot - ahead, lambda: self._check_in(visitor, booking))

    def _check_in(self, visitor: Visitor, booking: str, **choice: str) -> None:
        self._ask(visitor, "check_in", booking=booking, **choice)

    def issued(self, command: str) -> Visitor | None:
        """Give the visitor whose check-in gave a ticket."""
        return self._asked.pop(command, None)

    def refused(self, said: Said, code: str, answer: dict[str, Any]) -> None:
        """Hear that the hall said no: take another time, a ticket, or come without a booking."""
        visitor = self._asked.pop(said["id"], None)
        if visitor is None:
            return
        tries = self._tries[visitor] = self._tries.get(visitor, 0) + 1
        if tries > MOST_TRIES:
            return
        if code == "booking_late":
            self._check_in(visitor, said["booking"], late="walk_in")
        elif said["type"] == "book" and "next" in answer:
            self._book(visitor, answer["next"])
        elif said["type"] == "book":
            self._stage.plan(visitor.arrives_at, lambda: self._walk_in(visitor))
        elif code in PASSES:
            self._stage.plan(self._stage.at + TRY_AGAIN, lambda: self._check_in(visitor, said["booking"]))
        elif code == "hall_closed":  # too early for the doors
            at = max(self._stage.at + TRY_AGAIN, self._slots[said["booking"]] - SHORTLY)
            self._stage.plan(at, lambda: self._check_in(visitor, said["booking"]))

    def _ask(self, visitor: Visitor, type_: str, **fields: Any) -> None:
        said = self._stage.say(self, type_, **fields)
        self._asked[said["id"]] = visitor


def _share(demand: Demand, bookable: Collection[str]) -> float:
    """Give which share of the visitors of those services books, so that as many do as the demand says."""
    shares = {each.id: each.share for each in demand.service}
    of_them = sum(share for service, share in shares.items() if service in bookable)
    a_day = max(demand.arrivals.visitors.values(), default=0.0)
    able = a_day * of_them / (sum(shares.values()) or 1.0)
    return min(1.0, demand.bookings.visitors / able) if able else 0.0
