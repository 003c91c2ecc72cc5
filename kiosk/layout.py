"""Where things stand on a kiosk's screen, for any size and either orientation. Pure.

Everything is measured in a hundredth of the shorter side, so that a button keeps its share of the glass:
9 hundredths of the smallest screen supported (720 high, a common 15-inch panel) are more than 15 mm.
"""

from dataclasses import dataclass
from math import ceil

from pygame import Rect

Size = tuple[int, int]

GAP = 2
MARGIN = 4
BUTTON = 10
"""The least height of what is touched."""


@dataclass(frozen=True)
class Frame:
    """The regions of a screen, from its top to its bottom."""

    hall: Rect
    notices: tuple[Rect, ...]
    title: Rect
    body: Rect
    bottom: Rect


@dataclass(frozen=True)
class Layout:
    """A screen's size, and whether all that is touched is kept in its lower half."""

    size: Size
    is_low: bool

    def __call__(self, hundredths: float) -> int:
        """Give pixels."""
        return int(min(self.size) * hundredths / 100)

    @property
    def is_portrait(self) -> bool:
        """Tell whether the screen is higher than wide."""
        return self.size[1] > self.size[0]

    @property
    def whole(self) -> Rect:
        """Give the whole screen."""
        return Rect((0, 0), self.size)

    def frame(self, *, notices: int = 0, bottom_rows: int = 1) -> Frame:
        """Divide the screen; a portrait screen keeps what is touched within reach, below its title."""
        width, height = self.size
        margin, gap = self(MARGIN), self(GAP)
        inner = width - 2 * margin
        hall = Rect(margin, self(2.5), inner, self(8))
        high = self(10 if self.is_portrait else 7)  # a sentence of two lines where a screen is narrow
        bars = tuple(
            Rect(margin, hall.bottom + self(1.5) + i * (high + self(1)), inner, high) for i in range(notices)
        )
        bottom_height = bottom_rows * self(BUTTON) + (bottom_rows - 1) * gap
        bottom = Rect(margin, height - margin - bottom_height, inner, bottom_height)
        title_top = (bars[-1] if bars else hall).bottom + gap
        body_top = title_top + self(12)
        if self.is_portrait:
            body_top = max(body_top, bottom.top - self(118))
        if self.is_low:
            body_top = max(body_top, height // 2)
        body = Rect(margin, body_top, inner, bottom.top - self(3) - body_top)
        title = Rect(margin, title_top, inner, body_top - gap - title_top)
        return Frame(hall, bars, title, body, bottom)

    def stacked(self, room: Rect, *heights: float) -> list[Rect]:
        """Give places of these heights, in hundredths, one under the other in the middle of a region."""
        scale = min(1.0, room.h / self(sum(heights)))
        top = room.y + (room.h - int(scale * self(sum(heights)))) // 2
        places = []
        for height in heights:
            places.append(Rect(room.x, top, room.w, int(scale * self(height))))
            top = places[-1].bottom
        return places

    def grid(self, place: Rect, count: int, columns: int, *, highest: float) -> list[Rect]:
        """Give ``count`` places in rows of ``columns``; low or in portrait they stand at the bottom."""
        gap = self(GAP)
        rows = max(1, ceil(count / columns))
        width = (place.w - gap * (columns - 1)) // columns
        height = min(self(highest), (place.h - gap * (rows - 1)) // rows)
        used = rows * height + (rows - 1) * gap
        top = place.bottom - used if self.is_low or self.is_portrait else place.top
        return [
            Rect(place.x + i % columns * (width + gap), top + i // columns * (height + gap), width, height)
            for i in range(count)
        ]

    def rows(self, place: Rect, count: int, rows: int) -> list[Rect]:
        """Give ``count`` places in so many rows, each row over the whole width, the first ones the fuller."""
        gap = self(GAP)
        height = (place.h - gap * (rows - 1)) // rows
        places = []
        for i in range(rows):
            line = Rect(place.x, place.y + i * (height + gap), place.w, height)
            places += self.row(line, count // rows + (i < count % rows))
        return places

    def row(self, place: Rect, count: int) -> list[Rect]:
        """Divide a region into ``count`` places side by side."""
        gap = self(GAP)
        width = (place.w - gap * (count - 1)) // max(1, count)
        return [Rect(place.x + i * (width + gap), place.y, width, place.h) for i in range(count)]
