"""One byte of a copy of the log is changed, and what ``verify`` says of the log and of the copy.

For demonstrations: the log itself is only read, and the copy is gone when it was proved.
"""

import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from server import log

ROOT = Path(__file__).resolve().parent.parent
VERIFY_SECONDS = 50
LONGEST_BODY = 2000
"""A body that SQLite keeps in one piece, so that it is found in the file."""

_TOLD = (re.compile(rb'"desk":"[^"]*"'), re.compile(rb'"at":\d+'))
"""What is changed of an event: its desk, or else its time."""


class Proof(NamedTuple):
    """What ``verify`` said, and its exit status."""

    says: str
    status: int


class Change(NamedTuple):
    """What an event says in the log, and in the copy."""

    seq: int
    before: str
    after: str


def prove_both(data: Path) -> tuple[Change, Proof, Proof]:
    """Change one byte of a copy; gives the change, the proof of the log and that of the copy."""
    with tempfile.TemporaryDirectory(prefix="novbe-copy-") as folder:
        change = changed_copy(data / log.FILE, Path(folder) / log.FILE)
        return change, verify(data), verify(Path(folder))


def changed_copy(source: Path, copy: Path) -> Change:
    """Copy a log, which may be in use, and change one byte of its last call, or of its last event."""
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("VACUUM INTO ?", [str(copy)])
        seq, body = db.execute(
            "SELECT seq, CAST(body AS BLOB) FROM events WHERE length(body) < ?"
            " ORDER BY type = 'ticket_called' DESC, seq DESC LIMIT 1",
            [LONGEST_BODY],
        ).fetchone()
    found = next(told for pattern in _TOLD if (told := pattern.search(body)))
    place = found.end() - (2 if found[0].endswith(b'"') else 1)
    byte = _another(body[place])
    content = bytearray(copy.read_bytes())
    content[content.index(body) + place] = byte
    copy.write_bytes(content)
    after = bytearray(body)
    after[place] = byte
    span = slice(*found.span())
    return Change(seq, body[span].decode(), after[span].decode())


def _another(byte: int) -> int:
    """Give a digit for a digit, and a letter for a letter."""
    return byte - 1 if byte in b"9zZ" else byte + 1


def verify(data: Path) -> Proof:
    """Run the real ``verify``."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "server", "verify", "--data", str(data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=VERIFY_SECONDS,
        check=False,
    )
    return Proof((done.stdout + done.stderr).strip(), done.returncode)


def commands(data: Path, change: Change | None = None) -> list[str]:
    """Give what does the same in a terminal; without a change, an example of one."""
    before, after = (change.before, change.after) if change else ('"desk":"1"', '"desk":"2"')
    python, copy = _typed(Path(sys.executable)), data.parent / "copy"
    return [
        f"mkdir {_typed(copy)}",
        f"{python} -m sqlite_utils {_typed(data / log.FILE)} \"VACUUM INTO '{copy / log.FILE}'\"",
        f"LC_ALL=C sed -i '0,/{before}/s//{after}/' {_typed(copy / log.FILE)}",
        f"{python} -m server verify --data {_typed(data)}",
        f"{python} -m server verify --data {_typed(copy)}",
    ]


def _typed(path: Path) -> str:
    """Give a path as a person would type it where the server was started."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
