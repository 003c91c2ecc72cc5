"""What boards that stop reading do to the others: call to lit, without them and with them, in one run.

``python -m bench.stalled`` prints one JSON object. First 200 boards that read; then 190 that read, nine that
never read again and one that never reads and still answers pings, all ten asking again and again for what
they missed, until the server's buffers towards them are full. ``--short`` makes fewer calls.
"""

import argparse
import asyncio
import json
import multiprocessing
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import websocket

from bench.boards import PATIENCE_SECONDS, Shown, shown
from bench.light import LightHttp
from bench.running import Running, running

BOARDS, STALLED = 200, 10
ROUNDS = 66
ASKS = 150
"""How often each of the stalled asks for what it missed, 66 calls and ends: megabytes that nobody fetches."""

PATH = "/socket.io/?EIO=4&transport=websocket"
SMALL_WINDOW = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 2048),)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="fewer calls")
    calls = 20 if parser.parse_args().short else 150
    with running() as server:
        asyncio.run(fill(server))
        before = shown_beside(server, BOARDS, 0, calls)
    with running() as server:
        asyncio.run(fill(server))
        after = shown_beside(server, BOARDS - STALLED, STALLED, calls)
    ratio = {name: round(after["call_to_last_ms"][name] / before["call_to_last_ms"][name], 2)
             for name in ("p50", "p99")}  # fmt: skip
    print(json.dumps({"200 boards": before, "ten of them stalled": after, "ratio": ratio}, indent=2))


async def fill(server: Running) -> None:
    """Make a history of calls that a board can have missed."""
    system = LightHttp(server.port, server.system)
    await system.command("open_desk", desk="1")
    said: list[dict[str, Any]] = []
    for number in range(1, ROUNDS + 1):
        said += [
            {"type": "issue_ticket", "service": "passport"},
            {"type": "call_next", "desk": "1"},
            {"type": "cancel", "desk": "1", "ticket": f"A{number:03}", "reason": "bench"},
        ]
    answers = await system.commands(said)
    if not all(answer["ok"] for answer in answers):
        raise RuntimeError(answers)


def shown_beside(server: Running, boards: int, stalled: int, calls: int) -> Shown:
    """Show calls on boards beside some that do not read."""
    with not_reading(server, stalled):
        return shown(server, boards, calls)


@contextmanager
def not_reading(server: Running, many: int) -> Iterator[None]:
    """Connect boards in a process of their own, which ask much and read nothing; the first answers pings."""
    ready, over = multiprocessing.Event(), multiprocessing.Event()
    process = multiprocessing.Process(target=stall, args=(server.port, many, ready, over))
    process.start()
    ready.wait(PATIENCE_SECONDS)
    try:
        yield
    finally:
        over.set()
        process.join()


def stall(port: int, many: int, ready: "threading.Event", over: "threading.Event") -> None:
    """Connect, ask, and read nothing until it is over."""
    wires = [ask_much(port) for _ in range(many)]
    ready.set()
    while not over.wait(1):
        with suppress(OSError, IndexError, websocket.WebSocketException):
            wires[0].send("3")
    for wire in wires:
        wire.shutdown()  # type: ignore[no-untyped-call]  # websocket-client leaves this one untyped


def ask_much(port: int) -> websocket.WebSocket:
    """Connect one, learn where the hall stands, and ask again and again for the 200 events before."""
    wire = websocket.create_connection(f"ws://127.0.0.1:{port}{PATH}", timeout=5, sockopt=SMALL_WINDOW)
    wire.recv()
    wire.send('40{"public":true}')
    wire.recv()
    wire.send('421["join",{}]')
    text = str(wire.recv())
    while not text.startswith("431"):
        text = str(wire.recv())
    place = json.loads(text[3:])[0]
    said = json.dumps(["join", {"epoch": place["epoch"], "seq": max(0, place["seq"] - 200)}])
    with suppress(OSError, websocket.WebSocketException):
        for number in range(ASKS):
            wire.send(f"42{number + 2}{said}")
    return wire


if __name__ == "__main__":
    main()
