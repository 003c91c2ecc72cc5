"""The screens between a chosen service and a ticket asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pygame import Rect

from kiosk.facts import Service, TicketClass
from kiosk.journal import JournalFailed
from kiosk.known import Known
from kiosk.paint import Part
from kiosk.scenes.answers import CLOSING, NO_LINK, SUSPENDED, Sorry, refusal
from kiosk.scenes.booking import EnterDocument, Offer
from kiosk.scenes.moment import ask
from kiosk.scenes.screen import LABEL, TEXT, TITLE, Action, Screen
from kiosk.scenes.thanks import Thanks
from kiosk.standstill import Why, standstill
from ui.scene import Scene

NUMBERS = 12
"""So many numbers have room on a screen."""


@dataclass(frozen=True, kw_only=True)
class TakeTicket(Screen):
    """One service: a large button for a ticket, and a button for each ground of precedence."""

    service: Service
    back: Screen = field(compare=False)

    @property
    def stopped(self) -> Why | None:
        """Say why no tickets are given for this service just now; None when they are."""
        t, hall = self.t, self.hall
        if self.service.queue in hall.closing:
            return t.gettext(CLOSING[0]), t.gettext(CLOSING[1])
        if self.service.id not in hall.suspended:
            return None
        reason = self.name(hall.reason(hall.suspended[self.service.id]))
        return t.gettext(SUSPENDED[0]), reason or t.gettext(SUSPENDED[1])

    @property
    def classes(self) -> list[TicketClass]:
        """Give the grounds of precedence that can be claimed here now."""
        return self.hall.offered_classes(by_itself=self.known.issues_itself)

    def troubles(self) -> list[str]:
        """Say besides that nobody serves this now: a visitor may still want to wait.

        While the server is away nobody here knows whether somebody does.
        """
        said = super().troubles()
        queue = self.service.queue
        if self.known.issues_itself:
            return said
        if queue in self.hall.without_desk and not self.stopped:
            n = self.known.waiting.get(queue, 0)
            sentence = self.t.ngettext(
                "Nobody serves this just now; {n} person waits.",
                "Nobody serves this just now; {n} people wait.",
                n,
            )
            said.append(sentence.format(n=n))
        return said

    def parts(self) -> Sequence[Part]:
        """Lay out the ticket's button over those of the classes."""
        place, frame = self.known.layout, self.frame()
        classes = self.classes
        ways = self.ways(frame)
        top = self.top(frame, self.name(self.service.names))
        if self.stopped:
            upper, lower = place.stacked(frame.body, 16, 14)
            why = Part(upper, self.words(self.stopped[0], TITLE, bold=True, align="middle"))
            return [*top, why, Part(lower, self.words(self.stopped[1], LABEL, align="middle")), *ways]
        if not classes:
            spot = place.grid(frame.body, 1, 1, highest=36)[0]
            return [*top, self._take(spot), *ways]
        columns, least = (1, 24) if place.is_portrait else (5, 20) if place.is_low else (3, 24)
        rows = -(-len(classes) // columns)
        high = min(place(16 if place.is_portrait else 18), (frame.body.h - place(least)) // rows)
        lower = Rect(frame.body.x, frame.body.bottom - rows * high, frame.body.w, rows * high)
        question = Rect(lower.x, lower.y - place(9), lower.w, place(8))
        take_high = min(place(36), question.y - place(1) - frame.body.y)
        take = Rect(lower.x, question.y - place(1) - take_high, lower.w, take_high)
        return [*top, self._take(take), *self._classes(question, lower, columns), *ways]

    def _take(self, spot: Rect) -> Part:
        return self.button(spot, ("take", "none"), self.t.gettext("Take a ticket"), "primary", scale=1.4)

    def _classes(self, question: Rect, lower: Rect, columns: int) -> list[Part]:
        """Give the question, and the classes; what needs proof says so on its button."""
        t, place, classes = self.t, self.known.layout, self.classes
        sentence = t.gettext("Does one of these apply to you? Then you will be called earlier.")
        spots = place.grid(lower, len(classes), columns, highest=18)
        parts = [Part(question, self.words(sentence, TEXT))]
        for spot, each in zip(spots, classes, strict=True):
            note = t.gettext("Proof is asked for at the desk") if each.evidence == "desk" else ""
            parts.append(self.button(spot, ("take", each.id), self.name(each.names), note=note))
        return parts

    def press(self, action: Action) -> Scene:
        """Ask for a ticket, once for each touch, or first how many things are brought; or go back."""
        match action:
            case ("take", class_) if self.service.most_at_once > 1:
                return HowMany(self.known, self.language, service=self.service, class_=class_, back=self)
            case ("take", class_):
                return take(self, self.service, class_)
            case ("back",):
                return self.back.resumed(self.known)
            case _:
                return self.start()

    def resumed(self, known: Known) -> Scene:
        """Take the service as it is configured now; start over when it is no more."""
        service = known.hall.find(self.service.id) if known.hall else None
        there = super().resumed(known)
        if service and isinstance(there, TakeTicket):
            return replace(there, service=service)
        return known.begin(known, self.language)


@dataclass(frozen=True, kw_only=True)
class HowMany(Screen):
    """Asks how many the visitor brings at once, where a service takes several."""

    service: Service
    class_: str
    back: TakeTicket = field(compare=False)
    page: int = 0

    def parts(self) -> Sequence[Part]:
        """Lay out the numbers, page by page."""
        t, place, frame = self.t, self.known.layout, self.frame()
        first = self.page * NUMBERS + 1
        shown = range(first, min(first + NUMBERS, self.service.most_at_once + 1))
        spots = place.grid(frame.body, len(shown), 3 if place.is_portrait else 4, highest=18)
        buttons = [
            self.button(spot, ("many", str(n)), str(n), "plain", scale=1.4)
            for spot, n in zip(spots, shown, strict=True)
        ]
        turning = [("page", str(self.page - 1), t.gettext("Previous"))] if self.page else []
        if shown.stop <= self.service.most_at_once:
            turning.append(("page", str(self.page + 1), t.gettext("More")))
        title = t.gettext("How many do you bring?")
        return [*self.top(frame, title), *buttons, *self.ways(frame, turning)]

    def press(self, action: Action) -> Scene:
        """Ask for a ticket for so many."""
        match action:
            case ("many", many):
                return take(self, self.service, self.class_, int(many))
            case ("page", page):
                return self._with(page=int(page))
            case ("back",):
                return self.back.resumed(self.known)
        return self.start()


def issue_here(screen: Screen, service: Service, class_: str, quantity: int) -> Scene:
    """Give a ticket of the kiosk's own series, and print it; it is on the disk before.

    None after the hours, nor for a class that only the server can give.
    """
    known, language = screen.known, screen.language
    if standstill(known, screen.t):
        return known.begin(known, language)
    offered = {each.id for each in screen.hall.offered_classes(by_itself=True)}
    if class_ not in {"none", *offered}:
        return Sorry(known, language, why=NO_LINK)
    try:
        issued = known.counter.issue_here(screen.hall, service.id, class_, language, quantity)
    except JournalFailed:
        return Sorry(known, language, why=NO_LINK)
    return Thanks(known, language, service=service, issued=issued).with_slip()


def take(
    screen: Screen, service: Service, class_: str, quantity: int = 1, person: str | None = None
) -> Scene:
    """Ask the hall for a ticket, and wait for the answer; ``person`` is a document's number, if asked for.

    While the server is away the kiosk gives one of its own series.
    """

    def here(now: Screen) -> Scene:
        return issue_here(now, service, class_, quantity)

    own = screen.known.counter.own
    if screen.known.issues_itself and own and own.is_settled:
        return here(screen)

    def send() -> str:
        return screen.known.counter.ask(service.id, class_, screen.language, quantity, person)

    def otherwise(moment: Screen, answer: dict[str, Any]) -> Scene:
        known, language = moment.known, moment.language
        match answer.get("code", ""):
            case "booked_only" | "too_late_today":
                return Offer(known, language, service=service.id, class_=class_, told=answer, person=person)
            case "person_needed":
                return EnterDocument(
                    known,
                    language,
                    back=screen,
                    then=lambda here, text: take(here, service, class_, quantity, text),
                )
            case code:
                return Sorry(known, language, why=refusal(code))

    return ask(screen, send, otherwise, instead=here)
