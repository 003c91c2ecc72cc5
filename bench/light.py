"""Clients that cost little: HTTP and Socket.IO over bare asyncio streams, many to a process."""

import asyncio
import itertools
import json
import os
import struct
from collections.abc import Callable
from typing import Any

_UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_SHORT, _MEDIUM = 126, 65_536
_ids = itertools.count()

Heard = Callable[[dict[str, Any]], None]


def new_id() -> str:
    """Give a command id that no other process gives."""
    return f"bench-{os.getpid()}-{next(_ids)}"


class LightHttp:
    """One kept connection that posts commands."""

    def __init__(self, port: int, token: str) -> None:
        """Speak with a token."""
        self._port = port
        self._head = (
            f"POST /api/v1/commands HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Length: "
        )

    async def open(self) -> "LightHttp":
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def command(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Send a command and give its answer."""
        body = json.dumps({"type": type_, "id": new_id(), **fields})
        self._writer.write(f"{self._head}{len(body)}\r\n\r\n{body}".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        return dict(json.loads(await self._reader.readexactly(length)))


class LightSocket:
    """One Socket.IO connection; frames of events go to ``heard``."""

    def __init__(self, port: int, token: str = "", heard: Heard = lambda _: None) -> None:
        """Speak with a token, or listen without one."""
        self._port, self._token, self._heard = port, token, heard
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    async def open(self) -> "LightSocket":
        """Connect, join, and listen from now on."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(_UPGRADE.encode())
        await self._reader.readuntil(b"\r\n\r\n")
        await self._text()
        self._say("40" + json.dumps({"token": self._token}) if self._token else "40")
        answer = await self._text()
        if not answer.startswith("40{"):
            raise ConnectionRefusedError(answer)
        self._listening = asyncio.create_task(self._listen())
        await self.ask("join", {})
        return self

    async def command(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Send a command and give its answer."""
        return await self.ask("command", {"type": type_, "id": new_id(), **fields})

    async def ask(self, event: str, said: dict[str, Any]) -> dict[str, Any]:
        """Emit and give the acknowledgement."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        self._say(f"42{number}{json.dumps([event, said])}")
        return await self._answers[number]

    async def _listen(self) -> None:
        while True:
            text = await self._text()
            if text == "2":
                self._say("3")
            elif text.startswith("43"):
                number, _, answer = text[2:].partition("[")
                self._answers.pop(int(number)).set_result(json.loads(answer[:-1]))
            elif text.startswith("42"):
                self._heard(json.loads(text[2:])[1])

    def _say(self, text: str) -> None:
        data = text.encode()
        length = (
            struct.pack(">BB", 0x81, 0x80 | len(data))
            if len(data) < _SHORT
            else struct.pack(">BBH", 0x81, 0xFE, len(data))
        )
        self._writer.write(length + bytes(4) + data)  # masked with zeros, which change nothing

    async def _text(self) -> str:
        _, length = await self._reader.readexactly(2)
        if length >= _SHORT:
            size, form = (2, ">H") if length == _SHORT else (8, ">Q")
            (length,) = struct.unpack(form, await self._reader.readexactly(size))
        return (await self._reader.readexactly(length)).decode()
