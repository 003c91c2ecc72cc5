"""A printer in the network, most often at port 9100."""

import socket
from dataclasses import dataclass

from kiosk.printing.connection import BLOCKED, BROKE_OFF, FAST, Connection, PrinterUnavailable

CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class TcpTransport:
    """A printer in the network."""

    host: str
    port: int
    bytes_per_second: float = FAST

    def connect(self) -> Connection:
        """Call the printer."""
        try:
            line = socket.create_connection((self.host, self.port), CONNECT_SECONDS)
        except OSError as failure:
            raise PrinterUnavailable(
                f"The printer at {self.host}:{self.port} cannot be reached:"
                " is it on, and is its network cable in?"
            ) from failure
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _TcpConnection(line)


@dataclass(frozen=True, slots=True)
class _TcpConnection:
    line: socket.socket

    def send(self, data: bytes, seconds: float) -> None:
        self.line.settimeout(seconds)
        try:
            self.line.sendall(data)
        except TimeoutError as failure:
            raise PrinterUnavailable(BLOCKED) from failure
        except OSError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure

    def receive(self, seconds: float) -> bytes:
        self.line.settimeout(seconds)
        try:
            said = self.line.recv(64)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as failure:
            raise PrinterUnavailable(BROKE_OFF) from failure
        if not said:
            raise PrinterUnavailable(BROKE_OFF)
        return said

    def close(self) -> None:
        self.line.close()
