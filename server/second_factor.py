"""A second factor besides the password: the digits of a phone.

A person who is signed in sets it up on their page, where the key is shown once; so does the command line,
which also takes it away when a phone is lost.
"""

from dataclasses import dataclass
from typing import Annotated

import segno
from msgspec import Meta

from protocol.words import MINUTE, Micros
from server.access import Access
from server.askers import Askers
from server.bodies import Body, said
from server.clock import WallClock
from server.delays import Delays, Growth
from server.engine import Engine
from server.logins import keep_second_key, second_key, use_step
from server.refusals import CodeNeeded, NothingToConfirm, TooManyTries, WrongCode
from server.totp import address_of, drawn, step_of

GROWTH = Growth(free=5, first_seconds=30, longest_seconds=900)
"""By the person alone, since whoever tries codes has the password already."""

CONFIRM: Micros = 10 * MINUTE
"""How long a key that was shown waits for its first code."""

Digits = Annotated[str, Meta(pattern=r"^[0-9]{6}$(?!\n)")]


class Begun(Body):
    """The code of the present key, where there is one."""

    code: Digits | None = None


class Confirmed(Body):
    """The first code of a new key."""

    code: Digits


@dataclass(frozen=True, slots=True)
class Pending:
    """A key that was shown, and until when it may be confirmed."""

    key: str
    until: Micros


class SecondFactor:
    """Answers the calls of people about their own second factor, and checks it at the login."""

    def __init__(self, engine: Engine, access: Access, askers: Askers) -> None:
        """Keep keys in the register."""
        self._engine, self._access, self._askers = engine, access, askers
        self._delays = Delays(GROWTH)
        self._pending: dict[str, Pending] = {}

    def begin(self) -> dict[str, str]:
        """Draw a key and show it; raises CodeNeeded or WrongCode of whoever has one already."""
        asker, begun = self._askers.now(), said(Begun)
        self.check(asker.id, begun.code)
        pending = Pending(drawn(), WallClock().now() + CONFIRM)
        self._pending[asker.id] = pending
        address = address_of(pending.key, asker.name, self._engine.published.hall.hall.id)
        return {
            "key": pending.key,
            "picture": segno.make_qr(address).png_data_uri(scale=4, border=4),
        }

    def confirm(self) -> dict[str, bool]:
        """Put a key in force by its first code; raises NothingToConfirm or WrongCode."""
        asker, code, now = self._askers.now(), said(Confirmed).code, WallClock().now()
        pending = self._pending.get(asker.id)
        if pending is None or pending.until < now:
            raise NothingToConfirm
        self._count(asker.id)
        step = step_of(pending.key, code, now)
        if step is None:
            raise WrongCode
        self._delays.forgive(asker.id)
        del self._pending[asker.id]
        self._access.change(keep_second_key, asker.name, pending.key, step)
        self._askers.audit.changed(asker.id, "second_factor", asker.id, asker.role)
        return {"second_factor": True}

    def check(self, operator_id: str, code: str | None) -> bool:
        """Tell whether a person has a second factor; its code is good once.

        Raises CodeNeeded, WrongCode or TooManyTries.
        """
        key = self._access.ask(second_key, operator_id)
        if key is None:
            return False
        if code is None:
            raise CodeNeeded
        self._count(operator_id)
        step = step_of(key, code, WallClock().now())
        if step is None or not self._access.ask(use_step, operator_id, step):
            raise WrongCode
        self._delays.forgive(operator_id)
        return True

    def _count(self, operator_id: str) -> None:
        """Count a try of a code; raises TooManyTries."""
        at = self._engine.now()
        seconds = self._delays.seconds(operator_id, at)
        if seconds:
            raise TooManyTries(seconds=seconds)
        self._delays.count(operator_id, at)
