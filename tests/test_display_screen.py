"""The board's window: what is seen of the hall, of time passing and of a lost link."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pygame
import pytest

from display.painting import Card, Foot, Notice
from display.screen import FOOT_SECONDS, FRESH_SECONDS, BoardScene, Drawing
from display.settings import Settings
from protocol.link import Events, LinkDown, LinkUp, Snapshot
from protocol.words import MINUTE, SECOND, Micros
from ui.canvas import Canvas
from ui.loop import Loop, open_window
from ui.text import TextEngine
from ui.theme import load_theme

DAY = "2026-11-21"
NOON: Micros = int(datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC).timestamp()) * SECOND
HALL = {
    "names": {"az": "Xidmət mərkəzi", "en": "Service centre", "ar": "مركز الخدمات"},
    "time_zone": "Asia/Baku",
    "languages": ["az", "en", "ru", "ar"],
    "desks": [{"number": "7", "zone": "east", "kind": "window"}],
    "zones": [{"id": "east", "names": {"en": "East wing"}}],
    "services": [{"id": "passport", "names": {"en": "Passport"}, "children": []}],
    "reasons": [{"id": "payment", "names": {"en": "The payment system is down"}}],
}


def snapshot(*numbers: str, **more: Any) -> Snapshot:
    """Give a snapshot in which these tickets are called, each at a time of its own."""
    calls = [
        {
            "ticket": number,
            "day": DAY,
            "desk": "7",
            "state": "called",
            "at": NOON - int(number[1:]),
            "language": "az",
        }
        for number in numbers
    ]
    return Snapshot({"epoch": "e", "seq": 5, "at": NOON, "hall": HALL, "calls": calls, **more})


def a_call(number: str, at: Micros = NOON, desk: str = "9") -> Events:
    """Give the event of a call."""
    fields: dict[str, Any] = {"ticket": number, "desk": desk, "language": "ru"}
    return Events([{"type": "ticket_called", "seq": 6, "at": at, "day": DAY, **fields}])


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    """Give this machine's text engine."""
    return TextEngine()


@pytest.fixture
def scene(engine: TextEngine) -> BoardScene:
    """Give a board that is linked, with one call that is no longer fresh."""
    start = BoardScene(Settings(language="en"), engine.can_show)
    return start.see(snapshot("A105")).see(LinkUp("e", 5)).tick(FRESH_SECONDS)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[pygame.Surface]:
    """Open a window on SDL's dummy screen."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield open_window("test", (1280, 720), fullscreen=False)
    pygame.display.quit()


@pytest.fixture
def drawing(scene: BoardScene, window: pygame.Surface, engine: TextEngine) -> Drawing:
    """Give a drawing of the scene."""
    return Drawing(scene, Canvas(window, engine, load_theme()))


def test_a_fresh_call_flashes_once_a_second_and_then_rests(scene: BoardScene) -> None:
    """Never more than three flashes a second, and only while the call is fresh."""
    flashing = scene.see(a_call("B042"))
    lit = []
    for _ in range(int(FRESH_SECONDS * 30)):
        flashing = flashing.tick(1 / 30)
        lit.append(flashing.is_lit)
    flashes = sum(now and not before for before, now in itertools.pairwise(lit))
    assert 6 <= flashes <= FRESH_SECONDS
    rested = flashing.tick(0.1)
    assert rested.fresh == ()
    assert not rested.is_lit


def test_a_call_is_fresh_at_the_link_too(scene: BoardScene) -> None:
    """A recall is fresh again; what the board already showed is not, after a new snapshot either."""
    assert scene.see(snapshot("A105")).fresh == ()
    (fresh,) = scene.see(snapshot("B042", "A105")).fresh
    assert fresh[0].number == "B042"


def test_the_board_shows_ticket_desk_and_direction_together(drawing: Drawing) -> None:
    """The desk is called what it is, and an arrow points to it where the settings say where it is."""
    (call,) = drawing.scene.board.now
    card = drawing.card(call)
    assert (card.ticket, card.desk_word.text, card.desk, card.where) == ("A105", "Window", "7", "")
    drawing.scene = replace(drawing.scene, settings=Settings(language="en", directions={"7": "left"}))
    assert drawing.card(call).where == "←"


def test_the_clock_is_the_halls(scene: BoardScene, drawing: Drawing) -> None:
    """Hall time runs on from what was heard last, in the hall's time zone."""
    assert scene.local_time.strftime("%H:%M") == "16:00"
    assert scene.tick(60).local_time.strftime("%H:%M") == "16:01"
    assert scene.see(a_call("B1", at=NOON + 30 * MINUTE)).local_time.strftime("%H:%M") == "16:30"
    assert drawing.date() == "Saturday, November 21, 2026"


def test_a_lost_link_is_said_with_the_time_since(drawing: Drawing) -> None:
    """The board says that it may be out of date, since when, and says it no more once it caught up."""
    assert not drawing.foot().is_warning
    linked = drawing.scene
    drawing.scene = linked.see(LinkDown("gone")).tick(120).see(LinkDown("still gone"))
    assert drawing.foot().is_warning
    assert drawing.foot().words.text == "No connection since 16:00. Newer calls may be missing here."
    drawing.scene = drawing.scene.see(a_call("B042")).see(LinkUp("e", 6))
    assert not drawing.foot().is_warning


def test_the_foot_speaks_each_language_in_turn(drawing: Drawing) -> None:
    """Each of the hall's languages has its time twice: what to do, and by which order."""
    assert drawing.scene.facts
    order = {"classes": [], "has_bookings": True}
    drawing.scene = replace(drawing.scene, facts=replace(drawing.scene.facts, order=order))
    feet = []
    for turn in range(8):
        drawing.scene = replace(drawing.scene, turn=turn)
        feet.append(drawing.foot().words)
    assert [foot.direction for foot in feet] == ["ltr"] * 6 + ["rtl"] * 2
    assert feet[1].text.startswith("All are called in the order in which they came")
    assert len({foot.text for foot in feet}) == len(feet)


def test_a_language_this_machine_cannot_write_is_left_out(scene: BoardScene) -> None:
    """Without shaping, no reversed Arabic: the other languages remain, and some language always does."""
    assert scene.languages == ["en", "az", "ru", "ar"]
    assert replace(scene, can_show=lambda language: language != "ar").languages == ["en", "az", "ru"]
    assert replace(scene, can_show=lambda _: False).languages == ["en"]


def test_the_zone_is_named_with_the_hall(drawing: Drawing, engine: TextEngine) -> None:
    """A board of one zone says which."""
    drawing.scene = replace(drawing.scene, settings=Settings(language="en", zone="east"))
    assert drawing.scene.facts is not None
    drawing.draw_header(drawing.scene.facts)
    wanted = [value for _, value in drawing.canvas._wanted.values()]
    assert drawing.words("Service centre · East wing") in wanted
    assert engine.has_letters("·")


def test_only_the_parts_that_changed_are_painted(
    scene: BoardScene, window: pygame.Surface, engine: TextEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two calls nothing at all; a minute changes the clock; a flash changes its card."""
    updates: list[list[pygame.Rect]] = []
    monkeypatch.setattr(pygame.display, "update", updates.append)
    loop = Loop(window, scene, engine, load_theme())
    loop.step(0)
    updates.clear()
    for _ in range(10):
        loop.step(0.03)
    assert updates == []
    loop.scene = loop.scene.tick(25)
    loop.step(0)
    places = Drawing(scene, loop.canvas).places
    changed = updates.pop()
    assert places.clock in changed
    assert all(rect in (places.clock, places.footer) for rect in changed)
    loop.scene = loop.scene.see(a_call("B042"))
    loop.step(0)
    updates.clear()
    for _ in range(30):
        loop.step(1 / 30)
    assert [len(rects) for rects in updates] == [1, 1]


def shown(loop: Loop, kind: type) -> list[tuple[pygame.Rect, Any]]:
    """Give the parts on the screen of one kind, with their places."""
    parts = loop.canvas._standing.items()
    return [(pygame.Rect(place), value) for place, (_, value) in parts if isinstance(value, kind)]


NOTICES = [
    pytest.param(
        {"pause": {"kind": "break", "since": 1, "texts": None}}, "The hall takes a short break.", id="break"
    ),
    pytest.param(
        {"announcements": [{"announcement": 3, "texts": {"en": "The last bus leaves at 18:10."}}]},
        "The last bus leaves at 18:10.",
        id="announcement",
    ),
    pytest.param(
        {"withdrawn": [{"ticket": "A012", "at": NOON}, {"ticket": "A013", "at": NOON}]},
        "Withdrawn: A012, A013. Please ask at the information desk.",
        id="withdrawn numbers",
    ),
    pytest.param(
        {"suspended_reasons": {"passport": "payment"}},
        "No tickets at the moment for: Passport. Reason: The payment system is down.",
        id="suspended services",
    ),
    pytest.param(
        {"outage": {"began_at": 1, "ended_at": NOON}},
        "There was an interruption. Your turn is kept.",
        id="after an outage",
    ),
]


@pytest.mark.parametrize(("told", "sentence"), NOTICES)
def test_a_notice_stands_beside_the_calls_and_covers_none(
    window: pygame.Surface, engine: TextEngine, told: dict[str, Any], sentence: str
) -> None:
    """It has a place of its own, and every call still has its card."""
    scene = BoardScene(Settings(language="en"), engine.can_show).see(snapshot("A105", "B042", "C007", **told))
    loop = Loop(window, scene, engine, load_theme())
    loop.step(0)
    ((place, notice),) = shown(loop, Notice)
    assert notice.words.text.startswith(sentence)
    cards = [rect for rect, card in shown(loop, Card) if rect.w > window.get_width() // 2]
    assert len(cards) == 3
    assert place.collidelist(cards) < 0


def test_an_emergency_is_all_that_is_shown(window: pygame.Surface, engine: TextEngine) -> None:
    """Nobody is sent to a desk; the manager's text stands in its language, ours in the others, in turn."""
    pause = {"kind": "emergency", "since": 1, "texts": {"en": "Fire drill."}}
    told = [{"announcement": 3, "texts": {"en": "The last bus leaves at 18:10."}}]
    scene = BoardScene(Settings(language="en"), engine.can_show)
    scene = scene.see(snapshot("A105", pause=pause, announcements=told)).see(LinkUp("e", 5))
    loop = Loop(window, scene, engine, load_theme())
    sentences = []
    for _ in scene.languages:
        loop.step(FOOT_SECONDS)
        ((_, notice),) = shown(loop, Notice)
        assert notice.is_warning
        sentences.append(notice.words.text)
        assert shown(loop, Card) == shown(loop, Foot) == []
    assert len(set(sentences)) > 1
    assert "Fire drill." in sentences
    loop.scene = loop.scene.see(
        Events([{"type": "hall_resumed", "seq": 7, "at": NOON, "day": DAY, "seconds": 9}])
    )
    loop.step(0)
    assert len(shown(loop, Card)) == 1


@pytest.mark.parametrize("language", ["az", "en", "ru", "ar"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 480)])
def test_the_board_is_drawn_in_every_language_and_shape(
    engine: TextEngine, monkeypatch: pytest.MonkeyPatch, language: str, size: tuple[int, int]
) -> None:
    """The call's card has its colour where it stands: at the left, or mirrored at the right."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    start = BoardScene(Settings(language=language), engine.can_show)
    theme = load_theme()
    shown = start.see(snapshot("A105", "B1")).see(LinkUp("e", 5)).tick(FRESH_SECONDS + 1)
    window = open_window("test", size, fullscreen=False)
    loop = Loop(window, shown, engine, theme)
    loop.step(0)
    drawing = Drawing(shown, loop.canvas)
    card = drawing.place(drawing.places.now)
    at_start = card.left + 8 if language != "ar" else card.right - 9
    assert window.get_at((at_start, card.top + card.h // 6))[:3] == theme.call
    pygame.display.quit()


def test_before_the_hall_is_known_the_board_says_so(engine: TextEngine, window: pygame.Surface) -> None:
    """No empty frame and no clock that might be wrong."""
    loop = Loop(window, BoardScene(Settings(), engine.can_show), engine, load_theme())
    loop.step(0)
    values = [value for _, value in loop.canvas._standing.values()]
    assert [value.text for value in values] == ["Connecting to the hall …"]
