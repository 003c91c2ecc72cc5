"""Who was given or taken a right, and who asked for what they had no right to: told to the server's log."""

import time

import structlog
from prometheus_client import CollectorRegistry, Counter

from server.domain.refusals import Forbidden, Refusal

QUIET_SECONDS = 60.0
"""The same from the same asker is told once in this time: nobody fills the disk by being refused."""

MOST_REMEMBERED = 1000

_log = structlog.get_logger(__name__)


class Audit:
    """Takes down who was refused what. It names opaque ids and kinds of things alone, never what was said."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Count in a registry of metrics."""
        self._refused = Counter(
            "novbe_rights_refused",
            "Requests and commands that the asker had no right to.",
            ["role", "code"],
            registry=registry,
        )
        self._told: dict[tuple[str, str, str], float] = {}

    def changed(self, by: str, what: str, about: str, role: str = "") -> None:
        """Take down that somebody gave or took a right, by opaque ids; ``what`` is the call that did it."""
        _log.info("access_changed", by=by, what=what, about=about, role=role)

    def refused(self, actor: str, role: str, asked: str, refusal: Refusal) -> None:
        """Take down a refusal for want of a right; any other is none of its business.

        ``asked`` is a command's type, or a method and the rule of a route.
        """
        if not isinstance(refusal, Forbidden):
            return
        self._refused.labels(role, refusal.code).inc()
        key, now = (actor, asked, refusal.code), time.monotonic()
        if now - self._told.get(key, -QUIET_SECONDS) < QUIET_SECONDS:
            return
        if len(self._told) >= MOST_REMEMBERED:
            self._told.clear()
        self._told[key] = now
        _log.warning("right_refused", actor=actor, role=role, asked=asked, code=refusal.code)
