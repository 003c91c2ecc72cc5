"""``python -m tests.pictures``: take every picture of docs/pictures from the programs at work.

A real hall runs; a kiosk and a board are drawn by their own loops on SDL's dummy screen, slips come out of
the simulated printer, and Chromium shows the pages.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from protocol.words import Micros
from server.register import Register
from tests import (
    pictures_board,
    pictures_book,
    pictures_demonstration,
    pictures_desk,
    pictures_floor,
    pictures_kiosk,
    pictures_visit,
)
from tests.browser import QUIET, Hall
from tests.gallery import FOLDER, LANGUAGES, DrivenHall
from tests.hall_process import HallProcess
from ui.language import config_folder

DEMO = config_folder() / "halls" / "demo.toml"
NOON: Micros = 1_795_420_800_000_000
"""Monday 2026-11-23, 12:00 in Baku."""
OFFERING = f"""
extends = "{DEMO}"
[hall]
id = "offering"
[policy]
auto_call_seconds = 20
"""


def main() -> int:
    """Take all pictures; gives 0."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        with open_hall() as hall:
            of_a_day(browser, hall)
        with open_driven_hall() as hall:
            of_a_bad_day(browser, hall)
        pictures_demonstration.take_tour(browser)
        browser.close()
    total = sum(picture.stat().st_size for picture in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}, {total / 1e6:.1f} MB")
    return 0


def of_a_day(browser: Browser, hall: Hall) -> None:
    """Take what a usual day has; the hall is gone at its end."""
    begin_a_day(hall)
    in_each_language(pictures_desk.take, browser, hall)
    in_each_language(pictures_visit.take, browser, hall)
    in_each_language(pictures_book.take, browser, hall)
    in_each_language(pictures_floor.take, browser, hall)
    in_each_language(pictures_demonstration.take_kiosk, browser, hall)
    for language in LANGUAGES:
        pictures_board.take(hall, language)
    pictures_kiosk.take(hall)


def of_a_bad_day(browser: Browser, hall: DrivenHall) -> None:
    """Take what a power cut and a service that is withdrawn leave behind."""
    for language in LANGUAGES:
        pictures_desk.take_offered(browser, hall, language)
        pictures_desk.take_unsure(browser, hall, language)
        pictures_board.take_interrupted(hall, language)
        pictures_visit.take_ended(browser, hall, language)
        pictures_visit.take_ledger(browser, hall, language)
        pictures_board.take_withdrawn(hall, language)
        hall.wait(minutes=40)
    pictures_floor.live_through(hall)
    for language in LANGUAGES:
        pictures_floor.take_figures(browser, hall, language)


def in_each_language(take: Callable[[Browser, Hall, str], None], browser: Browser, hall: Hall) -> None:
    """Take the same pictures in the languages of the README."""
    for language in LANGUAGES:
        take(browser, hall, language)


@contextmanager
def open_hall() -> Iterator[Hall]:
    """Run the demonstration hall for as long as the pictures are taken."""
    with tempfile.TemporaryDirectory() as folder:
        process = HallProcess(Path(folder), DEMO).start()
        try:
            yield Hall(process, Register(process.data).add_device("pictures", "integration", ""))
        finally:
            process.stop()


@contextmanager
def open_driven_hall() -> Iterator[DrivenHall]:
    """Run the same hall as it calls by itself, on a clock that is driven: at noon."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "offering.toml"
        file.write_text(OFFERING)
        process = HallProcess(Path(folder), file, clock="driven").start()
        try:
            hall = DrivenHall(process, Register(process.data).add_device("pictures", "integration", ""))
            hall.integration.done("advance_clock", at=NOON)
            yield hall
        finally:
            process.stop()


def begin_a_day(hall: Hall) -> None:
    """Open desks, let visitors come, and call some: a hall that has been at work for a while."""
    services = ("passport", "residence-permit", "birth", "id-card")
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


if __name__ == "__main__":
    sys.exit(main())
