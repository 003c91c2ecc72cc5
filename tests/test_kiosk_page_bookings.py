"""A booking at the kiosk in a browser: typed, scanned, late, and a time offered where there is no ticket."""

import re
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.bookings import roll_over
from tests.browser import Hall, fits, violations
from tests.test_kiosk_page import paired, touch

chromium, page = browser.chromium, browser.page

REFUSED = 409
BOOKED_HOURS = """
[[service]]
id = "residence-permit"
booking = { slot_minutes = 30, booked_hours = ["HOURS"] }
[[service]]
id = "marriage"
booking = { slot_minutes = 30, per_person = 1 }
"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Run a hall whose day has some hours left, and in which residence permits are for those who booked."""
    baku = time.gmtime(time.time() + 3 * 3600)
    hours = f"{baku.tm_hour:02}:00-{baku.tm_hour + 1:02}:59" if baku.tm_hour < 22 else "22:00-23:59"
    more = roll_over() + BOOKED_HOURS.replace("HOURS", hours)
    yield from browser.running(tmp_path_factory.mktemp("hall"), more)


def booked(hall: Hall, **said: Any) -> dict[str, Any]:
    """Book the next free time for a marriage from a phone."""
    ask = hall.process.asker()
    slot = ask.ask("GET", "/api/v1/slots?service=marriage")[1]["slots"][0]["slot"]
    wish = {"id": str(uuid4()), "service": "marriage", "slot": slot, "person": uuid4().hex[:12], **said}
    status, told = ask.ask("POST", "/api/v1/bookings", wish)
    assert status == 200, told
    return dict(told)


def test_a_code_is_typed_and_gives_a_ticket(page: Page, hall: Hall) -> None:
    """Digit by digit; who is early reads from when the call comes."""
    code = booked(hall)["code"]
    paired(page, hall)
    touch(page, "I have a booking")
    for digit in code:
        page.locator(".keypad").get_by_role("button", name=digit, exact=True).click()
    expect(page.locator(".digits")).to_have_text(re.sub(r"(\d{4})(?=\d)", r"\1 ", code))
    touch(page, "Enter")
    expect(page.locator(".ticket .number")).to_be_visible()


def test_a_code_is_scanned_on_the_first_screen(page: Page, hall: Hall) -> None:
    """A scanner types the address and Enter; a second time the booking is used."""
    code = booked(hall)["code"]
    paired(page, hall)
    for seen in (".ticket .number", "text=This booking is checked in already."):
        page.keyboard.type(f"http://127.0.0.1:8000/book/{code}")
        page.keyboard.press("Enter")
        expect(page.locator(seen)).to_be_visible()
        page.wait_for_timeout(1100)
        page.locator("main button").last.click()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everyone_can_type_a_code(page: Page, hall: Hall, language: str) -> None:
    """Axe finds nothing, nothing sticks out, and the digits stand in their own order from right to left."""
    paired(page, hall, language)
    page.locator("main button.main").first.click()
    expect(page.locator(".keypad")).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    one, two = (page.locator(".keypad button").nth(n).bounding_box() for n in (0, 1))
    assert one
    assert two
    assert one["x"] < two["x"]


def test_who_gets_no_ticket_is_offered_a_time(page: Page, hall: Hall) -> None:
    """In hours for those who booked: one touch books the next time; the code is shown with its picture."""
    paired(page, hall)
    while hall.integration.say("issue_ticket", service="residence-permit")[0] != REFUSED:
        pass  # the places of this hour that nobody booked
    touch(page, "All services", "Personal documents", "Residence permit", "Take a ticket")
    expect(page.get_by_text("At this hour this service is for visitors with a booking.")).to_be_visible()
    page.locator("main button.main").click()
    expect(page.locator(".ticket .time")).to_be_visible()
    expect(page.locator("figure img")).to_have_js_property("complete", value=True)
    code = re.sub(r"\D", "", page.locator(".ticket p").last.inner_text())
    assert hall.process.asker().ask("GET", f"/api/v1/bookings/{code}")[1]["service"] == "residence-permit"
