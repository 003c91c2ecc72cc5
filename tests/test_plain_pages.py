"""The pages that only say something: the first one, and those of what is no more or stands still."""

import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.browser import Hall, fits, violations

chromium = browser.chromium
hall = browser.hall
page = browser.page

SERVICE = "passport"
LANGUAGES = ["az", "en", "ar"]


def everyone_can_use(page: Page, address: str, language: str) -> None:
    """Open a page: axe finds nothing, nothing sticks out on a narrow phone, and it reads the right way."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{address}?lang={language}")
    expect(page.locator("h1").first).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everyone_can_use_the_pages_that_only_say_something(page: Page, hall: Hall, language: str) -> None:
    """The start page, a visit that is unknown, a slip that is void, a link that was used."""
    issued = hall.issue(SERVICE)
    hall.integration.done("reprint_slip", ticket=issued["ticket"], reason="slip-lost")
    name, _ = hall.operator()
    link = hall.process.command_line("operator", "link", name).stdout.split()[-1]
    page.goto(f"{hall.url}{link}")
    for path in ("/", f"/visit/261122-A001-{'0' * 32}", f"/visit/{issued['token']}", link):
        everyone_can_use(page, f"{hall.url}{path}", language)
    hall.clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everyone_can_use_a_visit_that_stands_still(page: Page, hall: Hall, language: str) -> None:
    """While the hall is paused, and after the ticket was withdrawn."""
    issued = hall.issue(SERVICE)
    visit = f"{hall.url}/visit/{issued['token']}"
    hall.integration.done("pause_hall", kind="emergency", text={"az": "Sakit olun.", "en": "Stay calm."})
    try:
        everyone_can_use(page, visit, language)
    finally:
        hall.integration.done("resume_hall")
    hall.integration.done("cancel", ticket=issued["ticket"], reason="mistake")
    everyone_can_use(page, visit, language)
