"""What a kiosk shows when nobody is there: the first screen, or why no tickets are given just now."""

from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect

from kiosk.known import Known
from kiosk.layout import Frame
from kiosk.paint import Part
from kiosk.scenes.choosing import Home
from kiosk.scenes.first import FirstScreen
from kiosk.scenes.languages import language_buttons, language_rows
from kiosk.scenes.screen import LABEL, TITLE
from kiosk.standstill import NOT_READY, Why, standstill
from ui.language import texts
from ui.scene import Scene


def first_screen(known: Known, language: str = "") -> Scene:
    """Give the first screen for what is known, in a language or in the hall's main one."""
    main = known.languages[0] if known.languages else "en"
    kind = Resting if standstill(known, texts(language or main)) else Home
    return kind(known, language) if language else kind(known.at_rest(), main)


@dataclass(frozen=True)
class Resting(FirstScreen):
    """Why no tickets are given: two sentences, and nothing that can be asked for but help."""

    @property
    def told(self) -> Why:
        """Give the sentences: what is the matter, and what to do."""
        return standstill(self.known, self.t) or NOT_READY

    def first_frame(self) -> Frame:
        """Leave room for the languages."""
        return self.frame(language_rows(self.known))

    def troubles(self) -> list[str]:
        """Say nothing besides: what is the matter is the sentence itself."""
        return []

    def parts(self) -> Sequence[Part]:
        """Show the sentences, and the languages once they are known."""
        title, advice = self.told
        frame = self.first_frame()
        room = Rect(frame.title.x, frame.title.y, frame.title.w, frame.body.bottom - frame.title.y)
        upper, lower = self.known.layout.stacked(room, 40, 20)
        said = [
            Part(upper, self.words(title, TITLE * 1.3, bold=True, align="middle")),
            Part(lower, self.words(advice, LABEL * 1.1, align="middle")),
        ]
        languages = language_buttons(self, frame.bottom) if self.known.hall else []
        return [*self.top(frame, "")[:-1], *said, *languages]

    def resumed(self, known: Known) -> Scene:
        """Give the first screen as soon as there is one."""
        return known.begin(known, self.language if self.known.hall else "")
