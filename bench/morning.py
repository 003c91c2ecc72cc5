"""A hall for the measurements of the engine: five queues, three classes, twenty desks; no disk."""

import itertools
import random
from collections.abc import Iterator

from protocol.commands import CallNext, Complete, IssueTicket, Serve
from protocol.events import Actor, TicketCalled
from protocol.hall import Agency, DeskFacts, Hall, HallFacts, Outcome, Queue, Service, TicketClass
from protocol.words import SECOND, Micros
from server.clock import DrivenClock
from server.domain.state import HallState
from server.working import Working

START: Micros = 1_795_250_000 * SECOND
SYSTEM = Actor(kind="device", id="dev-1", role="integration")
QUEUES = "ABCDE"
CLASSES = ("none", "none", "none", "none", "elderly", "disability")

_draw = random.Random(7)  # noqa: S311 - the same hall each time

_ids: Iterator[int] = itertools.count()

HALL = Hall(
    hall=HallFacts(
        id="bench", names={"en": "Bench"}, time_zone="UTC", languages=["en"], round_the_clock=True
    ),
    agency=[Agency(id="one", names={"en": "One"})],
    service=[Service(id=f"service-{q}", names={"en": q}, agency="one", queue=q) for q in QUEUES],
    queue=[Queue(id=q, prefix=q, last=9999) for q in QUEUES],
    class_=[
        TicketClass(id="elderly", names={"en": "Elderly"}, credit_minutes=60, no_show_seconds=90),
        TicketClass(id="disability", names={"en": "Disability"}, strict=True, no_show_seconds=90),
    ],
    desk=[DeskFacts(number=str(number), queues=list(QUEUES)) for number in range(1, 21)],
    outcome=[Outcome(id="served", names={"en": "Served"})],
)


def new_id() -> str:
    """Give a command id not used before."""
    return f"command-{next(_ids)}"


def a_hall() -> Working:
    """Give the working memory of a hall that has just opened."""
    working = Working(HallState(), DrivenClock(START))
    working.apply_file(HALL, "digest")
    return working


def issue_some(working: Working, tickets: int) -> None:
    """Issue tickets of all services and classes."""
    for _ in range(tickets):
        service, class_ = f"service-{_draw.choice(QUEUES)}", _draw.choice(CLASSES)
        working.decide(IssueTicket(id=new_id(), service=service, class_=class_), SYSTEM)


def serve_next(working: Working, desk: str) -> None:
    """Call whoever is next at a desk, serve them and let them go."""
    (called,) = working.decide(CallNext(id=new_id(), desk=desk), SYSTEM)
    if isinstance(called, TicketCalled):
        serve(working, desk, called.ticket)


def serve(working: Working, desk: str, ticket: str) -> None:
    """Serve who was called, and let them go."""
    working.decide(Serve(id=new_id(), desk=desk, ticket=ticket), SYSTEM)
    working.decide(Complete(id=new_id(), desk=desk, ticket=ticket, outcome="served"), SYSTEM)
