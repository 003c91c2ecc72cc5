"""How a slip is laid out: rows of the printer's own letters where they are exact, of dots where they are not.

Nothing here reads, sends or waits. A picture of the whole slip would take a minute at 9600 baud; the
printer's own letters take no time, but no code page has ə, and Arabic would come out reversed and unjoined,
without any error. So each text is checked, letter by letter, against the pages that this model declares.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap
from unicodedata import bidirectional

import segno
from PIL import Image

from kiosk.printing.content import SlipContent
from kiosk.printing.profile import CodePage, Profile
from ui.text import TextEngine

LEFT_TO_RIGHT = {"L", "EN", "ES", "ET", "CS", "NSM", "ON", "WS", "B", "S"}
LARGEST = 8
"""The largest multiple of font A that ESC/POS knows: 8 x 24 dots are 24 mm, the digits in them 19."""
NUMBER_PIXELS = 190
QR_DOTS = 6
BOTTOM = 24
"""White below the last line: the knife stands where the print head has just been."""
INK = 128
CACHED_LINES = 256


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line in the printer's own font A, ``width`` and ``height`` times enlarged."""

    text: str
    page: CodePage
    width: int
    height: int
    bold: bool


@dataclass(frozen=True, slots=True)
class RasterRow:
    """A line as dots: black on white, one bit a dot, cropped to its ink."""

    picture: Image.Image


@dataclass(frozen=True, slots=True)
class QrRow:
    """A QR code that the printer draws itself; ``dots`` is the side of a module."""

    text: str
    dots: int


@dataclass(frozen=True, slots=True)
class Feed:
    """White paper, in dots of an eighth of a millimetre."""

    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the slip."""


Row = TextRow | RasterRow | QrRow | Feed | Cut


@dataclass(frozen=True, slots=True)
class Style:
    """How a line of words looks: in dots when drawn, in multiples of font A when it is the printer's own."""

    pixels: int
    bold: bool
    width: int
    height: int


HALL = Style(28, bold=False, width=1, height=1)
SERVICE = Style(40, bold=True, width=2, height=2)
LABEL = Style(26, bold=False, width=1, height=1)
WAIT = Style(32, bold=True, width=1, height=2)
SMALL = Style(24, bold=False, width=1, height=1)


def printable_as_text(text: str, profile: Profile) -> CodePage | None:
    """Find the code page that prints this text exactly as it is read, if the printer has one.

    The text must run from left to right, and every letter must stand in one page that the profile declares.
    """
    if any(bidirectional(letter) not in LEFT_TO_RIGHT for letter in text):
        return None
    return profile.page_for(text)


class SlipLayout:
    """Lays out slips for one printer; lines already drawn (hall, services, labels) are kept."""

    def __init__(self, profile: Profile, engine: TextEngine) -> None:
        """Lay out for a printer of this profile; the engine draws what it has no letters for."""
        self._profile = profile
        self._engine = engine
        self.drawn = lru_cache(maxsize=CACHED_LINES)(self._draw)

    def rows(self, content: SlipContent) -> list[Row]:
        """Lay out one slip, from the hall's name to the cut."""
        words = _Words(self, content)
        rows: list[Row] = [
            *words.rows(content.hall, HALL),
            *_ruled(self._profile.width),
            *words.rows(content.service, SERVICE),
            *words.rows(content.then, LABEL),
            Feed(20),
            *words.rows(content.copy, SERVICE),
            *words.rows(content.label, LABEL),
            *self.number(content.number),
            *words.rows(content.ahead, WAIT),
            *words.rows(content.expected, WAIT),
            Feed(12),
            *(self.facts(content.issued) if content.issued else ()),
        ]
        if content.page_url:
            rows += [Feed(24), self.qr(content.page_url), Feed(24), *words.rows(content.page_caption, SMALL)]
        if content.footer:
            rows += [*_ruled(self._profile.width), *words.rows(content.footer, SMALL)]
        return [*rows, Feed(BOTTOM), Cut()]

    def number(self, number: str) -> Iterator[Row]:
        """Set the number as high as the printer can, and as wide as the paper allows."""
        yield Feed(8)
        if page := printable_as_text(number, self._profile):
            width = max(1, min(LARGEST, self._profile.columns // len(number)))
            yield TextRow(number, page, width, LARGEST, bold=True)
        else:
            size = self._engine.fitting(number, NUMBER_PIXELS, self._profile.width, bold=True)
            yield from self.drawn(number, Style(size, bold=True, width=1, height=1), "ltr")
        yield Feed(4)

    def facts(self, text: str) -> Iterator[Row]:
        """Set a line of digits, which reads the same in every language."""
        if page := printable_as_text(text, self._profile):
            yield TextRow(text, page, 1, 1, bold=False)
        else:
            yield from self.drawn(text, SMALL, "ltr")

    def text(self, text: str, page: CodePage, style: Style) -> Iterator[Row]:
        """Set words in the printer's own letters, which this page has."""
        for line in wrap(text, self._profile.columns // style.width):
            yield TextRow(line, page, style.width, style.height, style.bold)
            yield Feed(4)

    def _draw(self, text: str, style: Style, direction: str) -> tuple[Row, ...]:
        """Draw words as dots, broken at the width of the paper."""
        lines = self._engine.wrap(text, style.pixels, self._profile.width, bold=style.bold)
        return tuple(row for line in lines for row in self._draw_line(line, style, direction))

    def _draw_line(self, line: str, style: Style, direction: str) -> Iterator[Row]:
        """Draw a line, cut off the white at its sides, and feed the white above and below instead."""
        picture = self._engine.line(line, style.pixels, bold=style.bold, direction=direction)
        if box := picture.getbbox():
            yield Feed(box[1])
            yield RasterRow(_black_on_white(picture.crop(box)))
            yield Feed(picture.height - box[3])

    def qr(self, text: str) -> QrRow | RasterRow:
        """Set a QR code: drawn by the printer if its profile says that it can."""
        # To choose the best of eight masks takes most of the time, and the printer does it again.
        code = segno.make_qr(text, error="m", boost_error=False, mask=0 if self._profile.draws_qr else None)
        dots = max(1, min(QR_DOTS, self._profile.width // len(code.matrix)))
        if self._profile.draws_qr:
            return QrRow(text, dots)
        return RasterRow(_symbol(code.matrix, dots))

    def page_for(self, text: str) -> CodePage | None:
        """Find the page of this printer that prints the text exactly."""
        return printable_as_text(text, self._profile)


class _Words:
    """The words of one slip. They have one face: where one line needs dots, all lines are drawn."""

    def __init__(self, layout: SlipLayout, content: SlipContent) -> None:
        self._layout = layout
        self._direction = content.direction
        waits, ends = (content.ahead, content.expected), (content.page_caption, content.footer)
        words = (content.hall, content.service, content.then, content.label, content.copy, *waits, *ends)
        self._as_text = content.direction == "ltr" and all(map(layout.page_for, words))

    def rows(self, text: str, style: Style) -> Iterable[Row]:
        """Set one text; an empty one takes no room."""
        if not text:
            return ()
        page = self._layout.page_for(text) if self._as_text else None
        if page:
            return self._layout.text(text, page, style)
        return self._layout.drawn(text, style, self._direction)


def _ruled(width: int) -> list[Row]:
    """Draw a thin line across the paper."""
    return [Feed(10), RasterRow(Image.new("1", (width, 2), 0)), Feed(12)]


def _symbol(matrix: Iterable[Iterable[int]], dots: int) -> Image.Image:
    """Draw a QR code without its quiet zone; the paper beside it is white."""
    rows = [bytes(0 if module else 255 for module in row) for row in matrix]
    small = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    return small.resize((len(rows) * dots,) * 2, Image.Resampling.NEAREST).convert("1")


def _black_on_white(picture: Image.Image) -> Image.Image:
    """Reduce a drawn line to black ink on white paper, one bit a dot."""
    return picture.getchannel("A").point([255 if level < INK else 0 for level in range(256)], mode="1")
