"""Eight ways to alter a hall's past, each tried on a copy of some days, and what ``verify`` says in how long.

``python -m bench.tampering [--size XL] [--days 5] [--seed 1] [--data DIR]`` plays the days first, unless DIR
has them from the last time. The forger seals the log anew each time; the ninth way has the hall's key, too.
Heads left the hall meanwhile. Exit status 1 when a way was not found or not named.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from os import times
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.days import write
from bench.forging import WAYS, Forgery, edit_with_key
from server import log
from server.log import Reader
from server.register import Register
from simulator.sizes import SIZES

WITH_THE_KEY = "edit, signed by the hall's own key"


def main() -> int:
    """Try all ways, print a line for each; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.tampering", description="Try to alter the past.")
    parser.add_argument("--size", choices=SIZES, default="S", help="of which size the hall is (S)")
    parser.add_argument("--days", type=int, default=1, help="how many days are played (1)")
    parser.add_argument("--seed", default="1", help="of the days, and of the places (1)")
    parser.add_argument("--data", type=Path, help="where the days are kept for another time")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="novbe-tampering-") as name:
        days = asked.data or Path(name) / "days"
        days.mkdir(parents=True, exist_ok=True)
        if not (days / log.FILE).exists():
            print(f"Playing {asked.days} days of size {asked.size} …", file=sys.stderr)
            write(days, asked.size, asked.days, asked.seed)
        return 0 if tried(days, Path(name), asked.seed) else 1


def tried(days: Path, room: Path, seed: str) -> bool:
    """Try each way on a copy of its own; tells whether all were found and named."""
    kept = room / "heads.jsonl"
    with kept.open("w") as file:
        command = [sys.executable, "-m", "server", "heads", "--data", str(days)]
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)
    end, day = end_of(days)
    seconds, cpu, sound = proved(days, kept)
    how = f"not sound: {sound[:3]}" if sound else f"sound, in {seconds:.0f} s, {cpu:.0f} s of CPU"
    print(f"{end} events until {day}: {how}.", flush=True)
    key, _ = Register(days).hall_keys()
    ways = [*WAYS, Forgery(WITH_THE_KEY, "rewritten", lambda folder, seq: edit_with_key(folder, seq, key))]
    places = [random.Random(f"{seed}/{way.name}").randrange(2, end - 200) for way in ways]  # noqa: S311 - repeatable
    found = [attempt(way, days, kept, place) for way, place in zip(ways, places, strict=True)]
    print(f"{sum(found)} of {len(ways)} found and named.")
    return all(found) and not sound


def attempt(way: Forgery, days: Path, kept: Path, place: int) -> bool:
    """Alter a copy, have it proved, and print what was said; tells whether it was named."""
    copy = kept.parent / "copy"
    shutil.copytree(days, copy)
    forged = timed(lambda: way.carry_out(copy, place))
    seconds, cpu, findings = proved(copy, kept)
    shutil.rmtree(copy)
    named = [one for one in findings if one["kind"] == way.kind]
    how = "found" if named else "NOT FOUND"
    print(f"{way.name}, at event {place} (in {forged:.0f} s): {how} in {seconds:.0f} s, {cpu:.0f} s of CPU")
    if named:
        print(f"    Event {named[0]['seq']}: {named[0]['sentence']}", flush=True)
    return bool(named)


def proved(folder: Path, kept: Path) -> tuple[float, float, list[dict[str, Any]]]:
    """Run ``novbe-server verify``; gives its seconds, those of processor time, and its findings."""
    command = [
        sys.executable,
        "-m",
        "server",
        "verify",
        "--data",
        str(folder),
        "--heads",
        str(kept),
        "--json",
    ]
    begun, used = perf_counter(), times().children_user + times().children_system
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds, cpu = perf_counter() - begun, times().children_user + times().children_system - used
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seconds, cpu, told["findings"]


def timed(what: Callable[[], None]) -> float:
    """Give how long something took, in seconds."""
    begun = perf_counter()
    what()
    return perf_counter() - begun


def end_of(folder: Path) -> tuple[int, str]:
    """Give where a log ends: its last seq and day."""
    reader = Reader(folder / log.FILE)
    end, (_, _, day) = reader.end()[0], reader.days("")
    reader.close()
    return end, day


if __name__ == "__main__":
    sys.exit(main())
