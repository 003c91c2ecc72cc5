"""``access.db``: operators with passwords, devices with tokens, the staff's PIN, and the hall's secret keys.

It has two writers, the server and the command line, and a rollback journal. A token is kept as its SHA-256
and a password as its argon2 hash, so neither can be read back.
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlite_utils

from protocol.events import Actor
from protocol.words import MINUTE, Micros
from server import migrations, passwords
from server.clock import WallClock
from server.hall_key import HallKey
from server.refusals import LinkGone, NameNeeded, NameTaken, UnknownOperator

FILE = "access.db"
LINK_MINUTES = 15
PERSON = "person "
"""How the keys are called under which documents are hashed."""

TEXT = "text "
"""How the keys are called under which texts are sealed; a day follows, which sorts by time."""


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
class Session:
    """Somebody is signed in, in one browser, until then; known by the digest of what the cookie holds."""

    digest: str
    operator: str
    serial: int
    until: Micros


@dataclass(frozen=True, slots=True)
class Person:
    """An operator as those who manage people see them; the disabled ones too."""

    id: str
    name: str
    role: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class Book:
    """All who may act now: devices and sessions by the digest of their secret, operators by id."""

    devices: dict[str, Device] = field(default_factory=dict)
    operators: dict[str, Operator] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    def without(self, later: "Book") -> set[str]:
        """Give the ids whose right has ended, or is another now, in a later book, and the sessions gone."""
        kept = set(later.devices.values()) | set(later.operators.values())
        mine: list[Device | Operator] = [*self.devices.values(), *self.operators.values()]
        return {one.id for one in mine if one not in kept} | (self.sessions.keys() - later.sessions.keys())


class Register:
    """The database itself. Every call opens it, does one thing and closes it, in whatever thread."""

    def __init__(self, folder: Path) -> None:
        """Make the database in the data folder, or bring it up to date."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        with self.db() as db:
            migrations.access.apply(db)
        self.path.chmod(0o600)

    @contextlib.contextmanager
    def db(self) -> Iterator[sqlite_utils.Database]:
        """Open the database for one thing."""
        db = sqlite_utils.Database(sqlite3.connect(self.path, timeout=5.0), execute_plugins=False)
        try:
            yield db
        finally:
            db.close()

    def key(self, name: str) -> bytes:
        """Give the secret key ``visit`` or ``session``."""
        with self.db() as db:
            (key,) = db.execute("SELECT value FROM keys WHERE name = ?", [name]).fetchone()
        return bytes(key)

    def hall_keys(self) -> tuple[HallKey, HallKey | None]:
        """Give the key that signs heads, and the one that it replaces until the log says so."""
        with self.db() as db:
            seeds = dict(db.execute("SELECT name, value FROM keys WHERE name IN ('hall', 'hall before')"))
        before = seeds.get("hall before")
        return HallKey(bytes(seeds["hall"])), HallKey(bytes(before)) if before else None

    def renew_hall_key(self) -> HallKey:
        """Draw another key; the one that the log knows is kept until the log knows the new one."""
        seed = secrets.token_bytes(32)
        with self.db() as db, db.atomic():
            db.execute("INSERT OR IGNORE INTO keys SELECT 'hall before', value FROM keys WHERE name = 'hall'")
            db.execute("UPDATE keys SET value = ? WHERE name = 'hall'", [seed])
        return HallKey(seed)

    def forget_key_before(self) -> None:
        """Delete the key that was replaced, and its bytes."""
        with self.db() as db:
            db.execute("PRAGMA secure_delete = ON")
            with db.atomic():
                db.execute("DELETE FROM keys WHERE name = 'hall before'")

    def person_key(self, period: str) -> bytes:
        """Give the key under which documents are hashed in a period; draw one where there is none."""
        return self._drawn_key(f"{PERSON}{period}")

    def _drawn_key(self, name: str) -> bytes:
        with self.db() as db, db.atomic():
            db.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", [name, secrets.token_bytes(32)])
            (key,) = db.execute("SELECT value FROM keys WHERE name = ?", [name]).fetchone()
        return bytes(key)

    def text_key(self, period: str) -> bytes:
        """Give the key under which the texts of a day are sealed; draw one where there is none."""
        return self._drawn_key(f"{TEXT}{period}")

    def has_text_key(self, period: str) -> bool:
        """Tell whether there is a key of that day."""
        with self.db() as db:
            return bool(db.execute("SELECT 1 FROM keys WHERE name = ?", [f"{TEXT}{period}"]).fetchone())

    def destroy_text_keys(self, before: str) -> None:
        """Delete those keys of days before that one, and their bytes."""
        with self.db() as db:
            names = [name for (name,) in db.execute("SELECT name FROM keys").fetchall()]
            due = [name for name in names if name.startswith(TEXT) and name < f"{TEXT}{before}"]
            if due:
                db.execute("PRAGMA secure_delete = ON")
                with db.atomic():
                    for name in due:
                        db.execute("DELETE FROM keys WHERE name = ?", [name])

    def destroy_person_keys(self, but: str) -> None:
        """Delete those keys and their bytes, but for that of a period."""
        with self.db() as db:
            db.execute("PRAGMA secure_delete = ON")
            with db.atomic():
                db.execute(
                    "DELETE FROM keys WHERE name LIKE ? AND name != ?", [f"{PERSON}%", f"{PERSON}{but}"]
                )

    def book(self) -> Book:
        """Read all who may act now."""
        with self.db() as db:
            devices = list(db.query("SELECT * FROM devices WHERE NOT revoked"))
            operators = list(db.query("SELECT * FROM operators WHERE NOT disabled"))
            sessions = list(db.query("SELECT * FROM sessions"))
        return Book(
            {
                row["digest"]: Device(f"dev-{row['id']}", row["name"], row["role"], row["desk"])
                for row in devices
            },
            {
                f"op-{row['id']}": Operator(f"op-{row['id']}", row["name"], row["role"], row["serial"])
                for row in operators
            },
            {row["digest"]: Session(**row) for row in sessions},
        )

    def add_device(self, name: str, role: str, desk: str = "") -> str:
        """Let a device in; gives its token, which nobody can read again."""
        token = f"novbe_{secrets.token_urlsafe(24)}"
        row = {"name": name, "role": role, "desk": desk, "digest": passwords.digest(token)}
        with self.db() as db:
            db.table("devices").insert(row)
        return token

    def revoke(self, name: str) -> int:
        """Take the tokens of that name back; gives how many there were."""
        with self.db() as db, db.atomic():
            return db.execute(
                "UPDATE devices SET revoked = 1 WHERE name = ? AND NOT revoked", [name]
            ).rowcount

    def revoke_id(self, device_id: str) -> bool:
        """Take one device's token back; tells whether it had one."""
        with self.db() as db, db.atomic():
            return (
                db.execute(
                    "UPDATE devices SET revoked = 1 WHERE 'dev-' || id = ? AND NOT revoked", [device_id]
                ).rowcount
                > 0
            )

    def people(self) -> list[Person]:
        """List all operators there ever were, by name."""
        with self.db() as db:
            rows = list(db.query("SELECT id, name, role, disabled FROM operators ORDER BY name"))
        return [Person(f"op-{row['id']}", row["name"], row["role"], bool(row["disabled"])) for row in rows]

    def add_operator(self, name: str, role: str) -> str:
        """Let a person in; gives a random password. Raises NameTaken, or NameNeeded."""
        if not name.strip():
            raise NameNeeded
        password = passwords.drawn()
        row = {"name": name, "role": role, "password": passwords.hashed(password)}
        try:
            with self.db() as db:
                db.table("operators").insert(row)
        except sqlite3.IntegrityError as error:
            raise NameTaken(name=name) from error
        return password

    def new_password(self, name: str) -> str:
        """Give a person a new password, and their right back if it was taken. Raises UnknownOperator."""
        password = passwords.drawn()
        self._change(name, "password = ?, disabled = 0, serial = serial + 1", passwords.hashed(password))
        return password

    def set_role(self, name: str, role: str) -> None:
        """Give a person another role; a session goes on with it. Raises UnknownOperator."""
        self._change(name, "role = ?", role)

    def disable(self, name: str) -> None:
        """Take a person's right; their past stays in the log. Raises UnknownOperator."""
        self._change(name, "disabled = 1, serial = serial + 1")

    def _change(self, name: str, what: str, *values: str) -> None:
        change = f"UPDATE operators SET {what} WHERE name = ?"  # noqa: S608 - three fixed texts
        with self.db() as db, db.atomic():
            if not db.execute(change, [*values, name]).rowcount:
                raise UnknownOperator(name=name)

    def sign_in(self, name: str, password: str) -> str | None:
        """Give the id of the operator of that name and password; slow, as is argon2's purpose."""
        with self.db() as db:
            query = "SELECT id, password FROM operators WHERE name = ? AND NOT disabled"
            row = db.execute(query, [name]).fetchone()
        # A name that does not exist takes as long as a wrong password, and so tells nothing.
        number, kept = row or (0, None)
        return f"op-{number}" if passwords.is_right(kept, password) else None

    def skip_ids(self, count: int) -> None:
        """Leave out ids of people and devices that another server may have given meanwhile.

        A session or a log row may still name one of those; it must not come to mean somebody else.
        """
        with self.db() as db, db.atomic():
            for table in ("operators", "devices"):
                found = db.execute(
                    "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?", [count, table]
                ).rowcount
                if not found:
                    db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", [table, count])

    def add_link(self, name: str, path: str) -> str:
        """Make the code of a link that signs a person in once and leads to a page. Raises UnknownOperator."""
        code, now = secrets.token_urlsafe(24), WallClock().now()
        with self.db() as db, db.atomic():
            person = db.execute("SELECT id FROM operators WHERE name = ? AND NOT disabled", [name]).fetchone()
            if person is None:
                raise UnknownOperator(name=name)
            db.execute("DELETE FROM links WHERE until < ?", [now])
            row = {"digest": passwords.digest(code), "operator": person[0], "path": path}
            db.table("links").insert({**row, "until": now + LINK_MINUTES * MINUTE})
        return code

    def take_link(self, code: str) -> tuple[str, str]:
        """Give the operator's id and the page of a link, and make it void. Raises LinkGone."""
        take = "DELETE FROM links WHERE digest = ? RETURNING operator, path, until"
        with self.db() as db, db.atomic():
            row = db.execute(take, [passwords.digest(code)]).fetchone()
        if row is None or row[2] < WallClock().now():
            raise LinkGone
        return f"op-{row[0]}", row[1]

    def set_pin(self, pin: str) -> None:
        """Keep the PIN of the staff's screen at the kiosks."""
        kept = passwords.hashed(pin).encode()
        with self.db() as db:
            db.table("keys").insert({"name": "staff_pin", "value": kept}, pk="name", replace=True)

    def is_pin(self, pin: str) -> bool | None:
        """Tell whether this is the staff's PIN; None when none was ever set."""
        with self.db() as db:
            row = db.execute("SELECT value FROM keys WHERE name = 'staff_pin'").fetchone()
        return passwords.is_right(bytes(row[0]).decode(), pin) if row else None
