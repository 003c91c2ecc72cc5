"""A standby: it has the log of the server that runs the hall, byte for byte, and can go on where that ends.

Nothing here takes over by itself: somebody says ``novbe-server promote``. Two servers that decide would be
worse than none.
"""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import structlog
from gevent.lock import RLock  # type: ignore[import-untyped]

from server import copies, duty, log, private, register
from server.clock import WallClock
from server.duty import Begin, Duty
from server.log import CommitFailed, RootsDiffer
from server.opening import SKIPPED_IDS, Opened
from server.primary import Batch, NotFollowed, Primary, TurnedAway
from server.register import Register
from server.threads import Threads

COPIES = {"access": register.FILE, "private": private.FILE}
AGAIN_SECONDS = 1.0
LOOK_SECONDS = 0.2
TELL_SECONDS = 2.0
COPY_SECONDS = 1.0
"""The databases beside the log are copied no more often than that."""


def prepare(folder: Path, primary: Primary) -> None:
    """Make a new standby's databases, with the hall's own keys and name; raises NotFollowed."""
    if (folder / log.FILE).exists():
        return
    batch = primary.batch(0, b"", 0)
    for name, file in COPIES.items():
        copies.replace_content(folder / file, primary.copy(name))
    unfinished = folder / "hall.db.unfinished"
    unfinished.unlink(missing_ok=True)
    log.migrate(unfinished)
    with closing(sqlite3.connect(unfinished)) as db, db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", [batch.first_epoch])
    duty.write(folder, Duty(follows=primary.url))
    unfinished.rename(folder / log.FILE)


class Follower:
    """Keeps an opened hall the same as the one that a primary runs, until it is told to take over."""

    def __init__(self, opened: Opened, primary: Primary) -> None:
        """Follow from where the log here ends."""
        self._opened, self._primary, self._port = opened, primary, 0
        self._telling = Telling(opened, primary.url)
        self._thread, self._copying = Threads(1), Threads(1)
        self._beside = Primary(primary.url, primary.token)
        self._known: dict[str, str] = {}
        self._changed: dict[str, str] = {}
        self.whole_at = 0
        self._applying, self._is_over = RLock(), False
        self._greenlets: list[gevent.Greenlet] = []

    def catch_up(self) -> None:
        """Have all that there is; raises NotFollowed, TurnedAway, RootsDiffer or CommitFailed."""
        while self._take(self._thread.run(self._ask)):
            pass

    def start(self, port: int) -> None:
        """Go on following until somebody promotes this server, which answers at a port."""
        self._port = port
        self._greenlets = [gevent.spawn(turn) for turn in (self._follow, self._copy, self._watch)]

    def stop(self) -> None:
        """Follow no more."""
        self._is_over = True
        gevent.killall(self._greenlets)
        self._telling.stop()

    def take_over(self, begin: Begin) -> None:
        """Run the hall from now on; raises CommitFailed and goes on following then."""
        with self._applying:
            since = max(begin.since, self.whole_at)
            engine, access = self._opened.engine, self._opened.access
            access.change(Register.skip_ids, SKIPPED_IDS)
            # Another key may have been drawn since this standby began to follow.
            engine.take_over(Begin(cause="promoted", since=since), access.hall_keys(engine.published.key))
            self._is_over = True
        folder = self._opened.folder
        self._opened.engine.threads.run(duty.write, folder, Duty(tell=self._primary.url))

    def _follow(self) -> None:
        while not self._is_over:
            try:
                self._take(self._thread.run(self._ask))
            except (NotFollowed, RootsDiffer, CommitFailed, sqlite3.Error) as error:
                grave = isinstance(error, TurnedAway | RootsDiffer)
                tell = structlog.get_logger().critical if grave else structlog.get_logger().warning
                tell("not_followed", why=str(error))
                gevent.sleep(AGAIN_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - guards nothing

    def _ask(self) -> Batch:
        seq, root = self._opened.engine.end()
        return self._primary.batch(seq, root, self._port)

    def _take(self, batch: Batch) -> bool:
        """Put what came to disk; tells whether there is more at once."""
        with self._applying:
            if self._is_over:
                return False
            engine = self._opened.engine
            if batch.events:
                engine.follow(batch.bodies, {seq: bytes.fromhex(root) for seq, root in batch.roots})
            if engine.seq >= batch.committed:
                self.whole_at = WallClock().now()
            self._changed = batch.copies
            return engine.seq < batch.committed

    def _copy(self) -> None:
        """Copy what changed beside the log, again and again; the log does not wait for it."""
        while not self._is_over:
            gevent.sleep(COPY_SECONDS)
            for name in COPIES:
                if self._changed.get(name) != self._known.get(name):
                    self._copy_one(name, self._changed[name])

    def _copy_one(self, name: str, version: str) -> None:
        try:
            content = self._copying.run(self._beside.copy, name)
            with self._applying:
                if not self._is_over:
                    self._copying.run(copies.replace_content, self._opened.folder / COPIES[name], content)
                    self._opened.engine.load_texts()
        except (NotFollowed, sqlite3.Error, OSError) as error:
            structlog.get_logger().warning("not_copied", file=name, why=str(error))
        else:
            self._known[name] = version

    def _watch(self) -> None:
        """See whether ``promote`` has asked for the take-over."""
        engine = self._opened.engine
        while not self._is_over:
            gevent.sleep(LOOK_SECONDS)
            begin = engine.threads.run(duty.read, self._opened.folder).begin
            if begin is None:
                continue
            try:
                self.take_over(begin)
            except CommitFailed as failure:
                structlog.get_logger().critical("not_taken_over", why=str(failure))
            else:
                print("This server runs the hall from now on.", flush=True)
                self._telling.start(self._port)


class Telling:
    """Tells the server from which this one took over, until that stands aside, now or when it comes back."""

    def __init__(self, opened: Opened, url: str) -> None:
        """Tell the server at an address; with none, nobody."""
        self._opened, self._url = opened, url
        self._greenlet: gevent.Greenlet | None = None

    def start(self, _: int) -> None:
        """Begin to tell."""
        if self._url:
            self._greenlet = gevent.spawn(self._tell)

    def stop(self) -> None:
        """Tell no more."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def _tell(self) -> None:
        primary, thread = Primary(self._url, ""), Threads(1)
        while not thread.run(primary.tell, self._opened.engine.epoch):
            gevent.sleep(TELL_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - guards nothing
        structlog.get_logger().info("superseded_heard", server=self._url)
        self._opened.engine.threads.run(_heard, self._opened.folder)


def _heard(folder: Path) -> None:
    duty.change(folder, tell="")
