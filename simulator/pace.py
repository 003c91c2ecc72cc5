"""How fast the hall's time passes on a driven clock: at once, or so many times as fast as the wall's."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from protocol.words import SECOND, Micros
from simulator.light import Http, Refused

LOOK_SECONDS = 0.25
"""How often time is told to a hall in which nothing happens, and a hall is asked for its speed.

So short that at 60 times who was called has not arrived at the desk before the hall is slowed down for it.
"""

Advance = Callable[[Micros], Awaitable[None]]


class Pace:
    """Time as fast as the hall can follow."""

    async def has_come(self, at: Micros, advance: Advance) -> bool:
        """Wait until ``at``, and tell that it has come; or some time less, and see what happens next then.

        Others may have acted meanwhile, so that something is to happen sooner.
        """
        del at, advance
        return True


class Paced(Pace):
    """So many times as fast as the wall's; the time that a hall was away is not made up for."""

    def __init__(self, begin: Micros, speed: float) -> None:
        """Let the hall's time be ``begin`` now."""
        self._at, self._speed, self._since = begin, speed, time.monotonic()

    async def has_come(self, at: Micros, advance: Advance) -> bool:
        """Wait at most ``LOOK_SECONDS``, and tell the hall how far time has come."""
        await self.look()
        missing = (at - self._now()) / SECOND / self._speed
        if missing > 0:
            await asyncio.sleep(min(missing, LOOK_SECONDS))
        else:
            self._lag(at)
        if missing <= LOOK_SECONDS:
            return True
        await advance(self._now())
        return False

    async def look(self) -> None:
        """Keep the speed."""

    def set_speed(self, speed: float) -> None:
        """Go on from now at another speed."""
        self._at, self._since, self._speed = self._now(), time.monotonic(), speed

    def _now(self) -> Micros:
        return self._at + int((time.monotonic() - self._since) * SECOND * self._speed)

    def _lag(self, at: Micros) -> None:
        """Where the hall could not follow, go on from where it stands and not faster than was asked."""
        if self._now() - at > LOOK_SECONDS * self._speed * SECOND:
            self._at, self._since = at, time.monotonic()


class AsTheHallSays(Paced):
    """The speed that is chosen on the demonstration's page."""

    def __init__(self, begin: Micros, http: Http) -> None:
        """Ask the hall, now and then."""
        super().__init__(begin, 1.0)
        self._http, self._asked = http, 0.0

    async def look(self) -> None:
        """Ask for the speed, now and then."""
        if time.monotonic() - self._asked < LOOK_SECONDS:
            return
        self._asked = time.monotonic()
        try:
            speed = float((await self._http.get("/api/v1/demo/speed"))["speed"])
        except (ConnectionError, Refused):
            return  # the hall is away for a moment: the next command waits for it
        if speed != self._speed:
            self.set_speed(speed)
