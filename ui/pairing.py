"""What a device shows while it has no token: a large code for a manager, until the hall has let it in."""

from dataclasses import dataclass, field, replace

from pygame import Rect

from protocol.link import LinkDown, LinkUp
from protocol.pairing import PairingCode
from ui.canvas import Canvas
from ui.language import texts
from ui.scene import Scene

GAP = 4
"""Between the lines and at the edge, in hundredths of the shorter side."""


@dataclass(frozen=True)
class _Line:
    """A text of the screen; ``size`` is in hundredths of the shorter side."""

    text: str
    size: float
    colour: str
    direction: str
    bold: bool


def _paint(canvas: Canvas, rect: Rect, line: _Line) -> None:
    canvas.paragraph(
        rect,
        line.text,
        int(min(canvas.rect.size) * line.size / 100),
        colour=getattr(canvas.theme, line.colour),
        align="middle",
        direction=line.direction,
        bold=line.bold,
    )


@dataclass(frozen=True)
class Pairing:
    """The code, what to do with it, and what is wrong; ``behind`` is the program's own first screen."""

    shown: PairingCode
    behind: Scene = field(compare=False)
    trouble: str = ""

    def draw(self, canvas: Canvas) -> None:
        """Put the lines under one another, each in its share of the height."""
        place, top = canvas.rect, canvas.rect.y
        gap = min(place.size) * GAP // 100
        for line, share in self.lines():
            high = place.h * share // 100
            canvas.part(Rect(place.x + gap, top + gap, place.w - 2 * gap, high - gap), line, _paint)
            top += high

    def lines(self) -> list[tuple[_Line, int]]:
        """Say what stands there, each with its share of the height in hundredths."""
        t = texts(self.shown.language)
        title = t.gettext("This device is not part of the hall yet.")
        code = self.shown.code or t.gettext("One moment, please")
        way = t.gettext("On the page {page} a manager opens “Devices” and types in this code.")
        after = t.gettext("This screen then goes on by itself. A code that expires is followed by another.")
        told = self.trouble and t.gettext("There is no connection: {why}").format(why=self.trouble)
        page = way.format(page=f"{self.shown.server}/manager")
        return [
            (_Line(title, 6.5, "on_ground", t.direction, bold=True), 18),
            (_Line(code, 26 if self.shown.code else 8, "accent", "ltr", bold=True), 32),
            (_Line(page, 4.6, "on_ground", t.direction, bold=False), 20),
            (_Line(after, 3.6, "quiet", t.direction, bold=False), 14),
            (_Line(told, 3.6, "warning", t.direction, bold=True), 14),
        ]

    def touch(self, x: int, y: int) -> Scene:  # noqa: ARG002 - there is nothing to touch
        """Stay: the code is typed in elsewhere."""
        return self

    def tick(self, seconds: float) -> Scene:  # noqa: ARG002 - it stays until it is let in
        """Stay."""
        return self

    def see(self, message: object) -> Scene:
        """Take another code, and give way to the program's screen once the link stands."""
        match message:
            case PairingCode():
                return replace(self, shown=message, trouble="")
            case LinkUp():
                return self.behind.see(message)
            case LinkDown(why):
                return replace(self, trouble=why, behind=self.behind.see(message))
        return replace(self, behind=self.behind.see(message))
