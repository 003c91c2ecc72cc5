"""How many visitors a second are called, served and let go, flat out, at 64 desks.

``python -m bench.calls`` prints one JSON object: whole cycles of ``call_next``, ``serve`` and ``complete`` a
second, each command acknowledged after its commit, and the server's processor time a command. ``--short``
takes a second.
"""

import argparse
import asyncio
import json
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import tomli_w

from bench.light import LightHttp
from bench.running import Running, running
from simulator.sizes import SIZES, hall_of

DESKS = 64
STEPS = 3
"""Commands in a cycle."""

IN_AN_ARRAY = 200
HALL = tomli_w.dumps(hall_of(replace(SIZES["L"], desks=DESKS), round_the_clock=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="a second")
    seconds = 1.0 if parser.parse_args().short else 5.0
    with running(HALL) as server, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        print(json.dumps(measure(server, pool, seconds), indent=2))


def measure(server: Running, pool: ProcessPoolExecutor, seconds: float) -> dict[str, Any]:
    """Fill the hall, open the desks, and let them work."""
    pool.submit(fill, server.port, server.system, round(seconds * 2000)).result()
    pool.submit(work, server.port, server.system, 0.5).result()
    before = server.cpu_seconds()
    cycles, elapsed = pool.submit(work, server.port, server.system, seconds).result()
    cpu = server.cpu_seconds() - before
    return {
        "desks": DESKS,
        "calls_per_second": round(cycles / elapsed),
        "commands_per_second": round(cycles * STEPS / elapsed),
        "server_cpu_us_per_command": round(cpu / cycles / STEPS * 1_000_000),
    }


def fill(port: int, token: str, tickets: int) -> None:
    """Let so many wait in each queue alike, and open all desks."""
    asyncio.run(_fill(port, token, tickets))


async def _fill(port: int, token: str, tickets: int) -> None:
    system = LightHttp(port, token)
    said: list[dict[str, Any]] = [
        {"type": "open_desk", "desk": str(number)} for number in range(1, DESKS + 1)
    ]
    queues = "abcdefghklmn"
    said += [
        {"type": "issue_ticket", "service": f"service-{queues[number % len(queues)]}1"}
        for number in range(tickets)
    ]
    for begin in range(0, len(said), IN_AN_ARRAY):
        answers = await system.commands(said[begin : begin + IN_AN_ARRAY])
        if not all(answer["ok"] for answer in answers):
            raise RuntimeError(answers)


def work(port: int, token: str, seconds: float) -> tuple[int, float]:
    """Work at all desks for a while; gives the cycles, and the seconds they took."""
    return asyncio.run(_work(port, token, seconds))


async def _work(port: int, token: str, seconds: float) -> tuple[int, float]:
    desks = [await LightHttp(port, token).open() for _ in range(DESKS)]
    began = time.monotonic()
    cycles = await asyncio.gather(
        *(_serve(desk, str(number), began + seconds) for number, desk in enumerate(desks, 1))
    )
    return sum(cycles), time.monotonic() - began


async def _serve(asker: LightHttp, desk: str, end: float) -> int:
    cycles = 0
    while time.monotonic() < end:
        called = await asker.command("call_next", desk=desk)
        ticket = called["events"][0]["ticket"]
        await asker.command("serve", desk=desk, ticket=ticket)
        await asker.command("complete", desk=desk, ticket=ticket, outcome="served")
        cycles += 1
    return cycles


if __name__ == "__main__":
    main()
