"""A driven clock: commands carry the time, and what falls due before them is decided before them."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from protocol.commands import AdvanceClock
from protocol.events import DayClosed, DayOpened, HallConfigured, TicketExpired, TicketIssued
from protocol.words import HOUR, MINUTE, SECOND
from server.domain.catalogue import NO_HALL
from server.domain.refusals import ClockNotSet, HallClosed, Malformed, Refusal
from server.refusals import ClockBehind, ClockNotDriven, TimeNotAllowed
from tests.engines import HALL, KIOSK, NOON, SYSTEM, but_heads, new_id, running, ticket

HOURS = msgspec.structs.replace(
    HALL,
    hall=msgspec.structs.replace(
        HALL.hall,
        round_the_clock=False,
        time_zone="UTC",
        hours={"sat": ["08:00-12:00"], "sun": ["08:00-12:00"]},
    ),
)
SATURDAY = 1_795_219_200 * SECOND
"""Midnight of Saturday, 21 November 2026, UTC."""


def refused(ask: Callable[[], object]) -> type[Refusal]:
    """Give the class of the refusal that is raised."""
    with pytest.raises(Refusal) as refusal:
        ask()
    return refusal.type


def test_nothing_happens_before_the_first_time(tmp_path: Path) -> None:
    """Before the first `at` nothing is decided or written, not even the hall file; with it all of that is."""
    with running(tmp_path, driven=True) as opened:
        engine = opened.engine
        assert refused(lambda: engine.submit(ticket(), SYSTEM)) is ClockNotSet
        assert refused(lambda: engine.submit(ticket(), KIOSK)) is ClockNotSet
        assert (engine.seq, engine.published.hall, engine.now()) == (0, NO_HALL, 0)
        engine.submit(ticket(at=NOON), SYSTEM)
        events = engine.events(0, 10)
        assert [type(event) for event in events] == [HallConfigured, DayOpened, TicketIssued]
        assert {event.at for event in events} == {engine.now()} == {NOON}
        assert {event.day for event in events} == {"2026-11-21"}


def test_what_falls_due_comes_first_at_its_own_time(tmp_path: Path) -> None:
    """Two days pass in one command: openings, closings and expiry stand in order, each at its own time."""
    with running(tmp_path, HOURS, driven=True) as opened:
        engine = opened.engine
        answer = engine.submit(AdvanceClock(id=new_id(), at=SATURDAY + 7 * HOUR), SYSTEM)
        assert (answer.events, answer.seq) == ([], 1)
        assert refused(lambda: engine.submit(ticket(), SYSTEM)) is HallClosed
        engine.submit(ticket(at=SATURDAY + 9 * HOUR), SYSTEM)
        engine.submit(AdvanceClock(id=new_id(), at=SATURDAY + 40 * HOUR), SYSTEM)
        happened = [
            (type(event), (event.at - SATURDAY) / HOUR, event.day[-2:])
            for event in but_heads(engine.events(1, 20))
        ]
        assert happened == [
            (DayOpened, 8, "21"),
            (TicketIssued, 9, "21"),
            (DayClosed, 12, "21"),
            (TicketExpired, 12, "21"),
            (DayOpened, 32, "22"),
            (DayClosed, 36, "22"),
        ]
        assert engine.now() == SATURDAY + 40 * HOUR


def test_the_clock_stands_at_the_last_time(tmp_path: Path) -> None:
    """The clock stands where it was driven: commands without a time are decided there; it never goes back."""
    with running(tmp_path, driven=True) as opened:
        engine = opened.engine
        engine.submit(ticket(at=NOON), SYSTEM)
        engine.submit(AdvanceClock(id=new_id(), at=NOON + MINUTE), SYSTEM)
        assert engine.submit(ticket(), KIOSK).events[0].at == NOON + MINUTE
        assert refused(lambda: engine.submit(ticket(at=NOON), SYSTEM)) is ClockBehind
        assert engine.submit(ticket(at=NOON + MINUTE), SYSTEM)


def test_a_retry_is_not_behind(tmp_path: Path) -> None:
    """A command that was carried out is answered again, though its time has passed."""
    with running(tmp_path, driven=True) as opened:
        first = opened.engine.submit(ticket("tapped-1", at=NOON), SYSTEM)
        opened.engine.submit(AdvanceClock(id=new_id(), at=NOON + MINUTE), SYSTEM)
        assert opened.engine.submit(ticket("tapped-1", at=NOON), SYSTEM) == first


def test_after_a_restart_it_stands_at_the_end_of_the_log(tmp_path: Path) -> None:
    """A driven clock stands at the log's last time, and commands without one are decided there."""
    with running(tmp_path, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON), SYSTEM)
    with running(tmp_path, driven=True) as opened:
        assert opened.engine.now() == NOON
        assert opened.engine.submit(ticket(), KIOSK).events[0].at == NOON


def test_only_another_system_drives(tmp_path: Path) -> None:
    """A time from any other role, and a clock to be set to no time, are refused."""
    with running(tmp_path, driven=True) as opened:
        engine = opened.engine
        assert refused(lambda: engine.submit(ticket(at=NOON), KIOSK)) is TimeNotAllowed
        assert refused(lambda: engine.submit(AdvanceClock(id=new_id()), SYSTEM)) is Malformed
        assert engine.seq == 0


def test_the_wall_clock_is_not_driven(tmp_path: Path) -> None:
    """A hall that goes by the wall clock takes no time from anyone."""
    with running(tmp_path) as opened:
        engine = opened.engine
        assert refused(lambda: engine.submit(ticket(at=NOON), SYSTEM)) is ClockNotDriven
        assert refused(lambda: engine.submit(AdvanceClock(id=new_id(), at=NOON), SYSTEM)) is ClockNotDriven


def test_a_new_file_is_put_in_force_once(tmp_path: Path) -> None:
    """The same file again changes nothing; another one is in force from the start on."""
    for hall, configured in ((HALL, 1), (HALL, 1), (HOURS, 2), (HOURS, 2)):
        with running(tmp_path, hall, driven=True) as opened:
            if opened.engine.now() == 0:
                opened.engine.submit(AdvanceClock(id=new_id(), at=NOON), SYSTEM)
            events = [event for event in opened.engine.events(0, 100) if isinstance(event, HallConfigured)]
            assert len(events) == configured
            assert opened.engine.published.hall == hall
