"""The codes that unpaired devices show: six digits each, in memory alone, for ten minutes.

Minutes of whoever types them in, also where hall time runs faster. After a restart of the server there are
none: devices then ask for another by themselves.
"""

import secrets
from dataclasses import dataclass

from protocol.words import MINUTE, Micros
from server.passwords import digest
from server.refusals import CodeExpired, UnknownCode

MINUTES = 10
REMEMBERED: Micros = 60 * MINUTE
"""How long an expired code is still known as such."""

MOST = 500
"""Remembered at once, the newest: a hall has fewer devices, and who asks for more locks nobody out."""

MOST_OF_A_SOURCE = 100
"""Remembered of one address: those of a hall's devices may come through one proxy."""


@dataclass(slots=True)
class Pairing:
    """A device that waits to be let in; ``token`` and ``name`` are there once it was."""

    code: str
    role: str
    secret: str
    until: Micros
    source: str
    token: str = ""
    name: str = ""

    @property
    def shown(self) -> str:
        """Give the code as people read it: ``482 913``."""
        return f"{self.code[:3]} {self.code[3:]}"


class Codes:
    """All codes that are shown, and those that were not long ago; ``secret`` is kept as its digest."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_code: dict[str, Pairing] = {}
        self._by_secret: dict[str, Pairing] = {}

    def draw(self, role: str, source: str, at: Micros) -> tuple[Pairing, str]:
        """Begin a pairing; gives it with the device's secret, which nobody else can know.

        ``source`` is where it is asked for from: whoever asks for many takes the place of their own alone.
        """
        self._forget(at)
        self._forget_oldest_of(source)
        secret = f"pair_{secrets.token_urlsafe(24)}"
        code = _digits()
        while code in self._by_code:
            code = _digits()
        pairing = Pairing(code, role, digest(secret), at + MINUTES * MINUTE, source)
        self._by_code[code] = self._by_secret[pairing.secret] = pairing
        return pairing, secret

    def take(self, entered: str, at: Micros) -> Pairing:
        """Give the pairing of a code, which nobody else can then take; raises UnknownCode or CodeExpired."""
        # Digits of any script, with or without the space.
        code = "".join(str(int(letter)) for letter in entered if letter.isdecimal())
        pairing = self._by_code.get(code)
        if pairing is None:
            raise UnknownCode(entered=entered)
        if pairing.until <= at:
            raise CodeExpired(entered=entered)
        return self._by_code.pop(code)

    def put_back(self, pairing: Pairing) -> None:
        """Let a code be taken again: the device was not let in."""
        self._by_code[pairing.code] = pairing

    def fetch(self, secret: str, at: Micros) -> Pairing | None:
        """Give the pairing of a device while it lasts, and for the last time with the token."""
        pairing = self._by_secret.get(digest(secret))
        if pairing is None or (pairing.until <= at and not pairing.token):
            return None
        if pairing.token:
            del self._by_secret[pairing.secret]
        return pairing

    def _forget_oldest_of(self, source: str) -> None:
        own = [one for one in self._by_secret.values() if one.source == source and not one.token]
        if len(own) >= MOST_OF_A_SOURCE:
            del self._by_secret[own[0].secret]
            self._by_code.pop(own[0].code, None)

    def _forget(self, at: Micros) -> None:
        """Forget those that are long over, and the oldest where there are too many."""
        for pairing in list(self._by_secret.values()):
            if pairing.until + REMEMBERED > at and len(self._by_secret) < MOST:
                return
            del self._by_secret[pairing.secret]
            self._by_code.pop(pairing.code, None)


def _digits() -> str:
    return f"{secrets.randbelow(1_000_000):06}"
