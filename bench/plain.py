"""The plain design, as a ticket server is often written: what the hall's design buys is measured against it.

One Flask application with a thread a request; ``SELECT max(number)``, one more, commit in the handler; boards
ask every two seconds. ``python -m bench.plain`` prints one JSON object: tickets a second with 64 clients and
how many numbers were given twice, and with 5, 50 and 200 boards the time from a call to the last board that
shows it. ``--short`` asks for less. Nothing else imports this.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.light import HOST, LightHttp
from bench.load import loaded
from bench.running import Running
from bench.serving import serving
from simulator.light import Http

POLL_SECONDS = 2.0
LONG_SECONDS = 20.0
SCHEMA = "CREATE TABLE tickets (id INTEGER PRIMARY KEY, number INTEGER, state TEXT)"


def main() -> None:
    """Measure and print, or be the server."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="a second, and 50 boards alone")
    parser.add_argument("--serve", type=Path, metavar="FILE", help="be the server, until ended")
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
        return
    with plain() as (server, file):
        figures: dict[str, Any] = {"issuing": loaded(server, "http", 1.0 if asked.short else 5.0)}
        with closing(sqlite3.connect(file)) as db:
            numbers = Counter(number for (number,) in db.execute("SELECT number FROM tickets"))
        figures["issuing"]["numbers_given_twice"] = sum(count > 1 for count in numbers.values())
    for boards in (50,) if asked.short else (5, 50, 200):
        figures[f"{boards} boards"] = asyncio.run(show(boards, 5 if asked.short else 15))
    print(json.dumps(figures, indent=2))


@contextmanager
def plain() -> Iterator[tuple[Running, Path]]:
    """Run the plain server on a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plain.db"
        with closing(sqlite3.connect(file)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(SCHEMA)
        with serving("bench.plain", "--serve", str(file)) as server:
            yield server, file


def serve(file: Path) -> None:
    """Answer commands and boards, a thread a request, a connection a request."""
    from flask import Flask, request  # noqa: PLC0415 - for the server alone
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415 - as above

    app = Flask(__name__)

    @app.post("/api/v1/commands")
    def command() -> dict[str, Any]:
        with closing(sqlite3.connect(file, timeout=30)) as db, db:
            db.execute("PRAGMA synchronous = FULL")
            if request.get_json(force=True)["type"] == "issue_ticket":
                (last,) = db.execute("SELECT coalesce(max(number), 0) FROM tickets").fetchone()
                db.execute("INSERT INTO tickets (number, state) VALUES (?, 'waiting')", (last + 1,))
                return {"ok": True, "number": last + 1}
            first = "SELECT min(id), number FROM tickets WHERE state = 'waiting'"
            found, number = db.execute(first).fetchone()
            db.execute("UPDATE tickets SET state = 'called' WHERE id = ?", (found,))
            return {"ok": True, "number": number}

    @app.get("/board")
    def board() -> dict[str, Any]:
        with closing(sqlite3.connect(file, timeout=30)) as db:
            calls = db.execute("SELECT number FROM tickets WHERE state = 'called' ORDER BY id DESC LIMIT 10")
            return {"calls": [number for (number,) in calls]}

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, *_: Any) -> None:
            """Say nothing."""

    server = make_server(HOST, 0, app, threaded=True, request_handler=Quiet)
    print(server.port, flush=True)
    server.serve_forever()


async def show(boards: int, calls: int) -> dict[str, Any]:
    """Call tickets while so many boards poll, in a process of their own; then look at the idle server."""
    with plain() as (server, _), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        desk = LightHttp(server.port, "")
        for _ in range(calls):
            await desk.command("issue_ticket")
        seconds = calls * (POLL_SECONDS + 0.5) + LONG_SECONDS / 4
        polling = pool.submit(poll, server.port, boards, seconds)
        await asyncio.sleep(POLL_SECONDS)
        called = {}
        for _ in range(calls):
            began = time.monotonic()
            called[(await desk.command("call_next"))["number"]] = began
            await asyncio.sleep(POLL_SECONDS + 0.2 + random.random() / 5)  # noqa: S311 - not in step with the boards
        before, began = server.cpu_seconds(), time.monotonic()
        await asyncio.sleep(2)
        idle = (server.cpu_seconds() - before) / (time.monotonic() - began)
        lit: dict[int, float] = await asyncio.wrap_future(polling)
    last = sorted(lit[number] - at for number, at in called.items() if number in lit)
    return {
        "calls": len(last),
        "call_to_last_ms": {"p50": round(statistics.median(last) * 1000), "p99": round(last[-1] * 1000)},
        "idle_cpu_percent": round(idle * 100, 1),
    }


def poll(port: int, boards: int, seconds: float) -> dict[int, float]:
    """Be the boards; gives by number when the last of them showed it."""
    return asyncio.run(_poll(port, boards, seconds))


async def _poll(port: int, boards: int, seconds: float) -> dict[int, float]:
    lit: dict[int, float] = {}
    end = time.monotonic() + seconds

    async def board() -> None:
        seen: set[int] = set()
        http = Http(HOST, port)
        await asyncio.sleep(random.random() * POLL_SECONDS)  # noqa: S311 - as above
        while time.monotonic() < end:
            for number in set((await http.get("/board"))["calls"]) - seen:
                seen.add(number)
                lit[number] = time.monotonic()
            await asyncio.sleep(POLL_SECONDS)

    await asyncio.gather(*(board() for _ in range(boards)))
    return lit


if __name__ == "__main__":
    main()
