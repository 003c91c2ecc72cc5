"""The business day, by the hours and by command, through midnight and changes of the clocks."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from protocol import commands as c
from protocol.events import HallConfigured, LegCompleted, TicketExpired
from protocol.hall import DeskFacts, Hall
from protocol.words import HOUR, MINUTE, SECOND, Micros
from server.domain import refusals, services
from server.domain.day import next_due
from server.domain.hours import business_day, end_of
from tests.builders import ID, NINE, OPERATOR, Played, a_hall, play

WEEK = {"mon": ["09:00-18:00"], "fri": ["09:00-13:00", "14:00-18:00"], "sat": ["09:00-13:00"]}


def utc(text: str) -> Micros:
    """Read a time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


def with_hours(at: Micros, **desks: Any) -> Played:
    """Make a hall with opening hours."""
    return play(a_hall(hours=WEEK), at=at, **desks)


def kinds(events: Any) -> list[str]:
    """Name events."""
    return [type(event).__name__ for event in events]


def test_a_day_opens_and_closes_by_its_hours() -> None:
    """Saturday 9 to 13, then Monday at 9: each event at its own time, by the hall itself."""
    hall = with_hours(NINE - HOUR)
    assert not hall.state.is_open
    events = hall.until(NINE + 50 * HOUR)
    assert [(type(e).__name__, (e.at - NINE) // HOUR, e.day) for e in events] == [
        ("DayOpened", 0, "2026-11-21"),
        ("DayClosed", 4, "2026-11-21"),
        ("DeskClosed", 4, "2026-11-21"),
        ("DayOpened", 48, "2026-11-23"),
    ]
    assert {(event.command, event.actor.kind) for event in events} == {(None, "hall")}


def test_a_start_within_the_hours_opens_at_once_and_after_them_not() -> None:
    """A hall first configured at noon is open from then; in the evening, from the next day that has hours."""
    assert with_hours(NINE + 3 * HOUR).state.is_open
    late = with_hours(NINE + 5 * HOUR)
    assert not late.state.is_open
    assert next_due(late.state) == NINE + 48 * HOUR


def test_a_midday_break_does_not_close_the_day() -> None:
    """The day lasts from the first opening to the last closing; between its hours the hall pauses."""
    friday = NINE - 24 * HOUR
    hall = with_hours(friday)
    assert kinds(hall.until(friday + 8 * HOUR)) == ["HallPaused", "HallResumed"]
    assert hall.state.is_open


def test_who_waits_at_closing_has_expired_and_who_is_served_may_finish() -> None:
    """Waiting and parked tickets expire, idle desks close, a busy one closes behind its ticket."""
    hall = with_hours(NINE, desks=("1", "2"))
    for _ in range(3):
        hall.issue()
    parked = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=parked, reason="copy"))
    served = hall.serve()
    events = hall.until(NINE + 4 * HOUR)
    assert kinds(events) == ["DayClosed", "TicketExpired", "TicketExpired", "DeskClosed"]
    assert hall.state.desks["1"].state == "open"
    ended = hall.do(c.Complete(id=ID, desk="1", ticket=served, outcome="served", call_next=True))
    assert kinds(ended) == ["LegCompleted", "DeskClosed"]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c.IssueTicket(id=ID, service="passport"), id="issue"),
        pytest.param(c.CallNext(id=ID, desk="1"), id="call"),
        pytest.param(c.Requeue(id=ID, desk="1", ticket="A001", reason="r"), id="requeue"),
        pytest.param(c.Park(id=ID, desk="1", ticket="A001", reason="r"), id="park"),
        pytest.param(c.Transfer(id=ID, desk="1", ticket="A001", service="land", reason="r"), id="transfer"),
        pytest.param(c.CloseDay(id=ID), id="close"),
    ],
)
def test_a_closed_hall_gives_no_turns(command: c.Command) -> None:
    """After closing nothing is issued, called, or put back to wait for nobody."""
    hall = with_hours(NINE)
    hall.issue()
    hall.serve()
    hall.until(NINE + 4 * HOUR)
    with pytest.raises(refusals.HallClosed):
        hall.do(command)


def test_what_nobody_ended_is_ended_at_the_roll_over_and_said_so() -> None:
    """A leg still served is completed unclosed, one still called has expired; no duration is learned."""
    hall = with_hours(NINE, desks=("1", "2"))
    hall.issue()
    hall.issue()
    hall.serve("1")
    hall.call("2")
    hall.until(NINE + 4 * HOUR)
    events = hall.until(NINE + 18 * HOUR)
    assert kinds(events) == ["LegCompleted", "DeskClosed", "TicketExpired", "DeskClosed"]
    completed, _, expired, _ = events
    assert isinstance(completed, LegCompleted)
    assert isinstance(expired, TicketExpired)
    assert (completed.outcome, completed.day, completed.ticket_day) == (
        "unclosed",
        "2026-11-22",
        "2026-11-21",
    )
    assert completed.at == end_of(hall.state.hall, "2026-11-21") == NINE + 18 * HOUR
    assert hall.state.durations == {}


def test_round_the_clock_the_day_changes_and_nobody_expires() -> None:
    """At the roll-over the series start again and skip numbers still open; desks stay as they are."""
    hall = play(desks=())
    hall.open("1", actor=OPERATOR)
    assert [hall.issue() for _ in range(3)] == ["A001", "A002", "A003"]
    hall.call("1", OPERATOR)
    hall.do(c.Cancel(id=ID, ticket="A002", reason="r"))
    assert kinds(hall.until(NINE + 18 * HOUR)) == ["DayOpened"]
    assert (hall.state.day, hall.state.desks["1"].ticket) == ("2026-11-22", "A001")
    assert [hall.issue() for _ in range(2)] == ["A002", "A004"]
    (cancelled,) = hall.do(c.Cancel(id=ID, ticket="A003", reason="r"))
    assert (cancelled.day, cancelled.ticket_day) == ("2026-11-22", "2026-11-21")  # type: ignore[attr-defined]
    assert hall.state.find("A003", "2026-11-21") is not None
    assert hall.state.find("A002", "2026-11-21") is None


def test_the_day_is_closed_and_opened_by_command() -> None:
    """Closed before its hours end a day stays closed; opened again it goes on with its numbers."""
    hall = with_hours(NINE)
    hall.issue()
    hall.do(c.CloseDay(id=ID))
    assert next_due(hall.state) == NINE + 48 * HOUR
    hall.wait(30)
    hall.do(c.OpenDay(id=ID))
    with pytest.raises(refusals.DayIsOpen):
        hall.do(c.OpenDay(id=ID))
    assert hall.issue() == "A002"
    assert next_due(hall.state) == NINE + 4 * HOUR


def test_opened_after_its_hours_a_day_lasts_until_it_rolls_over() -> None:
    """The evening is an exception that the next morning ends."""
    hall = with_hours(NINE + 10 * HOUR, desks=())
    hall.do(c.OpenDay(id=ID))
    assert next_due(hall.state) == NINE + 18 * HOUR
    assert kinds(hall.until(NINE + 18 * HOUR)) == ["DayClosed"]


def test_round_the_clock_a_closed_day_opens_with_the_next() -> None:
    """An exception by command is not undone by the hours at once."""
    hall = play(desks=())
    hall.do(c.CloseDay(id=ID))
    assert hall.until(NINE + 17 * HOUR) == []
    assert kinds(hall.until(NINE + 18 * HOUR)) == ["DayOpened"]


@pytest.mark.fault(number="T8")
@pytest.mark.parametrize(
    ("zone", "roll_over", "first"),
    [
        pytest.param("Asia/Baku", "03:00", "2026-03-01", id="no change of the clocks"),
        pytest.param("Europe/Berlin", "02:30", "2026-03-27", id="the roll-over is skipped in spring"),
        pytest.param("Europe/Berlin", "02:30", "2026-10-23", id="and comes twice in autumn"),
        pytest.param("America/Santiago", "00:00", "2026-09-04", id="midnight itself is skipped"),
    ],
)
def test_days_follow_each_other_without_gap(zone: str, roll_over: str, first: str) -> None:
    """Every minute has one business day, and each day ends where the next begins."""
    hall = a_hall(time_zone=zone, roll_over=roll_over)
    start = utc(f"{first}T00:00:00")
    days = [business_day(hall, start + minute * MINUTE) for minute in range(5 * 24 * 60)]
    assert days == sorted(days)
    changes = [i for i, (one, other) in enumerate(pairwise(days), 1) if one != other]
    assert [end_of(hall, days[i - 1]) for i in changes] == [start + i * MINUTE for i in changes]


def test_a_configuration_that_strands_visitors_is_refused_with_their_number() -> None:
    """Who waits must still have a service and a desk; a desk with a ticket must stay."""
    hall = play(desks=())
    hall.issue("land")
    hall.issue("land")
    hall.issue("passport")
    without_b = _changed(desk=[DeskFacts(number="1", queues=["A"])])
    with pytest.raises(refusals.WouldStrand) as refusal:
        next(services.configure(hall.state, without_b, "d2", "file"))
    assert refusal.value.members == {"tickets": 2}
    renumbered = _changed(desk=[DeskFacts(number="9", queues=["A", "B"])])
    (configured,) = services.configure(hall.state, renumbered, "d2", "file")
    hall.fold(configured)
    assert isinstance(configured, HallConfigured)
    assert (list(hall.state.desks), hall.state.file_digest) == (["9"], "d2")
    hall.open("9")
    hall.call("9")
    with pytest.raises(refusals.WouldStrand):
        next(services.configure(hall.state, a_hall(), "d3", "command"))


def test_what_was_stranded_before_hinders_no_new_configuration() -> None:
    """A hall that mends something else is not refused for what it already suffers."""
    hall = play(_changed(desk=[DeskFacts(number="1", queues=["A"])]))
    hall.issue("land")
    mended = _changed(desk=[DeskFacts(number="1", queues=["A"], zone="east")])
    assert len(list(services.configure(hall.state, mended, "d2", "file"))) == 1


def _changed(**tables: Any) -> Hall:
    """Make the test's hall with other tables."""
    old = a_hall()
    return Hall(**{name: tables.get(name, getattr(old, name)) for name in old.__struct_fields__})
