"""The greeter's page in a real Chromium, against a real hall."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from server.register import Register
from tests import browser
from tests.bookings import roll_over
from tests.browser import Hall, fits, violations
from tests.hall_process import Asker
from tests.socket_client import SocketClient

chromium = browser.chromium
page = browser.page

SERVICE = "passport"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Run a hall whose day has some hours left."""
    yield from browser.running(tmp_path_factory.mktemp("hall"), roll_over())


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds desk 1 open and nobody waiting."""
    hall.integration.done("open_desk", desk="1")
    yield
    hall.clear()


@pytest.fixture(scope="module")
def kiosk_token(hall: Hall) -> str:
    """Make the token of the kiosk that the hall file calls the entrance."""
    return Register(hall.process.data).add_device("entrance", "kiosk", "")


@pytest.fixture
def kiosk(hall: Hall, kiosk_token: str) -> Asker:
    """Give that kiosk, on a fresh connection."""
    return hall.process.asker(kiosk_token)


def enter(page: Page, hall: Hall, language: str = "en", side: str = "find", role: str = "greeter") -> None:
    """Open the page on a small tablet as somebody who has logged in."""
    hall.sign_in(page, role)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{hall.url}/greeter?lang={language}#{side}")


def find(page: Page, code: str) -> Locator:
    """Find a ticket; gives its card."""
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
    return page.locator(".ticket")


def press(page: Page, *names: str) -> None:
    """Press buttons one after another."""
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()


def test_a_visitor_is_given_a_ticket(page: Page, hall: Hall) -> None:
    """The slip stands on the screen in the visitor's language, and nothing else on this browser's paper."""
    enter(page, hall, side="give")
    page.get_by_label("Search the services").fill("archive")
    page.get_by_role("button", name="Archive certificate").click()
    page.get_by_label("Precedence").select_option("elderly")
    page.locator("form.form").get_by_label("Language").select_option("ru")
    press(page, "One more", "One more", "Give a ticket")
    expect(page.locator(".slip")).to_have_attribute("lang", "ru")
    expect(page.locator(".slip .service")).to_have_text("Архивная справка")
    number = page.locator(".slip .number").inner_text()
    hall.issued.append(number)
    page.emulate_media(media="print")
    expect(page.locator(".slip")).to_be_visible()
    for hidden in (".top", ".sides", "main > h1", ".given button"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.emulate_media(media="screen")
    press(page, "Next visitor")
    expect(page.get_by_label("Search the services")).to_be_visible()
    status, found = hall.integration.ask("GET", f"/api/v1/lookup?code={number}")
    assert (status, found["class"], found["quantity"], found["language"]) == (200, "elderly", 3, "ru")


def test_the_slip_comes_out_at_a_chosen_kiosk(page: Page, hall: Hall, kiosk: Asker) -> None:
    """Kiosks that work are offered; the one that was chosen may print the slip."""
    connected = SocketClient(hall.process.port, {"token": kiosk.token})
    connected.join()
    enter(page, hall, side="give")
    page.get_by_role("button", name="Passport").click()
    page.get_by_label("Slip").select_option(label="At the kiosk Entrance")
    press(page, "Give a ticket")
    expect(page.locator(".given")).to_contain_text("The slip comes out at the kiosk.")
    number = page.locator(".slip .number").inner_text()
    hall.issued.append(number)
    assert kiosk.ask("GET", f"/api/v1/slips/{number}")[0] == 200
    connected.close()


def test_a_visit_through_several_services_is_told(page: Page, hall: Hall) -> None:
    """On the slip that is given, and beside the ticket that is found."""
    enter(page, hall, side="give")
    page.get_by_label("Search the services").fill("transfer")
    page.get_by_role("button", name="Transfer of property").click()
    page.locator("form.form").get_by_label("Language").select_option("en")
    press(page, "Give a ticket")
    expect(page.locator(".slip")).to_contain_text("Then: Notary services, Property extract")
    number = page.locator(".slip .number").inner_text()
    hall.issued.append(number)
    enter(page, hall)
    expect(find(page, number).locator(".facts")).to_contain_text(
        "AfterwardsNotary services, Property extract"
    )


def test_a_slip_is_scanned_wherever_the_focus_is(page: Page, hall: Hall) -> None:
    """A scanner types what the code says; the page tells place and range, and follows the ticket."""
    first, mine = hall.issue(SERVICE), hall.issue(SERVICE)
    enter(page, hall)
    expect(page.locator("#code")).to_be_focused()
    page.get_by_role("button", name="Log out").focus()
    page.keyboard.type(f"https://hall.example/visit/{mine['token']}")
    page.keyboard.press("Enter")
    ticket = page.locator(".ticket")
    expect(ticket.locator(".number")).to_have_text(mine["ticket"])
    expect(page.locator("#code")).to_have_value(mine["ticket"])
    expect(ticket).to_contain_text("1 person is ahead of you")
    hall.integration.done("cancel", ticket=first["ticket"], reason="mistake")
    expect(ticket).to_contain_text("You are next")
    hall.integration.done("call_next", desk="1")
    expect(ticket).to_contain_text("Called to desk 1")
    find(page, "Z999")
    expect(page.get_by_role("alert").filter(has_text="Z999")).to_be_visible()
    expect(ticket).to_have_count(0)


@pytest.mark.parametrize(
    ("answer", "reason", "class_", "told"),
    [
        pytest.param("Confirm", "Evidence was seen", "elderly", "Elderly (65+), confirmed", id="confirmed"),
        pytest.param("Refuse", "Evidence was not shown", "none", "None", id="refused"),
    ],
)
def test_a_claim_is_answered(
    page: Page, hall: Hall, answer: str, reason: str, class_: str, told: str
) -> None:
    """Whoever looked at the document says so, once."""
    mine = hall.issue(SERVICE, **{"class": "elderly"})["ticket"]
    enter(page, hall)
    ticket = find(page, mine.lower())
    expect(ticket.locator(".claim")).to_contain_text("Elderly (65+)")
    press(page, answer, reason)
    expect(ticket.locator(".claim")).to_have_count(0)
    expect(ticket.locator(".facts")).to_contain_text(told)
    assert hall.integration.ask("GET", f"/api/v1/lookup?code={mine}")[1]["class"] == class_


def test_a_late_visitor_comes_back_and_goes_elsewhere(page: Page, hall: Hall) -> None:
    """Reinstated, sent to another service, and in the end withdrawn: each with its reason."""
    mine = hall.issue(SERVICE)["ticket"]
    integration = hall.integration
    integration.done("cancel", ticket=mine, reason="mistake")
    enter(page, hall)
    ticket = find(page, mine)
    expect(ticket).to_contain_text("This ticket was cancelled")
    press(page, "Back to the queue", "Came late")
    expect(ticket).to_contain_text("You are next")
    press(page, "To another service")
    page.get_by_role("dialog").get_by_label("Service").select_option("id-card")
    press(page, "Wrong service chosen")
    expect(ticket.locator(".service")).to_have_text("Identity card")
    press(page, "Cancel the ticket", "Has left the hall")
    expect(ticket).to_contain_text("Reason: Has left the hall")
    assert hall.history(mine)[-3:] == ["ticket_reinstated", "ticket_transferred", "ticket_cancelled"]


def test_what_the_hall_refuses_is_said_where_it_was_asked(page: Page, hall: Hall) -> None:
    """A transfer to a service that is suspended: a sentence, and the question stays open."""
    mine = hall.issue(SERVICE)["ticket"]
    hall.integration.done("suspend_service", service="id-card", reason="system-down")
    enter(page, hall)
    find(page, mine)
    press(page, "To another service")
    question = page.get_by_role("dialog")
    question.get_by_label("Service").select_option("id-card")
    press(page, "Wrong service chosen")
    expect(question.locator(".refusal")).to_contain_text("id-card")
    page.keyboard.press("Escape")
    expect(page.locator(".refusal")).to_have_count(0)
    hall.integration.done("resume_service", service="id-card", reason="restored")


def test_a_lost_slip_is_printed_anew(page: Page, hall: Hall) -> None:
    """The new one has a page of its own; whoever finds the old one learns nothing."""
    mine = hall.issue(SERVICE)
    enter(page, hall)
    ticket = find(page, mine["ticket"])
    press(page, "New slip", "The slip is lost")
    expect(page.locator(".given")).to_contain_text("The old slip and its page are void.")
    expect(page.locator(".slip .number")).to_have_text(mine["ticket"])
    assert hall.process.get(f"/api/v1/visits/{mine['token']}")[1]["code"] == "slip_void"
    press(page, "Back to the ticket")
    expect(ticket.locator(".facts")).to_contain_text("Printed anew; the old one is void")
    find(page, mine["token"])
    expect(page.get_by_role("alert").filter(has_text="void")).to_be_visible()


def test_calls_for_help_come_by_themselves(page: Page, hall: Hall, kiosk: Asker) -> None:
    """With the kiosk's name, in the title of a hidden tab too; one press tells the others who goes."""
    enter(page, hall, side="give")
    expect(page.get_by_label("Search the services")).to_be_visible()
    kiosk.done("request_help")
    call = page.locator(".help")
    expect(call).to_contain_text("Help is wanted at Entrance")
    expect(page).to_have_title("(1) Help is wanted at Entrance")
    press(page, "I am going")
    expect(call).to_have_count(0)
    expect(page).to_have_title("Greeter · Demonstration service hall")
    assert hall.integration.ask("GET", "/api/v1/overview")[1]["help"] == []


def test_a_tablet_that_slept_for_an_hour_shows_what_is_true(page: Page, hall: Hall) -> None:
    """The ticket that was on the screen stands as it stands now, with the buttons of now."""
    mine = hall.issue(SERVICE)["ticket"]
    enter(page, hall)
    ticket = find(page, mine)
    expect(ticket).to_contain_text("You are next")
    browser_itself = page.context.new_cdp_session(page)
    browser_itself.send("Page.setWebLifecycleState", {"state": "frozen"})
    hall.integration.done("call_next", desk="1")
    hall.integration.done("serve", desk="1", ticket=mine)
    browser_itself.send("Page.setWebLifecycleState", {"state": "active"})
    expect(ticket).to_contain_text("Is being served at desk 1")
    expect(page.get_by_role("button", name="Cancel the ticket")).to_have_count(0)


def test_the_page_is_for_greeters(page: Page, hall: Hall) -> None:
    """An operator is led to the desk, and nothing of the hall is told."""
    enter(page, hall, role="operator")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is for greeters")
    expect(page.get_by_role("link", name="To your desk")).to_be_visible()
    expect(page.locator("#code")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_help(page: Page, hall: Hall, kiosk: Asker, language: str) -> None:
    """No finding of axe, and nothing sticks out of a tablet in one hand, on each screen of the page."""
    mine = hall.issue(SERVICE, **{"class": "elderly"})["ticket"]
    kiosk.done("request_help")
    enter(page, hall, language)
    expect(page.locator(".help")).to_be_visible()
    ticket = find(page, mine)
    expect(ticket).to_be_visible()
    found = violations(page)
    ticket.locator(".row button").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += violations(page)
    page.keyboard.press("Escape")
    page.locator(".sides a").nth(1).click()
    expect(page.locator(".choices").first).to_be_visible()
    found += violations(page)
    page.locator(".choices button").first.click()
    expect(page.locator("form.form")).to_be_visible()
    found += violations(page)
    assert fits(page)
    page.locator("form.form button.main").click()
    expect(page.locator(".slip")).to_be_visible()
    hall.issued.append(page.locator(".slip .number").inner_text())
    found += violations(page)
    assert fits(page)
    page.locator(".help button").click()
    expect(page.locator(".help")).to_have_count(0)
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_visitor_who_booked_is_checked_in_without_a_code(page: Page, hall: Hall, language: str) -> None:
    """The greeter sees who comes and how to reach them; a press gives the ticket and its slip."""
    ask = hall.process.asker()
    told = ask.ask("GET", "/api/v1/slots?service=marriage")[1]
    said = {"service": "marriage", "slot": told["slots"][-1]["slot"], "contact": f"Leyla {language}"}
    status, booked = ask.ask("POST", "/api/v1/bookings", {"id": str(uuid4()), **said})
    assert status == 200, booked
    enter(page, hall, language, side="bookings")
    row = page.locator(".bookings li").filter(has_text=f"Leyla {language}")
    expect(row).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    page.locator("input[type=search]").fill("leyla")
    row.get_by_role("button").click()
    number = page.locator(".slip .number")
    expect(number).to_be_visible()
    ticket = number.inner_text()
    hall.issued.append(ticket)
    assert ask.ask("GET", f"/api/v1/bookings/{booked['code']}")[1]["ticket"] == ticket
    page.locator(".given .main").click()
    expect(row).to_contain_text(ticket)
