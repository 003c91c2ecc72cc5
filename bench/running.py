"""A hall's server as a process of its own, and what the system says about it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.register import Register

ROOT = Path(__file__).resolve().parent.parent
HALL = f"""
extends = "{ROOT / "config" / "halls" / "demo.toml"}"
[limits]
kiosk_issues_per_minute = 1000000
"""
"""The demonstration hall, whose kiosks may be as fast as they can."""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Running:
    """A running server: where it listens, its process, and the tokens of a kiosk, another system, a board."""

    port: int
    pid: int
    kiosk: str
    system: str
    board: str = ""

    def cpu_seconds(self) -> float:
        """Give the processor time that the server has used, its threads included."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self) -> float:
        """Give the memory that the server holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def running(hall_file: str = HALL) -> Iterator[Running]:
    """Run the demonstration hall, or another, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        register, hall = Register(Path(folder)), Path(folder) / "hall.toml"
        kiosk, system = register.add_device("kiosk", "kiosk"), register.add_device("system", "integration")
        board = register.add_device("board", "board")
        hall.write_text(hall_file)
        command = [
            sys.executable,
            "-m",
            "server",
            "run",
            "--hall",
            str(hall),
            "--data",
            folder,
            "--port",
            "0",
        ]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            url = next(line for line in process.stdout or () if "http://" in line)
            try:
                yield Running(int(url.rpartition(":")[2]), process.pid, kiosk, system, board)
            finally:
                process.terminate()
                process.wait(20)
