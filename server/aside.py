"""What a server answers that does not run the hall: reads, and to all else where the hall is run."""

from collections.abc import Iterable
from typing import Any

from server.askers import SAFE_METHODS, Askers
from server.engine import Engine
from server.problems import response

ALSO = frozenset({"/api/v1/epoch", "/api/v1/verify"})
"""What changes nothing in the hall's databases although it is posted."""

ELSEWHERE = ("/socket.io", "/enter/", "/oidc/")
"""Who listens does so where things happen: refused before the handshake, so that a proxy goes elsewhere.

Nobody signs in here either, by whatever way: the session would be gone with the next copy of the list of
rights, or unknown to the server that runs the hall.
"""


class Aside:
    """A WSGI middleware before all others; it hands everything on while this server runs the hall."""

    def __init__(self, application: Any, engine: Engine, askers: Askers) -> None:
        """Stand before an application."""
        self._application, self._engine, self._askers = application, engine, askers

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        why, path = self._engine.aside, environ["PATH_INFO"]
        is_read = environ["REQUEST_METHOD"] in SAFE_METHODS and not path.startswith(ELSEWHERE)
        if why is None or is_read or path in ALSO:
            return self._application(environ, start_response)  # type: ignore[no-any-return]
        language = self._askers.language(environ.get("HTTP_ACCEPT_LANGUAGE"))
        status, headers, body = response(why, language)
        start_response(status, headers)
        return [body]
