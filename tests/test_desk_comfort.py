"""The desk through a shift: who has it, who walks up to it, what is left behind at its end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from server.register import Register
from tests import browser
from tests.at_desk import SERVICE, answer, button, call, desk, let_go, press, ready, state, take_desk
from tests.browser import Hall, fits, violations
from tests.socket_client import SocketClient

chromium = browser.chromium
hall = browser.hall
page = browser.page

SEVERAL_AT_ONCE = "fines"
"""Of queue E at desk 8: a visitor may bring up to five."""


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds all desks closed and nobody waiting."""
    yield
    hall.clear()


@pytest.fixture
def colleague(chromium: Browser) -> Iterator[Page]:
    """Give another operator's browser."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_two_operators_on_one_desk(page: Page, colleague: Page, hall: Hall) -> None:
    """The second is told whose desk and ticket it is; the first is told at once, and keeps no button."""
    ticket = hall.issue(SERVICE)["ticket"]
    first = take_desk(page, hall, "2")
    call(page)
    second, _ = hall.sign_in(colleague, "operator")
    colleague.goto(f"{hall.url}/desk?lang=en")
    desk(colleague, "2").click()
    expect(colleague.locator("dialog")).to_contain_text(f"{first} has this desk open.")
    expect(colleague.locator("dialog")).to_contain_text(f"{ticket} has been called there")
    colleague.click("dialog button.main")
    expect(colleague.locator(".number")).to_have_text(ticket)
    told = f"{second} has taken over desk 2, with the visitor {ticket}."
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(button(page, "Start service")).to_have_count(0)
    expect(desk(page, "2")).to_contain_text(f"Taken by {second}")


def test_a_question_that_was_open_goes_with_its_visitor(page: Page, hall: Hall) -> None:
    """Somebody above frees the desk meanwhile: no reason can be given for a ticket that is gone."""
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "1")
    call(page)
    button(page, "Park").click()
    expect(page.locator("dialog")).to_be_visible()
    hall.integration.done("release_ticket", desk="1", ticket=ticket, reason="system-down")
    state(page, "free")
    expect(page.locator("dialog")).to_have_count(0)


def test_pausing_the_last_desk_says_who_waits_in_vain(page: Page, hall: Hall) -> None:
    """The count is that of the moment, though the desk heard nothing of the other one's closing."""
    hall.integration.done("open_desk", desk="5")
    take_desk(page, hall, "1")
    for _ in range(2):
        hall.issue(SERVICE)
    hall.integration.done("close_desk", desk="5")
    button(page, "Pause").click()
    expect(page.locator("dialog")).to_contain_text("2 people are waiting whom no other open desk serves.")
    answer(page, "1")
    state(page, "paused")


def test_the_last_desk_moves_those_who_wait(page: Page, hall: Hall) -> None:
    """To a service that another open desk serves, with the arrival they had."""
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "1")
    button(page, "Close desk").click()
    answer(page, "2")
    expect(page.locator("dialog")).to_contain_text("No other desk is open")
    page.keyboard.press("Escape")
    hall.integration.done("open_desk", desk="8")
    let_go(page)
    button(page, "Close desk").click()
    answer(page, "2")
    page.select_option("dialog select", SEVERAL_AT_ONCE)
    page.click("text=Move 1 person and close the desk")
    expect(page.locator(".desk").first).to_be_visible()
    assert hall.history(ticket)[-1] == "ticket_transferred"


def test_the_last_desk_serves_them_out(page: Page, hall: Hall) -> None:
    """It takes nobody new, may think better of it, and closes by itself after the last one."""
    hall.issue(SERVICE)
    take_desk(page, hall, "1")
    button(page, "Close desk").click()
    answer(page, "1")
    expect(page.locator(".notice")).to_contain_text("closes by itself when 1 more person has been served.")
    expect(button(page, "Visitor without a ticket")).to_contain_text("no tickets are given now")
    button(page, "Keep the desk open").click()
    expect(page.locator(".notice")).to_have_count(0)
    ready(page)
    button(page, "Close desk").click()
    answer(page, "1")
    expect(page.locator(".notice")).to_be_visible()
    call(page)
    button(page, "Start service").click()
    state(page, "serving")
    press(page, "F2")
    expect(page.locator(".desk").first).to_be_visible()


def test_a_walk_up_is_called_at_once_when_nobody_comes_before(page: Page, hall: Hall) -> None:
    """Asked what a kiosk asks; the desk shows language, proof to see, papers, how many matters."""
    take_desk(page, hall, "8")
    button(page, "Visitor without a ticket").click()
    page.select_option("dialog select >> nth=0", SEVERAL_AT_ONCE)
    page.fill("dialog [type=number]", "3")
    page.select_option("dialog select >> nth=1", "elderly")
    page.select_option("dialog select >> nth=2", "ru")
    button(page, "Give a ticket").click()
    state(page, "called")
    known = page.locator(".know")
    for fact in ("Russian", "ask for proof", "Identity card", "Items3"):
        expect(known).to_contain_text(fact)
    hall.issued.append(page.locator(".number").inner_text())


def test_a_walk_up_waits_like_anyone(page: Page, hall: Hall) -> None:
    """The operator is told the number and its place honestly, and a kiosk prints the slip."""
    device = Register(hall.process.data).add_device("entrance", "kiosk", "")
    kiosk = SocketClient(hall.process.port, {"token": device})
    kiosk.join()
    hall.issue(SERVICE)
    take_desk(page, hall, "1")
    button(page, "Visitor without a ticket").click()
    page.select_option("dialog select >> nth=0", SERVICE)
    page.select_option("dialog select >> nth=3", label="At the kiosk Entrance")
    button(page, "Give a ticket").click()
    given = page.locator(".given")
    expect(given).to_contain_text("1 person has an earlier turn.")
    expect(given).to_contain_text("The slip comes out at the kiosk.")
    hall.issued.append(given.locator(".number").inner_text())
    state(page, "free")
    assert kiosk.event("ticket_issued")["ticket"] == hall.issued[-1]
    kiosk.close()


def test_a_note_reaches_the_next_desk(page: Page, hall: Hall) -> None:
    """With the legs before; and who is parked there is so with the reason and since when."""
    hall.issue(SERVICE)
    take_desk(page, hall, "1")
    call(page)
    button(page, "Note to the next desk").click()
    page.locator("dialog textarea").fill("The photograph is on its way.")
    button(page, "Leave the note").click()
    expect(page.locator(".notes")).to_contain_text("Note of desk 1")
    button(page, "Start service").click()
    state(page, "serving")
    button(page, "Transfer").click()
    page.select_option("dialog select", SEVERAL_AT_ONCE)
    page.click("dialog >> text=A further step")
    state(page, "free")
    button(page, "Close desk").click()
    desk(page, "8").click()
    call(page)
    expect(page.locator(".notes")).to_contain_text("The photograph is on its way.")
    expect(page.locator(".know")).to_contain_text("Passport · Desk 1")
    button(page, "Park").click()
    answer(page, "1")
    expect(page.locator(".parked")).to_contain_text("Fetches a document")
    expect(page.locator(".parked")).to_contain_text("0 min")


def test_a_visit_leads_through_several_services(page: Page, hall: Hall) -> None:
    """The desk sees what follows, adds, takes off, takes a completion back, and may end the visit."""
    ticket = hall.issue(SERVICE, route=["notary"])["ticket"]
    take_desk(page, hall, "1")
    call(page)
    expect(page.locator(".know")).to_contain_text("AfterwardsNotary services")
    button(page, "Start service").click()
    state(page, "serving")
    button(page, "Add a service").click()
    expect(page.locator("dialog option[value=notary]")).to_have_count(0)
    page.select_option("dialog select", "fines")
    button(page, "Add this service").click()
    expect(page.locator(".know")).to_contain_text("Notary services; Traffic fines")
    let_go(page)
    button(page, "Take a service off").click()
    answer(page, "1")
    expect(page.locator(".know")).to_contain_text("AfterwardsTraffic fines")
    press(page, "F2")
    state(page, "free")
    assert hall.history(ticket)[-4:] == ["leg_added", "leg_dropped", "leg_completed", "leg_begun"]
    page.click("text=Undo")
    state(page, "serving")
    press(page, "F7")
    page.get_by_label("the visitor goes on to: Traffic fines").uncheck()
    page.click("dialog >> text=A document is missing")
    state(page, "free")
    assert hall.history(ticket)[-2:] == ["ticket_reinstated", "leg_completed"]


def test_who_is_sent_for_a_stamp_comes_back(page: Page, hall: Hall) -> None:
    """To the desk that sent them, and nobody else calls them."""
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "1")
    call(page)
    button(page, "Start service").click()
    state(page, "serving")
    button(page, "Transfer").click()
    page.select_option("dialog select", SEVERAL_AT_ONCE)
    page.get_by_label("and back to this desk afterwards").check()
    page.click("dialog >> text=A further step")
    state(page, "free")
    ask = hall.integration
    ask.done("open_desk", desk="8")
    ask.done("call_next", desk="8")
    ask.done("serve", desk="8", ticket=ticket)
    ask.done("complete", desk="8", ticket=ticket, outcome="served")
    assert call(page) == ticket


def test_who_goes_is_asked_to_close_the_desk(page: Page, hall: Hall) -> None:
    """Logging out leaves a desk open for nobody: said first; no key acts beneath the question."""
    hall.issue(SERVICE)
    take_desk(page, hall, "1")
    button(page, "Log out").click()
    expect(page.locator("dialog")).to_contain_text("Desk 1 is still open")
    page.keyboard.press("F9")
    page.click("text=Log out and leave it open")
    expect(page.locator("form.login")).to_be_visible()
    assert hall.history(hall.issued[0]) == ["ticket_issued"]


def test_the_main_button_stays_where_the_hand_knows_it(page: Page, hall: Hall) -> None:
    """Beside another program it is at the foot; the keyboard reaches each button, and none lies under it."""
    hall.issue(SERVICE, language="ru", **{"class": "elderly"})
    page.set_viewport_size({"width": 360, "height": 700})
    take_desk(page, hall, "1")
    place = page.locator("button.main").bounding_box()
    call(page)
    assert page.locator("button.main").bounding_box() == place
    buttons = page.locator("button:not(.main)").count()
    seen = set()
    page.locator(".languages select").focus()
    for _ in range(buttons + 1):  # and the main one
        page.keyboard.press("Tab")
        seen.add(page.evaluate(REACHED))
    assert len(seen - {""}) == buttons


REACHED = """(() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return at.tagName === "BUTTON" && at.contains(top) && !at.matches(".main") ? at.innerText : "";
})()"""
"""What stands on the button that has the focus, if it can be seen there."""


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_use_its_questions(page: Page, hall: Hall, language: str) -> None:
    """Axe finds nothing in the questions of a shift, beside another program; nothing sticks out."""
    hall.issue(SERVICE)
    page.set_viewport_size({"width": 320, "height": 700})
    take_desk(page, hall, "1", language=language)
    hall.integration.done("suspend_service", service="id-card", reason="system-down")
    expect(page.locator(".notice")).to_be_visible()
    found = violations(page)
    quiet = page.locator(".actions button.quiet")
    for place in range(quiet.count()):
        quiet.nth(place).click()
        expect(page.locator("dialog")).to_be_visible()
        assert fits(page)
        found += violations(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
    hall.integration.done("resume_service", service="id-card")
    assert found == []
