"""``python -m tests.pictures``: take every picture of docs/pictures from the programs at work.

A real hall runs; a kiosk and a board are drawn by their own loops on SDL's dummy screen, slips come out of
the simulated printer, and Chromium shows the pages.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pygame
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from display.screen import FOOT_SECONDS, BoardScene
from display.settings import Settings as BoardSettings
from kiosk.counter import Counter
from kiosk.known import Known
from kiosk.printing.printer import Printer
from kiosk.printing.profile import load_profile
from kiosk.printing.simulated import Simulator, TcpFace
from kiosk.scenes.answers import Sorry
from kiosk.scenes.asking import OneMoment
from kiosk.scenes.choosing import Home
from kiosk.scenes.screen import Screen
from kiosk.scenes.staff import PinPad, Staff
from kiosk.scenes.start import Resting, first_screen
from kiosk.scenes.thanks import Thanks
from kiosk.settings import Settings as KioskSettings
from protocol.link import Link
from protocol.pairing import PairingCode
from server.register import Register
from tests.browser import QUIET, Hall
from tests.hall_process import ROOT, HallProcess
from ui.language import NAMES, config_folder, texts
from ui.loop import Loop, open_window, post
from ui.pairing import Pairing
from ui.text import TextEngine
from ui.theme import load_theme

FOLDER = ROOT / "docs" / "pictures"
LANGUAGES = ("az", "en", "ar")
SERVICE = "passport"
COLOURS = 48
PATIENCE_SECONDS = 30.0
A_TOUCH_SECONDS = 0.4
A_PRESS_MS = 700
"""A second press sooner than this is the same press to the desk's page."""
PORTRAIT, LANDSCAPE, BOARD = (1080, 1920), (1920, 1080), (1920, 1080)


def main() -> int:
    """Take all pictures; gives 0."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    FOLDER.mkdir(exist_ok=True)
    with open_hall() as hall:
        begin_a_day(hall)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
            take_pages(browser, hall)
            browser.close()
        for language in LANGUAGES:
            take_board(hall, language)
        take_kiosk(hall)
    total = sum(picture.stat().st_size for picture in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}, {total / 1e6:.1f} MB")
    return 0


def save(picture: Image.Image, name: str, width: int = 0) -> None:
    """Keep a picture in few colours, scaled to a width if one is given."""
    if width:
        size = (width, picture.height * width // picture.width)
        picture = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


# The hall.


@contextmanager
def open_hall() -> Iterator[Hall]:
    """Run the demonstration hall for as long as the pictures are taken."""
    with tempfile.TemporaryDirectory() as folder:
        process = HallProcess(Path(folder), config_folder() / "halls" / "demo.toml").start()
        try:
            yield Hall(process, Register(process.data).add_device("pictures", "integration", ""))
        finally:
            process.stop()


def begin_a_day(hall: Hall) -> None:
    """Open desks, let visitors come, and call some: a hall that has been at work for a while."""
    services = (SERVICE, "residence-permit", "birth", "id-card")
    ask = hall.integration
    for desk in ("1", "2", "3", "4", "5", "11"):
        ask.done("open_desk", desk=desk)
    for _ in range(4):
        for service in services:
            hall.issue(service)
    for desk in ("1", "3", "4"):
        ticket = ask.done("call_next", desk=desk)[0]["ticket"]
        ask.done("serve", desk=desk, ticket=ticket)
        ask.done("complete", desk=desk, ticket=ticket, outcome="served")
    for desk in ("5", "3", "2"):
        ask.done("call_next", desk=desk)


# The pages.


def take_pages(browser: Browser, hall: Hall) -> None:
    """Take the pictures of the pages, each in its window."""
    for language in LANGUAGES:
        with opened(browser, 1100, 700) as page:
            take_desk(page, hall, language)
        with opened(browser, 390, 780) as page:
            take_visit(page, hall, language)
        with opened(browser, 1280, 720) as page:
            show(page, f"{hall.url}/board?lang={language}", ".call")
            shoot(page, f"web-board-{language}", 960)
        with opened(browser, 1280, 920) as page:
            take_manager(page, hall, language)
        with opened(browser, 390, 980) as page:
            take_greeter(page, hall, language)
        with opened(browser, 900, 560) as page:
            show(page, f"{hall.url}/?lang={language}", "main")
            shoot(page, f"start-{language}")
    with opened(browser, 320, 900) as page:
        sign_in(page, hall, "en")
        open_desk(page, "7")
        press(page, "called")
        shoot(page, "desk-narrow-en")


@contextmanager
def opened(browser: Browser, width: int, height: int) -> Iterator[Page]:
    """Open a window of this size, of a fresh profile."""
    context = browser.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


def show(page: Page, url: str, selector: str) -> None:
    """Go to a page and wait until this is in it."""
    page.goto(url)
    page.locator(selector).first.wait_for()


def shoot(page: Page, name: str, width: int = 0) -> None:
    """Take the picture of a page once its letters are there."""
    page.evaluate("document.fonts.ready")
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        page.screenshot(path=file.name, full_page=True)
        save(Image.open(file.name), name, width)


def take_desk(page: Page, hall: Hall, language: str) -> None:
    """Take the desk from its sign-in over a call to a service, and leave it."""
    show(page, f"{hall.url}/desk?lang={language}", "[name=password]")
    shoot(page, f"desk-login-{language}")
    sign_in(page, hall, language)
    shoot(page, f"desk-choose-{language}")
    for _ in range(3):
        hall.issue("notary", language=language)
    open_desk(page, "7")
    shoot(page, f"desk-idle-{language}")
    press(page, "called")
    shoot(page, f"desk-called-{language}")
    press(page, "serving")
    shoot(page, f"desk-serving-{language}")
    leave_desk(hall)


def leave_desk(hall: Hall) -> None:
    """End the visit at desk 7 and close it, as a manager would from elsewhere."""
    ask = hall.integration
    [row] = [row for row in ask.ask("GET", "/api/v1/desks")[1] if row["number"] == "7"]
    ask.done("open_desk", desk="7", take_over=True)
    ask.done("complete", desk="7", ticket=row["ticket"], outcome="served")
    ask.done("close_desk", desk="7")


def sign_in(page: Page, hall: Hall, language: str) -> None:
    """Log a new operator in; the desks are offered."""
    name, password = hall.operator()
    show(page, f"{hall.url}/desk?lang={language}", "[name=password]")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.locator(".desk").first.wait_for()


def open_desk(page: Page, number: str) -> None:
    """Open a desk."""
    page.locator(".desk", has=page.locator(".desk-number", has_text=re.compile(f"^{number}$"))).click()
    page.locator("button.main[aria-disabled=false]").wait_for()


def press(page: Page, state: str) -> None:
    """Press the desk's one key, and wait for this state."""
    page.wait_for_timeout(A_PRESS_MS)
    page.keyboard.press("F9")
    page.locator(f".ticket[data-state={state}]").wait_for()
    page.locator("button.main[aria-disabled=false]").wait_for()


def take_manager(page: Page, hall: Hall, language: str) -> None:
    """Take what a manager sees: the day, the desks, and the question before a pause."""
    hall.sign_in(page, "manager")
    show(page, f"{hall.url}/manager?lang={language}", ".state-of-hall")
    shoot(page, f"manager-today-{language}", 960)
    page.click("a[href='#desks']")
    page.locator(".desk-now").first.wait_for()
    shoot(page, f"manager-desks-{language}", 960)
    page.click("a[href='#today']")
    page.locator(".state-of-hall .row button").first.click()
    page.locator("dialog summary").click()
    page.locator("dialog textarea[placeholder*=' ']").first.wait_for()
    shoot(page, f"manager-pause-{language}", 960)


def take_greeter(page: Page, hall: Hall, language: str) -> None:
    """Take a claim on a slip that was scanned while help is wanted, and a ticket that was given."""
    mine = hall.issue("pension", **{"class": "elderly"})
    request = hall.integration.done("request_help", ticket=mine["ticket"])[0]["seq"]
    hall.sign_in(page, "greeter")
    show(page, f"{hall.url}/greeter?lang={language}", "#code")
    page.fill("#code", mine["token"])
    page.keyboard.press("Enter")
    page.locator(".ticket").wait_for()
    shoot(page, f"greeter-ticket-{language}")
    hall.integration.done("answer_help", request=request)
    page.click("a[href='#give']")
    page.locator(".choices button").first.click()
    page.locator("form select").nth(1).select_option(language)
    page.locator("form button.main").click()
    page.locator(".slip img").wait_for()
    shoot(page, f"greeter-slip-{language}")
    for ticket in (mine["ticket"], page.locator(".slip .number").inner_text()):
        hall.integration.done("abandon", ticket=ticket)


def take_visit(page: Page, hall: Hall, language: str) -> None:
    """Take a visit while it waits, in a pause, and when it is called."""
    hall.issue("pension", language=language)
    mine = hall.issue("pension", language=language)
    show(page, f"{hall.url}/visit/{mine['token']}?lang={language}", ".number")
    shoot(page, f"visit-{language}")
    hall.integration.done("pause_hall", kind="break")
    page.locator(".pause").wait_for()
    shoot(page, f"visit-paused-{language}")
    hall.integration.done("resume_hall")
    while (called := hall.integration.done("call_next", desk="11")[0]["ticket"]) != mine["ticket"]:
        hall.integration.done("cancel", desk="11", ticket=called, reason="mistake")
    page.locator(".go").wait_for()
    shoot(page, f"visit-called-{language}")
    hall.integration.done("cancel", desk="11", ticket=called, reason="mistake")


# The board.


def until(loop: Loop, condition: Callable[[], Any]) -> None:
    """Let a program's loop turn until this holds; raises when it does not in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"this did not come true in time: {loop.scene}"
        loop.step(0.02)
        time.sleep(0.02)  # who waits leaves the processor to whom it waits for


def photograph(loop: Loop, name: str, width: int) -> None:
    """Keep what a program's window shows."""
    loop.step(0.02)
    pixels = pygame.image.tobytes(loop.window, "RGB")
    save(Image.frombytes("RGB", loop.window.get_size(), pixels), name, width)


def take_board(hall: Hall, language: str) -> None:
    """Take the board in a language, its foot in the same."""
    engine = TextEngine()
    window = open_window("board", BOARD, fullscreen=False)
    settings = BoardSettings(language=language, directions={"2": "left", "3": "right", "5": "ahead"})
    loop = Loop(window, BoardScene(settings, cache(engine.can_show)), engine, load_theme())
    link = Link(hall.url, Register(hall.process.data).add_device(f"board-{language}", "board", ""), post)
    link.start()
    until(loop, lambda: board_of(loop).is_linked and board_of(loop).board.now)
    loop.step(FOOT_SECONDS * len(board_of(loop).languages))
    photograph(loop, f"board-{language}", 960)
    hall.integration.done("pause_hall", kind="emergency")
    until(loop, lambda: (page := board_of(loop).page) and page.language == language and page.is_emergency)
    photograph(loop, f"board-emergency-{language}", 960)
    hall.integration.done("resume_hall")
    link.close()
    pygame.display.quit()


def board_of(loop: Loop) -> BoardScene:
    """Give the board that a loop shows."""
    assert isinstance(loop.scene, BoardScene)
    return loop.scene


# The kiosk and its slips.


class Kiosk:
    """A kiosk with its own loop, link and printer, on a screen that is not there."""

    def __init__(self, hall: Hall, size: tuple[int, int], printer_url: str) -> None:
        """Connect it."""
        engine, settings = TextEngine(), KioskSettings()
        window = open_window("kiosk", size, fullscreen=False)
        counter = Counter(post, print, printer_name="printer")
        known = Known(counter, first_screen, cache(engine.can_show), settings, size, is_low=False)
        token = Register(hall.process.data).add_device(f"kiosk-{size[0]}", "kiosk", "")
        self.printer = Printer(printer_url, counter.hear, profile=load_profile(settings.profile))
        self.link = Link(hall.url, token, counter.hear)
        counter.link, counter.printer = self.link, self.printer
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

    def service(self, language: str) -> None:
        """Go from the first screen to a service in a language."""
        self.tap(NAMES[language])
        service = self.screen.hall.find(SERVICE)
        assert service
        self.tap(self.screen.name(service.names))

    def close(self) -> None:
        """Switch it off."""
        self.link.close()
        self.printer.close()
        pygame.display.quit()


def take_kiosk(hall: Hall) -> None:
    """Take the kiosk's screens and its slips; at last the hall is gone."""
    simulator = Simulator()
    with TcpFace(simulator) as plug:
        wide = Kiosk(hall, LANDSCAPE, plug.url)
        photograph(wide.loop, "kiosk-home-landscape-az", 960)
        wide.close()
        kiosk = Kiosk(hall, PORTRAIT, plug.url)
        for count, language in enumerate((*LANGUAGES, "ru"), start=1):
            take_ticket(kiosk, language, hall)
            save(simulator.wait_for_slip(count, PATIENCE_SECONDS).picture, f"slip-{language}", 384)
        take_closed(kiosk, hall)
        take_paused(kiosk, hall)
        for language in LANGUAGES:
            take_unsure(kiosk, simulator, language)
            take_staff(kiosk, language)
        hall.process.kill()
        until(kiosk.loop, lambda: not kiosk.screen.known.is_linked)
        for language in LANGUAGES:
            take_sorry(kiosk, language)
        kiosk.close()


def take_closed(kiosk: Kiosk, hall: Hall) -> None:
    """Take the first screen of a hall that has closed, and open it again."""
    hall.integration.done("close_day")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Resting))
    for language in LANGUAGES:
        kiosk.tap(NAMES[language])
        photograph(kiosk.loop, f"kiosk-closed-{language}", 540)
    hall.integration.done("open_day")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Home))


def take_paused(kiosk: Kiosk, hall: Hall) -> None:
    """Take the first screen of a hall that takes a break."""
    hall.integration.done("pause_hall", kind="break")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Resting))
    for language in LANGUAGES:
        kiosk.tap(NAMES[language])
        photograph(kiosk.loop, f"kiosk-paused-{language}", 540)
    hall.integration.done("resume_hall")
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Home))


def take_unsure(kiosk: Kiosk, simulator: Simulator, language: str) -> None:
    """Take the question after a printer that does not answer."""
    simulator.fault = "silent"
    kiosk.service(language)
    kiosk.tap(texts(language).gettext("Take a ticket"))
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Thanks) and kiosk.screen.slip == "unconfirmed")
    photograph(kiosk.loop, f"kiosk-unsure-{language}", 540)
    simulator.fault = ""
    kiosk.loop.scene = kiosk.screen.start()


def take_staff(kiosk: Kiosk, language: str) -> None:
    """Take what a kiosk without a token shows, and what its staff see."""
    first = kiosk.screen
    kiosk.loop.scene = Pairing(PairingCode("482 913", "http://10.0.0.5:8000", language), behind=first)
    photograph(kiosk.loop, f"kiosk-pairing-{language}", 540)
    for name, scene in {
        "pin": PinPad(first.known, language, pin="2580"),
        "staff": Staff(first.known, language),
    }.items():
        kiosk.loop.scene = scene
        photograph(kiosk.loop, f"kiosk-{name}-{language}", 540)
    kiosk.loop.scene = first


def take_sorry(kiosk: Kiosk, language: str) -> None:
    """Take what a visitor is told when the hall does not answer."""
    kiosk.service(language)
    kiosk.tap(texts(language).gettext("Take a ticket"))
    assert isinstance(kiosk.screen, Sorry)
    photograph(kiosk.loop, f"kiosk-sorry-{language}", 540)
    kiosk.tap(texts(language).gettext("Start over"))


def take_ticket(kiosk: Kiosk, language: str, hall: Hall) -> None:
    """Take a visitor's way to a slip in a language; the server pauses for the picture of the waiting."""
    t, server = texts(language), hall.process.process
    assert server
    kiosk.tap(NAMES[language])
    keep(kiosk, "home", language)
    kiosk.tap(t.gettext("All services"))
    keep(kiosk, "tree", language)
    kiosk.tap(t.gettext("Start over"))
    kiosk.service(language)
    keep(kiosk, "service", language)
    kiosk.loop.step(kiosk.screen.known.settings.idle_seconds)
    keep(kiosk, "still-there", language)
    kiosk.tap(t.gettext("Yes, I need more time"))
    server.send_signal(signal.SIGSTOP)
    kiosk.tap(t.gettext("Take a ticket"))
    until(kiosk.loop, lambda: isinstance(kiosk.screen, OneMoment) and kiosk.screen.is_slow)
    keep(kiosk, "moment", language)
    server.send_signal(signal.SIGCONT)
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Thanks) and kiosk.screen.slip == "printed")
    keep(kiosk, "thanks", language)
    kiosk.loop.step(2)
    kiosk.tap(t.gettext("Done"))


def keep(kiosk: Kiosk, screen: str, language: str) -> None:
    """Take a screen of the kiosk, in the languages of the README."""
    if language in LANGUAGES:
        photograph(kiosk.loop, f"kiosk-{screen}-{language}", 540)


if __name__ == "__main__":
    sys.exit(main())
