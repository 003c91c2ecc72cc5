"""The kiosk as a program: in its loop, in a window on a virtual screen, with a real hall and printer."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pygame
import pytest

from kiosk.counter import Counter
from kiosk.printing.simulated import Simulator, TcpFace
from kiosk.scenes.choosing import Home
from kiosk.scenes.moment import OneMoment
from kiosk.scenes.screen import Screen
from kiosk.scenes.staff import PinPad
from kiosk.scenes.start import first_screen
from kiosk.scenes.thanks import Thanks
from protocol.link import Answer, Link
from server.register import Register
from tests.hall_process import ROOT, HallProcess
from tests.kiosk_hall import ISSUED, Notes, home, known, said, tap
from tests.virtual_screen import PATIENCE_SECONDS, VirtualScreen, wait
from ui.canvas import Canvas
from ui.language import config_folder
from ui.loop import Loop, open_window, post
from ui.scene import Scene
from ui.text import TextEngine
from ui.theme import load_theme

SIZE = (1280, 720)


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    return TextEngine()


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[pygame.Surface]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield open_window("test", SIZE, fullscreen=False)
    pygame.display.quit()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    """Run the demonstration hall."""
    process = HallProcess(tmp_path_factory.mktemp("hall"), config_folder() / "halls" / "demo.toml")
    yield process.start()
    process.stop()


def token(hall: HallProcess, role: str, name: str) -> str:
    """Make a device's token."""
    return Register(hall.data).add_device(name, role, "")


def middle(scene: Scene, label: str) -> tuple[int, int]:
    """Give the middle of the button with this label."""
    assert isinstance(scene, Screen)
    [part] = [part for part in scene.parts() if part.action and getattr(part.value, "label", "") == label]
    x, y = scene._place(part.rect).center
    return x, y


def finger(scene: Scene, label: str) -> None:
    """Tap as a touch screen does: SDL reports the finger, and makes a mouse event of it as well."""
    x, y = middle(scene, label)
    where = {"x": (x + 0.5) / SIZE[0], "y": (y + 0.5) / SIZE[1]}
    down = {"touch_id": 1, "finger_id": 1, "dx": 0.0, "dy": 0.0, "pressure": 1.0, **where}
    pygame.event.post(pygame.event.Event(pygame.FINGERDOWN, down))
    mouse = {"pos": (x, y), "button": 1, "touch": True}
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, mouse))


def test_fingers_take_a_ticket_once(window: pygame.Surface, engine: TextEngine) -> None:
    """Three taps, each reported twice by SDL and the last one trembling: one command, one slip."""
    notes = Notes()
    loop = Loop(window, home(notes, size=SIZE), engine, load_theme())
    for label in ("English", "Passport", "Take a ticket"):
        loop.step(0.4)
        finger(loop.scene, label)
    finger(loop.scene, "Take a ticket")
    loop.step(0.4)
    assert isinstance(loop.scene, OneMoment)
    [command] = notes.sent
    post(Answer(command.id, {"ok": True, "events": [ISSUED]}))
    loop.step(0.1)
    assert isinstance(loop.scene, Thanks)
    assert len(notes.slips) == 1


def test_a_finger_that_lies_on_the_halls_name_opens_the_staffs_door(
    window: pygame.Surface, engine: TextEngine
) -> None:
    """Unless it is lifted before; the loop tells both."""
    loop = Loop(window, home(Notes(), size=SIZE), engine, load_theme())
    where = {"touch_id": 1, "finger_id": 1, "x": 0.5, "y": 0.06, "dx": 0.0, "dy": 0.0, "pressure": 1.0}
    for seconds, scene in ((2.0, Home), (3.1, PinPad)):
        pygame.event.post(pygame.event.Event(pygame.FINGERDOWN, where))
        loop.step(0.4)
        loop.step(seconds)
        pygame.event.post(pygame.event.Event(pygame.FINGERUP, where))
        loop.step(0.1)
        assert isinstance(loop.scene, scene)


def test_what_a_scanner_types_is_one_line(window: pygame.Surface, engine: TextEngine) -> None:
    """Letter by letter, until its Enter; and the next line begins anew."""
    notes = Notes()
    loop = Loop(window, home(notes, size=SIZE), engine, load_theme())
    for letter in f"x{ISSUED['token']}":
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, {"text": letter}))
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, {"key": pygame.K_RETURN}))
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, {"key": pygame.K_RETURN}))
    loop.step(0.1)
    assert [path for _, path, _ in notes.asked] == [f"/api/v1/visits/{ISSUED['token']}"]


def test_an_idle_kiosk_costs_next_to_nothing(window: pygame.Surface, engine: TextEngine) -> None:
    """Twenty seconds of the first screen take less than a hundredth of that from the processor."""
    loop = Loop(window, home(Notes(), size=SIZE), engine, load_theme())
    loop.step(0.1)
    before = time.process_time()
    for _ in range(20 * 30):
        loop.step(1 / 30)
    assert time.process_time() - before < 0.2


def test_a_turned_window_is_touched_where_it_is_seen(window: pygame.Surface, engine: TextEngine) -> None:
    """The scenes learn the window's size from the loop."""
    loop = Loop(window, home(Notes(), size=(1080, 1920)), engine, load_theme())
    pygame.event.post(pygame.event.Event(pygame.WINDOWSIZECHANGED, {"x": SIZE[0], "y": SIZE[1]}))
    loop.step(0.1)
    assert isinstance(loop.scene, Home)
    assert loop.scene.known.size == SIZE


@pytest.mark.slow
def test_a_hall_that_is_killed_and_started_is_lost_and_found(
    window: pygame.Surface, engine: TextEngine, tmp_path: Path
) -> None:
    """The screen says that no tickets can be given, and then gives them again."""
    hall = HallProcess(tmp_path, config_folder() / "halls" / "demo.toml").start()
    counter = Counter(post, lambda _: None, printer_name="printer")
    link = Link(f"http://127.0.0.1:{hall.port}", token(hall, "kiosk", "entrance"), counter.hear)
    counter.link = link
    loop = Loop(window, first_screen(replace(known(Notes(), SIZE), counter=counter)), engine, load_theme())
    link.start()
    wait(lambda: loop.step(0.01) and isinstance(loop.scene, Home) and loop.scene.known.is_linked)
    hall.kill()
    wait(lambda: loop.step(0.01) and not loop.scene.known.is_linked)  # type: ignore[attr-defined]
    assert any("not connected" in sentence for sentence in said(tap(loop.scene, "English")))
    hall.start()
    wait(lambda: loop.step(0.01) and loop.scene.known.is_linked)  # type: ignore[attr-defined]
    loop.scene = tap(tap(tap(loop.scene, "English"), "Passport"), "Take a ticket")
    wait(lambda: loop.step(0.01) and isinstance(loop.scene, Thanks))
    link.close()
    hall.stop()
    assert isinstance(loop.scene, Thanks)
    assert loop.scene.issued["ticket"] == "A001"


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    screen = VirtualScreen()
    yield screen
    screen.close()


def drawn(scene: Scene, surface: pygame.Surface, engine: TextEngine) -> bytes:
    """Give the pixels that a scene should be."""
    canvas = Canvas(surface, engine, load_theme())
    scene.draw(canvas)
    canvas.finish()
    return pygame.image.tobytes(surface, "RGB")


@pytest.mark.slow
def test_the_programs_window_is_tapped_and_a_slip_comes_out(
    hall: HallProcess, screen: VirtualScreen, window: pygame.Surface, engine: TextEngine, tmp_path: Path
) -> None:
    """The window shows what the scenes say, to the pixel; the slip has the number that the hall issued."""

    def shows(scene: Scene) -> None:
        pixels = drawn(scene, window, engine)
        wait(lambda: screen.picture().tobytes() == pixels)

    simulator = Simulator(folder=tmp_path)
    with TcpFace(simulator) as face:
        options = ["--server", f"http://127.0.0.1:{hall.port}", "--token", token(hall, "kiosk", "window")]
        command = [sys.executable, "-m", "kiosk", *options, "--printer", face.url, "--fullscreen"]
        kiosk = subprocess.Popen(command, cwd=ROOT, env=screen.environment, stdout=subprocess.PIPE, text=True)
        scene = home(Notes(), size=SIZE)
        shows(scene)
        for label in ("English", "Passport"):
            screen.tap(*middle(scene, label))
            scene = tap(scene, label)
            shows(scene)
        screen.tap(*middle(scene, "Take a ticket"))
        slip = simulator.wait_for_slip(1, timeout_seconds=PATIENCE_SECONDS)
        reader = token(hall, "reader", "reader")
        wait(lambda: _of_type(hall, reader, "slip_printed"))
        kiosk.send_signal(signal.SIGINT)
        told, _ = kiosk.communicate(timeout=PATIENCE_SECONDS)
    [issued] = _of_type(hall, reader, "ticket_issued")
    [printed] = _of_type(hall, reader, "slip_printed")
    assert any(issued["ticket"] in line for line in slip.lines)
    assert (printed["ticket"], printed["outcome"]) == (issued["ticket"], "printed")
    assert kiosk.returncode == 0
    assert f"1280x720, slips go to {face.url}" in told
    assert "Connected to the hall." in told


def _of_type(hall: HallProcess, reader: str, kind: str) -> list[dict[str, Any]]:
    status, log = hall.get("/api/v1/events", reader)
    assert status == 200
    return [event for event in log["events"] if event["type"] == kind]
