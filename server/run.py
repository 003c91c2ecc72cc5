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
from server import duty, log, wsgi
from server.backup import NothingToCopy
from server.domain.refusals import Refusal, WouldStrand
from server.domain.services import digest
from server.duty import Duty
from server.following import Follower, Telling, prepare
from server.hallfile import HallFileMistakes, load_hall
from server.log import CommitFailed, RootsDiffer
from server.opening import Opened, open_hall
from server.owner import FolderInUse, own
from server.primary import NotFollowed, Primary, TurnedAway, epoch_at
from server.refusals import StandsBy, Superseded
from server.restoring import UNFINISHED
from server.snapshots import LogBroken
from server.soundness import Damaged, quarantine
from server.tls import Certificate, CertificateUnusable, context
from server.upgrading import TooNew

COLLECT_AFTER = 100_000
"""Objects made since the collector last looked for cycles: few are garbage, and a look stops every socket."""


ASK_SECONDS = 1.5
"""How long a start waits for the word of the standby, which may be off."""


class CannotStart(Exception):  # noqa: N818 - a refusal of the command line, in one sentence
    """The hall was not started; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What ``run`` was asked for."""

    data: Path
    host: str
    port: int
    driven: bool
    hall: Path | None = None
    follow: str = ""
    token: str = ""
    certificate: Certificate | None = None


def run(wish: Wish) -> int:
    """Run a hall until it is told to stop; gives the exit status."""
    speak_to(sys.stderr.isatty())
    if wish.hall is not None and not wish.hall.is_file():
        print(f"There is no hall file {wish.hall}: check its name.", file=sys.stderr)
        return 2
    try:
        hall = load_hall(wish.hall) if wish.hall else None
        _run(wish, hall)
    except HallFileMistakes as found:
        print(f"{found}\nNothing was started: mend the file, and try it with: novbe-server check {wish.hall}")
        return 1
    except (CannotStart, FolderInUse, TooNew, NothingToCopy) as reason:
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


def _run(wish: Wish, hall: Hall | None) -> None:
    _own(wish)
    said, is_new = duty.read(wish.data), not (wish.data / log.FILE).exists()
    if said.follows and not wish.follow:
        raise CannotStart(
            f"The folder {wish.data} follows {said.follows}: start it with --follow and --token, or have it"
            f" run the hall with: novbe-server promote --data {wish.data}"
        )
    if said.damaged and is_new and not wish.follow:
        raise CannotStart(_of_damage(wish.data))
    if wish.follow and is_new:
        _prepare(wish)
    opened = _open(wish)
    if wish.follow and (is_new or said.follows or _is_superseded(opened, said, wish.follow)):
        _stand_by(opened, wish, said)
    elif _is_superseded(opened, said, said.standby):
        _start_aside(opened, Superseded())
        print("Another server has taken over this hall: this one only answers what is read.")
        _serve(opened, wish, Telling(opened, ""))
    else:
        if wish.follow:
            print(f"The folder {wish.data} runs its hall: --follow is left aside.")
        _start(opened, hall, wish)
        _serve(opened, wish, Telling(opened, said.tell))


def _is_superseded(opened: Opened, said: Duty, url: str) -> bool:
    """Tell whether another server has taken over, as is known here or as the one at ``url`` says."""
    if said.superseded:
        return True
    return bool(url) and opened.engine.hear_of(epoch_at(url, ASK_SECONDS))


def _prepare(wish: Wish) -> None:
    try:
        prepare(wish.data, Primary(wish.follow, wish.token))
    except NotFollowed as reason:
        raise CannotStart(str(reason)) from reason


def _stand_by(opened: Opened, wish: Wish, said: Duty) -> None:
    primary = Primary(wish.follow, wish.token)
    _start_aside(opened, StandsBy(primary=primary.url))
    follower = Follower(opened, primary)
    if said.follows and said.begin is not None:  # it was promoted, and ended before it could be done
        follower.take_over(said.begin)
        _serve(opened, wish, Telling(opened, primary.url))
    else:
        _catch_up(follower, opened, primary.url)
        _serve(opened, wish, follower)


def _catch_up(follower: Follower, opened: Opened, url: str) -> None:
    """Have what there is before anybody is answered; a hall that is away now may come back."""
    try:
        follower.catch_up()
    except (TurnedAway, RootsDiffer) as reason:
        raise CannotStart(str(reason)) from reason
    except NotFollowed as reason:
        print(f"{reason} This standby waits for it.")
        return
    duty.write(opened.folder, Duty(follows=url))
    print(f"This standby has the log up to event {opened.engine.seq}, and follows {url}.")


def _start_aside(opened: Opened, why: Refusal) -> None:
    try:
        opened.engine.start_aside(why)
    except CommitFailed as failure:
        sentence = f"{opened.folder} cannot be written ({failure}): make room on the disk."
        raise CannotStart(sentence) from failure
    opened.access.start()


def _own(wish: Wish) -> None:
    try:
        own(wish.data)
    except OSError as error:
        sentence = f"{wish.data} cannot be used ({error.strerror}): choose another --data folder."
        raise CannotStart(sentence) from error
    if (wish.data / UNFINISHED).exists():
        raise CannotStart(f"A restore into {wish.data} was cut off: run it once more.")


def _open(wish: Wish) -> Opened:
    try:
        return open_hall(wish.data, driven=wish.driven)
    except Damaged as damage:
        quarantine(wish.data, str(damage))
        raise CannotStart(_of_damage(wish.data)) from damage
    except (sqlite3.DatabaseError, LogBroken) as error:
        sentence = (
            f"The databases in {wish.data} cannot be read ({error}): put a copy of the folder in its place."
        )
        raise CannotStart(sentence) from error
    except OSError as error:
        sentence = f"{wish.data} cannot be used ({error.strerror}): choose another --data folder."
        raise CannotStart(sentence) from error


def _of_damage(folder: Path) -> str:
    return (
        f"The hall in {folder} was put aside: {duty.read(folder).damaged}. Restore the last backup here"
        f" (novbe-server restore FILE --data {folder}), or promote the standby and follow it here (run"
        " --follow). Nothing is deleted."
    )


def _start(opened: Opened, hall: Hall | None, wish: Wish) -> None:
    named = digest(hall) if hall else ""
    is_new = hall is not None and opened.engine.published.file_digest != named
    try:
        opened.begin(hall, named)
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
    elif hall is not None:
        print(f"{wish.hall} has not changed since it was last read: the configuration in the log stands.")


def _serve(opened: Opened, wish: Wish, beside: Follower | Telling) -> None:
    stop = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    try:
        tls = context(wish.certificate) if wish.certificate else None
        site = wsgi.serve(opened.engine, opened.access, host=wish.host, port=wish.port, tls=tls)
        _collect_seldom()
        beside.start(site.port)
        facts = opened.engine.published.hall.hall
        name = facts.names.get("en") or next(iter(facts.names.values()), facts.id)
        print(f"Novbe hall '{name}' at http{'s' if tls else ''}://{wish.host}:{site.port}", flush=True)
        stop.wait()
        print("The hall stops: what is on the list is finished first.", flush=True)
        beside.stop()
        site.stop()
    except (wsgi.UnfitPackage, CertificateUnusable) as reason:
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
