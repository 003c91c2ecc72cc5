"""The visitor's page in a real Chromium, against a real hall."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.browser import Hall, fits, wrongs

chromium = browser.chromium
hall = browser.hall
page = browser.page

SERVICE = "passport"
POLL_MS = 5000


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds desk 1 open and nobody waiting."""
    hall.integration.done("open_desk", desk="1")
    yield
    hall.clear()


def test_a_visit_from_the_slip_to_the_end(page: Page, hall: Hall) -> None:
    """The page tells who is ahead, then the desk, unmissably, then goodbye; all by itself."""
    first, mine = hall.issue(SERVICE), hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.locator(".number")).to_have_text(mine["ticket"])
    expect(page.get_by_role("heading", level=1)).to_have_text("1 person is ahead of you")
    expect(page.locator(".range")).to_contain_text("Expected wait")
    hall.integration.done("cancel", ticket=first["ticket"], reason="mistake")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are next")
    hall.integration.done("call_next", desk="1")
    expect(page.get_by_role("alert")).to_contain_text("Desk 1")
    expect(page).to_have_title(f"▶ Desk 1 · {mine['ticket']}")
    hall.integration.done("recall", desk="1", ticket=mine["ticket"])
    expect(page.locator(".calls li")).to_have_count(2)
    hall.integration.done("serve", desk="1", ticket=mine["ticket"])
    hall.integration.done("complete", desk="1", ticket=mine["ticket"], outcome="served")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your service has ended")


def test_a_phone_without_sockets_learns_of_its_call_too(page: Page, hall: Hall) -> None:
    """Where no websocket passes, the page asks again and again."""
    page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    page.clock.install()
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are next")
    hall.integration.done("call_next", desk="1")
    page.clock.fast_forward(POLL_MS)
    expect(page.get_by_role("alert")).to_contain_text("Desk 1")


def test_a_page_of_no_visit_says_so_kindly(page: Page, hall: Hall) -> None:
    """A false or an old address gets a sentence that says what to do."""
    page.goto(f"{hall.url}/visit/261121-A001-00000000000000000000000000000000?lang=en")
    expect(page.locator("main")).to_contain_text("Ask at the information desk, or take a new ticket.")
    assert wrongs(page) == []


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_read_the_visit(page: Page, hall: Hall, language: str) -> None:
    """No serious finding of axe, and nothing sticks out of a small phone, while waiting and when called."""
    mine = hall.issue(SERVICE)
    page.set_viewport_size({"width": 320, "height": 560})
    page.goto(f"{hall.url}/visit/{mine['token']}?lang={language}")
    expect(page.locator(".range")).to_be_visible()
    found = wrongs(page)
    hall.integration.done("call_next", desk="1")
    expect(page.locator(".go")).to_be_visible()
    found += wrongs(page)
    assert fits(page)
    assert found == []
