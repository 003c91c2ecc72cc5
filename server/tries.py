"""How often one may try over HTTP a secret, or what costs the hall much: passwords, codes, ledgers."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

View = Callable[..., Any]


class Tries:
    """Counts the calls of an application; more than allowed are answered with ``too_many_requests``."""

    def __init__(self, app: Flask) -> None:
        """Count in memory: a restart forgives."""
        self._limiter = Limiter(address, app=app, storage_uri="memory://")

    def of_an_address(self, most: str) -> Callable[[View], View]:
        """Limit a view by where the calls come from."""
        return self._limiter.limit(most)

    def of_a(self, whose: Callable[[], str], most: str) -> Callable[[View], View]:
        """Limit a view by what ``whose`` gives."""
        return self._limiter.limit(most, key_func=whose)


def address() -> str:
    """Give where the request came from."""
    return request.remote_addr or ""
