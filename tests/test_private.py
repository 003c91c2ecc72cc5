"""What is private is sealed while it is kept, and gone for good when it is due."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server import copies, register
from server.private import FILE, NONCE_BYTES, Private
from server.register import Register

TODAY, TOMORROW = "2026-11-28", "2026-11-29"
SAID = "Speaks with Aygün, +994 50 000 00 00"


@pytest.fixture
def private(tmp_path: Path) -> Private:
    """Give a folder's texts."""
    return Private(tmp_path)


def rows(path: Path) -> list[tuple[str, bytes, str | None]]:
    """Read a file of texts as somebody who has stolen it."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT id, text, note_of FROM texts").fetchall()


def readable(copy: Path, register: Register) -> list[str]:
    """Try every key that there is on every text of a copy; gives what can be read."""
    with closing(sqlite3.connect(register.path)) as db:
        keys = [key for (key,) in db.execute("SELECT value FROM keys").fetchall() if len(key) == 32]
    found = []
    for text_id, sealed, day in rows(copy):
        for key in keys:
            for period in {day, "standing", TODAY, TOMORROW}:
                about = f"{text_id}\0{period}".encode()
                try:
                    plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
                except InvalidTag:
                    continue
                found.append(plain.decode())
    return found


def test_a_text_cannot_be_read_from_the_file(private: Private) -> None:
    """It opens for the server alone, whose keys stand in another file; two alike do not look alike."""
    first, second = private.put(SAID, TODAY), private.put(SAID)
    content = private.path.read_bytes()
    assert b"Ayg" not in content
    assert b"994 50 000" not in content
    assert (private.text(first), private.text(second)) == (SAID, SAID)
    assert len({sealed for _, sealed, _ in rows(private.path)}) == 2
    assert private.path.stat().st_mode & 0o077 == 0
    assert Private(private.path.parent).text(first) == SAID


def test_no_key_leads_back_after_erasure(private: Private, tmp_path: Path) -> None:
    """Whoever kept a copy of the file from before reads nothing in it, with all the keys that there are."""
    register, copy = Register(tmp_path), tmp_path / "copy.db"
    note, contact = private.put(SAID, TODAY), private.put("later", TOMORROW)
    shutil.copy(private.path, copy)
    assert sorted(readable(copy, register)) == sorted([SAID, "later"])
    private.erase_notes(before=TOMORROW)
    assert private.text(note) is None
    assert private.text(contact) == "later"
    assert readable(copy, register) == ["later"]
    private.erase_notes(before=f"{TOMORROW}~")
    assert readable(copy, register) == []
    assert rows(private.path) == []
    assert Private(tmp_path).text(contact) is None


def test_a_contact_that_is_moved_goes_with_its_new_day(private: Private) -> None:
    """It is sealed anew, under that day's key."""
    contact = private.put(SAID, TODAY)
    private.keep_until(contact, TOMORROW)
    private.erase_notes(before=TOMORROW)
    assert private.text(contact) == SAID
    private.keep_until("nothing", TOMORROW)
    private.erase_notes(before=f"{TOMORROW}~")
    assert private.text(contact) is None


def test_texts_cannot_be_exchanged(private: Private) -> None:
    """A text opens under its own id and day alone: nobody puts another's in its place unseen."""
    one, other = private.put("one", TODAY), private.put("other", TODAY)
    with closing(sqlite3.connect(private.path)) as db, db:
        db.execute("UPDATE texts SET text = (SELECT text FROM texts WHERE id = ?) WHERE id = ?", [other, one])
    assert private.text(one) is None
    assert private.text(other) == "other"


def test_a_file_from_before_is_sealed_at_the_start(private: Private) -> None:
    """What stood there in plain letters does no longer, and is read as before."""
    with closing(sqlite3.connect(private.path)) as db, db:
        db.execute("INSERT INTO texts VALUES (?, ?, ?)", ["old", SAID, TODAY])
    assert b"Ayg" in private.path.read_bytes()
    again = Private(private.path.parent)
    assert again.text("old") == SAID
    assert b"Ayg" not in private.path.read_bytes()
    assert again.path.name == FILE


def test_a_standby_waits_for_the_key_of_a_day(private: Private, tmp_path: Path) -> None:
    """The texts may be copied before the day's key: one drawn there would keep them shut for good."""
    there = tmp_path / "standby"
    there.mkdir()
    copies.replace_content(there / register.FILE, copies.content(private.path.parent / register.FILE))
    note = private.put(SAID, TODAY)
    copies.replace_content(there / FILE, copies.content(private.path))
    standby = Private(there)
    assert standby.text(note) is None
    copies.replace_content(there / register.FILE, copies.content(private.path.parent / register.FILE))
    assert standby.text(note) == SAID
    Register(private.path.parent).destroy_text_keys(TOMORROW)
    copies.replace_content(there / register.FILE, copies.content(private.path.parent / register.FILE))
    standby.forget_keys()
    assert standby.text(note) is None
