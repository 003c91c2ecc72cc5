"""The paper of the simulated printer: what the commands put on it, dot by dot, and in words."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import segno
from PIL import Image, ImageChops

from ui.text import TextEngine

CELL = 12, 24
"""Dots of a letter in font A."""
BASELINE = 19
GLYPH_PIXELS = 24
LINE_SPACING = 30
MARGIN = 24
INK = 110
WHITE, BLACK = 255, 0


@dataclass(slots=True)
class Slip:
    """One slip: its picture, and what stands on it."""

    lines: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received: int = 0
    picture: Image.Image = field(default_factory=lambda: Image.new("L", (1, 1)))
    png: Path | None = None


@dataclass(slots=True)
class Look:
    """How the next letters and rows look."""

    width: int = 1
    height: int = 1
    bold: bool = False
    align: int = 0
    spacing: int = LINE_SPACING


class Paper:
    """A roll of this many dots across; letters gather in a line until it is fed."""

    def __init__(self, width: int) -> None:
        """Begin with a blank roll."""
        self._width = width
        self._engine = TextEngine()
        self._glyph = lru_cache(maxsize=400)(self._draw_glyph)
        self.look = Look()
        self.slip = Slip()
        self._strips: list[Image.Image] = []
        self._line: list[Image.Image] = []
        self._words = ""

    @property
    def is_mid_line(self) -> bool:
        """Tell whether letters wait in the line."""
        return bool(self._line)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is on the paper since the last cut."""
        return not self._strips and not self._line

    def initialise(self) -> None:
        """Forget how letters look, and those not yet printed."""
        self.look = Look()
        self._line, self._words = [], ""

    def write(self, text: str) -> None:
        """Put letters into the line; a full line is printed, as printers do, but it is remarked."""
        for letter in text:
            glyph = self._glyph(letter, self.look.width, self.look.height, self.look.bold)
            if sum(one.width for one in self._line) + glyph.width > self._width:
                self.slip.errors.append(f"the line is full before {letter!r}")
                self.feed_line()
            self._line.append(glyph)
            self._words += letter

    def _draw_glyph(self, letter: str, width: int, height: int, bold: bool) -> Image.Image:  # noqa: FBT001 - a key
        """Draw a letter into its cell, and enlarge the dots."""
        cell = self._cell(letter)
        if bold:
            cell = ImageChops.lighter(cell, ImageChops.offset(cell, 1, 0))
        dots = cell.point([WHITE if level < INK else BLACK for level in range(256)])
        return dots.resize((CELL[0] * width, CELL[1] * height), Image.Resampling.NEAREST)

    def _cell(self, letter: str) -> Image.Image:
        """Fit a letter into its cell, squeezed where it is too wide or, with an accent, too high."""
        ink = self._engine.line(letter, GLYPH_PIXELS).getchannel("A")
        ascent = self._engine.ascent(GLYPH_PIXELS)
        ink = ink.resize((min(ink.width, CELL[0] - 1), ink.height))
        top = (ink.getbbox() or (0, ascent))[1]
        over = ink.crop((0, min(top, ascent - BASELINE), ink.width, ascent)).resize((ink.width, BASELINE))
        cell = Image.new("L", CELL, 0)
        cell.paste(over, ((CELL[0] - ink.width) // 2, 0))
        cell.paste(ink.crop((0, ascent, ink.width, ink.height)), ((CELL[0] - ink.width) // 2, BASELINE))
        return cell

    def feed_line(self, least: int | None = None) -> None:
        """Print the line and feed: at least the line spacing, or ``least`` dots."""
        height = max((glyph.height for glyph in self._line), default=0)
        strip = Image.new(
            "L", (self._width, max(height, self.look.spacing if least is None else least)), WHITE
        )
        left = self._left(sum(glyph.width for glyph in self._line))
        for glyph in self._line:
            strip.paste(glyph, (left, height - glyph.height))
            left += glyph.width
        if self._words:
            self.slip.lines.append(self._words)
        self._strips.append(strip)
        self._line, self._words = [], ""

    def _left(self, width: int) -> int:
        return (0, (self._width - width) // 2, self._width - width)[self.look.align]

    def add_picture(self, picture: Image.Image) -> None:
        """Print rows of dots, justified; what does not fit on the paper is lost, and remarked."""
        if picture.width > self._width:
            self.slip.errors.append(f"a picture {picture.width} dots wide does not fit on {self._width}")
        strip = Image.new("L", (self._width, picture.height), WHITE)
        strip.paste(picture, (max(0, self._left(picture.width)), 0))
        self._strips.append(strip)

    def add_code(self, text: str, *, level: str, dots: int) -> None:
        """Print a QR code: the symbol alone, without the quiet zone, as printers do."""
        matrix = segno.make_qr(text, error=level, boost_error=False).matrix
        bits = bytes(BLACK if module else WHITE for row in matrix for module in row)
        symbol = Image.frombytes("L", (len(matrix), len(matrix)), bits)
        self.slip.codes.append(text)
        self.add_picture(symbol.resize((len(matrix) * dots,) * 2, Image.Resampling.NEAREST))

    def cut(self) -> Slip:
        """Give the slip as it falls from the printer, and begin the next one."""
        height = sum(strip.height for strip in self._strips)
        picture = Image.new("L", (self._width + 2 * MARGIN, height + 2 * MARGIN), WHITE)
        top = MARGIN
        for strip in self._strips:
            picture.paste(strip, (MARGIN, top))
            top += strip.height
        slip, self.slip, self._strips = self.slip, Slip(), []
        slip.picture = picture
        return slip
