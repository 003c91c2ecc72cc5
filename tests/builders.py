"""Builders for the rules' tests: a small hall, and a hand that stamps and folds as the engine does."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol import commands as c
from protocol import events as e
from protocol.hall import (
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
from protocol.words import MINUTE, Micros
from server.domain import day, hours, pausing
from server.domain.decide import decide
from server.domain.evolve import evolve
from server.domain.forecast import Forecast
from server.domain.state import HallState
from server.domain.ticket import Ticket

NINE: Micros = 1_795_237_200_000_000
"""Saturday 2026-11-21, 09:00 in Baku."""

ID = "test-0001"

INTEGRATION = e.Actor(kind="device", id="dev-1", role="integration")
OPERATOR = e.Actor(kind="operator", id="op-1", role="operator")
COLLEAGUE = e.Actor(kind="operator", id="op-2", role="operator")
LEAD = e.Actor(kind="operator", id="op-3", role="lead")
GREETER = e.Actor(kind="operator", id="op-4", role="greeter")
MANAGER = e.Actor(kind="operator", id="op-5", role="manager")
KIOSK = e.Actor(kind="device", id="dev-2", role="kiosk")


def a_hall(*, policy: Policy | None = None, **facts: Any) -> Hall:
    """Make a hall of two queues, three classes and three desks, open round the clock unless told."""
    open_always = {"round_the_clock": "hours" not in facts}
    named = {"id": "test", "names": {"en": "Test"}, "time_zone": "Asia/Baku"}
    return Hall(
        hall=HallFacts(**{**open_always, **named, **facts}),
        policy=policy or Policy(),
        service=[
            Service(id="papers", names={"en": "Papers"}),
            Service(id="passport", names={"en": "Passport"}, parent="papers", queue="A"),
            Service(
                id="birth", names={"en": "Birth certificate"}, parent="papers", queue="A", most_at_once=4
            ),
            Service(id="land", names={"en": "Land register"}, queue="B"),
        ],
        queue=[Queue(id="A", prefix="A"), Queue(id="B", prefix="B")],
        class_=[
            TicketClass(id="elderly", names={}, credit_minutes=60, evidence="desk"),
            TicketClass(id="veteran", names={}, strict=True),
            TicketClass(id="pregnant", names={}, credit_minutes=30, prefix="P", no_show_seconds=200),
        ],
        desk=[
            DeskFacts(number="1", zone="east", queues=["A"]),
            DeskFacts(number="2", zone="west", queues=["A", "B"], specialties={"ru": 10}),
            DeskFacts(number="3", zone="west", queues=["B"]),
        ],
        outcome=[Outcome(id="served", names={}), Outcome(id="refused", names={})],
        reason=[Reason(id="emergency", names={}, verbs=["call_ticket"]), Reason(id="other", names={})],
    )


@dataclass
class Played:
    """A hall under the rules alone: what is decided is stamped and folded at once."""

    state: HallState = field(default_factory=HallState)
    at: Micros = NINE
    log: list[e.Event] = field(default_factory=list)
    forecast: Forecast = field(default_factory=Forecast)

    def fold(self, event: e.Event, actor: e.Actor = e.HALL, command: str | None = None) -> e.Event:
        """Stamp one fact and fold it."""
        stamped = msgspec.structs.replace(
            event,
            seq=self.state.seq + 1,
            at=self.at,
            day=event.day or hours.today(self.state, self.at),
            actor=actor,
            command=command,
        )
        evolve(self.state, stamped)
        self.log.append(stamped)
        return stamped

    def do(self, command: c.Command, actor: e.Actor = INTEGRATION) -> list[e.Event]:
        """Decide a command now; raises its Refusal."""
        facts = decide(self.state, command, actor, self.at, self.forecast)
        return [self.fold(fact, actor, command.id) for fact in facts]

    def until(self, at: Micros) -> list[e.Event]:
        """Let time pass; every timer falls due at its own time."""
        first = len(self.log)
        while (due := day.next_due(self.state)) is not None and due <= at:
            self.at = max(self.at, due)
            for fact in day.fall_due(self.state, self.at):
                self.fold(fact)
        self.at = max(self.at, at)
        return self.log[first:]

    def wait(self, minutes: float) -> list[e.Event]:
        """Let some minutes pass."""
        return self.until(self.at + round(minutes * MINUTE))

    def come_back(self, minutes: float) -> e.Event:
        """Let the server be away for some minutes, or until the day's closing."""
        self.at = day.away_until(self.state, self.at + round(minutes * MINUTE))
        return self.fold(pausing.outage(self.state, self.at))

    def issue(self, service: str = "passport", class_: str = "none") -> str:
        """Issue a ticket and give its number."""
        (issued,) = self.do(c.IssueTicket(id=ID, service=service, class_=class_))
        assert isinstance(issued, e.TicketIssued)
        return issued.ticket

    def open(self, *desks: str, actor: e.Actor = INTEGRATION) -> None:
        """Open desks."""
        for desk in desks:
            self.do(c.OpenDesk(id=ID, desk=desk), actor)

    def call(self, desk: str = "1", actor: e.Actor = INTEGRATION) -> e.TicketCalled:
        """Call the next ticket to a desk."""
        (called,) = self.do(c.CallNext(id=ID, desk=desk), actor)
        assert isinstance(called, e.TicketCalled)
        return called

    def serve(self, desk: str = "1") -> str:
        """Call the next ticket to a desk and begin to serve it."""
        number = self.call(desk).ticket
        self.do(c.Serve(id=ID, desk=desk, ticket=number))
        return number

    def finish(self, desk: str = "1") -> str:
        """Call the next ticket to a desk, serve it and end it."""
        number = self.serve(desk)
        self.do(c.Complete(id=ID, desk=desk, ticket=number, outcome="served"))
        return number

    def ticket(self, number: str) -> Ticket:
        """Give a ticket, open or ended."""
        found = self.state.find(number)
        assert found is not None
        return found


def play(hall: Hall | None = None, *, desks: Iterable[str] = ("1",), at: Micros = NINE) -> Played:
    """Configure a hall at a time, let its timers run, and open desks."""
    played = Played(at=at)
    played.fold(e.HallConfigured(hall=hall or a_hall(), digest="d1", source="file"))
    played.wait(0)
    played.open(*desks)
    return played


def waiting(*tickets: tuple[Any, ...], **changes: Any) -> Played:
    """Make a hall where tickets wait: (service, minute of arrival, class); then it is minute 120."""
    played = play(**changes)
    for service, minute, *class_ in tickets:
        played.until(NINE + minute * MINUTE)
        played.issue(service, *class_)
    played.until(NINE + 120 * MINUTE)
    return played
