"""The calendar: breaks, holidays, nights, queues that are kept, and a hall that stops when it is full."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol.hall import Booking, Hall, Holiday, Policy
from protocol.words import HOUR, MINUTE, SECOND, Micros
from server.domain import day, derive, refusals, views
from server.domain.hours import WEEKDAYS, next_day_open
from server.domain.slots import day_of
from server.domain.state import HallState, to_snapshot
from server.hallrules import inconsistencies
from tests.builders import COLLEAGUE, ID, LEAD, MANAGER, NINE, Played, a_hall, play

MANY = 50
SATURDAY = ["09:00-13:00", "14:00-18:00"]


def week(*hours: str) -> dict[str, list[str]]:
    """Give the same hours on every day."""
    return {weekday: list(hours) for weekday in WEEKDAYS}


def a_day(
    *hours: str, at: Micros = NINE - HOUR, holiday: list[Holiday] | None = None, **facts: Any
) -> Played:
    """Play a hall with these hours on each day, from eight in the morning."""
    hall = a_hall(hours=week(*hours), **facts)
    return play(msgspec.structs.replace(hall, holiday=holiday or []), at=at, desks=())


def clock(hall: Played, *kinds: type[e.Event]) -> list[tuple[str, str]]:
    """Give when events of some kinds happened, by the clock in Baku."""
    found = [one for one in hall.log if isinstance(one, kinds)]
    return [(type(one).__name__, at_clock(one.at)) for one in found]


def at_clock(at: Micros) -> str:
    """Give a time by the clock in Baku."""
    return datetime.fromtimestamp((at + 4 * HOUR) // SECOND, UTC).strftime("%a %H:%M")


CALENDAR = (e.DayOpened, e.DayClosed, e.HallPaused, e.HallResumed)


def test_a_break_is_a_pause_that_ends_by_itself() -> None:
    """Nobody is called in it and no ticket is given; boards and kiosks know when it ends."""
    hall = a_day(*SATURDAY)
    hall.until(NINE + 5 * HOUR - MINUTE)
    with pytest.raises(refusals.HallPaused):
        hall.issue()
    assert hall.state.pause
    assert hall.state.pause.until == NINE + 5 * HOUR
    hall.until(NINE + 10 * HOUR)
    assert clock(hall, *CALENDAR) == [
        ("DayOpened", "Sat 09:00"),
        ("HallPaused", "Sat 13:00"),
        ("HallResumed", "Sat 14:00"),
        ("DayClosed", "Sat 18:00"),
    ]


def test_a_break_that_the_hall_s_people_end_early_does_not_begin_again() -> None:
    """Nor one in which they opened the day."""
    hall = a_day(*SATURDAY)
    hall.until(NINE + 4 * HOUR + MINUTE)
    hall.do(c.ResumeHall(id=ID), MANAGER)
    hall.until(NINE + 10 * HOUR)
    assert len(clock(hall, e.HallPaused)) == 1
    late = a_day("06:00-07:00", "08:00-12:00", at=NINE - 90 * MINUTE)
    assert clock(late, *CALENDAR) == [("DayOpened", "Sat 07:30")]
    assert late.until(NINE) == []


def test_an_emergency_outlasts_a_break() -> None:
    """What people paused is not resumed by the clock; after it, what is left of the break still comes."""
    hall = a_day(*SATURDAY)
    hall.until(NINE + 3 * HOUR)
    hall.do(c.PauseHall(id=ID, kind="emergency"), LEAD)
    hall.until(NINE + 4 * HOUR + 30 * MINUTE)
    hall.do(c.ResumeHall(id=ID), LEAD)
    hall.wait(1)
    assert hall.state.pause
    assert hall.state.pause.kind == "break"
    hall.do(c.PauseHall(id=ID, kind="outage"), LEAD)
    hall.until(NINE + 6 * HOUR)
    assert hall.state.pause.kind == "outage"


def test_kiosks_may_issue_before_the_desks_open() -> None:
    """The day opens so much ahead, and a break ends so much earlier."""
    hall = a_day(*SATURDAY, issue_before_minutes=20)
    hall.until(NINE - 15 * MINUTE)
    assert hall.issue() == "A001"
    hall.until(NINE + 10 * HOUR)
    assert clock(hall, e.DayOpened, e.HallResumed) == [
        ("DayOpened", "Sat 08:40"),
        ("HallResumed", "Sat 13:40"),
    ]


def test_on_a_holiday_the_hall_stays_closed_or_has_hours_of_its_own() -> None:
    """Whatever the weekday says; bookings cannot be made for it either."""
    closed, short = Holiday(day="2026-11-21"), Holiday(day="2026-11-22", hours=["10:00-12:00"])
    hall = a_day(*SATURDAY, holiday=[closed, short])
    assert day.next_opening(hall.state) == NINE + 25 * HOUR
    assert views.hall(hall.state)["next_opening"] == NINE + 25 * HOUR
    hall.until(NINE + 48 * HOUR)
    assert clock(hall, *CALENDAR) == [
        ("DayOpened", "Sun 10:00"),
        ("DayClosed", "Sun 12:00"),
        ("DayOpened", "Mon 09:00"),
    ]


def test_a_row_of_holidays_is_looked_beyond() -> None:
    """Two weeks of them, and the next day open is found."""
    row = [Holiday(day=f"2026-12-{n:02}") for n in range(1, 15)]
    hall = a_day("09:00-18:00", holiday=row, at=NINE + 10 * 24 * HOUR - HOUR)
    assert day.next_opening(hall.state) == NINE + 24 * 24 * HOUR
    assert str(next_day_open(hall.state.hall, day_of(hall.state.hall, hall.at))) == "2026-12-15"


def test_a_holiday_is_corrected_at_a_day_s_notice() -> None:
    """A hall file put in force in the evening counts from the next morning."""
    hall = a_day("09:00-18:00")
    hall.until(NINE + 12 * HOUR)
    tomorrow = msgspec.structs.replace(hall.state.hall, holiday=[Holiday(day="2026-11-22")])
    hall.fold(e.HallConfigured(hall=tomorrow, digest="d2", source="file"))
    assert at_clock(day.next_opening(hall.state) or 0) == "Mon 09:00"


def test_a_hall_may_be_open_past_midnight() -> None:
    """The night belongs to the day before; a ticket of 23:50 is called at 01:00, and then it closes."""
    hall = a_day("20:00-02:00", at=NINE)
    hall.until(NINE + 14 * HOUR + 50 * MINUTE)
    number = hall.issue()
    hall.until(NINE + 16 * HOUR)
    hall.open("1")
    assert hall.call().ticket == number
    assert hall.ticket(number).day == hall.log[-1].day == "2026-11-21"
    hall.until(NINE + 34 * HOUR)
    assert clock(hall, e.DayOpened, e.DayClosed) == [("DayOpened", "Sat 20:00"), ("DayClosed", "Sun 02:00")]


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        pytest.param("2026-03-29T00:00", 23, id="the clocks go forward"),
        pytest.param("2026-10-25T00:00", 25, id="the clocks go back"),
    ],
)
def test_a_night_in_which_the_clocks_change_has_its_hours(at: str, hours: int) -> None:
    """A hall in Berlin that opens at 09:00 on both days: 23 or 25 hours lie between."""
    begin = int(datetime.fromisoformat(f"{at}+00:00").timestamp()) * SECOND - 20 * HOUR
    hall = a_day("09:00-10:00", at=begin, time_zone="Europe/Berlin")
    hall.until(begin + 40 * HOUR)
    first, second = [one.at for one in hall.log if isinstance(one, e.DayOpened)]
    assert second - first == hours * HOUR
    assert clock(hall, e.DayClosed)


def test_a_hall_may_keep_its_queue_overnight() -> None:
    """Who waits at closing waits on, is first in the morning, and nobody gets that number again."""
    hall = a_day("09:00-18:00", keep_overnight=True)
    hall.until(NINE + 8 * HOUR)
    kept = hall.issue()
    hall.until(NINE + 24 * HOUR)
    assert clock(hall, e.TicketExpired) == []
    fresh = hall.issue()
    assert (kept, fresh) == ("A001", "A002")
    hall.open("1")
    assert [hall.finish(), hall.finish()] == [kept, fresh]
    assert ("2026-11-21", kept) in hall.state.ended


def test_who_is_parked_is_kept_overnight_too() -> None:
    """Whoever fetches a paper in the evening returns to the desk in the morning, past nobody."""
    hall = a_day("09:00-18:00", keep_overnight=True)
    hall.until(NINE + 8 * HOUR)
    parked, held = hall.issue(), hall.issue()
    hall.open("1")
    for number, until in ((parked, None), (held, NINE + 30 * HOUR)):
        assert hall.serve() == number
        hall.do(c.Park(id=ID, desk="1", ticket=number, reason="copy", not_before=until))
    hall.until(NINE + 24 * HOUR)
    assert hall.state.desks["1"].state == "closed"
    hall.open("1")
    assert hall.issue() not in {parked, held}
    (called,) = hall.do(c.CallTicket(id=ID, desk="1", ticket=parked, reason="back"))
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket_day, called.jumped) == ("2026-11-21", [])
    hall.do(c.Serve(id=ID, desk="1", ticket=parked))
    hall.until(NINE + 30 * HOUR)
    hall.do(c.Complete(id=ID, desk="1", ticket=parked, outcome="served"))
    assert hall.finish() == held
    assert clock(hall, e.TicketExpired) == []
    assert list(derive.audit(HallState(), hall.log)) == []


def a_full_hall(*, stops: bool = True, **booking: Any) -> Played:
    """Play a hall of one desk, a quarter of an hour before it closes."""
    hall = a_hall(hours=week("09:00-18:00"), policy=Policy(stop_when_full=stops))
    bookable = [
        msgspec.structs.replace(one, booking=Booking(**booking)) if booking and one.id == "passport" else one
        for one in hall.service
    ]
    return play(msgspec.structs.replace(hall, service=bookable), at=NINE + 8 * HOUR + 45 * MINUTE)


def issued_until_full(hall: Played) -> int:
    """Issue until the hall refuses; gives how many tickets it gave."""
    for given in range(MANY):
        hall.wait(0.2)
        try:
            hall.issue()
        except refusals.TooLateToday:
            return given
    return MANY


def test_issuing_stops_when_the_turn_would_come_after_closing() -> None:
    """By the forecast; the refusal has the closing, and the next time that can be booked."""
    hall = a_full_hall(slot_minutes=30)
    assert 1 <= issued_until_full(hall) <= 10
    with pytest.raises(refusals.TooLateToday, match="2026-11-21 18:00") as refusal:
        hall.issue()
    assert refusal.value.members["next"] == NINE + 24 * HOUR
    assert issued_until_full(a_full_hall(stops=False)) == MANY


def test_a_lead_may_lift_the_limit_until_the_day_ends() -> None:
    """With a reason, for today; an operator may not, and tomorrow it counts again."""
    hall = a_full_hall()
    issued_until_full(hall)
    lift = c.LiftClosingLimit(id=ID, reason="other")
    with pytest.raises(refusals.NotAllowed):
        hall.do(lift, COLLEAGUE)
    (lifted,) = hall.do(lift, LEAD)
    assert isinstance(lifted, e.ClosingLimitLifted)
    assert hall.do(lift, LEAD) == []
    hall.issue()
    hall.until(NINE + 24 * HOUR)
    assert not hall.state.limit_lifted


def test_the_audit_finds_nothing_in_these_days_and_a_pause_that_no_hours_say() -> None:
    """A calendar of all kinds folds to the same state; a break at another time is found."""
    hall = a_day(*SATURDAY, keep_overnight=True, issue_before_minutes=10, holiday=[Holiday(day="2026-11-22")])
    hall.until(NINE + 2 * HOUR)
    hall.issue()
    hall.until(NINE + 50 * HOUR)
    state = HallState()
    assert list(derive.audit(state, hall.log)) == []
    assert to_snapshot(state) == to_snapshot(hall.state)
    place = next(n for n, one in enumerate(hall.log) if isinstance(one, e.HallPaused))
    forged = [*hall.log[:place], msgspec.structs.replace(hall.log[place], until=NINE + 20 * HOUR)]
    (found,) = derive.audit(HallState(), forged)
    assert "which its hours do not say" in found.sentence


def contradictions(**changes: Any) -> dict[str, str]:
    """Give what is wrong with a hall, by key."""
    hall = a_hall(hours=week(*changes.pop("hours", ["09:00-18:00"])), **changes.pop("facts", {}))
    return dict(inconsistencies(msgspec.structs.replace(hall, **changes)))


@pytest.mark.parametrize(
    ("changes", "key", "names"),
    [
        pytest.param(
            {"hours": ["20:00-05:00"]}, "hall.hours.mon", "hall.roll_over", id="a night past the roll-over"
        ),
        pytest.param({"hours": ["22:00-02:00", "21:00-23:00"]}, "hall.hours.mon", "ahead", id="out of order"),
        pytest.param(
            {"hours": ["03:10-09:00"], "facts": {"issue_before_minutes": 20}},
            "hall.issue_before_minutes",
            "hall.roll_over",
            id="issuing before the day begins",
        ),
        pytest.param(
            {"holiday": [Holiday(day="2026-02-30")]},
            "holiday[2026-02-30].day",
            "no such date",
            id="no such date",
        ),
        pytest.param(
            {"holiday": [Holiday(day="2026-12-31", hours=["9-12"])]},
            "holiday[2026-12-31].hours",
            "09:00-18:00",
            id="hours of a holiday",
        ),
    ],
)
def test_hours_that_contradict_each_other_are_refused(changes: dict[str, Any], key: str, names: str) -> None:
    """With both places that clash."""
    assert names in contradictions(**changes)[key]


def test_round_the_clock_contradicts_what_needs_a_closing() -> None:
    """No night to keep a queue over, and no closing to stop before."""
    hall: Hall = a_hall(keep_overnight=True, policy=Policy(stop_when_full=True))
    found = dict(inconsistencies(hall))
    assert "hall.round_the_clock" in found["hall.keep_overnight"]
    assert "hall.round_the_clock" in found["policy.stop_when_full"]
