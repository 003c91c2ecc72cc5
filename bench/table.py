"""The table of all measurements, and their history: pure, from figures to Markdown.

A row names where its figure stands, and, where there is one, the baseline of the same run that it is held
against. A path may go through names that hold points themselves.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``at`` is the program's name and the path in what it printed, ``against`` a baseline's."""

    what: str
    aim: str
    at: tuple[str, str]
    against: tuple[str, str] | None = None
    beside: str = ""
    """What the ratio is of: ``{ratio}`` times this."""


ROWS = (
    Row(
        "durable issues a second over HTTP, 64 clients, 5 boards",
        "1,400",
        ("load", "http.issues_per_second"),
        ("plain", "issuing.issues_per_second"),
        "the plain design",
    ),
    Row(
        "the same over Socket.IO",
        "2,000",
        ("load", "socket.io.issues_per_second"),
        ("baselines", "socket.io.issues_per_second"),
        "bare Flask-SocketIO",
    ),
    Row(
        "server CPU µs an issue, HTTP",
        "",
        ("load", "http.server_cpu_us_per_issue"),
        ("baselines", "flask.server_cpu_us_per_issue"),
        "a bare Flask route",
    ),
    Row(
        "server CPU µs an issue, Socket.IO",
        "",
        ("load", "socket.io.server_cpu_us_per_issue"),
        ("baselines", "websocket.server_cpu_us_per_issue"),
        "a bare websocket echo",
    ),
    Row(
        "durable issues a second, Socket.IO, to commits a second of one row",
        "",
        ("load", "socket.io.issues_per_second"),
        ("baselines", "fsync.commits_of_1"),
        "one bare commit after another",
    ),
    Row("acknowledgement of an issue, flat out, p99 ms", "", ("load", "socket.io.ack_ms_p99")),
    Row("numbers given twice by the plain design", "", ("plain", "issuing.numbers_given_twice")),
    Row("visitors called, served and let go a second, 64 desks", "", ("calls", "calls_per_second")),
    Row("server CPU µs a command at a desk", "", ("calls", "server_cpu_us_per_command")),
    Row(
        "issue to acknowledgement beside 200 boards, p50 ms", "", ("boards", "200 boards.issue_to_ack_ms.p50")
    ),
    Row("… p99 ms", "", ("boards", "200 boards.issue_to_ack_ms.p99")),
    Row(
        "call to the last of 50 boards, p50 ms",
        "",
        ("boards", "50 boards.call_to_last_ms.p50"),
        ("plain", "50 boards.call_to_last_ms.p50"),
        "the plain design",
    ),
    Row("… p99 ms", "", ("boards", "50 boards.call_to_last_ms.p99")),
    Row(
        "call to the last of 200 boards, p50 ms",
        "40",
        ("boards", "200 boards.call_to_last_ms.p50"),
        ("plain", "200 boards.call_to_last_ms.p50"),
        "the plain design",
    ),
    Row("… p99 ms", "100", ("boards", "200 boards.call_to_last_ms.p99")),
    Row(
        "call to the last of 1,000 boards, 5 calls a second, p50 ms",
        "",
        ("boards", "1000 boards.call_to_last_ms.p50"),
    ),
    Row("… p99 ms", "350", ("boards", "1000 boards.call_to_last_ms.p99")),
    Row("idle server CPU with 200 boards that poll, %", "", ("plain", "200 boards.idle_cpu_percent")),
    Row("idle server CPU with 200 boards that listen, %", "1", ("boards", "200 boards.idle_cpu_percent")),
    Row("memory with 200 clients, MB", "", ("boards", "200 boards.memory_mb")),
    Row("memory with 1,000 clients, MB", "150", ("boards", "1000 boards.memory_mb")),
    Row("memory a client, kB", "", ("boards", "1000 boards.kb_a_client")),
    Row("choosing among 10 waiting, p50 µs", "20", ("choosing", "10 waiting.choose_us.p50")),
    Row("… 1,000 waiting", "20", ("choosing", "1,000 waiting.choose_us.p50")),
    Row("… 100,000 waiting", "20", ("choosing", "100,000 waiting.choose_us.p50")),
    Row(
        "a whole call decided and folded, 100,000 waiting, p50 µs",
        "",
        ("choosing", "100,000 waiting.call_us.p50"),
    ),
    Row("a whole issue decided and folded, 10 waiting, p50 µs", "", ("choosing", "10 waiting.issue_us.p50")),
    Row("… 100,000 waiting", "", ("choosing", "100,000 waiting.issue_us.p50")),
    Row("memory a waiting ticket, bytes", "", ("choosing", "100,000 waiting.bytes")),
    Row("state from 1 M events with a snapshot, s", "0.1", ("recovery", "seconds.load with")),
    Row("state from 1 M events without, s", "6", ("recovery", "seconds.load without")),
    Row("process start to ready, with a snapshot, s", "", ("recovery", "seconds.ready with")),
    Row("process start to ready, without, s", "", ("recovery", "seconds.ready without")),
    Row(
        "figures of a day of 16,000 tickets, s",
        "",
        ("figures", "read"),
        ("figures", "rows"),
        "reading its rows alone",
    ),
    Row("a simulated M day: times real time", "60", ("day", "times_real_time")),
    Row("… server CPU ms a ticket", "", ("day", "server.cpu_ms_per_ticket")),
    Row("… call to the last board, p99 ms", "", ("day", "board_ms.p99")),
    Row("slip in Azerbaijani, bytes", "", ("slip", "az.bytes")),
    Row("slip in Azerbaijani, build p50 ms", "", ("slip", "az.next_ms_p50")),
    Row("slip in English, bytes", "", ("slip", "en.bytes")),
    Row(
        "kiosk: touch to the first byte at the printer, p50 ms", "", ("paper", "19200 baud.first_byte_ms_p50")
    ),
    Row(
        "kiosk: touch to the cut of an English slip at 115,200 baud, p50 ms",
        "",
        ("paper", "115200 baud.cut_ms_p50"),
    ),
    Row("… at 19,200 baud", "3,000", ("paper", "19200 baud.cut_ms_p50")),
    Row("kiosk: process start to painted window, s", "", ("screens", "kiosk.start_seconds")),
    Row("… CPU s", "", ("screens", "kiosk.start_cpu_seconds")),
    Row("kiosk: idle CPU, %", "1", ("screens", "kiosk.idle_cpu_percent")),
    Row("kiosk: memory, MB", "", ("screens", "kiosk.memory_mb")),
    Row("board: process start to painted window, s", "", ("screens", "board.start_seconds")),
    Row("… CPU s", "", ("screens", "board.start_cpu_seconds")),
    Row("board: idle CPU, %", "1", ("screens", "board.idle_cpu_percent")),
    Row("board: CPU ms to show a call and take it away", "", ("screens", "board.cpu_ms_per_call")),
    Row("board: memory, MB", "", ("screens", "board.memory_mb")),
    Row("visitor's page: kB on the wire, first load", "", ("screens", "pages.visit.first_kb")),
    Row("… second load", "", ("screens", "pages.visit.again_kb")),
    Row("… requests", "", ("screens", "pages.visit.requests")),
    Row("desk's page: kB on the wire, first load", "", ("screens", "pages.desk.first_kb")),
    Row("manager's page: kB on the wire, first load", "", ("screens", "pages.manager.first_kb")),
)

REMEMBERED = (
    Row("issues/s HTTP", "", ("load", "http.issues_per_second")),
    Row("issues/s Socket.IO", "", ("load", "socket.io.issues_per_second")),
    Row("CPU µs an issue, Socket.IO", "", ("load", "socket.io.server_cpu_us_per_issue")),
    Row("… of a bare echo", "", ("baselines", "websocket.server_cpu_us_per_issue")),
    Row("200 boards p99 ms", "", ("boards", "200 boards.call_to_last_ms.p99")),
    Row("1 M events without a snapshot, s", "", ("recovery", "seconds.load without")),
    Row("CPU ms a ticket, M day", "", ("day", "server.cpu_ms_per_ticket")),
)
"""What is shown of earlier runs."""


def tell(run: Figures) -> str:
    """Give the table of one run: what, aim, measured, and the ratio to its baseline."""
    lines = [
        f"Measured {run['date']} at {run['commit']} on {run['machine']}.{_mended(run)}",
        "",
        "| What | Aim | Measured | Against its baseline, same run |",
        "|---|---|---|---|",
    ]
    for row in ROWS:
        value = found(run["figures"].get(row.at[0]), row.at[1])
        if value is not None:
            lines.append(f"| {row.what} | {row.aim} | {_written(value)} | {_ratio(run, row, value)} |")
    return "\n".join(lines)


def _mended(run: Figures) -> str:
    """Say what failed at first, and at which commit it was measured."""
    return "".join(f" {name} failed, and was measured at {at}." for name, at in run.get("mended", {}).items())


def remember(runs: Sequence[Figures]) -> str:
    """Give the main figures of all runs, the newest first."""
    head = ["| Date, commit | " + " | ".join(row.what for row in REMEMBERED) + " |"]
    head.append("|---" * (len(REMEMBERED) + 1) + "|")
    lines = []
    for run in reversed(runs):
        values = (found(run["figures"].get(row.at[0]), row.at[1]) for row in REMEMBERED)
        told = " | ".join("–" if value is None else _written(value) for value in values)
        lines.append(f"| {run['date']} {run['commit']} | {told} |")
    return "\n".join(head + lines)


def read_history(text: str) -> list[Figures]:
    """Read the runs of a history, the oldest first: one JSON object a line."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def found(figures: Any, path: str) -> Any:
    """Follow a path through the figures; a name may hold points itself. None where there is nothing."""
    if not path:
        return figures
    for name, value in figures.items() if isinstance(figures, dict) else ():
        if path == name or path.startswith(f"{name}."):
            return found(value, path[len(name) + 1 :])
    return FAILED if figures == FAILED else None


def _ratio(run: Figures, row: Row, value: Any) -> str:
    if row.against is None or value == FAILED:
        return ""
    base = found(run["figures"].get(row.against[0]), row.against[1])
    if not isinstance(base, int | float) or not base:
        return ""
    ratio = value / base
    return f"{ratio:.2g} times {row.beside} ({_written(base)})"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,}"
