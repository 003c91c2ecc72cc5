"""What scenes draw on: parts that are painted only when their value changed, and text that fits its place."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pygame
from pygame import Rect, Surface

from ui.text import Colour, TextEngine
from ui.theme import Theme

CACHED_LINES = 600

Paint = Callable[["Canvas", Rect, Any], None]


class Canvas:
    """A window's surface with the engine and the theme, and the memory of what stands on it."""

    def __init__(self, surface: Surface, engine: TextEngine, theme: Theme) -> None:
        """Start with an empty surface."""
        self.surface, self.engine, self.theme = surface, engine, theme
        self._wanted: dict[tuple[int, int, int, int], tuple[Paint, Any]] = {}
        self._standing: dict[tuple[int, int, int, int], tuple[Paint, Any]] = {}
        self._lines: OrderedDict[tuple[str, int, Colour, str, bool], Surface] = OrderedDict()
        surface.fill(theme.ground)

    @property
    def rect(self) -> Rect:
        """The whole canvas."""
        return self.surface.get_rect()

    def part(self, rect: Rect, value: Any, paint: Paint) -> None:
        """Want ``paint(canvas, rect, value)`` at this place.

        It runs only when another value stands there, so the value holds all that the part shows and nothing
        that it does not. Parts do not overlap; the ground under a part is cleared before it is painted.
        """
        self._wanted[(rect.x, rect.y, rect.w, rect.h)] = (paint, value)

    def finish(self) -> list[Rect]:
        """Paint the parts that changed and clear those no longer wanted; give what changed."""
        gone = [Rect(place) for place in self._standing.keys() - self._wanted.keys()]
        for rect in gone:
            self.surface.fill(self.theme.ground, rect)
        changed = list(gone)
        for place, part in self._wanted.items():
            rect = Rect(place)
            if self._standing.get(place) != part or rect.collidelist(gone) >= 0:
                self._paint(rect, *part)
                changed.append(rect)
        self._standing, self._wanted = self._wanted, {}
        return changed

    def _paint(self, rect: Rect, paint: Paint, value: Any) -> None:
        self.surface.set_clip(rect)
        self.surface.fill(self.theme.ground, rect)
        paint(self, rect, value)
        self.surface.set_clip(None)

    def box(self, rect: Rect, colour: Colour, *, radius: int = 0, border: int = 0) -> None:
        """Draw a filled box, or only its border."""
        pygame.draw.rect(self.surface, colour, rect, border, border_radius=radius)

    def text(
        self,
        rect: Rect,
        text: str,
        size: int,
        *,
        colour: Colour,
        align: str = "start",
        direction: str = "ltr",
        bold: bool = False,
    ) -> Rect:
        """Write one line into ``rect``, smaller if it would not fit, its capitals in the vertical middle.

        ``align`` is ``start``, ``middle`` or ``end`` in the language's ``direction``. Gives the ink's place.
        """
        size = self.engine.fitting(text, size, rect.w, bold=bold)
        line = self._line(text, size, colour, direction, bold=bold)
        free = rect.w - line.get_width()
        at_left = (align == "start") == (direction == "ltr")
        if align == "middle":
            ink = line.get_bounding_rect()
            x = rect.x + (rect.w - ink.w) // 2 - ink.x
        else:
            x = rect.x + (0 if at_left else free)
        capital = self.engine.capital_height(size, bold=bold)
        y = rect.y + (rect.h + capital) // 2 - self.engine.ascent(size, bold=bold)
        return self.surface.blit(line, (x, y))

    def paragraph(
        self,
        rect: Rect,
        text: str,
        size: int,
        *,
        colour: Colour,
        align: str = "start",
        direction: str = "ltr",
        bold: bool = False,
    ) -> None:
        """Write a text over as many lines as it needs, in the vertical middle, smaller until all fit."""
        lines = self.engine.wrap(text, size, rect.w, bold=bold)
        while size > 8 and line_height(size) * len(lines) > rect.h:  # noqa: PLR2004 - below this nobody reads
            size = size * 9 // 10
            lines = self.engine.wrap(text, size, rect.w, bold=bold)
        high = line_height(size)
        top = rect.y + (rect.h - high * len(lines)) // 2
        for i, line in enumerate(lines):
            place = Rect(rect.x, top + i * high, rect.w, high)
            self.text(place, line, size, colour=colour, align=align, direction=direction, bold=bold)

    def _line(self, text: str, size: int, colour: Colour, direction: str, *, bold: bool) -> Surface:
        """Give the line's surface, from the cache when it was written before."""
        key = (text, size, colour, direction, bold)
        if key not in self._lines:
            picture = self.engine.line(text, size, bold=bold, colour=colour, direction=direction)
            self._lines[key] = pygame.image.frombuffer(
                picture.tobytes(), picture.size, "RGBA"
            ).convert_alpha()
            if len(self._lines) > CACHED_LINES:
                self._lines.popitem(last=False)
        self._lines.move_to_end(key)
        return self._lines[key]


def line_height(size: int) -> int:
    """Give the distance of lines in a paragraph."""
    return size * 4 // 3


def mirrored(rect: Rect, within: Rect, direction: str) -> Rect:
    """Give the place for a language's direction: itself, or its mirror image in ``within``."""
    if direction == "ltr":
        return Rect(rect)
    return Rect(within.left + within.right - rect.right, rect.y, rect.w, rect.h)
