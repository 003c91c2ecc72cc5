"""What a second server has of the log, and how long the hall waits for it.

What is committed here is published, and answered, only once the standby has it too; but never later than a
quarter of a second. A standby that does not keep up makes the hall *degraded*, and never slow: nobody waits
for it again until it has caught up.
"""

import time

import structlog
from gevent.event import Event as Signal  # type: ignore[import-untyped]

WAIT_SECONDS = 0.25
"""How long an answer may wait for the standby."""

POLL_SECONDS = 2.0
"""How long a standby's question for more is left open while nothing happens."""

SILENT_SECONDS = 2 * POLL_SECONDS + 1
"""A standby that was not heard for so long is away."""

CLOSE = 1000
"""Events that a standby may be behind and still catch up within the wait."""

REST_SECONDS = 2.0
"""How long a standby that was too slow is not waited for."""


class Replication:
    """The place of the standby in the log. All methods are for greenlets."""

    def __init__(self, committed: int) -> None:
        """Begin with a log of so many events, and no standby heard."""
        self.committed, self.acknowledged = committed, 0
        self.is_healthy = False
        self._heard = self._lost = float("-inf")
        self._grown, self._reached, self._is_over = Signal(), Signal(), False

    def guard(self, seq: int) -> None:
        """Hand on what was committed up to ``seq``, and wait until the standby has it or is too late."""
        self.committed = seq
        self._grown = _wake(self._grown)
        if self.is_healthy and not self._waits_for(seq):
            self._lose("too_slow")

    def hear(self, acknowledged: int) -> None:
        """Take the standby's word that it has the log up to an event."""
        self.acknowledged, self._heard = acknowledged, time.monotonic()
        self._reached = _wake(self._reached)
        is_near = self.committed - acknowledged <= CLOSE
        if is_near and not self.is_healthy and self._heard > self._lost + REST_SECONDS:
            structlog.get_logger().info("standby_follows", seq=acknowledged)
            self.is_healthy = True

    def more(self, after: int) -> None:
        """Wait until the log is longer, for a while."""
        if self.committed <= after and not self._is_over:
            self._grown.wait(POLL_SECONDS)

    def look(self) -> bool:
        """Tell whether the standby keeps up; one that was not heard for too long does not."""
        if self.is_healthy and time.monotonic() > self._heard + SILENT_SECONDS:
            self._lose("silent")
        return self.is_healthy

    def stop(self) -> None:
        """Leave nobody waiting."""
        self._is_over = True
        self._grown = _wake(self._grown)

    def _waits_for(self, seq: int) -> bool:
        deadline = time.monotonic() + WAIT_SECONDS
        while self.acknowledged < seq and (left := deadline - time.monotonic()) > 0:
            self._reached.wait(left)
        return self.acknowledged >= seq

    def _lose(self, why: str) -> None:
        self.is_healthy, self._lost = False, time.monotonic()
        structlog.get_logger().warning("degraded", why=why, behind_events=self.committed - self.acknowledged)


def _wake(waited_for: Signal) -> Signal:
    """Wake all who wait, and give what the next ones wait for."""
    waited_for.set()
    return Signal()
