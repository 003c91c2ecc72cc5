"""What a pygame program shows: a scene is a value, and each step gives the scene to show next."""

from dataclasses import dataclass
from typing import Protocol

from ui.canvas import Canvas


@dataclass(frozen=True)
class Resized:
    """A message of the loop: the window has another size now."""

    width: int
    height: int


@dataclass(frozen=True)
class Released:
    """A message of the loop: the finger, or the mouse's button, was lifted."""


@dataclass(frozen=True)
class Scanned:
    """A message of the loop: a line was typed, as scanners do that pass for keyboards."""

    text: str


class Scene(Protocol):
    """One screen: time, touches and messages come in, the next scene comes out. Testable without a window.

    A scene equal to the one that is shown is not drawn again; so mark what is not seen ``compare=False``.
    """

    def draw(self, canvas: Canvas) -> None:
        """Say what stands where, by ``canvas.part``; changes nothing."""

    def touch(self, x: int, y: int) -> "Scene":
        """Take one touch, of a finger or the mouse, at this pixel."""

    def tick(self, seconds: float) -> "Scene":
        """Let time pass; a scene that stays as it is returns itself."""

    def see(self, message: object) -> "Scene":
        """Take a message that a thread posted: the link, the printer, the voice."""
