"""The server's end of a websocket, so that a slow or dead reader harms nobody but itself.

Under gevent a socket's ``send`` sends what fits and says how much; simple-websocket ignores that, and its
reader answers pings on the same socket: a stalled reader gets frames cut short and pongs inside frames. So
the socket is wrapped before the handshake. engineio's queue to a client has no bound and its writer may wait
for ever in a send: here the queue is capped and the socket of whoever is dropped is shut down. Whoever says
what is no packet is dropped too, with one line in the server's log and not a page for each.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any

import gevent  # type: ignore[import-untyped]
import simple_websocket  # type: ignore[import-untyped]
import structlog
from engineio.async_drivers.gevent import WebSocketWSGI  # type: ignore[import-untyped]
from gevent.lock import Semaphore  # type: ignore[import-untyped]

_log = structlog.get_logger(__name__)

QUEUE_PACKETS = 200
"""What may wait for one client; a display that reads nothing is dropped beyond it and catches up later."""

FAREWELL_SECONDS = 1.0
"""How long a connection that was closed may take to say so, before its socket is shut down."""

LONGEST_ERROR = 200

MESSAGE_BYTES = 65_536
"""The longest message a client may send."""


class SteadySocket:
    """A socket whose ``send`` sends everything, one frame after another, whichever greenlet sends."""

    def __init__(self, socket: Any) -> None:
        """Wrap a connected gevent socket."""
        self._socket = socket
        self._turn = Semaphore()

    def send(self, data: bytes) -> int:
        """Send all of it before anything else is sent; raises OSError."""
        with self._turn:
            self._socket.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        """Receive at most ``size`` bytes; empty at the end."""
        return bytes(self._socket.recv(size))

    def shut_down(self) -> None:
        """End both directions: whoever waits in ``send`` or ``recv`` wakes up."""
        with suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Give the descriptor back."""
        self._socket.close()


class Wires:
    """The sockets under the connections, by Engine.IO id, and the one way to end a connection for good."""

    def __init__(self, engineio: Any, on_drop: Callable[[], None]) -> None:
        """Watch over an Engine.IO server: its websockets, its queues, its goodbyes."""
        self._engineio = engineio
        self._on_drop = on_drop
        self._open: dict[str, SteadySocket] = {}
        self._send = engineio.send_packet
        self._told = engineio.handlers["disconnect"]
        self._heard = engineio.handlers["message"]
        engineio.send_packet = self._send_bounded
        engineio.disconnect = self._disconnect
        engineio.logger.addFilter(_in_one_line)
        engineio.on("message", self._message)
        engineio.on("disconnect", self._disconnected)
        engineio._async = {**engineio._async, "websocket": self._websocket}  # noqa: SLF001 - no public way

    def __len__(self) -> int:
        """Count the open websockets."""
        return len(self._open)

    def longest_queue(self) -> int:
        """Count the packets that wait for the slowest client."""
        return max((client.queue.qsize() for client in self._engineio.sockets.values()), default=0)

    def close(self, engineio_id: str) -> None:
        """Say goodbye to a client; its socket is shut down soon after, whether it heard that or not."""
        client = self._engineio.sockets.get(engineio_id)
        if client is not None:
            client.close(wait=False)

    def drop(self, engineio_id: str, error: Exception) -> None:
        """End the connection of a client that said what is no packet."""
        _log.warning("nonsense_from_client", error=repr(error)[:LONGEST_ERROR])
        client = self._engineio.sockets.get(engineio_id)
        if client is not None:
            client.close(wait=False, abort=True, reason=self._engineio.reason.TRANSPORT_ERROR)
        self._cut(engineio_id)

    def close_all(self) -> None:
        """Say goodbye to everyone."""
        for engineio_id in list(self._engineio.sockets):
            self.close(engineio_id)

    def hold(self, engineio_id: str, socket: SteadySocket) -> None:
        """Remember the socket of a connection."""
        self._open[engineio_id] = socket

    def release(self, engineio_id: str) -> None:
        """Forget the socket of a connection that is over."""
        self._open.pop(engineio_id, None)

    def _websocket(self, handler: Any, server: Any) -> "_HallWebSocket":
        return _HallWebSocket(self, handler, server)

    def _send_bounded(self, engineio_id: str, packet: Any) -> None:
        client = self._engineio.sockets.get(engineio_id)
        if client is not None and not client.closed and client.queue.qsize() >= QUEUE_PACKETS:
            self._on_drop()
            client.close(wait=False, abort=True, reason=self._engineio.reason.TRANSPORT_ERROR)
            self._cut(engineio_id)
        else:
            self._send(engineio_id, packet)

    def _message(self, engineio_id: str, data: Any) -> None:
        try:
            self._heard(engineio_id, data)
        except Exception as error:  # noqa: BLE001 - Socket.IO's parsers stumble over rubbish in as many ways
            self.drop(engineio_id, error)

    def _disconnect(self, engineio_id: str | None = None) -> None:
        # The library's own would wait until the client has fetched its goodbye: a poller never does.
        for one in [engineio_id] if engineio_id else list(self._engineio.sockets):
            self.close(one)
            self._engineio.sockets.pop(one, None)

    def _disconnected(self, engineio_id: str, reason: str) -> None:
        self._told(engineio_id, reason)
        gevent.spawn_later(FAREWELL_SECONDS, self._cut, engineio_id)

    def _cut(self, engineio_id: str) -> None:
        socket = self._open.get(engineio_id)
        if socket is not None:
            socket.shut_down()


def _in_one_line(record: logging.LogRecord) -> bool:
    """Say what a library stumbled over, without the page of its traceback: hostile clients write pages."""
    if record.exc_info:
        record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]!r}"[:LONGEST_ERROR], ()
        record.exc_info = None
    return True


class _SteadyServer(simple_websocket.Server):  # type: ignore[misc]
    """Wraps the socket before anything is said on it."""

    def handshake(self) -> None:
        self.sock.settimeout(None)  # pings tell whether it lives
        self.sock: Any = SteadySocket(self.sock)
        super().handshake()


class _HallWebSocket(WebSocketWSGI):  # type: ignore[misc]
    """Engine.IO's websocket for gevent, on a steady socket, with messages bounded while they arrive."""

    def __init__(self, wires: Wires, handler: Any, server: Any) -> None:
        super().__init__(handler, server)
        self._wires = wires

    def __call__(self, environ: dict[str, Any], _: Any) -> Iterable[bytes]:
        engineio_id = self.app.__self__.sid
        self.ws = _SteadyServer(environ, max_message_size=MESSAGE_BYTES, **self.server_args)
        self._wires.hold(engineio_id, self.ws.sock)
        try:
            return list(self.app(self))
        except Exception as error:  # noqa: BLE001 - the library raises whatever its parsers stumble over
            self._wires.drop(engineio_id, error)
            return []
        finally:
            self._wires.release(engineio_id)
            self.ws.sock.shut_down()

    def close(self) -> None:
        with suppress(OSError):  # whatever it is, this connection is over
            super().close()


def without_deflate(application: Any) -> Any:
    """Wrap a WSGI application so that no websocket is offered compression: it costs 98 kB a client."""

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return application(environ, start_response)

    return serve
