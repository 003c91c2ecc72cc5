"""Ten digits to touch, and the screens that ask a visitor for some: a booking's code, a document's number."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from pygame import Rect

from kiosk.layout import Frame
from kiosk.paint import Part
from kiosk.scenes.screen import LABEL, TITLE, Action, Screen
from kiosk.slips import grouped
from ui.scene import Scanned, Scene

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "enter")


def keys(screen: Screen, room: Rect) -> list[Part]:
    """Lay out ten digits, a key to erase and one to enter; each is the action ``key``."""
    place = screen.known.layout
    width = min(room.w, place(80))
    columns = 6 if place.is_low and not place.is_portrait else 3
    pad = Rect(room.centerx - width // 2, room.y, width, room.h)
    # Digits stand in one order everywhere, so they are not mirrored: mirrored twice.
    spots = [screen._place(spot) for spot in place.grid(pad, len(KEYS), columns, highest=14)]  # noqa: SLF001 - one's own
    labels = {"erase": "⌫", "enter": screen.t.gettext("Enter")}
    return [
        screen.button(spot, ("key", key), labels.get(key, key), "primary" if key == "enter" else "plain")
        for spot, key in zip(spots, KEYS, strict=True)
    ]


def divided(screen: Screen, frame: Frame) -> tuple[Rect, Rect]:
    """Give the place of what was typed, and that of the keys under it."""
    place, body = screen.known.layout, frame.body
    typed = Rect(body.x, body.y, body.w, place(8))
    top = typed.bottom + place(2)
    return typed, Rect(body.x, top, body.w, body.bottom - top)


@dataclass(frozen=True, kw_only=True)
class EnterDigits(Screen):
    """Asks for digits, typed here or read by a scanner."""

    back: Screen = field(compare=False)
    digits: str = ""

    @property
    @abstractmethod
    def question(self) -> tuple[str, str]:
        """Give the title, and a sentence shown until the first digit."""

    @property
    @abstractmethod
    def bounds(self) -> tuple[int, int]:
        """Give how many digits there are at least and at most."""

    @abstractmethod
    def entered(self, text: str) -> Scene:
        """Give the screen that follows."""

    def parts(self) -> Sequence[Part]:
        """Lay out the question, what was typed, and the keys."""
        frame = self.frame()
        title, hint = self.question
        typed, pad = divided(self, frame)
        told = (
            replace(self.words(grouped(self.digits), TITLE, bold=True, align="middle"), direction="ltr")
            if self.digits
            else self.words(hint, LABEL, align="middle")
        )
        return [*self.top(frame, title), Part(typed, told), *keys(self, pad), *self.ways(frame)]

    def press(self, action: Action) -> Scene:
        """Take a key, or go back."""
        fewest, most = self.bounds
        match action:
            case ("key", "erase"):
                return self._typed(self.digits[:-1])
            case ("key", "enter"):
                return self.entered(self.digits) if len(self.digits) >= fewest else self
            case ("key", digit):
                return self._typed((self.digits + digit)[:most])
            case ("back",):
                return self.back.resumed(self.known)
        return self.start()

    def see(self, message: object) -> Scene:
        """Take what a scanner read as if it were typed."""
        match message:
            case Scanned(text) if text.strip():
                return self.entered(text.strip())
        return super().see(message)

    def _typed(self, digits: str) -> Self:
        return self._with(digits=digits)
