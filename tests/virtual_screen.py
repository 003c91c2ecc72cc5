"""An X server without a monitor: programs open windows on it, and a test looks at it and taps it."""

import os
import subprocess
import time
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageGrab

PATIENCE_SECONDS = 30.0
TREMBLE_SECONDS = 0.4
"""A tap sooner after the last one counts as the same finger."""


def wait(condition: Callable[[], Any], *, what: str = "this") -> None:
    """Wait until it holds; raises when it does not in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true in time"
        time.sleep(0.02)  # who waits leaves the processor to whom it waits for


class VirtualScreen:
    """One virtual screen; ``environment`` is for the programs that are to appear on it."""

    def __init__(self, width: int = 1280, height: int = 720) -> None:
        """Start it on a display of its own choice."""
        ear, mouth = os.pipe()
        # It would start anew each time its last client leaves, and refuse whoever comes meanwhile.
        options = ["-displayfd", str(mouth), "-screen", "0", f"{width}x{height}x24", "-noreset"]
        self.server = subprocess.Popen(["Xvfb", *options], pass_fds=[mouth], stderr=subprocess.DEVNULL)
        os.close(mouth)
        with os.fdopen(ear) as told:
            self.display = f":{told.readline().strip()}"
        self.environment = os.environ | {"DISPLAY": self.display, "SDL_VIDEODRIVER": "x11"}
        self.tapped_at = 0.0

    def picture(self) -> Image.Image:
        """Look at it."""
        return ImageGrab.grab(xdisplay=self.display)

    def tap(self, x: int, y: int) -> None:
        """Tap with a real pointer, not faster than a visitor does."""
        wait(lambda: time.monotonic() > self.tapped_at + TREMBLE_SECONDS)
        self.tapped_at = time.monotonic()
        command = ["xdotool", "mousemove", str(x), str(y), "click", "1"]
        subprocess.run(command, env=self.environment, check=True)

    def close(self) -> None:
        """Switch it off."""
        self.server.terminate()
        self.server.wait()
