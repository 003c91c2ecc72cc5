"""``python -m server.demonstration`` as a process of its own, as on a machine without a screen."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.hall_process import ROOT

WORDS = [sys.executable, "-m", "server.demonstration"]
NO_SCREEN = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}


class Demonstration:
    """A run; what it said until the hall was open is in ``said``, and what it said later in ``rest``."""

    def __init__(self, folder: Path) -> None:
        """Start it and read on until the hall is open."""
        self.folder = folder
        words = [*WORDS, "--folder", str(folder), "--port", "0"]
        self.process = subprocess.Popen(words, cwd=ROOT, env=NO_SCREEN, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.said = self.rest = ""
        while "until Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        (self.link,) = re.findall(r"http://\S+/demo\?key=\S+", self.said)
        self.address = self.link.partition("/demo")[0]
        self.port = int(self.address.rpartition(":")[2])

    def read_until(self, sentence: str) -> None:
        """Read on in what it says until this was said."""
        assert self.process.stdout
        while sentence not in self.rest:
            line = self.process.stdout.readline()
            assert line, self.rest
            self.rest += line

    def interrupt(self) -> int:
        """Press Ctrl-C, if it still runs; gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.rest += self.process.communicate(timeout=60)[0]
        return self.process.returncode

    def __enter__(self) -> Self:
        """Keep it open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, if a test has not."""
        self.interrupt()
