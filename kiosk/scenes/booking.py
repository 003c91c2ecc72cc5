"""A booking at the kiosk: its code typed or scanned, a choice for who comes late, the next free time."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pygame import Rect

from kiosk.hall import Hall
from kiosk.known import Known
from kiosk.layout import BUTTON
from kiosk.paint import Code, Notice, Part, Ticket
from kiosk.scenes.answers import NO_SLIP, Sorry, refusal
from kiosk.scenes.keypad import EnterDigits
from kiosk.scenes.moment import ask
from kiosk.scenes.screen import LABEL, TEXT, TITLE, Action, Screen
from kiosk.slips import book_url, booking_slip, grouped
from protocol.words import Micros
from ui.scene import Scene

CODE = re.compile(r"(?:^|/book/)([0-9]{12,20})\s*$", re.IGNORECASE)
"""What stands in the picture of a booking: the address of its page, or the digits alone."""

FEWEST, MOST = 12, 20
DOCUMENT_FEWEST, DOCUMENT_MOST = 4, 20


def code_of(text: str) -> str:
    """Give the code in a line that was typed or scanned; empty when there is none."""
    found = CODE.search(text.replace(" ", ""))
    return found[1] if found else ""


def clock(hall: Hall, at: Micros, beside: Micros = 0) -> str:
    """Write a time, with its day unless ``beside`` is a time of the same one."""
    moment, other = hall.local(at), hall.local(beside)
    return moment.strftime("%H:%M" if moment.date() == other.date() else "%d.%m.%Y  %H:%M")


@dataclass(frozen=True, kw_only=True)
class EnterCode(EnterDigits):
    """Asks for the code of a booking."""

    @property
    def question(self) -> tuple[str, str]:
        """Ask for the code."""
        t = self.t
        return (
            t.gettext("Enter the code of your booking"),
            t.gettext("Or hold its picture before the scanner, if there is one here."),
        )

    @property
    def bounds(self) -> tuple[int, int]:
        """Give a code's lengths."""
        return FEWEST, MOST

    def entered(self, text: str) -> Scene:
        """Check in; a slip is no booking."""
        code = code_of(text)
        return check_in(self, code) if code else Sorry(self.known, self.language, why=NO_SLIP)


@dataclass(frozen=True, kw_only=True)
class EnterDocument(EnterDigits):
    """Asks for the number of a document, where something may be had once a day."""

    then: Callable[["EnterDocument", str], Scene] = field(compare=False)

    @property
    def question(self) -> tuple[str, str]:
        """Ask for the number, and say what becomes of it."""
        t = self.t
        return (
            t.gettext("Enter the number of your document"),
            t.gettext("It is not kept: the hall only sees whether it was used today."),
        )

    @property
    def bounds(self) -> tuple[int, int]:
        """Give how long documents' numbers are."""
        return DOCUMENT_FEWEST, DOCUMENT_MOST

    def entered(self, text: str) -> Scene:
        """Go on with it."""
        return self.then(self, text)


def check_in(screen: Screen, code: str, late: str | None = None) -> Scene:
    """Say that who booked is here; ``late`` is the choice of who comes late."""

    def answered(moment: Screen, answer: dict[str, Any]) -> Scene:
        return _not_in(moment, code, answer)

    return ask(screen, lambda: screen.known.counter.check_in(code, late), answered)


def _not_in(screen: Screen, code: str, answer: dict[str, Any]) -> Scene:
    """Show why there is no ticket, and what can be chosen."""
    known, language, t, hall = screen.known, screen.language, screen.t, screen.hall
    for event in answer.get("events", []):
        if event["type"] == "slot_moved":
            return Booked(known, language, told=event, code=code).with_slip()
    why = refusal(answer.get("code", ""))
    match answer.get("code"):
        case "booking_late":
            return Late(known, language, code=code, told=answer)
        case "booking_used":
            why = t.gettext(why[0]), t.gettext("Your number: {ticket}").format(ticket=answer["ticket"])
        case "booking_another_day" | "booking_early":
            time = clock(hall, answer["slot"])
            why = t.gettext("This booking is for {time}.").format(time=time), t.gettext(why[1])
    return Sorry(known, language, why=why)


@dataclass(frozen=True, kw_only=True)
class Late(Screen):
    """The place is no longer kept: a ticket as everybody's, or the next free time, by one touch."""

    code: str
    told: dict[str, Any]

    def parts(self) -> Sequence[Part]:
        """Lay out both ways, large."""
        t, place, frame, slot = self.t, self.known.layout, self.frame(), self.told["slot"]
        later = self.told.get("next")
        title = t.gettext("Your time was {time}: the place is no longer kept.").format(
            time=clock(self.hall, slot, slot)
        )
        spots = place.grid(frame.body, 2 if later else 1, 1, highest=26)
        note = t.gettext("Your turn comes as if you had just come")
        ways = [self.button(spots[0], ("late", "walk_in"), t.gettext("Take a ticket now"), "primary", note)]
        if later:
            time = t.gettext("Come at {time}").format(time=clock(self.hall, later, slot))
            note = t.gettext("The next time that is free")
            ways.append(self.button(spots[1], ("late", "next_slot"), time, "primary", note))
        return [*self.top(frame, title), *ways, self.over(frame)]

    def press(self, action: Action) -> Scene:
        """Do what was chosen."""
        match action:
            case ("late", way):
                return check_in(self, self.code, way)
        return self.start()


@dataclass(frozen=True, kw_only=True)
class Offer(Screen):
    """No ticket just now: why not, and the next free time, booked by one touch."""

    service: str
    class_: str
    told: dict[str, Any]
    person: str | None = None

    def troubles(self) -> list[str]:
        """Say nothing besides."""
        return []

    def parts(self) -> Sequence[Part]:
        """Lay out why, the next time, and the picture that leads a phone to all of them."""
        t, place, frame = self.t, self.known.layout, self.frame()
        why = refusal(self.told["code"])
        later, url = self.told.get("next"), book_url(self.hall)
        spot = place.grid(frame.body, 1, 1, highest=20)[0]
        spot.bottom = frame.body.bottom
        room = Rect(frame.title.x, frame.title.y, frame.title.w, spot.y - frame.title.y - place(3))
        upper, lower = place.stacked(room, 18, 54)
        parts = [
            *self.top(frame, "")[:-1],
            Part(upper, self.words(t.gettext(why[0]), TITLE, bold=True, align="middle")),
        ]
        if url:
            code, caption = Rect(lower.x, lower.y, lower.w, lower.h - place(8)), Rect(lower)
            caption.top, caption.h = code.bottom, place(8)
            words = t.gettext("Book any free time on your phone")
            parts += [Part(code, Code(url)), Part(caption, self.words(words, TEXT, align="middle"))]
        else:
            parts.append(Part(lower, self.words(t.gettext(why[1]), LABEL, align="middle")))
        if later:
            label = t.gettext("Book {time}").format(time=clock(self.hall, later, self.told["slot"]))
            parts.append(
                self.button(spot, ("book",), label, "primary", t.gettext("The next time that is free"))
            )
        return [*parts, self.over(frame)]

    def press(self, action: Action) -> Scene:
        """Book the next time."""
        return self.book(self.person) if action == ("book",) else self.start()

    def book(self, person: str | None) -> Scene:
        """Book for somebody; the hall says when it has to know who."""
        counter, slot = self.known.counter, self.told["next"]

        def send() -> str:
            return counter.book(self.service, slot, self.class_, self.language, person)

        return ask(self, send, self._answered)

    def _answered(self, moment: Screen, answer: dict[str, Any]) -> Scene:
        known, language = moment.known, moment.language
        for event in answer.get("events", []):
            if event["type"] == "slot_booked":
                return Booked(known, language, told=event, code=event["code"]).with_slip()
        match answer.get("code"):
            case "person_needed":
                here = replace(self, known=known)
                return EnterDocument(
                    known,
                    language,
                    back=here,
                    then=lambda screen, text: replace(here, known=screen.known).book(text),
                )
            case "slot_full" | "slot_past" if "next" in answer:
                return self._with(known=known, told={**self.told, "next": answer["next"]})
        return Sorry(known, language, why=refusal(answer.get("code", "")))


@dataclass(frozen=True, kw_only=True)
class Booked(Screen):
    """A booking made or moved here: when, and the code to come back with."""

    told: dict[str, Any]
    code: str
    is_printing: bool = False

    def with_slip(self) -> "Booked":
        """Have it printed."""
        content = booking_slip(self.hall, self.told, self.code, self.language)
        return self._with(is_printing=self.known.counter.print_slip(content))

    def parts(self) -> Sequence[Part]:
        """Show the card over one button."""
        t, place, frame = self.t, self.known.layout, self.frame()
        done = Rect(frame.bottom.x, frame.bottom.bottom - place(BUTTON), frame.bottom.w, place(BUTTON))
        paper = Rect(done.x, done.y - place(14), done.w, place(12))
        room = Rect(done.x, frame.hall.y, done.w, paper.y - place(3) - frame.hall.y)
        service = self.hall.find(self.told["service"])
        lines = (
            self.name(service.names) if service else "",
            t.gettext("Code: {code}").format(code=grouped(self.code)),
        )
        sentence = (
            t.gettext("Please take your slip: the code stands on it.")
            if self.is_printing and not self.known.printer_trouble
            else t.gettext("Please note the code: you will need it when you come.")
        )
        time = clock(self.hall, self.told["slot"])
        card = Ticket(t.gettext("Your booking"), time, tuple(filter(None, lines)), place(LABEL), t.direction)
        return [
            Part(room, card),
            Part(paper, Notice(sentence, place(TEXT), t.direction, is_alarm=False)),
            self.button(done, ("start",), t.gettext("Done"), "primary"),
        ]

    def press(self, action: Action) -> Scene:  # noqa: ARG002 - there is one button
        """Give the first screen."""
        return self.start()

    def tick(self, seconds: float) -> Scene:
        """Give way after a while; there is more to note than a number."""
        idle = self.idle_seconds + seconds
        is_over = idle >= 2 * self.known.settings.thanks_seconds
        return self.start() if is_over else self._with(idle_seconds=idle)

    def resumed(self, known: Known) -> Scene:
        """Let it be read to its end."""
        return self._with(known=known)
