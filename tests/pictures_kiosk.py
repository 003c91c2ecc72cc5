"""The pictures of the kiosk in pygame, and of its slips."""

import signal
import tempfile
from contextlib import closing
from pathlib import Path

import pygame

from kiosk.counter import Counter
from kiosk.known import Known
from kiosk.own_series import OwnSeries
from kiosk.printing.printer import Printer
from kiosk.printing.profile import load_profile
from kiosk.printing.simulated import Simulator, TcpFace
from kiosk.scenes.answers import Sorry
from kiosk.scenes.asking import TakeTicket
from kiosk.scenes.choosing import Home
from kiosk.scenes.helping import Helping
from kiosk.scenes.moment import OneMoment
from kiosk.scenes.screen import Action, Screen
from kiosk.scenes.staff import OutOfService, PinPad, Staff
from kiosk.scenes.start import Resting, first_screen
from kiosk.scenes.thanks import Thanks
from kiosk.scenes.visit import YourTurn
from kiosk.settings import Settings
from protocol.link import Link
from protocol.pairing import PairingCode
from server.register import Register
from tests import pictures_kiosk_booking
from tests.browser import Hall
from tests.gallery import LANGUAGES, save, word
from tests.pictures_board import PATIENCE_SECONDS, photograph, until
from tests.socket_client import SocketClient
from ui.language import NAMES
from ui.loop import Loop, open_window, post
from ui.pairing import Pairing
from ui.scene import Scanned
from ui.text import TextEngine
from ui.theme import load_theme

SERVICE, SEVERAL_AT_ONCE = "passport", "fines"
A_TOUCH_SECONDS = 1.1
"""The first second of a new number is none in which it can be sent away."""
PORTRAIT, LANDSCAPE = (1080, 1920), (1920, 1080)


class Kiosk:
    """A kiosk with its own loop, link and printer, on a screen that is not there."""

    def __init__(self, hall: Hall, name: str, size: tuple[int, int], printer_url: str) -> None:
        """Connect it."""
        engine, settings = TextEngine(), Settings()
        window = open_window("kiosk", size, fullscreen=False)
        counter = Counter(post, print, printer_name="printer")
        known = Known(counter, first_screen, engine.can_show, settings, size, is_low=False)
        token = Register(hall.process.data).add_device(name, "kiosk", "")
        self.printer = Printer(printer_url, counter.hear, profile=load_profile(settings.profile))
        self.link = Link(hall.url, token, counter.hear)
        counter.link, counter.printer = self.link, self.printer
        self.counter, self.folder = counter, tempfile.TemporaryDirectory()
        counter.own = OwnSeries(lambda: Path(self.folder.name), self.link.send, print)
        self.loop = Loop(window, first_screen(known), engine, load_theme())
        self.link.start()
        until(self.loop, lambda: self.screen.known.is_linked and self.screen.known.hall)

    @property
    def screen(self) -> Screen:
        """Give the screen that is shown."""
        assert isinstance(self.loop.scene, Screen)
        return self.loop.scene

    def tap(self, label: str) -> None:
        """Tap the button with this label, with the pointer."""
        self.loop.step(A_TOUCH_SECONDS)
        [part] = [part for part in self.screen.parts() if getattr(part.value, "label", "") == label]
        place = self.screen._place(part.rect).center
        down = {"pos": place, "button": pygame.BUTTON_LEFT, "touch": False}
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, down))
        self.loop.step(0)

    def press(self, language: str, label: str) -> None:
        """Tap the button with this English label, as it is in a language."""
        self.tap(word(language, label))

    def go(self, *actions: Action) -> None:
        """Go over buttons that are known by what they do."""
        for action in actions:
            self.loop.scene = self.screen.press(action)

    def service(self, language: str) -> None:
        """Go from the first screen to a service in a language."""
        self.tap(NAMES[language])
        service = self.screen.hall.find(SERVICE)
        assert service
        self.tap(self.screen.name(service.names))

    def keep(self, name: str, language: str) -> None:
        """Take a screen, in the languages of the README."""
        if language in LANGUAGES:
            photograph(self.loop, f"kiosk-{name}-{language}", 540)

    def rest(self, language: str, name: str) -> None:
        """Take the first screen in a language once it gives no tickets."""
        until(self.loop, lambda: isinstance(self.screen, Resting))
        self.tap(NAMES[language])
        self.keep(name, language)

    def start(self) -> None:
        """Go to the first screen."""
        self.loop.scene = self.screen.start()
        until(self.loop, lambda: isinstance(self.screen, Home))

    def close(self) -> None:
        """Switch it off."""
        self.link.close()
        self.printer.close()
        if self.counter.own:
            self.counter.own.close()
        self.folder.cleanup()
        pygame.display.quit()


def take(hall: Hall) -> None:
    """Take the kiosk's screens and its slips; at last the hall is gone."""
    simulator = Simulator()
    elsewhere = Register(hall.process.data).add_device("west-door", "kiosk")
    with TcpFace(simulator) as plug:
        wide = Kiosk(hall, "wide", LANDSCAPE, plug.url)
        photograph(wide.loop, "kiosk-home-landscape-az", 960)
        wide.close()
        kiosk = Kiosk(hall, "entrance", PORTRAIT, plug.url)
        for count, language in enumerate((*LANGUAGES, "ru"), start=1):
            take_ticket(kiosk, language, hall)
            save(simulator.wait_for_slip(count, PATIENCE_SECONDS).picture, f"slip-{language}", 384)
        for language in LANGUAGES:
            take_services(kiosk, hall, language)
            take_stops(kiosk, hall, language)
            take_people(kiosk, hall, language)
            pictures_kiosk_booking.take(kiosk, hall, language)
            take_copy(kiosk, simulator, language)
            take_staff(kiosk, language)
            with closing(SocketClient(hall.process.port, {"token": elsewhere})) as other:
                other.join()
                take_fault(kiosk, simulator, language)
        own = kiosk.counter.own
        assert own
        until(kiosk.loop, lambda: own.is_ready)
        hall.process.kill()
        until(kiosk.loop, lambda: not kiosk.screen.known.is_linked and own.is_settled)
        for language in LANGUAGES:
            take_alone(kiosk, simulator, language)
        kiosk.counter.own = None
        for language in LANGUAGES:
            take_sorry(kiosk, language)
        kiosk.close()


def take_ticket(kiosk: Kiosk, language: str, hall: Hall) -> None:
    """Take a visitor's way to a slip in a language; the server pauses for the picture of the waiting."""
    server = hall.process.process
    assert server
    kiosk.tap(NAMES[language])
    kiosk.keep("home", language)
    kiosk.press(language, "All services")
    kiosk.keep("tree", language)
    kiosk.press(language, "Start over")
    kiosk.service(language)
    kiosk.keep("service", language)
    kiosk.loop.step(kiosk.screen.known.settings.idle_seconds)
    kiosk.keep("still-there", language)
    kiosk.press(language, "Yes, I need more time")
    server.send_signal(signal.SIGSTOP)
    kiosk.press(language, "Take a ticket")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, OneMoment) and kiosk.screen.is_slow)
    kiosk.keep("moment", language)
    server.send_signal(signal.SIGCONT)
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Thanks) and kiosk.screen.slip == "printed")
    kiosk.keep("thanks", language)
    kiosk.press(language, "Done")


def take_services(kiosk: Kiosk, hall: Hall, language: str) -> None:
    """Take a suspended service, one that nobody serves, and the question how many."""
    ask = hall.integration
    hall.issue(SEVERAL_AT_ONCE)
    ask.done("suspend_service", service=SERVICE, reason="system-down")
    until(kiosk.loop, lambda: SERVICE in kiosk.screen.hall.suspended)
    kiosk.service(language)
    kiosk.keep("suspended", language)
    ask.done("resume_service", service=SERVICE, reason="restored")
    kiosk.start()
    kiosk.tap(NAMES[language])
    kiosk.go(("service", SEVERAL_AT_ONCE))
    until(kiosk.loop, lambda: isinstance(kiosk.screen, TakeTicket) and kiosk.screen.known.waiting)
    kiosk.keep("no-desk", language)
    kiosk.press(language, "Take a ticket")
    kiosk.keep("quantity", language)
    kiosk.start()


def take_stops(kiosk: Kiosk, hall: Hall, language: str) -> None:
    """Take the first screen of a hall that has closed, takes a break, has an emergency, gives no tickets."""
    ask = hall.integration
    stops = {
        "closed": (("close_day", {}), "open_day"),
        "paused": (("pause_hall", {"kind": "break"}), "resume_hall"),
        "emergency": (("pause_hall", {"kind": "emergency"}), "resume_hall"),
        "stopped": (("stop_issuing", {"reason": "many-waiting"}), "resume_issuing"),
    }
    for name, ((stop, how), go_on) in stops.items():
        ask.done(stop, **how)
        kiosk.rest(language, name)
        ask.done(go_on)
        until(kiosk.loop, lambda: isinstance(kiosk.screen, Home))


def take_people(kiosk: Kiosk, hall: Hall, language: str) -> None:
    """Take what a slip tells that is scanned, and a call for help that somebody answers."""
    kiosk.start()
    post(Scanned(hall.issue("pension", language=language)["token"]))
    until(kiosk.loop, lambda: isinstance(kiosk.screen, YourTurn))
    kiosk.keep("scan", language)
    kiosk.start()
    before = kiosk.screen.known.help_request
    kiosk.tap(NAMES[language])
    kiosk.press(language, "Call for help")
    until(kiosk.loop, lambda: kiosk.screen.known.help_request > before)
    kiosk.keep("help", language)
    hall.integration.done("answer_help", request=kiosk.screen.known.help_request)
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Helping) and kiosk.screen.is_coming)
    kiosk.start()


def take_copy(kiosk: Kiosk, simulator: Simulator, language: str) -> None:
    """Take the question after a printer that did not answer, and the copy for who says no."""
    simulator.break_with("silent")
    kiosk.service(language)
    kiosk.press(language, "Take a ticket")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Thanks) and kiosk.screen.slip == "unconfirmed")
    kiosk.keep("unsure", language)
    simulator.break_with("")
    kiosk.press(language, "No")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Thanks) and kiosk.screen.slip == "printed")
    save(simulator.slips[-1].picture, f"slip-copy-{language}", 384)
    kiosk.start()


def take_staff(kiosk: Kiosk, language: str) -> None:
    """Take what a kiosk without a token shows, what its staff see, and what visitors read meanwhile."""
    first = kiosk.screen
    kiosk.loop.scene = Pairing(PairingCode("482 913", "http://10.0.0.5:8000", language), behind=first)
    kiosk.keep("pairing", language)
    for name, scene in {
        "pin": PinPad(first.known, language, pin="2580"),
        "staff": Staff(first.known, language),
        "out-choice": OutOfService(first.known, language),
    }.items():
        kiosk.loop.scene = scene
        kiosk.keep(name, language)
    kiosk.go(("say", "cleaning"))
    kiosk.rest(language, "out")
    kiosk.loop.scene = Staff(kiosk.screen.known, language)
    kiosk.go(("in",))
    kiosk.start()


def take_fault(kiosk: Kiosk, simulator: Simulator, language: str) -> None:
    """Take the first screen of a kiosk that has no paper: it names the nearest that has."""
    simulator.break_with("paper-out")
    until(kiosk.loop, lambda: kiosk.screen.known.printer_trouble and kiosk.screen.known.nearest)
    kiosk.tap(NAMES[language])
    kiosk.keep("fault", language)
    simulator.break_with("")
    until(kiosk.loop, lambda: not kiosk.screen.known.printer_trouble)
    kiosk.start()


def take_alone(kiosk: Kiosk, simulator: Simulator, language: str) -> None:
    """Take the first screen while the server is away, and a ticket of the kiosk's own series."""
    kiosk.loop.scene = kiosk.screen.start()
    kiosk.tap(NAMES[language])
    kiosk.keep("alone", language)
    kiosk.start()
    kiosk.service(language)
    kiosk.press(language, "Take a ticket")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Thanks) and kiosk.screen.slip == "printed")
    kiosk.keep("alone-thanks", language)
    save(simulator.slips[-1].picture, f"slip-alone-{language}", 384)
    kiosk.start()


def take_sorry(kiosk: Kiosk, language: str) -> None:
    """Take what a visitor is told when the hall does not answer."""
    kiosk.service(language)
    kiosk.press(language, "Take a ticket")
    assert isinstance(kiosk.screen, Sorry)
    kiosk.keep("sorry", language)
    kiosk.press(language, "Start over")
