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
    parser.add_argument(
        "--short", action="store_true", help="rough figures in some minutes, none of them kept"
    )
    parser.add_argument(
        "--mend", action="store_true", help="measure anew what failed in the last run kept, and no more"
    )
    asked = parser.parse_args()
    run = mended() if asked.mend else measure_all(is_short=asked.short)
    print(tell(run))
    if not asked.short or asked.mend:
        keep(run)
    return int(FAILED in run["figures"].values())


def mended() -> dict[str, Any]:
    """Take the last run off the history and measure what failed in it; it says at which commit."""
    *earlier, run = read_history(HISTORY.read_text("utf-8"))
    for name in [name for name, figures in run["figures"].items() if figures == FAILED]:
        run["figures"][name] = measure(PROGRAMS[name])
        run.setdefault("mended", {})[name] = commit()
    HISTORY.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in earlier), "utf-8")
    return dict(run)


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


def keep(run: dict[str, Any]) -> None:
    """Append a run to the history, and write the tables anew."""
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(json.dumps(run, ensure_ascii=False) + "\n")
    README.write_text(written(README.read_text("utf-8"), HISTORY.read_text("utf-8")), "utf-8")


def written(page: str, history: str) -> str:
    """Give the page with the tables that the history makes."""
    runs = read_history(history)
    before, _, rest = page.partition(BEGIN)
    tables = f"{tell(runs[-1])}\n\n## Earlier\n\n{remember(runs)}"
    return f"{before}{BEGIN}\n{tables}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    sys.exit(main())
