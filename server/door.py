"""The door: an HTTP request is let in by its line of the table ``calls.py``, or not at all."""

import structlog
from flask import Flask, request

from server.askers import Askers
from server.calls import CALLS, PAGES, Call, Page
from server.domain.refusals import NotAllowed
from server.domain.rights import EVERYONE
from server.engine import Engine
from server.problems import NotFound

LINES: dict[tuple[str, str], Call | Page] = {
    **{(call.method, call.rule): call for call in CALLS},
    **{("GET", page.rule): page for page in PAGES},
}
"""Method and path, as Flask writes it -> the line that says who may."""

_log = structlog.get_logger(__name__)


class Door:
    """Lets requests in, before whatever answers them."""

    def __init__(self, engine: Engine, askers: Askers) -> None:
        """Ask who asks, and whether the hall is one to try."""
        self._engine, self._askers = engine, askers

    def attach(self, app: Flask) -> None:
        """Stand before every route of an application, those too that another hand may add."""
        app.before_request(self._let_in)

    def _let_in(self) -> None:
        """Raise NotSignedIn or NotAllowed unless the asker may; NotFound where a real hall has nothing."""
        rule = request.url_rule
        if rule is None or request.method == "OPTIONS":  # Flask itself answers these, and no view is asked
            return
        line = LINES.get(("GET" if request.method == "HEAD" else request.method, rule.rule))
        if line is None:
            _log.error("route_without_right", method=request.method, rule=rule.rule)
            raise NotAllowed
        if isinstance(line, Call) and line.in_demonstration and not self._engine.published.hall.hall.demo:
            raise NotFound(path=request.path)
        if line.may != EVERYONE:
            self._askers.now().require(line.may)
