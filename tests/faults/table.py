"""The table of faults in docs/reference/reliability.md, from what the last run of each test saw."""

import json
import os
import platform
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
HISTORY = ROOT / "docs" / "reference" / "reliability.jsonl"

Told = dict[str, Any]
"""What one test said: fault, test, ended, seen, seconds; and date, commit and machine of its run."""


def read(history: str) -> list[Told]:
    """Read the file of the last runs."""
    return [json.loads(line) for line in history.splitlines()]


def remember(before: list[Told], now: list[Told]) -> str:
    """Put what was told now in the place of what the same tests and faults had told before."""
    run = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "commit": commit(), "machine": machine()}
    anew = {told["fault"] for told in now}
    kept = [told for told in before if told["fault"] not in anew] + [told | run for told in now]
    order = list(CATALOGUE)
    kept.sort(key=lambda told: (order.index(told["fault"]), told["test"]))
    return "".join(json.dumps(told, ensure_ascii=False) + "\n" for told in kept)


def commit() -> str:
    """Name the commit that is checked out."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def machine() -> str:
    """Say what the run had: cores, and Python."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def rows() -> Iterator[tuple[str, ...]]:
    """Give a row for each fault: number, what it is, what was promised, what was seen."""
    by_fault: dict[str, list[Told]] = defaultdict(list)
    for told in read(HISTORY.read_text("utf-8")):
        by_fault[told["fault"]].append(told)
    for number, fault in CATALOGUE.items():
        yield number, fault.title, fault.promise, seen(by_fault[number])


def seen(told: list[Told]) -> str:
    """Say what the tests of one fault saw."""
    if not told:
        return "not run yet"
    failed = [line["test"].rpartition("::")[2] for line in told if line["ended"] != "passed"]
    figures = "; ".join(f"{name}: {figure(value)}" for line in told for name, value in line["seen"].items())
    many = f"{len(told)} test{'s' * (len(told) > 1)} in {sum(line['seconds'] for line in told):,.0f} s"
    said = f"**failed: {', '.join(failed)}**" if failed else "as promised"
    return f"{said} ({many}, {told[0]['date']}, {told[0]['commit']}). {figures}".strip()


def figure(value: Any) -> str:
    """Write a number as people read it."""
    return f"{value:,}" if isinstance(value, int | float) else str(value)
