"""The pictures of the kiosk in a browser, and of the demonstration's page with its tour."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import Hall
from tests.demonstration_run import Demonstration
from tests.gallery import LANGUAGES, opened, password, shoot, show

UPRIGHT, WIDE = (540, 960), (1600, 1000)
WIDTH = 960


def take_kiosk(browser: Browser, hall: Hall, language: str) -> None:
    """Take a kiosk in a browser from the code that it shows to a ticket."""
    with opened(browser, *UPRIGHT) as page:
        show(page, f"{hall.url}/kiosk?lang={language}", ".code bdi")
        shoot(page, f"web-kiosk-pairing-{language}")
        let_in(hall, page.locator(".code").inner_text(), f"browser-{language}")
        page.locator("[data-screen=home]").wait_for()
        shoot(page, f"web-kiosk-home-{language}")
        page.locator(".services button").first.click()
        page.locator(".take").wait_for()
        shoot(page, f"web-kiosk-service-{language}")
        page.locator(".take").click()
        page.locator(".number").wait_for()
        shoot(page, f"web-kiosk-thanks-{language}")


def let_in(hall: Hall, code: str, name: str) -> None:
    """Type in the code of a device, as a manager does."""
    manager = hall.process.asker()
    said = {"name": "Rauf", "password": password(hall, "Rauf", "manager")}
    manager.ask("POST", "/api/v1/session", said)
    status, told = manager.ask("POST", "/api/v1/devices", {"code": code, "name": name})
    assert status == 200, told


def take_tour(browser: Browser) -> None:
    """Take the tour in each language, in a demonstration of its own."""
    for language in LANGUAGES:
        with (
            tempfile.TemporaryDirectory() as folder,
            Demonstration(Path(folder) / "run") as run,
            opened(browser, *WIDE) as page,
        ):
            take_screens(page, run, language)


def take_screens(page: Page, run: Demonstration, language: str) -> None:
    """Take the four screens side by side, when a ticket was taken and called."""
    show(page, f"{run.link}&lang={language}", ".steps")
    kiosk, desk = page.frame_locator(".kiosk iframe"), page.frame_locator(".desk iframe")
    kiosk.locator(".services button").first.click()
    kiosk.locator(".take").click()
    kiosk.locator(".number").wait_for()
    desk.locator("button.desk:not(.taken)").click()
    desk.locator("button.main[aria-disabled=false]").wait_for()
    page.frame_locator(".board iframe").locator(".call").first.wait_for()
    page.locator(".speed .good").wait_for()
    shoot(page, f"demo-{language}", WIDTH, whole=False)
