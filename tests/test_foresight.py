"""Before a jump the desk is told what it would be: counts alone, and that it will be published."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.domain.rights import ABOVE
from tests import browser
from tests.at_desk import SERVICE, button, desk, ready, state
from tests.browser import Hall, fits, violations
from ui.language import texts

chromium = browser.chromium
hall = browser.hall
page = browser.page


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds all desks closed and nobody waiting."""
    yield
    hall.clear()


def test_it_is_told_in_counts(hall: Hall) -> None:
    """Past how many and whether a second person is needed; no number but the one that was asked about."""
    ask = hall.integration
    ask.done("open_desk", desk="1")
    first, second, third = (hall.issue(SERVICE)["ticket"] for _ in range(3))
    status, told = ask.ask("GET", f"/api/v1/jump?desk=1&ticket={third.lower()}")
    day = ask.ask("GET", "/api/v1/overview")[1]["day"]
    assert (status, told.pop("last_day") > day) == (200, True)
    assert told == {
        "desk": "1",
        "ticket": third,
        "is_jump": True,
        "passed": 2,
        "needs_second_person": False,
        "confirmed_by": None,
        "you_stand": False,
    }
    assert not {first, second} & set(str(told).replace("'", " ").split())
    assert ask.ask("GET", f"/api/v1/jump?desk=1&ticket={first}")[1]["is_jump"] is False


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("desk=99&ticket=A001", "unknown_desk", id="no such desk"),
        pytest.param("desk=1&ticket=Z999", "unknown_ticket", id="no such ticket"),
        pytest.param("desk=1", "malformed", id="no ticket named"),
        pytest.param("desk=3&ticket={}", "not_served_here", id="a desk of other queues"),
    ],
)
def test_what_the_call_would_refuse_is_refused_before(hall: Hall, query: str, code: str) -> None:
    """With the same sentence."""
    ticket = hall.issue(SERVICE)["ticket"]
    assert hall.integration.ask("GET", f"/api/v1/jump?{query.format(ticket)}")[1]["code"] == code


def test_operators_are_told_nothing(hall: Hall) -> None:
    """Who may not call past others sees no place of anybody."""
    name, password = hall.operator()
    asker = hall.process.asker()
    asker.ask("POST", "/api/v1/session", {"name": name, "password": password})
    assert asker.ask("GET", "/api/v1/jump?desk=1&ticket=A001")[1]["code"] == "not_allowed"


def test_the_desk_says_first_that_it_will_be_published(page: Page, hall: Hall) -> None:
    """Past how many, and above the quota that somebody else must confirm it; the reason makes the call."""
    tickets = [hall.issue(SERVICE)["ticket"] for _ in range(6)]
    ask = hall.integration
    ask.done("open_desk", desk="2")
    for ticket in tickets[3:]:
        ask.done("call_ticket", desk="2", ticket=ticket, reason="emergency")
        ask.done("cancel", desk="2", ticket=ticket, reason="mistake")
    hall.sign_in(page, "lead")
    page.goto(f"{hall.url}/desk?lang=en")
    desk(page, "1").click()
    ready(page)
    button(page, "Call a certain ticket").click()
    page.fill("dialog input", "Z999")
    page.keyboard.press("Enter")
    question = page.locator("dialog")
    expect(question.get_by_role("alert")).to_contain_text("Z999")
    page.fill("dialog input", tickets[2].lower())
    page.keyboard.press("Enter")
    expect(question).to_contain_text(f"{tickets[2]} would be called past 2 visitors whose turn comes before.")
    expect(question).to_contain_text("This call will stand in the public ledger")
    expect(question).to_contain_text("Another lead operator or manager must confirm it by the end of")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert fits(page)
    button(page, "Emergency").click()
    state(page, "called")
    (called,) = [
        event
        for event in ask.ask("GET", f"/api/v1/tickets/{tickets[2]}")[1]["events"]
        if event["type"] == "ticket_called"
    ]
    assert (called["jumped"], called["reason"], called["above_quota"]) == (tickets[:2], "emergency", True)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_second_person_stands_beforehand_at_the_own_desk(page: Page, hall: Hall, language: str) -> None:
    """Under their own name; the colleague reads that it is confirmed, and calls."""
    ask = hall.integration
    ask.done("open_desk", desk="2")
    tickets = [hall.issue(SERVICE)["ticket"] for _ in range(6)]
    for ticket in tickets[3:]:
        ask.done("call_ticket", desk="2", ticket=ticket, reason="emergency")
        ask.done("cancel", desk="2", ticket=ticket, reason="mistake")
    ask.done("close_desk", desk="2")
    asked_about(page, hall, "1", tickets[2], language)
    question = page.locator("dialog")
    question.locator("summary").click()
    assert violations(page) == []
    stand = question.locator("details button")
    stand.click()
    expect(question.locator("p[role=status]")).to_contain_text(tickets[2])
    expect(stand).to_have_count(0)
    (event,) = [one for one in hall_events(hall, tickets[2]) if one["type"] == "jump_confirmed"]
    assert "jump" not in event
    caller = page.context.browser.new_page()  # type: ignore[union-attr]
    asked_about(caller, hall, "2", tickets[2], "en")
    expect(caller.locator("dialog")).to_contain_text("A second person has confirmed it beforehand.")
    expect(caller.locator("dialog details")).to_have_count(0)
    button(caller, "Emergency").click()
    state(caller, "called")
    (called,) = [one for one in hall_events(hall, tickets[2]) if one["type"] == "ticket_called"]
    assert (called["confirmed_by"], called["jumped"]) == (event["actor"]["id"], tickets[:2])
    assert called["actor"]["id"] != event["actor"]["id"]
    caller.close()
    expect(page.locator("dialog")).to_have_count(1)
    page.set_viewport_size({"width": 320, "height": 700})
    assert fits(page)


def test_what_cannot_be_stood_for_is_said_in_the_question(page: Page, hall: Hall) -> None:
    """Another one stood for it meanwhile: the hall's own sentence stands beside the button."""
    ask = hall.integration
    tickets = [hall.issue(SERVICE)["ticket"] for _ in range(6)]
    ask.done("open_desk", desk="2")
    for ticket in tickets[3:]:
        ask.done("call_ticket", desk="2", ticket=ticket, reason="emergency")
        ask.done("cancel", desk="2", ticket=ticket, reason="mistake")
    asked_about(page, hall, "1", tickets[2], "en")
    page.locator("dialog summary").click()
    ask.done("confirm_jump", ticket=tickets[2])
    button(page, "Stand for it").click()
    expect(page.locator("dialog details").get_by_role("alert")).to_contain_text(tickets[2])


def asked_about(page: Page, hall: Hall, number: str, ticket: str, language: str) -> None:
    """Ask as a new lead at a desk what calling a ticket would be."""
    hall.sign_in(page, "lead")
    page.goto(f"{hall.url}/desk?lang={language}")
    desk(page, number).click()
    ready(page)
    button(page, texts(language).gettext("Call a certain ticket")).click()
    page.fill("dialog input", ticket)
    page.keyboard.press("Enter")
    expect(page.locator("dialog strong")).to_contain_text(ticket)


def hall_events(hall: Hall, ticket: str) -> list[dict[str, Any]]:
    """Give what the log says of a ticket."""
    events: list[dict[str, Any]] = hall.integration.ask("GET", f"/api/v1/tickets/{ticket}")[1]["events"]
    return events


def test_only_those_who_may_see_the_button(page: Page, hall: Hall) -> None:
    """The page's list is the server's."""
    hall.sign_in(page, "operator")
    page.goto(f"{hall.url}/desk?lang=en")
    desk(page, "1").click()
    ready(page)
    expect(button(page, "Call a certain ticket")).to_have_count(0)
    shown = page.evaluate("import('/static/desk/desk_page.js').then(({MAY_JUMP}) => MAY_JUMP)")
    assert set(shown) == ABOVE - {"integration"}
