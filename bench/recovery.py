"""How long a start takes with a log of a million events, with and without a snapshot.

``python -m bench.recovery [EVENTS]`` makes a log by the rules themselves, some 50 busy days of it, then
prints one JSON object, in seconds: "load" is until the state is in memory, "ready" from the start of the
process to its first word that it listens. Without a snapshot the whole log is folded; with one, the events of
half the distance between two snapshots.
"""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import tomli_w
from msgspec import to_builtins

from bench.morning import HALL, START, SYSTEM, a_hall, issue_some, new_id, serve_next
from protocol.commands import AdvanceClock, OpenDesk
from protocol.words import HOUR, MINUTE
from server import log, snapshots
from server.log import Reader, Writer
from server.merkle import Frontier
from server.snapshots import EVERY, Snapshots
from server.working import Working

EVENTS = 1_000_000
ROUNDS = 250
"""Rounds of a day, two minutes each, in which each of twenty desks serves one visitor: 5,000 tickets."""


def a_day(working: Working, opens: int) -> None:
    """Let visitors come, be called, served and go; a few more come than are served."""
    desks = [desk.number for desk in HALL.desk]
    for number in range(ROUNDS):
        at = opens + number * 2 * MINUTE
        working.decide(AdvanceClock(id=new_id(), at=at), SYSTEM)
        issue_some(working, len(desks) + (number % 10 == 0))
        for desk in desks:
            serve_next(working, desk)


def make(folder: Path, events: int) -> int:
    """Write a log of at least so many events; gives how many there are."""
    log.migrate(folder / log.FILE)
    writer, working = Writer(folder / log.FILE, Frontier()), a_hall()
    writer.open()
    for desk in HALL.desk:
        working.decide(OpenDesk(id=new_id(), desk=desk.number), SYSTEM)
    days = 0
    while working.state.seq < events:
        a_day(working, START + days * 24 * HOUR)
        writer.append(working.take_batch())
        days += 1
    writer.close()
    return working.state.seq


def load(folder: Path, events: int) -> dict[str, float]:
    """Load the state without a snapshot and with one."""
    reader = Reader(folder / log.FILE)
    kept, begun = Snapshots(folder, reader), perf_counter()
    standing, _ = kept.load(events - EVERY // 2)
    without = perf_counter() - begun
    kept.keep(standing)
    begun = perf_counter()
    kept.load()
    seconds = perf_counter() - begun
    reader.close()
    return {"load without": round(without, 2), "load with": round(seconds, 3)}


def ready(folder: Path, hall: Path) -> float:
    """Start the server and give the seconds until it listens."""
    command = [
        sys.executable,
        "-m",
        "server",
        "run",
        "--hall",
        str(hall),
        "--data",
        str(folder),
        "--port",
        "0",
    ]
    begun = perf_counter()
    server = subprocess.Popen(
        [*command, "--clock", "driven"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    if server.stdout is None or not any("at http" in line for line in server.stdout):
        raise RuntimeError("The server did not start.")
    seconds = perf_counter() - begun
    server.send_signal(signal.SIGTERM)
    server.communicate()
    return round(seconds, 2)


def main() -> None:
    """Make the log, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        data, hall = Path(folder), Path(folder) / "hall.toml"
        hall.write_text(tomli_w.dumps(to_builtins(HALL)))
        begun = perf_counter()
        events = make(data, int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
        figures = {"events": events, "decided a second": round(events / (perf_counter() - begun))}
        size = round((data / log.FILE).stat().st_size / 1e6)
        seconds = load(data, events)
        seconds["ready with"] = ready(data, hall)
        for kept in (data / snapshots.FOLDER).iterdir():
            kept.unlink()
        seconds["ready without"] = ready(data, hall)
        print(json.dumps({**figures, "log megabytes": size, "seconds": seconds}, indent=2))


if __name__ == "__main__":
    main()
