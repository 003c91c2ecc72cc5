"""A hall copied while it works, and put back elsewhere: nothing of it is missing, nothing given twice."""

import json
import shutil
import sqlite3
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from protocol.commands import Announce
from protocol.events import EpochBegun, TicketIssued
from protocol.words import MINUTE, SECOND
from server import copies, duty, log, restoring
from server.__main__ import main
from server.backup import make
from server.clock import WallClock
from server.domain import epochs
from server.duty import Begin, Duty
from server.log import Reader
from server.outside import Outside
from server.register import Register
from server.tree import told_head
from server.verify import Audit, verify
from tests.engines import SYSTEM, new_id, numbers, running, ticket
from tests.hall_process import Asker, HallProcess
from ui.language import config_folder

FILES = {"hall.db", "access.db", "private.db"}


def told(*words: str) -> int:
    """Run ``novbe-server``."""
    return main(list(words))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Give the backup of a hall with two tickets, a text and an operator; the hall went on to a third."""
    (tmp_path / "hall").mkdir()
    with running(tmp_path / "hall") as opened:
        opened.access.change(Register.add_operator, "aygun", "lead")
        opened.engine.submit_many([ticket(), ticket()], SYSTEM)
        opened.engine.submit(Announce(id=new_id(), text="Window 3 is closed."), SYSTEM)
        assert told("backup", "--data", str(tmp_path / "hall"), str(tmp_path / "copy")) == 0
        opened.engine.submit(ticket(), SYSTEM)
    return tmp_path / "copy"


def test_a_backup_is_one_file_that_says_what_is_in_it(made: Path) -> None:
    """All three databases, and a manifest with the place in the history, the root and the digests."""
    assert made.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(made) as archive:
        assert set(archive.namelist()) == {*FILES, "manifest.json"}
        manifest = json.loads(archive.read("manifest.json"))
    assert set(manifest["files"]) == FILES
    assert manifest["hall"] == "one"
    with running(made.parent / "hall") as opened:
        reader = opened.engine._store.reader
        assert reader.root(manifest["seq"]).hex() == manifest["root"]  # type: ignore[union-attr]
        assert manifest["seq"] < opened.engine.seq
    assert not list(made.parent.glob(".backup-*")), "nothing is left lying about"


def test_a_restored_hall_goes_on_where_nobody_can_have_been(made: Path, tmp_path: Path) -> None:
    """A new epoch, logged; the third ticket's number is never given again; texts and people are there."""
    assert told("restore", str(made), "--data", str(tmp_path / "new")) == 0
    assert verify(tmp_path / "new", None) == 0
    with running(tmp_path / "new") as opened:
        engine = opened.engine
        (begun,) = [event for event in engine.events(0, 100) if isinstance(event, EpochBegun)]
        assert (begun.cause, begun.epoch) == ("restored", engine.epoch)
        assert begun.skipped >= epochs.LEAST_SKIPPED
        issued = [event for event in engine.events(0, 100) if isinstance(event, TicketIssued)]
        (after,) = numbers(engine.submit(ticket(), SYSTEM).events)
        assert [event.ticket for event in issued] == ["A001", "A002"]
        assert after == f"A{2 + begun.skipped + 1:03}"
        (other,) = numbers(engine.submit(ticket(service="pension"), SYSTEM).events)
        assert other == f"B{begun.skipped + 1:03}", "a series that the copy never saw jumps too"
        (text,) = [one.text for one in engine.published.announcements]
        assert engine.texts(text) == {"en": "Window 3 is closed."}
        assert [person.name for person in opened.access.ask(Register.people)] == ["aygun"]
        opened.access.change(Register.add_operator, "elnur", "lead")
        newest = opened.access.ask(Register.people)[-1]
        assert newest.id == "op-1002", "an id that was given since the backup comes to mean nobody else"
    assert verify(tmp_path / "new", None) == 0
    with running(tmp_path / "new") as opened:
        assert opened.engine.epoch == begun.epoch, "an epoch begins once"


def test_a_head_from_after_the_backup_tells_of_the_restore(tmp_path: Path) -> None:
    """It says that events are lost, and where; no accusation that somebody rewrote the log."""
    (tmp_path / "hall").mkdir()
    (tmp_path / "new").mkdir()
    with running(tmp_path / "hall") as opened:
        opened.engine.submit_many([ticket() for _ in range(110)], SYSTEM)
        make(tmp_path / "hall", tmp_path / "copy")
        opened.engine.submit_many([ticket() for _ in range(110)], SYSTEM)
        early, late = opened.engine.heads(0, 10)[0], opened.engine.heads(0, 10)[-1]
    seq = restoring.unpack(tmp_path / "copy", tmp_path / "new").seq
    kept = tmp_path / "heads.json"
    for head, lost in ((early, []), (late, ["truncated"])):
        with running(tmp_path / "new") as opened:
            opened.engine.submit_many([ticket() for _ in range(150)], SYSTEM)
            own = opened.engine.heads(0, 10)[-1]
        lines = [told_head(one) for one in (head, own)]
        kept.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        reader = Reader(tmp_path / "new" / log.FILE)
        audit = Audit(reader, None, Outside([kept]))
        audit.walk()
        reader.close()
        assert [(found.kind, found.seq) for found in audit.findings] == [(kind, seq + 1) for kind in lost]
    assert audit.findings[0].sentence.endswith(f"What stood after {seq} is lost.")


def test_an_old_copy_jumps_as_far_as_kiosks_can_have_gone(tmp_path: Path) -> None:
    """A number for each second since the copy was made; tomorrow's series begin as ever."""
    with running(tmp_path) as opened:
        opened.engine.submit(ticket(), SYSTEM)
        opened_at = opened.engine.published.opened_at
    since = WallClock().now() - 10 * MINUTE
    duty.write(tmp_path, Duty(begin=Begin(cause="restored", since=since)))
    with running(tmp_path) as opened:
        begun = next(event for event in opened.engine.events(0, 100) if isinstance(event, EpochBegun))
        seconds = -(-(begun.until - max(since, opened_at)) // SECOND)
        assert begun.skipped == max(seconds, epochs.LEAST_SKIPPED)
        assert opened.engine.published.skipped == (begun.skipped, begun.until)


def _changed(file: Path) -> None:
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        content[archive.getinfo("hall.db").header_offset + 200] ^= 1
    file.write_bytes(content)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _repacked(file: Path) -> None:
    """Change the log inside, with the archive's own checksums made to fit."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["hall.db"] = parts["hall.db"].replace(b'"ticket":"A001"', b'"ticket":"A007"')
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("spoil", [_changed, _cut, _repacked])
def test_a_spoilt_backup_restores_nothing(
    made: Path, tmp_path: Path, spoil: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told in one sentence, and the folder stays empty, ready for a better one."""
    whole = made.read_bytes()
    spoil(made)
    assert told("restore", str(made), "--data", str(tmp_path / "new")) == 1
    assert "take another" in capsys.readouterr().err
    assert not [path for path in (tmp_path / "new").iterdir() if path.name != "lock"]
    made.write_bytes(whole)
    assert told("restore", str(made), "--data", str(tmp_path / "new")) == 0


def test_nothing_is_written_over(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with a hall takes no restore, a file that is there no backup; no hall, no backup."""
    assert told("restore", str(made), "--data", str(tmp_path / "hall")) == 1
    assert "choose a folder without a hall" in capsys.readouterr().err
    assert told("backup", "--data", str(tmp_path / "hall"), str(made)) == 1
    assert "choose another name" in capsys.readouterr().err
    assert told("backup", "--data", str(tmp_path / "none"), str(tmp_path / "copy-2")) == 1
    assert "There is no hall" in capsys.readouterr().err


@pytest.mark.parametrize("left", ["hall.db-wal", "end", "access.db-journal"])
def test_what_is_left_of_a_hall_is_moved_away_first(
    made: Path, tmp_path: Path, left: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else the restored log would be read with another's end, or put aside as one that lost it."""
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / left).write_bytes(b"00000000000000000900\n")
    assert told("restore", str(made), "--data", str(tmp_path / "new")) == 1
    assert f"has {left} already" in capsys.readouterr().err


def test_a_restore_that_was_cut_off_is_no_hall(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it stopped, the server refuses to start there, and the same restore again ends well."""
    new = tmp_path / "new"
    for stop_at in range(1, 5):
        count = 0

        def replace(path: Path, target: Path, stop_at: int = stop_at) -> Path:
            nonlocal count
            count += 1
            if count == stop_at:
                raise KeyboardInterrupt
            return Path(shutil.move(path, target))

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", replace)
            with pytest.raises(KeyboardInterrupt):
                restoring.unpack(made, new)
        assert (new / restoring.UNFINISHED).exists()
    ended = HallProcess(new, config_folder() / "halls" / "demo.toml").command_line(
        "run", "--hall", str(config_folder() / "halls" / "demo.toml"), "--port", "0"
    )
    assert (ended.returncode, "was cut off" in ended.stdout) == (1, True)
    assert restoring.unpack(made, new).hall == "one"
    assert verify(new, None) == 0


class Visitors(threading.Thread):
    """Take one ticket after another, as fast as people at a kiosk; ``told`` are the acknowledged ones."""

    def __init__(self, hall: HallProcess, token: str) -> None:
        """Ask over a connection of its own."""
        super().__init__()
        self.asker, self.is_over, self.told = Asker(hall.port, token), threading.Event(), list[str]()

    def run(self) -> None:
        """Ask until the server is gone."""
        while not self.is_over.is_set():
            try:
                events = self.asker.done("issue_ticket", service="passport")
            except OSError:
                break
            self.told.append(events[0]["ticket"])
            time.sleep(0.2)


@pytest.mark.fault(number="T11")
@pytest.mark.slow
def test_the_restore_drill(tmp_path: Path, record_property: Any) -> None:
    """A backup in a rush, the server and its disk lost, the documented commands: what was copied is there."""
    folder = tmp_path / "hall"
    folder.mkdir()
    hall = HallProcess(folder, config_folder() / "halls" / "demo.toml").start()
    token = hall.token("integration", "rush")
    visitors = [Visitors(hall, token) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    while sum(len(visitor.told) for visitor in visitors) < 8:
        time.sleep(0.01)
    before = [number for visitor in visitors for number in visitor.told]
    began = time.monotonic()
    copied = hall.command_line("backup", str(tmp_path / "copy"))
    backup_seconds = time.monotonic() - began
    assert copied.returncode == 0, copied.stderr
    hall.kill()
    for visitor in visitors:
        visitor.join(10)
        visitor.asker.close()
    all_told = [number for visitor in visitors for number in visitor.told]
    shutil.rmtree(folder)
    began = time.monotonic()
    folder.mkdir()
    restored = hall.command_line("restore", str(tmp_path / "copy"))
    assert restored.returncode == 0, restored.stderr
    hall.start()
    seconds = time.monotonic() - began
    again = hall.asker(token)
    given = [again.done("issue_ticket", service="passport")[0]["ticket"] for _ in range(30)]
    log_ = again.ask("GET", "/api/v1/events?since=0&limit=5000")[1]["events"]
    kept = {event["ticket"] for event in log_ if event["type"] == "ticket_issued"}
    hall.stop()
    assert set(before) <= kept
    assert max(Counter([*all_told, *given]).values()) == 1, "no number was given to two people"
    assert verify(folder, None) == 0
    record_property("tickets acknowledged until the disk was lost", len(all_told))
    record_property("of them after the backup, and lost with the disk", len(set(all_told) - kept))
    record_property("seconds of the backup", round(backup_seconds, 1))
    record_property("seconds of restore and start", round(seconds, 1))


@pytest.mark.fault(number="T11")
def test_a_copy_neither_waits_for_the_hall_nor_makes_it_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two of its steps the hall commits; the copy is of the moment at which it began."""
    (tmp_path / "hall").mkdir()
    with running(tmp_path / "hall") as opened:
        opened.engine.submit_many([ticket() for _ in range(150)], SYSTEM)
        began, steps = opened.engine.seq, list[int]()

        class Slow(sqlite3.Connection):
            """Lets the hall commit a ticket after each step of a copy."""

            def backup(self, target: sqlite3.Connection, **how: Any) -> None:
                def issue(*_: int) -> None:
                    steps.append(opened.engine.submit(ticket(), SYSTEM).seq)

                super().backup(target, progress=issue, **how)

        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Slow))
        monkeypatch.setattr(copies, "PAGES", 5)
        copies.copy_log(tmp_path / "hall" / log.FILE, tmp_path / "copy")
        monkeypatch.undo()
        assert len(steps) > 5
        assert opened.engine.seq == began + len(steps)
    reader = Reader(tmp_path / "copy")
    assert reader.end()[0] == began
    assert reader.root(began) is not None
    reader.close()
