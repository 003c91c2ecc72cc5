"""A kiosk and its printer: one visitor after another, a slip each, and a roll that comes to its end. Pure."""

from typing import Any

from protocol.words import MINUTE, SECOND, Micros
from simulator.arrivals import Visitor
from simulator.demand import Kiosks
from simulator.stage import Said, Stage

PRINTS_FOR = 2 * SECOND
TRY_AGAIN = 10 * SECOND
NEAR_END = 0.9
"""The printer's sensor sees the end of the roll when this share of it is used."""

PASSES = {"overloaded", "read_only", "too_many_issues", "hall_paused"}
"""Refusals after which a visitor tries again; after any other they go home."""

MOST_TRIES = 5


class Kiosk:
    """One kiosk. ``free_at`` is when its last visitor steps aside."""

    def __init__(self, name: str, stage: Stage, demand: Kiosks) -> None:
        """Stand in the hall, the roll full."""
        self.name, self.free_at, self.turned_away = name, 0, 0
        self._stage, self._demand = stage, demand
        self._slips, self._tries = 0, 0
        self._at_screen: dict[str, Visitor] = {}

    def come(self, visitor: Visitor) -> None:
        """Let a visitor stand before it until it is free, then touch."""
        touches = max(self._stage.at, self.free_at) + visitor.session
        self.free_at = touches + PRINTS_FOR
        self._stage.plan(touches, lambda: self._touch(visitor))

    def _touch(self, visitor: Visitor) -> None:
        asked: dict[str, Any] = {"service": visitor.service, "class": visitor.class_}
        if visitor.language:
            asked["language"] = visitor.language
        if visitor.quantity > 1:
            asked["quantity"] = visitor.quantity
        if visitor.route:
            asked["route"] = list(visitor.route)
        said = self._stage.say(self, "issue_ticket", **asked)
        self._at_screen[said["id"]] = visitor

    def issued(self, command_id: str) -> Visitor | None:
        """Give the visitor whose ticket was issued; the slip is printed meanwhile."""
        visitor = self._at_screen.pop(command_id, None)
        if visitor is not None:
            self._tries = 0
            self._stage.plan(self._stage.at + PRINTS_FOR, lambda: self._print(visitor))
        return visitor

    def refused(self, said: Said, code: str, _: dict[str, Any]) -> None:
        """Hear that the hall said no: the visitor tries again, or goes home."""
        visitor = self._at_screen.pop(said["id"], None)
        if visitor is None:
            return
        self._tries += 1
        if code in PASSES and self._tries < MOST_TRIES:
            self._stage.plan(self._stage.at + TRY_AGAIN, lambda: self._touch(visitor))
        else:
            self._tries = 0
            self.turned_away += 1

    def _print(self, visitor: Visitor) -> None:
        roll = self._demand.slips_per_roll
        if roll and self._slips >= roll:
            self._report("failed", ticket=visitor.ticket)
            return
        self._slips += 1
        self._report("printed", ticket=visitor.ticket)
        if roll and self._slips == round(roll * NEAR_END):
            self._report("paper_near_end")
        if roll and self._slips == roll:
            self._report("paper_out")
            self._stage.plan(self._stage.at + _minutes(self._demand.refill_minutes), self._refill)

    def _refill(self) -> None:
        self._slips = 0
        self._report("ok")

    def _report(self, state: str, **fields: Any) -> None:
        self._stage.say(self, "report_device", device=self.name, kind="printer", state=state, **fields)


def _minutes(minutes: float) -> Micros:
    return round(minutes * MINUTE)
