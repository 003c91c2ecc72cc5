"""The staff's screen, behind a PIN that the server checks: test print, new roll, out of service, restart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pygame import Rect

from kiosk.known import Known
from kiosk.paint import Part
from kiosk.printing.content import SlipContent
from kiosk.printing.printer import SlipOutcome
from kiosk.scenes.keypad import divided, keys
from kiosk.scenes.screen import LABEL, TEXT, Action, Screen
from kiosk.standstill import PRESETS
from protocol.link import Reply
from ui.language import N_
from ui.scene import Scene

FEWEST_DIGITS, MOST_DIGITS = 4, 8
TEST_NUMBER = "TEST"

STATES = {
    "ok": N_("The printer is well."),
    "fault": N_("The printer is out of order."),
    "unknown": N_("The printer does not say how it is."),
}
OUTCOMES = {
    "printing": N_("The test slip is being printed."),
    "printed": N_("The test slip came out."),
    "unconfirmed": N_("The printer does not say whether the test slip came out."),
    "failed": N_("The test slip did not come out."),
}


@dataclass(frozen=True)
class _Staff(Screen):
    """A screen of the staff: it stays whatever the hall does."""

    def resumed(self, known: Known) -> Scene:
        """Stay."""
        return self._with(known=known)

    def troubles(self) -> list[str]:
        """Say nothing that is meant for visitors."""
        return []


@dataclass(frozen=True)
class PinPad(_Staff):
    """Takes the PIN, and has it checked."""

    pin: str = ""
    is_asking: bool = False
    refusal: str = ""

    def parts(self) -> Sequence[Part]:
        """Lay out ten digits, a key to erase and one to enter; the digits typed are dots."""
        t, frame = self.t, self.frame()
        dots, pad = divided(self, frame)
        told = self.refusal or (t.gettext("One moment, please") if self.is_asking else "● " * len(self.pin))
        top = self.top(frame, t.gettext("For the staff: please enter the PIN"))
        words = self.words(told, LABEL, align="middle")
        return [*top, Part(dots, words), *keys(self, pad), *self.ways(frame)[:1]]

    def press(self, action: Action) -> Scene:
        """Take a key; nothing while the server is asked."""
        match action:
            case ("key", _) if self.is_asking:
                return self
            case ("key", "erase"):
                return self._with(pin=self.pin[:-1], refusal="")
            case ("key", "enter"):
                return self._enter()
            case ("key", digit):
                return self._with(pin=(self.pin + digit)[:MOST_DIGITS], refusal="")
        return self.start()

    def _enter(self) -> Scene:
        if len(self.pin) < FEWEST_DIGITS:
            return self
        if not self.known.is_linked:
            return self._with(pin="", refusal=self.t.gettext("There is no connection to the server."))
        self.known.counter.try_pin(self.pin)
        return self._with(pin="", is_asking=True)

    def see(self, message: object) -> Scene:
        """Take the server's word on the PIN."""
        match message:
            case Reply("pin", 200):
                return Staff(self.known, self.language)
            case Reply("pin", _, problem):
                return self._with(is_asking=False, refusal=self._told(problem))
        return super().see(message)

    def _told(self, problem: dict[str, Any]) -> str:
        """Word a refusal, and what to do."""
        t = self.t
        match problem.get("code"):
            case "wrong_pin":
                left = problem.get("tries_left", 0)
                sentence = t.ngettext("Wrong PIN: {n} try is left.", "Wrong PIN: {n} tries are left.", left)
                return sentence.format(n=left)
            case "pin_locked":
                sentence = t.gettext("Too many wrong PINs: please wait {n} seconds.")
                return sentence.format(n=problem.get("seconds", 60))
            case "no_pin_set":
                return t.gettext("No PIN is set: a manager sets one on the manager's page.")
        return str(problem.get("detail") or t.gettext("The PIN could not be checked."))


@dataclass(frozen=True)
class Staff(_Staff):
    """What the staff can do here; ``test`` is what became of a test print, or empty."""

    test: str = ""

    def parts(self) -> Sequence[Part]:
        """Show how the printer is, over the buttons."""
        t, place, frame = self.t, self.known.layout, self.frame()
        facts = Rect(frame.body.x, frame.body.y, frame.body.w, place(14))
        rest = Rect(facts.x, facts.bottom + place(2), facts.w, frame.body.bottom - facts.bottom - place(2))
        choices = [
            (("test",), t.gettext("Test print")),
            (("roll",), t.gettext("The roll was changed")),
            (("out",), t.gettext("Take out of service")),
            (("restart",), t.gettext("Restart the program")),
        ]
        if self.known.out_of_service:
            choices[2] = (("in",), t.gettext("Put back in service"))
        columns = 1 if place.is_portrait else 4 if place.is_low else 2
        spots = place.grid(rest, len(choices), columns, highest=16)
        buttons = [self.button(spot, *choice) for spot, choice in zip(spots, choices, strict=True)]
        said = self.words(self._facts(), TEXT)
        return [*self.top(frame, t.gettext("Staff")), Part(facts, said), *buttons, *self.ways(frame)[:1]]

    def _facts(self) -> str:
        """Tell how the printer is, and what became of the test print."""
        t, printer = self.t, self.known.printer
        state = t.gettext(STATES[printer.state]) if printer else t.gettext("This kiosk has no printer.")
        return f"{state} {t.gettext(OUTCOMES[self.test])}" if self.test else state

    def press(self, action: Action) -> Scene:
        """Do what was chosen."""
        counter = self.known.counter
        match action:
            case ("test",):
                return self._with(test="printing" if counter.print_slip(self._slip()) else "")
            case ("roll",):
                counter.look_at_printer()
                return self
            case ("out",):
                return OutOfService(self.known, self.language)
            case ("in",):
                counter.report_service("")
                return self._with(known=replace(self.known, out_of_service=""))
            case ("restart",):
                counter.restart()
                return self
        return self.start()

    def _slip(self) -> SlipContent:
        """Word a slip of no ticket: without a day, so that the hall is told nothing of it."""
        t = self.t
        return SlipContent(
            hall=self.name(self.hall.facts.names),
            service=t.gettext("Test print"),
            label="",
            number=TEST_NUMBER,
            day="",
            issued="",
            ahead="",
            expected="",
            page_url="",
            page_caption="",
            footer=self.name(self.hall.facts.slip.footer),
            direction=t.direction,
        )

    def see(self, message: object) -> Scene:
        """Take what became of the test print."""
        if isinstance(message, SlipOutcome) and message.number == TEST_NUMBER:
            return self._with(test=message.outcome)
        return super().see(message)


@dataclass(frozen=True)
class OutOfService(_Staff):
    """What the visitors are to be told."""

    def parts(self) -> Sequence[Part]:
        """Lay out the sentences."""
        t, place, frame = self.t, self.known.layout, self.frame()
        spots = place.grid(frame.body, len(PRESETS), 1 if place.is_portrait else 2, highest=18)
        buttons = [
            self.button(spot, ("say", code), t.gettext(sentence), scale=0.85)
            for spot, (code, sentence) in zip(spots, PRESETS.items(), strict=True)
        ]
        return [*self.top(frame, t.gettext("What shall the visitors read?")), *buttons, *self.ways(frame)[:1]]

    def press(self, action: Action) -> Scene:
        """Take the kiosk out of service, and tell the hall."""
        match action:
            case ("say", code):
                self.known.counter.report_service(code)
                known = replace(self.known, out_of_service=code)
                return known.begin(known, self.language)
            case ("back",):
                return Staff(self.known, self.language)
        return self.start()
