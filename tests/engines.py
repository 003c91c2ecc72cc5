"""A hall for the engine's tests: a real folder, a real engine, no network."""

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent  # type: ignore[import-untyped]

from protocol.commands import IssueTicket
from protocol.events import Actor, Event, HeadSigned, KeyAnnounced, TicketIssued
from protocol.hall import (
    Agency,
    DeskFacts,
    Hall,
    HallFacts,
    Outcome,
    Queue,
    Reason,
    Service,
    TicketClass,
)
from protocol.words import SECOND
from server import log
from server.domain.services import digest
from server.log import Reader, Writer
from server.merkle import Frontier
from server.opening import Opened, open_hall

NOON = 1_795_250_000 * SECOND
"""A time of 21 November 2026, for driven clocks."""

HALL = Hall(
    hall=HallFacts(
        id="one", names={"en": "One"}, time_zone="Asia/Baku", languages=["en"], round_the_clock=True
    ),
    agency=[Agency(id="interior", names={"en": "Interior"})],
    service=[
        Service(id="passport", names={"en": "Passport"}, agency="interior", queue="A"),
        Service(id="pension", names={"en": "Pension"}, agency="interior", queue="B"),
    ],
    queue=[Queue(id="A", prefix="A"), Queue(id="B", prefix="B")],
    class_=[TicketClass(id="elderly", names={"en": "Elderly"}, credit_minutes=60)],
    desk=[DeskFacts(number="1", queues=["A"]), DeskFacts(number="2", queues=["A", "B"])],
    outcome=[Outcome(id="served", names={"en": "Served"})],
    reason=[Reason(id="emergency", names={"en": "Emergency"}, verbs=["call_ticket"])],
)

KIOSK = Actor(kind="device", id="dev-1", role="kiosk")
OTHER_KIOSK = Actor(kind="device", id="dev-2", role="kiosk")
SYSTEM = Actor(kind="device", id="dev-9", role="integration")

_numbers = itertools.count()


def new_id() -> str:
    """Give a command id not used before."""
    return f"command-{next(_numbers)}"


def ticket(command_id: str = "", service: str = "passport", at: int | None = None) -> IssueTicket:
    """Build the command that a touch sends."""
    return IssueTicket(id=command_id or new_id(), service=service, at=at)


@contextlib.contextmanager
def running(folder: Path, hall: Hall = HALL, *, driven: bool = False) -> Iterator[Opened]:
    """Run a hall in a folder, and stop it as a technician would."""
    opened = open_hall(folder, driven=driven)
    try:
        opened.begin(hall, digest(hall))
        opened.access.start()
        yield opened
    finally:
        opened.stop()


def together(*asks: Callable[[], object]) -> list[object]:
    """Let several askers ask at once, each in a greenlet, and give what each was told."""
    greenlets = [gevent.spawn(ask) for ask in asks]
    gevent.joinall(greenlets, timeout=20, raise_error=True)
    return [greenlet.value for greenlet in greenlets]


def until(claim: Callable[[], bool]) -> None:
    """Wait for a claim to become true."""
    with gevent.Timeout(20):
        while not claim():
            gevent.sleep(0.01)


def but_heads(events: list[Event]) -> list[Event]:
    """Give the events that are no signed heads, and tell of no key for them."""
    return [event for event in events if not isinstance(event, HeadSigned | KeyAnnounced)]


def numbers(events: list[Event]) -> list[str]:
    """Give the numbers that were issued."""
    return [event.ticket for event in events if isinstance(event, TicketIssued)]


@contextlib.contextmanager
def on_disk(events: list[Event]) -> Iterator[Reader]:
    """Put events into a log of their own, and read them there."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "hall.db"
        log.migrate(path)
        writer, reader = Writer(path, Frontier()), Reader(path)
        writer.open()
        writer.append(events)
        yield reader
        writer.close()
        reader.close()
