"""What the figures of a busy day cost: one of 16,000 tickets, read from a log on the disk.

``python -m bench.figures`` prints one JSON object, in seconds: "read" is what a reader's thread does for
``GET /api/v1/figures``, "rows" the same rows read and nothing made of them; "events" is how many.
"""

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter

from bench.morning import HALL, START, SYSTEM, a_hall, issue_some, new_id, serve_next
from protocol.commands import AdvanceClock, OpenDesk
from protocol.words import MINUTE
from server import log
from server.log import Reader, Writer
from server.merkle import Frontier
from server.telling import read_figures
from server.working import Working

TICKETS = 16_000


def make(path: Path) -> Working:
    """Write a day in which each of the hall's desks serves a visitor a minute."""
    log.migrate(path)
    writer, working = Writer(path, Frontier()), a_hall()
    writer.open()
    desks = [desk.number for desk in HALL.desk]
    for desk in desks:
        working.decide(OpenDesk(id=new_id(), desk=desk), SYSTEM)
    for number in range(TICKETS // len(desks)):
        working.decide(AdvanceClock(id=new_id(), at=START + number * MINUTE // 2), SYSTEM)
        issue_some(working, len(desks))
        for desk in desks:
            serve_next(working, desk)
    writer.append(working.take_batch())
    writer.close()
    return working


def measure(path: Path, working: Working) -> dict[str, float]:
    """Read the figures, and before them the bare rows, so that both find the file in memory."""
    day = working.state.day
    with closing(sqlite3.connect(path)) as db:
        begun = perf_counter()
        rows = db.execute("SELECT body FROM events WHERE day = ? ORDER BY seq", (day,)).fetchall()
        bare = perf_counter() - begun
    reader, begun = Reader(path), perf_counter()
    told = read_figures(reader, day)
    seconds = perf_counter() - begun
    reader.close()
    if told.hall.issued != TICKETS:
        raise ValueError(told.hall)
    return {"read": round(seconds, 2), "rows": round(bare, 3), "events": len(rows)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / log.FILE
        print(json.dumps(measure(file, make(file)), indent=2))
