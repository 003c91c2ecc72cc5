"""The rows of a slip as ESC/POS bytes; python-escpos builds them, and never sees the printer."""

from collections.abc import Sequence
from typing import Any

from kiosk.printing.profile import Profile, escpos
from kiosk.printing.slip import Cut, Feed, QrRow, RasterRow, Row, TextRow

BAND = 256
"""Dots high at most in one picture: small print buffers hold that much."""
TEAR_LINES = 6
QR_LEVEL_M = 1
ESC_T = b"\x1bt"
ESC_J = b"\x1bJ"
FEED_AT_MOST = 255


def encode(rows: Sequence[Row], profile: Profile) -> bytes:
    """Encode one slip.

    It starts from nothing (``ESC @``) and names its code page, as a printer that was switched off in between
    has forgotten both.
    """
    builder = escpos("printer").Dummy(profile=profile.name)
    builder.hw("INIT")
    _select(builder, 0)
    builder.set(align="center")
    for row in rows:
        _add(builder, row, profile)
    output: bytes = builder.output
    return output


def _add(builder: Any, row: Row, profile: Profile) -> None:
    match row:
        case TextRow():
            _add_text(builder, row)
        case RasterRow(picture):
            builder.image(picture, impl="bitImageRaster", fragment_height=BAND)
        case QrRow(text, dots):
            builder.qr(text, ec=QR_LEVEL_M, size=dots, native=True)
        case Feed(dots):
            _feed(builder, dots)
        case Cut():
            _cut(builder, profile)


def _add_text(builder: Any, row: TextRow) -> None:
    """Write a line; what is not the usual size is set back after it."""
    _select(builder, row.page.number)
    builder.set(custom_size=True, width=row.width, height=row.height, bold=row.bold)
    builder._raw(row.page.encode(row.text) + b"\n")  # noqa: SLF001 - its own way would replace letters by "?"


def _select(builder: Any, page: int) -> None:
    builder._raw(ESC_T + bytes([page]))  # noqa: SLF001 - by number: two pages of a profile may have one name


def _feed(builder: Any, dots: int) -> None:
    while dots > 0:
        builder._raw(ESC_J + bytes([min(dots, FEED_AT_MOST)]))  # noqa: SLF001 - the library feeds whole lines only
        dots -= FEED_AT_MOST


def _cut(builder: Any, profile: Profile) -> None:
    """Feed to the knife and cut; without a knife, feed to the edge that tears."""
    if profile.cuts:
        builder.cut(feed=False)
    else:
        builder.print_and_feed(TEAR_LINES)
