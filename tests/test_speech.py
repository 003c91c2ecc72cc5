"""What one voice can say in an hour, and how many zones a hall's peak needs."""

import random

import pytest

from protocol.speech import RECALLS_PER_CALL, WAIT_SECONDS, announcement_seconds, calls_an_hour, zones_needed


@pytest.mark.parametrize(
    ("calls", "languages", "zones"),
    [
        pytest.param(1, 1, 1, id="a small hall has one voice"),
        pytest.param(120, 3, 1, id="the demonstration hall's peak fits one"),
        pytest.param(300, 1, 1, id="one language leaves room for more"),
        pytest.param(300, 2, 2, id="than two do"),
        pytest.param(1000, 4, 5, id="a call is spoken in two languages at most"),
    ],
)
def test_zones_follow_the_peak(calls: int, languages: int, zones: int) -> None:
    """The more calls and languages, the more voices side by side."""
    assert zones_needed(calls, languages) == zones


@pytest.mark.parametrize("languages", [1, 2])
def test_at_the_stated_capacity_calls_wait_as_long_as_stated(languages: int) -> None:
    """A day of random calls at that rate waits about WAIT_SECONDS on average for the voice (seed 7)."""
    chance = random.Random(7)  # noqa: S311 - a simulation
    rate = calls_an_hour(languages) * (1 + RECALLS_PER_CALL) / 3600
    now = free = waited = 0.0
    for _ in range(50_000):
        now += chance.expovariate(rate)
        waited += max(0.0, free - now)
        free = max(free, now) + announcement_seconds(languages)
    assert waited / 50_000 == pytest.approx(WAIT_SECONDS, rel=0.1)
