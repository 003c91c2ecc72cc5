"""The manager's page in a real Chromium, against a real hall: every act is played."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

from protocol.commands import COMMANDS
from server.domain.rights import MAY
from server.people import MANAGES
from tests import browser
from tests.browser import Hall, fits, violations
from tests.hall_process import new_id
from tests.socket_client import SocketClient

chromium = browser.chromium
hall = browser.hall
page = browser.page

SERVICE, OTHER = "passport", "residence-permit"
"""Of the queues A and B: desk 1 serves A, desk 2 both, desk 3 B."""
SECTIONS = ("today", "desks", "services", "figures", "boards", "devices", "people", "check")


def manage(
    page: Page, hall: Hall, section: str = "today", *, role: str = "manager", language: str = "en"
) -> str:
    """Open a section of the page as somebody of that role; gives the name."""
    name, _ = hall.sign_in(page, role)
    page.goto(f"{hall.url}/manager?lang={language}#{section}")
    expect(page.locator("nav.tabs")).to_be_visible()
    return name


def press(page: Page, label: str, within: str = "body") -> None:
    """Press the button with this label, as soon as it may act."""
    page.locator(f"{within} >> button:not([aria-disabled=true], :disabled)", has_text=label).first.click()


def question(page: Page) -> Locator:
    """Give the question that is open."""
    return page.locator("dialog")


def confirm(page: Page) -> None:
    """Answer the open question with yes; it closes when it is done."""
    page.click("dialog button.main:not(:disabled)")
    expect(question(page)).to_have_count(0)


def choose(page: Page, name: str, value: str) -> None:
    """Choose in a list of the open question."""
    page.select_option(f"dialog [name={name}]", value)


def desk(number: str) -> str:
    """Give the card of a desk."""
    return f".desk-now:has(h2 bdi:text-is('{number}'))"


def of_type(events: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Give the last event of a type."""
    return [event for event in events if event["type"] == kind][-1]


def log(hall: Hall) -> list[dict[str, Any]]:
    """Give all that has happened in the hall."""
    events: list[dict[str, Any]] = hall.integration.ask("GET", "/api/v1/events?since=0&limit=5000")[1][
        "events"
    ]
    return events


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds an open hall with closed desks, where nobody waits."""
    yield
    ask = hall.integration
    ask.say("open_day")
    ask.done("resume_hall")
    ask.done("resume_issuing")
    hall.clear()


def test_a_manager_logs_in_and_sees_the_hall_live(page: Page, hall: Hall) -> None:
    """Queues, how many wait, open desks, and what is stranded; no press is needed to stay up to date."""
    page.goto(f"{hall.url}/manager?lang=en")
    name, password = hall.operator("manager")
    page.locator("[name=name]").press_sequentially(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    row = page.locator("table.queues tr", has=page.locator("bdi:text-is('A')"))
    expect(row).to_contain_text("0")
    hall.issue(SERVICE)
    stranded = page.locator("table.queues .badge.wrong")
    expect(stranded).to_have_text("A Stranded: no open desk")
    hall.integration.done("open_desk", desk="1")
    expect(row.locator("td.figure").nth(2)).to_have_text("1")
    expect(row.locator("td.figure").nth(0)).to_have_text("1")
    expect(stranded).to_have_count(0)


def test_issuing_stops_with_a_reason_and_goes_on(page: Page, hall: Hall) -> None:
    """The page shows the reason, a kiosk is refused; then tickets are given again."""
    manage(page, hall)
    press(page, "Stop giving tickets")
    choose(page, "reason", "system-down")
    confirm(page)
    expect(page.locator(".state-of-hall")).to_contain_text("No tickets are given: The system is down.")
    assert hall.integration.refused("issue_ticket", service=SERVICE) == "issuing_stopped"
    press(page, "Give tickets again")
    confirm(page)
    hall.issue(SERVICE)


def test_the_hall_is_paused_with_words_of_its_own(page: Page, hall: Hall) -> None:
    """Where nothing is written our own sentence stands, previewed in each language of the hall."""
    hall.issue(SERVICE)
    manage(page, hall)
    press(page, "Pause the hall")
    expect(question(page)).to_contain_text("1 person is waiting.")
    page.click("dialog summary")
    ours = "Emergency. Please stay calm and do what the staff say. Your turn is kept."
    expect(page.locator("dialog [name=text-en]")).to_have_attribute("placeholder", ours)
    page.click("dialog >> text=Break")
    expect(page.locator("dialog [name=text-ru]")).not_to_have_attribute("placeholder", ours)
    page.fill("dialog [name=text-en]", "Back at 13:00.")
    confirm(page)
    expect(page.locator(".state-of-hall")).to_contain_text("It is paused since")
    assert of_type(log(hall), "hall_paused")["kind"] == "break"
    assert hall.integration.refused("issue_ticket", service=SERVICE) == "hall_paused"
    press(page, "Resume the hall")
    confirm(page)
    expect(page.locator(".state-of-hall")).not_to_contain_text("paused")


def test_the_day_closes_with_a_word_about_those_who_wait(page: Page, hall: Hall) -> None:
    """The question says how many; withdrawn ones are told so; the day opens again."""
    tickets = [hall.issue(SERVICE)["ticket"] for _ in range(2)]
    manage(page, hall)
    press(page, "Close the day")
    expect(question(page)).to_contain_text("2 people are waiting.")
    page.click("dialog >> text=Withdraw 2 tickets")
    confirm(page)
    expect(page.locator(".state-of-hall")).to_contain_text("The hall is closed.")
    assert [event["ticket"] for event in log(hall) if event.get("reason") == "day_closed"] == tickets
    hall.issued.clear()
    press(page, "Open the day")
    confirm(page)
    expect(page.locator(".state-of-hall")).to_contain_text("The hall is open.")


def test_a_service_is_suspended_and_those_who_wait_are_moved(page: Page, hall: Hall) -> None:
    """They keep their arrival; the service shows why it is suspended, and is resumed."""
    hall.integration.done("open_desk", desk="3")
    ticket = hall.issue(SERVICE)["ticket"]
    manage(page, hall, "services")
    row = page.locator("table.services tr", has_text=re.compile(r"^Passport"))
    row.get_by_role("button").click()
    expect(question(page)).to_contain_text("1 person waits for it.")
    choose(page, "reason", "system-down")
    page.click("dialog >> text=Move 1 person")
    choose(page, "to", OTHER)
    confirm(page)
    expect(row).to_contain_text("Suspended: The system is down")
    moved = of_type(log(hall), "ticket_transferred")
    assert (moved["ticket"], moved["service"]) == (ticket, OTHER)
    assert moved["arrived_at"] < moved["at"]
    row.get_by_role("button").click()
    choose(page, "reason", "restored")
    confirm(page)
    expect(row).not_to_contain_text("Suspended")


def test_a_desk_is_told_its_queues(page: Page, hall: Hall) -> None:
    """The ticks are those of now; the hall takes what is sent."""
    manage(page, hall, "desks")
    press(page, "Queues", desk("3"))
    page.uncheck("dialog [value=B]")
    page.check("dialog [value=A]")
    confirm(page)
    expect(page.locator(f"{desk('3')} .serves")).to_contain_text("A")
    assert of_type(log(hall), "desk_assigned")["queues"] == ["A"]
    hall.integration.done("assign_desk", desk="3", queues=["B"])


def test_a_stuck_desk_is_freed_and_taken_out_of_use(page: Page, hall: Hall) -> None:
    """Its ticket waits again with the arrival it had; who would be stranded is counted before it closes."""
    ask = hall.integration
    first, second = hall.issue(SERVICE), hall.issue(SERVICE)
    ask.done("open_desk", desk="1")
    ask.done("call_next", desk="1")
    manage(page, hall, "desks")
    expect(page.locator(desk("1"))).to_contain_text(f"{first['ticket']} Called")
    press(page, "Release ticket", desk("1"))
    choose(page, "reason", "system-down")
    confirm(page)
    assert of_type(log(hall), "ticket_requeued")["arrived_at"] == first["at"]
    expect(page.locator(desk("1"))).to_contain_text("2 people wait for this desk alone.")
    press(page, "Take out of use", desk("1"))
    expect(question(page)).to_contain_text("A (2)")
    page.click("dialog >> text=Withdraw 2 tickets")
    confirm(page)
    expect(page.locator(f"{desk('1')}[data-state=closed]")).to_be_visible()
    assert hall.history(second["ticket"])[-1] == "ticket_cancelled"
    hall.issued.clear()


def test_a_second_person_confirms_a_call_past_others(page: Page, hall: Hall) -> None:
    """Above the quota it is an alarm; the question tells why, by whom and how long there is time."""
    ask = hall.integration
    ask.done("open_desk", desk="1")
    tickets = [hall.issue(SERVICE)["ticket"] for _ in range(5)]
    for ticket in tickets[:0:-1]:
        (called,) = ask.done("call_ticket", desk="1", ticket=ticket, reason="emergency")
        ask.done("cancel", desk="1", ticket=ticket, reason="mistake")
    assert called["above_quota"] is True
    manage(page, hall)
    expect(page.locator(".alarms")).to_contain_text("1 call past others is unconfirmed")
    card = page.locator(".jumps")
    expect(card).to_contain_text(f"{tickets[1]} was called to desk 1 past 1 visitor.")
    assert violations(page) == []
    press(page, "Confirm", ".jumps")
    expect(question(page)).to_contain_text("Reason: Emergency.")
    confirm(page)
    expect(card).to_have_count(0)
    told = of_type(log(hall), "jump_confirmed")
    assert (told["ticket"], told["jump"]) == (tickets[1], called["seq"])


def test_a_text_stands_on_the_boards_of_a_zone_until_it_is_taken_off(page: Page, hall: Hall) -> None:
    """It may be written in several languages."""
    manage(page, hall, "boards")
    page.select_option("[name=zone]", "east")
    page.fill("[name=text-az]", "Kassa bağlanır.")
    page.fill("[name=text-en]", "The cash desk closes.")
    press(page, "Show it")
    standing = page.locator(".standing")
    expect(standing).to_contain_text("The cash desk closes.")
    expect(standing).to_contain_text("East hall")
    expect(page.locator("[name=text-en]")).to_have_value("")
    assert of_type(log(hall), "announced")["zone"] == "east"
    press(page, "Take it off")
    expect(standing).to_have_count(0)


def test_people_are_let_in_and_their_right_ends(page: Page, hall: Hall) -> None:
    """The password is shown once and works; a name in use is a sentence; who is disabled is signed out."""
    name = manage(page, hall, "people")
    press(page, "Add a person")
    page.fill("dialog [name=name]", name)
    page.click("dialog button.main")
    expect(question(page).get_by_role("alert")).to_contain_text("already")
    page.fill("dialog [name=name]", "Günel")
    choose(page, "role", "greeter")
    page.click("dialog button.main")
    password = page.locator(".password").inner_text()
    confirm(page)
    card = page.locator(".person", has_text="Günel")
    expect(card).to_contain_text("Greeter")
    greeter = hall.process.asker()
    assert greeter.ask("POST", "/api/v1/session", {"name": "Günel", "password": password})[0] == 200
    press(page, "Role", ".person:has-text('Günel')")
    choose(page, "role", "lead")
    confirm(page)
    expect(card).to_contain_text("Lead operator")
    press(page, "Disable", ".person:has-text('Günel')")
    confirm(page)
    expect(card).to_contain_text("May not sign in")
    assert greeter.ask("GET", "/api/v1/session")[0] == 401


def test_a_device_is_let_in_by_the_code_it_shows(page: Page, hall: Hall) -> None:
    """The device fetches its token; a wrong code is a sentence; a revoked device is cut off."""
    device = hall.process.asker()
    shown = device.ask("POST", "/api/v1/pairing", {"role": "kiosk"})[1]
    manage(page, hall, "devices")
    press(page, "Add a device")
    page.fill("dialog [name=code]", "000 000")
    page.fill("dialog [name=name]", "kiosk-7")
    page.click("dialog button.main")
    expect(question(page).get_by_role("alert")).to_contain_text("code")
    page.fill("dialog [name=code]", shown["code"])
    confirm(page)
    paired = device.ask("GET", "/api/v1/pairing", Authorization=f"Bearer {shown['secret']}")[1]
    assert (paired["state"], paired["name"]) == ("paired", "kiosk-7")
    card = page.locator(".device", has_text="kiosk-7")
    with closing(SocketClient(hall.process.port, {"token": paired["token"]})) as kiosk:
        kiosk.join()
        expect(card.locator(".badge.good")).to_have_text("Connected")
        press(page, "Revoke", ".device:has-text('kiosk-7')")
        confirm(page)
    expect(card).to_have_count(0)
    assert hall.process.asker(paired["token"]).ask("GET", "/api/v1/snapshot")[0] == 401


def test_the_staff_get_a_pin_for_the_kiosks(page: Page, hall: Hall) -> None:
    """It opens a kiosk's staff screen."""
    manage(page, hall, "devices")
    press(page, "Staff PIN")
    page.fill("dialog [name=pin]", "4711")
    confirm(page)
    kiosk = hall.process.asker(hall.process.token("kiosk", "kiosk-pin"))
    assert kiosk.ask("POST", "/api/v1/staff-pin", {"pin": "4711"})[0] == 200


def test_alarms_come_by_themselves(page: Page, hall: Hall) -> None:
    """In the list, in the title, and for those who hear the page; a call for help is answered there."""
    kiosk = hall.process.asker(hall.process.token("kiosk", "kiosk-1"))
    alarms = page.locator(".alarms")
    with closing(SocketClient(hall.process.port, {"token": kiosk.token})) as connection:
        connection.join()
        manage(page, hall)
        expect(alarms).to_be_visible()
        kiosk.done("report_device", device="printer", kind="printer", state="fault", detail="paper end")
        kiosk.done("request_help")
        expect(alarms).to_contain_text("kiosk-1: Printer fault")
        expect(page).to_have_title(re.compile(r"^\(\d+\) Manager"))
        expect(page.get_by_role("status").filter(has_text="asks for help")).to_have_count(1)
        press(page, "Somebody goes there")
        expect(alarms).not_to_contain_text("asks for help")
        kiosk.done("report_device", device="printer", kind="printer", state="ok")
        expect(alarms).not_to_contain_text("Printer fault")


def test_the_morning_check_says_what_to_do(page: Page, hall: Hall) -> None:
    """Each part is good, or says what is wrong and what to do about it."""
    manage(page, hall, "check")
    items = page.locator(".checks > li")
    expect(items).to_have_count(8)
    expect(page.locator(".checks")).to_contain_text("To do")
    expect(page.locator(".checks > [data-state=ok]").first).to_be_visible()


def test_a_day_in_figures(page: Page, hall: Hall) -> None:
    """The last day's lines, those taken back among them; another day is chosen, and read as a table."""
    ask = hall.integration
    ask.done("open_desk", desk="1")
    hall.issue(SERVICE)
    ticket = ask.done("call_next", desk="1")[0]["ticket"]
    ask.done("serve", desk="1", ticket=ticket)
    ask.done("complete", desk="1", ticket=ticket, outcome="served")
    ask.done("reinstate", desk="1", ticket=ticket, reason="slip")
    ask.done("complete", desk="1", ticket=ticket, outcome="served")
    manage(page, hall, "figures", role="inspector")
    line = page.locator("dl.of-hall div")
    expect(line.filter(has=page.get_by_text("Ends taken back", exact=True)).locator("dd")).to_have_text("1")
    served = (
        page.locator("table.of-day tr", has=page.get_by_text("Passport", exact=True)).locator("td").nth(1)
    )
    expect(served).to_have_text(re.compile("[1-9]"))
    with page.expect_download() as told:
        page.get_by_text("As a table for a spreadsheet").click()
    assert re.fullmatch(r"figures-[\d-]+\.csv", told.value.suggested_filename)
    page.locator("input[type=date]").fill("2020-01-01")
    expect(line.filter(has=page.get_by_text("Tickets", exact=True)).locator("dd")).to_have_text("0")


def test_a_refusal_is_a_sentence_in_the_question(page: Page, hall: Hall) -> None:
    """What was to be done meanwhile by another is not offered any more."""
    manage(page, hall)
    press(page, "Stop giving tickets")
    choose(page, "reason", "system-down")
    hall.integration.done("stop_issuing", reason="system-down")
    expect(question(page)).to_contain_text("there is nothing left to do here")
    page.keyboard.press("Escape")
    expect(question(page)).to_have_count(0)


def test_a_browser_that_slept_for_an_hour_shows_the_true_state(page: Page, hall: Hall) -> None:
    """Until it has read anew nothing can be pressed; then what stands there is true."""
    asleep: list[bool] = []
    held: list[Route] = []
    page.clock.install()
    page.route_web_socket("**/socket.io/**", lambda socket: _deaf(socket, asleep))
    manage(page, hall)
    button = page.locator("button", has_text="Stop giving tickets")
    expect(button).to_have_attribute("aria-disabled", "false")
    page.route("**/api/v1/overview", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks it
    asleep.append(True)
    hall.integration.done("stop_issuing", reason="system-down")
    asleep.clear()
    page.clock.fast_forward("01:00:00")
    expect(page.get_by_text("No link to the hall")).to_be_visible()
    expect(button).to_have_attribute("aria-disabled", "true")
    page.unroute("**/api/v1/overview")
    for route in held:
        route.continue_()
    expect(page.locator(".state-of-hall")).to_contain_text("No tickets are given")
    expect(button).to_have_count(0)


def _deaf(socket: WebSocketRoute, asleep: list[bool]) -> None:
    """Pass on what is said, but nothing while the machine sleeps."""
    server = socket.connect_to_server()
    socket.on_message(lambda said: None if asleep else server.send(said))
    server.on_message(lambda said: None if asleep else socket.send(said))


def test_each_role_sees_what_it_may(page: Page, hall: Hall) -> None:
    """The page's table of rights is the server's; an operator is sent to the desk."""
    manage(page, hall, role="lead")
    expect(page.locator("nav.tabs")).not_to_contain_text("People")
    expect(page.locator(".state-of-hall")).to_contain_text("Pause the hall")
    expect(page.locator("button", has_text="Close the day")).to_have_count(0)
    shown = page.evaluate("import('/static/manager/rights.js').then(({MAY}) => MAY)")
    others = {"manager", "admin", "lead", "greeter", "inspector"}
    assert {name: set(roles) for name, roles in shown.items() if name in COMMANDS} == {
        name: set(MAY[COMMANDS[name]]) & others for name in shown if name in COMMANDS
    }
    assert set(shown["people"]) == set(MANAGES)
    hall.sign_in(page, "operator")
    page.goto(f"{hall.url}/manager?lang=en")
    expect(page.get_by_text("To your desk")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_use_the_page(page: Page, hall: Hall, language: str) -> None:
    """No finding of axe in any section; nothing sticks out at 320 px and at 200 % zoom of 1280 px."""
    hall.issue(SERVICE)
    hall.integration.done("open_desk", desk="2")
    hall.integration.done("call_next", desk="2")
    hall.integration.done("announce", text="Salam")
    hall.integration.done("suspend_service", service="fines", reason="system-down")
    manage(page, hall, SECTIONS[-1], language=language)
    found = []
    for section in SECTIONS:
        page.set_viewport_size({"width": 320, "height": 640})
        page.locator(f"nav a[href='#{section}']").press("Enter")
        expect(page.locator(f"nav a[href='#{section}']")).to_have_attribute("aria-current", "page")
        expect(page.locator("main h1")).to_be_focused()
        assert fits(page), section
        found += [f"{section}: {each}" for each in violations(page)]
        page.set_viewport_size({"width": 640, "height": 360})
        assert fits(page), section
    page.goto(f"{hall.url}/manager?lang={language}#today")
    page.locator(".state-of-hall button.danger").click()
    expect(question(page)).to_be_visible()
    assert found + violations(page) == []
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


def test_a_kiosk_that_asks_for_too_much_is_an_alarm(page: Page, hall: Hall) -> None:
    """With its name, so that somebody looks who stands there."""
    kiosk = hall.process.asker(hall.process.token("kiosk", "North door"))
    many = [{"type": "reprint_slip", "id": new_id(), "ticket": "Z999", "reason": "x"} for _ in range(200)]
    told = [each["code"] for _ in range(2) for each in kiosk.ask("POST", "/api/v1/commands", many)[1]]
    assert told[-1] == "too_many_commands"
    manage(page, hall, "today")
    expect(page.locator(".alarms li", has_text="North door asks for more")).to_be_visible()
