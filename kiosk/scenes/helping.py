"""A visitor asks for a person: called, then coming."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pygame import Rect

from kiosk.known import Known
from kiosk.layout import BUTTON
from kiosk.paint import Part
from kiosk.scenes.answers import NO_LINK, Sorry
from kiosk.scenes.screen import LABEL, TITLE, Action, Screen
from protocol.link import Answer, Events, TooManyUnanswered
from ui.scene import Scene

PATIENCE_SECONDS = 180.0
"""So long the screen stays with a visitor who waits for somebody; a touch leaves it before."""


def call_help(screen: Screen) -> Scene:
    """Ask the hall for a member of staff."""
    if not screen.known.is_linked:
        return Sorry(screen.known, screen.language, why=NO_LINK)
    try:
        command_id = screen.known.counter.call_help()
    except TooManyUnanswered:
        return Sorry(screen.known, screen.language, why=NO_LINK)
    return Helping(screen.known, screen.language, command_id=command_id)


@dataclass(frozen=True, kw_only=True)
class Helping(Screen):
    """Says that somebody was called, and then that somebody is coming."""

    command_id: str
    is_coming: bool = False
    shown_seconds: float = field(default=0.0, compare=False)

    def parts(self) -> Sequence[Part]:
        """Show the sentence over one button."""
        t, place, frame = self.t, self.known.layout, self.frame()
        title = t.gettext("Someone is coming.") if self.is_coming else t.gettext("Help has been called.")
        done = Rect(frame.bottom.x, frame.bottom.bottom - place(BUTTON), frame.bottom.w, place(BUTTON))
        room = Rect(frame.title.x, frame.title.y, frame.title.w, done.y - frame.title.y)
        upper, lower = place.stacked(room, 24, 14)
        return [
            *self.top(frame, "")[:-1],
            Part(upper, self.words(title, TITLE * 1.3, bold=True, align="middle")),
            Part(lower, self.words(t.gettext("Please wait at this kiosk."), LABEL, align="middle")),
            self.button(done, ("start",), t.gettext("Done"), "primary"),
        ]

    def press(self, action: Action) -> Scene:  # noqa: ARG002 - there is one button
        """Give the first screen; who was called comes all the same."""
        return self.start()

    def tick(self, seconds: float) -> Scene:
        """Give way after a while."""
        shown = self.shown_seconds + seconds
        return self.start() if shown >= PATIENCE_SECONDS else self._with(shown_seconds=shown)

    def see(self, message: object) -> Scene:
        """Take the answer, and that somebody is on the way."""
        match message:
            case Answer(self.command_id, {"ok": False}):
                return Sorry(self.known, self.language, why=NO_LINK)
            case Answer(self.command_id, {"events": [{"seq": seq}]}):
                return self._with(known=replace(self.known, help_request=seq))
            case Events(events) if any(map(self._is_answer, events)):
                return self._with(is_coming=True, known=self.known.after(message))
        return super().see(message)

    def _is_answer(self, event: dict[str, Any]) -> bool:
        """Tell whether somebody goes to this kiosk, and not to another."""
        return event["type"] == "help_answered" and bool(event["request"] == self.known.help_request)

    def resumed(self, known: Known) -> Scene:
        """Stay, whatever happens: somebody waits here."""
        return self._with(known=known)
