"""The expected wait: the hall run forward."""

import pytest

from protocol import commands as c
from protocol.events import TicketIssued
from protocol.words import MINUTE, SECOND
from server.domain.forecast import LOW, OPENS_AFTER, PRIOR_SECONDS, Forecast, seconds_left, usual_seconds
from tests.builders import ID, a_hall, play, waiting


def test_an_idle_desk_means_no_wait() -> None:
    """Nobody waits, a desk is free: zero."""
    hall = play()
    (event,) = hall.do(c.IssueTicket(id=ID, service="passport"))
    assert isinstance(event, TicketIssued)
    assert event.expected_wait_seconds == (0, 0, 0)


def test_a_queue_without_an_open_desk_has_a_wide_range() -> None:
    """Nobody can say when a desk opens; it is known at once when one does."""
    hall = waiting(("passport", 0), ("passport", 1), desks=())
    hall.forecast.refresh(hall.state, hall.at)
    low, middle, high = hall.forecast.expected("A", "none")
    assert 0 < low < middle < high
    assert high - low >= OPENS_AFTER[2]
    hall = play(desks=())
    hall.forecast.refresh(hall.state, hall.at)
    assert hall.forecast.expected("A", "none") == OPENS_AFTER
    hall.open("1")
    hall.forecast.refresh(hall.state, hall.at)
    assert hall.forecast.expected("A", "none") == (0, 0, 0)
    assert hall.forecast.expected("B", "none") == OPENS_AFTER


def test_the_wait_is_the_work_ahead_over_the_desks() -> None:
    """Four who wait before one desk take four services; two desks halve it."""
    tickets = [("passport", minute) for minute in range(4)]
    one, two = waiting(*tickets), waiting(*tickets, desks=("1", "2"))
    middles = []
    for hall in (one, two):
        hall.forecast.refresh(hall.state, hall.at)
        low, middle, high = hall.forecast.expected("A", "none")
        assert low < middle < high
        middles.append(middle)
    assert middles == [4 * PRIOR_SECONDS, 2 * PRIOR_SECONDS]


def test_precedence_waits_for_those_with_an_earlier_key_only() -> None:
    """A newcomer with credit is ahead of all who came within that credit."""
    hall = waiting(("passport", 10), ("passport", 90), ("passport", 100))
    hall.forecast.refresh(hall.state, hall.at)
    middle = {name: hall.forecast.expected("A", name)[1] for name in ("none", "elderly", "veteran")}
    assert middle == {"none": 3 * PRIOR_SECONDS, "elderly": PRIOR_SECONDS, "veteran": 0}


def test_who_waits_already_has_an_own_range() -> None:
    """The second of two waits for one service, less the time since the table was made."""
    hall = waiting(("passport", 0), ("passport", 1))
    hall.forecast.refresh(hall.state, hall.at)
    later = hall.at + 60 * SECOND
    second = hall.forecast.expected_of(hall.ticket("A002"), later)
    assert second == (
        round((PRIOR_SECONDS - 60) * LOW),
        PRIOR_SECONDS - 60,
        round((PRIOR_SECONDS - 60) * 1.6),
    )


def test_services_are_learned() -> None:
    """Legs of 2 minutes draw the mean from 8 towards 2; undone ones do not count, yesterday's by half."""
    hall = waiting(*[("passport", minute) for minute in range(30)])
    for _ in range(30):
        number = hall.serve()
        hall.wait(2)
        hall.do(c.Complete(id=ID, desk="1", ticket=number, outcome="served"))
    learned = usual_seconds(hall.state, "passport")
    assert learned == (30 * 120 + 20 * PRIOR_SECONDS) / 50
    hall.do(c.Reinstate(id=ID, desk="1", ticket=number, reason="slip"))
    assert hall.state.durations["passport"].legs == 29
    hall.wait(24 * 60)
    assert hall.state.durations["passport"].legs == 14
    assert usual_seconds(hall.state, "birth") == PRIOR_SECONDS


@pytest.mark.parametrize(
    ("elapsed", "low", "high"),
    [
        pytest.param(0, 480, 480, id="all of it at the start"),
        pytest.param(240, 300, 480, id="less after a while"),
        pytest.param(2000, 400, 1500, id="long ones last longer"),
        pytest.param(10**7, 10**5, 10**7, id="and the formula never breaks"),
    ],
)
def test_what_is_left_of_a_service(elapsed: float, low: float, high: float) -> None:
    """A service that has begun is not as long as a new one, and one that is overdue is not about to end."""
    assert low <= seconds_left(480, elapsed) <= high


def test_a_called_visitor_still_walks() -> None:
    """A desk with a called ticket is free after the walk and the service."""
    hall = waiting(("passport", 0))
    hall.call()
    hall.forecast.refresh(hall.state, hall.at)
    assert hall.forecast.expected("A", "none") == (306, PRIOR_SECONDS + 30, 816)


def test_the_table_is_kept_for_ten_seconds_of_hall_time() -> None:
    """No issue makes the table anew; time does."""
    hall = play()
    hall.issue()
    hall.issue()
    (third,) = hall.do(c.IssueTicket(id=ID, service="passport"))
    assert isinstance(third, TicketIssued)
    assert third.expected_wait_seconds == (0, 0, 0)
    hall.until(hall.at + 10 * SECOND)
    (fourth,) = hall.do(c.IssueTicket(id=ID, service="passport"))
    assert isinstance(fourth, TicketIssued)
    assert fourth.expected_wait_seconds[1] == 3 * PRIOR_SECONDS


def test_beyond_the_bound_the_rate_tells() -> None:
    """Of 3,000 who wait 1,000 calls are played; the answer is as if all were."""
    hall = play(a_hall())
    for _ in range(3000):
        hall.issue()
    forecast = Forecast()
    forecast.refresh(hall.state, hall.at + MINUTE)
    _, middle, _ = forecast.expected("A", "none")
    assert middle == pytest.approx(3000 * PRIOR_SECONDS, rel=0.02)
    assert forecast.expected_of(hall.ticket("A2999"), hall.at)[1] > 0
