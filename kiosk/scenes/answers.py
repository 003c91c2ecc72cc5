"""How a visit to the kiosk ends: thanks, with the number, or sorry, with what to do instead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pygame import Rect

from kiosk.hall import Service
from kiosk.known import Known
from kiosk.layout import BUTTON
from kiosk.paint import Code, Notice, Part, Ticket
from kiosk.printing.content import SlipContent, slip_content
from kiosk.printing.printer import SlipOutcome
from kiosk.scenes.screen import LABEL, TEXT, TITLE, Action, Screen
from ui.language import N_
from ui.scene import Scene

Why = tuple[str, str]
"""What is the matter, and what to do: two sentences to translate."""

SUSPENDED: Why = (
    N_("No tickets are given for this service just now."),
    N_("Please choose another service, or ask at the information desk."),
)
CLOSED: Why = (N_("The hall is closed."), N_("Please come back in its opening hours."))
NO_LINK: Why = (
    N_("This kiosk cannot give tickets just now."),
    N_("Please use another kiosk, or ask at the information desk."),
)
NO_ANSWER: Why = (
    N_("No answer came in time."),
    N_("Please try again in a minute, or ask at the information desk."),
)
TOO_MANY: Why = (N_("Very many tickets were taken here just now."), N_("Please try again in a minute."))
CHANGED: Why = (N_("The hall's services have just changed."), N_("Please choose your service again."))
OTHERWISE: Why = (N_("No ticket could be given."), N_("Please ask at the information desk."))

REFUSALS: dict[str, Why] = {
    "service_suspended": SUSPENDED,
    "hall_closed": CLOSED,
    "too_many_issues": TOO_MANY,
    "unknown_service": CHANGED,
    "unknown_class": CHANGED,
}

SETTLE_SECONDS = 1.0
"""A finger that trembles must not send the number away."""

PAPER_SECONDS = 15.0
"""How long the number stays shown while the paper is still awaited."""


def refusal(code: str) -> Why:
    """Give the sentences for a refusal of the hall."""
    return REFUSALS.get(code, OTHERWISE)


@dataclass(frozen=True, kw_only=True)
class Sorry(Screen):
    """What is the matter, in one plain sentence, and what to do."""

    why: Why

    def troubles(self) -> list[str]:
        """Say nothing besides: what is the matter is the sentence itself."""
        return []

    def parts(self) -> Sequence[Part]:
        """Show the two sentences over one button."""
        t, place, frame = self.t, self.known.layout, self.frame()
        spot = place.grid(frame.body, 1, 1, highest=18)[0]
        if not (place.is_portrait or place.is_low):
            spot.bottom = frame.body.bottom
        room = Rect(frame.title.x, frame.title.y, frame.title.w, spot.y - frame.title.y - place(3))
        upper, lower = place.stacked(room, 24, 18)
        title = self.words(t.gettext(self.why[0]), TITLE, bold=True, align="middle")
        advice = self.words(t.gettext(self.why[1]), LABEL, align="middle")
        return [
            *self.top(frame, "")[:-1],
            Part(upper, title),
            Part(lower, advice),
            self.button(spot, ("start",), t.gettext("Start over"), "primary"),
        ]

    def press(self, action: Action) -> Scene:  # noqa: ARG002 - there is one button
        """Give the first screen."""
        return self.start()

    def tick(self, seconds: float) -> Scene:
        """Give the first screen after a while."""
        idle = self.idle_seconds + seconds
        is_over = idle >= self.known.settings.thanks_seconds
        return self.start() if is_over else self._with(idle_seconds=idle)

    def resumed(self, known: Known) -> Scene:
        """Let the sentence be read to its end."""
        return self._with(known=known)


@dataclass(frozen=True, kw_only=True)
class Thanks(Screen):
    """The number, very large: the ticket exists, paper or not.

    ``slip`` is printing, printed, unconfirmed, failed, or none without a printer.
    """

    service: Service
    issued: dict[str, Any]
    slip: str = "none"
    shown_seconds: float = field(default=0.0, compare=False)

    def with_slip(self) -> "Thanks":
        """Have the slip printed, on the printer's own time."""
        return self._with(slip="printing" if self.known.counter.print_slip(self.content) else "none")

    @property
    def page_url(self) -> str:
        """Give the address of the visit's page; empty when the hall has no public address."""
        base, token = self.hall.facts.public_url.rstrip("/"), self.issued.get("token")
        return f"{base}/visit/{token}" if base and token else ""

    @property
    def content(self) -> SlipContent:
        """Give what the slip says; the screen says the same in the same words."""
        facts = self.hall.facts
        return slip_content(
            self.t,
            hall_name=self.name(facts.names),
            service_name=self.name(self.service.names),
            number=self.issued["ticket"],
            day=self.issued["day"],
            issued_at=self.issued["at"],
            time_zone=facts.time_zone,
            ahead=self.issued["ahead"],
            expected_wait_seconds=self.issued["expected_wait_seconds"],
            footer=self.name(facts.slip.footer),
            page_url=self.page_url,
        )

    def parts(self) -> Sequence[Part]:
        """Lay out the card, the code, what became of the paper, and the way on."""
        t, place, frame = self.t, self.known.layout, self.known.layout.frame()
        top = frame.hall.y
        done = Rect(frame.bottom.x, frame.bottom.y, frame.bottom.w, place(BUTTON))
        paper = Rect(done.x, done.y - place(14), done.w, place(12))
        room = Rect(done.x, top, done.w, paper.y - place(3) - top)
        card, code, caption = self._divided(room)
        parts = [
            Part(card, self._card()),
            Part(paper, self._paper()),
            self.button(done, ("start",), t.gettext("Done"), "primary"),
        ]
        if self.page_url:
            words = self.words(t.gettext("Follow your place on your phone"), TEXT, align="middle")
            parts += [Part(code, Code(self.page_url)), Part(caption, words)]
        return parts

    def _divided(self, room: Rect) -> tuple[Rect, Rect, Rect]:
        """Give the card's place, and beside or below it the code's and its caption's."""
        place = self.known.layout
        if not self.page_url:
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
        lines = (content.service, content.ahead, content.expected, where)
        size = self.known.layout(LABEL)
        return Ticket(content.label, content.number, tuple(filter(None, lines)), size, t.direction)

    def _paper(self) -> Notice:
        """Say whether the slip comes, or that the number is to be noted."""
        t, size = self.t, self.known.layout(TEXT)
        sentences = {
            "printing": t.gettext("Your slip is being printed."),
            "printed": t.gettext("Please take your slip."),
            "unconfirmed": t.gettext("If no slip comes out, please note your number: it is valid."),
            "failed": t.gettext("No slip can be printed: please note your number, it is valid."),
            "none": t.gettext("Please note your number."),
        }
        return Notice(
            sentences[self.slip], size, t.direction, is_alarm=self.slip in {"failed", "unconfirmed"}
        )

    def press(self, action: Action) -> Scene:  # noqa: ARG002 - there is one button
        """Give way to the next visitor, though the paper may still be coming out."""
        return self.start() if self.shown_seconds >= SETTLE_SECONDS else self

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
        """Take what became of this ticket's slip."""
        match message:
            case SlipOutcome(number, day, outcome, _) if (number, day) == (
                self.issued["ticket"],
                self.issued["day"],
            ):
                return self._with(slip=outcome)
        return super().see(message)

    def resumed(self, known: Known) -> Scene:
        """Stay, whatever happens: the number is what the visitor came for."""
        return self._with(known=known)
