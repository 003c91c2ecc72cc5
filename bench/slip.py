"""What a slip costs: bytes on the line, milliseconds to build, seconds at three speeds.

``python -m bench.slip`` prints one JSON object by language.
"first" is the first slip of a language, "next" one with its lines kept;
"drawn_bytes" is what one picture of the whole slip would take.
"""

import json
import statistics
import sys
import time

from kiosk.printing.content import SlipContent
from kiosk.printing.profile import load_profile
from kiosk.printing.receipt import encode
from kiosk.printing.simulated_paper import MARGIN
from kiosk.printing.simulated_printer import Simulator
from kiosk.printing.slip import RasterRow, SlipLayout
from ui.text import TextEngine

BAUDS = (9600, 19200, 115200)
BITS_A_BYTE = 10
SLIPS = 50
PAGE = "https://hall.example/visit/261121-A042-0123456789abcdef0123456789abcdef"
WORDS = {
    "az": ("ASAN xidmət mərkəzi № 1", "Pasport", "Nömrəniz", "Sizdən əvvəl 3 nəfər", "Gözləmə: 10-20 dəq"),
    "en": ("ASAN service centre 1", "Passport", "Your number", "3 people ahead of you", "Wait: 10-20 min"),
    "ru": ("Центр ASAN № 1", "Паспорт", "Ваш номер", "Перед вами 3 человека", "Ожидание: 10-20 мин"),
    "ar": ("مركز خدمات أسان (1)", "جواز السفر", "رقمك", "أمامك 3 أشخاص", "الانتظار: 10–20 دقيقة"),
}


def slip(language: str, number: int) -> SlipContent:
    """Word a slip with a QR code; the number is the only thing that changes."""
    hall, service, label, ahead, expected = WORDS[language]
    return SlipContent(
        hall=hall,
        service=service,
        label=label,
        number=f"A{number:03}",
        day="2026-11-21",
        issued="21.11.2026  14:05",
        ahead=ahead,
        expected=expected,
        page_url=PAGE,
        page_caption="",
        footer="",
        direction="rtl" if language == "ar" else "ltr",
    )


def measure(language: str) -> dict[str, object]:
    """Build slips of one language, and count."""
    profile = load_profile("TM-T20II")
    layout = SlipLayout(profile, TextEngine())
    milliseconds, data = [], b""
    for number in range(SLIPS + 1):
        begun = time.perf_counter()
        data = encode(layout.rows(slip(language, number)), profile)
        milliseconds.append((time.perf_counter() - begun) * 1000)
    simulator = Simulator()
    simulator.feed(data)
    picture = simulator.slips[0].picture
    whole = picture.crop((MARGIN, MARGIN, picture.width - MARGIN, picture.height - MARGIN))
    drawn = encode([RasterRow(whole.convert("1"))], profile)
    return {
        "bytes": len(data),
        "drawn_bytes": len(drawn),
        "first_ms": round(milliseconds[0], 1),
        "next_ms_p50": round(statistics.median(milliseconds[1:]), 1),
        "seconds_at_baud": {str(baud): round(len(data) * BITS_A_BYTE / baud, 2) for baud in BAUDS},
    }


def main() -> int:
    """Measure each language and print the table as JSON."""
    print(json.dumps({language: measure(language) for language in WORDS}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
