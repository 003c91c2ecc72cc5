"""The pictures of the boards in pygame, and how a pygame program is photographed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pygame
from PIL import Image

from display.screen import FOOT_SECONDS, BoardScene
from display.settings import Settings
from protocol.link import Link
from server.register import Register
from tests.browser import Hall
from tests.gallery import DrivenHall, save
from tests.pictures_floor import LIFT
from ui.loop import Loop, open_window, post
from ui.text import TextEngine
from ui.theme import load_theme

SIZE = (1920, 1080)
WIDTH = 960
PATIENCE_SECONDS = 30.0


def until(loop: Loop, condition: Callable[[], Any]) -> None:
    """Let a program's loop turn until this holds; raises when it does not in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"this did not come true in time: {loop.scene}"
        loop.step(0.02)
        time.sleep(0.02)  # who waits leaves the processor to whom it waits for


def photograph(loop: Loop, name: str, width: int) -> None:
    """Keep what a program's window shows."""
    loop.step(0.02)
    pixels = pygame.image.tobytes(loop.window, "RGB")
    save(Image.frombytes("RGB", loop.window.get_size(), pixels), name, width)


def take(hall: Hall, language: str) -> None:
    """Take the board with its calls, with a text beside them, and in an emergency."""
    ask = hall.integration
    with board(hall, language) as loop:
        turn_to(loop, lambda scene: scene.turn % len(scene.languages) == 0)
        photograph(loop, f"board-{language}", WIDTH)
        text = ask.done("announce", text=LIFT)[0]["seq"]
        turn_to(loop, lambda scene: says(scene, LIFT[language]))
        photograph(loop, f"board-text-{language}", WIDTH)
        ask.done("withdraw_announcement", announcement=text)
        ask.done("pause_hall", kind="emergency")
        until(loop, lambda: (page := scene_of(loop).page) and page.is_emergency)
        turn_to(loop, lambda scene: says(scene, "", language))
        photograph(loop, f"board-emergency-{language}", WIDTH)
        ask.done("resume_hall")


def take_interrupted(hall: DrivenHall, language: str) -> None:
    """Take the board after a power cut."""
    with board(hall, language) as loop:
        turn_to(loop, lambda scene: says(scene, "", language))
        photograph(loop, f"board-interrupted-{language}", WIDTH)


def take_withdrawn(hall: DrivenHall, language: str) -> None:
    """Take the numbers that the hall took back with a service, and then the service; it is resumed."""
    with board(hall, language) as loop:
        turn_to(loop, lambda scene: says(scene, hall.issued[-2], language))  # the last one was called
        photograph(loop, f"board-withdrawn-{language}", WIDTH)
        service = scene_of(loop).facts
        assert service
        turn_to(loop, lambda scene: says(scene, service.services["benefits"][language], language))
        photograph(loop, f"board-suspended-{language}", WIDTH)
    hall.integration.done("resume_service", service="benefits", reason="restored")


@contextmanager
def board(hall: Hall, language: str) -> Iterator[Loop]:
    """Run a board that follows the hall."""
    engine = TextEngine()
    window = open_window("board", SIZE, fullscreen=False)
    settings = Settings(language=language, directions={"2": "left", "3": "right", "5": "ahead"})
    loop = Loop(window, BoardScene(settings, cache(engine.can_show)), engine, load_theme())
    token = Register(hall.process.data).add_device(f"board-{time.monotonic_ns()}", "board", "")
    link = Link(hall.url, token, post)
    link.start()
    until(loop, lambda: scene_of(loop).is_linked and scene_of(loop).facts)
    yield loop
    link.close()
    pygame.display.quit()


def turn_to(loop: Loop, is_it: Callable[[BoardScene], bool]) -> None:
    """Let the board turn its pages until it shows this one."""

    def turned() -> bool:
        if is_it(scene_of(loop)):
            return True
        loop.step(FOOT_SECONDS)
        return False

    until(loop, turned)


def says(scene: BoardScene, text: str, language: str = "") -> bool:
    """Whether the notice that is shown has this text, and is in this language if one is named."""
    page = scene.page
    return page is not None and text in page.text and page.language == (language or page.language)


def scene_of(loop: Loop) -> BoardScene:
    """Give the board that a loop shows."""
    assert isinstance(loop.scene, BoardScene)
    return loop.scene
