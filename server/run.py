"""``novbe-server run``: the composition root, where the parts of the server are put together."""

import gc
import signal
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import structlog
from gevent.event import Event as Signal  # type: ignore[import-untyped]

from protocol.hall import Hall
from server import wsgi
from server.domain.refusals import WouldStrand
from server.domain.services import digest
from server.hallfile import HallFileMistakes, load_hall
from server.log import CommitFailed
from server.opening import Opened, open_hall
from server.owner import FolderInUse, own
from server.restoring import UNFINISHED
from server.snapshots import LogBroken

COLLECT_AFTER = 100_000
"""Objects made since the collector last looked for cycles: few are garbage, and a look stops every socket."""


class CannotStart(Exception):  # noqa: N818 - a refusal of the command line, in one sentence
    """The hall was not started; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What ``run`` was asked for."""

    hall: Path
    data: Path
    host: str
    port: int
    driven: bool


def run(wish: Wish) -> int:
    """Run a hall until it is told to stop; gives the exit status."""
    speak_to(sys.stderr.isatty())
    if not wish.hall.is_file():
        print(f"There is no hall file {wish.hall}: check its name.", file=sys.stderr)
        return 2
    try:
        hall = load_hall(wish.hall)
        opened = _open(wish)
        _start(opened, hall, wish)
        _serve(opened, hall, wish)
    except HallFileMistakes as found:
        print(f"{found}\nNothing was started: mend the file, and try it with: novbe-server check {wish.hall}")
        return 1
    except (CannotStart, FolderInUse) as reason:
        print(reason)
        return 1
    return 0


def speak_to(a_person: bool) -> None:  # noqa: FBT001 - it is the claim itself
    """Log to stderr: lines that a person reads, or JSON, one object a line, for a program."""
    shown = structlog.dev.ConsoleRenderer() if a_person else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            shown,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _open(wish: Wish) -> Opened:
    try:
        own(wish.data)
        if (wish.data / UNFINISHED).exists():
            raise CannotStart(f"A restore into {wish.data} was cut off: run it once more.")
        return open_hall(wish.data, driven=wish.driven)
    except (sqlite3.DatabaseError, LogBroken) as error:
        sentence = (
            f"The databases in {wish.data} cannot be read ({error}): put a copy of the folder in its place."
        )
        raise CannotStart(sentence) from error
    except OSError as error:
        sentence = f"{wish.data} cannot be used ({error.strerror}): choose another --data folder."
        raise CannotStart(sentence) from error


def _start(opened: Opened, hall: Hall, wish: Wish) -> None:
    is_new = opened.engine.published.file_digest != digest(hall)
    try:
        opened.begin(hall, digest(hall))
    except WouldStrand as refusal:
        raise CannotStart(f"{wish.hall}: {refusal}") from refusal
    except CommitFailed as failure:
        sentence = f"{wish.data} cannot be written ({failure}): make room on the disk, or run verify."
        raise CannotStart(sentence) from failure
    opened.access.start()
    print(f"The hall in {wish.data} stands at event {opened.engine.seq}; {opened.replayed} were replayed.")
    if wish.driven and not opened.engine.seq:
        print("The clock is driven: nothing happens before the first command that has a time.")
    elif is_new:
        print(f"{wish.hall} is new, or has changed: it is in force now.")
    else:
        print(f"{wish.hall} has not changed since it was last read: the configuration in the log stands.")


def _serve(opened: Opened, hall: Hall, wish: Wish) -> None:
    stop = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    try:
        site = wsgi.serve(opened.engine, opened.access, host=wish.host, port=wish.port)
        _collect_seldom()
        name = hall.hall.names.get("en") or next(iter(hall.hall.names.values()), hall.hall.id)
        print(f"Novbe hall '{name}' at http://{wish.host}:{site.port}", flush=True)
        stop.wait()
        print("The hall stops: what is on the list is finished first.", flush=True)
        site.stop()
    except wsgi.UnfitPackage as reason:
        raise CannotStart(str(reason)) from reason
    except OSError as error:
        raise CannotStart(
            f"Port {wish.port} on {wish.host} cannot be had ({error.strerror}): choose another with --port."
        ) from error
    finally:
        opened.stop()
        structlog.get_logger().info("stopped", seq=opened.engine.seq)


def _collect_seldom() -> None:
    """Let the garbage collector pass over what stands for good: modules, the hall, its open tickets."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
