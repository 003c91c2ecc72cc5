"""The board's one scene: calls, recent calls, the hall's clock, and plain words when the hall is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import UnknownLocaleError
from babel.dates import format_date
from pygame import Rect

from display.board import Board, Call, follow, read_board
from display.facts import HallFacts, read_facts
from display.layout import Layout, cards, lay_out
from display.notice_wording import Page, pages
from display.notices import Notices, follow_notices, read_notices
from display.painting import (
    Card,
    Clock,
    Foot,
    Notice,
    Title,
    Words,
    paint_card,
    paint_clock,
    paint_foot,
    paint_hint,
    paint_name,
    paint_notice,
    paint_recent,
    paint_title,
)
from display.settings import Settings
from protocol.link import Events, LinkDown, LinkUp, Snapshot
from protocol.pairing import PairingCode
from protocol.words import SECOND
from ui.canvas import Canvas, mirrored
from ui.language import N_, Texts, names, texts
from ui.order import order_sentence
from ui.pairing import Pairing
from ui.scene import Scene

FRESH_SECONDS = 8.0
"""How long a call flashes, at one flash a second: well under the three that can do harm."""

FOOT_SECONDS = 8.0
"""How long the line at the foot stands in one language."""

NOTICE_PERCENT = 22
PAUSE_PERCENT = 40
WHOLE_PERCENT = 100
"""What of the middle belongs to a notice, to one of a pause, and to an emergency."""

ARROWS = {"left": "←", "right": "→", "ahead": "↑", "back": "↓", "up": "⇑", "down": "⇓"}
DESK_WORDS = {"desk": N_("Desk"), "window": N_("Window"), "room": N_("Room")}
EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class BoardScene:
    """What a board knows, and what of it is seen.

    Hall time is ``board.at`` and the seconds since it was heard. What ``tick`` changes but nobody sees is
    left out of the comparison, so that the screen rests between minutes, calls and flashes.
    """

    settings: Settings
    can_show: Callable[[str], bool] = field(compare=False)
    facts: HallFacts | None = None
    board: Board = field(default_factory=Board)
    notices: Notices = field(default_factory=Notices)
    lost_at: str = ""
    is_linked: bool = False
    seconds: float = field(default=0.0, compare=False)
    heard: float = field(default=0.0, compare=False)
    fresh: tuple[tuple[Call, float], ...] = ()
    is_lit: bool = False
    minute: int = 0
    turn: int = 0

    def touch(self, x: int, y: int) -> "BoardScene":  # noqa: ARG002 - a board is only looked at
        """Ignore touches."""
        return self

    def tick(self, seconds: float) -> "BoardScene":
        """Let time pass: the clock, the flashes, the language of the foot."""
        now = self.seconds + seconds
        fresh = tuple(each for each in self.fresh if each[1] > now)
        moved = replace(self, seconds=now, fresh=fresh, is_lit=bool(fresh) and int(now * 2) % 2 == 0)
        notices = moved.notices.at(int(moved.hall_seconds * SECOND))
        return replace(
            moved, notices=notices, minute=int(moved.hall_seconds // 60), turn=int(now // FOOT_SECONDS)
        )

    @overload
    def see(self, message: Snapshot | Events | LinkUp | LinkDown) -> "BoardScene": ...
    @overload
    def see(self, message: object) -> Scene: ...
    def see(self, message: object) -> Scene:
        """Take what the link posted; while the hall does not know this board, a code is shown before it."""
        match message:
            case PairingCode():
                return Pairing(message, behind=self)
            case Snapshot(data):
                shown = self._show(read_board(data))
                return replace(shown, facts=read_facts(data), notices=read_notices(data))
            case Events(events):
                shown = self._show(follow(self.board, events))
                return replace(shown, notices=follow_notices(self.notices, events))
            case LinkUp():
                return replace(self, is_linked=True, lost_at="")
            case LinkDown():
                return replace(
                    self, is_linked=False, lost_at=self.lost_at or self.local_time.strftime("%H:%M")
                )
            case _:
                return self

    def _show(self, board: Board) -> "BoardScene":
        """Show another board: its new calls are fresh, and those gone are no more."""
        still = tuple(each for each in self.fresh if each[0] in board.now)
        new = tuple((call, self.seconds + FRESH_SECONDS) for call in board.new_since(self.board))
        return replace(self, board=board, heard=self.seconds, fresh=still + new)

    @property
    def hall_seconds(self) -> float:
        """The hall's time, in seconds since 1970."""
        return self.board.at / SECOND + self.seconds - self.heard

    @property
    def local_time(self) -> datetime:
        """The hall's time on its own clocks."""
        zone = _zone(self.facts.time_zone if self.facts else "UTC")
        return (EPOCH + timedelta(seconds=self.hall_seconds)).astimezone(zone)

    @property
    def languages(self) -> list[str]:
        """The hall's languages that this machine can write, the board's own first."""
        own = (self.settings.language,) if self.settings.language else ()
        hall = self.facts.languages if self.facts else ()
        wanted = dict.fromkeys((*own, *hall))
        return [language for language in wanted if self.can_show(language)] or ["en"]

    @property
    def page(self) -> Page | None:
        """The notice whose turn it is; of an emergency nothing else is shown."""
        if self.facts is None:
            return None
        shown = pages(self.notices, self.facts, self.languages)
        shown = [page for page in shown if page.is_emergency] or shown
        return shown[self.turn % len(shown)] if shown else None

    def draw(self, canvas: Canvas) -> None:
        """Say what stands where."""
        Drawing(self, canvas).draw()


class Drawing:
    """One drawing of a scene on a canvas."""

    def __init__(self, scene: BoardScene, canvas: Canvas) -> None:
        """Look up the texts once."""
        self.scene, self.canvas = scene, canvas
        self.languages = scene.languages
        self.texts: Texts = texts(self.languages[0])
        self.page = scene.page
        self.places: Layout = lay_out(canvas.rect, self.notice_percent)

    def draw(self) -> None:
        """Draw the parts; before the hall is known there is nothing to show but that."""
        if self.scene.facts is None:
            connecting = self.texts.gettext("Connecting to the hall …")
            self.canvas.part(self.places.whole, self.words(connecting), paint_hint)
            return
        is_emergency = bool(self.page and self.page.is_emergency)
        if not (is_emergency and self.scene.is_linked):
            self.canvas.part(self.places.footer, self.foot(), paint_foot)
        self.draw_header(self.scene.facts)
        if self.page:
            notice = Notice(Words(self.page.text, texts(self.page.language).direction), self.page.is_warning)
            self.canvas.part(self.places.notice, notice, paint_notice)
        if not is_emergency:
            self.draw_now()
            self.draw_recent()

    @property
    def notice_percent(self) -> int:
        """How much of the middle a notice takes: as much in each of its turns, so that no call jumps."""
        if self.page is None:
            return 0
        if self.page.is_emergency:
            return WHOLE_PERCENT
        return PAUSE_PERCENT if self.scene.notices.pause else NOTICE_PERCENT

    def draw_header(self, facts: HallFacts) -> None:
        """Draw the hall's name, with the zone's where the board shows one, and the clock."""
        name = names(dict(facts.names), self.texts.language, facts.languages[0])
        zone = names(
            dict(facts.zones.get(self.scene.settings.zone, {})), self.texts.language, facts.languages[0]
        )
        self.canvas.part(
            self.place(self.places.name), self.words(f"{name} · {zone}" if zone else name), paint_name
        )
        clock = Clock(self.scene.local_time.strftime("%H:%M"), self.words(self.date()))
        self.canvas.part(self.place(self.places.clock), clock, paint_clock)

    def draw_now(self) -> None:
        """Draw the calls that stand, or that there is none."""
        title = self.title(N_("Now called"))
        self.canvas.part(self.place(self.places.now_title), title, paint_title)
        calls = self.scene.board.now
        if not calls:
            hint = self.texts.gettext("Please wait until your number is called.")
            self.canvas.part(self.place(self.places.now), self.words(hint), paint_hint)
        for call, rect in zip(calls, cards(self.places.now, len(calls), self.places.gap), strict=True):
            self.canvas.part(self.place(rect), self.card(call), paint_card)

    def draw_recent(self) -> None:
        """Draw the calls before, as many as there is room for."""
        title = self.title(N_("Called before"))
        self.canvas.part(self.place(self.places.recent_title), title, paint_title)
        for call, rect in zip(self.scene.board.recent, self.places.recent, strict=False):
            self.canvas.part(self.place(rect), replace(self.card(call), where=""), paint_recent)

    def card(self, call: Call) -> Card:
        """Give what a call's card shows."""
        facts = self.scene.facts or HallFacts()
        is_fresh = any(call == each for each, _ in self.scene.fresh)
        return Card(
            ticket=call.number,
            desk_word=self.words(self.texts.gettext(DESK_WORDS.get(facts.desk(call.desk).kind, "Desk"))),
            desk=call.desk,
            where=ARROWS.get(self.scene.settings.directions.get(call.desk, ""), ""),
            is_fresh=is_fresh,
            is_lit=is_fresh and self.scene.is_lit,
        )

    def foot(self) -> Foot:
        """Give the line at the foot: a lost link first, else what to do, in each language in turn."""
        scene = self.scene
        if scene.is_linked:
            # Each language has two turns: what to do, and by which order.
            turn, is_order = scene.turn // 2 % len(self.languages), scene.turn % 2
            spoken = texts(self.languages[turn])
            order = order_sentence(scene.facts.order, spoken) if scene.facts and is_order else ""
            hint = spoken.gettext("When your number is shown, please go to the desk beside it.")
            return Foot(Words(order or hint, spoken.direction), seal=scene.board.seal)
        lost = self.texts.gettext("No connection since {time}. Newer calls may be missing here.")
        return Foot(self.words(lost.format(time=scene.lost_at)), is_warning=True)

    def title(self, sentence: str) -> Title:
        """Give a heading in all the hall's languages."""
        others = [texts(language) for language in self.languages[1:]]
        return Title(
            self.words(self.texts.gettext(sentence)),
            tuple(Words(each.gettext(sentence), each.direction) for each in others),
        )

    def date(self) -> str:
        """Give the day in words, as the language writes it."""
        try:
            locale = self.texts.language.replace("-", "_")
            return format_date(self.scene.local_time.date(), "full", locale=locale)
        except (UnknownLocaleError, ValueError):
            return self.scene.local_time.date().isoformat()

    def words(self, text: str) -> Words:
        """Give a text in the board's language."""
        return Words(text, self.texts.direction)

    def place(self, rect: Rect) -> Rect:
        """Give where a part stands in the board's direction."""
        return mirrored(rect, self.places.whole, self.texts.direction)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
