"""The one loop of a pygame program: events in, the next scene, and only what changed onto the glass."""

import os
import threading
import time
from dataclasses import dataclass, field

import pygame

from ui.canvas import Canvas
from ui.scene import Released, Resized, Scanned, Scene
from ui.text import TextEngine
from ui.theme import Theme

FRAME_SECONDS = 1 / 30
"""No more is drawn than this often; a touch is looked for as often."""

GLANCE_SECONDS = 1 / 10
"""How often a program that nobody touches looks at the time; what the hall tells is taken at once."""

DEBOUNCE_SECONDS = 0.3
"""A second touch within this time is the same finger trembling."""

LONGEST_LINE = 300
"""More than this no scanner types; a thing that lies on the keyboard does."""

UNSEEN = {"dummy", "offscreen"}
"""SDL's drivers that show nothing: right only where somebody asked for them."""

MESSAGE = pygame.event.custom_type()

_told = threading.Event()


class NoScreen(Exception):  # noqa: N818 - a state of the machine, told as a sentence
    """A window cannot be opened here."""


def open_window(title: str, size: tuple[int, int], *, fullscreen: bool) -> pygame.Surface:
    """Open the program's window, the whole screen if asked; raises NoScreen.

    Only the display is started: ``pygame.init()`` would open the sound card and joysticks as well. Without
    a real GPU the accelerated window surface costs ten times the work and four times the memory.
    """
    if not getattr(pygame, "IS_CE", False):
        raise NoScreen("Wrong pygame: remove the package 'pygame' and reinstall 'pygame-ce'.")
    os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    os.environ.setdefault("SDL_VIDEO_ALLOW_SCREENSAVER", "0")
    try:
        _begin_display()
        window = (
            pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
            if fullscreen
            else pygame.display.set_mode(size, pygame.RESIZABLE)
        )
    except pygame.error as error:
        message = f"No window can be opened ({error}): start it on a machine with a screen, or set DISPLAY."
        raise NoScreen(message) from error
    pygame.display.set_caption(title)
    pygame.mouse.set_visible(not fullscreen)
    return window


def _begin_display() -> None:
    """Start SDL's display; raises pygame.error also where SDL would draw for nobody, and say nothing."""
    pygame.display.init()
    if pygame.display.get_driver() in UNSEEN and "SDL_VIDEODRIVER" not in os.environ:
        pygame.display.quit()
        message = "there is no screen"
        raise pygame.error(message)


def post(message: object) -> None:
    """Hand a message to the scene, from any thread."""
    pygame.event.post(pygame.event.Event(MESSAGE, message=message))
    _told.set()


@dataclass
class Loop:
    """Drives one scene after another on a window.

    ``step`` is one turn and takes the time as given, so that tests need no clock; ``run`` is steps until
    the window is closed, ``rest`` seconds apart while nothing is told.
    """

    window: pygame.Surface
    scene: Scene
    engine: TextEngine
    theme: Theme
    rest: float = FRAME_SECONDS
    canvas: Canvas = field(init=False)
    _since_touch: float = DEBOUNCE_SECONDS
    _drawn: Scene | None = None
    _typed: str = ""

    def __post_init__(self) -> None:
        """Put a canvas on the window."""
        self.canvas = Canvas(self.window, self.engine, self.theme)

    def run(self) -> None:
        """Run until the window is closed."""
        before = now = time.monotonic()
        while self.step(now - before):
            before = now
            # SDL's own wait looks for events a thousand times a second: ten times the work of this one.
            if _told.wait(self.rest):
                time.sleep(max(0.0, before + FRAME_SECONDS - time.monotonic()))
                _told.clear()
            now = time.monotonic()

    def step(self, seconds: float) -> bool:
        """Take what happened, let the time pass, show what changed; False when the window was closed."""
        self._since_touch += seconds
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                return False
            self._take(event)
        self.scene = self.scene.tick(seconds)
        if self.scene != self._drawn:
            self.scene.draw(self.canvas)
            self._drawn = self.scene
            if changed := self.canvas.finish():
                pygame.display.update(changed)
        return True

    def _take(self, event: pygame.Event) -> None:
        """Give one event to the scene."""
        if event.type == MESSAGE:
            self.scene = self.scene.see(event.message)
        elif event.type == pygame.FINGERDOWN:
            width, height = self.window.get_size()
            self._touch(int(event.x * width), int(event.y * height))
        elif event.type == pygame.MOUSEBUTTONDOWN:
            # SDL makes a mouse event of every finger: the finger's own event was already taken.
            if event.button == pygame.BUTTON_LEFT and not event.touch:
                self._touch(*event.pos)
        elif event.type == pygame.FINGERUP or (event.type == pygame.MOUSEBUTTONUP and not event.touch):
            self.scene = self.scene.see(Released())
        elif event.type == pygame.TEXTINPUT:
            self._typed = (self._typed + event.text)[-LONGEST_LINE:]
        elif event.type == pygame.KEYDOWN and event.key in {pygame.K_RETURN, pygame.K_KP_ENTER}:
            typed, self._typed = self._typed, ""
            self.scene = self.scene.see(Scanned(typed))
        elif event.type in {pygame.WINDOWSIZECHANGED, pygame.WINDOWEXPOSED}:
            self._start_over()
            self.scene = self.scene.see(Resized(*self.window.get_size()))

    def _touch(self, x: int, y: int) -> None:
        if self._since_touch >= DEBOUNCE_SECONDS:
            self._since_touch = 0.0
            self.scene = self.scene.touch(x, y)

    def _start_over(self) -> None:
        """Draw everything anew: the window has another size, or was covered."""
        self.window = pygame.display.get_surface() or self.window
        self.canvas = Canvas(self.window, self.engine, self.theme)
        self._drawn = None
        pygame.display.flip()
