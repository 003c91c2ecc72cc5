"""Free text, kept apart from the log: ``private.db`` holds it under a random id, an event holds the id.

The row is written before its event, so an event never points to nothing; a row whose event never came is
swept. Erasing a text deletes its row and its bytes; the log, which only ever held the id, stays whole.

Each text is sealed (AES-256-GCM) under the key of the day it is of, which stands in ``access.db`` and is
destroyed with that day: then no copy of ``private.db`` that somebody kept can be read either.
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlite_utils
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server import migrations
from server.register import Register

FILE = "private.db"
NONCE_BYTES = 12
STANDING = "standing"
"""The period of texts that are of no day: their rows go one by one."""


class Private:
    """The texts. Every call opens the database and closes it, in whatever thread it is made."""

    def __init__(self, folder: Path) -> None:
        """Make the database in the data folder, or bring it up to date; seal what is not."""
        self.path = folder / FILE
        self._register, self._keys = Register(folder), dict[str, AESGCM]()
        with self._open() as db:
            migrations.private.apply(db)
        self.path.chmod(0o600)
        self._seal_old()

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
        row = {"id": text_id, "text": self._sealed(text_id, text, note_of), "note_of": note_of}
        with self._open() as db:
            db.table("texts").insert(row)
        return text_id

    def text(self, text_id: str) -> str | None:
        """Give a text, None when there is none or it was erased."""
        with self._open() as db:
            row = db.execute("SELECT text, note_of FROM texts WHERE id = ?", [text_id]).fetchone()
        return self._opened(text_id, *row) if row else None

    def erase(self, text_id: str) -> None:
        """Delete a text for good."""
        with self._open() as db, db.atomic():
            db.execute("DELETE FROM texts WHERE id = ?", [text_id])

    def keep_until(self, text_id: str, day: str) -> None:
        """Let a contact go when another day ends: its booking was moved."""
        text = self.text(text_id)
        if text is None:
            return
        sealed = self._sealed(text_id, text, day)
        with self._open() as db, db.atomic():
            db.execute("UPDATE texts SET text = ?, note_of = ? WHERE id = ?", [sealed, day, text_id])

    def erase_notes(self, before: str) -> None:
        """Delete the notes and contacts of the days before that one for good, and the keys of those days."""
        with self._open() as db, db.atomic():
            db.execute("DELETE FROM texts WHERE note_of < ?", [before])
        for period in [period for period in self._keys if period < before]:
            self._keys.pop(period, None)
        self._register.destroy_text_keys(before)

    def forget_keys(self) -> None:
        """Read the keys again when they are needed: at a standby others have come in their place."""
        self._keys.clear()

    def sweep(self, has_event: Callable[[str], bool]) -> int:
        """Erase the texts that no event points to; gives how many. Only before commands are taken."""
        with self._open() as db:
            ids = [text_id for (text_id,) in db.execute("SELECT id FROM texts").fetchall()]
        orphans = [text_id for text_id in ids if not has_event(text_id)]
        for text_id in orphans:
            self.erase(text_id)
        return len(orphans)

    def _key(self, period: str) -> AESGCM:
        if period not in self._keys:
            self._keys[period] = AESGCM(self._register.text_key(period))
        return self._keys[period]

    def _sealed(self, text_id: str, text: str, day: str | None) -> bytes:
        """Seal a text so that it opens as this one alone, under its day's key."""
        period, nonce = day or STANDING, secrets.token_bytes(NONCE_BYTES)
        return nonce + self._key(period).encrypt(nonce, text.encode(), f"{text_id}\0{period}".encode())

    def _opened(self, text_id: str, sealed: bytes, day: str | None) -> str | None:
        """Open a text; None when its key was destroyed."""
        period = day or STANDING
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        if period not in self._keys and not self._register.has_text_key(period):
            return None  # none is drawn: at a standby the copy with the key may still be on its way
        try:
            return self._key(period).decrypt(nonce, rest, f"{text_id}\0{period}".encode()).decode()
        except InvalidTag:
            return None

    def _seal_old(self) -> None:
        """Seal the texts of a file that was made before they were."""
        with self._open() as db, db.atomic():
            found = db.execute("SELECT id, text, note_of FROM texts WHERE typeof(text) = 'text'").fetchall()
            for text_id, text, day in found:
                sealed = self._sealed(text_id, text, day)
                db.execute("UPDATE texts SET text = ? WHERE id = ?", [sealed, text_id])
