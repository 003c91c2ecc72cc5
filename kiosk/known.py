"""What a kiosk knows, whatever its screen shows: the hall, the link, the printer, its own size."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import msgspec

from kiosk.counter import Counter
from kiosk.facts import Neighbour, nearest
from kiosk.hall import Hall, read_hall
from kiosk.layout import Layout, Size
from kiosk.printing.printer import PrinterState
from kiosk.settings import Settings
from protocol.link import Events, LinkDown, LinkUp, Reply, Snapshot
from ui.scene import Resized, Scene


@dataclass(frozen=True)
class Known:
    """A value: each message gives the next one.

    ``begin`` gives the first screen for what is known, in a language or, if that is empty, in the hall's main
    one; ``can_show`` tells whether a language can be written on this machine. ``out_of_service`` is what the
    staff told the visitors, a key of ``standstill.PRESETS``; ``waiting`` counts who waits, by queue;
    ``help_request`` is the seq of the last call for help from here.
    """

    counter: Counter = field(compare=False)
    begin: Callable[["Known", str], Scene]
    can_show: Callable[[str], bool]
    settings: Settings
    size: Size
    is_low: bool
    hall: Hall | None = None
    is_linked: bool = False
    printer: PrinterState | None = None
    device: str = ""
    out_of_service: str = ""
    neighbours: tuple[Neighbour, ...] = ()
    waiting: Mapping[str, int] = field(default_factory=dict)
    help_request: int = 0

    @property
    def layout(self) -> Layout:
        """Give where things stand."""
        return Layout(self.size, self.is_low)

    @property
    def languages(self) -> list[str]:
        """Give the hall's languages that can be written here."""
        return [each for each in (self.hall.facts.languages if self.hall else []) if self.can_show(each)]

    @property
    def issues_itself(self) -> bool:
        """Tell whether the server is away, and tickets can be had here all the same."""
        own = self.counter.own
        return not self.is_linked and self.hall is not None and own is not None and own.is_ready

    @property
    def hall_now(self) -> Hall | None:
        """Give the hall as it is now; while the server is away, as it must be by what was told last."""
        own = self.counter.own
        return self.hall.as_of(own.now()) if self.issues_itself and self.hall and own else self.hall

    @property
    def printer_trouble(self) -> bool:
        """Tell whether a slip can hardly be had here."""
        return self.printer is not None and self.printer.state != "ok"

    @property
    def nearest(self) -> Neighbour | None:
        """Give the nearest kiosk that works, for who cannot be helped here."""
        return nearest(list(self.neighbours), self.device)

    def at_rest(self) -> "Known":
        """Give it without what the last visitor chose."""
        is_low = self.settings.low_layout
        return self if self.is_low == is_low else replace(self, is_low=is_low)

    def after(self, message: object) -> "Known":
        """Give what is known after a message; itself when it says nothing new."""
        changes: dict[str, Any] = {}
        match message:
            case Snapshot(data):
                changes = {
                    "hall": read_hall(data),
                    "device": data.get("device") or "",
                    "out_of_service": _out_of_service(data),
                }
            case Events(events) if self.hall:
                changes = {"hall": reduce(Hall.folded, events, self.hall)}
            case LinkUp() | LinkDown():
                changes = {"is_linked": isinstance(message, LinkUp)}
            case PrinterState():
                changes = {"printer": message}
            case Reply("kiosks", 200, kiosks):
                changes = {"neighbours": tuple(msgspec.convert(kiosks, list[Neighbour]))}
            case Reply("queues", 200, {"queues": queues}):
                changes = {"waiting": {queue["id"]: queue["waiting"] for queue in queues}}
            case Resized(width, height):
                changes = {"size": (width, height)}
        return replace(self, **changes) if changes else self


def _out_of_service(snapshot: dict[str, Any]) -> str:
    """Read what the staff told the visitors; empty when the kiosk is in service."""
    told = snapshot.get("out_of_service")
    return "" if told is None else str(told) or "other"
