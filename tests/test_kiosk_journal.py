"""The kiosk's journal on its disk: durable, chained, signed, and never used where it was damaged."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal import Journal, JournalDamaged, JournalFailed, set_aside
from protocol.journal import FIRST, Entry, digest, is_genuine, line, read_line
from tests.hall_process import ROOT

FACTS: dict[str, Any] = {"at": 1_795_000_000_000_000, "service": "passport", "class_": "none"}
FACTS |= {"language": "en", "quantity": 1}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Begin a journal."""
    opened = Journal(tmp_path / "kiosk")
    yield opened
    opened.close()


def again(journal: Journal) -> Journal:
    """Close a journal, and open it as the next start does."""
    journal.close()
    return Journal(journal.folder)


def test_lines_are_numbered_by_series_chained_and_signed(journal: Journal) -> None:
    """Each prefix counts for itself; each line names the one before."""
    first, second, third = (journal.write(prefix, 3, **FACTS) for prefix in "ABA")
    assert [entry.ticket for entry in (first, second, third)] == ["A-K3-01", "B-K3-01", "A-K3-02"]
    assert [entry.previous for entry in (first, second, third)] == [FIRST, digest(first), digest(second)]
    assert all(is_genuine(entry, journal.key) for entry in (first, second, third))
    assert not is_genuine(msgspec.structs.replace(first, at=first.at + 1), journal.key)


def test_a_start_goes_on_with_the_same_key_and_the_next_number(journal: Journal) -> None:
    """And only the kiosk's own user can read the key."""
    journal.write("A", 3, **FACTS)
    key = journal.key
    assert (journal.folder / "key").stat().st_mode & 0o777 == 0o600
    assert journal.folder.stat().st_mode & 0o777 == 0o700
    later = again(journal)
    assert later.key == key
    assert later.write("A", 3, **FACTS).ticket == "A-K3-02"
    assert [entry.seq for entry in later.after(1, 25)] == [2]
    later.close()


def test_half_a_line_is_cut_off(journal: Journal) -> None:
    """The power went while it was written: no slip was printed of it, and its number is free."""
    journal.write("A", 3, **FACTS)
    kept = (journal.folder / "journal").read_bytes()
    journal.write("A", 3, **FACTS)
    whole = (journal.folder / "journal").read_bytes()
    journal.close()
    for end in (len(kept) + 1, len(whole) - 1):
        (journal.folder / "journal").write_bytes(whole[:end])
        opened = Journal(journal.folder)
        assert (journal.folder / "journal").read_bytes() == kept
        assert opened.write("A", 3, **FACTS).ticket == "A-K3-02"
        opened.close()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace(b'"passport"', b'"passpors"'), id="a letter"),
        pytest.param(lambda text: b"".join(text.splitlines(keepends=True)[::-1]), id="the order"),
        pytest.param(lambda text: text.split(b"\n", 1)[1], id="the first line gone"),
        pytest.param(lambda text: b"nothing\n" + text, id="a line too many"),
    ],
)
def test_a_damaged_journal_is_not_used(journal: Journal, change: Any) -> None:
    """Numbers could be given twice; another is begun beside it, with another key."""
    for _ in range(2):
        journal.write("A", 3, **FACTS)
    file = journal.folder / "journal"
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(JournalDamaged, match="was damaged or changed: line"):
        again(journal)
    aside = set_aside(journal.folder)
    later = Journal(journal.folder)
    assert later.key != journal.key
    assert later.entries == []
    later.close()
    assert (aside / "journal").exists()


def test_two_programs_do_not_share_a_journal(journal: Journal) -> None:
    """They would give the same number."""
    with pytest.raises(JournalFailed, match="another program has"):
        Journal(journal.folder)


def test_a_full_disk_leaves_no_half_line(journal: Journal) -> None:
    """Nothing is issued then; when there is room again, the number follows the last good one."""
    journal.write("A", 3, **FACTS)
    size = (journal.folder / "journal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, before[1]))
    try:
        with pytest.raises(JournalFailed, match="takes no line"):
            journal.write("A", 3, **FACTS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (journal.folder / "journal").stat().st_size == size
    assert journal.write("A", 3, **FACTS).ticket == "A-K3-02"


def test_slips_that_nobody_has_seen_are_known(journal: Journal) -> None:
    """Of the last while; until somebody saw to them."""
    for minute in range(3):
        journal.write("A", 3, **FACTS | {"at": FACTS["at"] + minute * 60_000_000})
    journal.see_to("A-K3-02")
    assert [entry.ticket for entry in journal.unseen(FACTS["at"])] == ["A-K3-01", "A-K3-03"]
    assert [entry.ticket for entry in journal.unseen(FACTS["at"] + 1)] == ["A-K3-03"]


WRITER = """
import sys
from pathlib import Path
from kiosk.journal import Journal
journal = Journal(Path(sys.argv[1]))
while True:
    entry = journal.write("A", 3, at=1, service="passport", class_="none", language="en", quantity=1)
    print(entry.ticket, flush=True)
"""


def test_what_was_told_after_the_line_survives_a_kill(tmp_path: Path) -> None:
    """Killed at any moment, three times over: every number that came out is in the journal, once."""
    told: list[str] = []
    for count in (3, 11, 7):
        words = [sys.executable, "-c", WRITER, str(tmp_path / "kiosk")]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout
            told += [program.stdout.readline().strip() for _ in range(count)]
            program.kill()
            told += program.stdout.read().split()
    journal = Journal(tmp_path / "kiosk")
    kept = [entry.ticket for entry in journal.entries]
    assert len(set(kept)) == len(kept)
    assert [number for number in kept if number in set(told)] == told
    journal.close()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_reader_fall(text: bytes) -> None:
    """They are a line, or they are refused."""
    try:
        entry = read_line(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert isinstance(entry, Entry)
    assert read_line(line(entry)) == entry
