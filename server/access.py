"""Who may act here, as the running server sees it: the register in memory, awake to changes by another hand.

The server holds all devices and operators in memory and asks each half second whether the command line has
written.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import gevent  # type: ignore[import-untyped]
import structlog
from gevent.lock import BoundedSemaphore  # type: ignore[import-untyped]

from protocol.events import KeyAnnounced
from server.clock import WallClock
from server.hall_key import HallKey
from server.logins import end_sessions
from server.passwords import digest
from server.refusals import LinkGone
from server.register import Device, Operator, Register, Session
from server.threads import Threads

WATCH_SECONDS = 0.5
"""A revocation takes effect within a second."""

P = ParamSpec("P")
T = TypeVar("T")


class Access:
    """The register as the running server sees it: in memory, and awake to changes by another hand."""

    def __init__(self, folder: Path, threads: Threads) -> None:
        """Read the register in ``folder``; slow work goes to ``threads``."""
        self._register, self._threads = Register(folder), threads
        self.visit_key = self._register.key("visit")
        self._book = self._register.book()
        self._reading = BoundedSemaphore()
        self._listeners: list[Callable[[set[str]], None]] = []
        # PRAGMA data_version compares with what this very connection saw last: one connection, one thread.
        self._watching, self._hashing = Threads(1), Threads(2)
        self._db: sqlite3.Connection | None = None
        self._watch: gevent.Greenlet | None = None

    def start(self) -> None:
        """Watch the file from now on, each second."""
        # The version is taken before the book is read: what changes in between is seen at the first look.
        seen = self._watching.run(self._version)
        self._reload()
        self._watch = gevent.spawn(self._watch_file, seen)

    def stop(self) -> None:
        """Watch no more."""
        if self._watch is not None:
            self._watch.kill()
        if self._db is not None:
            self._watching.run(self._db.close)
        self._watching.stop()
        self._hashing.stop()

    def on_change(self, listener: Callable[[set[str]], None]) -> None:
        """Call the listener with the ids whose right ended or changed, and with sessions that ended."""
        self._listeners.append(listener)

    def device(self, token: str) -> Device | None:
        """Give the device of a token; an unknown one is looked up in the file before it is refused."""
        hashed = digest(token)
        if hashed not in self._book.devices and token.startswith("novbe_"):
            self._reload()
        return self._book.devices.get(hashed)

    def desk_of(self, device_id: str) -> str:
        """Give the desk that a device is for, empty when for none."""
        return next((device.desk for device in self._book.devices.values() if device.id == device_id), "")

    def operator(self, operator_id: str) -> Operator | None:
        """Give the operator of that id, None when the right was taken."""
        return self._book.operators.get(operator_id)

    def session(self, secret: str) -> Session | None:
        """Give the session that a cookie's secret is of; None when it has ended."""
        found = self._book.sessions.get(digest(secret))
        return found if found and found.until > WallClock().now() else None

    def login(self, name: str, password: str) -> Operator | None:
        """Give the operator of that name and password.

        Hashing has threads of its own: whoever tries passwords without end keeps nobody from reading.
        """
        return self._known(self._hashing.run(self._register.sign_in, name, password))

    def take_link(self, code: str) -> tuple[Operator, str]:
        """Give the operator and the page of a link that was never used; raises LinkGone."""
        operator_id, path = self.ask(Register.take_link, code)
        operator = self._known(operator_id)
        if operator is None:
            raise LinkGone
        return operator, path

    def _known(self, operator_id: str | None) -> Operator | None:
        """Give an operator, perhaps one whom the command line has just added."""
        if operator_id is not None and operator_id not in self._book.operators:
            self._reload()
        return self._book.operators.get(operator_id or "")

    @property
    def devices(self) -> list[Device]:
        """Give all devices that may act now."""
        return list(self._book.devices.values())

    def ask(self, read: Callable[Concatenate[Register, P], T], *said: P.args, **named: P.kwargs) -> T:
        """Read the register itself, in a thread: ``access.ask(Register.people)``; raises what it raises."""
        return self._threads.run(partial(read, self._register, *said, **named))

    def change(self, write: Callable[Concatenate[Register, P], T], *said: P.args, **named: P.kwargs) -> T:
        """Change the register, in a thread; what follows from it is true when this returns."""
        result = self.ask(write, *said, **named)
        self._reload()
        return result

    def person_key(self, period: str) -> bytes:
        """Give the key of a period under which documents are hashed."""
        return self.ask(Register.person_key, period)

    def hall_keys(self, announced: KeyAnnounced | None) -> tuple[HallKey, HallKey | None]:
        """Give the key that signs heads, and the one that it replaces; that goes once the log says so."""
        key, before = self.ask(Register.hall_keys)
        if before is not None and announced is not None and announced.public == key.public:
            self.ask(Register.forget_key_before)
            return key, None
        return key, before

    def destroy_person_keys(self, but: str) -> None:
        """Destroy the keys of all other periods: the next one shares nothing with them."""
        self.ask(Register.destroy_person_keys, but)

    def _reload(self) -> None:
        # One after another: an older reading must not replace a newer one, and give a taken right back.
        with self._reading:
            before, self._book = self._book, self._threads.run(self._register.book)
        gone, given = before.without(self._book), self._book.without(before) - self._book.sessions.keys()
        if given:
            structlog.get_logger().info("rights_given", actors=sorted(given))
        if gone:
            structlog.get_logger().info("rights_ended", actors=sorted(gone - before.sessions.keys()))
            for listener in self._listeners:
                listener(gone)

    def _watch_file(self, seen: int) -> None:
        while True:
            gevent.sleep(WATCH_SECONDS)
            try:
                self._end_sessions()
                version = self._watching.run(self._version)
                if version != seen:
                    self._reload()
                    seen = version
            except sqlite3.Error as error:
                structlog.get_logger().warning("access_unreadable", error=str(error))

    def _end_sessions(self) -> None:
        """End those whose time is over, and with them their sockets."""
        now = WallClock().now()
        if any(session.until <= now for session in self._book.sessions.values()):
            self.change(end_sessions, now)

    def _version(self) -> int:
        if self._db is None:
            self._db = sqlite3.connect(self._register.path, timeout=5.0, check_same_thread=False)
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])
