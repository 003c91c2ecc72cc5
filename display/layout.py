"""Where things stand on a board, whatever its size and shape. Pure."""

from dataclasses import dataclass

from pygame import Rect

CARD_RATIO = 4.2
"""A card's width by its height: below it, number and desk would have to shrink."""

SHORTEST_LIST = 3
"""The calls that a board has room for at full size; more share it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of a board, for a language that runs from left to right; the painter mirrors them."""

    whole: Rect
    name: Rect
    clock: Rect
    notice: Rect
    now_title: Rect
    now: Rect
    recent_title: Rect
    recent: tuple[Rect, ...]
    footer: Rect
    gap: int


def lay_out(whole: Rect, notice_percent: int = 0) -> Layout:
    """Divide a screen: name and clock above, calls and recent ones in the middle, a line at the foot.

    A notice takes its part of the middle, above the calls; it never covers one.
    """
    short = min(whole.w, whole.h)
    gap = short // 40
    header = Rect(whole.x + 2 * gap, whole.y + gap, whole.w - 4 * gap, short // 9)
    footer = Rect(whole.x, whole.bottom - short // 12, whole.w, short // 12)
    body = Rect(header.x, header.bottom + gap, header.w, footer.top - header.bottom - 2 * gap)
    notice = Rect(body.x, body.y, body.w, body.h * notice_percent // 100)
    if notice_percent:
        body = Rect(body.x, notice.bottom + gap, body.w, body.bottom - notice.bottom - gap)
    title, row = short // 12, short // 13
    if whole.w >= whole.h:
        now = Rect(body.x, body.y, body.w * 66 // 100, body.h)
        recent = Rect(now.right + 2 * gap, body.y, body.right - now.right - 2 * gap, body.h)
    else:
        now = Rect(body.x, body.y, body.w, body.h * 64 // 100)
        recent = Rect(body.x, now.bottom + gap, body.w, body.bottom - now.bottom - gap)
    clock = Rect(header.right - short * 36 // 100, header.y, short * 36 // 100, header.h)
    rows = (recent.h - title) // row
    return Layout(
        whole=whole,
        name=Rect(header.x, header.y, clock.left - header.x - gap, header.h),
        clock=clock,
        notice=notice,
        now_title=Rect(now.x, now.y, now.w, title),
        now=Rect(now.x, now.y + title, now.w, now.h - title),
        recent_title=Rect(recent.x, recent.y, recent.w, title),
        recent=tuple(Rect(recent.x, recent.y + title + i * row, recent.w, row) for i in range(rows)),
        footer=footer,
        gap=gap,
    )


def cards(place: Rect, count: int, gap: int) -> list[Rect]:
    """Give so many equal places, in the number of columns that leaves the numbers largest; never fewer."""
    columns = max(
        range(1, 5), key=lambda columns: (_number_size(_card(place, count, columns, gap)), -columns)
    )
    card = _card(place, count, columns, gap)
    rows = _rows(count, columns)
    return [card.move((i // rows) * (card.w + gap), (i % rows) * (card.h + gap)) for i in range(count)]


def _rows(count: int, columns: int) -> int:
    return max(SHORTEST_LIST, -(-count // columns))


def _card(place: Rect, count: int, columns: int, gap: int) -> Rect:
    """Give the first card of a grid."""
    rows = _rows(count, columns)
    width, height = (place.w - gap * (columns - 1)) // columns, (place.h - gap * (rows - 1)) // rows
    return Rect(place.x, place.y, width, height)


def _number_size(card: Rect) -> int:
    return min(card.h, int(card.w / CARD_RATIO))
