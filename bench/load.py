"""How many tickets a second are issued durably, flat out, over HTTP and over Socket.IO, beside five boards.

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
from multiprocessing import get_context
from typing import Any

from bench.light import LightEcho, LightHttp, LightSocket, until
from bench.running import Running, running

CLIENTS = 64
BOARDS = 5
WAYS: dict[str, type[LightHttp] | type[LightSocket] | type[LightEcho]] = {
    "http": LightHttp,
    "socket.io": LightSocket,
    "echo": LightEcho,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="a second for each way")
    seconds = 1.0 if parser.parse_args().short else 5.0
    print(json.dumps({way: measure(way, seconds) for way in ("http", "socket.io")}, indent=2))


def measure(way: str, seconds: float) -> dict[str, Any]:
    """Load a fresh hall in one way."""
    with running() as server:
        return loaded(server, way, seconds, boards=BOARDS)


def loaded(server: Running, way: str, seconds: float, *, boards: int = 0) -> dict[str, Any]:
    """Load a server in one way, after half a second to get warm."""
    # One process of kiosks, one of boards: the second core is theirs, the first the server's.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        shown = pool.submit(show, server.port, boards, seconds + 3) if boards else None
        pool.submit(load, way, server.port, server.kiosk, 0.5).result()
        before = server.cpu_seconds()
        took, elapsed = pool.submit(load, way, server.port, server.kiosk, seconds).result()
        cpu = server.cpu_seconds() - before
        frames = shown.result() if shown else 0
    return {
        "clients": CLIENTS,
        "boards": boards,
        "frames": frames,
        "issues": len(took),
        "issues_per_second": round(len(took) / elapsed),
        "ack_ms_p50": round(statistics.median(took) * 1000, 1),
        "ack_ms_p99": round(statistics.quantiles(took, n=100)[98] * 1000, 1),
        "server_cpu_us_per_issue": round(cpu / len(took) * 1_000_000),
    }


def load(way: str, port: int, token: str, seconds: float) -> tuple[list[float], float]:
    """Issue flat out from this process; gives the seconds that each answer took, and those of all."""
    return asyncio.run(_load(way, port, token, seconds))


async def _load(way: str, port: int, token: str, seconds: float) -> tuple[list[float], float]:
    opened = [await WAYS[way](port, token).open() for _ in range(CLIENTS)]
    took: list[float] = []
    began = time.monotonic()
    end = asyncio.get_running_loop().time() + seconds
    issues = (
        until(end, lambda client=client: client.command("issue_ticket", service="passport"), took)  # type: ignore[misc]
        for client in opened
    )
    await asyncio.gather(*issues)
    return took, time.monotonic() - began


def show(port: int, boards: int, seconds: float) -> int:
    """Be some boards for a while; gives the frames that came."""
    return asyncio.run(_show(port, boards, seconds))


async def _show(port: int, boards: int, seconds: float) -> int:
    frames: list[dict[str, Any]] = []
    opened = [await LightSocket(port, heard=frames.append).open() for _ in range(boards)]
    await asyncio.sleep(seconds)
    return len(frames) if opened else 0


if __name__ == "__main__":
    main()
