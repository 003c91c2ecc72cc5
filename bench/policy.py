"""Whether the order keeps its promises: seeded days of a hall of 12 services, 30 desks and 1,650 tickets.

``python -m bench.policy`` plays each day through the rules themselves (commands decided, events folded, no
disk) and prints, by load and by how the booked behave, the share of booked visitors called within 10 minutes
of their slot, that of precedence by law called within 15 minutes, and the longest wait of anybody else.

The hall is of the kind of the papers behind the credits: services of 3.5 to 22 minutes, four overlapping
groups of desks and two that serve all, a peak at 09:30, days that differ, 20 % booked, 10 % of the others
with precedence, 12 % with a second service, 8 % who do not come when called, lunches in turn, desks that
stay shut, pauses between visitors. "first come" is the same days without any credit: how hard they are.
"asan" has what ASAN published: 29 % of who booked do not come, 43 % of who comes is two hours early.
"""

import argparse
import heapq
import itertools
import json
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol import commands as c
from protocol import events as e
from protocol.hall import (
    Agency,
    Booking,
    DeskFacts,
    Hall,
    HallFacts,
    Outcome,
    Policy,
    Queue,
    Reason,
    Service,
    TicketClass,
)
from protocol.words import HOUR, MINUTE, SECOND, Micros
from server.clock import DrivenClock
from server.domain.refusals import NobodyWaiting
from server.domain.state import HallState
from server.working import Working

MONDAY: Micros = 1_795_392_000 * SECOND
"""2026-11-23, 00:00 UTC."""

OPENS, CLOSES = 9 * HOUR, 17 * HOUR + 30 * MINUTE
TICKETS = 1650
MEANS = (3.5, 5.0, 7.0, 8.0, 9.0, 10.0, 12.0, 13.0, 14.0, 16.0, 18.0, 22.0)
"""Minutes of service, by service; all ask for the same work a day, so short ones are asked for more often."""

GROUPS, DESKS, UNIVERSAL = 4, 30, 2
ASKED = (1.25, 0.9, 1.0, 1.1, 0.85, 1.15, 0.9, 1.2, 0.95, 0.8, 1.1, 0.8)
"""How much work each service has to the others: no group is quite as large as what it serves asks for."""

WEIGHTS = tuple(work / mean for work, mean in zip(ASKED, MEANS, strict=True))

HALF_HOURS = (1.0, 1.9, 1.7, 1.4, 1.2, 1.05, 0.95, 0.8, 0.75, 0.8, 0.9, 0.95, 0.9, 0.8, 0.6, 0.4)
"""How many come in each half-hour from 09:00, to one another."""

BOOKED, PRECEDENCE, SECOND_SERVICE, ABSENT = 0.20, 0.10, 0.12, 0.08
DAYS_DIFFER, SHUT, PAUSES, PAUSE_SECONDS = 0.08, 0.04, 0.15, 120
"""How much the number of visitors varies; the shares of desks that stay shut, of visits before a pause."""

SLOT_MINUTES = 15
WALK_SECONDS, ABSENT_SECONDS = 40, 150
LUNCH_MINUTES = 30
SYSTEM = e.Actor(kind="device", id="dev-1", role="integration")
IN_TIME_BOOKED, IN_TIME_BY_LAW = 10 * MINUTE, 15 * MINUTE


@dataclass(frozen=True)
class Case:
    """A row of the table: how much work there is to the desks' time, and who behaves how."""

    name: str
    load: float
    no_shows: float = ABSENT
    hours_early: float = 0.0
    has_credits: bool = True


CASES = (
    Case("load 0.9", 0.9),
    Case("load 0.9, first come", 0.9, has_credits=False),
    Case("overload", 1.0),
    Case("overload, first come", 1.0, has_credits=False),
    Case("load 0.9, asan", 0.9, no_shows=0.29, hours_early=0.43),
    Case("overload, asan", 1.0, no_shows=0.29, hours_early=0.43),
)


@dataclass
class Figures:
    """What a day showed, in µs: how late after the slot, and the waits of the others to their first call."""

    booked: list[Micros] = field(default_factory=list)
    by_law: list[Micros] = field(default_factory=list)
    ordinary: list[Micros] = field(default_factory=list)


def a_hall(*, has_credits: bool) -> Hall:
    """Make the hall; without credits all go in the order of arrival, a booked one from the slot on."""
    names = [f"s{n}" for n in range(len(MEANS))]
    none: Any = {"booked_credit_minutes": 0, "further_leg_credit_minutes": 0}
    return Hall(
        hall=HallFacts(id="policy", names={"en": "Policy"}, time_zone="UTC", hours={"mon": ["06:00-24:00"]}),
        policy=Policy(no_show_seconds=60, **({} if has_credits else none)),
        agency=[Agency(id="one", names={"en": "One"})],
        service=[
            Service(
                id=name,
                names={"en": name},
                agency="one",
                queue=f"q{n}",
                booking=Booking(slot_minutes=SLOT_MINUTES, per_slot=99, days_ahead=0),
            )
            for n, name in enumerate(names)
        ],
        queue=[Queue(id=f"q{n}", prefix=chr(65 + n), last=9999) for n in range(len(MEANS))],
        class_=[TicketClass(id="law", names={"en": "Law"}, credit_minutes=60 if has_credits else 0)],
        desk=[DeskFacts(number=str(n + 1), queues=queues_of(n)) for n in range(DESKS)],
        outcome=[Outcome(id="served", names={"en": "Served"})],
        reason=[Reason(id="further", names={"en": "Further"}, verbs=["transfer"])],
    )


def queues_of(desk: int) -> list[str]:
    """Give what a desk serves: its group, the first of the next one, or everything."""
    if desk >= DESKS - UNIVERSAL:
        return [f"q{n}" for n in range(len(MEANS))]
    group = desk % GROUPS
    own = [n for n in range(len(MEANS)) if n % GROUPS == group]
    return [f"q{n}" for n in sorted({*own, (group + 1) % GROUPS})]


class Day:
    """One day: people come, desks call, and what takes time is put off on a heap."""

    def __init__(self, case: Case, seed: int) -> None:
        """Draw who comes when, by the seed."""
        self.case, self.draw = case, random.Random(f"{seed} {case.load}")  # noqa: S311 - days that repeat
        self.working = Working(HallState(), DrivenClock(MONDAY))
        self.working.apply_file(a_hall(has_credits=case.has_credits), "policy")
        self.figures = Figures()
        self.later: list[tuple[Micros, int, Callable[[], None]]] = []
        self.order = itertools.count()
        self.ids = itertools.count()
        self.idle: dict[str, Micros] = {}
        self.lunch: set[str] = set()
        self.first_call: set[str] = set()
        self.pace = {str(n + 1): self.draw.lognormvariate(0, 0.15) for n in range(DESKS)}
        self.minute = self._minute()

    def _minute(self) -> float:
        """Give what a minute of service is in this case: so much that the desks' time is used to the load."""
        weights = WEIGHTS
        mean = sum(weight * minutes for weight, minutes in zip(weights, MEANS, strict=True)) / sum(weights)
        shown = 1 - BOOKED * self.case.no_shows
        legs = TICKETS * shown * (1 + SECOND_SERVICE)
        absent = TICKETS * shown * ABSENT * ABSENT_SECONDS / 60
        desk_minutes = DESKS * (1 - SHUT) * ((CLOSES - OPENS) / MINUTE - LUNCH_MINUTES)
        absent += legs * PAUSES * PAUSE_SECONDS / 60
        return (self.case.load * desk_minutes - absent - legs * WALK_SECONDS / 60) / (legs * mean)

    def do(self, kind: type[c.Command], **said: Any) -> list[e.Event]:
        """Decide a command now."""
        return self.working.decide(kind(id=f"command-{next(self.ids)}", at=self.at, **said), SYSTEM)

    def put_off(self, at: Micros, what: Callable[[], None]) -> None:
        """Do something at a time."""
        heapq.heappush(self.later, (at, next(self.order), what))

    def play(self) -> Figures:
        """Live through the day until the last visitor was served."""
        self.at = MONDAY + 6 * HOUR
        self._draw_visitors()
        self._open_desks()
        while self.later:
            self.at, _, what = heapq.heappop(self.later)
            what()
            self.working.take_batch()
        waiting = len(self.working.state.tickets)
        if waiting:
            message = f"{waiting} visitors were left at the end of the day"
            raise RuntimeError(message)
        return self.figures

    # Who comes.

    def _draw_visitors(self) -> None:
        visitors = round(TICKETS * max(0.75, self.draw.gauss(1, DAYS_DIFFER)))
        booked = round(TICKETS * BOOKED)
        for n in range(booked):
            self._draw_booked(n, booked)
        for _ in range(visitors - booked):
            half = self.draw.choices(range(len(HALF_HOURS)), HALF_HOURS)[0]
            at = MONDAY + OPENS + half * 30 * MINUTE + round(self.draw.random() * 30 * MINUTE)
            class_ = "law" if self.draw.random() < PRECEDENCE else "none"
            service = self._service()
            self.put_off(at, lambda service=service, class_=class_: self._walk_in(service, class_))  # type: ignore[misc]

    def _draw_booked(self, nth: int, of: int) -> None:
        """Book one slot, spread over the day, and have the visitor come to it or not."""
        slots = int((CLOSES - OPENS - HOUR) / (SLOT_MINUTES * MINUTE))
        slot = MONDAY + OPENS + (1 + nth * slots // of) * SLOT_MINUTES * MINUTE
        (event,) = self.do(c.Book, service=self._service(), slot=slot)
        if not isinstance(event, e.SlotBooked):
            raise TypeError(event)
        early = 120.0 if self.draw.random() < self.case.hours_early else max(-9.0, self.draw.gauss(7, 6))
        at = max(MONDAY + OPENS, slot - round(early * MINUTE))
        if self.draw.random() >= self.case.no_shows:
            self.put_off(at, lambda: self._come(event.booking))

    def _service(self) -> str:
        return f"s{self.draw.choices(range(len(MEANS)), WEIGHTS)[0]}"

    def _walk_in(self, service: str, class_: str) -> None:
        (issued,) = self.do(c.IssueTicket, service=service, class_=class_)
        self._offer(issued)

    def _come(self, booking: str) -> None:
        (checked,) = self.do(c.CheckIn, booking=booking)
        if isinstance(checked, e.VisitCheckedIn) and checked.not_before is not msgspec.UNSET:
            self.put_off(checked.not_before, lambda: self._offer(checked))
        else:
            self._offer(checked)

    # What desks do.

    def _open_desks(self) -> None:
        first = 11 * HOUR + 30 * MINUTE
        for n in range(DESKS):
            desk = str(n + 1)
            if self.draw.random() < SHUT and n < DESKS - UNIVERSAL:
                continue
            self.put_off(MONDAY + OPENS, lambda desk=desk: self._open(desk))  # type: ignore[misc]
            begins = MONDAY + first + (n % 6) * LUNCH_MINUTES * MINUTE
            self.put_off(begins, lambda desk=desk: self.lunch.add(desk))  # type: ignore[misc]

    def _open(self, desk: str) -> None:
        self.do(c.OpenDesk, desk=desk)
        self._free(desk)

    def _free(self, desk: str) -> None:
        """Have a desk take its lunch when it is due, else call whoever is next."""
        if desk in self.lunch:
            self.lunch.discard(desk)
            self.put_off(self.at + LUNCH_MINUTES * MINUTE, lambda: self._free(desk))
            return
        try:
            (called,) = self.do(c.CallNext, desk=desk)
        except NobodyWaiting:
            self.idle[desk] = self.at
            return
        self.idle.pop(desk, None)
        if isinstance(called, e.TicketCalled):
            self._called(called)

    def _offer(self, event: Any) -> None:
        """Have an idle desk look who is there: that with the fewest queues, then the longest idle."""
        state = self.working.state
        able = [desk for desk in self.idle if event.queue in state.desks[desk].queues]
        if able:
            desk = min(able, key=lambda one: (len(state.desks[one].queues), self.idle[one], int(one)))
            del self.idle[desk]
            self._free(desk)

    def _called(self, called: e.TicketCalled) -> None:
        self._note(called)
        desk, number = called.desk, called.ticket
        if self.draw.random() < ABSENT:
            self.put_off(self.at + 60 * SECOND, lambda: self._recall(desk, number))
        else:
            self.put_off(self.at + WALK_SECONDS * SECOND, lambda: self._serve(desk, number))

    def _note(self, called: e.TicketCalled) -> None:
        """Note the first call of a visit."""
        if called.ticket in self.first_call:
            return
        self.first_call.add(called.ticket)
        ticket = self.working.state.tickets[called.ticket]
        if ticket.slot:
            self.figures.booked.append(self.at - ticket.slot)
        elif ticket.class_ == "law":
            self.figures.by_law.append(self.at - ticket.issued_at)
        else:
            self.figures.ordinary.append(self.at - ticket.issued_at)

    def _recall(self, desk: str, number: str) -> None:
        self.do(c.Recall, desk=desk, ticket=number)
        self.put_off(self.at + (ABSENT_SECONDS - 60) * SECOND, lambda: self._absent(desk, number))

    def _absent(self, desk: str, number: str) -> None:
        self.do(c.NoShow, desk=desk, ticket=number)
        self._free(desk)

    def _serve(self, desk: str, number: str) -> None:
        self.do(c.Serve, desk=desk, ticket=number)
        service = int(self.working.state.tickets[number].service[1:])
        spread = 0.5 + 0.5 * service / (len(MEANS) - 1)
        variance = (spread**2 + 1) ** 0.5
        minutes = (
            self.minute
            * MEANS[service]
            * self.pace[desk]
            * self.draw.lognormvariate(0, spread / 1.2)
            / variance
        )
        self.put_off(self.at + max(20 * SECOND, round(minutes * MINUTE)), lambda: self._end(desk, number))

    def _end(self, desk: str, number: str) -> None:
        ticket = self.working.state.tickets[number]
        if not ticket.further and self.draw.random() < SECOND_SERVICE:
            (moved,) = self.do(
                c.Transfer, ticket=number, desk=desk, service=self._service(), reason="further"
            )
            self._offer(moved)
        else:
            self.do(c.Complete, desk=desk, ticket=number, outcome="served")
        if self.draw.random() < PAUSES:
            self.put_off(self.at + PAUSE_SECONDS * SECOND, lambda: self._free(desk))
        else:
            self._free(desk)


def one_day(case: Case, seed: int) -> Figures:
    """Play a day."""
    return Day(case, seed).play()


def told(case: Case, days: Sequence[Figures]) -> dict[str, Any]:
    """Put the days of a case together."""
    booked = [late for day in days for late in day.booked]
    by_law = [wait for day in days for wait in day.by_law]
    ordinary = [wait for day in days for wait in day.ordinary]
    return {
        "booked_within_10_min": _share(booked, IN_TIME_BOOKED),
        "by_law_within_15_min": _share(by_law, IN_TIME_BY_LAW),
        "longest_ordinary_wait_min": round(max(ordinary) / MINUTE),
        "mean_ordinary_wait_min": round(statistics.fmean(ordinary) / MINUTE, 1),
        "visitors_a_day": round((len(booked) + len(by_law) + len(ordinary)) / len(days)),
        "load": case.load,
    }


def _share(times: Sequence[Micros], most: Micros) -> float:
    return round(sum(time <= most for time in times) / len(times), 3)


def main() -> int:
    """Play all cases over the seeds, and print one JSON object."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.policy", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--days", type=int, default=20, help="seeded days of each case")
    parser.add_argument("--seed", type=int, default=1, help="the first seed; the others follow it")
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.days)
    found: dict[str, Any] = {
        "command": f"python -m bench.policy --days {asked.days} --seed {asked.seed}",
        "seeds": [*seeds],
    }
    with ProcessPoolExecutor() as pool:
        for case in CASES:
            days = list(pool.map(one_day, itertools.repeat(case), seeds))
            found[case.name] = told(case, days)
            print(f"{case.name}: {found[case.name]}", file=sys.stderr, flush=True)
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
