"""Snapshots make a start faster and change nothing: the log alone gives the same state."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import pytest

from protocol.commands import CallNext, OpenDesk, Park, Serve
from protocol.events import TicketIssued
from server import log, snapshots, turns
from server.domain.state import to_snapshot
from server.log import Reader
from server.snapshots import Snapshots
from tests.engines import HALL, NOON, SYSTEM, new_id, running, ticket

TESTS = Path(__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a hall in which every kind of place is taken: waiting, called, serving, parked."""
    with running(tmp_path, driven=True) as opened:
        opened.engine.submit(ticket(at=NOON), SYSTEM)
        opened.engine.submit_many([ticket(service="pension"), *[ticket() for _ in range(20)]], SYSTEM)
        for desk in ("1", "2"):
            opened.engine.submit(OpenDesk(id=new_id(), desk=desk), SYSTEM)
            opened.engine.submit(CallNext(id=new_id(), desk=desk), SYSTEM)
        opened.engine.submit(Serve(id=new_id(), desk="1", ticket="A001"), SYSTEM)
        opened.engine.submit(Park(id=new_id(), desk="1", ticket="A001", reason="copy"), SYSTEM)
        opened.engine.submit(CallNext(id=new_id(), desk="1"), SYSTEM)
    return tmp_path


def kept(folder: Path) -> list[Path]:
    """Give the snapshot files, oldest first."""
    return sorted((folder / snapshots.FOLDER).glob("*.snapshot"))


def newest(folder: Path) -> int:
    """Give the seq of the newest snapshot."""
    return max((int(path.stem) for path in kept(folder)), default=0)


def until(claim: Callable[[], bool]) -> None:
    """Wait for a claim to become true."""
    with gevent.Timeout(20):
        while not claim():
            gevent.sleep(0.01)


def test_a_snapshot_is_what_the_log_gives(folder: Path) -> None:
    """Loaded from a snapshot and folded from the first event, state and tree are the same."""
    reader = Reader(folder / log.FILE)
    from_snapshot, begun = Snapshots(folder, reader).load()
    assert begun == reader.end()[0]
    from_log, zero = Snapshots(folder / "elsewhere", reader).load()
    assert zero == 0
    assert to_snapshot(from_snapshot.state) == to_snapshot(from_log.state)
    assert from_snapshot.frontier.root() == from_log.frontier.root()
    assert dict(reader.roots())[begun] == from_log.frontier.root()
    reader.close()


def test_a_state_from_a_snapshot_goes_on_alike(folder: Path) -> None:
    """What happens after a start from a snapshot happens after a replay too, to the same tickets."""
    called = []
    for _ in range(2):
        with running(folder, driven=True) as opened:
            opened.engine.submit(Park(id=new_id(), desk="1", ticket=at_desk(opened), reason="copy"), SYSTEM)
            opened.engine.submit(CallNext(id=new_id(), desk="1"), SYSTEM)
            called.append(at_desk(opened))
        for path in kept(folder):
            path.unlink()
    assert called == ["A003", "A004"]


def at_desk(opened: object) -> str:
    """Give the ticket at desk 1."""
    return str(opened.engine.published.desks["1"].ticket)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: content[:-1], id="cut"),
        pytest.param(lambda content: content[:40] + b"x" + content[41:], id="changed"),
        pytest.param(lambda _: b"", id="empty"),
    ],
)
def test_a_wrong_snapshot_is_not_used(folder: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A damaged snapshot is passed over for the one before it, or for the log."""
    for path in kept(folder):
        path.write_bytes(spoil(path.read_bytes()))
    reader = Reader(folder / log.FILE)
    standing, begun = Snapshots(folder, reader).load()
    assert (begun, standing.state.seq) == (0, reader.end()[0])
    reader.close()


def test_a_snapshot_of_other_rules_or_another_history_is_not_used(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade of the rules, or beside another log, the log is folded anew."""
    other = tmp_path_factory.mktemp("other")
    with running(other, HALL):
        pass
    kept(folder)[-1].replace(other / snapshots.FOLDER / kept(folder)[-1].name)
    reader = Reader(other / log.FILE)
    assert Snapshots(other, reader).load()[1] == reader.end()[0] == 2
    monkeypatch.setattr(snapshots, "rules_digest", lambda: "other rules")
    assert Snapshots(other, reader).load()[1] == 0
    reader.close()


def test_snapshots_are_made_while_the_hall_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every so many events a snapshot is kept, the oldest go, and commands are answered meanwhile."""
    monkeypatch.setattr(turns, "EVERY", 100)
    with running(tmp_path) as opened:
        for kept_so_far in range(1, 5):
            opened.engine.submit_many([ticket() for _ in range(100)], SYSTEM)
            until(lambda: newest(tmp_path) >= 100 * kept_so_far)  # noqa: B023 - it is called in this round
    assert len(kept(tmp_path)) == snapshots.KEPT


def test_nothing_acknowledged_is_lost_when_the_engine_is_killed(tmp_path: Path) -> None:
    """Killed under load three times: each acknowledged ticket is there, none twice, each retry alike."""
    acknowledged: dict[str, tuple[str, str]] = {}
    for _ in range(3):
        for line in killed_after(300, tmp_path):
            command_id, number, token = line.split()
            acknowledged[command_id] = number, token
    with running(tmp_path) as opened:
        issued = [event for event in opened.engine.events(0, 2**31) if isinstance(event, TicketIssued)]
        assert len({event.ticket for event in issued}) == len(issued)
        by_command = {event.command: event.ticket for event in issued}
        assert {key: by_command.get(key) for key in acknowledged} == {
            key: number for key, (number, _) in acknowledged.items()
        }
        for command_id, (_, token) in list(acknowledged.items())[::50]:
            (again,) = opened.engine.submit(ticket(command_id), SYSTEM).events
            assert isinstance(again, TicketIssued)
            assert again.token == token


def killed_after(answers: int, folder: Path) -> list[str]:
    """Run the engine under load, kill it after so many answers, and give all whole lines it had printed."""
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    process = subprocess.Popen(
        [sys.executable, "-m", "engine_under_load", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(answers)]
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    return [line for line in lines if line.startswith("command-") and line.endswith("\n")]
