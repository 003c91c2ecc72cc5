"""Has the disk changed what was written, while the hall runs? A process of its own looks."""

import subprocess
import sys
from pathlib import Path

import gevent  # type: ignore[import-untyped]
import structlog

from server.threads import Threads

ROOT = Path(__file__).resolve().parent.parent
FIRST_SECONDS = 60.0
AGAIN_SECONDS = 900.0


class Watchman:
    """``damage`` is a sentence about what was found, empty while all is sound."""

    def __init__(self, folder: Path) -> None:
        """Watch a data folder, once ``run``."""
        self._folder, self._thread = folder, Threads(1)
        self.damage = ""

    def run(self) -> None:
        """Look again and again, for ever."""
        gevent.sleep(FIRST_SECONDS)
        while True:
            self.damage = self._thread.run(_look, self._folder)
            if self.damage:
                structlog.get_logger().critical("damaged", damage=self.damage)
            gevent.sleep(AGAIN_SECONDS)


def _look(folder: Path) -> str:
    # Where it could not look at all it has found nothing: the next look tells.
    command = [sys.executable, "-m", "server.soundness", str(folder.resolve())]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 1 else ""
