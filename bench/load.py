"""How many tickets a second are issued durably, flat out, over HTTP and over Socket.IO.

``python -m bench.load`` prints one JSON object: for each way, issues per second, the time to the
acknowledgement, and the server's processor time per issue, which is the figure to keep. The load comes from
processes of its own. ``--short`` takes a second and not five.
"""

import argparse
import asyncio
import json
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from bench.light import LightHttp, LightSocket
from bench.running import Running, running

PROCESSES = 2
CLIENTS = 64
WAYS = {"http": LightHttp, "socket.io": LightSocket}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="a second for each way")
    seconds = 1.0 if parser.parse_args().short else 5.0
    print(json.dumps({way: measure(way, seconds) for way in WAYS}, indent=2))


def measure(way: str, seconds: float) -> dict[str, Any]:
    """Load a fresh hall in one way."""
    with running() as server, ProcessPoolExecutor(PROCESSES) as pool:
        share = CLIENTS // PROCESSES
        loads = [pool.submit(load, way, server.port, server.kiosk, share, 0.5) for _ in range(PROCESSES)]
        for each in loads:
            each.result()
        return _loaded(server, pool, way, seconds)


def _loaded(server: Running, pool: ProcessPoolExecutor, way: str, seconds: float) -> dict[str, Any]:
    before, began = server.cpu_seconds(), time.monotonic()
    share = CLIENTS // PROCESSES
    loads = [pool.submit(load, way, server.port, server.kiosk, share, seconds) for _ in range(PROCESSES)]
    took = [one for each in loads for one in each.result()]
    elapsed, cpu = time.monotonic() - began, server.cpu_seconds() - before
    return {
        "clients": CLIENTS,
        "issues": len(took),
        "issues_per_second": round(len(took) / elapsed),
        "ack_ms_p50": round(statistics.median(took) * 1000, 1),
        "ack_ms_p99": round(statistics.quantiles(took, n=100)[98] * 1000, 1),
        "server_cpu_us_per_issue": round(cpu / len(took) * 1_000_000),
    }


def load(way: str, port: int, token: str, clients: int, seconds: float) -> list[float]:
    """Issue flat out from this process; gives the seconds that each answer took."""
    return asyncio.run(_load(way, port, token, clients, seconds))


async def _load(way: str, port: int, token: str, clients: int, seconds: float) -> list[float]:
    opened = [await WAYS[way](port, token).open() for _ in range(clients)]
    took: list[float] = []
    end = time.monotonic() + seconds
    await asyncio.gather(*(_issue(client, end, took) for client in opened))
    return took


async def _issue(client: LightHttp | LightSocket, end: float, took: list[float]) -> None:
    while (began := time.monotonic()) < end:
        if (answer := await client.command("issue_ticket", service="passport"))["ok"]:
            took.append(time.monotonic() - began)
        else:
            raise RuntimeError(answer)


if __name__ == "__main__":
    main()
