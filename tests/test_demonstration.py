"""``make run``: a hall to try opens by one command, stays the same hall, and ends cleanly."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Self

import pytest

from tests.reference import ROOT

WORDS = [sys.executable, "-m", "server.demonstration"]
NO_SCREEN = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}


class Demonstration:
    """A run of the demonstration; what it said until the hall was open is in ``said``."""

    def __init__(self, folder: Path) -> None:
        """Start it and read on until the hall is open."""
        words = [*WORDS, "--folder", str(folder), "--port", "0"]
        self.process = subprocess.Popen(words, cwd=ROOT, env=NO_SCREEN, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.said = ""
        while "until Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        self.address = re.findall(r"http://[\d.:]+", self.said)[0]

    def interrupt(self) -> int:
        """Press Ctrl-C, if it still runs; gives the exit status."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode

    def __enter__(self) -> Self:
        """Keep it open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, if a test has not."""
        self.interrupt()


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


def sign_in(address: str, name: str, password: str) -> int:
    """Sign in at the desk's page; gives the HTTP status."""
    body = json.dumps({"name": name, "password": password}).encode()
    headers = {"Content-Type": "application/json", "Origin": address}
    request = urllib.request.Request(f"{address}/api/v1/session", body, headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        return int(answer.status)


def test_one_command_opens_a_hall(first: Demonstration) -> None:
    """It says where the hall is, and its password signs in; without a screen it says what opens windows."""
    (name, password) = re.findall(r"Sign in at the desk as '(\w+)' with the password (\S+)", first.said)[0]
    assert sign_in(first.address, name, password) == HTTPStatus.OK
    assert len(re.findall(r"^  \S+ -m (kiosk|display) --server", first.said, re.MULTILINE)) == 3


def test_a_slip_leads_to_the_hall_that_runs(first: Demonstration) -> None:
    """Also at another port than the usual one, the visit's page is where this server listens."""
    with urllib.request.urlopen(f"{first.address}/api/v1/hall", timeout=10) as answer:  # noqa: S310 - loopback
        assert json.load(answer)["public_url"] == first.address


def test_ctrl_c_ends_everything(first: Demonstration) -> None:
    """It is no failure, and the server ends too."""
    assert first.interrupt() == 0
    port = int(first.address.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_next_run_goes_on_with_the_same_hall(first: Demonstration, second: Demonstration) -> None:
    """The password is not shown again; a new one comes by the command that it names."""
    tokens = [re.findall(r"--token (\S+)", hall.said) for hall in (first, second)]
    assert tokens[0] == tokens[1]
    assert "with the password" not in second.said
    command = re.findall(r"a new password: (.*)$", second.said, re.MULTILINE)[0]
    done = subprocess.run(command.split(), cwd=ROOT, capture_output=True, text=True, check=True)
    assert sign_in(second.address, "operator", done.stdout.split()[-1]) == HTTPStatus.OK


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
