"""Damage to a hall's files: told at the start or by the watchman, never silent, and the original kept."""

import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import pytest

from server import duty, end, log, restoring, run, soundness, watchman
from server.backup import make
from server.hallfile import load_hall
from server.log import Reader
from server.opening import open_hall
from server.snapshots import FOLDER as SNAPSHOTS
from server.snapshots import LogBroken
from server.soundness import Damaged
from server.verify import verify
from server.watchman import Watchman
from tests.engines import NOON, SYSTEM, running, ticket, until
from tests.hall_process import ROOT
from ui.language import config_folder

TINY = config_folder() / "halls" / "tiny.toml"
PAGE = 4096
WAL = f"{log.FILE}-wal"


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a hall as a power cut leaves it: a snapshot, and more in the write-ahead log."""
    folder, cut = tmp_path_factory.mktemp("hall"), tmp_path_factory.mktemp("cut") / "hall"
    with running(folder, driven=True) as opened:
        opened.engine.submit_many([ticket(at=NOON), *[ticket() for _ in range(80)]], SYSTEM)
    with running(folder, driven=True) as opened:
        for _ in range(20):
            opened.engine.submit(ticket(), SYSTEM)
        shutil.copytree(folder, cut)
    assert (cut / WAL).stat().st_size > 20 * PAGE
    return cut


@pytest.fixture(scope="module")
def stopped(crashed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the same hall as a technician leaves it: all in one file, and snapshots."""
    folder = tmp_path_factory.mktemp("stopped") / "hall"
    shutil.copytree(crashed, folder)
    with running(folder, driven=True):
        pass
    assert not (folder / WAL).exists()
    return folder


@pytest.fixture
def folder(crashed: Path, tmp_path: Path) -> Path:
    """Give a copy of it."""
    shutil.copytree(crashed, tmp_path / "hall")
    return tmp_path / "hall"


def spoil(path: Path, chance: random.Random) -> str:
    """Flip a byte, cut the file, or make a page of it zeroes; says which."""
    content, how = bytearray(path.read_bytes()), chance.choice(("flip", "cut", "zero"))
    if how == "flip":
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif how == "cut":
        del content[chance.randrange(len(content)) :]
    else:
        page = chance.randrange(len(content) // PAGE) * PAGE if len(content) >= PAGE else 0
        content[page : page + PAGE] = bytes(len(content[page : page + PAGE]))
    path.write_bytes(content)
    return how


def told(folder: Path) -> str:
    """Start the hall, then look through all of it; says when damage was found, empty when it was not."""
    try:
        opened = open_hall(folder, driven=True)
    except (Damaged, LogBroken):
        return "at the start"
    try:
        soundness.whole(folder)
    except Damaged:
        return "by the watchman"
    finally:
        opened.engine._store.reader.close()
        opened.engine.threads.stop()
        opened.access.stop()
        opened.engine._commits._thread.stop()
    return ""


def all_of(folder: Path) -> tuple[list[tuple[object, ...]], list[tuple[int, bytes]]]:
    """Read every row and every root."""
    reader = Reader(folder / log.FILE)
    try:
        return [tuple(row) for row in reader.rows()], list(reader.roots())
    finally:
        reader.close()


def has_content(path: Path) -> bool:
    """Tell whether there is something to damage; readers leave an empty write-ahead log."""
    return path.exists() and path.stat().st_size > 0


def try_damage(halls: list[Path], place: Path, seed: int) -> str:
    """Damage one file of a hall; what nobody was told of must have changed nothing."""
    chance = random.Random(seed)  # noqa: S311 - a test's seed
    hall = chance.choice(halls)
    folder = place / str(seed)
    shutil.copytree(hall, folder)
    before = all_of(hall)
    snapshot = max((folder / SNAPSHOTS).iterdir())
    files = [path for path in (folder / log.FILE, folder / WAL, snapshot) if has_content(path)]
    target = chance.choice(files)
    how = spoil(target, chance)
    found = told(folder)
    if not found:
        assert all_of(folder) == before, f"seed {seed}: {how} in {target.name} was not told"
    shutil.rmtree(folder)
    return (
        f"{'snapshot' if target == snapshot else target.name}: {how}: {found or 'nothing was changed by it'}"
    )


@pytest.mark.fault(number="T9")
def test_damage_is_never_silent(crashed: Path, stopped: Path, tmp_path: Path) -> None:
    """A few seeds of the long test below."""
    assert [try_damage([crashed, stopped], tmp_path, seed) for seed in range(8)]


@pytest.mark.long
@pytest.mark.fault(number="T9")
def test_damage_is_never_silent_200_times(crashed: Path, stopped: Path, tmp_path: Path) -> None:
    """Log, write-ahead log, snapshot: each bit flipped, cut or page of zeroes is told, or changes nothing."""
    results = Counter(try_damage([crashed, stopped], tmp_path, seed) for seed in range(1000, 1200))
    for result, times in sorted(results.items()):
        print(f"{times:4} {result}")
    assert sum(results.values()) == 200


@pytest.mark.fault(number="T9")
@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        pytest.param(log.FILE, "hall.db is damaged", id="the log"),
        pytest.param("access.db", "access.db is damaged", id="people and devices"),
        pytest.param("private.db", "private.db is damaged", id="texts"),
        pytest.param(WAL, "hall.db ends at event", id="the write-ahead log"),
    ],
)
def test_a_damaged_hall_is_put_aside_and_no_new_one_begins(
    folder: Path, file: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """At each start the same sentence says what to do; what was found is kept to the last byte."""
    spoilt = folder / file
    content = bytearray(spoilt.read_bytes())
    content[: len(content) // 2] = bytes(len(content) // 2)
    spoilt.write_bytes(content)
    wish = run.Wish(folder, "127.0.0.1", 0, driven=True, hall=TINY)
    with pytest.raises(run.CannotStart, match=sentence) as refused:
        run._open(wish)
    assert "novbe-server restore FILE" in str(refused.value)
    with pytest.raises(run.CannotStart, match=sentence):
        run._run(wish, load_hall(TINY))
    (kept,) = folder.glob("damaged-*")
    assert (kept / file).read_bytes() == content
    assert not (folder / log.FILE).exists()
    capsys.readouterr()


def test_a_backup_ends_it(folder: Path, tmp_path: Path) -> None:
    """Restored into the same folder the hall goes on, beside what was put aside."""
    made = make(folder, tmp_path / "copy")
    soundness.quarantine(folder, "hall.db is damaged (a test)")
    assert restoring.unpack(tmp_path / "copy", folder) == made
    assert duty.read(folder).damaged == ""
    assert verify(folder, None) == 0
    assert len(list(folder.glob("damaged-*"))) == 1


def test_what_was_known_of_the_other_server_outlasts_the_damage(folder: Path, tmp_path: Path) -> None:
    """A standby that was promoted meanwhile is asked before the backup runs; a bad backup opens no hall."""
    made, standby = make(folder, tmp_path / "copy"), "http://10.0.0.11:8000"
    duty.change(folder, standby=standby)
    soundness.quarantine(folder, "hall.db is damaged (a test)")
    (tmp_path / "spoilt").write_bytes((tmp_path / "copy").read_bytes()[:-100])
    with pytest.raises(restoring.CannotRestore):
        restoring.unpack(tmp_path / "spoilt", folder)
    assert "a test" in duty.read(folder).damaged
    assert restoring.unpack(tmp_path / "copy", folder) == made
    said = duty.read(folder)
    assert (said.standby, said.damaged) == (standby, "")
    assert said.begin is not None


def test_a_log_that_lost_its_end_is_told(folder: Path) -> None:
    """Without its write-ahead log SQLite finds nothing wrong, and the last tickets would be given again."""
    (folder / WAL).unlink()
    committed = end.End(folder).read()
    with pytest.raises(Damaged, match=f"ends at event [0-9]+, and {committed} were committed here"):
        open_hall(folder, driven=True)


def test_a_log_that_is_gone_is_told(folder: Path) -> None:
    """A new hall in its place would give the day's numbers again."""
    for file in folder.glob(f"{log.FILE}*"):
        file.unlink()
    with pytest.raises(Damaged, match=r"is missing, and [0-9]+ events were committed here"):
        open_hall(folder, driven=True)


HALF_A_WRITE = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("CREATE TABLE junk (x)")
for _ in range(200):
    db.execute("INSERT INTO junk VALUES (zeroblob(4000))")
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("file", ["access.db", "private.db"])
def test_half_a_write_is_no_damage(folder: Path, file: str, tmp_path: Path) -> None:
    """A server killed in a write beside the log: a backup, and the next start, undo what was begun."""
    subprocess.run([sys.executable, "-c", HALF_A_WRITE, str(folder / file)], check=False)
    assert (folder / f"{file}-journal").stat().st_size > 0
    make(folder, tmp_path / "copy")
    subprocess.run([sys.executable, "-c", HALF_A_WRITE, str(folder / file)], check=False)
    with running(folder, driven=True) as opened:
        opened.engine.submit(ticket(), SYSTEM)
    soundness.whole(folder)


def test_other_failures_put_nothing_aside(folder: Path) -> None:
    """A file that may not be read, a disk that answers nothing: the next start may find all of it."""
    (folder / log.FILE).unlink()
    (folder / log.FILE).mkdir()
    with pytest.raises(run.CannotStart, match="cannot be"):
        run._run(run.Wish(folder, "127.0.0.1", 0, driven=True, hall=TINY), load_hall(TINY))
    assert not list(folder.glob("damaged-*"))


def test_the_watchman_tells_while_the_hall_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own finds a changed byte of an old event; whoever watches the hall reads it."""
    monkeypatch.setattr(watchman, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(watchman, "AGAIN_SECONDS", 0.1)
    with running(folder, driven=True):
        pass
    guard = Watchman(folder)
    looking = gevent.spawn(guard.run)
    try:
        gevent.sleep(0)
        content = (folder / log.FILE).read_bytes()
        (folder / log.FILE).write_bytes(content.replace(b'"ticket":"A007"', b'"ticket":"A070"', 1))
        until(lambda: "hall.db" in guard.damage)
        (folder / log.FILE).write_bytes(content)
        until(lambda: guard.damage == "")
    finally:
        looking.kill()


def test_how_far_the_log_reached_is_noted(tmp_path: Path) -> None:
    """After each commit; what stands there is no number after damage, and says nothing then."""
    with running(tmp_path, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON), SYSTEM)
        assert end.End(tmp_path).read() == opened.engine.seq
    (tmp_path / end.FILE).write_bytes(b"\0\0")
    assert end.End(tmp_path).read() == 0


def test_the_whole_look_is_a_command(folder: Path) -> None:
    """It says what is damaged, and ends with 1 then."""
    command = [sys.executable, "-m", "server.soundness", str(folder)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    (folder / log.FILE).write_bytes(b"x" * PAGE)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "hall.db is damaged" in done.stdout) == (1, True)
