"""Who may act here: operators with passwords, devices with tokens, and this hall's secret keys.

``access.db`` has two writers, the server and the command line, and a rollback journal. A token is kept as
its SHA-256 and a password as its argon2 hash, so neither can be read back. The server holds all devices and
operators in memory and asks each half second whether another hand has written.
"""

import contextlib
import functools
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import argon2
import gevent  # type: ignore[import-untyped]
import sqlite_utils
import structlog
from gevent.lock import BoundedSemaphore  # type: ignore[import-untyped]

from protocol.events import Actor
from server import migrations
from server.threads import Threads

FILE = "access.db"
DEVICE_ROLES = ("kiosk", "board", "desk", "reader", "integration")
OPERATOR_ROLES = ("operator", "lead", "greeter", "inspector", "manager", "admin")
WATCH_SECONDS = 0.5
"""A revocation takes effect within a second."""

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_hasher = argon2.PasswordHasher()


class AccessRefused(Exception):  # noqa: N818 - a refusal of the command line, in one sentence
    """The change cannot be made; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Device:
    """A kiosk, a board, a desk's own program, a reader or another system; ``desk`` is the one it is for."""

    id: str
    name: str
    role: str
    desk: str

    @property
    def actor(self) -> Actor:
        """Give the device as the log names it."""
        return Actor(kind="device", id=self.id, role=self.role)


@dataclass(frozen=True, slots=True)
class Operator:
    """A person; ``serial`` grows with each new password, and a session holds for one serial alone."""

    id: str
    name: str
    role: str
    serial: int

    @property
    def actor(self) -> Actor:
        """Give the person as the log names them."""
        return Actor(kind="operator", id=self.id, role=self.role)


@dataclass(frozen=True, slots=True)
class Book:
    """All who may act now: devices by the digest of their token, operators by id."""

    devices: dict[str, Device] = field(default_factory=dict)
    operators: dict[str, Operator] = field(default_factory=dict)

    def without(self, later: "Book") -> set[str]:
        """Give the ids whose right has ended, or whose password is another, in a later book."""
        kept = set(later.devices.values()) | set(later.operators.values())
        mine: list[Device | Operator] = [*self.devices.values(), *self.operators.values()]
        return {one.id for one in mine if one not in kept}


class Register:
    """``access.db`` itself. Every call opens it, does one thing and closes it, in whatever thread."""

    def __init__(self, folder: Path) -> None:
        """Make the database in the data folder, or bring it up to date."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        with self._open() as db:
            migrations.access.apply(db)
        self.path.chmod(0o600)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite_utils.Database]:
        db = sqlite_utils.Database(sqlite3.connect(self.path, timeout=5.0), execute_plugins=False)
        try:
            yield db
        finally:
            db.close()

    def key(self, name: str) -> bytes:
        """Give the secret key ``visit`` or ``session``."""
        with self._open() as db:
            (key,) = db.execute("SELECT value FROM keys WHERE name = ?", [name]).fetchone()
        return bytes(key)

    def book(self) -> Book:
        """Read all who may act now."""
        with self._open() as db:
            devices = list(db.query("SELECT * FROM devices WHERE NOT revoked"))
            operators = list(db.query("SELECT * FROM operators WHERE NOT disabled"))
        return Book(
            {
                row["digest"]: Device(f"dev-{row['id']}", row["name"], row["role"], row["desk"])
                for row in devices
            },
            {
                f"op-{row['id']}": Operator(f"op-{row['id']}", row["name"], row["role"], row["serial"])
                for row in operators
            },
        )

    def add_device(self, name: str, role: str, desk: str = "") -> str:
        """Let a device in; gives its token, which nobody can read again."""
        token = f"novbe_{secrets.token_urlsafe(24)}"
        with self._open() as db:
            db.table("devices").insert({"name": name, "role": role, "desk": desk, "digest": digest(token)})
        return token

    def revoke(self, name: str) -> int:
        """Take the tokens of that name back; gives how many there were."""
        with self._open() as db, db.atomic():
            return db.execute(
                "UPDATE devices SET revoked = 1 WHERE name = ? AND NOT revoked", [name]
            ).rowcount

    def add_operator(self, name: str, role: str) -> str:
        """Let a person in; gives a random password. Raises AccessRefused for a name in use, or for none."""
        if not name.strip():
            raise AccessRefused("An operator needs a name: write the one to sign in with.")
        password, hashed = _new_password()
        try:
            with self._open() as db:
                db.table("operators").insert({"name": name, "role": role, "password": hashed})
        except sqlite3.IntegrityError as error:
            raise AccessRefused(f"There is an operator “{name}” already: choose another name.") from error
        return password

    def new_password(self, name: str) -> str:
        """Give a person a new random password, and their right back if it was taken. Raises AccessRefused."""
        password, hashed = _new_password()
        self._change(name, "password = ?, disabled = 0", [hashed])
        return password

    def disable(self, name: str) -> None:
        """Take a person's right; their past stays in the log. Raises AccessRefused."""
        self._change(name, "disabled = 1", [])

    def _change(self, name: str, what: str, values: list[str]) -> None:
        change = f"UPDATE operators SET {what}, serial = serial + 1 WHERE name = ?"  # noqa: S608 - two fixed texts
        with self._open() as db, db.atomic():
            if not db.execute(change, [*values, name]).rowcount:
                raise AccessRefused(f"There is no operator “{name}”: see how the name was written.")

    def sign_in(self, name: str, password: str) -> str | None:
        """Give the id of the operator of that name and password; slow, as is argon2's purpose."""
        with self._open() as db:
            query = "SELECT id, password FROM operators WHERE name = ? AND NOT disabled"
            row = db.execute(query, [name]).fetchone()
        # A name that does not exist takes as long as a wrong password, and so tells nothing.
        number, hashed = row or (0, _hash_of_nothing())
        try:
            _hasher.verify(hashed, password)
        except argon2.exceptions.VerificationError:
            return None
        return f"op-{number}" if row else None


class Access:
    """The register as the running server sees it: in memory, and awake to changes by another hand."""

    def __init__(self, folder: Path, threads: Threads) -> None:
        """Read the register in ``folder``; slow work goes to ``threads``."""
        self._register, self._threads = Register(folder), threads
        self.visit_key, self.session_secret = self._register.key("visit"), self._register.key("session")
        self._book = self._register.book()
        self._reading = BoundedSemaphore()
        self._listeners: list[Callable[[set[str]], None]] = []
        # PRAGMA data_version compares with what this very connection saw last: one connection, one thread.
        self._watching = Threads(1)
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

    def on_change(self, listener: Callable[[set[str]], None]) -> None:
        """Call the listener with the ids whose right ended or whose password changed."""
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

    def login(self, name: str, password: str) -> Operator | None:
        """Give the operator of that name and password."""
        operator_id = self._threads.run(self._register.sign_in, name, password)
        if operator_id is not None and operator_id not in self._book.operators:
            self._reload()
        return self._book.operators.get(operator_id or "")

    def _reload(self) -> None:
        # One after another: an older reading must not replace a newer one, and give a taken right back.
        with self._reading:
            before, self._book = self._book, self._threads.run(self._register.book)
        gone = before.without(self._book)
        if gone:
            structlog.get_logger().info("rights_ended", actors=sorted(gone))
            for listener in self._listeners:
                listener(gone)

    def _watch_file(self, seen: int) -> None:
        while True:
            gevent.sleep(WATCH_SECONDS)
            try:
                version = self._watching.run(self._version)
                if version != seen:
                    self._reload()
                    seen = version
            except sqlite3.Error as error:
                structlog.get_logger().warning("access_unreadable", error=str(error))

    def _version(self) -> int:
        if self._db is None:
            self._db = sqlite3.connect(self._register.path, timeout=5.0, check_same_thread=False)
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])


def digest(token: str) -> str:
    """Give what is kept of a token. It is random and long, so a plain SHA-256 cannot be searched."""
    return sha256(token.encode()).hexdigest()


def _new_password() -> tuple[str, str]:
    # 16 of 31 letters and digits that cannot be mistaken for each other: 79 bits.
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return password, _hasher.hash(password)


@functools.cache
def _hash_of_nothing() -> str:
    return _hasher.hash(secrets.token_hex(16))
