"""Hall time: the one clock of every timer, limit and forecast. Nothing else in the server asks for the time.

``now()`` is integer microseconds UTC and never falls, whatever the machine's clock does.
"""

import time
from collections.abc import Callable

from protocol.words import SECOND, Micros

STEP: Micros = 5 * SECOND
"""A wall clock that moved this much against hall time has been set, not drifted."""

SLEW = 60
"""Hall time moves towards the wall by at most one part in this many: a second a minute."""


class WallClock:
    """The wall clock at the start, and monotonic time since, slewed to the wall."""

    def __init__(
        self,
        last: Micros = 0,
        *,
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Start at the wall's time, or at ``last``, the log's last time, when the wall is behind it."""
        self._wall, self._monotonic = wall, monotonic
        self._since = monotonic() // 1000
        self._base = max(wall() // 1000, last)
        self._expected_off = 0
        self._last = self._base

    def now(self) -> Micros:
        """Give hall time."""
        self._last = max(self._last, self._base + self._monotonic() // 1000 - self._since)
        return self._last

    def look(self) -> int:
        """Compare with the wall, slew towards it, and give the wall's step in seconds: 0 when it made none.

        Called each second; what the wall gains or loses between two calls beyond 5 s is a step.
        """
        monotonic = self._monotonic() // 1000
        elapsed, self._since = monotonic - self._since, monotonic
        self._base += elapsed
        off = self._wall() // 1000 - self._base
        step = off - self._expected_off
        slewed = max(-(elapsed // SLEW), min(off, elapsed // SLEW))
        self._base += slewed
        self._expected_off = off - slewed
        return int(step / SECOND) if abs(step) > STEP else 0


class DrivenClock:
    """A clock that stands where the log ended until a command carries it on; for simulated days."""

    def __init__(self, last: Micros = 0) -> None:
        """Stand at the log's last time; 0 means that no time has come in yet."""
        self._at = last

    @property
    def is_set(self) -> bool:
        """Whether a time has come in, from the log or from a command."""
        return self._at > 0

    def now(self) -> Micros:
        """Give hall time."""
        return self._at

    def stand(self, at: Micros) -> None:
        """Set hall time."""
        self._at = at


Clock = WallClock | DrivenClock
