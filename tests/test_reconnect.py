"""A server is killed and started again: pages mark what they show as old, and are back within ten seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from protocol.link import ANSWER_SECONDS, _pause
from server.register import Register
from tests import browser
from tests.browser import Hall
from tests.hall_process import ROOT
from tests.test_kiosk_page import KEPT
from tests.virtual_screen import wait

chromium = browser.chromium
hall = browser.hall

AWAY_SECONDS = 8.0
"""Long enough for the pauses between two tries to have grown as long as they may."""

BACK_SECONDS = 10


def test_a_try_that_hangs_and_the_longest_pause_stay_below_ten_seconds() -> None:
    """Of kiosks and boards; and two of them that lost the hall together do not come back together."""
    pauses = [_pause(tries) for tries in range(20) for _ in range(50)]
    assert max(pauses) + ANSWER_SECONDS <= BACK_SECONDS
    assert len(set(pauses)) == len(pauses)


def test_pages_keep_the_same_bounds() -> None:
    """The longest pause, the half more that the library adds by chance, and a try that hangs."""
    script = (ROOT / "ui" / "web" / "link.js").read_text()
    said = {
        name: int(script.partition(f"const {name} = ")[2].partition(";")[0])
        for name in ("TRY_MS", "LONGEST_PAUSE_MS")
    }
    assert said["TRY_MS"] + 1.5 * said["LONGEST_PAUSE_MS"] <= 1000 * BACK_SECONDS
    assert "reconnectionDelayMax: LONGEST_PAUSE_MS" in script
    assert "timeout: TRY_MS" in script


@contextmanager
def opened(chromium: Browser, hall: Hall, called: str, token: str) -> Iterator[dict[str, Page]]:
    """Open a board, a visit, a desk and a kiosk, each in a profile of its own."""
    contexts = [chromium.new_context(locale="en-GB") for _ in range(4)]
    board, visit, desk, kiosk = pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(browser.PATIENCE_MS)
    expect.set_options(timeout=browser.PATIENCE_MS)
    board.goto(f"{hall.url}/board?lang=en")
    visit.goto(f"{hall.url}/visit/{token}?lang=en")
    hall.sign_in(desk, "operator")
    desk.goto(f"{hall.url}/desk?lang=en")
    device = Register(hall.process.data).add_device("browser", "kiosk")
    kiosk.goto(f"{hall.url}/kiosk?lang=en")
    kiosk.evaluate("([name, token]) => localStorage.setItem(name, token)", [KEPT, device])
    kiosk.reload()
    expect(board.get_by_text(called).first).to_be_visible()
    expect(visit.locator(".number")).to_have_text(called)
    expect(kiosk.locator("[data-screen=home]")).to_be_visible()
    expect(desk.get_by_role("button").first).to_be_visible()
    yield {"board": board, "visit": visit, "desk": desk, "kiosk": kiosk}
    for context in contexts:
        context.close()


@pytest.mark.slow
def test_every_page_marks_its_last_state_as_old_and_comes_back(chromium: Browser, hall: Hall) -> None:
    """What it showed stays; then the mark goes, and a call made meanwhile is seen."""
    mine = hall.issue("passport")
    hall.integration.done("open_desk", desk="1")
    hall.integration.done("call_next", desk="1")
    with opened(chromium, hall, mine["ticket"], mine["token"]) as pages:
        hall.process.kill()
        gone = time.monotonic()
        for page in pages.values():
            expect(page.locator(".no-link").first).to_be_visible()
        expect(pages["board"].get_by_text(mine["ticket"]).first).to_be_visible()
        expect(pages["visit"].locator(".number")).to_have_text(mine["ticket"])
        expect(pages["kiosk"].locator("[data-screen=home]")).to_be_visible()
        wait(lambda: time.monotonic() > gone + AWAY_SECONDS)
        hall.process.start()
        ready = time.monotonic()
        for name, page in pages.items():
            expect(page.locator(".no-link")).to_have_count(0, timeout=1000 * BACK_SECONDS)
            print(f"{name} back {time.monotonic() - ready:.1f} s after the server was ready")
        hall.integration.done("recall", desk="1", ticket=mine["ticket"])
        expect(pages["visit"].locator(".calls li")).to_have_count(2)
