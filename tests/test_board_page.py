"""The board in a real Chromium, against a real hall."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.browser import Hall, fits, violations

chromium = browser.chromium
hall = browser.hall
page = browser.page

SERVICE = "passport"
MOST_FLASHES_PER_SECOND = 3
FLASH_MS = 7000


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds desks 1 and 8 open, which are in different zones, and nobody waiting."""
    for desk in ("1", "8"):
        hall.integration.done("open_desk", desk=desk)
    yield
    hall.clear()


def call(hall: Hall, desk: str = "1") -> str:
    """Call a visitor with a precedence; gives the number."""
    ticket = hall.issue(SERVICE, **{"class": "elderly"})["ticket"]
    hall.integration.done("call_next", desk=desk)
    return str(ticket)


def test_a_call_is_lit_until_the_visitor_comes(page: Page, hall: Hall) -> None:
    """Then it stands among those called before; a call taken back stands nowhere."""
    page.goto(f"{hall.url}/board?lang=en")
    expect(page.locator(".nobody")).to_be_visible()
    ticket = call(hall)
    expect(page.locator(".call")).to_have_text([f"{ticket}→Desk 1"])
    hall.integration.done("serve", desk="1", ticket=ticket)
    expect(page.locator(".call")).to_have_count(0)
    expect(page.locator(".recent li").first).to_contain_text(ticket)
    hall.integration.done("requeue", desk="1", ticket=ticket, reason="payment")
    expect(page.locator(".recent")).not_to_contain_text(ticket)


def test_a_board_that_is_read_again_has_the_time_of_now(page: Page, hall: Hall) -> None:
    """In a hall where nothing happened the browser's own copy would bring the old time along."""
    with page.expect_response(re.compile("/api/v1/board")) as first:
        page.goto(f"{hall.url}/board?lang=en")
    before = first.value.json()["at"]
    expect(page.locator(".nobody")).to_be_visible()
    with page.expect_response(re.compile("/api/v1/board")) as again:
        page.reload()
    assert again.value.json()["at"] > before


def test_a_board_hears_its_own_zone_and_never_a_class(page: Page, hall: Hall) -> None:
    """The west board stays dark when the east calls, and nothing it is sent names a precedence."""
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: heard.append(str(text))))
    page.goto(f"{hall.url}/board?lang=en&zone=west")
    expect(page.locator(".nobody")).to_be_visible()
    call(hall)
    licence = hall.issue("driving-licence", **{"class": "elderly"})["ticket"]
    hall.integration.done("call_next", desk="8")
    expect(page.locator(".call")).to_have_text([f"{licence}→Desk 8"])
    assert not any("elderly" in text for text in heard)


def test_a_new_call_flashes_slowly(page: Page, hall: Hall) -> None:
    """Never more than three times a second, and only for some seconds."""
    page.clock.install()
    page.goto(f"{hall.url}/board?lang=en")
    expect(page.locator(".nobody")).to_be_visible()
    call(hall)
    expect(page.locator(".call.new")).to_be_visible()
    timing = page.evaluate("document.getAnimations().map((one) => one.effect.getTiming())")
    assert [1000 / one["duration"] <= MOST_FLASHES_PER_SECOND for one in timing] == [True]
    page.clock.fast_forward(FLASH_MS)
    expect(page.locator(".call.new")).to_have_count(0)


def test_a_board_says_when_it_may_be_old(page: Page, hall: Hall) -> None:
    """While the hall is gone it says so; afterwards it shows what is."""
    ticket = call(hall)
    page.goto(f"{hall.url}/board?lang=en")
    expect(page.locator(".call")).to_contain_text(ticket)
    hall.process.kill()
    expect(page.get_by_text("This board has lost the hall")).to_be_visible()
    hall.process.start()
    expect(page.get_by_text("This board has lost the hall")).to_have_count(0, timeout=20_000)
    expect(page.locator(".call")).to_contain_text(ticket)


def test_a_pause_stands_above_the_calls(page: Page, hall: Hall) -> None:
    """A break covers no call; of an emergency there is nothing but its text."""
    ticket = call(hall)
    page.goto(f"{hall.url}/board?lang=en")
    hall.integration.done("pause_hall", kind="break", text={"en": "Prayer until two."})
    expect(page.locator("[role=status]").get_by_text("Prayer until two.")).to_have_count(1)
    expect(page.locator(".notice")).to_be_visible()
    expect(page.locator(".call")).to_contain_text(ticket)
    hall.integration.done("pause_hall", kind="emergency")
    expect(page.locator(".notice.emergency")).to_be_visible()
    expect(page.locator(".call")).to_have_count(0)
    hall.integration.done("resume_hall")
    expect(page.locator(".notice.emergency")).to_have_count(0)
    expect(page.locator(".call")).to_contain_text(ticket)


def test_texts_stand_on_the_boards_of_their_zone(page: Page, hall: Hall) -> None:
    """Withdrawn numbers and suspended services beside them, each until it is over, after a reload too."""
    integration, lost = hall.integration, hall.issue(SERVICE)["ticket"]
    page.goto(f"{hall.url}/board?lang=en&zone=west")
    expect(page.locator(".nobody")).to_be_visible()
    integration.done("announce", text={"en": "The east lift is broken."}, zone="east")
    text = integration.done("announce", text={"en": "The last bus leaves at six."})[0]["seq"]
    integration.done("suspend_service", service=SERVICE, reason="payment", waiting="cancel")
    told = page.locator(".notice-place [role=status]")
    sentences = ("The last bus leaves at six.", "No tickets at the moment for: Passport", lost)
    for _ in ("heard", "read"):
        for sentence in sentences:
            expect(told).to_contain_text(sentence)
        expect(told).not_to_contain_text("The east lift")
        page.reload()
    integration.done("withdraw_announcement", announcement=text)
    integration.done("resume_service", service=SERVICE)
    expect(told).not_to_contain_text("The last bus")
    expect(told).not_to_contain_text("No tickets")


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_read_the_board(page: Page, hall: Hall, language: str) -> None:
    """No finding of axe, and nothing sticks out: with a call, in a break, in an emergency."""
    call(hall)
    page.goto(f"{hall.url}/board?lang={language}")
    expect(page.locator(".call")).to_be_visible()
    found = violations(page)
    for kind in ("break", "emergency"):
        hall.integration.done("pause_hall", kind=kind)
        expect(page.locator(".notice.emergency" if kind == "emergency" else ".notice")).to_be_visible()
        found += violations(page)
        assert fits(page)
    hall.integration.done("resume_hall")
    assert found == []
