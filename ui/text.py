"""The one text engine of screens and paper: Pillow with raqm on one font that has all the hall's scripts.

A reversed ticket number is the worst fault a queue can have. So right-to-left text goes through raqm alone,
whole lines at a time, and the engine proves at start that this machine does it right.
"""

import unicodedata
from functools import cached_property, lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, features

from ui.language import NAMES

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)

FONTS = (
    (Path(__file__).parent / "fonts", "NovbeSans-Regular.ttf", "NovbeSans-Bold.ttf"),
    (Path("/usr/share/fonts/truetype/dejavu"), "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    (Path("/usr/share/fonts/truetype/noto"), "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
)
"""The merged font first; then Debian's: DejaVu has Latin, Cyrillic and Arabic in one file, Noto has not."""


class NoFont(Exception):  # noqa: N818 - a state of the machine, told as a sentence
    """There is no font to write with."""


class TextEngine:
    """Writes lines of any script as pictures, and measures them.

    Sizes are pixels of the em. A line's picture has all its ink, and its baseline ``ascent`` from the top, so
    that lines of one size stand on one baseline. One engine belongs to one thread.
    """

    def __init__(self, fonts_folder: Path | None = None) -> None:
        """Open the merged font, in ``fonts_folder`` if given, else the first font found; raises NoFont."""
        places = [(fonts_folder, *FONTS[0][1:])] if fonts_folder else list(FONTS)
        for folder, regular, bold in places:
            if (folder / regular).is_file() and (folder / bold).is_file():
                self._files = {False: str(folder / regular), True: str(folder / bold)}
                break
        else:
            message = "No font found: run 'python -m ui.assets', or install the package fonts-dejavu-core."
            raise NoFont(message)
        self.font = lru_cache(64)(self._font)

    def _font(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:  # noqa: FBT001 - a key of the cache
        return ImageFont.truetype(self._files[bold], size)

    def line(
        self,
        text: str,
        size: int,
        *,
        bold: bool = False,
        colour: Colour = BLACK,
        direction: str | None = None,
    ) -> Image.Image:
        """Write one line as RGBA on a clear ground; ``direction`` is the language's, else the text's own."""
        font = self.font(size, bold)
        ascent, descent = self.ascent(size, bold=bold), font.getmetrics()[1]
        left, _, right, bottom = font.getbbox(text, anchor="ls", direction=_known(direction))
        start = -min(0, int(left))
        picture = Image.new(
            "RGBA", (max(1, start + int(right) + 1), ascent + max(descent, int(bottom) + 1)), (*colour, 0)
        )
        draw = ImageDraw.Draw(picture)
        draw.text((start, ascent), text, colour, font, anchor="ls", direction=_known(direction))
        return picture

    def width(self, text: str, size: int, *, bold: bool = False) -> int:
        """Measure a line in pixels."""
        return int(self.font(size, bold).getlength(text)) + 1

    def ascent(self, size: int, *, bold: bool = False) -> int:
        """Give the baseline's distance from the top of a line's picture; marks over capitals have room."""
        return self.font(size, bold).getmetrics()[0] + size // 8

    def capital_height(self, size: int, *, bold: bool = False) -> int:
        """Give the height of a capital letter or digit: what the eye centres a number by."""
        return -int(self.font(size, bold).getbbox("H", anchor="ls")[1])

    def fitting(self, text: str, size: int, width: int, *, bold: bool = False) -> int:
        """Give the largest size, up to ``size``, at which the line is no wider than ``width``."""
        while size > 1 and (needed := self.width(text, size, bold=bold)) > width:
            size = max(1, min(size - 1, size * width // needed))
        return size

    def wrap(self, text: str, size: int, width: int, *, bold: bool = False) -> list[str]:
        """Break a text into lines no wider than ``width``, between words; a longer word is cut."""
        lines: list[str] = []
        for word in text.split():
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(joined, size, bold=bold) <= width:
                lines[-1] = joined
            else:
                lines += self._cut(word, size, width, bold=bold)
        return lines

    def _cut(self, word: str, size: int, width: int, *, bold: bool) -> list[str]:
        """Cut a word into pieces that fit; most words are one piece."""
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter, size, bold=bold) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def has_letters(self, text: str) -> bool:
        """Tell whether the font has every letter of the text."""
        font = self.font(32, False)
        missing = bytes(font.getmask("\U0010fffd"))
        return all(bytes(font.getmask(letter)) != missing for letter in text if not letter.isspace())

    def can_show(self, language: str) -> bool:
        """Tell whether a language may be offered: its letters are there, and shaped where it needs that."""
        name = NAMES.get(language, "")
        return self.has_letters(name) and not (_needs_shaping(name) and self.shaping_problem)

    @cached_property
    def shaping_problem(self) -> str | None:
        """Say why right-to-left and Indic scripts cannot be written here, or None: they can."""
        if not features.check("raqm"):
            return (
                "Arabic and other scripts that need shaping are not offered: the library fribidi is missing"
                " (install the package libfribidi0)."
            )
        if not self._writes_right_to_left():
            return "Arabic is not offered: this machine writes it wrongly (is its raqm or fribidi broken?)."
        return None

    def _writes_right_to_left(self) -> bool:
        """Compare a line with its pieces: the number reads from left to right, at the line's left end."""
        whole = self.line("التذكرة A105", 32, direction="rtl").getchannel("A")
        number = self.line("A105", 32, direction="ltr").getchannel("A")
        ink = number.getbbox()
        is_same = bool(ink) and not ImageChops.difference(whole.crop(ink), number.crop(ink)).getbbox()
        apart = sum(self.width(letter, 32) for letter in "التذكرة")
        return is_same and self.width("التذكرة", 32) < apart


def shaping_problem() -> str | None:
    """Say why right-to-left and Indic scripts cannot be written on this machine, or None; raises NoFont."""
    return TextEngine().shaping_problem


def _known(direction: str | None) -> str | None:
    """Drop the direction where raqm is missing: Pillow would raise, and such a language is not offered."""
    return direction if features.check("raqm") else None


def _needs_shaping(text: str) -> bool:
    """Tell whether letters join or change order: right-to-left letters, or vowel signs."""
    return any(
        unicodedata.bidirectional(letter) in {"R", "AL"}
        or unicodedata.combining(letter)
        or unicodedata.category(letter) == "Mc"
        for letter in text
    )
