"""The pictures of the page that books."""

from playwright.sync_api import Browser

from tests.browser import Hall
from tests.gallery import opened, shoot, show

PHONE = (390, 780)
TOMORROW = 1


def take(browser: Browser, hall: Hall, language: str) -> None:
    """Take the times of a day, what is asked for, and the booking with its code."""
    with opened(browser, *PHONE) as page:
        show(page, f"{hall.url}/book?lang={language}", ".services")
        page.locator(".services button").last.click()
        day = page.locator(".days button").nth(TOMORROW)
        day.click()
        page.locator(".days [aria-pressed=true]").filter(has_text=day.inner_text()[:4]).wait_for()
        shoot(page, f"book-times-{language}", whole=False)
        page.locator(".times button").nth(14).click()
        shoot(page, f"book-details-{language}")
        page.locator("form button").click()
        page.locator("article img").wait_for()
        shoot(page, f"booked-{language}")
