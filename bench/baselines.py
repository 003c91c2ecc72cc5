"""What the parts cost without a hall in them: a bare fsync, Flask route, websocket and Socket.IO server.

``python -m bench.baselines`` prints one JSON object. Each server is a process of its own, asked by the same
64 clients as the hall (``bench.load``), so that a ratio tells what the hall adds. ``--short`` takes a second
for each.
"""

import argparse
import contextlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.load import loaded
from bench.serving import serve_for_ever, serving

DONE = {"ok": True, "seq": 1, "events": []}
BODY = '{"type":"ticket_issued","seq":1,"ticket":"A001"}' * 10
"""About as long as an event's body."""

WAYS = {"flask": "http", "websocket": "echo", "socket.io": "socket.io"}


def main() -> None:
    """Measure and print, or be one of the servers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="a second for each")
    parser.add_argument("--serve", choices=WAYS, help="be this server, until ended")
    asked = parser.parse_args()
    if asked.serve:
        serve_for_ever(APPLICATIONS[asked.serve]())
        return
    seconds = 1.0 if asked.short else 4.0
    figures: dict[str, Any] = {"fsync": fsync(seconds)}
    for name, way in WAYS.items():
        with serving("bench.baselines", "--serve", name) as server:
            figures[name] = loaded(server, way, seconds)
    print(json.dumps(figures, indent=2))


def fsync(seconds: float) -> dict[str, int]:
    """Count durable commits a second: of one row, of 64 rows at once, and of a bare file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT)")
            commits = {rows: _rate(seconds, lambda rows=rows: _commit(db, rows)) for rows in (1, 64)}  # type: ignore[misc]
        with (folder / "bare").open("wb") as file:
            bare = _rate(seconds, lambda: _append(file))
    return {"commits_of_1": commits[1], "rows_in_commits_of_64": commits[64] * 64, "bare_fsyncs": bare}


def _commit(db: sqlite3.Connection, rows: int) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT INTO events (body) VALUES (?)", [(BODY,)] * rows)
    db.execute("COMMIT")


def _append(file: Any) -> None:
    file.write(BODY.encode())
    file.flush()
    os.fsync(file.fileno())


def _rate(seconds: float, act: Callable[[], None]) -> int:
    count, began = 0, time.monotonic()
    while time.monotonic() < began + seconds:
        act()
        count += 1
    return round(count / (time.monotonic() - began))


def _flask() -> Callable[..., object]:
    from flask import Flask, request  # noqa: PLC0415 - for this server alone

    app = Flask(__name__)

    @app.post("/api/v1/commands")
    def command() -> dict[str, Any]:
        return DONE if request.get_json(force=True) else {}

    return app


def _websocket() -> Callable[..., object]:
    from engineio.async_drivers.gevent import WebSocketWSGI  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    def echo(socket: Any) -> list[bytes]:
        with contextlib.suppress(OSError):
            while (said := socket.wait()) is not None:
                socket.send(said)
        return []

    def application(environ: dict[str, Any], start_response: Any) -> object:
        return WebSocketWSGI(echo, None)(environ, start_response)

    return application


def _socket_io() -> Callable[..., object]:
    from flask import Flask  # noqa: PLC0415 - as above
    from flask_socketio import SocketIO  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    app = Flask(__name__)
    sockets = SocketIO(app, async_mode="gevent")
    sockets.on_event("join", lambda _: {})
    sockets.on_event("command", lambda _: DONE)
    return app  # SocketIO has put itself before it


APPLICATIONS: dict[str, Callable[[], Callable[..., object]]] = {
    "flask": _flask,
    "websocket": _websocket,
    "socket.io": _socket_io,
}


if __name__ == "__main__":
    main()
