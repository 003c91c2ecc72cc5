"""The play: a hall's visitors, operators and kiosks through a day, in whatever hall it is conducted. Pure.

``due`` gives the commands that are to be sent by a time, ``hear`` takes what happened, whoever caused it,
``refused`` what the hall did not do. The same demand, seed and answers give the same commands.
"""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from protocol.words import MINUTE, Micros
from simulator.arrivals import Visitor, at_clock, draw, passer_by
from simulator.bookers import Bookers
from simulator.demand import WEEKDAYS, Demand
from simulator.kiosks import Kiosk
from simulator.operators import Operator, Shift
from simulator.stage import Act, Agenda, Facts, Floor, Planned, Said, Speaker

COMES_WITHIN = 4 * MINUTE
"""How long after the beginning of the shift the last operator sits down."""


LEAVE_WITHIN = 3 * MINUTE

OVER = {"leg_completed", "ticket_no_show", "ticket_cancelled", "ticket_abandoned", "ticket_expired"}
ISSUED = {"ticket_issued", "visit_checked_in"}
"""The events that give a ticket; the second to who had booked."""

WAITS_NO_MORE = {*OVER, "ticket_called", "ticket_transferred"}


class Me(NamedTuple):
    """As whom the play acts: its actor's id in the hall, and what every id of its commands begins with."""

    actor: str
    ids: str


class Play:
    """All people and devices of a simulated hall, and what they mean to do. It is their stage, too."""

    def __init__(self, facts: Facts, demand: Demand, seed: str, me: Me, tick: Micros) -> None:
        """Cast the play for a hall; what falls into one ``tick`` counts as one instant."""
        self.at, self.facts, self.demand, self.floor = 0, facts, demand, Floor()
        self.refusals: Counter[str] = Counter()
        self.ended = 0
        self.ids, self._actor, self._seed, self._count = me.ids, me.actor, seed, 0
        self._agenda = Agenda(tick)
        self._sent: dict[str, Speaker] = {}
        self._touched: dict[str, Kiosk] = {}
        self._patience: dict[str, Planned] = {}
        self._completed: Visitor | None = None
        self._out: list[Said] = []
        self._is_catching_up = False
        self._first_day: date | None = None
        services = {each.id: each for each in demand.service}
        self._staffed = {each.number: each for each in demand.desk}
        self.operators = {
            desk: Operator(desk, self, services)
            for desk in facts.desks
            if desk not in self._staffed or self._staffed[desk].is_staffed
        }
        self.kiosks = [
            Kiosk(f"kiosk-{number}", self, demand.kiosks) for number in range(1, demand.kiosks.count + 1)
        ]
        self._bookers = Bookers(self, demand, facts.bookable, self._walk_in)

    # What the conductor asks.

    def begin_day(self, day: date) -> None:
        """Plan a day from now on; what lies before now is left out.

        Its draws are those of the first, the second day of this hall, whatever the date is.
        """
        self._first_day = self._first_day or day
        seed = f"{self._seed}/{(day - self._first_day).days}"
        self._bookers.begin_day(seed)
        for visitor in draw(self.demand, day, self.facts.time_zone, seed):
            if visitor.arrives_at > self.at and not self._bookers.takes(visitor):
                self.plan(visitor.arrives_at, self._arrival(visitor))
        self._begin_shifts(day, seed)
        self._begin_lead(day, seed)

    @property
    def next_at(self) -> Micros | None:
        """Give the time of what happens next; None when the day is played out."""
        return self._agenda.next_at

    def due(self, at: Micros) -> list[Said]:
        """Give the commands that are to be sent at a time, in order."""
        self.at = at
        self._agenda.act_until(at)
        out, self._out = self._out, []
        return out

    def hear(self, events: list[dict[str, Any]]) -> None:
        """Take what happened."""
        for event in events:
            self._hear(event)

    def refused(self, said: Said, answer: dict[str, Any]) -> None:
        """Take that the hall did not do what was said."""
        code = str(answer.get("code", answer.get("title", "refused")))
        self.refusals[f"{said['type']}: {code}"] += 1
        self._touched.pop(said["id"], None)
        self._sent.pop(said["id"]).refused(said, code, answer)

    def done(self, said: Said) -> None:
        """Take that the hall did what was said; what it caused is heard as events."""
        self._sent.pop(said["id"], None)

    def touched_at(self, said: Said) -> str:
        """Name the kiosk at which a command was touched; empty when at none."""
        kiosk = self._touched.get(said["id"])
        return kiosk.name if kiosk else ""

    def catch_up(self, events: list[dict[str, Any]]) -> None:
        """Take the hall's past, each event at its own time, without acting on it."""
        self._is_catching_up = True
        for event in events:
            self.at = event["at"]
            if event["type"] in ISSUED:
                self._first_day = self._first_day or date.fromisoformat(event["day"])
            self._hear(event)
        self._is_catching_up = False

    def resume(self) -> None:
        """Go on after the past, now."""
        for operator in self.operators.values():
            operator.resume()

    # What the people ask: their stage.

    def plan(self, at: Micros, act: Act) -> Planned:
        """Plan an act."""
        planned = Planned(act)
        if not self._is_catching_up:
            self._agenda.add(max(at, self.at), planned)
        return planned

    def say(self, speaker: Speaker, type_: str, **fields: Any) -> Said:
        """Send a command."""
        self._count += 1
        said = {"type": type_, "id": f"{self.ids}-{self._count:07}", **fields}
        self._sent[said["id"]] = speaker
        if isinstance(speaker, Kiosk) and type_ == "issue_ticket":
            self._touched[said["id"]] = speaker
        self._out.append(said)
        return said

    def reason(self, verb: str) -> str:
        """Give a reason of the hall for a verb."""
        return self.facts.reasons.get(verb, "simulated")

    # What happens.

    def _hear(self, event: dict[str, Any]) -> None:
        type_, ticket, floor = event["type"], event.get("ticket", ""), self.floor
        before = floor.visitors.get(ticket)
        if type_ in WAITS_NO_MORE and ticket in self._patience:
            self._patience.pop(ticket).call_off()
        if type_ in ISSUED:
            self._issued(event)
        elif type_ == "slot_booked":
            self._bookers.booked(event)
        elif type_ in {"ticket_requeued", "ticket_transferred"}:
            self._tell_desk(event, before)
            floor.leave(ticket)
            floor.come(ticket, event.get("queue", floor.queue_of.get(ticket, "")))
            return
        elif type_ == "ticket_reinstated":
            self._reinstated(event)
        elif type_ in {"ticket_called", "ticket_parked"}:
            floor.leave(ticket)
            if type_ == "ticket_parked":
                self._fetch(event, before)
        elif type_ == "leg_begun":
            self._goes_on(event)
        elif type_ in OVER:
            floor.end(ticket)
            self.ended += 1
            self._completed = before
        self._tell_desk(event, before)

    def _tell_desk(self, event: dict[str, Any], visitor: Visitor | None) -> None:
        operator = self.operators.get(event.get("desk", ""))
        if operator is not None:
            operator.hear(event, visitor, is_ours=event["actor"]["id"] == self._actor)

    def _issued(self, event: dict[str, Any]) -> None:
        """Give a ticket to the visitor who asked for it; for anybody else's somebody patient waits."""
        ticket, command = event["ticket"], event["command"] or ""
        kiosk = self._touched.pop(command, None)
        visitor = kiosk.issued(command) if kiosk else self._bookers.issued(command)
        if visitor is None:
            seed = f"{self._seed}/{event['day']}/{ticket}"
            visitor = passer_by(self.demand, event["at"], event["service"], seed)
        elif visitor.patience:
            leaves_at = self.at + visitor.patience
            self._patience[ticket] = self.plan(leaves_at, lambda: self._lose_patience(visitor))
        visitor.ticket = ticket
        self.floor.visitors[ticket] = visitor
        held_until, queue = event.get("not_before", 0), event["queue"]
        if held_until > self.at:
            self.plan(held_until, lambda: self._is_there(ticket, queue))
        else:
            self.floor.come(ticket, queue)

    def _is_there(self, ticket: str, queue: str) -> None:
        """Let who booked and came early wait as everybody from now on."""
        if ticket in self.floor.visitors:
            self.floor.come(ticket, queue)

    def _goes_on(self, event: dict[str, Any]) -> None:
        """Let who was just served wait for the next service of their way."""
        ticket, visitor = event["ticket"], self._completed
        if visitor is None:
            seed = f"{self._seed}/{event['day']}/{ticket}"
            visitor = passer_by(self.demand, event["at"], event["service"], seed)
        visitor.service = event["service"]
        self.ended -= 1
        self.floor.visitors[ticket] = visitor
        self.floor.come(ticket, event["queue"])

    def _reinstated(self, event: dict[str, Any]) -> None:
        ticket, queue = event["ticket"], event.get("queue", "")
        if ticket not in self.floor.visitors:
            seed = f"{self._seed}/{event['day']}/{ticket}"
            self.floor.visitors[ticket] = passer_by(self.demand, event["at"], "", seed)
        if event["state"] == "waiting" and queue:
            self.floor.come(ticket, queue)

    def _lose_patience(self, visitor: Visitor) -> None:
        visitor.has_left = True
        if visitor.says_so:
            self.say(self.kiosks[0], "abandon", ticket=visitor.ticket)

    def _fetch(self, event: dict[str, Any], visitor: Visitor | None) -> None:
        """Let who was parked come back to the same desk with what was missing."""
        operator = self.operators.get(event["desk"])
        if operator is not None and visitor is not None:
            minutes = self.demand.visitors.parked_minutes
            self.plan(self.at + round(minutes * MINUTE), lambda: operator.came_back(event["ticket"]))

    def _arrival(self, visitor: Visitor) -> Act:
        return lambda: self._walk_in(visitor)

    def _walk_in(self, visitor: Visitor) -> None:
        """Let a visitor go to the kiosk that is free first."""
        min(self.kiosks, key=lambda kiosk: kiosk.free_at).come(visitor)

    # Who works today.

    def _begin_shifts(self, day: date, seed: str) -> None:
        for desk, operator in self.operators.items():
            rng = random.Random(f"{seed}/shift/{desk}")  # noqa: S311 - a simulation, to be repeated
            is_away = rng.random() < self.demand.operators.away
            shift = self._shift(desk, day, rng)
            if not is_away and shift.end > self.at:
                operator.begin_day(shift, f"{seed}/desk/{desk}")

    def _shift(self, desk: str, day: date, rng: random.Random) -> Shift:
        common, own, zone = self.demand.operators, self._staffed.get(desk), self.facts.time_zone
        begin = at_clock(day, own.begin if own and own.begin else common.begin, zone)
        pauses = [
            (start, start + round(each.minutes * MINUTE))
            for each in self.demand.break_
            for start in [rng.randint(at_clock(day, each.earliest, zone), at_clock(day, each.latest, zone))]
        ] + [
            (at_clock(day, each.begin, zone), at_clock(day, each.end, zone))
            for each in self.demand.closure
            if each.desk == desk
        ]
        nature = random.Random(f"{self._seed}/speed/{desk}")  # noqa: S311 - as above
        usual = nature.lognormvariate(0.0, common.speed_variation)
        return Shift(
            begin=begin + rng.randrange(COMES_WITHIN),
            end=at_clock(day, own.end if own and own.end else common.end, zone) + rng.randrange(LEAVE_WITHIN),
            pauses=sorted(pause for pause in pauses if pause[1] > self.at),
            speed=own.speed if own and own.speed else usual,
            minutes=own.minutes if own else {},
            pause_seconds=common.pause_seconds,
            straight_on=common.straight_on,
        )

    def _begin_lead(self, day: date, seed: str) -> None:
        lead, zone = Lead(self), self.facts.time_zone
        last = self.demand.lead.last_ticket
        if last and at_clock(day, last, zone) > self.at:
            self.plan(at_clock(day, last, zone), lead.serve_out)
        rng = random.Random(f"{seed}/lead")  # noqa: S311 - a simulation, to be repeated
        begin, end = (
            at_clock(day, clock, zone) for clock in (self.demand.operators.begin, self.demand.operators.end)
        )
        passed = rng.expovariate(1.0)
        while passed < self.demand.lead.jumps:
            at = begin + round((end - begin) * passed / self.demand.lead.jumps)
            if at > self.at:
                self.plan(at, lambda: lead.jump(rng))
            passed += rng.expovariate(1.0)


class Lead:
    """Whoever runs the day."""

    def __init__(self, play: Play) -> None:
        """Run this play's hall."""
        self._play = play

    def serve_out(self) -> None:
        """Give no more tickets; the day ends when all who wait have been served."""
        self._play.say(self, "close_day", waiting="serve_out")

    def jump(self, rng: random.Random) -> None:
        """Have somebody who waits called out of turn by the next desk that is free."""
        floor = self._play.floor
        waiting = [(ticket, queue) for queue, tickets in floor.waiting.items() for ticket in tickets]
        if waiting:
            ticket, queue = rng.choice(waiting)
            floor.jumps[queue] = ticket

    def refused(self, said: Said, code: str, answer: dict[str, Any]) -> None:
        """Let it be."""


def next_working_day(demand: Demand, after: date) -> date:
    """Give the next day on which somebody comes; the day after if nobody ever does."""
    days = [after + timedelta(days=ahead) for ahead in range(1, 8)]
    return next((day for day in days if demand.arrivals.visitors.get(WEEKDAYS[day.weekday()])), days[0])
