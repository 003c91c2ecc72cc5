"""Signing in, as the register keeps it: sessions, browsers known from before, keys of second factors.

Functions of a register, for ``access.ask`` and ``access.change``. Of every secret the digest alone is kept.
"""

import secrets

from protocol.words import HOUR, Micros
from server.clock import WallClock
from server.passwords import digest
from server.refusals import UnknownOperator
from server.register import Operator, Register

COOKIE = "novbe"
"""What browsers call the secret of a session."""

SESSION_HOURS = 12
"""A shift, and the way to and from it; then one signs in again."""

BROWSER_COOKIE = "novbe_browser"
"""What browsers call the secret by which they are known again."""

BROWSER_DAYS = 180


def begin_session(register: Register, operator: Operator, instead_of: str = "") -> str:
    """Sign a person in, in place of whatever that browser had; gives the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    until = WallClock().now() + SESSION_HOURS * HOUR
    with register.db() as db, db.atomic():
        db.execute("DELETE FROM sessions WHERE digest = ?", [digest(instead_of)])
        # The serial as it is now: the command line may just have given the password that was said.
        db.execute(
            "INSERT INTO sessions SELECT ?, ?, serial, ? FROM operators WHERE 'op-' || id = ?",
            [digest(secret), operator.id, until, operator.id],
        )
    return secret


def end_session(register: Register, secret: str) -> None:
    """Sign out: what that cookie holds opens nothing any more."""
    with register.db() as db, db.atomic():
        db.execute("DELETE FROM sessions WHERE digest = ?", [digest(secret)])


def end_sessions(register: Register, until: Micros) -> None:
    """End the sessions whose time is over."""
    with register.db() as db, db.atomic():
        db.execute("DELETE FROM sessions WHERE until <= ?", [until])


def is_known_browser(register: Register, secret: str, name: str) -> bool:
    """Tell whether a person of that name has signed in with this browser before, and lately."""
    since = WallClock().now() - BROWSER_DAYS * 24 * HOUR
    query = (
        "SELECT 1 FROM browsers JOIN operators ON 'op-' || operators.id = browsers.operator"
        " WHERE digest = ? AND name = ? AND seen > ?"
    )
    with register.db() as db:
        return db.execute(query, [digest(secret), name, since]).fetchone() is not None


def know_browser(register: Register, secret: str, operator: Operator) -> None:
    """Remember that a person signed in with this browser; forget those not seen for long."""
    now = WallClock().now()
    row = {"digest": digest(secret), "operator": operator.id, "seen": now}
    with register.db() as db, db.atomic():
        db.execute("DELETE FROM browsers WHERE seen <= ?", [now - BROWSER_DAYS * 24 * HOUR])
        db.table("browsers").insert(row, replace=True)


def second_key(register: Register, operator_id: str) -> str | None:
    """Give the key of a person's second factor, None when there is none."""
    with register.db() as db:
        row = db.execute("SELECT second_key FROM operators WHERE 'op-' || id = ?", [operator_id]).fetchone()
    return row[0] if row else None


def keep_second_key(register: Register, name: str, key: str | None, step: int = 0) -> None:
    """Give a person a second factor, good after a step; None: take it. Raises UnknownOperator."""
    change = "UPDATE operators SET second_key = ?, second_step = ? WHERE name = ?"
    with register.db() as db, db.atomic():
        if not db.execute(change, [key, step, name]).rowcount:
            raise UnknownOperator(name=name)


def use_step(register: Register, operator_id: str, step: int) -> bool:
    """Use up the code of a step, and those before it; tells whether it was still good."""
    change = "UPDATE operators SET second_step = ? WHERE 'op-' || id = ? AND second_step < ?"
    with register.db() as db, db.atomic():
        return db.execute(change, [step, operator_id, step]).rowcount > 0
