"""A booked visit as its visitor lives it: booked on the phone, scanned at the kiosk, called at the slot."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.printing.simulated import Simulator, TcpFace
from protocol.words import MINUTE
from server.register import Register
from tests import browser
from tests.browser import Hall
from tests.hall_process import ROOT, HallProcess
from ui.language import config_folder

chromium, page = browser.chromium, browser.page

PATIENCE_SECONDS = 30
TEN = 1_795_420_800_000_000 - 2 * 60 * MINUTE
"""Monday 2026-11-23, 10:00 in Baku."""
SLOT = TEN + 90 * MINUTE


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[Hall]:
    """Run the demonstration hall on a clock that is driven, at ten in the morning."""
    process = HallProcess(tmp_path, config_folder() / "halls" / "demo.toml", clock="driven").start()
    hall = Hall(process, Register(tmp_path).add_device("tests", "integration", ""))
    hall.integration.done("advance_clock", at=TEN)
    yield hall
    process.stop()


@contextmanager
def a_kiosk(hall: Hall, printer: str, log: Path) -> Iterator[int]:
    """Run a kiosk that nobody sees, with a scanner on a line; gives the scanner's end of it."""
    ours, theirs = os.openpty()
    token = Register(hall.process.data).add_device("entrance", "kiosk", "")
    command = [sys.executable, "-m", "kiosk", "--server", hall.url, "--token", token]
    command += ["--printer", printer, "--scanner", f"serial://{os.ttyname(theirs)}?baud=9600"]
    with log.open("w") as told, closing(os.fdopen(theirs)):
        kiosk = subprocess.Popen(
            command, cwd=ROOT, stdout=told, stderr=told, env={**os.environ, "SDL_VIDEODRIVER": "dummy"}
        )
        try:
            until(lambda: "Connected to the hall" in log.read_text() and "is read" in log.read_text())
            yield ours
        finally:
            kiosk.terminate()
            kiosk.wait(10)
            os.close(ours)


def until(is_so: Any) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_booked_on_the_phone_scanned_at_the_kiosk_and_called_at_the_slot(
    page: Page, driven: Hall, tmp_path: Path
) -> None:
    """One who came before goes first; of who came since, nobody, once it is ten minutes before the slot."""
    ask = driven.integration
    ask.done("open_desk", desk="4")
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(f"{driven.url}/book?lang=en")
    page.get_by_role("button", name="Marriage registration").click()
    page.get_by_role("button", name="11:30", exact=True).click()
    page.get_by_role("button", name="Book this time").click()
    expect(page.locator(".code")).to_be_visible()
    code = re.sub(r"\D", "", page.locator(".code").inner_text())
    early = driven.issue("birth")["ticket"]
    simulator = Simulator(tmp_path / "slips")
    with TcpFace(simulator) as printer, a_kiosk(driven, printer.url, tmp_path / "kiosk.log") as scanner:
        os.write(scanner, f"{driven.url}/book/{code}\r".encode())
        slip = simulator.wait_for_slip(1, PATIENCE_SECONDS)
    booking = ask.ask("GET", f"/api/v1/bookings/{code}")[1]
    number = booking["ticket"]
    assert booking["slot"] == SLOT
    assert number in slip.lines
    (checked_in, *_) = ask.ask("GET", f"/api/v1/tickets/{number}")[1]["events"]
    assert checked_in["not_before"] == SLOT - 10 * MINUTE
    page.reload()
    expect(page.locator(".number")).to_have_text(number)
    meanwhile = driven.issue("birth")["ticket"]
    assert called(ask) == early
    ask.done("advance_clock", at=SLOT - 10 * MINUTE)
    assert called(ask) == number
    assert called(ask) == meanwhile
    driven.issued.clear()


def called(ask: Any) -> str:
    """Call whoever is next at desk 4, and let them go."""
    ticket = str(ask.done("call_next", desk="4")[0]["ticket"])
    ask.done("cancel", desk="4", ticket=ticket, reason="mistake")
    return ticket
