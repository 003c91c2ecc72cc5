"""``python -m bench``: every measurement, one table against the project's aims, and their history.

Each measure is a program of its own (``python -m bench.load`` …) that prints JSON; all run one after another.
A run is a line of ``bench/history.jsonl``, and the tables of ``bench/README.md`` are written anew from it.
``--short`` gives rough figures and keeps nothing. Exit status 1 when a measurement failed; the others count.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.table import FAILED, read_history, remember, tell

FOLDER = Path(__file__).parent
README, HISTORY = FOLDER / "README.md", FOLDER / "history.jsonl"
BEGIN, END = "<!-- measured -->", "<!-- end -->"

SIMULATED = ("simulator", "day", "--size", "M", "--speed", "max", "--seed", "1", "--json")

PROGRAMS: dict[str, tuple[str, ...]] = {
    "baselines": ("bench.baselines",),
    "plain": ("bench.plain",),
    "load": ("bench.load",),
    "calls": ("bench.calls",),
    "boards": ("bench.boards",),
    "choosing": ("bench.choosing",),
    "recovery": ("bench.recovery",),
    "figures": ("bench.figures",),
    "day": SIMULATED,
    "slip": ("bench.slip",),
    "paper": ("bench.paper",),
    "screens": ("bench.screens",),
}
HAVE_SHORT = {"baselines", "plain", "load", "calls", "boards", "paper", "screens"}
"""Those that know ``--short``."""

TOO_LONG = {"recovery"}
"""Left out of a short run."""


def main() -> int:
    """Measure all, print the table, keep it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure this machine.")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--short", action="store_true", help="rough figures in some minutes, none of them kept")
    ways.add_argument(
        "--mend", action="store_true", help="measure anew what failed in the last run kept, and no more"
    )
    asked = parser.parse_args()
    runs = read_history(HISTORY.read_text("utf-8")) if HISTORY.exists() else []
    if asked.mend and not runs:
        parser.error("No run was kept yet: leave --mend away.")
    run = mended(runs.pop()) if asked.mend else measure_all(is_short=asked.short)
    print(tell(run))
    if not asked.short:
        keep([*runs, run])
    return int(FAILED in run["figures"].values())


def mended(run: dict[str, Any]) -> dict[str, Any]:
    """Measure what failed in a run; it says at which commit."""
    failed = [name for name, figures in run["figures"].items() if figures == FAILED]
    figures = {name: measure(PROGRAMS[name]) for name in failed}
    said = {**run.get("mended", {}), **dict.fromkeys(failed, commit())}
    return {**run, "figures": {**run["figures"], **figures}, "mended": said}


def measure_all(*, is_short: bool) -> dict[str, Any]:
    """Run one measurement after another, saying which."""
    names = [name for name in PROGRAMS if not (is_short and name in TOO_LONG)]
    figures, began = {}, time.monotonic()
    for number, name in enumerate(names, 1):
        passed = round(time.monotonic() - began)
        print(f"{number} of {len(names)}, after {passed} s: {name}", file=sys.stderr, flush=True)
        figures[name] = measure(PROGRAMS[name] + ("--short",) * (is_short and name in HAVE_SHORT))
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
        "machine": machine,
        "figures": figures,
    }


def measure(words: tuple[str, ...]) -> Any:
    """Run one measurement; what it logs is shown if it fails."""
    # Left to itself pygame greets on standard output, where the figures are.
    environment = os.environ | {"PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    try:
        done.check_returncode()
        return json.loads(done.stdout)
    except (subprocess.CalledProcessError, json.JSONDecodeError) as error:
        print(f"{words[0]} failed ({error}):\n{done.stdout}{done.stderr}", file=sys.stderr)
        return FAILED


def commit() -> str:
    """Name what is measured."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(asked, cwd=FOLDER, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no commit"


def keep(runs: list[dict[str, Any]]) -> None:
    """Write the history, the newest run last, and the tables anew."""
    lines = "".join(json.dumps(run, ensure_ascii=False) + "\n" for run in runs)
    unfinished = HISTORY.with_suffix(".unfinished")
    unfinished.write_text(lines, "utf-8")
    unfinished.replace(HISTORY)
    README.write_text(written(README.read_text("utf-8"), HISTORY.read_text("utf-8")), "utf-8")


def written(page: str, history: str) -> str:
    """Give the page with the tables that the history makes."""
    runs = read_history(history)
    before, _, rest = page.partition(BEGIN)
    tables = f"{tell(runs[-1])}\n\n## Earlier\n\n{remember(runs)}"
    return f"{before}{BEGIN}\n{tables}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    sys.exit(main())
