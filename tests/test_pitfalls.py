"""What goes wrong with this stack when nobody looks: each remedy with a test that fails without it."""

import configparser
import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import pytest
import structlog
import websocket
from prometheus_client import Histogram

from server.metrics import LAG_ALARM_SECONDS, Heartbeat
from server.sockets import OPTIONS
from server.websocket import QUEUE_PACKETS
from tests.hall_process import Asker, new_id
from tests.network_hall import HALL, NetworkHall, running
from tests.socket_client import PATH, SocketClient

ROOT = Path(__file__).parents[1]
BATCH = 200
MARGIN = 10
SMALL_WINDOW = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 2048),)
"""Socket options of a reader whose system takes little in on its own."""


@pytest.fixture(scope="module")
def system(hall_server: NetworkHall) -> Asker:
    """Another system, which issues tickets by the hundred."""
    return hall_server.device("integration")


def issue_many(system: Asker) -> int:
    """Issue a batch of tickets; gives the last seq."""
    many = [{"type": "issue_ticket", "id": new_id() + "-" * 20, "service": "passport"} for _ in range(BATCH)]
    status, answers = system.ask("POST", "/api/v1/commands", many)
    assert status == 200
    return int(answers[-1]["seq"])


def descriptors(server: NetworkHall) -> int:
    """Count what the server's process holds open."""
    assert server.process.process
    return len(list(Path(f"/proc/{server.process.process.pid}/fd").iterdir()))


def metric(server: NetworkHall, name: str) -> float:
    """Read one number of the metrics."""
    found = re.search(rf"^{name} (\S+)$", server.process.get("/metrics")[1], re.MULTILINE)
    assert found, name
    return float(found[1])


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Ask again and again until it is so; False when it never was."""
    deadline = time.monotonic() + seconds
    waiting = threading.Event()
    while not is_so():
        if time.monotonic() > deadline:
            return False
        waiting.wait(0.05)
    return True


def test_a_stalled_reader_that_pings_gets_a_whole_stream(hall_server: NetworkHall, system: Asker) -> None:
    """No frame is cut and no pong lands inside one, though the library's own send would do both."""
    stalled = SocketClient(hall_server.port, {"token": hall_server.token("reader")}, sockopt=SMALL_WINDOW)
    brisk = hall_server.socket(hall_server.token("reader"))
    place = stalled.join()
    brisk.join()
    known, last = {"epoch": place["epoch"], "seq": place["seq"]}, issue_many(system)
    # Heads are signed among so many tickets: a little less is missed than what an answer may hold.
    missed = {**known, "seq": last - BATCH + MARGIN}
    for number in range(40):
        stalled.emit("join", missed)
        stalled.wire.ping(f"ping {number}")
    last = issue_many(system)
    while brisk.frame()["to_seq"] < last:
        pass
    seq = known["seq"]
    while seq < last:
        frame = stalled.frame()
        assert frame["from_seq"] == seq + 1
        assert len(frame["events"]) == frame["to_seq"] - seq
        seq = frame["to_seq"]
    answers = [stalled.answer(number) for number in range(2, 42)]
    assert min(len(answer["events"]) for answer in answers) >= BATCH - MARGIN
    stalled.join()  # answered after the last pong
    assert stalled.pongs == [f"ping {number}".encode() for number in range(40)]
    stalled.close()
    brisk.close()


@pytest.mark.fault(number="T18")
def test_who_reads_nothing_but_answers_pings_is_dropped(hall_server: NetworkHall, system: Asker) -> None:
    """Its queue is capped, and its socket is shut down, else its writer would hang for ever."""
    last = issue_many(system)
    before, dropped = descriptors(hall_server), metric(hall_server, "novbe_clients_dropped_total")
    display = SocketClient(hall_server.port, {"token": hall_server.token("reader")}, sockopt=SMALL_WINDOW)
    known = {"epoch": display.join()["epoch"], "seq": last - BATCH + MARGIN}
    with contextlib.suppress(OSError):
        for _ in range(2 * QUEUE_PACKETS):
            display.emit("join", known)
            display.wire.send("3")
    assert until(lambda: metric(hall_server, "novbe_clients_dropped_total") == dropped + 1)
    assert until(lambda: descriptors(hall_server) <= before)
    display.close()


def test_answers_leave_at_once(hall_server: NetworkHall) -> None:
    """With Nagle's wait every answer on a kept connection would come 40 ms late."""
    connection = http.client.HTTPConnection("127.0.0.1", hall_server.port)
    took = []
    for _ in range(15):
        began = time.monotonic()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        took.append(time.monotonic() - began)
    connection.close()
    assert min(took[5:]) < 0.02


def test_no_websocket_is_compressed(hall_server: NetworkHall) -> None:
    """All browsers offer it; it would cost 98 kB of memory a client."""
    offer = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    wire = websocket.create_connection(f"ws://127.0.0.1:{hall_server.port}{PATH}", header=offer)
    assert "sec-websocket-extensions" not in {name.lower() for name in wire.getheaders() or ()}
    wire.close()


def test_pings_notice_the_dead_soon(hall_server: NetworkHall) -> None:
    """Within 18 seconds, not 45; and a message has a limit."""
    wire = websocket.create_connection(f"ws://127.0.0.1:{hall_server.port}{PATH}")
    opened = json.loads(str(wire.recv())[1:])
    assert (opened["pingInterval"], opened["pingTimeout"], opened["maxPayload"]) == (10_000, 8_000, 65_536)
    wire.close()


def test_a_message_that_never_ends_is_not_collected(hall_server: NetworkHall) -> None:
    """Beyond 64 kB the connection ends, while the message still comes in pieces."""
    client = hall_server.socket()
    piece = websocket.ABNF.create_frame("x" * 40_000, websocket.ABNF.OPCODE_TEXT, fin=0)
    more = websocket.ABNF.create_frame("x" * 40_000, websocket.ABNF.OPCODE_CONT, fin=0)
    client.wire.send_frame(piece)
    client.wire.send_frame(more)
    assert client.is_ended(5)
    client.close()


def test_what_is_left_of_a_websocket_is_no_request(hall_server: NetworkHall) -> None:
    """A client that speaks on after its goodbye is not answered as if it spoke HTTP."""
    before = metric(hall_server, "novbe_websockets")
    client = hall_server.socket()
    for word in ("41", "1", "3", "3"):
        client.wire.send(word)
    assert client.is_ended(5)
    client.close()
    assert until(lambda: metric(hall_server, "novbe_websockets") <= before)
    assert "Expected GET" not in (hall_server.process.data / "server.log").read_text()


def test_gevent_is_asked_for_by_name() -> None:
    """Left to itself the library would take eventlet where something else has installed it."""
    assert OPTIONS["async_mode"] == "gevent"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Start a server beside a package of this name; gives how it ended and what it said."""
    (tmp_path / "hall.toml").write_text(HALL)

    def run(package: str) -> str:
        (tmp_path / "packages" / package).mkdir(parents=True)
        (tmp_path / "packages" / package / "__init__.py").touch()
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "packages"))
        command = [sys.executable, "-m", "server", "run", "--hall", str(tmp_path / "hall.toml")]
        command += ["--data", str(tmp_path / "data"), "--port", "0"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
        return f"{done.returncode} {done.stdout}"

    return run


def test_a_server_beside_gevent_websocket_does_not_start(start: Callable[[str], str]) -> None:
    """Its mere presence would switch the websockets to a dead library; the sentence says what to do."""
    said = start("geventwebsocket")
    assert said.startswith("1 ")
    assert "pip uninstall gevent-websocket" in said


def test_a_blocked_hub_is_noticed() -> None:
    """The heartbeat measures how late it comes, and the log says so above 100 ms."""
    lag = Histogram("lag", "How late.", registry=None)
    with structlog.testing.capture_logs() as said:
        heart = gevent.spawn(Heartbeat(lag).run)
        gevent.sleep(0)
        threading.Event().wait(3 * LAG_ALARM_SECONDS + 0.25)  # not gevent's: it holds the whole hub
        gevent.sleep(0.01)
        heart.kill()
    assert said[0]["event"] == "hub_blocked"
    assert said[0]["lag_seconds"] > LAG_ALARM_SECONDS


@pytest.mark.fault(number="T34")
def test_the_floors_of_the_versions_stand() -> None:
    """Below them these libraries have known holes or other behaviour."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    needed = setup["options"]["install_requires"].split()
    for floor in ("python-engineio>=4.13.2", "python-socketio>=5.16.2", "Flask>=3.1.1", "Werkzeug>=3.0.6"):
        assert floor in needed


def test_a_stalled_reader_does_not_keep_the_server_from_stopping(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """It says goodbye and ends within seconds."""
    with running(tmp_path_factory.mktemp("stopping")) as server:
        system = server.device("integration")
        stalled = SocketClient(server.port, {"token": server.token("reader")}, sockopt=SMALL_WINDOW)
        stalled.join()
        known = {"epoch": stalled.join()["epoch"], "seq": issue_many(system) - BATCH + MARGIN}
        for _ in range(40):
            stalled.emit("join", known)
        began = time.monotonic()
        server.process.stop()
        assert time.monotonic() - began < 8
        stalled.close()
