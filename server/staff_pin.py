"""The calls about the staff's PIN: a manager sets it, and a kiosk asks whether it is right."""

from typing import Annotated

from msgspec import Meta

from server.access import Access
from server.askers import Askers
from server.bodies import Body, said
from server.delays import Delays, Growth
from server.engine import Engine
from server.refusals import NoPin, PinLocked, WrongPin
from server.register import Register

GROWTH = Growth(free=5, first_seconds=30, longest_seconds=3600)


class Pin(Body):
    """Four to eight digits."""

    pin: Annotated[str, Meta(pattern=r"^[0-9]{4,8}$(?!\n)")]


class StaffPin:
    """Answers the calls about the PIN; each kiosk's wrong tries are counted in hall time."""

    def __init__(self, engine: Engine, access: Access, askers: Askers) -> None:
        """Ask the hall's register."""
        self._engine, self._access, self._askers = engine, access, askers
        self._delays = Delays(GROWTH)

    def set(self) -> tuple[str, int]:
        """Set the PIN; locked kiosks may try again."""
        self._access.ask(Register.set_pin, said(Pin).pin)
        self._delays.forgive_all()
        self._askers.audit.changed(self._askers.now().id, "staff_pin", "kiosks")
        return "", 204

    def check(self) -> dict[str, str]:
        """Say whether the PIN is right; raises WrongPin, PinLocked or NoPin."""
        asker = self._askers.now()
        pin = said(Pin).pin
        self._must_wait_no_more(asker.id)
        self._delays.count(asker.id, self._engine.now())
        is_right = self._access.ask(Register.is_pin, pin)
        if is_right is False:
            self._must_wait_no_more(asker.id)
            raise WrongPin(tries_left=self._delays.free(asker.id))
        self._delays.forgive(asker.id)
        if is_right is None:
            raise NoPin
        return {}

    def _must_wait_no_more(self, kiosk: str) -> None:
        """Raise PinLocked while a kiosk may not try."""
        seconds = self._delays.seconds(kiosk, self._engine.now())
        if seconds:
            raise PinLocked(seconds=seconds)
