"""``make run``: a hall to try opens by one command, stays the same hall, gets up again, and ends cleanly."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from protocol.words import SECOND, Micros
from server import demonstration
from tests.demonstration_run import WORDS, Demonstration
from tests.hall_process import ROOT, Asker, HallProcess


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a place for a hall to try."""
    return tmp_path_factory.mktemp("demonstration") / "run"


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[Demonstration]:
    """Open a hall that is new."""
    with Demonstration(folder) as hall:
        yield hall


@pytest.fixture(scope="module")
def second(first: Demonstration, folder: Path) -> Iterator[Demonstration]:
    """Close the hall and open it again."""
    first.interrupt()
    with Demonstration(folder) as hall:
        yield hall


def enter(hall: Demonstration, link: str) -> tuple[int, str]:
    """Follow a link; gives the HTTP status and the page it leads to, or the refusal's code."""
    asker = Asker(hall.port)
    try:
        status, told = asker.ask("POST", "/api/v1/demo", {"key": link.partition("key=")[2]})
    finally:
        asker.close()
    return status, told["path"] if status == 200 else told["code"]


def test_one_command_opens_a_hall_by_one_link(first: Demonstration) -> None:
    """It prints one address, which lets in once; what opens windows is said where there is a screen."""
    assert first.said.count("http://") == 1
    assert enter(first, first.link) == (200, "/demo")
    assert enter(first, first.link) == (404, "link_gone")
    words = [*WORDS, "--folder", str(first.folder), "--link"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert enter(first, done.stdout.strip())[0] == 200


def test_a_slip_leads_to_the_hall_that_runs(first: Demonstration) -> None:
    """Also at another port than the usual one, the visit's page is where this server listens."""
    asker = Asker(first.port)
    assert asker.ask("GET", "/api/v1/hall")[1]["public_url"] == first.address
    asker.close()


def test_ctrl_c_ends_everything(first: Demonstration) -> None:
    """It is no failure, and the server ends too."""
    assert first.interrupt() == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", first.port)) != 0


def test_the_next_run_goes_on_with_the_same_hall(second: Demonstration) -> None:
    """Its history is not a new one, and a new link lets in."""
    log = (second.folder / "server.log").read_text()
    assert re.search(r"stands at event [1-9]\d*;", log), log
    assert enter(second, second.link)[0] == 200


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    """And nothing is made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = [*WORDS, "--folder", str(tmp_path / "run"), "--port", port]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith(f"Port {port} is in use: ")
    assert done.stdout.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_link_needs_a_hall(tmp_path: Path) -> None:
    """Before the first run there is none to lead into."""
    with pytest.raises(
        demonstration.CannotStart, match=r"No hall was opened in .* yet: open one with: make run"
    ):
        demonstration.link(tmp_path)


def day_of(at: Micros) -> str:
    """Give the hall's business day at a time."""
    return f"{datetime.fromtimestamp(at / SECOND, ZoneInfo('Asia/Baku')) - timedelta(hours=3):%Y-%m-%d}"


def look_for_ever(attended: demonstration.Attended) -> None:
    """Attend a program until it is given up."""
    while True:
        attended.look()


def test_a_program_that_falls_again_and_again_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each time it is started later, and in the end the sentence names its log."""
    monkeypatch.setattr(demonstration, "FIRST_PAUSE_SECONDS", 0.001)
    (tmp_path / "falling.py").write_text("print('ready', flush=True); raise SystemExit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    log = tmp_path / "falling.log"
    with contextlib.ExitStack() as programs:
        attended = demonstration.attend("server", ["falling"], log, re.compile("ready"), programs)
        assert attended.wait() == "ready"
        with pytest.raises(demonstration.CannotStart, match=f"fell 6 times one after another: see {log}"):
            look_for_ever(attended)
    said = capsys.readouterr().out
    assert said.count("The server fell (exit status 3)") == 5
    assert said.count("The server is back") == 5


def kill(command: str) -> None:
    """Kill the one program that was started with these words."""
    words = ["pgrep", "-f", command]
    (program,) = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    os.kill(int(program), signal.SIGKILL)


def wait_past(asker: Asker, at: Micros) -> None:
    """Wait until the hall's time has passed a moment."""
    deadline = time.monotonic() + 20
    while asker.ask("GET", "/api/v1/demo/speed")[1]["at"] <= at:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_both_are_started_again(second: Demonstration) -> None:
    """Also a simulation that comes back before the server does; the hall's day goes on. Closes the hall."""
    asker = Asker(second.port, json.loads((second.folder / "tokens.json").read_text())["simulator"])
    before = asker.ask("GET", "/api/v1/demo/speed")[1]["at"]
    asker.close()  # the server is killed
    kill(f"simulator day --server {second.address}")
    second.read_until("The simulation fell (killed by signal 9). It is started again in 3 seconds.")
    kill(f"server run .* --port {second.port} ")
    second.read_until("The server is back, and goes on where it stood.")
    second.read_until("The simulation is back, and goes on where it stood.")
    wait_past(asker, before + SECOND)
    asker.close()
    assert second.interrupt() == 0


def test_a_hall_that_went_by_the_wall_goes_on(tmp_path: Path) -> None:
    """What an earlier version kept, a desk open and somebody waiting, becomes the history of this one."""
    data = tmp_path / "data"
    data.mkdir()
    old = HallProcess(data, ROOT / "config" / "halls" / "demo.toml").start()
    asker = old.asker(old.token("integration", "old"))
    asker.done("open_desk", desk="1")
    at = asker.done("issue_ticket", service="passport")[0]["at"]
    old.stop()
    with Demonstration(tmp_path) as hall:
        again = Asker(hall.port, json.loads((tmp_path / "tokens.json").read_text())["simulator"])
        (issued, *_) = again.ask("GET", "/api/v1/tickets/A001?day=" + day_of(at))[1]["events"]
        assert issued["at"] == at
        wait_past(again, at)
        again.close()
