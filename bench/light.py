"""The clients of the measurements: the simulator's light connections, issuing one command after another."""

import asyncio
import itertools
import os
from collections.abc import Callable
from typing import Any

from simulator.light import Http, Socket

HOST = "127.0.0.1"
COMMANDS = "/api/v1/commands"

_ids = itertools.count()

Heard = Callable[[dict[str, Any]], None]


def new_id() -> str:
    """Give a command id that no other process gives."""
    return f"bench-{os.getpid()}-{next(_ids)}"


class LightHttp:
    """One kept connection that posts commands."""

    def __init__(self, port: int, token: str) -> None:
        """Speak with a token."""
        self._http = Http(HOST, port, token)

    async def open(self) -> "LightHttp":
        """Connect at the first command."""
        return self

    async def command(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Send a command and give its answer."""
        return dict(await self._http.ask("POST", COMMANDS, {"type": type_, "id": new_id(), **fields}))

    async def commands(self, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send an array of commands, each with an id by now, and give the answers."""
        body = [{"id": new_id(), **each} for each in said]
        return list(await self._http.ask("POST", COMMANDS, body))


class LightSocket:
    """One Socket.IO connection; frames of events go to ``heard``."""

    def __init__(self, port: int, token: str = "", heard: Heard = lambda _: None) -> None:
        """Speak with a token, or listen without one."""
        auth = {"token": token} if token else {}
        self._socket = Socket(HOST, port, auth, heard)

    async def open(self) -> "LightSocket":
        """Connect, join, and listen from now on."""
        await self._socket.open()
        await self._socket.ask("join", {})
        return self

    async def command(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Send a command and give its answer."""
        return await self._socket.ask("command", {"type": type_, "id": new_id(), **fields})


class LightEcho:
    """One bare websocket, which hears what it says."""

    def __init__(self, port: int, _: str = "") -> None:
        """Speak to an echo."""
        self._socket = Socket(HOST, port, {})

    async def open(self) -> "LightEcho":
        """Shake hands."""
        await self._socket.upgrade("/")
        return self

    async def command(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Send what a command would be, and wait for it."""
        await self._socket.echo({"type": type_, "id": new_id(), **fields})
        return {"ok": True}


async def until(end: float, ask: Callable[[], Any], took: list[float]) -> None:
    """Ask again and again, flat out, and note how long each answer took; raises RuntimeError at a refusal."""
    clock = asyncio.get_running_loop().time
    while (began := clock()) < end:
        answer = await ask()
        if not answer["ok"]:
            raise RuntimeError(answer)
        took.append(clock() - began)
