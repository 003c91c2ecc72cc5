"""What a kiosk knows, whatever its screen shows: the hall, the link, the printer, its own size."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk.counter import Counter
from kiosk.hall import Hall, read_hall
from kiosk.layout import Layout, Size
from kiosk.printing.printer import PrinterState
from kiosk.settings import Settings
from protocol.link import Events, LinkDown, LinkUp, Snapshot
from ui.scene import Resized, Scene


@dataclass(frozen=True)
class Known:
    """A value: each message gives the next one.

    ``begin`` gives the first screen for what is known, in a language or, if that is empty, in the hall's main
    one; ``can_show`` tells whether a language can be written on this machine.
    """

    counter: Counter = field(compare=False)
    begin: Callable[["Known", str], Scene]
    can_show: Callable[[str], bool]
    settings: Settings
    size: Size
    is_low: bool
    hall: Hall | None = None
    is_linked: bool = False
    printer_trouble: bool = False

    @property
    def layout(self) -> Layout:
        """Give where things stand."""
        return Layout(self.size, self.is_low)

    @property
    def languages(self) -> list[str]:
        """Give the hall's languages that can be written here."""
        return [each for each in (self.hall.facts.languages if self.hall else []) if self.can_show(each)]

    def at_rest(self) -> "Known":
        """Give it without what the last visitor chose."""
        is_low = self.settings.low_layout
        return self if self.is_low == is_low else replace(self, is_low=is_low)

    def after(self, message: object) -> "Known":
        """Give what is known after a message; itself when it says nothing new."""
        match message:
            case Snapshot(data):
                return replace(self, hall=read_hall(data))
            case Events(events) if self.hall:
                hall = self.hall
                for event in events:
                    hall = hall.folded(event)
                return replace(self, hall=hall)
            case LinkUp() | LinkDown():
                return replace(self, is_linked=isinstance(message, LinkUp))
            case PrinterState(state, _, _):
                return replace(self, printer_trouble=state != "ok")
            case Resized(width, height):
                return replace(self, size=(width, height))
        return self
