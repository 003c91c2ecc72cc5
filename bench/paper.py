"""From a touch at the kiosk to paper, on a printer whose line is as slow as real ones are.

``python -m bench.paper`` prints one JSON object, in milliseconds, by baud rate: from the last touch to the
first byte at the printer, and to the cut. The kiosk is the real program in a window, touched by a pointer;
its printer is the simulated one, which takes no more bytes a second than its line would. ``--short`` prints
fewer slips.
"""

import argparse
import json
import os
import statistics
import time
from typing import Any

import pygame

from bench.running import Running, running
from bench.watched import window
from kiosk.printing.simulated import Simulator, TcpFace
from kiosk.scenes.screen import Screen
from tests.kiosk_hall import Notes, home, tap
from tests.virtual_screen import VirtualScreen, wait
from ui.loop import open_window
from ui.scene import Scene

SIZE = (1280, 720)
BAUDS = (115_200, 19_200)
PATIENCE_SECONDS = 30.0
SETTLES_SECONDS = 2.0


class Ear(Simulator):
    """A simulated printer that notes when a slip's first bytes came; a question about its state is none."""

    first_at = 0.0

    def feed(self, data: bytes) -> bytes:
        """Note the time of the first byte since it was last set to 0."""
        if not self.first_at and len(data) > len("ask"):
            self.first_at = time.monotonic()
        return super().feed(data)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="2 slips, not 5, at each speed")
    slips = 2 if parser.parse_args().short else 5
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    open_window(
        "measure", SIZE, fullscreen=False
    )  # the places of the buttons need fonts, and fonts a display
    with running() as server:
        print(json.dumps({f"{baud} baud": measure(server, baud, slips) for baud in BAUDS}, indent=2))
    pygame.display.quit()


def measure(server: Running, baud: int, slips: int) -> dict[str, Any]:
    """Print some slips at one speed."""
    screen, printer = VirtualScreen(*SIZE), Ear()
    try:
        with TcpFace(printer, baud=baud) as face:
            times = []
            for number in range(1, slips + 1):
                # A kiosk of its own for each slip: when one is home again is hard to see from outside.
                with window(screen, server, server.kiosk, "kiosk", "--printer", face.url):
                    time.sleep(SETTLES_SECONDS)
                    times.append(one(screen, printer, number))
    finally:
        screen.close()
    return {
        "slips": slips,
        "first_byte_ms_p50": round(statistics.median(first for first, _ in times) * 1000),
        "cut_ms_p50": round(statistics.median(cut for _, cut in times) * 1000),
        "cut_ms_max": round(max(cut for _, cut in times) * 1000),
    }


def one(screen: VirtualScreen, printer: Ear, number: int) -> tuple[float, float]:
    """Touch through to a ticket; gives seconds from the last touch to the first byte, and to the cut."""
    scene = home(Notes(), size=SIZE)
    for label in ("English", "Passport"):
        scene = touched(screen, scene, label)
    printer.first_at = 0.0
    place = _middle(scene, "Take a ticket")
    screen.tap(*place)
    began = screen.tapped_at
    printer.wait_for_slip(number, timeout_seconds=PATIENCE_SECONDS)
    return printer.first_at - began, time.monotonic() - began


def touched(screen: VirtualScreen, scene: Scene, label: str) -> Scene:
    """Touch a button, and wait until the screen has changed and stands still."""
    before = screen.picture().tobytes()
    screen.tap(*_middle(scene, label))
    wait(lambda: screen.picture().tobytes() != before, what="another screen")
    time.sleep(0.3)
    return tap(scene, label)


def _middle(scene: Scene, label: str) -> tuple[int, int]:
    if not isinstance(scene, Screen):
        raise TypeError(scene)
    parts = [part for part in scene.parts() if part.action and getattr(part.value, "label", "") == label]
    x, y = scene._place(parts[0].rect).center  # noqa: SLF001 - where a finger would touch
    return x, y


if __name__ == "__main__":
    main()
