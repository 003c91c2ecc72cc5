"""Growing delays for whoever tries a secret and is wrong: each on an account of their own.

Pure: ``at`` comes in. A try is counted before its outcome is known, so that many at once gain nothing.
"""

from dataclasses import dataclass

from protocol.words import HOUR, SECOND, Micros
from server.domain.refusals import seconds_until

MOST_ACCOUNTS = 10_000
"""Remembered at once; beyond it those that were wrong longest ago are forgotten."""

FORGOTTEN: Micros = 24 * HOUR
"""How long a wrong try counts at most."""


@dataclass(slots=True)
class _Account:
    tries: int = 0
    last: Micros = 0
    until: Micros = 0


@dataclass(frozen=True, slots=True)
class Growth:
    """So many tries are free; then one must wait, each time twice as long, up to the longest."""

    free: int
    first_seconds: int
    longest_seconds: int

    def after(self, tries: int) -> Micros:
        """Give how long one must wait after so many wrong tries."""
        if tries < self.free:
            return 0
        doublings = min(tries - self.free, 20)
        return min(self.first_seconds << doublings, self.longest_seconds) * SECOND


class Delays:
    """Who was wrong how often since they were right, and until when they may not try again."""

    def __init__(self, growth: Growth) -> None:
        """Begin with nobody."""
        self.growth = growth
        self._accounts: dict[str, _Account] = {}

    def seconds(self, who: str, at: Micros) -> int:
        """Give how many seconds they must wait; 0 when they may try now."""
        account = self._accounts.get(who)
        return seconds_until(account.until, at) if account and at < account.until else 0

    def count(self, who: str, at: Micros) -> None:
        """Count a try, as wrong until it is told to have been right."""
        account = self._accounts.pop(who, None)
        if account is None or at - account.last > FORGOTTEN:
            account = _Account()
        account.tries += 1
        account.last, account.until = at, at + self.growth.after(account.tries)
        self._accounts[who] = account  # the latest stands last
        if len(self._accounts) > MOST_ACCOUNTS:
            del self._accounts[next(iter(self._accounts))]

    def free(self, who: str) -> int:
        """Give how many wrong tries are left before they must wait."""
        account = self._accounts.get(who)
        return max(0, self.growth.free - account.tries) if account else self.growth.free

    def take_back(self, who: str) -> None:
        """Take one try back: it was right, or none at all."""
        account = self._accounts.get(who)
        if account:
            account.tries, account.until = account.tries - 1, 0

    def forgive(self, who: str) -> None:
        """Forget what was wrong: they were right."""
        self._accounts.pop(who, None)

    def forgive_all(self) -> None:
        """Forget everybody's."""
        self._accounts.clear()
