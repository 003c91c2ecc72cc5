"""Where the pictures of docs/pictures are kept, and how a page is photographed for them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from protocol.words import SECOND
from server.register import Register
from tests.browser import Hall
from tests.hall_process import ROOT
from ui.language import texts

FOLDER = ROOT / "docs" / "pictures"
LANGUAGES = ("az", "en", "ar")
COLOURS = 96


class DrivenHall(Hall):
    """A hall whose clock is driven."""

    def wait(self, minutes: float) -> None:
        """Let time pass in the hall; what is due then is decided at once."""
        ask = self.integration
        now = ask.ask("GET", "/api/v1/queues")[1]["at"]
        ask.done("advance_clock", at=now + int(minutes * 60) * SECOND)


def save(picture: Image.Image, name: str, width: int = 0) -> None:
    """Keep a picture in few colours, scaled to a width if one is given."""
    if width:
        size = (width, picture.height * width // picture.width)
        picture = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def word(language: str, sentence: str) -> str:
    """Give a sentence of the screens in a language."""
    return texts(language).gettext(sentence)


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


def shoot(page: Page, name: str, width: int = 0, *, whole: bool = True) -> None:
    """Take the picture of a page once its letters are there: the whole of it, or what the window shows."""
    page.evaluate("document.fonts.ready")
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        page.screenshot(path=file.name, full_page=whole)
        save(Image.open(file.name), name, width)


def button(page: Page, language: str, label: str, within: str = "body") -> Locator:
    """Give the button that has this label, by its English one."""
    shown = word(language, label)
    return page.locator(f"{within} >> button:not([aria-disabled=true], :disabled)", has_text=shown).first


def password(hall: Hall, name: str, role: str) -> str:
    """Let somebody of the staff in, once; gives the password."""
    return _password(hall.process.data, name, role)


@cache
def _password(data: Path, name: str, role: str) -> str:
    return Register(data).add_operator(name, role)


def sign_in(page: Page, hall: Hall, name: str, role: str) -> None:
    """Sign somebody of the staff in on a page, without the form."""
    asker = hall.process.asker()
    said = {"name": name, "password": password(hall, name, role)}
    status, told = asker.ask("POST", "/api/v1/session", said)
    assert status == 200, told
    key, _, value = asker.cookie.partition("=")
    page.context.add_cookies([{"name": key, "value": value, "url": hall.url}])
