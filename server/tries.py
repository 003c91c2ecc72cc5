"""How often one may try over HTTP a secret, or what costs the hall much: passwords, codes, ledgers."""

import ipaddress
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter

from server.origin import address

View = Callable[..., Any]

IPV6 = 6


class Tries:
    """Counts the calls of an application; more than allowed are answered with ``too_many_requests``."""

    def __init__(self, app: Flask) -> None:
        """Count in memory: a restart forgives."""
        self._limiter = Limiter(asking_address, app=app, storage_uri="memory://")

    def of_an_address(self, most: str) -> Callable[[View], View]:
        """Limit a view by where the calls come from."""
        return self._limiter.limit(most)

    def failures_of_an_address(self, most: str) -> Callable[[View], View]:
        """Limit how often a view may refuse calls from one place: what was right counts for nothing."""
        return self._limiter.limit(most, deduct_when=_was_refused)

    def of_a(self, whose: Callable[[], str], most: str) -> Callable[[View], View]:
        """Limit a view by what ``whose`` gives."""
        return self._limiter.limit(most, key_func=whose)


def asking_address() -> str:
    """Give the address that the request came from which Flask is answering; of IPv6, the network."""
    said = address(request.environ)
    try:
        found = ipaddress.ip_address(said)
    except ValueError:
        return said
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == IPV6 else said


def _was_refused(response: Response) -> bool:
    return response.status_code >= HTTPStatus.BAD_REQUEST
