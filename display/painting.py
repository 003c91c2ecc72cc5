"""How the parts of a board look. Each is painted from a value that holds all it shows."""

from dataclasses import dataclass

from pygame import Rect

from ui.canvas import Canvas, mirrored
from ui.text import Colour


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the direction of its language."""

    text: str
    direction: str = "ltr"


@dataclass(frozen=True, slots=True)
class Title:
    """A heading: in the hall's main language, and smaller in its others."""

    main: Words
    others: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """The hall's time, and its date in words."""

    time: str
    date: Words


@dataclass(frozen=True, slots=True)
class Card:
    """A call: ticket, what the desk is called, its number, and where it is.

    ``is_fresh`` draws a frame, ``is_lit`` is the bright half of its flashing.
    """

    ticket: str
    desk_word: Words
    desk: str
    where: str = ""
    is_fresh: bool = False
    is_lit: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence of the hall; a warning is marked with a sign."""

    words: Words
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """The line at the foot; a warning is boxed and marked. ``seal`` is small print at its end."""

    words: Words
    is_warning: bool = False
    seal: str = ""


def paint_name(canvas: Canvas, rect: Rect, words: Words) -> None:
    """Paint the hall's name."""
    canvas.paragraph(
        rect, words.text, rect.h * 42 // 100, colour=canvas.theme.accent, direction=words.direction, bold=True
    )


def paint_clock(canvas: Canvas, rect: Rect, clock: Clock) -> None:
    """Paint the time large, and the date under it."""
    direction = clock.date.direction
    upper = Rect(rect.x, rect.y, rect.w, rect.h * 62 // 100)
    lower = Rect(rect.x, upper.bottom, rect.w, rect.bottom - upper.bottom)
    ink = canvas.theme.on_ground
    canvas.text(
        upper, clock.time, rect.h * 66 // 100, colour=ink, align="end", direction=direction, bold=True
    )
    _line(canvas, lower, clock.date, rect.h * 26 // 100, colour=canvas.theme.quiet, align="end")


def paint_title(canvas: Canvas, rect: Rect, title: Title) -> None:
    """Paint a heading; each language is written on its own, so that directions do not mix."""
    size = rect.h * 50 // 100
    _line(canvas, rect, title.main, size, colour=canvas.theme.on_ground, bold=True)
    small, gap = size * 70 // 100, size * 8 // 10
    used = canvas.engine.width(title.main.text, size, bold=True) + gap
    for words in title.others:
        width = canvas.engine.width(words.text, small)
        if used + width > rect.w:
            return
        place = mirrored(Rect(rect.x + used, rect.y, width, rect.h), rect, title.main.direction)
        _line(canvas, place, words, small, colour=canvas.theme.quiet, align="middle")
        used += width + gap


def paint_card(canvas: Canvas, rect: Rect, card: Card) -> None:
    """Paint a call: the ticket's number as large as it goes, beside it the desk in a box of its own."""
    theme, direction = canvas.theme, card.desk_word.direction
    ground, ink = (theme.flash, theme.on_flash) if card.is_lit else (theme.call, theme.on_call)
    radius = rect.h // 10
    canvas.box(rect, ground, radius=radius)
    if card.is_fresh:
        canvas.box(
            rect.inflate(-rect.h // 18, -rect.h // 18), ink, radius=radius, border=max(2, rect.h // 40)
        )
    pad = rect.h // 9
    desk = Rect(rect.right - pad - rect.w * 38 // 100, rect.y + pad, rect.w * 38 // 100, rect.h - 2 * pad)
    ticket = Rect(rect.x + 2 * pad, rect.y + pad, desk.left - rect.x - 3 * pad, rect.h - 2 * pad)
    canvas.text(
        mirrored(ticket, rect, direction),
        card.ticket,
        rect.h * 92 // 100,
        colour=ink,
        direction=direction,
        bold=True,
    )
    _paint_desk(canvas, mirrored(desk, rect, direction), card)


def _paint_desk(canvas: Canvas, rect: Rect, card: Card) -> None:
    """Paint the desk's box: its word, its number as large as the ticket's, and the way to it."""
    theme, direction = canvas.theme, card.desk_word.direction
    canvas.box(rect, theme.panel, radius=rect.h // 10)
    inner = rect.inflate(-rect.h // 4, 0)
    small, large, gap = rect.h * 28 // 100, rect.h * 98 // 100, rect.h // 8
    word = Rect(inner.x, inner.y, _part(canvas, inner, card.desk_word.text, small), inner.h)
    where = Rect(inner.x, inner.y, _part(canvas, inner, card.where, large), inner.h)
    where.right = inner.right
    number = Rect(word.right + gap, inner.y, where.left - word.right - 2 * gap, inner.h)
    _line(canvas, mirrored(word, inner, direction), card.desk_word, small, colour=theme.on_panel)
    for place, text, colour, align in (
        (number, card.desk, theme.accent, "start"),
        (where, card.where, theme.on_panel, "end"),
    ):
        spot = mirrored(place, inner, direction)
        canvas.text(spot, text, large, colour=colour, align=align, direction=direction, bold=True)


def _part(canvas: Canvas, inner: Rect, text: str, size: int) -> int:
    """Give the width that a text beside the desk's number may take; none for no text."""
    return min(inner.w * 32 // 100, canvas.engine.width(text, size, bold=True)) if text else 0


def paint_recent(canvas: Canvas, rect: Rect, card: Card) -> None:
    """Paint a row of the recent calls."""
    theme, direction = canvas.theme, card.desk_word.direction
    canvas.box(Rect(rect.x, rect.bottom - 2, rect.w, 2), theme.rule)
    size = rect.h * 58 // 100
    ticket = mirrored(Rect(rect.x, rect.y, rect.w * 42 // 100, rect.h), rect, direction)
    word = mirrored(Rect(rect.x + rect.w * 44 // 100, rect.y, rect.w * 34 // 100, rect.h), rect, direction)
    desk = mirrored(Rect(rect.x + rect.w * 80 // 100, rect.y, rect.w * 20 // 100, rect.h), rect, direction)
    canvas.text(ticket, card.ticket, size, colour=theme.on_ground, direction=direction, bold=True)
    _line(canvas, word, card.desk_word, size * 7 // 10, colour=theme.quiet)
    canvas.text(desk, card.desk, size, colour=theme.on_ground, align="end", direction=direction, bold=True)


def paint_hint(canvas: Canvas, rect: Rect, words: Words) -> None:
    """Paint what stands where no call does."""
    canvas.box(rect, canvas.theme.panel, radius=rect.h // 20)
    inner = rect.inflate(-rect.w // 8, -rect.h // 8)
    canvas.paragraph(
        inner,
        words.text,
        rect.h // 8,
        colour=canvas.theme.quiet,
        align="middle",
        direction=words.direction,
    )


def paint_notice(canvas: Canvas, rect: Rect, notice: Notice) -> None:
    """Paint a notice in a box of its own, as large as its place allows."""
    theme, direction = canvas.theme, notice.words.direction
    ground, ink = (theme.warning, theme.on_warning) if notice.is_warning else (theme.accent, theme.on_accent)
    pad = min(rect.w, rect.h) // 12
    canvas.box(rect, ground, radius=pad)
    inner = rect.inflate(-2 * pad - rect.h // 5, -pad)
    if notice.is_warning:
        side = min(inner.h, inner.w // 6)
        sign = Rect(inner.x, rect.centery - side // 2, side, side)
        _paint_sign(canvas, mirrored(sign, rect, direction), ink, ground)
        inner = mirrored(
            Rect(sign.right + pad, inner.y, inner.right - sign.right - pad, inner.h), rect, direction
        )
    size = min(rect.h * 36 // 100, rect.w // 12)
    canvas.paragraph(inner, notice.words.text, size, colour=ink, direction=direction, bold=True)


def paint_foot(canvas: Canvas, rect: Rect, foot: Foot) -> None:
    """Paint the line at the foot, over the whole width."""
    theme = canvas.theme
    ground, ink = (theme.warning, theme.on_warning) if foot.is_warning else (theme.panel, theme.quiet)
    canvas.box(rect, ground)
    inner = rect.inflate(-rect.h * 6 // 5, 0)
    if foot.is_warning:
        sign = mirrored(Rect(inner.x, rect.y, rect.h, rect.h), inner, foot.words.direction)
        _paint_sign(canvas, sign, ink, ground)
        inner = mirrored(
            Rect(inner.x + rect.h, rect.y, inner.w - rect.h, rect.h), inner, foot.words.direction
        )
    if foot.seal:
        side = rect.h * 4
        seal = mirrored(Rect(inner.right - side, inner.y, side, inner.h), inner, foot.words.direction)
        canvas.text(seal, foot.seal, rect.h * 24 // 100, colour=ink, align="middle")
        inner = mirrored(Rect(inner.x, inner.y, inner.w - side, inner.h), inner, foot.words.direction)
    _line(canvas, inner, foot.words, rect.h * 45 // 100, colour=ink, bold=foot.is_warning)


def _paint_sign(canvas: Canvas, rect: Rect, ink: Colour, ground: Colour) -> None:
    """Paint an exclamation mark on a disc: a warning for those who cannot tell its colour."""
    side = rect.h * 62 // 100
    disc = Rect(0, 0, side, side)
    disc.center = rect.center
    canvas.box(disc, ink, radius=side // 2)
    canvas.text(disc, "!", side * 8 // 10, colour=ground, align="middle", bold=True)


def _line(
    canvas: Canvas,
    rect: Rect,
    words: Words,
    size: int,
    *,
    colour: Colour,
    align: str = "start",
    bold: bool = False,
) -> None:
    canvas.text(rect, words.text, size, colour=colour, align=align, direction=words.direction, bold=bold)
