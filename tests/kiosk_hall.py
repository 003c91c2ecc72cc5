"""A kiosk without a server: the demonstration hall's snapshot, a link and a printer that take notes."""

from dataclasses import dataclass, field
from typing import Any

from kiosk.counter import Counter
from kiosk.known import Known
from kiosk.layout import Size
from kiosk.printing.content import SlipContent
from kiosk.scenes.screen import Screen
from kiosk.scenes.start import first_screen
from kiosk.settings import Settings
from protocol.commands import Command
from protocol.hall import Hall
from protocol.link import LinkUp, Snapshot, TooManyUnanswered
from server.domain import views
from server.domain.state import HallState
from server.hallfile import load_hall
from ui.language import config_folder
from ui.scene import Scene

ISSUED: dict[str, Any] = {
    "type": "ticket_issued",
    "seq": 7,
    "at": 1_795_000_000_000_000,
    "day": "2026-11-18",
    "ticket": "A042",
    "service": "passport",
    "queue": "A",
    "class": "none",
    "language": "az",
    "ahead": 3,
    "expected_wait_seconds": [480, 900, 1500],
    "token": "261118-A042-0123456789abcdef0123456789abcdef",
}


@dataclass
class Notes:
    """A link and a printer that keep what they were given; ``is_full`` makes the link refuse."""

    sent: list[Any] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    slips: list[SlipContent] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    fresh_starts: int = 0
    looks: int = 0
    is_full: bool = False

    def send(self, command: Command) -> None:
        """Note a command."""
        if self.is_full:
            raise TooManyUnanswered
        self.sent.append(command)

    def forget(self, command_id: str) -> None:
        """Note that a command is given up."""
        self.forgotten.append(command_id)

    def start_over(self) -> None:
        """Note that the snapshot was asked for."""
        self.fresh_starts += 1

    def ask(self, name: str, path: str, body: dict[str, Any] | None = None) -> None:
        """Note a question."""
        self.asked.append((name, path, body))

    def print_slip(self, content: SlipContent) -> None:
        """Note a slip."""
        self.slips.append(content)

    def look(self) -> None:
        """Note that the printer's state was asked for."""
        self.looks += 1


def demo_hall() -> Hall:
    """Load the demonstration hall."""
    return load_hall(config_folder() / "halls" / "demo.toml")


def snapshot(hall: Hall | None = None, **changes: Any) -> Snapshot:
    """Give a hall as the server tells it to a kiosk."""
    state = HallState()
    state.configure(hall or demo_hall())
    state.at, state.day = ISSUED["at"], ISSUED["day"]
    told = views.kiosk(state) | {"is_open": True, "at": ISSUED["at"]}
    return Snapshot({**told, "hall": views.hall(state), **changes})


def known(notes: Notes, size: Size = (1080, 1920), settings: Settings | None = None) -> Known:
    """Give what a kiosk knows before it hears anything."""
    settings = settings or Settings()
    counter = Counter(lambda _: None, lambda _: None, printer_name=settings.printer_name)
    counter.link, counter.printer = notes, notes
    return Known(
        counter=counter,
        begin=first_screen,
        can_show=lambda _: True,
        settings=settings,
        size=size,
        is_low=settings.low_layout,
    )


def home(
    notes: Notes, *, size: Size = (1080, 1920), settings: Settings | None = None, told: Snapshot | None = None
) -> Scene:
    """Give the first screen of a kiosk that is connected."""
    return first_screen(known(notes, size, settings)).see(told or snapshot()).see(LinkUp("first", 1))


def labels(scene: Scene) -> list[str]:
    """Give what stands on the buttons."""
    assert isinstance(scene, Screen)
    return [part.value.label for part in scene.parts() if part.action]  # type: ignore[union-attr]


def said(scene: Scene) -> list[str]:
    """Give the sentences on a screen."""
    assert isinstance(scene, Screen)
    return [part.value.text for part in scene.parts() if hasattr(part.value, "text")]


def tap(scene: Scene, label: str) -> Scene:
    """Touch the middle of the button with this label."""
    assert isinstance(scene, Screen)
    for part in scene.parts():
        if part.action and getattr(part.value, "label", "") == label:
            return scene.touch(*scene._place(part.rect).center)
    message = f"{label!r} is not among {labels(scene)}"
    raise AssertionError(message)
