"""What an operator does on the desk's page, step by step, for its tests."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import Hall

SERVICE = "passport"
"""Of queue A, which the desks 1, 2 and 5 of the demonstration hall serve."""


def log_in(page: Page, hall: Hall, who: tuple[str, str], *, language: str = "en") -> None:
    """Log in, by the keyboard alone; the list of desks comes."""
    page.goto(f"{hall.url}/desk?lang={language}")
    name, password = who
    page.locator("[name=name]").press_sequentially(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.locator(".desk").first).to_be_visible()


def take_desk(page: Page, hall: Hall, number: str, *, language: str = "en") -> str:
    """Open a desk as a new operator; gives the operator's name."""
    name, _ = hall.sign_in(page, "operator")
    page.goto(f"{hall.url}/desk?lang={language}")
    desk(page, number).click()
    ready(page)
    return name


def desk(page: Page, number: str) -> Locator:
    """Give the button of a desk in the list."""
    return page.locator(".desk", has=page.locator(".desk-number", has_text=re.compile(f"^{number}$")))


def ready(page: Page) -> None:
    """Wait until the desk may act: no command is under way."""
    expect(page.locator("button.main")).to_have_attribute("aria-disabled", "false")


def press(page: Page, key: str) -> None:
    """Press a key of the desk when it may act."""
    ready(page)
    page.keyboard.press(key)


def let_go(page: Page) -> None:
    """Wait until a press at the same place is a new one, and not the other half of a double click."""
    page.wait_for_function("since => performance.now() > since + 600", arg=page.evaluate("performance.now()"))


def button(page: Page, label: str) -> Locator:
    """Give a button of the page by what stands on it."""
    return page.locator("button", has_text=label)


def answer(page: Page, digit: str) -> None:
    """Answer an open question by a digit."""
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press(digit)


def number(page: Page) -> str:
    """Give the ticket at the desk."""
    return page.locator(".number").inner_text()


def state(page: Page, wanted: str) -> None:
    """Wait until the desk shows this state."""
    expect(page.locator(f".ticket[data-state={wanted}]")).to_be_visible()


def call(page: Page) -> str:
    """Call the next visitor; gives the number."""
    press(page, "F9")
    state(page, "called")
    return number(page)
