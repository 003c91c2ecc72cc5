"""What a kiosk tells of a slip that its scanner read: the place, the wait, where to go."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pygame import Rect

from kiosk.known import Known
from kiosk.layout import BUTTON
from kiosk.paint import Part, Ticket
from kiosk.scenes.answers import NO_ANSWER, NO_LINK, NO_SLIP, Sorry
from kiosk.scenes.screen import LABEL, TITLE, Action, Screen
from kiosk.turn import turn
from protocol.link import Reply
from ui.language import N_
from ui.scene import Scanned, Scene

TOKEN = re.compile(r"(\d{6}-[^/\s]{1,12}-)([0-9a-f]{32})(?:\W\d+\W[0-9a-f]{16})?\s*$", re.IGNORECASE)
"""The end of what stands in a slip's code; what a scanner makes of the address before it does not matter.

What the slip says of its place in the log may follow (``#12-9f8e7d6c5b4a3210``), for the page of the visit.
"""

ENDED = (N_("This slip is no longer valid."), N_("Please ask at the information desk."))


def read_slip(screen: Screen, text: str) -> Scene:
    """Give the screen for a line that a scanner typed."""
    known, language = screen.known, screen.language
    if not text.strip() or known.hall is None:
        return screen
    found = TOKEN.search(text)
    if found is None:
        return Sorry(known, language, why=NO_SLIP)
    if not known.is_linked:
        return Sorry(known, language, why=NO_LINK)
    known.counter.look_up(found[1] + found[2].lower())
    return Reading(known, language)


@dataclass(frozen=True)
class Reading(Screen):
    """The hall was asked for the visit."""

    waited_seconds: float = field(default=0.0, compare=False)

    def parts(self) -> Sequence[Part]:
        """Ask for patience."""
        words = self.words(self.t.gettext("One moment, please"), TITLE, bold=True, align="middle")
        return [Part(self.known.layout.whole, words)]

    def tick(self, seconds: float) -> Scene:
        """Give up after a bounded time."""
        waited = self.waited_seconds + seconds
        if waited >= self.known.settings.answer_seconds:
            return Sorry(self.known, self.language, why=NO_ANSWER)
        return self._with(waited_seconds=waited)

    def see(self, message: object) -> Scene:
        """Show what the hall tells of the visit."""
        match message:
            case Reply("visit", 200, told):
                language = told["language"] if told["language"] in self.known.languages else self.language
                return YourTurn(self.known, language, told=told)
            case Reply("visit"):
                return Sorry(self.known, self.language, why=ENDED)
        return super().see(message)

    def resumed(self, known: Known) -> Scene:
        """Wait on: the slip can be told of in a closed hall too."""
        return self._with(known=known)


@dataclass(frozen=True, kw_only=True)
class YourTurn(Screen):
    """The number, and what its visit's page says; in the language of the ticket."""

    told: Mapping[str, Any]

    def parts(self) -> Sequence[Part]:
        """Show the card over one button."""
        t, place, frame = self.t, self.known.layout, self.frame()
        done = Rect(frame.bottom.x, frame.bottom.bottom - place(BUTTON), frame.bottom.w, place(BUTTON))
        room = Rect(done.x, frame.hall.y, done.w, done.y - place(4) - frame.hall.y)
        card = Ticket(*self._said(), place(LABEL), t.direction)
        return [Part(room, card), self.button(done, ("start",), t.gettext("Done"), "primary")]

    def _said(self) -> tuple[str, str, tuple[str, ...]]:
        """Give a label, what is to be read from afar, and the lines: who is called needs the desk most."""
        number, service = self.told["ticket"], self.name(self.told["names"])
        is_withdrawn = self.told["state"] == "cancelled"
        reason = self.hall.reason(self.told.get("reason") or "") if is_withdrawn else {}
        said = turn(self.told, self.t, self.name(reason), self.hall.facts.time_zone)
        if self.told["state"] == "called" and len(said) > 1:
            return said[0], said[1], tuple(filter(None, (number, service)))
        return self.t.gettext("Your number"), number, tuple(filter(None, (*said, service)))

    def press(self, action: Action) -> Scene:  # noqa: ARG002 - there is one button
        """Give the first screen."""
        return self.start()

    def tick(self, seconds: float) -> Scene:
        """Give way after a while."""
        idle = self.idle_seconds + seconds
        is_over = idle >= 2 * self.known.settings.thanks_seconds
        return self.start() if is_over else self._with(idle_seconds=idle)

    def see(self, message: object) -> Scene:
        """Leave what is scanned next to the first screen."""
        return self.start().see(message) if isinstance(message, Scanned) else super().see(message)

    def resumed(self, known: Known) -> Scene:
        """Let it be read to its end."""
        return self._with(known=known)
