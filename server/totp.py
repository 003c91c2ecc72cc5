"""Codes of six digits that a phone shows for half a minute (TOTP, RFC 6238), each good once."""

from hmac import compare_digest

import pyotp

from protocol.words import SECOND, Micros
from server.logins import keep_second_key
from server.register import Register

STEP_SECONDS = 30
STEPS_OFF = 1
"""How many steps a phone's clock may be off, to either side."""


def drawn() -> str:
    """Draw a key: 160 bits, as RFC 4226 recommends, in the letters that authenticators take."""
    return pyotp.random_base32()


def step_of(key: str, code: str, at: Micros) -> int | None:
    """Give the step of time that a code is of; None when of none near ``at``."""
    totp, now = _totp(key), at // SECOND // STEP_SECONDS
    steps = range(max(0, now - STEPS_OFF), now + STEPS_OFF + 1)
    found = [step for step in steps if compare_digest(totp.generate_otp(step), code)]
    return found[-1] if found else None


def address_of(key: str, name: str, hall: str) -> str:
    """Give what an authenticator reads from a QR code."""
    return _totp(key).provisioning_uri(name=name, issuer_name=f"Novbe {hall}".strip())


def enrol(register: Register, name: str) -> str:
    """Give a person a key that is in force at once, in place of any before; raises UnknownOperator."""
    key = drawn()
    keep_second_key(register, name, key)
    return key


def _totp(key: str) -> pyotp.TOTP:
    return pyotp.TOTP(key, interval=STEP_SECONDS)
