"""Databases of every version there was: upgraded, killed while they are, and brought back."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from protocol.events import EpochBegun, kind_of
from protocol.hall import Hall
from protocol.words import MINUTE
from server import log, register, restoring
from server.__main__ import main
from server.hallfile import load_hall
from server.private import Private
from server.register import Register
from server.upgrading import SETS, back_up_before, schema
from server.verify import verify
from tests.engines import SYSTEM, running, ticket
from tests.hall_process import ROOT
from tests.network_hall import HALL
from tests.schema_data import DATA, FACTS, NINE

VERSIONS = sorted(
    (path.name.removeprefix("schema-") for path in DATA.glob("schema-*")),
    key=lambda version: [int(number) for number in version.split(".")],
)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Give each version whose databases are kept."""
    return str(request.param)


@pytest.fixture
def folder(version: str, tmp_path: Path) -> Path:
    """Give a copy of a version's folder."""
    shutil.copytree(DATA / f"schema-{version}", tmp_path / "hall")
    return tmp_path / "hall"


def facts(folder: Path) -> dict[str, Any]:
    """Read what clients of that hall had been told."""
    told: dict[str, Any] = json.loads((folder / FACTS).read_text())
    return told


def the_hall(folder: Path) -> Hall:
    """Read the hall that was run, as today's version reads its file."""
    (folder / "hall.toml").write_text(HALL)
    return load_hall(folder / "hall.toml")


def content(path: Path) -> list[str]:
    """Give all that a database holds, as the statements that would make it."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def upgrade(folder: Path) -> None:
    """Do what a start does to the databases before it reads them."""
    back_up_before(folder)
    log.migrate(folder / log.FILE)
    Register(folder)
    Private(folder)


def test_this_version_is_kept(tmp_path: Path) -> None:
    """Whoever adds a migration runs ``python -m tests.schema_data``, so that it is upgraded from for good."""
    upgrade(tmp_path)
    assert schema(tmp_path) in VERSIONS


@pytest.mark.fault(number="T10")
def test_a_hall_of_every_version_goes_on(folder: Path) -> None:
    """Its log is sound by today's rules; tokens, passwords and slips hold; the next number follows."""
    kept = facts(folder)
    assert verify(folder, None) == 0
    with running(folder, the_hall(folder), driven=True) as opened:
        engine, access = opened.engine, opened.access
        assert engine._store.reader.root(kept["seq"]) == bytes.fromhex(kept["root"])
        assert engine.check_visit(kept["visit"]) == ("2026-11-21", kept["ticket"])
        device, person = access.device(kept["token"]), access.login("aygun", kept["password"])
        assert (device and device.name, person and person.role) == ("everything", "lead")
        details = [event.detail for event in engine.events(0, 1000) if kind_of(event) == "device_reported"]  # type: ignore[attr-defined]
        assert [opened.private.text(detail) for detail in details] == ["No paper: tell Aygün."]
        issued = engine.submit(ticket(at=NINE + 600 * MINUTE), SYSTEM).events
        assert [event.ticket for event in issued if kind_of(event) == "ticket_issued"] == ["A005"]  # type: ignore[attr-defined]
    assert verify(folder, None) == 0


def test_a_backup_comes_first_and_is_the_way_back(folder: Path, version: str, tmp_path: Path) -> None:
    """What is restored from it is what the earlier version made, table by table, for that version to run."""
    before = {file: content(folder / file) for file in SETS}
    upgrade(folder)
    kept = folder / f"before-upgrade-from-{version}.novbe"
    assert kept.exists() == (version != schema(folder))
    if kept.exists():
        restoring.unpack(kept, tmp_path / "back")
        assert {file: content(tmp_path / "back" / file) for file in SETS} == before
        assert schema(tmp_path / "back") == version
    assert back_up_before(folder) is None, "once is enough"


def killed_at(folder: Path, statement: int) -> bool:
    """Upgrade in a process of its own, killed at its Nth SQL statement; tells whether it came so far."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    count = 0

    def trace(_: str) -> None:
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    class Traced(sqlite3.Connection):
        def __init__(self, *of: Any, **how: Any) -> None:
            super().__init__(*of, **how)
            self.set_trace_callback(trace)

    sqlite3.connect = partial(sqlite3.connect, factory=Traced)  # type: ignore[assignment]
    try:
        upgrade(folder)
    finally:
        os._exit(0)


@pytest.mark.fault(number="T10")
@pytest.mark.slow
def test_killed_at_any_statement_it_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    """And the next start ends what was begun, with the backup of how it was before the first."""
    oldest = VERSIONS[0]
    before = {file: content(DATA / f"schema-{oldest}" / file) for file in SETS}
    statement, rounds = 1, 0
    while True:
        folder = tmp_path / str(statement)
        shutil.copytree(DATA / f"schema-{oldest}", folder)
        if not killed_at(folder, statement):
            break
        upgrade(folder)
        assert schema(folder) == VERSIONS[-1]
        with zipfile.ZipFile(folder / f"before-upgrade-from-{oldest}.novbe") as kept:
            kept.extractall(folder / "back")
        assert {file: content(folder / "back" / file) for file in SETS} == before
        statement, rounds = statement + 1, rounds + 1
        shutil.rmtree(folder)
    assert rounds > 20
    print(f"{rounds} kills from {oldest} to {VERSIONS[-1]}")


def test_a_later_version_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A downgrade without the backup is refused by server and command line, and changes nothing."""
    folder = tmp_path / "hall"
    shutil.copytree(DATA / f"schema-{VERSIONS[-1]}", folder)
    with closing(sqlite3.connect(folder / register.FILE)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'access', 'of_tomorrow', '2027-01-01')")
    before = content(folder / register.FILE)
    words = ["run", "--hall", str(ROOT / "config/halls/tiny.toml"), "--data", str(folder), "--port", "0"]
    ended = subprocess.run(
        [sys.executable, "-m", "server", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, "by a later version of this program (of_tomorrow)" in ended.stdout) == (1, True)
    assert main(["token", "--data", str(folder), "--name", "x", "--role", "kiosk"]) == 1
    assert "of_tomorrow" in capsys.readouterr().err
    assert content(folder / register.FILE) == before


def test_a_restored_hall_of_an_earlier_version_is_upgraded_too(folder: Path, tmp_path: Path) -> None:
    """An old backup is as good as a new one."""
    upgrade(folder)
    found = list(folder.glob("before-upgrade-from-*"))
    if not found:
        return
    restoring.unpack(found[0], tmp_path / "back")
    with running(tmp_path / "back", the_hall(folder), driven=True) as opened:
        assert [event for event in opened.engine.events(0, 1000) if isinstance(event, EpochBegun)]
    assert verify(tmp_path / "back", None) == 0
