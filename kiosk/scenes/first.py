"""What the screens share that stand while nobody is there: a scanner, help, and the door to the staff's."""

from abc import abstractmethod
from dataclasses import dataclass, field

from kiosk.layout import Frame
from kiosk.scenes.booking import check_in, code_of
from kiosk.scenes.helping import call_help
from kiosk.scenes.languages import choose_language
from kiosk.scenes.screen import Action, Screen
from kiosk.scenes.staff import PinPad
from kiosk.scenes.visit import read_slip
from ui.scene import Released, Scanned, Scene

HOLD_SECONDS = 3.0
"""So long the hall's name is pressed by who wants the staff's screen: no visitor does by chance."""


@dataclass(frozen=True)
class FirstScreen(Screen):
    """A screen to come back to; ``held_seconds`` counts while a finger lies on the hall's name."""

    held_seconds: float | None = field(default=None, compare=False, kw_only=True)

    @abstractmethod
    def first_frame(self) -> Frame:
        """Divide the screen."""

    def touch(self, x: int, y: int) -> Scene:
        """Begin to count on the hall's name; elsewhere it is a touch."""
        if self.known.hall and self._place(self.first_frame().hall).collidepoint(x, y):
            return self._with(held_seconds=0.0)
        return super().touch(x, y)

    def tick(self, seconds: float) -> Scene:
        """Stay; in another language or layout than the first, go back to that without a question."""
        if self.held_seconds is not None:
            held = self.held_seconds + seconds
            return (
                PinPad(self.known, self.language) if held >= HOLD_SECONDS else self._with(held_seconds=held)
            )
        first = self.start()
        if self == first:
            return self
        idle = self.idle_seconds + seconds
        patience = self.known.settings.idle_seconds + self.known.settings.warning_seconds
        return first if idle >= patience else self._with(idle_seconds=idle)

    def see(self, message: object) -> Scene:
        """Take a slip or a booking that was scanned, and the finger that was lifted."""
        match message:
            case Released():
                return self._with(held_seconds=None)
            case Scanned(text):
                code = code_of(text)
                return check_in(self, code) if code else read_slip(self, text)
        return super().see(message)

    def press(self, action: Action) -> Scene:
        """Choose a language, or the low layout, or call help."""
        return call_help(self) if action == ("help",) else choose_language(self, action)
