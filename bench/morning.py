"""A hall for the measurements of the engine: five queues, bookings, a route, twenty desks; no disk."""

import itertools
import random
from collections.abc import Iterator

from protocol.commands import Book, CallNext, CheckIn, Complete, IssueTicket, Serve
from protocol.events import Actor, SlotBooked, TicketCalled
from protocol.hall import Agency, Booking, DeskFacts, Hall, HallFacts, Outcome, Queue, Service, TicketClass
from protocol.words import MINUTE, SECOND, Micros
from server.clock import DrivenClock
from server.domain.refusals import SlotFull
from server.domain.state import HallState
from server.working import Working

START: Micros = 1_795_250_000 * SECOND
SYSTEM = Actor(kind="device", id="dev-1", role="integration")
QUEUES = "ABCDE"
SLOT, SLOTS = 15 * MINUTE, 40
CLASSES = ("none", "none", "none", "none", "elderly", "disability")

_draw = random.Random(7)  # noqa: S311 - the same hall each time

_ids: Iterator[int] = itertools.count()

HALL = Hall(
    hall=HallFacts(
        id="bench", names={"en": "Bench"}, time_zone="UTC", languages=["en"], round_the_clock=True
    ),
    agency=[Agency(id="one", names={"en": "One"})],
    service=[
        Service(
            id=f"service-{q}",
            names={"en": q},
            agency="one",
            queue=q,
            booking=Booking(per_slot=99, days_ahead=2),
            route=["service-B"] if q == "A" else [],
        )
        for q in QUEUES
    ],
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


def check_some_in(working: Working, visitors: int) -> None:
    """Have visitors book the slots of the next ten hours and check in, most of them to wait for theirs."""
    first = (working.state.at // SLOT + 1) * SLOT
    for n in range(visitors):
        service, slot = QUEUES[n % len(QUEUES)], first + n % SLOTS * SLOT
        said = {"service": f"service-{service}", "slot": slot}
        try:
            (booked,) = working.decide(Book(id=new_id(), **said), SYSTEM)  # type: ignore[arg-type]
        except SlotFull:
            continue
        if isinstance(booked, SlotBooked):
            working.decide(CheckIn(id=new_id(), booking=booked.booking), SYSTEM)


def serve_next(working: Working, desk: str) -> None:
    """Call whoever is next at a desk, serve them and let them go."""
    (called,) = working.decide(CallNext(id=new_id(), desk=desk), SYSTEM)
    if isinstance(called, TicketCalled):
        serve(working, desk, called.ticket)


def serve(working: Working, desk: str, ticket: str) -> None:
    """Serve who was called, and let them go."""
    working.decide(Serve(id=new_id(), desk=desk, ticket=ticket), SYSTEM)
    working.decide(Complete(id=new_id(), desk=desk, ticket=ticket, outcome="served"), SYSTEM)
