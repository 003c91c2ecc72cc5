"""A program in a window on a virtual screen, and what the system says of it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.running import ROOT, Running
from tests.virtual_screen import VirtualScreen, wait

COLOURS = 20
"""A window with as many is painted; before it there is one."""

_TICKS = os.sysconf("SC_CLK_TCK")


class Watched:
    """A running program: the processor time and the memory of its process."""

    def __init__(self, pid: int, started: float) -> None:
        """Look at a process that began at a monotonic time."""
        self._pid, self._started = pid, started

    def cpu_seconds(self) -> float:
        """Give the processor time that it has used, its threads included."""
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self) -> float:
        """Give the memory that it holds."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def age_seconds(self) -> float:
        """Give how long it has run."""
        return time.monotonic() - self._started


@contextmanager
def window(screen: VirtualScreen, server: Running, token: str, *words: str) -> Iterator[Watched]:
    """Open a program of the hall in a window of the whole screen, and wait until something is painted."""
    program, *more = words
    join = ["--server", f"http://127.0.0.1:{server.port}", "--token", token, "--fullscreen"]
    environment = screen.environment | {"SDL_AUDIODRIVER": "dummy"}
    started = time.monotonic()
    with _running([sys.executable, "-m", program, *join, *more], environment) as process:
        wait(lambda: is_painted(screen), what="a painted window")
        yield Watched(process.pid, started)


def is_painted(screen: VirtualScreen) -> bool:
    """Tell whether the screen shows more than a ground."""
    return screen.picture().getcolors(COLOURS) is None


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
