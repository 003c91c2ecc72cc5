"""A second server beside the first: the same log, and what becomes of both when one is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websocket import WebSocketConnectionClosedException

from server import duty, register
from server.following import prepare
from server.primary import NotFollowed, Primary
from server.verify import verify
from tests.hall_process import Asker, HallProcess, free_port
from tests.pair import Pair, bodies, is_same, until
from tests.socket_client import SocketClient


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Run a hall and its standby for the tests that leave both as they were."""
    made = Pair(tmp_path_factory.mktemp("pair"))
    made.start_second()
    yield made
    made.stop()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Run a hall and its standby for a test that ends one of them."""
    made = Pair(tmp_path)
    made.start_second()
    yield made
    made.stop()


def seq(process: HallProcess) -> int:
    """Give how far a server has published."""
    return int(process.get("/readyz")[1]["seq"])


def test_both_disks_hold_the_same(shared: Pair) -> None:
    """The log byte for byte, with the same roots; and soon what is beside it, for its owner alone to read."""
    numbers = [shared.issue() for _ in range(20)]
    until(lambda: is_same(shared))
    theirs, _ = bodies(shared.second.data)
    assert sum(f'"ticket":"{number}"' in body for number in numbers for body in theirs) == 20
    kiosk = shared.first.token("kiosk", "a new kiosk")
    until(lambda: shared.second.get("/api/v1/snapshot", kiosk)[0] == 200)
    assert (shared.second.data / register.FILE).stat().st_mode & 0o777 == 0o600


def test_a_standby_reads_and_refuses(shared: Pair) -> None:
    """It answers what the hall answers, says in its refusals where the hall is, and lets nobody listen."""
    number = shared.issue()
    until(lambda: is_same(shared))
    second = shared.second.asker(shared.all)
    assert second.ask("GET", f"/api/v1/tickets/{number}")[1]["ticket"] == number
    waiting = [[queue["waiting"] for queue in asker.ask("GET", "/api/v1/queues")[1]["queues"]]
               for asker in (second, shared.asker)]  # fmt: skip
    assert waiting[0] == waiting[1]
    status, problem = second.say("issue_ticket", service="passport")
    assert (status, problem["code"]) == (503, "stands_by")
    assert str(shared.network.port) in problem["detail"]
    assert second.ask("GET", "/socket.io/?EIO=4&transport=polling")[0] == 503
    assert second.ask("POST", "/api/v1/operators", {"name": "x", "role": "lead"})[0] == 503
    assert shared.second.get("/readyz")[0] == 503


def test_only_a_standby_has_the_log_with_its_keys(shared: Pair) -> None:
    """Neither a stranger nor the token that may do everything else."""
    for token, status in (("", 401), (shared.all, 403)):
        for path in ("/api/v1/standby/log?since=0", "/api/v1/standby/copies/access"):
            assert shared.first.get(path, token)[0] == status
    assert shared.first.get("/api/v1/standby/copies/hall.db", shared.token)[0] == 404
    assert (
        shared.first.get("/api/v1/standby/log?since=2&root=00", shared.token)[1]["code"] == "another_history"
    )
    standby = shared.first.asker(shared.token)
    assert standby.refused("issue_ticket", service="passport") == "not_allowed"


def test_a_standby_that_is_away_makes_the_hall_degraded_and_not_slow(shared: Pair) -> None:
    """At most one answer waits a quarter of a second; the log and the manager are told; it ends by itself."""
    shared.network.blackhole()
    first = shared.issue()
    assert shared.state() == "degraded"
    numbers = [shared.issue() for _ in range(50)]
    assert len({first, *numbers}) == 51
    alarms = until(
        lambda: [one for one in overview(shared)["alarms"] if one["members"].get("kind") == "standby"]
    )
    assert alarms[0]["kind"] == "device"
    assert shared.first.get("/readyz")[0] == 200, "a degraded hall goes on"
    assert seq(shared.second) < seq(shared.first)
    shared.network.reset()
    shared.network.forward()
    until(lambda: shared.state() == "ok")
    until(lambda: not [one for one in overview(shared)["alarms"] if one["members"].get("kind") == "standby"])
    shared.issue()
    until(lambda: is_same(shared))


def overview(shared: Pair) -> dict[str, Any]:
    """Read what the manager sees."""
    told: dict[str, Any] = shared.asker.ask("GET", "/api/v1/overview")[1]
    return told


@pytest.mark.slow
def test_a_take_over_loses_nothing(pair: Pair) -> None:
    """The first server dies; one command, and the second goes on: same tokens and retries, later numbers."""
    told = pair.asker.done("issue_ticket", service="passport", id="tapped-before")[0]
    made = pair.first.command_line("operator", "add", "aygun", "--role", "lead")
    password = made.stdout.split()[-1]
    assert signed_in(pair.first, password)
    until(lambda: b"aygun" in (pair.second.data / register.FILE).read_bytes())
    pair.first.kill()
    pair.promote()
    second = pair.second.asker(pair.all)
    assert second.done("issue_ticket", service="passport", id="tapped-before")[0] == told
    assert pair.second.get(f"/api/v1/visits/{told['token']}")[1]["ticket"] == told["ticket"]
    assert signed_in(pair.second, password)
    assert pair.issue(second) == "A022"
    assert second.done("issue_ticket", service="licence")[0]["ticket"] == "B021"
    assert verify(pair.second.data, None) == 0
    begun = [event for event in events(second) if event["type"] == "epoch_begun"]
    assert [(event["cause"], event["skipped"]) for event in begun] == [("promoted", 20)]
    assert pair.second.get("/readyz")[1]["epoch"] == begun[0]["epoch"]
    pair.first.follow = (f"http://127.0.0.1:{pair.second.port}", pair.token)
    pair.first.start()
    until(lambda: pair.second.get("/readyz")[1]["standby"] == "ok")
    pair.issue(second)
    until(lambda: is_same(pair))  # mended, the first server stands by


def signed_in(process: HallProcess, password: str) -> bool:
    """Tell whether the password holds at a server."""
    said = {"name": "aygun", "password": password}
    return process.asker().ask("POST", "/api/v1/session", said)[0] == 200


def events(asker: Asker) -> list[dict[str, Any]]:
    """Read a whole log."""
    told: list[dict[str, Any]] = asker.ask("GET", "/api/v1/events?since=0&limit=5000")[1]["events"]
    return told


@pytest.mark.slow
def test_the_server_that_was_superseded_never_decides_again(pair: Pair) -> None:
    """It hears of it by the one that took over, keeps to it over a restart, and is no standby by accident."""
    pair.network.cut()
    pair.promote()
    assert pair.issue() == "A001", "it has not heard of it yet"
    assert pair.issue(pair.second.asker(pair.all)) == "A021"
    pair.network.forward()
    until(lambda: pair.first.get("/readyz")[1]["runs"] is False)
    assert pair.asker.refused("issue_ticket", service="passport") == "superseded"
    pair.first.stop()
    pair.first.start()
    assert pair.first.asker(pair.all).refused("issue_ticket", service="passport") == "superseded"
    assert pair.first.command_line("promote").returncode == 1, "it stands by for nobody"
    pair.first.stop()
    url = f"http://127.0.0.1:{pair.second.port}"
    ended = pair.first.command_line("run", "--follow", url, "--token", pair.token, "--port", "0")
    assert (ended.returncode, "a new standby in an empty folder" in ended.stdout) == (1, True)
    pair.second.stop()
    pair.second.start()
    assert pair.issue(pair.second.asker(pair.all)) == "A022", (
        "whatever its command line says, it runs the hall"
    )


@pytest.mark.slow
def test_whoever_knows_of_the_take_over_says_so(pair: Pair) -> None:
    """A client that joined the later epoch, but no lie; and a server that was dead asks before it decides."""
    pair.issue()
    pair.network.cut()
    pair.promote()
    epoch = pair.second.get("/readyz")[1]["epoch"]
    rank, nonce, seal = epoch.split("-")
    for lie in (f"{int(rank) + 1}-{nonce}-{seal}", f"{rank}-{nonce}-{seal[:-1]}", "9999999999-x-y", "0", ""):
        client = SocketClient(pair.first.port, {"token": pair.all})
        assert "epoch" in client.join(epoch=lie, seq=1)
        client.close()
    assert pair.first.get("/readyz")[1]["runs"] is True
    kept = (pair.first.data / duty.FILE).read_bytes()
    client = SocketClient(pair.first.port, {})
    with pytest.raises(WebSocketConnectionClosedException):
        client.join(epoch=epoch, seq=1)
    client.close()
    assert pair.first.get("/readyz")[1]["runs"] is False
    pair.first.kill()
    (pair.first.data / duty.FILE).write_bytes(kept)  # as if it had been dead all the time
    pair.first.start()
    assert pair.first.get("/readyz")[1]["runs"] is False


def test_what_cannot_follow_says_why(shared: Pair, tmp_path: Path) -> None:
    """In one sentence, and the folder stays as it was."""
    here, nobody = f"http://127.0.0.1:{shared.first.port}", f"http://127.0.0.1:{free_port()}"
    for url, token, sentence in (
        (here, "novbe_wrong", "token is not known"),
        (here, shared.all, "Your role does not allow this"),
        (nobody, shared.token, "does not answer"),
    ):
        with pytest.raises(NotFollowed, match=sentence):
            prepare(tmp_path, Primary(url, token))
    assert not list(tmp_path.iterdir())
    ended = shared.second.command_line("run", "--follow", nobody, "--port", "0")
    assert (ended.returncode, "needs a --token" in ended.stderr) == (2, True)
