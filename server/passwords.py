"""Secrets that people say: drawn at random, kept as hashes that nobody can read back. Slow on purpose."""

import functools
import secrets
from hashlib import sha256

import argon2

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_hasher = argon2.PasswordHasher()


def drawn() -> str:
    """Draw a password: 16 of 31 letters and digits that cannot be mistaken for each other, 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    """Give what is kept of a password or a PIN: its argon2 hash."""
    return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether this is the password that was kept; with none kept it takes as long, and tells nothing."""
    try:
        _hasher.verify(kept or _hash_of_nothing(), password)
    except argon2.exceptions.VerificationError:
        return False
    return kept is not None


def digest(token: str) -> str:
    """Give what is kept of a token. It is random and long, so a plain SHA-256 cannot be searched."""
    return sha256(token.encode()).hexdigest()


@functools.cache
def _hash_of_nothing() -> str:
    return _hasher.hash(secrets.token_hex(16))
