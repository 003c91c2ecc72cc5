"""What kiosk and boards share: languages, text of every script, the theme, parts and the loop."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pygame
import pytest
from PIL import ImageChops, ImageStat
from pygame import Rect

import ui.loop
from ui.canvas import Canvas, mirrored
from ui.language import NAMES, direction_of, names, texts
from ui.loop import Loop, NoScreen, open_window, post
from ui.text import NoFont, TextEngine
from ui.theme import Theme, ThemeMistake, contrast, load_theme

CATALOGUE = """
msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Desk"
msgstr "Окно"

msgid "{n} person ahead"
msgid_plural "{n} people ahead"
msgstr[0] "{n} человек впереди"
msgstr[1] "{n} человека впереди"
msgstr[2] "{n} человек перед вами"

#, fuzzy
msgid "Ticket"
msgstr "Билет?"
"""  # noqa: E501 - a plural rule is one line


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    """Give the text engine of this machine."""
    return TextEngine()


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[pygame.Surface]:
    """Open a window on SDL's dummy screen."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield open_window("test", (400, 300), fullscreen=False)
    pygame.display.quit()


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """Give a folder of catalogues with Russian in it."""
    path = tmp_path / "ru" / "LC_MESSAGES" / "novbe.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, "utf-8")
    return tmp_path


def test_a_catalogue_is_read_as_it_stands(locales: Path) -> None:
    """Texts and plural forms come from the .po file; a fuzzy or missing one shows its English sentence."""
    russian = texts("ru", locales)
    assert russian.gettext("Desk") == "Окно"
    assert russian.gettext("Ticket") == "Ticket"
    forms = [russian.ngettext("{n} person ahead", "{n} people ahead", n) for n in (1, 3, 11)]
    assert forms == ["{n} человек впереди", "{n} человека впереди", "{n} человек перед вами"]
    assert russian.ngettext("one", "many", 2) == "many"


def test_a_language_without_catalogue_speaks_english(locales: Path) -> None:
    """Nothing is blank, and the direction is still the language's own."""
    arabic = texts("ar", locales)
    assert (arabic.gettext("Desk"), arabic.direction) == ("Desk", "rtl")
    assert texts("ru-RU", locales).gettext("Desk") == "Окно"
    assert direction_of("no-such-language") == "ltr"


@pytest.mark.parametrize(
    ("table", "language", "name"),
    [
        pytest.param({"az": "Pasport", "en": "Passport"}, "en", "Passport", id="its own"),
        pytest.param({"az": "Pasport", "pt": "Passaporte"}, "pt-BR", "Passaporte", id="its parent's"),
        pytest.param(
            {"az": "Pasport", "en": "Passport"}, "ru", "Pasport", id="else the hall's main language"
        ),
        pytest.param({"ka": "პასპორტი"}, "ru", "პასპორტი", id="else any"),
        pytest.param({}, "ru", "", id="none"),
    ],
)
def test_a_name_falls_back(table: dict[str, str], language: str, name: str) -> None:
    """A names table gives the best name it has."""
    assert names(table, language, "az") == name


def test_a_number_in_an_arabic_line_reads_from_left_to_right(engine: TextEngine) -> None:
    """The line is its pieces side by side: the number, unreversed, at the left end; the word at the right."""
    assert engine.shaping_problem is None
    whole = engine.line("التذكرة A105", 48, direction="rtl").getchannel("A")
    reversed_number = engine.line("501A", 48, direction="ltr").getchannel("A")
    left, _, right, _ = whole.getbbox() or (0, 0, 0, 0)
    for piece, at_left in (("A105", True), ("التذكرة", False)):
        ink = engine.line(piece, 48).getchannel("A")
        box = ink.getbbox() or (0, 0, 0, 0)
        start = left if at_left else right - (box[2] - box[0])
        there = whole.crop((start, box[1], start + box[2] - box[0], box[3]))
        unlike = ImageStat.Stat(ImageChops.difference(there, ink.crop(box))).mean[0]
        assert unlike < 20, f"{piece}: a pixel's part at most, by rounding"
    assert ImageChops.difference(whole.crop(reversed_number.getbbox()), reversed_number).getbbox()


@pytest.mark.parametrize("text", ["التجريبي", "لآّ إِ", "ÅÇĞ", "Ёйцщ", "jgə"])
def test_no_ink_is_cut_off(engine: TextEngine, text: str) -> None:
    """The picture of a line ends beyond its lowest dot and its highest mark."""
    for bold in (False, True):
        picture = engine.line(text, 100, bold=bold)
        _, top, _, bottom = picture.getbbox() or (0, 0, 0, 0)
        assert top > 0
        assert bottom < picture.height


def test_without_fribidi_no_language_that_needs_it_is_offered(
    engine: TextEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text that would come out reversed is not offered at all; the others are written as ever."""
    assert engine.can_show("ar")
    monkeypatch.setattr("ui.text.features.check", lambda _: False)
    bare = TextEngine()
    assert "libfribidi0" in (bare.shaping_problem or "")
    assert not bare.can_show("ar")
    assert bare.can_show("az")
    assert bare.line("Növbə A105", 30, direction="ltr").getbbox()


def test_a_language_whose_letters_the_font_lacks_is_not_offered(engine: TextEngine) -> None:
    """No boxes on a screen: the font is asked for each letter."""
    assert engine.has_letters("Əlillik Ünvan Ы ع №1")
    assert not engine.has_letters("\U00013080")
    assert all(engine.can_show(language) for language in ("az", "en", "ru", "ar"))
    assert {"az", "en", "ru", "ar"} <= NAMES.keys()


def test_without_any_font_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    """A missing font names the remedy."""
    with pytest.raises(NoFont, match="install the package"):
        TextEngine(tmp_path)


def test_text_is_broken_and_shrunk_to_its_place(engine: TextEngine) -> None:
    """Lines break between words, a word too long is cut, and a line can be made to fit."""
    lines = engine.wrap("Take a ticket and wait for your number, Donaudampfschifffahrtsgesellschaft", 30, 240)
    assert all(engine.width(line, 30) <= 240 for line in lines)
    assert "".join(lines).replace(" ", "").endswith("gesellschaft")
    size = engine.fitting("Take a ticket and wait", 60, 240)
    assert engine.width("Take a ticket and wait", size) <= 240


def test_the_theme_can_be_read_by_everyone() -> None:
    """Each colour and the text on it have a contrast of at least 7:1, quiet text included."""
    theme = load_theme()
    for name in ("ground", "panel", "accent", "call", "flash", "warning"):
        assert contrast(getattr(theme, name), getattr(theme, f"on_{name}")) >= 7, name
    assert contrast(theme.quiet, theme.ground) >= 7
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param("[colours]\nground = 'red'", "ground", id="no colour"),
        pytest.param("colours =", "mistake", id="no TOML"),
    ],
)
def test_a_wrong_theme_file_is_told_in_one_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    """The file and the fault are named."""
    path = tmp_path / "x.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ThemeMistake, match=sentence):
        load_theme(str(path))


@dataclass(frozen=True)
class Lamp:
    """A scene of two parts, one of which counts what it saw."""

    seen: tuple[object, ...] = ()
    at: tuple[int, int] | None = None

    def draw(self, canvas: Canvas) -> None:
        """Show a still part, and one that changes."""
        canvas.part(Rect(0, 0, 100, 100), "still", paint)
        if len(self.seen) < 3:
            canvas.part(Rect(100, 0, 100, 100), len(self.seen), paint)

    def touch(self, x: int, y: int) -> "Lamp":
        """Remember where."""
        return replace(self, at=(x, y), seen=(*self.seen, "touch"))

    def tick(self, seconds: float) -> "Lamp":
        """Stay."""
        assert seconds >= 0
        return self

    def see(self, message: object) -> "Lamp":
        """Remember what."""
        return replace(self, seen=(*self.seen, message))


PAINTED: list[object] = []


def paint(canvas: Canvas, rect: Rect, value: object) -> None:
    """Fill, write, and note that it was done."""
    PAINTED.append(value)
    canvas.box(rect, canvas.theme.call)
    canvas.text(rect, f"A{value}", 40, colour=canvas.theme.on_call, align="middle")


@pytest.fixture
def loop(window: pygame.Surface, engine: TextEngine) -> Loop:
    """Give a loop that shows a lamp."""
    PAINTED.clear()
    return Loop(window, Lamp(), engine, load_theme())


def test_only_what_changed_is_painted(loop: Loop) -> None:
    """A part is painted when its value changes, cleared when it goes, and left alone otherwise."""
    loop.step(0.03)
    assert PAINTED == ["still", 0]
    loop.step(0.03)
    assert PAINTED == ["still", 0]
    post("hello")
    loop.step(0.03)
    assert PAINTED == ["still", 0, 1]
    ground = loop.theme.ground
    post("a")
    post("b")
    loop.step(0.03)
    assert PAINTED == ["still", 0, 1]
    assert loop.window.get_at((150, 5))[:3] == ground
    assert loop.window.get_at((5, 5))[:3] == loop.theme.call


def test_threads_speak_through_the_queue(loop: Loop) -> None:
    """A message posted by another thread reaches the scene in the loop's own thread."""
    thread = threading.Thread(target=post, args=("from a thread",))
    thread.start()
    thread.join()
    loop.step(0)
    assert loop.scene == Lamp(seen=("from a thread",))


def test_what_is_told_wakes_a_loop_that_rests(loop: Loop) -> None:
    """It would rest for a day; somebody else would have to shake it."""
    loop.rest = 86400.0
    shaken: list[str] = []

    def tell() -> None:
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        post("told")

    def shake() -> None:
        shaken.append("shaken")
        ui.loop._told.set()

    timers = [threading.Timer(0.2, tell), threading.Timer(20, shake)]
    for timer in timers:
        timer.start()
    loop.run()
    for timer in timers:
        timer.cancel()
    assert shaken == []


def test_one_tap_is_one_touch(loop: Loop) -> None:
    """A finger is reported twice, as finger and as mouse, and it trembles: still it is one touch."""
    tap = pygame.event.Event(pygame.FINGERDOWN, x=0.5, y=0.5, finger_id=1, touch_id=1, dx=0, dy=0, pressure=1)
    ghost = pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(200, 150), button=1, touch=True)
    mouse = pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(20, 30), button=1, touch=False)
    for event in (tap, ghost, tap):
        pygame.event.post(event)
    loop.step(0.03)
    assert loop.scene == Lamp(seen=("touch",), at=(200, 150))
    pygame.event.post(mouse)
    loop.step(0.2)
    assert loop.scene == Lamp(seen=("touch",), at=(200, 150))
    pygame.event.post(mouse)
    loop.step(0.2)
    assert loop.scene == Lamp(seen=("touch", "touch"), at=(20, 30))


def test_closing_the_window_ends_the_loop(loop: Loop) -> None:
    """The loop says so, and `run` returns."""
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert loop.step(0) is False


def test_an_idle_window_costs_next_to_nothing(loop: Loop) -> None:
    """Thirty idle turns take well under a hundredth of a second's work each."""
    loop.step(0)
    before = time.process_time()
    for _ in range(30):
        loop.step(0.03)
    assert time.process_time() - before < 0.03


def test_a_machine_without_a_screen_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No screen: the sentence says what to do; SDL alone would draw for nobody, and not say so."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "no-such-driver")
    with pytest.raises(NoScreen, match="machine with a screen"):
        open_window("test", (10, 10), fullscreen=False)
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoScreen, match="machine with a screen"):
        open_window("test", (10, 10), fullscreen=False)


def test_text_stands_where_its_language_begins(window: pygame.Surface, engine: TextEngine) -> None:
    """Start is left for English and right for Arabic; capitals stand in the vertical middle."""
    theme: Theme = load_theme()
    canvas = Canvas(window, engine, theme)
    place = Rect(0, 0, 400, 80)
    assert canvas.text(place, "Desk 7", 40, colour=theme.on_ground).left == 0
    assert canvas.text(place, "المكتب 7", 40, colour=theme.on_ground, direction="rtl").right == 400
    canvas.surface.fill(theme.ground)
    canvas.text(place, "H", 60, colour=theme.on_ground)
    ink = pygame.mask.from_threshold(canvas.surface, theme.on_ground, (90, 90, 90)).get_bounding_rects()[0]
    assert abs(ink.centery - 40) <= 1
    canvas.paragraph(place, "Please take a ticket " * 6, 40, colour=theme.on_ground)
    assert mirrored(Rect(10, 0, 30, 20), Rect(0, 0, 400, 80), "rtl") == Rect(360, 0, 30, 20)
    assert mirrored(Rect(10, 0, 30, 20), Rect(0, 0, 400, 80), "ltr") == Rect(10, 0, 30, 20)
