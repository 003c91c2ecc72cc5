"""Hall time never falls, follows the wall slowly, and tells when the wall was set."""

import pytest

from protocol.words import SECOND
from server.clock import DrivenClock, WallClock

START = 1_795_250_000 * SECOND


class Machine:
    """The two clocks of a computer, set by hand: a value for a test, in nanoseconds as the real ones give."""

    def __init__(self) -> None:
        """Begin at START."""
        self.wall, self.monotonic = START, 0

    def clock(self, last: int = 0) -> WallClock:
        """Give hall time by these clocks."""
        return WallClock(last, wall=lambda: self.wall * 1000, monotonic=lambda: self.monotonic * 1000)

    def run(self, seconds: float) -> None:
        """Let both clocks run."""
        self.wall += int(seconds * SECOND)
        self.monotonic += int(seconds * SECOND)


def test_hall_time_runs_with_the_wall() -> None:
    """Hall time is the wall clock at the start, and what passed since."""
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == START
    machine.run(12.5)
    assert clock.now() == START + 12_500_000
    assert clock.look() == 0


@pytest.mark.fault(number="T7")
def test_a_step_of_the_wall_is_told_once_and_slewed() -> None:
    """A wall set an hour ahead is one step of 3600 s, and hall time gains one second a minute on it."""
    machine = Machine()
    clock = machine.clock()
    machine.run(1)
    machine.wall += 3600 * SECOND
    assert clock.look() == 3600
    for _ in range(60):
        machine.run(1)
        assert clock.look() == 0
    gained = clock.now() - (START + 61 * SECOND)
    assert 0.98 * SECOND < gained <= 61 * SECOND / 60


@pytest.mark.fault(number="T7")
def test_hall_time_never_falls() -> None:
    """A wall set back makes hall time slower, never earlier."""
    machine = Machine()
    clock = machine.clock()
    machine.run(1)
    machine.wall -= 100 * SECOND
    assert clock.look() == -100
    before = clock.now()
    for _ in range(100):
        machine.run(0.01)
        clock.look()
        assert clock.now() >= before
        before = clock.now()
    assert before < START + 2 * SECOND


def test_drift_is_no_step() -> None:
    """A wall that drifts a second in an hour is followed without a word."""
    machine = Machine()
    clock = machine.clock()
    for _ in range(3600):
        machine.run(1)
        machine.wall += 277
        assert clock.look() == 0
    assert abs(clock.now() - machine.wall) < SECOND / 1000


@pytest.mark.fault(number="T7")
def test_a_start_behind_the_log_is_a_step() -> None:
    """A wall behind the log's last time does not take hall time back; it is told as a step."""
    machine = Machine()
    clock = machine.clock(last=START + 3600 * SECOND)
    assert clock.now() == START + 3600 * SECOND
    machine.run(1)
    assert clock.look() == -3600


def test_the_real_clock_advances() -> None:
    """The machine's own clocks serve."""
    clock = WallClock()
    assert clock.look() == 0
    assert clock.now() <= clock.now()


def test_a_driven_clock_stands() -> None:
    """A driven clock is not set before a time comes in, then stands there."""
    clock = DrivenClock()
    assert (clock.is_set, clock.now()) == (False, 0)
    clock.stand(START)
    assert (clock.is_set, clock.now()) == (True, START)
