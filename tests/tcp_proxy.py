"""A network that can be broken: a TCP proxy on a port of its own, with faults that a test turns on and off.

Each direction has its own faults: ``up`` is what clients send, ``down`` what the server answers.
"""

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

AT_ONCE = 16_384
UP, DOWN = "up", "down"


@dataclass
class Faults:
    """What happens to bytes: delayed, slowed to a rate, or swallowed while the connection looks alive."""

    delay_seconds: float = 0.0
    bytes_per_second: int = 0
    is_blackhole: bool = False


@dataclass
class TcpProxy:
    """Hands bytes on between whoever connects to ``port`` and a server; whole until told otherwise."""

    server_port: int
    faults: dict[str, Faults] = field(default_factory=lambda: {UP: Faults(), DOWN: Faults()})

    def __post_init__(self) -> None:
        """Listen, and accept on a thread."""
        self._is_cut = self._is_over = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def forward(self) -> None:
        """End all faults; what was swallowed stays lost."""
        self._is_cut = False
        self.faults[UP], self.faults[DOWN] = Faults(), Faults()

    def cut(self) -> None:
        """Close what is open, and refuse what comes until ``forward``."""
        self._is_cut = True
        self._end_all(abortively=False)

    def reset(self) -> None:
        """End what is open with a RST, as a machine does that lost its power and came back."""
        self._end_all(abortively=True)

    def blackhole(self, *directions: str) -> None:
        """Swallow what is sent, both ways or one, and keep the connections: a cable that was pulled."""
        for direction in directions or (UP, DOWN):
            self.faults[direction].is_blackhole = True

    def delay(self, seconds: float) -> None:
        """Let each byte take so long in each direction."""
        for faults in self.faults.values():
            faults.delay_seconds = seconds

    def rate(self, bytes_per_second: int) -> None:
        """Let no more than so many bytes pass in a second, in each direction."""
        for faults in self.faults.values():
            faults.bytes_per_second = bytes_per_second

    def close(self) -> None:
        """Stop listening, and hang up on everybody."""
        self._is_over = True
        self._listener.close()
        self._end_all(abortively=False)

    def _accept(self) -> None:
        while not self._is_over:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = None
        with contextlib.suppress(OSError):
            server = None if self._is_cut else socket.create_connection(("127.0.0.1", self.server_port))
        if server is None:
            client.close()
            return
        for one in (client, server):  # else a network of our own making would be 40 ms slow
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {client, server}
        threading.Thread(target=self._pump, args=(client, server, UP), daemon=True).start()
        self._pump(server, client, DOWN)

    def _pump(self, source: socket.socket, target: socket.socket, direction: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(AT_ONCE):
                faults = self.faults[direction]
                time.sleep(faults.delay_seconds)
                if faults.bytes_per_second:
                    time.sleep(len(data) / faults.bytes_per_second)
                if not faults.is_blackhole:
                    target.sendall(data)
        self._end({source, target})

    def _end_all(self, *, abortively: bool) -> None:
        with self._lock:
            ended = set(self._open)
        if abortively:
            for one in ended:
                with contextlib.suppress(OSError):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._end(ended)

    def _end(self, ended: set[socket.socket]) -> None:
        with self._lock:
            self._open -= ended
        for one in ended:
            # Closing alone would leave the other thread of the pair in recv for ever, and say nothing.
            with contextlib.suppress(OSError):
                is_calm = one.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == struct.pack("ii", 0, 0)
                one.shutdown(socket.SHUT_RDWR if is_calm else socket.SHUT_RD)
            one.close()
