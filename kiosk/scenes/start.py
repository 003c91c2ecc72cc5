"""What a kiosk shows when nobody is there: the first screen, or that the hall is closed or not known yet."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect

from kiosk.known import Known
from kiosk.paint import Part
from kiosk.scenes.answers import CLOSED
from kiosk.scenes.choosing import Home, choose_language, language_buttons, language_rows
from kiosk.scenes.screen import LABEL, TITLE, Action, Screen
from ui.language import N_
from ui.scene import Scene

DAYS = (
    N_("It opens on Monday at {time}."),
    N_("It opens on Tuesday at {time}."),
    N_("It opens on Wednesday at {time}."),
    N_("It opens on Thursday at {time}."),
    N_("It opens on Friday at {time}."),
    N_("It opens on Saturday at {time}."),
    N_("It opens on Sunday at {time}."),
)
"""Whole sentences: in many languages the day's name changes its form in them."""


def first_screen(known: Known, language: str = "") -> Scene:
    """Give the first screen for what is known, in a language or in the hall's main one."""
    if known.hall is None:
        return NoHall(known, language or "en")
    main = known.languages[0] if known.languages else "en"
    kind = Home if known.hall.is_open else Closed
    return kind(known, language) if language else kind(known.at_rest(), main)


@dataclass(frozen=True)
class Resting(Screen):
    """A screen with two sentences, on which nothing can be asked for."""

    @abstractmethod
    def told(self) -> tuple[str, str]:
        """Give the sentences: what is the matter, and what to do."""

    def parts(self) -> Sequence[Part]:
        """Show the sentences, and the languages once they are known."""
        title, advice = self.told()
        frame = self.frame(language_rows(self.known))
        room = Rect(frame.title.x, frame.title.y, frame.title.w, frame.body.bottom - frame.title.y)
        upper, lower = self.known.layout.stacked(room, 26, 18)
        said = [
            Part(upper, self.words(title, TITLE * 1.4, bold=True, align="middle")),
            Part(lower, self.words(advice, LABEL, align="middle")),
        ]
        languages = language_buttons(self, frame.bottom) if self.known.hall else []
        return [*self.top(frame, "")[:-1], *said, *languages]

    def press(self, action: Action) -> Scene:
        """Choose a language."""
        return choose_language(self, action)

    def tick(self, seconds: float) -> Scene:
        """Stay; in another language than the first, go back to that after a while."""
        first = self.start()
        idle = self.idle_seconds + seconds
        if self == first:
            return self
        return first if idle >= self.known.settings.idle_seconds else self._with(idle_seconds=idle)

    def resumed(self, known: Known) -> Scene:
        """Give the first screen as soon as there is one."""
        return known.begin(known, self.language if self.known.hall else "")


@dataclass(frozen=True)
class Closed(Resting):
    """The hall is closed; says when it opens, if its hours tell."""

    def told(self) -> tuple[str, str]:
        """Name the day and the time of the next opening."""
        opening = self.hall.next_opening()
        if opening is None:
            return self.t.gettext(CLOSED[0]), self.t.gettext(CLOSED[1])
        return self.t.gettext(CLOSED[0]), self.t.gettext(DAYS[opening.weekday()]).format(
            time=f"{opening:%H:%M}"
        )


@dataclass(frozen=True)
class NoHall(Resting):
    """Nothing is known of the hall yet."""

    def troubles(self) -> list[str]:
        """Say nothing besides: that there is no connection is the sentence itself."""
        return []

    def told(self) -> tuple[str, str]:
        """Tell that it is being connected."""
        return (
            self.t.gettext("This kiosk is not ready yet."),
            self.t.gettext("It is still connecting. Please ask at the information desk."),
        )
