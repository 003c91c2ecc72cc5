"""The engine's turns: one greenlet owns the hall. It decides, commits, publishes, and only then answers.

All commands that wait are one batch: decided in order on working memory, committed at once in a thread of
its own, published. What arrives meanwhile is the next batch, so commits are shared without a timer.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import gevent  # type: ignore[import-untyped]
import structlog
from gevent.event import AsyncResult  # type: ignore[import-untyped]
from gevent.event import Event as Signal

from protocol.commands import Command
from protocol.events import Actor, DayOpened, Event, kind_of
from protocol.hall import Hall
from protocol.words import Micros
from server.clock import DrivenClock, WallClock
from server.commits import Commits
from server.domain.refusals import Overloaded, ReadOnly, Refusal
from server.ids import Ids, Key, must_be_alike
from server.log import CommitFailed
from server.snapshots import EVERY, Snapshots
from server.threads import Threads
from server.working import Working

MOST_WAITING = 500
"""Commands on the list; above it the server says that it is busy rather than late."""

TICK_SECONDS = 1.0

T = TypeVar("T")


class NewEpoch(NamedTuple):
    """An epoch to begin: its name, why, and since when another server may have run the hall."""

    name: str
    cause: str
    since: Micros


@dataclass(slots=True, eq=False)
class Waiting:
    """A command on the list, and whoever waits for it.

    ``result`` becomes its events, a ``Done`` to be read back, or an exception to raise; ``twins`` are the
    same command, sent again before it was committed.
    """

    command: Command
    actor: Actor
    result: AsyncResult = field(default_factory=AsyncResult)
    events: list[Event] = field(default_factory=list)
    twins: list["Waiting"] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """Give what makes a command the same as another."""
        return self.actor.id, self.command.id


class Turns:
    """The owner of the hall's state; greenlets hand it commands and wait for what they came to."""

    def __init__(
        self, commits: Commits, ids: Ids, working: Working, snapshots: Snapshots, threads: Threads
    ) -> None:
        """Go on from the committed state; nothing happens before ``start``."""
        self.commits, self._ids, self._snapshots, self._threads = commits, ids, snapshots, threads
        self.working = working
        self.list: list[Waiting] = []
        self._owed: dict[Key, Waiting] = {}
        self._snapshot_seq = commits.published.seq
        self._snapshotting: gevent.Greenlet | None = None
        self._signal, self._ticked, self._stopping = Signal(), True, False
        self.aside: Refusal | None = None
        """Why this server decides nothing: another one runs the hall."""
        self._greenlets: list[gevent.Greenlet] = []
        commits.listeners.append(self._published)

    def start(self, hall: Hall | None = None, digest: str = "", begin: NewEpoch | None = None) -> None:
        """Open the log, run what is due, put a hall file in force if it is new, then take commands.

        An epoch begins before all that. Raises CommitFailed when the disk takes no writes, WouldStrand when
        the file may not be put in force.
        """
        self.commits.open()
        if begin is not None:
            self.working.begin_epoch(*begin)
        if hall is not None and digest != self.commits.published.file_digest:
            self.working.apply_file(hall, digest)
        self._turn()
        if self.commits.is_read_only:
            raise CommitFailed("The disk takes no writes.")
        self._greenlets = [gevent.spawn(self._run), gevent.spawn(self._tick)]
        self._greenlets[0].link_exception(_died)

    def follow(self, bodies: list[str], roots: dict[int, bytes]) -> None:
        """Take what the server that runs the hall has committed; raises RootsDiffer or CommitFailed."""
        self.commits.follow(bodies, roots)
        published, working = self.commits.published, self.working
        if isinstance(working.clock, DrivenClock):
            working.clock.stand(published.at)
        working.forecast.refresh(published, working.clock.now())

    def take_over(self, begin: NewEpoch) -> None:
        """Run the hall from now on, where the log that was followed ends; raises CommitFailed."""
        published, is_driven = self.commits.published, isinstance(self.working.clock, DrivenClock)
        clock = DrivenClock(published.at) if is_driven else WallClock(published.at)
        self.working = self.working.anew(published.copy(), clock)
        before, self.aside = self.aside, None
        try:
            self.start(begin=begin)
        except CommitFailed:
            self.aside = before
            raise

    def stand_aside(self, why: Refusal) -> None:
        """Decide nothing any more; whoever waits is told why."""
        self.aside = why
        self._signal.set()

    def stop(self) -> None:
        """Finish the commands on the list, take no more, and keep a snapshot."""
        self._stopping = True
        self._signal.set()
        gevent.joinall(self._greenlets[:1])
        gevent.killall(self._greenlets)
        gevent.joinall([greenlet for greenlet in [self._snapshotting] if greenlet is not None])
        self._keep_snapshot()

    def put(self, waiting: list[Waiting]) -> None:
        """Put commands on the list, to be decided in one batch; raises Overloaded, or why none is decided."""
        if self.aside is not None:
            raise self.aside
        if self._stopping or len(self.list) + len(waiting) > MOST_WAITING:
            raise Overloaded
        self.list += waiting
        self._signal.set()

    def _tick(self) -> None:
        while True:
            gevent.sleep(TICK_SECONDS)
            self._ticked = True
            self._signal.set()

    def _run(self) -> None:
        while self.list or not self._stopping:
            self._signal.wait()
            self._signal.clear()
            self._turn()

    def _turn(self) -> None:
        """Decide all that waits, commit it, publish it, answer it."""
        batch, self.list = self.list, []
        if self.aside is not None:
            _answer(batch, self.aside)
            return
        ticked, self._ticked = self._ticked, False
        if self.commits.is_read_only and ticked and self.commits.try_again():
            self.working.set_back(self.commits.published.copy())
        if self.commits.is_read_only:
            _answer(batch, ReadOnly())
            return
        if ticked:
            self._pass_time()
        for waiting in batch:
            self._take(waiting)
        self._commit()

    def _pass_time(self) -> None:
        clock = self.working.clock
        if not isinstance(clock, WallClock):
            return
        step = clock.look()
        if step:
            structlog.get_logger().warning("clock_changed", step_seconds=step)
        try:
            self._whole(lambda: self.working.pass_time(step))
        except Exception:  # noqa: BLE001 - the hall goes on without it, and the log says so
            structlog.get_logger().exception("timer_failed")

    def _take(self, waiting: Waiting) -> None:
        """Decide one command: a refused one is answered at once, any other after the commit."""
        twin, done = self._owed.get(waiting.key), self._ids.find(waiting.key)
        try:
            if twin is not None:
                must_be_alike(twin.command, waiting.command)
                twin.twins.append(waiting)
            elif done is not None:
                done.must_be(waiting.command)
                waiting.result.set(done)
            else:
                waiting.events = self._whole(lambda: self.working.decide(waiting.command, waiting.actor))
                self._owed[waiting.key] = waiting
        except Refusal as refusal:
            waiting.result.set(refusal)
        except Exception as fault:  # noqa: BLE001 - it is raised where the command came from
            structlog.get_logger().exception("rule_failed", command=type(waiting.command).__name__)
            waiting.result.set(fault)

    def _whole(self, decide: Callable[[], T]) -> T:
        """Let a rule decide wholly or not at all: one that fails half way leaves nothing behind."""
        before = self.working.decided
        try:
            return decide()
        except Exception as error:
            if not isinstance(error, Refusal):
                self.working.undo(self.commits.published.copy(), before)
            raise

    def _commit(self) -> None:
        """Commit what was decided, and answer."""
        events = self.working.take_batch()
        owed, self._owed = list(self._owed.values()), {}
        if events and not self.commits.commit(events):
            _answer(owed, ReadOnly())
            return
        if self.aside is not None:  # heard during the commit: it counts in a history that has ended
            _answer(owed, self.aside)
            return
        for waiting in owed:
            if waiting.events:
                self._ids.name(waiting.key, type(waiting.command))
            _answer([waiting], waiting.events)

    def _published(self, events: list[Event]) -> None:
        for event in events:
            self._ids.see(event.seq, event.day, kind_of(event), event.actor.id, event.command)
        new_day = any(isinstance(event, DayOpened) for event in events)
        if new_day or events[-1].seq - self._snapshot_seq >= EVERY:
            self._snapshot_seq = events[-1].seq
            self._snapshotting = gevent.spawn(self._keep_snapshot)

    def _keep_snapshot(self) -> None:
        try:
            self._threads.run(self._snapshots.take, self.commits.published.seq)
        except Exception:  # noqa: BLE001 - the log is whole without it; the next start takes longer
            structlog.get_logger().exception("snapshot_failed")


def _died(_: object) -> None:
    # Without its owner the state is nobody's: end here, and let the next start read the log, which is whole.
    structlog.get_logger().critical("engine_died")
    os._exit(70)


def _answer(owed: list[Waiting], result: list[Event] | Exception) -> None:
    for waiting in owed:
        for one in (waiting, *waiting.twins):
            one.result.set(result)
