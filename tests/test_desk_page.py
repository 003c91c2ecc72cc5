"""The operator's page in a real Chromium, against a real hall."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests import browser
from tests.at_desk import SERVICE, answer, desk, log_in, number, press, ready, state, take_desk
from tests.browser import Hall, fits, violations

chromium = browser.chromium
hall = browser.hall
page = browser.page
PATIENCE_MS = 5000
"""Longer than a page waits for an answer before it asks again."""


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds all desks closed and nobody waiting."""
    yield
    hall.clear()


def test_a_wrong_password_is_told_in_a_sentence(page: Page, hall: Hall) -> None:
    """It is an alert beside the field, and says what to do."""
    page.goto(f"{hall.url}/desk?lang=en")
    page.fill("[name=name]", hall.operator()[0])
    page.fill("[name=password]", "guess")
    page.click("button.main")
    expect(page.get_by_role("alert")).to_contain_text("Check both and try again.")
    expect(page.locator("[name=password]")).to_be_focused()


def test_one_key_serves_a_whole_day(page: Page, hall: Hall) -> None:
    """F9 calls, starts, and completes with the usual outcome and calls the next; no other key is needed."""
    issued = [hall.issue(SERVICE)["ticket"] for _ in range(2)]
    take_desk(page, hall, "1")
    press(page, "F9")
    state(page, "called")
    assert number(page) == issued[0]
    page.click("text=Start service")
    state(page, "serving")
    press(page, "F9")
    expect(page.locator(".number")).to_have_text(issued[1])
    state(page, "called")
    expect(page).to_have_title(f"{issued[1]} · Desk 1")
    assert hall.history(issued[0])[-3:] == ["ticket_called", "service_started", "leg_completed"]


def test_a_double_click_acts_once(page: Page, hall: Hall) -> None:
    """Its second half does not press the button that took the place of the first."""
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "1")
    page.locator("button.main").dblclick(delay=30)
    state(page, "called")
    page.locator("button.next").first.click(trial=True)
    assert hall.history(ticket) == ["ticket_issued", "ticket_called"]


def test_the_desk_knows_how_many_wait_and_never_who(page: Page, hall: Hall) -> None:
    """Counts come live; no waiting number is in the page or in anything it was sent."""
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: heard.append(str(text))))
    page.on("response", lambda answer: heard.append(answer.text()) if "/api/" in answer.url else None)
    take_desk(page, hall, "1")
    issued = [hall.issue(SERVICE)["ticket"] for _ in range(3)]
    expect(page.locator(".counts .count")).to_have_text("3")
    assert not any(ticket in text for ticket in issued for text in [page.content(), *heard])


def test_a_no_show_counts_down_and_can_be_undone(page: Page, hall: Hall) -> None:
    """It needs a second call and some time; a press before does nothing; one press takes it back."""
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "1")
    press(page, "F9")
    absent = page.locator("button", has_text="Did not come")
    expect(absent).to_contain_text("after calling again")
    press(page, "F4")
    press(page, "F8")
    expect(absent).to_contain_text(re.compile(r"in \d s"))
    expect(absent).to_have_attribute("aria-disabled", "false")
    absent.click()
    expect(page.locator(".last")).to_contain_text(ticket)
    page.click("text=Undo")
    state(page, "called")
    assert hall.history(ticket)[-2:] == ["ticket_no_show", "ticket_reinstated"]


def test_the_verbs_of_the_table_ask_what_they_need(page: Page, hall: Hall) -> None:
    """Park and pause ask why, by a digit; who is parked is called back; a transfer asks where to."""
    parked, moved = (hall.issue(SERVICE)["ticket"] for _ in range(2))
    take_desk(page, hall, "1")
    press(page, "F9")
    state(page, "called")
    page.click("text=Park")
    answer(page, "1")
    expect(page.locator(".parked")).to_contain_text(parked)
    page.click("text=Call next")
    state(page, "called")
    page.click("text=Transfer")
    page.select_option("dialog select", "id-card")
    page.click("dialog >> text=A further step")
    state(page, "free")
    assert hall.history(moved)[-1] == "ticket_transferred"
    page.click("text=Call back")
    state(page, "called")
    page.click("text=Start service")
    state(page, "serving")
    press(page, "F7")
    page.click("dialog >> text=A document is missing")
    expect(page.locator(".last")).to_contain_text(parked)
    page.click("text=Pause")
    answer(page, "1")
    state(page, "paused")
    page.click("text=Resume work")
    state(page, "free")
    page.click("text=Close desk")
    answer(page, "3")
    page.click("text=Cancel 1 ticket and close the desk")
    expect(page.locator(".desk").first).to_be_visible()
    assert hall.history(moved)[-1] == "ticket_cancelled"


def test_a_refusal_is_one_sentence_where_the_eye_is(page: Page, hall: Hall) -> None:
    """Nobody is waiting: said at once, and gone with the next press."""
    take_desk(page, hall, "1")
    press(page, "F9")
    expect(page.get_by_role("alert")).to_contain_text("Nobody is waiting for desk 1.")
    page.click("text=Got it")
    expect(page.get_by_role("alert")).to_have_text("")


def test_a_desk_is_taken_over_by_a_confirmed_press(page: Page, hall: Hall) -> None:
    """With the visitor who is there; the first press only asks."""
    ticket = hall.issue(SERVICE)["ticket"]
    hall.integration.done("open_desk", desk="2")
    hall.integration.done("call_next", desk="2")
    log_in(page, hall, hall.operator())
    expect(desk(page, "2")).to_contain_text("Taken")
    desk(page, "2").click()
    expect(page.locator("dialog")).to_contain_text("Another operator has this desk open.")
    expect(page.locator("dialog")).to_contain_text(
        f"{ticket} has been called there: the visitor becomes yours."
    )
    assert hall.history(ticket)[-1] == "ticket_called"
    page.click("dialog button.main")
    expect(page.locator(".number")).to_have_text(ticket)


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_id(page: Page, hall: Hall) -> None:
    """The hall acts once, and the desk shows what it did."""
    said: list[str] = []
    ticket, _ = (hall.issue(SERVICE)["ticket"] for _ in range(2))
    page.clock.install()
    page.route_web_socket("**/socket.io/**", lambda socket: _lose_first_answer(socket, said))
    take_desk(page, hall, "1")
    press(page, "F9")
    expect(page.locator(".number")).to_have_text(ticket)
    page.clock.fast_forward(PATIENCE_MS)
    ready(page)
    calls = [command for command in said if '"call_next"' in command]
    assert len(calls) == 2
    assert len({json.loads(re.sub(r"^\d+", "", call))[1]["id"] for call in calls}) == 1


def _lose_first_answer(socket: WebSocketRoute, said: list[str]) -> None:
    """Pass everything on but the first answer to ``call_next``."""
    server = socket.connect_to_server()
    lost: list[str] = []

    def speak(message: str | bytes) -> None:
        said.append(str(message))
        server.send(message)

    def hear(message: str | bytes) -> None:
        if '"ticket_called"' in str(message) and str(message).startswith("43") and not lost:
            lost.append(str(message))
        else:
            socket.send(message)

    socket.on_message(speak)
    server.on_message(hear)


def test_the_desk_knows_its_ticket_after_a_power_cut(page: Page, hall: Hall) -> None:
    """While the hall is gone the page says so and acts on nothing; then it reads its state and goes on."""
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "1")
    press(page, "F9")
    state(page, "called")
    hall.process.kill()
    expect(page.get_by_text("No link to the hall.")).to_be_visible()
    expect(page.locator("button.main")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("F9")
    hall.process.start()
    expect(page.get_by_text("No link to the hall.")).to_have_count(0, timeout=10_000)
    state(page, "called")
    assert number(page) == ticket
    assert hall.history(ticket)[-1] == "ticket_called"


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_use_the_desk(page: Page, hall: Hall, language: str) -> None:
    """Axe finds nothing, and nothing sticks out: at 320 px, and at 200 % zoom of a 1280 px screen."""
    hall.issue(SERVICE, **{"class": "elderly"}, language="ru")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{hall.url}/desk?lang={language}")
    expect(page.locator("form.login")).to_be_visible()
    found = violations(page)
    log_in(page, hall, hall.operator(), language=language)
    found += violations(page)
    desk(page, "1").click()
    press(page, "F9")
    state(page, "called")
    assert fits(page)
    found += violations(page)
    page.locator("button.quiet").filter(has_not=page.locator("kbd")).nth(1).click()
    expect(page.locator("dialog")).to_be_visible()
    found += violations(page)
    page.set_viewport_size({"width": 640, "height": 360})
    assert fits(page)
    assert found == []
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
