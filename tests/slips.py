"""Slips to print in tests: one hall, one service, in languages that need different things of a printer."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

from kiosk.printing.content import SlipContent

PAGE = "https://hall.example/visit/261121-A042-0123456789abcdef0123456789abcdef"

WORDS = {
    "az": (
        "ASAN xidmət mərkəzi № 1",
        "Şəxsiyyət vəsiqəsi",
        "Nömrəniz",
        "Sizdən əvvəl 3 nəfər var",
        "Gözləmə: 10-20 dəqiqə",
        "Növbənizi telefonda izləyin",
    ),
    "en": (
        "ASAN service centre 1",
        "Identity card",
        "Your number",
        "3 people ahead of you",
        "Expected wait: 10-20 min",
        "Follow your place on your phone",
    ),
    "ru": (
        "Центр обслуживания ASAN № 1",
        "Удостоверение личности",
        "Ваш номер",
        "Перед вами 3 человека",
        "Ожидание: 10-20 мин",
        "Следите за очередью в телефоне",
    ),
    "ar": (
        "مركز خدمات أسان (1)",
        "بطاقة الهوية",
        "رقمك",
        "أمامك 3 أشخاص",
        "الانتظار المتوقع: 10–20 دقيقة",
        "تابع دورك على هاتفك",
    ),
    "ka": (
        "მომსახურების ცენტრი № 1",
        "პირადობის მოწმობა",
        "თქვენი ნომერი",
        "თქვენს წინ 3 ადამიანია",
        "ლოდინი: 10-20 წთ",
        "თვალი ადევნეთ რიგს",
    ),
}


def slip(language: str = "en", number: str = "A042", page_url: str = PAGE, service: str = "") -> SlipContent:
    """Word a slip in this language, with the words that a catalogue would give."""
    hall, usual_service, label, ahead, expected, caption = WORDS[language]
    return SlipContent(
        hall=hall,
        service=service or usual_service,
        label=label,
        number=number,
        day="2026-11-21",
        issued="21.11.2026  14:05",
        ahead=ahead,
        expected=expected,
        page_url=page_url,
        page_caption=caption if page_url else "",
        footer="",
        direction="rtl" if language == "ar" else "ltr",
    )


def qr_codes(picture: Image.Image) -> list[str]:
    """Read the QR codes on a picture, as a phone would."""
    return [code.text for code in zxingcpp.read_barcodes(np.asarray(picture.convert("L")))]


def words_read(picture: Image.Image, folder: Path) -> str:
    """Read a picture of one line with a reader that knows nothing of us."""
    program = shutil.which("tesseract")
    assert program, "These tests need the Debian package tesseract-ocr."
    picture.save(folder / "line.png")
    done = subprocess.run(
        [program, str(folder / "line.png"), "-", "--psm", "7"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
