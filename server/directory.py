"""The ministry's own directory, as the register keeps it: where it is, which of its groups have which role.

It stands here and not in the hall file: whoever may change a hall's rules must not make administrators by it.
Functions of a register, for ``access.ask`` and ``access.change``.
"""

import msgspec

from server import passwords
from server.domain.rights import OPERATOR_ROLES
from server.register import Register

NAME = "oidc"


class Directory(msgspec.Struct, frozen=True):
    """An OpenID provider; ``grants`` gives a role to each value of a claim that has one."""

    issuer: str
    client_id: str
    secret: str
    claim: str
    grants: dict[str, str]

    def role_of(self, said: object) -> str:
        """Give the highest role of the values that a claim has; empty when none of them has any."""
        values = said if isinstance(said, list) else [said]
        roles = {self.grants[value] for value in values if isinstance(value, str) and value in self.grants}
        return max(roles, key=OPERATOR_ROLES.index, default="")


def keep(register: Register, directory: Directory | None) -> None:
    """Let people in through a directory from now on; None: through none."""
    with register.db() as db, db.atomic():
        db.execute("DELETE FROM keys WHERE name = ?", [NAME])
        if directory:
            db.execute("INSERT INTO keys VALUES (?, ?)", [NAME, msgspec.json.encode(directory)])


def directory(register: Register) -> Directory | None:
    """Give the directory through which people come in; None when there is none."""
    with register.db() as db:
        row = db.execute("SELECT value FROM keys WHERE name = ?", [NAME]).fetchone()
    return msgspec.json.decode(row[0], type=Directory) if row else None


def sign_in(register: Register, subject: str, name: str, role: str) -> str | None:
    """Give the id of whom a directory vouches for, with the role that it gives; None when disabled here.

    ``subject`` is the directory's own name of a person, which never changes. Who was never here is added.
    """
    nobodys = passwords.hashed(passwords.drawn())
    with register.db() as db, db.atomic():
        query = "SELECT id, disabled FROM directory_people JOIN operators ON id = operator WHERE subject = ?"
        row = db.execute(query, [subject]).fetchone()
        if row is None:
            called, number = name, 1
            while db.execute("SELECT 1 FROM operators WHERE name = ?", [called]).fetchone():
                number += 1
                called = f"{name} {number}"
            added = db.execute(
                "INSERT INTO operators (name, role, password) VALUES (?, ?, ?)", [called, role, nobodys]
            )
            row = (added.lastrowid, 0)
            db.execute("INSERT INTO directory_people VALUES (?, ?)", [subject, row[0]])
        if row[1]:
            return None
        db.execute("UPDATE operators SET role = ? WHERE id = ? AND role != ?", [role, row[0], role])
    return f"op-{row[0]}"
