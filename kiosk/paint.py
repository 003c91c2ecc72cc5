"""What a kiosk's screens are made of, and how each looks. A value holds all that is seen of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import segno
from pygame import Rect

from ui.canvas import Canvas
from ui.text import Colour


@dataclass(frozen=True)
class Words:
    """A text without a ground of its own."""

    text: str
    size: int
    direction: str
    align: str = "start"
    colour: str = "on_ground"
    bold: bool = False


@dataclass(frozen=True)
class Face:
    """How a button looks: ``kind`` is choice, primary, plain, chosen or off."""

    label: str
    size: int
    direction: str
    kind: str = "choice"
    note: str = ""


@dataclass(frozen=True)
class Notice:
    """A bar with a sentence: in alarm, or in quiet."""

    text: str
    size: int
    direction: str
    is_alarm: bool = True


@dataclass(frozen=True)
class Ticket:
    """The number just issued, as large as its place allows, and what belongs to it."""

    label: str
    number: str
    lines: tuple[str, ...]
    size: int
    direction: str


@dataclass(frozen=True)
class Code:
    """A QR code."""

    text: str


Value = Words | Face | Notice | Ticket | Code


@dataclass(frozen=True)
class Part:
    """A value and its place; what can be touched has an action."""

    rect: Rect
    value: Value
    action: tuple[str, ...] = ()


def paint_words(canvas: Canvas, rect: Rect, words: Words) -> None:
    """Write a text over as many lines as it needs."""
    canvas.paragraph(
        rect,
        words.text,
        words.size,
        colour=getattr(canvas.theme, words.colour),
        align=words.align,
        direction=words.direction,
        bold=words.bold,
    )


def paint_face(canvas: Canvas, rect: Rect, face: Face) -> None:
    """Paint a button."""
    theme, radius, bar = canvas.theme, face.size // 2, max(6, face.size // 5)
    ground, ink, edge = {
        "choice": (theme.panel, theme.on_panel, theme.accent),
        "primary": (theme.accent, theme.on_accent, theme.accent),
        "plain": (theme.ground, theme.on_ground, theme.quiet),
        "chosen": (theme.on_ground, theme.ground, theme.on_ground),
        "off": (theme.ground, theme.quiet, theme.rule),
    }[face.kind]
    canvas.box(rect, ground, radius=radius)
    canvas.box(rect, edge, radius=radius, border=max(2, face.size // 14))
    if face.kind == "choice":
        at_left = face.direction == "ltr"
        strip = Rect(rect.x if at_left else rect.right - bar, rect.y + radius, bar, rect.h - 2 * radius)
        canvas.box(strip, edge)
    align = "start" if face.kind in {"choice", "off"} else "middle"
    inner = rect.inflate(-face.size * (5 if align == "start" else 3) // 4, -face.size // 2)
    _label(canvas, inner, face, ink, align)


def _label(canvas: Canvas, inner: Rect, face: Face, ink: Colour, align: str) -> None:
    """Write a button's label, and its note under it."""
    if face.note:
        note = Rect(inner.x, inner.bottom - face.size * 9 // 8, inner.w, face.size)
        inner = Rect(inner.x, inner.y, inner.w, note.y - inner.y)
        colour = ink if face.kind == "primary" else canvas.theme.quiet
        canvas.text(note, face.note, face.size * 3 // 4, colour=colour, align=align, direction=face.direction)
    # A word is made smaller before it is broken: a broken name is not recognised.
    size = min(canvas.engine.fitting(word, face.size, inner.w, bold=True) for word in face.label.split())
    canvas.paragraph(inner, face.label, size, colour=ink, align=align, direction=face.direction, bold=True)


def paint_notice(canvas: Canvas, rect: Rect, notice: Notice) -> None:
    """Paint a bar with a sentence."""
    theme = canvas.theme
    ground, ink = (theme.warning, theme.on_warning) if notice.is_alarm else (theme.panel, theme.on_panel)
    canvas.box(rect, ground, radius=notice.size // 2)
    inner = rect.inflate(-2 * notice.size, 0)
    canvas.paragraph(
        inner, notice.text, notice.size, colour=ink, align="middle", direction=notice.direction, bold=True
    )


def paint_ticket(canvas: Canvas, rect: Rect, ticket: Ticket) -> None:
    """Paint the card with the number."""
    theme, size = canvas.theme, ticket.size
    canvas.box(rect, theme.panel, radius=size // 2)
    canvas.box(rect, theme.accent, radius=size // 2, border=max(3, size // 10))
    inner = rect.inflate(-2 * size, -size)
    label = Rect(inner.x, inner.y, inner.w, size * 2)
    high = size * 3 // 2
    facts = Rect(inner.x, inner.bottom - high * len(ticket.lines), inner.w, high * len(ticket.lines))
    number = Rect(inner.x, label.bottom, inner.w, facts.top - label.bottom)
    style: dict[str, Any] = {"align": "middle", "direction": ticket.direction}
    canvas.text(label, ticket.label, size, colour=theme.quiet, **style)
    canvas.text(number, ticket.number, number.h, colour=theme.accent, bold=True, **style)
    for i, line in enumerate(ticket.lines):
        place = Rect(facts.x, facts.y + i * high, facts.w, high)
        canvas.text(place, line, size, colour=theme.on_panel, bold=i == 0, **style)


def paint_code(canvas: Canvas, rect: Rect, code: Code) -> None:
    """Paint a QR code with its margin, as large as whole pixels allow; black on white in any theme."""
    rows = _modules(code.text)
    module = max(1, min(rect.size) // (len(rows) + 8))
    canvas.box(rect, (255, 255, 255), radius=2 * module)
    left = rect.x + (rect.w - module * len(rows)) // 2
    top = rect.y + (rect.h - module * len(rows)) // 2
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                canvas.surface.fill((0, 0, 0), (left + x * module, top + y * module, module, module))


@lru_cache(4)
def _modules(text: str) -> tuple[bytes, ...]:
    return tuple(bytes(row) for row in segno.make(text, micro=False, error="m").matrix)


PAINT: dict[type[Value], Callable[[Canvas, Rect, Any], None]] = {
    Words: paint_words,
    Face: paint_face,
    Notice: paint_notice,
    Ticket: paint_ticket,
    Code: paint_code,
}
"""How each kind of value is painted."""
