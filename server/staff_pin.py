"""The calls about the staff's PIN: a manager sets it, and a kiosk asks whether it is right."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from protocol.words import SECOND, Micros
from server.access import Access
from server.askers import Askers
from server.bodies import Body, said
from server.domain.refusals import seconds_until
from server.engine import Engine
from server.refusals import NoPin, PinLocked, WrongPin
from server.register import Register

FREE_TRIES = 5
FIRST_LOCK_SECONDS = 30
LONGEST_LOCK_SECONDS = 3600


class Pin(Body):
    """Four to eight digits."""

    pin: Annotated[str, Meta(pattern=r"^[0-9]{4,8}$(?!\n)")]


@dataclass(slots=True)
class Wrong:
    """How often a kiosk was wrong since it was right, and until when it may not try again."""

    tries: int = 0
    until: Micros = 0

    def begin(self, at: Micros) -> None:
        """Count a try before its outcome is known, so that many at once gain nothing; raises PinLocked."""
        if at < self.until:
            raise PinLocked(seconds=seconds_until(self.until, at))
        self.tries += 1
        if self.tries >= FREE_TRIES:
            doublings = min(self.tries - FREE_TRIES, 10)
            self.until = at + min(FIRST_LOCK_SECONDS << doublings, LONGEST_LOCK_SECONDS) * SECOND

    def told(self, at: Micros) -> WrongPin | PinLocked:
        """Give the refusal of the try that has just failed."""
        if at < self.until:
            return PinLocked(seconds=seconds_until(self.until, at))
        return WrongPin(tries_left=FREE_TRIES - self.tries)


class StaffPin:
    """Answers the calls about the PIN; each kiosk's wrong tries are counted in hall time."""

    def __init__(self, engine: Engine, access: Access, askers: Askers) -> None:
        """Ask the hall's register."""
        self._engine, self._access, self._askers = engine, access, askers
        self._wrong: dict[str, Wrong] = {}

    def set(self) -> tuple[str, int]:
        """Set the PIN; locked kiosks may try again."""
        self._access.ask(Register.set_pin, said(Pin).pin)
        self._wrong.clear()
        return "", 204

    def check(self) -> dict[str, str]:
        """Say whether the PIN is right; raises WrongPin, PinLocked or NoPin."""
        asker = self._askers.now()
        pin = said(Pin).pin
        wrong = self._wrong.setdefault(asker.id, Wrong())
        wrong.begin(self._engine.now())
        is_right = self._access.ask(Register.is_pin, pin)
        if is_right is False:
            raise wrong.told(self._engine.now())
        self._wrong.pop(asker.id, None)
        if is_right is None:
            raise NoPin
        return {}
