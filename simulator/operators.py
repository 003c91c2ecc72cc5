"""An operator at a desk: calls, waits for the visitor, serves, pauses, goes home. Pure.

What an operator believes comes from events alone; each belief leads to the next step, planned ahead. A step
that was planned before the belief changed is called off.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from protocol.words import MINUTE, SECOND, Micros
from simulator.arrivals import Visitor
from simulator.demand import ServiceDemand, lognormal
from simulator.stage import Act, Planned, Said, Stage

REACTION = 2 * SECOND
"""From seeing to pressing."""

RECALL_AFTER = 40 * SECOND
NO_SHOW_AFTER = 90 * SECOND
"""As the hall's default; where it is longer the refusal says by how much."""

RECALLS = 2
TRY_AGAIN = 30 * SECOND
PARKS_AFTER = 2 * MINUTE
"""How far into a service it is found that a paper is missing."""

ENDS = {
    *("leg_completed", "ticket_no_show", "ticket_parked", "ticket_requeued", "ticket_transferred"),
    *("ticket_cancelled", "ticket_abandoned", "ticket_expired"),
}

OUTCOME_USUAL = 0.93
"""How often a service ends with the hall's first outcome."""


@dataclass(slots=True)
class Shift:
    """An operator's day: ``pauses`` are (from, until) in order, ``speed`` divides service times."""

    begin: Micros
    end: Micros
    pauses: list[tuple[Micros, Micros]]
    speed: float = 1.0
    minutes: dict[str, float] = field(default_factory=dict)
    pause_seconds: float = 6.0
    straight_on: float = 0.5


class Operator:
    """One desk's operator. ``state`` is away, idle, called, serving or paused."""

    def __init__(self, desk: str, stage: Stage, services: dict[str, ServiceDemand]) -> None:
        """Stand behind a desk, which somebody else may have."""
        self.desk, self._stage, self._services = desk, stage, services
        self.queues = list(stage.facts.desks[desk])
        self.state, self.ticket, self.since = "away", "", 0
        self._shift = Shift(0, 0, [])
        self._rng = random.Random(desk)  # noqa: S311 - a simulation, to be repeated
        self._planned: list[Planned] = []
        self._visitor: Visitor | None = None
        self._comes_at: Micros | None = None
        self._recalls, self._absent_after = 0, NO_SHOW_AFTER
        self._returned: list[str] = []
        self._is_closing = False

    def begin_day(self, shift: Shift, seed: str) -> None:
        """Plan a day, with the seed of its draws."""
        self._shift, self._rng = shift, random.Random(seed)  # noqa: S311 - as above
        self._returned = []
        # Where the day has begun already they do not all sit down at once.
        self._stage.plan(max(shift.begin, self._stage.at + self._moment(5)), self._sit_down)

    def resume(self) -> None:
        """Go on after past events were heard: plan the next step from what is believed."""
        self._next_step()

    # What is heard.

    def hear(self, event: dict[str, Any], visitor: Visitor | None, *, is_ours: bool) -> None:
        """Take an event of this desk."""
        match event["type"]:
            case "ticket_called":
                self._visitor, self._recalls, self._absent_after = visitor, 0, NO_SHOW_AFTER
                comes = visitor is not None and not visitor.has_left
                self._comes_at = self._stage.at + visitor.walk if visitor and comes else None
                self._turn_to("called", event["ticket"])
            case "ticket_recalled":
                self._recalls = event["recalls"]
                self._turn_to("called", event["ticket"])
            case "service_started":
                self._visitor = visitor
                self._turn_to("serving", event["ticket"])
            case "ticket_reinstated":
                self._visitor, self._comes_at = visitor, self._stage.at
                self._turn_to("serving" if event["state"] == "serving" else "called", event["ticket"])
            case kind if kind in ENDS and event["ticket"] == self.ticket:
                self._turn_to("idle")
            case _:
                self._hear_of_desk(event, is_ours=is_ours)

    def _hear_of_desk(self, event: dict[str, Any], *, is_ours: bool) -> None:
        match event["type"]:
            case "desk_opened":
                self.queues, self._is_closing = list(event["queues"]), False
                self._turn_to("idle" if is_ours else "away")
            case "desk_assigned":
                self.queues = list(event["queues"])
            case "desk_paused":
                self._turn_to("paused" if is_ours else "away")
            case "desk_closed":
                self._turn_to("away")
            case "desk_closing":
                self._is_closing = True
                self._next_step()

    def refused(self, said: Said, code: str, answer: dict[str, Any]) -> None:
        """Hear that the hall said no, and do what a person would."""
        if code in {"desk_not_open", "not_your_desk", "desk_taken", "hall_closed"}:
            self._turn_to("away")
        elif code == "too_soon":
            self._absent_after = answer.get("seconds", 1) * SECOND
            self._next_step()
        elif code == "recall_limit":
            self._recalls = RECALLS
            self._next_step()
        elif code in {"wrong_state", "unknown_ticket", "ticket_elsewhere"} and said["type"] != "call_ticket":
            self._turn_to("idle")
        else:
            self._later(TRY_AGAIN, self._next_step)

    def wake(self) -> None:
        """Somebody waits: call soon."""
        self._call_off()
        self._later(REACTION + self._moment(2), self._call)

    def came_back(self, ticket: str) -> None:
        """Have a visitor who was sent to fetch something at the desk again."""
        self._returned.append(ticket)
        if self.state == "idle":
            self._turn_to("idle")

    # What is done.

    def _turn_to(self, state: str, ticket: str = "") -> None:
        self._stage.floor.idle.pop(self.desk, None)
        if (state, ticket) != (self.state, self.ticket):
            self.since = self._stage.at
        self.state, self.ticket = state, ticket
        self._call_off()
        self._next_step()

    def _next_step(self) -> None:
        {
            "away": lambda: None,
            "idle": self._look_up,
            "called": self._wait_for_visitor,
            "serving": self._serve,
            "paused": self._have_pause,
        }[self.state]()

    def _later(self, delay: Micros, act: Act) -> None:
        """Plan a step, until the belief changes."""
        self._planned.append(self._stage.plan(self._stage.at + delay, act))

    def _call_off(self) -> None:
        for planned in self._planned:
            planned.call_off()
        self._planned.clear()

    def _moment(self, seconds: float) -> Micros:
        return round(self._rng.expovariate(1.0) * seconds * SECOND)

    def _sit_down(self) -> None:
        if self.state == "away" and self._stage.at < self._shift.end:
            self._say("open_desk")

    def _look_up(self) -> None:
        """Idle: go home, have the pause that is due, or call whoever waits; else be woken."""
        self._call_off()
        due, leave = self._next_leave()
        if due <= self._stage.at and not self._is_closing:
            self._later(REACTION, leave)
        elif self._returned or self._stage.floor.waits_for(self.queues):
            self._later(REACTION + self._moment(self._shift.pause_seconds), self._call)
        else:
            self._stage.floor.idle[self.desk] = self
            if due > self._stage.at:
                self._later(due - self._stage.at, self._look_up)

    def _next_leave(self) -> tuple[Micros, Act]:
        """Give when the operator leaves the desk next, and how."""
        pauses = self._shift.pauses
        if pauses and pauses[0][0] < self._shift.end:
            return pauses[0][0], self._pause
        return self._shift.end, self._go_home

    def _call(self) -> None:
        floor = self._stage.floor
        wanted = next((floor.jumps.pop(queue) for queue in self.queues if queue in floor.jumps), "")
        if self._returned:
            self._call_certain(self._returned.pop(0))
        elif wanted and floor.is_waiting(wanted):
            self._call_certain(wanted)
        elif floor.waits_for(self.queues):
            self._say("call_next")
        else:
            self._look_up()

    def _call_certain(self, ticket: str) -> None:
        reason = self._stage.reason("call_ticket")
        self._say("call_ticket", ticket=ticket, reason=reason)

    def _wait_for_visitor(self) -> None:
        if self._comes_at is not None:
            walks = max(0, self._comes_at - self._stage.at)
            self._later(walks + REACTION, lambda: self._about_ticket("serve"))
        if self._recalls < RECALLS:
            self._later(RECALL_AFTER, lambda: self._about_ticket("recall"))
        else:
            self._later(self._absent_after, lambda: self._about_ticket("no_show"))

    def _about_ticket(self, type_: str, **fields: Any) -> None:
        self._say(type_, ticket=self.ticket, **fields)

    def _say(self, type_: str, **fields: Any) -> None:
        """Send a command; what else was planned is called off, since the answer changes the belief."""
        self._call_off()
        self._stage.say(self, type_, desk=self.desk, **fields)

    def _serve(self) -> None:
        visitor = self._visitor
        if visitor and visitor.is_parked:
            visitor.is_parked = False
            self._later(PARKS_AFTER, self._park)
        else:
            self._later(self._service_time(visitor), self._finish)

    def _service_time(self, visitor: Visitor | None) -> Micros:
        service = visitor.service if visitor else ""
        demand = self._services.get(service) or ServiceDemand(id=service or "any")
        mean = self._shift.minutes.get(service, demand.minutes)
        lasts = visitor.lasts if visitor else self._rng.gauss(0.0, 1.0)
        return round(lognormal(mean / self._shift.speed, demand.variation, lasts) * MINUTE)

    def _park(self) -> None:
        self._about_ticket("park", reason=self._stage.reason("park"))

    def _finish(self) -> None:
        visitor, outcomes = self._visitor, self._stage.facts.outcomes
        if visitor and visitor.then:
            service, visitor.then = visitor.then, ""
            visitor.service, visitor.lasts = service, self._rng.gauss(0.0, 1.0)
            self._about_ticket("transfer", service=service, reason=self._stage.reason("transfer"))
            return
        usual = len(outcomes) == 1 or self._rng.random() < OUTCOME_USUAL
        outcome = outcomes[0] if usual else self._rng.choice(outcomes[1:])
        stays = self._next_leave()[0] > self._stage.at and not self._returned
        straight_on = stays and self._rng.random() < self._shift.straight_on
        self._about_ticket("complete", outcome=outcome, call_next=straight_on)

    def _pause(self) -> None:
        self._say("pause_desk", reason=self._stage.reason("pause_desk"))

    def _have_pause(self) -> None:
        """Come back as long after the pause began as it was planned to last."""
        begin, until = self._shift.pauses.pop(0) if self._shift.pauses else (0, 0)
        self._later(until - begin, lambda: self._say("open_desk"))

    def _go_home(self) -> None:
        self._say("close_desk", waiting="serve_out")
