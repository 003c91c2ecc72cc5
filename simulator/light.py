"""Connections that cost little: HTTP and Socket.IO over bare asyncio streams, hundreds to a process.

A client library per connection would be what is measured, not the hall. Both raise ConnectionError, of which
asyncio's own errors are or are made one, when the server is gone.
"""

import asyncio
import contextlib
import itertools
import struct
from collections.abc import Callable
from typing import Any

from protocol import wire

SOCKET_IO = "/socket.io/?EIO=4&transport=websocket"

_UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_SHORT, _MEDIUM = 126, 65_536
_BUFFER = 1 << 20

Heard = Callable[[dict[str, Any]], None]


class Refused(Exception):  # noqa: N818 - the hall's own word
    """The hall answered, and said no: ``problem`` is its document."""

    def __init__(self, status: int, problem: Any) -> None:
        """Keep what was said."""
        self.status, self.problem = status, problem if isinstance(problem, dict) else {}
        super().__init__(self.problem.get("detail") or f"The server answered with status {status}.")


def _problem(answer: bytes) -> Any:
    """Read a refusal; what stands before the hall, as a proxy, may have sent something else."""
    try:
        return wire.plain(answer)
    except wire.Malformed:
        return None


class Http:
    """One kept connection that asks and is answered; it connects when it must, also after a break."""

    def __init__(self, host: str, port: int, token: str = "") -> None:
        """Speak with a token, or as a stranger."""
        self.host, self.port, self.token = host, port, token
        self._head = f" HTTP/1.1\r\nHost: {host}:{port}\r\n"
        if token:
            self._head += f"Authorization: Bearer {token}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Any:
        """Ask for JSON; raises Refused or ConnectionError."""
        return await self.ask("GET", path)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send JSON and give the JSON of the answer; raises Refused or ConnectionError."""
        data = b"" if body is None else wire.encode(body)
        head = f"{method} {path}{self._head}Content-Length: {len(data)}\r\n\r\n"
        status, answer = await self._asked(head.encode() + data)
        if status >= 400:  # noqa: PLR2004 - HTTP's own border
            raise Refused(status, _problem(answer))
        return wire.plain(answer) if answer else None

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _asked(self, sent: bytes) -> tuple[int, bytes]:
        """Exchange; a kept connection may have been closed meanwhile, for want of questions."""
        while True:
            was_kept = self._streams is not None
            try:
                return await self._exchange(sent)
            except (OSError, EOFError) as error:
                self.close()
                if not was_kept:
                    raise ConnectionError(str(error)) from error

    async def _exchange(self, sent: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port, limit=_BUFFER)
        reader, writer = self._streams
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].split(None, 1)[0])
        answer = await reader.readexactly(length)
        if "connection: close" in head:
            self.close()
        return int(head.split(" ", 2)[1]), answer


class Socket:
    """One Socket.IO connection; frames of events go to ``heard``, ``closed`` is set when it has ended."""

    def __init__(self, host: str, port: int, auth: dict[str, Any], heard: Heard = lambda _: None) -> None:
        """Speak as ``auth`` says: ``{"token": …}``, or ``{"public": true}`` for a stranger's board."""
        self._host, self._port, self._auth, self._heard = host, port, auth, heard
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self.closed = asyncio.Event()

    async def open(self) -> "Socket":
        """Connect and listen; raises Refused or ConnectionError."""
        try:
            await self._shake_hands()
        except (OSError, EOFError) as error:
            raise ConnectionError(str(error)) from error
        self._listening = asyncio.create_task(self._listen())
        return self

    async def ask(self, event: str, said: dict[str, Any]) -> dict[str, Any]:
        """Emit, and give the acknowledgement; raises ConnectionError when the connection ends before."""
        if self.closed.is_set():
            raise ConnectionError("The connection has ended.")
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        self._say(f"42{number}{wire.encode([event, said]).decode()}")
        return await self._answers[number]

    def close(self) -> None:
        """Hang up."""
        if self._listening is not None:
            self._listening.cancel()
        if self._writer is not None:
            self._writer.close()

    async def upgrade(self, path: str) -> None:
        """Connect and make a websocket of it; raises OSError or EOFError."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=_BUFFER)
        self._writer.write(_UPGRADE.format(path=path, host=f"{self._host}:{self._port}").encode())
        await self._reader.readuntil(b"\r\n\r\n")

    async def echo(self, said: dict[str, Any]) -> str:
        """Say something to a bare websocket and give what it says back."""
        self._say(wire.encode(said).decode())
        return await self._text()

    async def _shake_hands(self) -> None:
        await self.upgrade(SOCKET_IO)
        await self._text()
        self._say("40" + wire.encode(self._auth).decode())
        answer = await self._text()
        if not answer.startswith("40{"):
            raise Refused(401, wire.plain(answer[2:].encode()) if answer.startswith("44") else None)

    async def _listen(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                self._take(await self._text())
        self.closed.set()
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("The connection has ended."))

    def _take(self, text: str) -> None:
        if text == "2":
            self._say("3")
        elif text.startswith("43"):
            number, _, answer = text[2:].partition("[")
            waiting = self._answers.pop(int(number), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(wire.plain(answer[:-1].encode()))
        elif text.startswith("42"):
            self._heard(wire.plain(text[2:].encode())[1])

    def _say(self, text: str) -> None:
        data = text.encode()
        if len(data) < _SHORT:
            head = struct.pack(">BB", 0x81, 0x80 | len(data))
        elif len(data) < _MEDIUM:
            head = struct.pack(">BBH", 0x81, 0xFE, len(data))
        else:
            head = struct.pack(">BBQ", 0x81, 0xFF, len(data))
        if self._writer is not None:
            self._writer.write(head + bytes(4) + data)  # masked with zeros, which change nothing

    async def _text(self) -> str:
        first, length = await self._reader.readexactly(2)
        if length >= _SHORT:
            size, form = (2, ">H") if length == _SHORT else (8, ">Q")
            (length,) = struct.unpack(form, await self._reader.readexactly(size))
        data = await self._reader.readexactly(length)
        if first & 0x0F == 0x08:  # noqa: PLR2004 - RFC 6455: a closing frame
            raise EOFError("The server closed the connection.")
        return data.decode()
