"""From a call to the last of 50, 200 and 1,000 boards that shows it, and what so many clients take.

``python -m bench.boards`` prints one JSON object. The boards are light clients in a process of their own; the
calls come one after another, some a second, as in a hall. ``--short`` makes fewer calls and no 1,000 clients.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import statistics
import time
from multiprocessing.connection import Connection
from typing import Any

from bench.light import LightHttp, LightSocket
from bench.running import Running, running

Shown = dict[str, Any]
"""What was measured: counts, and spreads in milliseconds."""

CALLS_A_SECOND = 8.0
"""At most; with what goes before and after a call it is five or six."""

SETTLES_SECONDS, IDLE_SECONDS = 1.0, 10.0
PATIENCE_SECONDS = 20.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="fewer calls, and no 1,000 clients")
    is_short = parser.parse_args().short
    rounds = {50: 20, 200: 20} if is_short else {50: 100, 200: 100, 1000: 50}
    print(
        json.dumps({f"{boards} boards": measure(boards, calls) for boards, calls in rounds.items()}, indent=2)
    )


def measure(boards: int, calls: int) -> Shown:
    """Show calls on so many boards."""
    with running() as server:
        return shown(server, boards, calls)


def shown(server: Running, boards: int, calls: int) -> Shown:
    """Show calls on so many boards of a server that runs."""
    empty = server.memory_mb()
    ours, theirs = multiprocessing.Pipe()
    screens = multiprocessing.Process(target=show, args=(server.port, boards, calls, theirs))
    screens.start()
    ours.recv()
    memory, idle = server.memory_mb(), _idle(server)
    acked, called = asyncio.run(_call(server, calls))
    lit: dict[str, list[float]] = ours.recv()
    screens.join()
    last = [max(times) - called[ticket] for ticket, times in lit.items()]
    unlit = calls * boards - sum(map(len, lit.values()))
    return {
        "calls": calls,
        "unlit": unlit,
        "memory_mb": round(memory),
        "kb_a_client": round((memory - empty) * 1000 / boards),
        "idle_cpu_percent": idle,
        "issue_to_ack_ms": _spread(acked),
        "call_to_last_ms": _spread(last),
    }


def _idle(server: Running) -> float:
    """Give what an idle server uses of a core, pings and all, in percent."""
    time.sleep(SETTLES_SECONDS)
    before, began = server.cpu_seconds(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return round(100 * (server.cpu_seconds() - before) / (time.monotonic() - began), 1)


async def _call(server: Running, calls: int) -> tuple[list[float], dict[str, float]]:
    """Issue and call tickets; gives how long each issue took, and when each ticket's call was sent."""
    desk = await LightHttp(server.port, server.system).open()
    await desk.command("open_desk", desk="1")
    acked, called = [], {}
    for _ in range(calls):
        began = time.monotonic()
        issued = await desk.command("issue_ticket", service="passport")
        acked.append(time.monotonic() - began)
        ticket = issued["events"][0]["ticket"]
        called[ticket] = time.monotonic()
        await desk.command("call_next", desk="1")
        await asyncio.sleep(1 / CALLS_A_SECOND)
        await desk.command("cancel", desk="1", ticket=ticket, reason="bench")
        await asyncio.sleep(0.05)
    return acked, called


def show(port: int, boards: int, calls: int, answer: Connection) -> None:
    """Be all the boards; tells when they are there, and in the end when each showed each call."""
    asyncio.run(_show(port, boards, calls, answer))


async def _show(port: int, boards: int, calls: int, answer: Connection) -> None:
    lit: dict[str, list[float]] = {}
    all_lit = asyncio.Event()

    def heard(frame: dict[str, Any]) -> None:
        for event in frame["events"]:
            if event["type"] == "ticket_called":
                lit.setdefault(event["ticket"], []).append(time.monotonic())
        if sum(map(len, lit.values())) == calls * boards:
            all_lit.set()

    opened = [await LightSocket(port, heard=heard).open() for _ in range(boards)]
    answer.send(len(opened))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(all_lit.wait(), calls + PATIENCE_SECONDS)
    answer.send(lit)


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(seconds) * 1000, 1),
        "p99": round(statistics.quantiles(seconds, n=100)[98] * 1000, 1),
    }


if __name__ == "__main__":
    main()
