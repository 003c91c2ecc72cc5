"""The server as the network sees it: its listener, the middlewares in their order, a graceful stop."""

import importlib.util
import socket
from ssl import SSLContext
from typing import Any

import gevent  # type: ignore[import-untyped]
import structlog
from gevent import socket as gevent_socket
from gevent.pool import Pool  # type: ignore[import-untyped]
from gevent.pywsgi import LoggingLogAdapter, WSGIHandler, WSGIServer  # type: ignore[import-untyped]

from server.access import Access
from server.api import build_app
from server.aside import Aside
from server.command_route import CommandRoute
from server.engine import Engine
from server.headers import with_headers
from server.metrics import Metrics
from server.presence import Presence
from server.sockets import Sockets
from server.websocket import without_deflate

BACKLOG = 1024
MOST_CONNECTIONS = 4000
STOP_SECONDS = 3.0

QUIET_SECONDS = 60.0
"""How long a connection may leave a request unfinished, or unsaid, before its place is given to another."""


class UnfitPackage(Exception):  # noqa: N818 - a refusal to start, in one sentence
    """A package is installed with which this server would go wrong without a word."""


def refuse_unfit_packages() -> None:
    """Raise UnfitPackage when gevent-websocket is installed: that alone switches the driver."""
    if importlib.util.find_spec("geventwebsocket"):
        raise UnfitPackage(
            "gevent-websocket is installed and breaks the sockets: run 'pip uninstall gevent-websocket'."
        )


def listen(host: str, port: int) -> Any:
    """Open the listening socket; what it accepts sends at once, without Nagle's wait. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = gevent_socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class Handler(WSGIHandler):  # type: ignore[misc]
    """Ends a connection that says nothing, and one that was a websocket: what is left of it is no request."""

    def handle(self) -> None:
        """Serve a connection, in the time that it has."""
        self.socket.settimeout(QUIET_SECONDS)
        super().handle()

    def run_application(self) -> None:
        """Answer one request."""
        super().run_application()
        if "HTTP_UPGRADE" in self.environ:
            self.close_connection = True


class Site(WSGIServer):  # type: ignore[misc]
    """gevent's server; a handshake that never ends, where there is one, does not keep its place."""

    def wrap_socket(self, client_socket: Any, **how: Any) -> Any:
        """Begin TLS on a connection."""
        client_socket.settimeout(QUIET_SECONDS)
        return super().wrap_socket(client_socket, **how)


class HallServer:
    """The running server: ``host`` and ``port`` as they came to be, and how to end it."""

    def __init__(
        self, engine: Engine, access: Access, *, host: str, port: int, tls: SSLContext | None = None
    ) -> None:
        """Bind, build and begin to serve; raises OSError when the address cannot be had."""
        listener = listen(host, port)
        self.host, self.port = host, listener.getsockname()[1]
        metrics = Metrics(engine)
        presence = Presence()
        app, askers, self._standbys, watchman = build_app(engine, access, metrics, presence)
        self._sockets = Sockets(app, engine, access, askers, metrics, presence)
        metrics.watch_sockets(self._sockets)
        # SocketIO(app) put itself into app.wsgi_app: what stands before sockets too has to come after it.
        route = Aside(CommandRoute(app.wsgi_app, engine, askers), engine, askers)
        app.wsgi_app = without_deflate(with_headers(route))  # type: ignore[method-assign]
        log = LoggingLogAdapter(structlog.get_logger("http"))
        how: dict[str, Any] = {"ssl_context": tls} if tls else {}
        self._server = Site(
            listener, app, spawn=Pool(MOST_CONNECTIONS), handler_class=Handler, log=None, error_log=log, **how
        )
        self._server.start()
        self._greenlets = [self._sockets.start(), gevent.spawn(metrics.heartbeat.run)]
        self._greenlets += [gevent.spawn(self._standbys.watch), gevent.spawn(watchman.run)]

    def stop(self) -> None:
        """Take no more connections, say goodbye to those there are, and end."""
        self._server.close()
        self._standbys.replication.stop()
        self._sockets.wires.close_all()
        self._server.stop(timeout=STOP_SECONDS)
        gevent.killall(self._greenlets)


def serve(
    engine: Engine, access: Access, *, host: str, port: int, tls: SSLContext | None = None
) -> HallServer:
    """Serve a hall from now on, over TLS where there is a context for it; raises UnfitPackage or OSError."""
    refuse_unfit_packages()
    return HallServer(engine, access, host=host, port=port, tls=tls)
