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
    assert (found.name if found else None) == held_by


def test_what_follows_stands_below_the_service() -> None:
    """Before the number; a slip without a route says nothing of it."""
    plain = printed(slip("en"))
    routed = printed(replace(slip("en"), then="Then: Notary services"))
    (added,) = set(routed.lines) - set(plain.lines)
    assert added == "Then: Notary services"
    assert routed.lines.index(added) < routed.lines.index("A042")


@pytest.mark.parametrize("language", WORDS)
def test_a_slip_says_all_and_is_read_without_errors(language: str) -> None:
    """In each language the printer understands every byte, and the number and time are its own text."""
    printed_slip = printed(slip(language))
    assert printed_slip.errors == []
    assert "A042" in printed_slip.lines
    assert "21.11.2026  14:05" in printed_slip.lines
    assert "?" not in "".join(printed_slip.lines)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_words_that_the_printer_has_are_its_own(language: str) -> None:
    """Where the printer has all letters, all words arrive as text, in order."""
    hall, service, label, ahead, expected, caption = WORDS[language]
    expected_lines = [hall, service, label, "A042", ahead, expected, "21.11.2026  14:05", caption]
    assert printed(slip(language)).lines == expected_lines


@pytest.mark.parametrize("language", ["az", "ar", "ka"])
def test_words_that_it_lacks_are_drawn_all_of_them(language: str) -> None:
    """Where one line needs dots, all words are drawn: a slip has one face."""
    rows = layout().rows(slip(language, service="Pasport" if language == "az" else ""))
    assert [row.text for row in rows if isinstance(row, TextRow)] == ["A042", "21.11.2026  14:05"]
    assert sum(isinstance(row, RasterRow) for row in rows) >= len(WORDS[language])


@pytest.mark.parametrize("language", WORDS)
def test_the_code_decodes(language: str) -> None:
    """A phone reads the visit's page from the paper."""
    assert qr_codes(printed(slip(language)).picture) == [PAGE]


def test_a_copy_says_that_it_is_one_over_the_same_number() -> None:
    """Whoever finds two of one number on the floor knows why; the first slip says nothing of copies."""
    first, second = printed(slip("en")), printed(replace(slip("en"), copy="COPY 1"))
    at = second.lines.index("COPY 1")
    assert second.lines[:at] + second.lines[at + 1 :] == first.lines
    assert qr_codes(second.picture) == qr_codes(first.picture)


def test_without_a_page_there_is_no_code() -> None:
    """A hall without a public address prints no code, and no words about one."""
    printed_slip = printed(slip(page_url=""))
    assert qr_codes(printed_slip.picture) == []
    assert printed_slip.lines[-1] == "21.11.2026  14:05"


def test_a_printer_that_draws_no_codes_gets_a_drawing() -> None:
    """The code is drawn by us where the profile does not promise it, and decodes as well."""
    rows = layout(NARROW).rows(slip())
    assert not any(isinstance(row, QrRow) for row in rows)
    assert qr_codes(printed(slip("ar"), NARROW).picture) == [PAGE]


@pytest.mark.parametrize("language", ["az", "ar"])
@pytest.mark.parametrize("model", [WIDE, NARROW])
def test_the_number_is_high_and_can_be_read(model: str, language: str, tmp_path: Path) -> None:
    """The number is at least 15 mm high on wide and narrow paper, and is read as A105, never 501A."""
    line = largest_line(printed(slip(language, number="A105", page_url=""), model).picture)
    assert line.height >= 15 * DOTS_A_MILLIMETRE
    framed = Image.new("L", (line.width + 100, line.height + 100), 255)
    framed.paste(line, (50, 50))
    assert words_read(framed, tmp_path) == "A105"


def largest_line(image: Image.Image) -> Image.Image:
    """Cut the highest unbroken run of rows with ink out of a slip: the number."""
    is_inked = [min(image.crop((0, y, image.width, y + 1)).tobytes()) == 0 for y in range(image.height)]
    runs = "".join("#" if inked else " " for inked in is_inked).split(" ")
    length = max(map(len, runs))
    top = "".join("#" if inked else " " for inked in is_inked).index("#" * length)
    strip = image.crop((0, top, image.width, top + length))
    return strip.crop(ink(strip))


def test_a_number_that_the_printer_lacks_is_drawn_as_high() -> None:
    """A Georgian prefix makes no small number."""
    rows = layout().rows(slip("ka", number="ა042"))
    assert max(row.picture.height for row in rows if isinstance(row, RasterRow)) >= 15 * DOTS_A_MILLIMETRE


@pytest.mark.parametrize("model", [WIDE, NARROW])
@pytest.mark.parametrize("number", ["7", "A042", "A10042", "ABCDEFGH1234"])
def test_no_number_is_wider_than_the_paper(number: str, model: str) -> None:
    """The longest number that a hall can have stays on one line."""
    printed_slip = printed(slip(number=number), model)
    assert number in printed_slip.lines
    assert not [error for error in printed_slip.errors if "full" in error or "fit" in error]


@pytest.mark.parametrize("model", [WIDE, NARROW])
@pytest.mark.parametrize("language", WORDS)
def test_nothing_is_clipped(language: str, model: str) -> None:
    """A service with a very long name is broken into lines; no row is wider than the paper."""
    profile = load_profile(model)
    rows = layout(model).rows(slip(language, service=WORDS[language][1] * 2 + " " + WORDS[language][5]))
    for row in rows:
        if isinstance(row, RasterRow):
            assert row.picture.width <= profile.width
        if isinstance(row, TextRow):
            assert len(row.text) * row.width <= profile.columns


def test_arabic_is_joined_and_runs_from_the_right() -> None:
    """The drawn service begins, at its right end, with the picture of its first word."""
    rows = layout().rows(slip("ar"))
    service = [row.picture for row in rows if isinstance(row, RasterRow)][2]
    engine = TextEngine()
    first = engine.line("بطاقة", 40, bold=True, direction="rtl").getchannel("A")
    word = first.crop(first.getbbox()).point(lambda level: 0 if level >= 128 else 255, mode="1")
    right, left = inked_columns(service)[-word.width :], inked_columns(service)[: word.width]
    # Letters stand on fractions of a dot: a pale column falls to either side of what counts as ink.
    assert agreement(right, inked_columns(word)) > 0.95 > agreement(left, inked_columns(word))


def agreement(one: list[bool], other: list[bool]) -> float:
    """Tell for which part of the columns two pictures agree."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def inked_columns(image: Image.Image) -> list[bool]:
    """Tell of each column of dots whether there is ink in it."""
    return [0 in image.convert("L").crop((x, 0, x + 1, image.height)).tobytes() for x in range(image.width)]


def test_pictures_come_in_bands() -> None:
    """No picture is higher than 256 dots, however long the words: small print buffers hold that much."""
    simulator = Simulator()
    heights = []
    simulator._paper.add_picture = lambda picture: heights.append(picture.height)  # type: ignore[method-assign]
    tall = RasterRow(Image.new("1", (100, 600), 0))
    simulator.feed(encode([tall], load_profile(WIDE)))
    assert heights == [256, 256, 88]


def test_lines_drawn_once_are_kept() -> None:
    """The second slip of a language draws only what is new: its number, if that needs dots, and its wait."""
    fresh = SlipLayout(load_profile(WIDE), TextEngine())
    fresh.rows(slip("az"))
    before = fresh.drawn.cache_info().misses
    fresh.rows(slip("az", number="A043"))
    assert fresh.drawn.cache_info().misses == before


def test_a_hybrid_slip_is_short_on_the_line() -> None:
    """Without words to draw a slip is under a kilobyte; with them less than half of a drawn slip."""
    profile = load_profile(WIDE)
    sizes = {language: len(encode(layout().rows(slip(language)), profile)) for language in WORDS}
    assert max(sizes["en"], sizes["ru"]) < 1000
    assert max(sizes.values()) < 12_000


def test_the_data_of_the_library_is_read_as_the_library_would() -> None:
    """Only faster: it would read the same file as YAML."""
    capabilities = escpos("capabilities")
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
