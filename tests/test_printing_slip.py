"""What stands on a slip, and in whose letters."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from PIL import Image

from kiosk.printing.content import SlipContent, slip_content
from kiosk.printing.profile import UnknownProfile, escpos, load_profile, profile_names
from kiosk.printing.receipt import encode
from kiosk.printing.simulated_paper import Slip
from kiosk.printing.simulated_printer import Simulator
from kiosk.printing.slip import QrRow, RasterRow, SlipLayout, TextRow, printable_as_text
from tests.slips import PAGE, WORDS, qr_codes, slip, words_read
from ui.language import Texts
from ui.text import TextEngine

WIDE = "TM-T20II"
NARROW = "POS-5890"
DOTS_A_MILLIMETRE = 8


@cache
def layout(model: str = WIDE) -> SlipLayout:
    """Give a layout for a model of printer."""
    return SlipLayout(load_profile(model), TextEngine())


def printed(content: SlipContent, model: str = WIDE) -> Slip:
    """Print on a simulated printer."""
    simulator = Simulator()
    profile = load_profile(model)
    simulator.feed(encode(layout(model).rows(content), profile))
    # A narrow printer has no knife: the slip hangs in it, and is torn off here.
    return simulator.slips[0] if profile.cuts else simulator._paper.cut()


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """Find the box of what is black."""
    box = image.convert("L").point(lambda level: 255 - level).getbbox()
    assert box
    return box


@pytest.mark.parametrize(
    ("text", "held_by"),
    [
        pytest.param("A042", "CP437", id="a number is in every page"),
        pytest.param("Ваш номер", "CP866", id="Cyrillic"),
        pytest.param("Ожидание: 10–20 мин", "CP1251", id="Cyrillic with a dash has another page"),
        pytest.param("Bekleme süresi ğış", "CP857", id="Turkish"),
        pytest.param("Nömrəniz", None, id="no page has the Azerbaijani schwa"),
        pytest.param("Ваш номер № 1 – Şuşa", None, id="letters of two pages make no page"),
        pytest.param("رقمك", None, id="Arabic, though a page has its letters"),
        pytest.param("A042 \u202e", None, id="a mark that turns the line around"),
        pytest.param("თქვენი", None, id="Georgian"),
        pytest.param("A\n042", None, id="a control character is no letter"),
        pytest.param("A\x1b@", None, id="and no way into the printer"),
    ],
)
def test_text_is_printed_as_text(text: str, held_by: str | None) -> None:
    """Only a line from left to right whose letters all stand in one page of the printer is its own text."""
    found = printable_as_text(text, load_profile(WIDE))
    as_yaml = yaml.safe_load(Path(capabilities.capabilities_path).read_text("utf-8"))
    assert as_yaml == capabilities.CAPABILITIES
    assert not capabilities.full_load


def test_every_profile_has_what_a_slip_needs() -> None:
    """Each model that is offered has a width, columns and ASCII."""
    for name in profile_names():
        profile = load_profile(name)
        assert profile.width >= 300
        assert profile.columns >= 20
        assert profile.page_for("A042"), name


def test_an_unknown_profile_gets_a_suggestion() -> None:
    """A mistyped model is told with the one that was meant."""
    with pytest.raises(UnknownProfile, match='did you mean "TM-T88V"'):
        load_profile("TM-T88X")


@pytest.mark.parametrize(
    ("ahead", "wait", "sentences"),
    [
        pytest.param(0, (0, 20, 50), ("Nobody is ahead of you", "Expected wait: 0-1 min"), id="next"),
        pytest.param(1, (60, 60, 60), ("1 person ahead of you", "Expected wait: 1 min"), id="one"),
        pytest.param(7, (301, 600, 899), ("7 people ahead of you", "Expected wait: 5-15 min"), id="outwards"),
        pytest.param(
            2, (0, 900, 3600), ("2 people ahead of you", "Expected wait: 0-60 min"), id="no desk yet"
        ),
    ],
)
def test_the_words_count(ahead: int, wait: tuple[int, int, int], sentences: tuple[str, str]) -> None:
    """People ahead and the range are told as they are, the range in whole minutes outwards."""
    content = slip_content(
        Texts("en"),
        hall_name="Hall",
        service_name="Passport",
        number="A001",
        day="2026-11-21",
        issued_at=1_795_269_900_000_000,
        time_zone="Asia/Baku",
        ahead=ahead,
        expected_wait_seconds=wait,
    )
    assert (content.ahead, content.expected) == sentences
    assert content.issued == "21.11.2026  18:05"
    assert content.page_caption == ""
