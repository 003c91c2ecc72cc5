"""One hall as its people meet it: a touch, a slip, a call, a lit board, a voice; every part is real."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest
from PIL import Image
from playwright.sync_api import Page

from display.sound import RATE, chime
from kiosk.printing.simulated import PtyFace, Simulator, TcpFace
from protocol.link import Reply
from server.register import Register
from tests import browser
from tests.hall_process import ROOT, HallProcess
from tests.kiosk_hall import Notes, home, tap
from tests.slips import qr_codes
from tests.test_kiosk_window import drawn, middle
from tests.virtual_screen import PATIENCE_SECONDS, VirtualScreen, wait
from ui.language import config_folder, texts
from ui.loop import open_window
from ui.text import TextEngine

chromium = browser.chromium
page = browser.page

NUMBER = re.compile(r"[A-H]\d{3}")
A_PRESS_MS = 700
"""A second press sooner than this is the same press to the desk's page, which is what a hasty hand needs."""
LEGIBLE = 60
"""The least height in pixels of a number meant to be read from afar."""
READ_AT = 80
"""The height in pixels to which a reader of book pages is given such a number."""


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallProcess]:
    """Run the demonstration hall."""
    (tmp_path / "data").mkdir()
    process = HallProcess(tmp_path / "data", config_folder() / "halls" / "demo.toml").start()
    yield process
    process.stop()


@contextmanager
def program(screen: VirtualScreen, *words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of the programs on a screen, and end it by Ctrl-C; it must end well."""
    command = [sys.executable, "-m", *words, "--fullscreen"]
    process = subprocess.Popen(command, cwd=ROOT, env=screen.environment | environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0


def numbers_read(picture: Image.Image, folder: Path) -> list[str]:
    """Read the ticket numbers of a picture, band by band, with a reader that knows nothing of us."""
    grey = picture.convert("L")
    paper = max((count, level) for level, count in enumerate(grey.histogram()))[1]
    ink = np.abs(np.asarray(grey).astype(int) - paper)
    rows = np.flatnonzero(np.diff(np.r_[0, (ink > 60).any(axis=1), 0]))
    found = []
    for top, bottom in zip(rows[::2], rows[1::2], strict=True):
        if bottom - top >= LEGIBLE:
            band = Image.fromarray((255 - np.pad(ink[top:bottom], 20).clip(0, 255)).astype(np.uint8))
            band.thumbnail((band.width, READ_AT))
            band.save(folder / "band.png")
            command = ["tesseract", str(folder / "band.png"), "-", "--psm", "7"]
            command += ["-c", "tessedit_char_whitelist=ABCDEFGH0123456789"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found += NUMBER.findall(done.stdout)
    return found


@pytest.fixture
def sheet(monkeypatch: pytest.MonkeyPatch) -> Iterator[pygame.Surface]:
    """Give a surface on which the test draws what a kiosk should show."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield open_window("sheet", (1280, 720), fullscreen=False)
    pygame.display.quit()


def take_ticket(hall: HallProcess, face: type[TcpFace | PtyFace], sheet: pygame.Surface, folder: Path) -> str:
    """Tap a kiosk's real window until a slip comes out; gives the number that the slip shows."""
    screen, printer, server = VirtualScreen(), Simulator(folder=folder), f"http://127.0.0.1:{hall.port}"
    token = Register(hall.data).add_device(f"kiosk-{face.__name__}", "kiosk", "")
    words = ["kiosk", "--server", server, "--token", token, "--printer"]
    with face(printer) as plug, program(screen, *words, plug.url):
        # No desk is open yet: the kiosk says so, and how many wait.
        scene = home(Notes(), size=(1280, 720)).see(Reply("queues", *hall.get("/api/v1/queues")))
        for label in ("Ümumvətəndaş pasportu", texts("az").gettext("Take a ticket")):
            wait_until_shown(screen, drawn(scene, sheet, TextEngine()), label)
            screen.tap(*middle(scene, label))
            scene = tap(scene, label)
        slip = printer.wait_for_slip(1, timeout_seconds=PATIENCE_SECONDS)
    screen.close()
    assert slip.errors == []
    [code] = qr_codes(slip.picture)
    assert re.fullmatch(
        r"http://127\.0\.0\.1:8000/visit/\d{6}-[A-H]\d{3}-[0-9a-f]{32}#\d+-[0-9a-f]{16}", code
    )
    [number] = set(numbers_read(slip.picture, folder))
    assert number in code
    return number


def wait_until_shown(screen: VirtualScreen, pixels: bytes, button: str) -> None:
    """Wait until the kiosk shows, to the pixel, the scene with this button."""
    wait(lambda: screen.picture().tobytes() == pixels, what=f"the screen with {button}")


def wait_for_still_picture(screen: VirtualScreen) -> None:
    """Wait until the window is drawn, has its hall, and changes no more."""
    last = b""

    def is_still() -> bool:
        nonlocal last
        before, last = last, screen.picture().tobytes()
        return before == last and len(set(last[:: len(last) // 997])) > 3

    wait(is_still, what="a still picture")


def sign_in(page: Page, hall: HallProcess, desk: str) -> None:
    """Log an operator in, in a real browser, and open a desk."""
    password = Register(hall.data).add_operator("aysel", "operator")
    page.goto(f"http://127.0.0.1:{hall.port}/desk?lang=en")
    page.fill("[name=name]", "aysel")
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.locator(".desk", has=page.locator(".desk-number", has_text=re.compile(f"^{desk}$"))).click()
    page.wait_for_selector(".at-work")


def press(page: Page, state: str) -> str:
    """Press the desk's one key until the ticket is in a state; gives the number that the desk shows."""
    page.wait_for_selector("button[aria-keyshortcuts=F9][aria-disabled=false]")
    page.wait_for_timeout(A_PRESS_MS)
    page.keyboard.press("F9")
    page.wait_for_selector(f".ticket[data-state={state}]")
    return page.locator(".number").inner_text()


def issued(hall: HallProcess) -> list[dict[str, Any]]:
    """Read from the log which tickets the server issued."""
    reader = Register(hall.data).add_device("auditor", "reader", "")
    _, log = hall.get("/api/v1/events?since=0", reader)
    return [event for event in log["events"] if event["type"] == "ticket_issued"]


def stretches(sound: bytes) -> list[tuple[int, int]]:
    """Give where each announcement stands in the sound: from its chime to the next one's, in samples."""
    starts, bell = [], chime().strip(b"\0")
    at = sound.find(bell)
    while at >= 0:
        starts.append(at)
        at = sound.find(bell, at + len(bell))
    return list(zip(starts, [*starts[1:], len(sound)], strict=True))


@pytest.mark.slow
def test_from_a_touch_to_a_spoken_call(
    hall: HallProcess, page: Page, sheet: pygame.Surface, tmp_path: Path
) -> None:
    """Two visitors take slips, over TCP and a serial line; both are called, shown within a second, heard."""
    first = take_ticket(hall, TcpFace, sheet, tmp_path / "tcp")
    second = take_ticket(hall, PtyFace, sheet, tmp_path / "pty")
    assert [event["ticket"] for event in issued(hall)] == [first, second]
    screen, sound, settings = VirtualScreen(), tmp_path / "sound.raw", tmp_path / "board.toml"
    settings.write_text("volume = 100\n")
    token = Register(hall.data).add_device("board", "board", "")
    words = ["--server", f"http://127.0.0.1:{hall.port}", "--token", token, "--settings", str(settings)]
    card = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(sound)}
    with program(screen, "display", *words, **card):
        wait_for_still_picture(screen)
        sign_in(page, hall, "1")
        called: list[str] = []
        seen: list[Image.Image] = []
        for number in (first, second):
            if called:
                press(page, "serving")
            called.append(press(page, "called"))
            page.wait_for_timeout(1000)
            seen.append(screen.picture())
            assert called[-1] == number
        wait(lambda: len(stretches(sound.read_bytes())) == 2, what="two chimes")
        ended = time.monotonic() + 12
        wait(lambda: time.monotonic() > ended)
    screen.close()
    for number, picture in zip(called, seen, strict=True):
        assert numbers_read(picture, tmp_path)[0] == number
    for start, end in stretches(sound.read_bytes()):
        said = np.abs(
            np.frombuffer(sound.read_bytes()[start : end - (end - start) % 2], np.int16).astype(int)
        )
        assert (said > 1000).sum() > RATE, "a call is more than a chime"
        assert said[-RATE // 10 :].max() < 200, "it has ended before the next one begins"
