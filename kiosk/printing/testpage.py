"""Prints a page that shows whether a printer is what its profile says.

Each alphabet stands there twice, in the printer's own letters and drawn. A technician looks whether the two
lines of a pair read the same; no status byte tells that.
"""

import argparse
import sys
from collections.abc import Iterator

from kiosk.printing.job import look, print_job
from kiosk.printing.profile import Profile, load_profile
from kiosk.printing.receipt import encode
from kiosk.printing.slip import SMALL, Cut, Feed, QrRow, Row, SlipLayout, TextRow, printable_as_text
from kiosk.printing.transport import transport
from ui.text import NoFont, TextEngine

DEFAULT_PROFILE = "TM-T20II"
SAMPLES = (
    "ABC abc 0123456789 #$@[]{}|~",
    "Àà Çç Éé Ññ Öö Üü ß",
    "Été – l’œuvre",
    "Ğğ İı Şş Çç",
    "Бб Жж Щщ Ыы Ёё №",
    "Ыы Яя 10–20",
    "Apă Łódź čeština",
)
QR_TEXT = "HTTPS://HALL.EXAMPLE/VISIT/TEST"


def rows(profile: Profile, engine: TextEngine) -> Iterator[Row]:
    """Lay the page out: pairs of lines by code page, the largest number, a code."""
    layout = SlipLayout(profile, engine)
    yield from layout.drawn(profile.name, SMALL, "ltr")
    for sample in SAMPLES:
        if page := printable_as_text(sample, profile):
            yield Feed(12)
            yield TextRow(f"{page.number}: {sample}", page, 1, 1, bold=False)
            yield from layout.drawn(f"{page.number}: {sample}", SMALL, "ltr")
    yield from layout.number("A042")
    code = layout.qr(QR_TEXT)
    yield code
    drawn = "drawn by the printer" if isinstance(code, QrRow) else "drawn by the kiosk"
    yield from layout.drawn(drawn, SMALL, "ltr")
    yield Cut()


def main(words: list[str] | None = None) -> int:
    """Print the page, and say what the printer says of itself; 0 when it is confirmed."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.printing.testpage", description=__doc__)
    parser.add_argument("url", help="the printer, as in the kiosk's --printer")
    parser.add_argument("--profile", default=DEFAULT_PROFILE, help="its model (%(default)s)")
    chosen = parser.parse_args(words)
    try:
        way, profile, engine = transport(chosen.url), load_profile(chosen.profile), TextEngine()
    except (ValueError, NoFont) as mistake:
        print(mistake, file=sys.stderr)
        return 2
    status = look(way)
    print(f"status: {status.state} {' '.join(status.faults)}".rstrip())
    outcome, why = print_job(way, encode(list(rows(profile, engine)), profile), lambda _: None)
    print(f"page: {outcome}{f' - {why}' if why else ''}")
    return 0 if outcome == "printed" else 1


if __name__ == "__main__":
    sys.exit(main())
