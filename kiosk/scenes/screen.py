"""What all screens of the kiosk share: a visitor's language, the touch, the patience, and the messages."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from pygame import Rect

from kiosk.hall import Hall
from kiosk.known import Known
from kiosk.layout import GAP, Frame
from kiosk.paint import PAINT, Face, Notice, Part, Words
from kiosk.standstill import kiosk_name, standstill
from protocol.pairing import PairingCode
from ui.canvas import Canvas, mirrored
from ui.language import Texts, names, texts
from ui.pairing import Pairing
from ui.scene import Scene

Action = tuple[str, ...]

LABEL = 4.2
TITLE = 6.5
TEXT = 3.6


@dataclass(frozen=True)
class Screen(ABC):
    """A screen is a frozen value; ``parts`` says what stands where, ``press`` what an action leads to."""

    known: Known
    language: str
    idle_seconds: float = field(default=0.0, compare=False, kw_only=True)

    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """Say what stands where, laid out from left to right."""

    def press(self, action: Action) -> Scene:  # noqa: ARG002 - a screen without buttons
        """Give the screen that an action leads to."""
        return self

    def draw(self, canvas: Canvas) -> None:
        """Put every part on the canvas, mirrored for a right-to-left language."""
        for part in self.parts():
            canvas.part(self._place(part.rect), part.value, PAINT[type(part.value)])

    def touch(self, x: int, y: int) -> Scene:
        """Give the screen that the touched button leads to; between buttons, the nearer one is meant."""
        awake = replace(self, idle_seconds=0.0)
        slack = self.known.layout(GAP)
        for part in self.parts():
            if part.action and self._place(part.rect).inflate(slack, slack).collidepoint(x, y):
                return awake.press(part.action)
        return awake

    def tick(self, seconds: float) -> Scene:
        """Let time pass: after a while without a touch, ask whether the visitor is still there."""
        idle = self.idle_seconds + seconds
        if idle >= self.known.settings.idle_seconds:
            return StillThere(self.known, self.language, screen=replace(self, idle_seconds=0.0))
        return replace(self, idle_seconds=idle)

    def see(self, message: object) -> Scene:
        """Take what the link, the printer or the window says; without a token there is only the code."""
        if isinstance(message, PairingCode):
            return Pairing(message, behind=self.start())
        known = self.known.after(message)
        return self if known is self.known else self.resumed(known)

    def resumed(self, known: Known) -> Scene:
        """Give this screen as it is with what is known now: another one where no tickets are given."""
        if standstill(known, self.t):
            return known.begin(known, self.language)
        return replace(self, known=known)

    def start(self) -> Scene:
        """Give the first screen, for the next visitor."""
        return self.known.begin(self.known, "")

    # Pieces that screens are made of.

    @property
    def t(self) -> Texts:
        """Give the texts of the visitor's language."""
        return texts(self.language)

    @property
    def hall(self) -> Hall:
        """Give the hall; there is one on every screen that a visitor can act on."""
        assert self.known.hall  # noqa: S101 - told to the type checker; the first screen sees to it
        return self.known.hall

    def name(self, table: dict[str, str]) -> str:
        """Pick a name in the visitor's language."""
        return names(table, self.language, self.known.hall.main_language if self.known.hall else "en")

    def frame(self, bottom_rows: int = 1) -> Frame:
        """Divide the screen, with room for what is wrong now."""
        return self.known.layout.frame(notices=len(self.troubles()), bottom_rows=bottom_rows)

    def troubles(self) -> list[str]:
        """Give the sentences that a visitor should know before taking a ticket."""
        t, said = self.t, []
        if self.known.issues_itself:
            said.append(t.gettext("The central system is away. Tickets are given all the same."))
        elif not self.known.is_linked:
            said.append(t.gettext("This kiosk is not connected: it cannot give tickets just now."))
        if self.known.printer_trouble:
            said.append(self._paperless())
        return said

    def _paperless(self) -> str:
        """Say that no slip comes out here, and where one does."""
        t, near = self.t, self.known.nearest
        if near is None:
            return t.gettext("The printer is out of order: please note your number.")
        sentence = t.gettext("No slips are printed here: note your number, or use this kiosk: {kiosk}")
        return sentence.format(kiosk=kiosk_name(self.known, near, t))

    def top(self, frame: Frame, title: str) -> list[Part]:
        """Give the hall's name, what is wrong, and the title."""
        place, direction = self.known.layout, self.t.direction
        hall = self.name(self.known.hall.facts.names) if self.known.hall else ""
        notices = [
            Part(rect, Notice(sentence, place(3.4), direction))
            for rect, sentence in zip(frame.notices, self.troubles(), strict=True)
        ]
        return [
            Part(frame.hall, Words(hall, place(4), direction, colour="accent", bold=True)),
            *notices,
            Part(frame.title, self.words(title, TITLE, bold=True)),
        ]

    def words(self, text: str, hundredths: float, **style: Any) -> Words:
        """Give a text in the visitor's direction, its size in hundredths."""
        return Words(text, self.known.layout(hundredths), self.t.direction, **style)

    def button(
        self, rect: Rect, action: Action, label: str, kind: str = "choice", note: str = "", scale: float = 1
    ) -> Part:
        """Give a button."""
        size = self.known.layout(LABEL * scale)
        return Part(rect, Face(label, size, self.t.direction, kind, note), action)

    def ways(self, frame: Frame, turning: Sequence[tuple[str, str, str]] = ()) -> list[Part]:
        """Give the buttons that lead back, and those that turn the page: each its action and its label."""
        t, place = self.t, self.known.layout
        row = place.row(frame.bottom, 2 if place.is_portrait and not turning else 4)
        back = self.button(row[0], ("back",), t.gettext("Back"), "plain")
        start = self.button(row[1], ("start",), t.gettext("Start over"), "plain")
        pages = [
            self.button(spot, (way, page), label, "plain")
            for spot, (way, page, label) in zip(row[2:], turning, strict=False)
        ]
        return [back, start, *pages]

    def over(self, frame: Frame) -> Part:
        """Give the one button that starts over, where there is no way back."""
        back, start = self.ways(frame)
        return replace(start, rect=back.rect)

    def _place(self, rect: Rect) -> Rect:
        return mirrored(rect, self.known.layout.whole, self.t.direction)

    def _with(self, **changes: Any) -> Self:
        return replace(self, **changes)


@dataclass(frozen=True, kw_only=True)
class StillThere(Screen):
    """Asks before it starts over, so that nobody is hurried; a touch anywhere goes on."""

    screen: Screen
    waited_seconds: float = 0.0

    def parts(self) -> Sequence[Part]:
        """Show the question, the seconds left, and one large button."""
        place, t = self.known.layout, self.t
        frame = place.frame()
        left = max(1, round(self.known.settings.warning_seconds - self.waited_seconds))
        sentence = t.ngettext(
            "The first screen comes back in {n} second.", "The first screen comes back in {n} seconds.", left
        ).format(n=left)
        high = place(30)
        spot = Rect(frame.bottom.x, frame.bottom.bottom - high, frame.bottom.w, high)
        room = Rect(spot.x, frame.hall.y, spot.w, spot.y - frame.hall.y)
        upper, lower = place.stacked(room, 18, 12)
        return [
            Part(upper, self.words(t.gettext("Do you need more time?"), TITLE, bold=True, align="middle")),
            Part(lower, self.words(sentence, TEXT, align="middle")),
            self.button(spot, ("more",), t.gettext("Yes, I need more time"), "primary", scale=1.4),
        ]

    def touch(self, x: int, y: int) -> Scene:  # noqa: ARG002 - anywhere
        """Go on where the visitor was."""
        return self.screen

    def tick(self, seconds: float) -> Scene:
        """Count down to the first screen."""
        waited = self.waited_seconds + seconds
        return (
            self.start()
            if waited >= self.known.settings.warning_seconds
            else self._with(waited_seconds=waited)
        )

    def resumed(self, known: Known) -> Scene:
        """Keep the screen behind up to date."""
        behind = self.screen.resumed(known)
        return self._with(known=known, screen=behind) if isinstance(behind, type(self.screen)) else behind
