"""The names of epochs: ``<rank>-<random>-<seal>``, under a key that only the servers of one hall have.

A later epoch has a higher rank, so whoever meets two servers knows which has taken over. The seal lets
anybody carry the news, a phone too: a server believes it whoever says so, and nobody can make one up.
"""

import hmac
import secrets

from protocol.catchup import rank
from protocol.words import SECOND
from server.clock import WallClock

SEAL_DIGITS = 16


def drawn(after: str, key: bytes) -> str:
    """Draw the name of an epoch later than ``after``, and than any that began elsewhere before now."""
    name = f"{max(rank(after) + 1, WallClock().now() // SECOND)}-{secrets.token_hex(4)}"
    return f"{name}-{_seal(name, key)}"


def supersedes(said: object, own: str, key: bytes) -> bool:
    """Tell whether this is the name of an epoch of this hall, and a later one than ``own``."""
    if not isinstance(said, str):
        return False
    name, _, seal = said.rpartition("-")
    return rank(said) > rank(own) and hmac.compare_digest(seal.encode(), _seal(name, key).encode())


def _seal(name: str, key: bytes) -> str:
    return hmac.digest(key, f"epoch\0{name}".encode(), "sha256").hex()[:SEAL_DIGITS]
