"""A server of the simulation's own: ``novbe-server`` as a technician starts it.

The log that it leaves is proved by ``novbe-server verify``.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ADDRESS = re.compile(r"http://([\w.]+):(\d+)")
_TICKS = os.sysconf("SC_CLK_TCK")
GOODBYE_SECONDS = 60


class CannotPlay(Exception):  # noqa: N818 - told to a person, as a sentence
    """The simulation cannot begin or go on; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """A hall's server to play in. ``pid`` is 0, ``kiosks`` are empty, for one that somebody else started."""

    host: str
    port: int
    token: str
    pid: int = 0
    kiosks: tuple[str, ...] = ()
    time_zone: str = ""

    def cpu_seconds(self) -> float:
        """Give the processor time that the server has used, its threads included."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self) -> float:
        """Give the memory that the server holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def folder(asked: Path | None) -> Iterator[Path]:
    """Give the data folder that was asked for, or one that is thrown away."""
    if asked is not None:
        asked.mkdir(parents=True, exist_ok=True)
        yield asked
        return
    with tempfile.TemporaryDirectory(prefix="novbe-simulate-") as name:
        yield Path(name)


@contextmanager
def running(hall: Path, data: Path, *, is_driven: bool, kiosks: int) -> Iterator[Server]:
    """Run a hall's server on a folder, with a token for the simulation and one for each kiosk.

    Raises CannotPlay with what the server said.
    """
    zone = _time_zone(hall)
    token = _token(data, "integration", "simulator")
    tokens = tuple(_token(data, "kiosk", f"kiosk-{number}") for number in range(1, kiosks + 1))
    clock = "driven" if is_driven else "wall"
    words = ["run", "--hall", str(hall), "--data", str(data), "--port", "0", "--clock", clock]
    with (data / "server.log").open("ab") as log, _process(words, log) as process:
        said = []
        for line in process.stdout or ():
            said.append(line)
            if found := _ADDRESS.search(line):
                break
        else:
            raise CannotPlay("".join(said).strip() or f"The server did not start: see {data / 'server.log'}")
        yield Server(found.group(1), int(found.group(2)), token, process.pid, tokens, zone)


@contextmanager
def _process(words: list[str], log: Any) -> Iterator[subprocess.Popen[str]]:
    # A session of its own, so that Ctrl-C reaches it through us alone, after what is under way is said.
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "server", *words],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=GOODBYE_SECONDS)


def _token(data: Path, role: str, name: str) -> str:
    done = _server("token", "--data", str(data), "--role", role, "--name", name)
    if done.returncode:
        raise CannotPlay((done.stdout + done.stderr).strip())
    return done.stdout.split()[-1]


def verdict(data: Path) -> tuple[bool, str]:
    """Have the log proved by ``novbe-server verify``; gives whether it is sound, and what was said."""
    done = _server("verify", "--data", str(data))
    return done.returncode == 0, done.stdout.strip()


def _time_zone(hall: Path) -> str:
    """Give the hall's time zone, as its file with all that it extends has it; raises CannotPlay."""
    done = _server("check", str(hall), "--show")
    if done.returncode:
        raise CannotPlay(done.stdout.strip() or done.stderr.strip())
    return str(tomllib.loads(done.stdout)["hall"]["time_zone"])


def _server(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
