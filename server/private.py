"""Free text, kept apart from the log: ``private.db`` holds it under a random id, an event holds the id.

The row is written before its event, so an event never points to nothing; a row whose event never came is
swept. Erasing a text deletes its row and its bytes; the log, which only ever held the id, stays whole.
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlite_utils

from server import migrations

FILE = "private.db"


class Private:
    """The texts. Every call opens the database and closes it, in whatever thread it is made."""

    def __init__(self, folder: Path) -> None:
        """Make the database in the data folder, or bring it up to date."""
        self.path = folder / FILE
        with self._open() as db:
            migrations.private.apply(db)
        self.path.chmod(0o600)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite_utils.Database]:
        db = sqlite_utils.Database(sqlite3.connect(self.path, timeout=5.0), execute_plugins=False)
        try:
            # What is deleted is overwritten: an erased text is not to be found in the file.
            db.execute("PRAGMA secure_delete = ON")
            yield db
        finally:
            db.close()

    def put(self, text: str, note_of: str | None = None) -> str:
        """Keep a text, or a note or a contact until its day ends; gives the id that an event may hold."""
        text_id = secrets.token_hex(16)
        with self._open() as db:
            db.table("texts").insert({"id": text_id, "text": text, "note_of": note_of})
        return text_id

    def text(self, text_id: str) -> str | None:
        """Give a text, None when there is none or it was erased."""
        with self._open() as db:
            row = db.execute("SELECT text FROM texts WHERE id = ?", [text_id]).fetchone()
        return str(row[0]) if row else None

    def erase(self, text_id: str) -> None:
        """Delete a text for good."""
        with self._open() as db, db.atomic():
            db.execute("DELETE FROM texts WHERE id = ?", [text_id])

    def keep_until(self, text_id: str, day: str) -> None:
        """Let a contact go when another day ends: its booking was moved."""
        with self._open() as db, db.atomic():
            db.execute("UPDATE texts SET note_of = ? WHERE id = ?", [day, text_id])

    def erase_notes(self, before: str) -> None:
        """Delete the notes and contacts of the days before that one for good."""
        with self._open() as db, db.atomic():
            db.execute("DELETE FROM texts WHERE note_of < ?", [before])

    def sweep(self, has_event: Callable[[str], bool]) -> int:
        """Erase the texts that no event points to; gives how many. Only before commands are taken."""
        with self._open() as db:
            ids = [text_id for (text_id,) in db.execute("SELECT id FROM texts").fetchall()]
        orphans = [text_id for text_id in ids if not has_event(text_id)]
        for text_id in orphans:
            self.erase(text_id)
        return len(orphans)
