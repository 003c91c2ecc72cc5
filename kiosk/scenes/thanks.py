"""Thanks: the number just issued, what becomes of its slip, and a copy where it did not come out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pygame import Rect

from kiosk.facts import Service
from kiosk.known import Known
from kiosk.layout import BUTTON
from kiosk.paint import Code, Notice, Part, Ticket
from kiosk.printing.content import SlipContent
from kiosk.printing.printer import SlipOutcome
from kiosk.scenes.screen import LABEL, TEXT, Action, Screen
from kiosk.slips import worded
from protocol.link import Answer, TooManyUnanswered
from ui.scene import Scene

SETTLE_SECONDS = 1.0
"""A finger that trembles must not send the number away."""

PAPER_SECONDS = 15.0
"""How long the number stays shown while the paper is still awaited."""

MOST_COPIES = 3
"""As many as the hall gives a kiosk."""

LARGE = 16
"""The height of yes and no, in hundredths."""


@dataclass(frozen=True, kw_only=True)
class Thanks(Screen):
    """The number, very large: the ticket exists, paper or not.

    ``slip`` is printing, printed, unconfirmed (the visitor is asked whether it came), failed, or none without
    a printer. ``copies`` have been printed besides; ``command_id`` asks for one more.
    """

    service: Service
    issued: dict[str, Any]
    slip: str = "none"
    copies: int = 0
    command_id: str = ""
    shown_seconds: float = field(default=0.0, compare=False)

    def with_slip(self) -> "Thanks":
        """Have the slip printed, on the printer's own time."""
        is_printing = self.known.counter.print_slip(self.content)
        return self._with(slip="printing" if is_printing else "none", shown_seconds=0.0)

    @property
    def content(self) -> SlipContent:
        """Give what the slip says; the screen says the same in the same words."""
        return worded(self.hall, self.issued, self.language, self.copies)

    def parts(self) -> Sequence[Part]:
        """Lay out the card, the code, what became of the paper, and the way on."""
        place, frame = self.known.layout, self.known.layout.frame()
        high = place(LARGE if self.slip == "unconfirmed" else BUTTON)
        ways = Rect(frame.bottom.x, frame.bottom.bottom - high, frame.bottom.w, high)
        paper = Rect(ways.x, ways.y - place(14), ways.w, place(12))
        room = Rect(ways.x, frame.hall.y, ways.w, paper.y - place(3) - frame.hall.y)
        card, code, caption = self._divided(room)
        parts = [Part(card, self._card()), Part(paper, self._paper()), *self._ways(ways)]
        if page_url := self.content.page_url:
            words = self.words(self.content.page_caption, TEXT, align="middle")
            parts += [Part(code, Code(page_url)), Part(caption, words)]
        return parts

    def _ways(self, place: Rect) -> list[Part]:
        """Give the button that ends it; or, where nobody knows whether the slip came, yes and no."""
        t = self.t
        if self.slip != "unconfirmed":
            return [self.button(place, ("start",), t.gettext("Done"), "primary")]
        yes, no = self.known.layout.row(place, 2)
        return [
            self.button(yes, ("came",), t.gettext("Yes"), "primary", scale=1.4),
            self.button(no, ("missing",), t.gettext("No"), "primary", scale=1.4),
        ]

    def _divided(self, room: Rect) -> tuple[Rect, Rect, Rect]:
        """Give the card's place, and beside or below it the code's and its caption's."""
        place = self.known.layout
        if not self.content.page_url:
            return room, Rect(0, 0, 0, 0), Rect(0, 0, 0, 0)
        if place.is_portrait:
            side = place(44)
            card = Rect(room.x, room.y, room.w, room.h - side - place(12))
            code = Rect(room.centerx - side // 2, card.bottom + place(2), side, side)
            return card, code, Rect(room.x, code.bottom, room.w, place(8))
        side = min(place(46), room.h - place(14))
        card = Rect(room.x, room.y, room.w - side - place(6), room.h)
        code = Rect(card.right + place(6), room.centery - (side + place(12)) // 2, side, side)
        return card, code, Rect(code.x, code.bottom + place(1), side, place(12))

    def _card(self) -> Ticket:
        """Give the number and its facts, the service first."""
        t, content = self.t, self.content
        zones = [name for zone in self.hall.zones_of(self.service.queue) if (name := self.name(zone.names))]
        where = t.gettext("Please wait here: {zone}").format(zone=", ".join(zones)) if zones else ""
        lines = (content.service, content.then, content.ahead, content.expected, where)
        size = self.known.layout(LABEL)
        return Ticket(content.label, content.number, tuple(filter(None, lines)), size, t.direction)

    def _paper(self) -> Notice:
        """Say whether the slip comes, or that the number is to be noted."""
        t, is_question = self.t, self.slip == "unconfirmed"
        size = self.known.layout(1.4 * LABEL if is_question else TEXT)
        sentences = {
            "printing": t.gettext("Your slip is being printed."),
            "printed": t.gettext("Please take your slip."),
            "unconfirmed": t.gettext("Did your slip come out?"),
            "failed": t.gettext("No slip can be printed: please note your number, it is valid."),
            "none": t.gettext("Please note your number."),
        }
        return Notice(sentences[self.slip], size, t.direction, is_alarm=self.slip == "failed")

    def press(self, action: Action) -> Scene:
        """Give way to the next visitor, though the paper may still be coming out; or print once more."""
        if self.shown_seconds < SETTLE_SECONDS:
            return self
        match action:
            case ("came",):
                return self._with(slip="printed", shown_seconds=0.0)
            case ("missing",):
                return self._again()
        return self.start()

    def _again(self) -> Scene:
        """Ask the hall for a copy: it is the hall that counts them, but for a ticket given without it."""
        if self.issued.get("offline"):
            is_last = self.copies >= MOST_COPIES
            again = self._with(copies=self.copies + 1)
            return self._with(slip="failed", shown_seconds=0.0) if is_last else again.with_slip()
        try:
            command_id = self.known.counter.reprint(self.issued["ticket"], self.issued["day"])
        except TooManyUnanswered:
            return self._with(slip="failed", shown_seconds=0.0)
        return self._with(slip="printing", command_id=command_id, shown_seconds=0.0)

    def _copied(self, answer: dict[str, Any]) -> Scene:
        """Print the copy; without one, the number stays."""
        for event in answer.get("events", []):
            if event["type"] == "slip_reprinted":
                return self._with(copies=event["copies"], command_id="").with_slip()
        return self._with(slip="failed", command_id="", shown_seconds=0.0)

    def tick(self, seconds: float) -> Scene:
        """Give way after a while; without paper, the number stays twice as long, to be noted."""
        shown = self.shown_seconds + seconds
        patience = float(self.known.settings.thanks_seconds)
        if self.slip == "printing":
            patience = max(patience, PAPER_SECONDS)
        elif self.slip != "printed":
            patience *= 2
        return self.start() if shown >= patience else self._with(shown_seconds=shown)

    def see(self, message: object) -> Scene:
        """Take what became of this ticket's slip, and of the wish for a copy."""
        match message:
            case Answer(self.command_id, answer):
                return self._copied(answer)
            case SlipOutcome(number, day, outcome, _) if (number, day) == (
                self.issued["ticket"],
                self.issued["day"],
            ):
                return self._with(slip=outcome, shown_seconds=0.0)
        return super().see(message)

    def resumed(self, known: Known) -> Scene:
        """Stay, whatever happens: the number is what the visitor came for."""
        return self._with(known=known)
