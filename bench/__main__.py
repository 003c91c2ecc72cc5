"""``python -m bench``: every measurement, one table against the project's aims.

Each measure is a program of its own (``python -m bench.load`` …) that prints JSON; all run one after another,
and the table of ``bench/README.md`` is written anew. ``--short`` leaves the slow ones out and writes nothing.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"

ROWS = (
    ("durable issues a second over HTTP, 64 clients", "1,200", "load", "http.issues_per_second"),
    ("the same over Socket.IO", "1,200", "load", "socket.io.issues_per_second"),
    ("server CPU µs an issue, HTTP", "", "load", "http.server_cpu_us_per_issue"),
    ("server CPU µs an issue, Socket.IO", "", "load", "socket.io.server_cpu_us_per_issue"),
    ("issue to acknowledgement beside 50 boards, p50 ms", "", "boards", "50 boards.issue_to_ack_ms.p50"),
    ("… p99 ms", "", "boards", "50 boards.issue_to_ack_ms.p99"),
    ("issue to acknowledgement beside 200 boards, p50 ms", "", "boards", "200 boards.issue_to_ack_ms.p50"),
    ("… p99 ms", "", "boards", "200 boards.issue_to_ack_ms.p99"),
    ("call to the last of 50 boards, p50 ms", "", "boards", "50 boards.call_to_last_ms.p50"),
    ("… p99 ms", "", "boards", "50 boards.call_to_last_ms.p99"),
    ("call to the last of 200 boards, p50 ms", "70", "boards", "200 boards.call_to_last_ms.p50"),
    ("… p99 ms", "200", "boards", "200 boards.call_to_last_ms.p99"),
    ("memory with 200 clients, MB", "", "boards", "200 boards.memory_mb"),
    ("memory with 1,000 clients, MB", "150", "boards", "1000 boards.memory_mb"),
    ("choosing among 10 waiting, p50 µs", "20", "choosing", "10 waiting.choose_us.p50"),
    ("… 1,000 waiting", "20", "choosing", "1,000 waiting.choose_us.p50"),
    ("… 100,000 waiting", "20", "choosing", "100,000 waiting.choose_us.p50"),
    (
        "a whole call decided and folded, 100,000 waiting, p50 µs",
        "",
        "choosing",
        "100,000 waiting.call_us.p50",
    ),
    ("state from 1 M events with a snapshot, s", "0.3", "recovery", "seconds.load with"),
    ("state from 1 M events without, s", "", "recovery", "seconds.load without"),
    ("process start to ready, with a snapshot, s", "", "recovery", "seconds.ready with"),
    ("process start to ready, without, s", "", "recovery", "seconds.ready without"),
    ("slip in Azerbaijani, bytes", "", "slip", "az.bytes"),
    ("slip in Azerbaijani, build p50 ms", "", "slip", "az.next_ms_p50"),
    ("slip in English, bytes", "", "slip", "en.bytes"),
)


def main() -> None:
    """Measure all, print the table, keep it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure this machine.")
    parser.add_argument("--short", action="store_true", help="rough figures in a minute, none of them kept")
    is_short = parser.parse_args().short
    figures = {
        "load": measure("load", *["--short"] * is_short),
        "boards": measure("boards", *["--short"] * is_short),
        "choosing": measure("choosing"),
        "recovery": {} if is_short else measure("recovery"),
        "slip": measure("slip"),
    }
    table = tell(figures)
    print(table)
    if not is_short:
        before, _, rest = README.read_text("utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", "utf-8")


def measure(name: str, *words: str) -> dict[str, Any]:
    """Run one measurement; what it logs is not shown unless it fails."""
    print(f"measuring: {name}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", f"bench.{name}", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench.{name} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def tell(figures: dict[str, Any]) -> str:
    """Give the table in Markdown."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    lines = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine}.",
        "",
        "| What | Aim | Measured |",
        "|---|---|---|",
    ]
    for what, aim, name, path in ROWS:
        value = found(figures[name], path)
        if value is not None:
            lines.append(f"| {what} | {aim} | {value:,} |")
    return "\n".join(lines)


def found(figures: Any, path: str) -> Any:
    """Follow a path through the figures; a name may hold points itself. None where there is nothing."""
    if not path:
        return figures
    for name, value in figures.items() if isinstance(figures, dict) else ():
        if path == name or path.startswith(f"{name}."):
            return found(value, path[len(name) + 1 :])
    return None


if __name__ == "__main__":
    main()
