"""The page that books, in a real Chromium on a phone: book, choose another time, give it back."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.bookings import roll_over
from tests.browser import Hall, fits, violations

chromium, page = browser.chromium, browser.page


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Run a hall whose day has some hours left."""
    yield from browser.running(tmp_path_factory.mktemp("hall"), roll_over())


@pytest.fixture(autouse=True)
def phone(page: Page) -> None:
    """Look at the page on a narrow phone."""
    page.set_viewport_size({"width": 360, "height": 740})


def booked(hall: Hall, nth: int = 0) -> dict[str, str]:
    """Book a time of tomorrow for a marriage as another program would."""
    ask = hall.process.asker()
    day = ask.ask("GET", "/api/v1/slots?service=marriage")[1]["days"][1]["day"]
    slot = ask.ask("GET", f"/api/v1/slots?service=marriage&day={day}")[1]["slots"][nth]["slot"]
    said = {"id": str(uuid4()), "service": "marriage", "slot": slot}
    status, told = ask.ask("POST", "/api/v1/bookings", said)
    assert status == 200, told
    return dict(told)


def everyone_can_use(page: Page, language: str) -> None:
    """Say that axe finds nothing, nothing sticks out, and the page reads the right way."""
    assert violations(page) == []
    assert fits(page)
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_a_visitor_books_and_changes_the_mind(page: Page, hall: Hall, language: str) -> None:
    """Service, day, time, and a way to be reached; then another time, the file, and giving it back."""
    page.goto(f"{hall.url}/book?lang={language}")
    page.locator(".services button").last.click()
    page.locator(".days button").nth(1).click()
    expect(page.locator(".days button").nth(1)).to_have_attribute("aria-pressed", "true")
    everyone_can_use(page, language)
    page.locator(".times button").first.click()
    page.locator("[name=contact]").fill("+994 50 123 45 67")
    everyone_can_use(page, language)
    page.locator("form button").click()
    code = page.locator(".code")
    expect(code).to_be_visible()
    digits = code.inner_text().replace(" ", "")
    assert page.url.partition("?")[0] == f"{hall.url}/book/{digits}"
    expect(page.locator("article img")).to_have_js_property("complete", value=True)
    assert page.locator("article img").evaluate("image => image.naturalWidth") > 0
    everyone_can_use(page, language)
    when = page.locator(".when").inner_text()
    page.locator(".ways button").first.click()
    page.locator(".days button").nth(2).click()
    expect(page.locator(".days button").nth(2)).to_have_attribute("aria-pressed", "true")
    page.locator(".times button").nth(1).click()
    expect(code).to_be_visible()
    expect(page.locator(".when")).not_to_have_text(when)
    with page.expect_download() as file:
        page.locator(".ways a").click()
    assert file.value.suggested_filename == "booking.ics"
    page.locator(".ways button").last.click()
    page.locator("dialog button.main").click()
    expect(page.locator(".services")).to_be_visible()
    answer = hall.process.asker().ask("GET", f"/api/v1/bookings/{digits}")[1]
    assert answer["code"] == "unknown_booking"


def test_a_time_that_somebody_took_meanwhile_is_refused_in_words(page: Page, hall: Hall) -> None:
    """The visitor reads the sentence and chooses among the times that are left."""
    page.goto(f"{hall.url}/book?lang=en")
    page.get_by_role("button", name="Marriage").click()
    page.locator(".days button").nth(1).click()
    expect(page.locator(".days button").nth(1)).to_have_attribute("aria-pressed", "true")
    first = page.locator(".times button").first
    taken = first.inner_text()
    first.click()
    booked(hall)
    page.locator("form button").click()
    expect(page.locator("[role=alert]")).to_contain_text("is full: choose another time")
    page.get_by_role("button", name="Back").click()
    page.locator(".days button").nth(1).click()
    expect(page.locator(".days button").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".times button").first).not_to_have_text(taken)


def test_the_page_says_when_the_visitor_is_here(page: Page, hall: Hall) -> None:
    """After the check-in at a kiosk it shows the number; a code that is none gets a sentence."""
    ask = hall.process.asker()
    slots = ask.ask("GET", "/api/v1/slots?service=residence-permit")[1]["slots"]
    said = {"id": str(uuid4()), "service": "residence-permit", "slot": slots[-1]["slot"]}
    code = ask.ask("POST", "/api/v1/bookings", said)[1]["code"]
    ticket = hall.integration.done("check_in", code=code)[0]["ticket"]
    page.goto(f"{hall.url}/book/000112345678?lang=en")
    expect(page.get_by_text("There is no booking with this code")).to_be_visible()
    page.goto(f"{hall.url}/book/{code}?lang=en")
    expect(page.locator(".number")).to_have_text(ticket)
