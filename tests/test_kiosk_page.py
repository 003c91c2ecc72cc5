"""The kiosk in a browser, in a real Chromium, against a real hall."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from server.merkle import leaf
from server.register import Register
from tests import browser
from tests.browser import Hall, fits, violations

chromium = browser.chromium
hall = browser.hall
page = browser.page

KEPT = "novbe.device"
IDLE_MS, WARNING_MS = 45_000, 20_000


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds desk 1 open, and leaves the hall as it was."""
    hall.integration.done("open_desk", desk="1")
    yield
    hall.clear()


def paired(page: Page, hall: Hall, language: str = "en") -> str:
    """Open the page as a kiosk of the hall; gives its name."""
    name = f"kiosk-{language}-{len(hall.process.askers)}"
    token = Register(hall.process.data).add_device(name, "kiosk")
    page.goto(f"{hall.url}/kiosk?lang={language}")
    page.evaluate("([name, token]) => localStorage.setItem(name, token)", [KEPT, token])
    page.reload()
    expect(page.locator("[data-screen=home]")).to_be_visible()
    return name


def touch(page: Page, *labels: str) -> None:
    """Touch buttons, one after the other."""
    for label in labels:
        page.get_by_role("button", name=re.compile(f"^{re.escape(label)}( |$)")).click()


def issued(hall: Hall, number: str) -> dict[str, Any]:
    """Give what the log says of a ticket's issue."""
    event: dict[str, Any] = hall.integration.ask("GET", f"/api/v1/tickets/{number}")[1]["events"][0]
    return event


def heading(page: Page) -> str:
    """Give what the screen says first."""
    return page.get_by_role("heading", level=1).inner_text()


def test_a_browser_becomes_a_kiosk_by_a_code_that_a_manager_types_in(page: Page, hall: Hall) -> None:
    """It goes on by itself, and shows a code again when its right was taken."""
    page.goto(f"{hall.url}/kiosk?lang=en")
    expect(page.locator(".code")).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    manager, (name, password) = hall.process.asker(), hall.operator("manager")
    manager.ask("POST", "/api/v1/session", {"name": name, "password": password})
    said = {"code": page.locator(".code").inner_text(), "name": "the-browser"}
    status, device = manager.ask("POST", "/api/v1/devices", said)
    assert status == 200, device
    expect(page.locator("[data-screen=home]")).to_be_visible()
    page.reload()
    expect(page.locator("[data-screen=home]")).to_be_visible()
    assert manager.ask("DELETE", f"/api/v1/devices/{device['id']}")[0] == 204
    expect(page.locator(".code")).to_be_visible()
    assert page.evaluate("name => localStorage.getItem(name)", KEPT) is None


def test_a_touch_gives_a_number(page: Page, hall: Hall) -> None:
    """Through the tree to a service and a class: the number, its place and wait, and a code for the phone."""
    paired(page, hall)
    touch(page, "All services", "Personal documents", "Passport", "Elderly (65+)")
    expect(page.locator(".number")).to_be_visible()
    number = page.locator(".number").inner_text()
    ticket = page.locator(".ticket")
    expect(ticket).to_contain_text("Passport")
    expect(ticket).to_contain_text("Nobody is ahead of you")
    expect(ticket).to_contain_text(re.compile(r"Expected wait: \d+–\d+ min"))
    expect(page.locator("figure img")).to_have_js_property("complete", value=True)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator("figure img").screenshot())))
    assert f"-{number}-" in code.text
    assert code.text.partition("/visit/")[0] == "http://127.0.0.1:8000"
    token, _, receipt = code.text.partition("/visit/")[2].partition("#")
    assert hall.process.get(f"/api/v1/visits/{token}")[1]["ticket"] == number
    told = hall.process.get(f"/api/v1/visits/{token}/receipt")[1]
    assert receipt == f"{told['seq']}-{leaf(told['body'].encode()).hex()[:16]}"
    assert issued(hall, number)["class"] == "elderly"
    hall.issued.append(number)


def test_a_service_may_be_asked_for_several_at_once(page: Page, hall: Hall) -> None:
    """Where the hall says so the visitor says how many, and no more than the hall allows."""
    paired(page, hall)
    touch(page, "All services", "Vehicles and driving", "Traffic fines")
    for _ in range(4):
        touch(page, "One more")
    expect(page.get_by_role("button", name="One more")).to_be_disabled()
    touch(page, "One less", "Take a ticket")
    expect(page.locator(".number")).to_be_visible()
    number = page.locator(".number").inner_text()
    assert issued(hall, number)["quantity"] == 4
    hall.issued.append(number)


def test_a_service_says_before_the_touch_why_it_is_not_to_be_had(page: Page, hall: Hall) -> None:
    """A suspended one names its reason; one without a desk tells how many wait, and gives tickets."""
    hall.issue("birth")
    hall.integration.done("suspend_service", service="passport", reason="system-down")
    paired(page, hall)
    page.get_by_role("button", name="Passport Not available now").click()
    expect(page.locator("main")).to_contain_text("No tickets are given for this service just now.")
    expect(page.locator("main")).to_contain_text("system")
    hall.integration.done("resume_service", service="passport", reason="solved")
    expect(page.get_by_role("button", name="Take a ticket")).to_be_visible()
    touch(page, "Start over", "Birth registration")
    expect(page.locator(".notice")).to_have_text("Nobody serves this just now; 1 person waits.")
    expect(page.get_by_role("button", name="Take a ticket")).to_be_visible()


def test_a_hall_that_gives_no_tickets_says_so(page: Page, hall: Hall) -> None:
    """Paused with its text, issuing stopped with the reason, closed with what to do; then it goes on."""
    ask = hall.integration
    paired(page, hall)
    ask.done("pause_hall", kind="emergency", text={"en": "Please leave the building by the stairs."})
    expect(page.get_by_role("heading", level=1)).to_have_text("Please leave the building by the stairs.")
    ask.done("resume_hall")
    expect(page.locator("[data-screen=home]")).to_be_visible()
    ask.done("stop_issuing", reason="many-waiting")
    expect(page.get_by_role("heading", level=1)).to_have_text("No tickets are given just now.")
    ask.done("resume_issuing")
    expect(page.locator("[data-screen=home]")).to_be_visible()
    ask.done("close_day")
    expect(page.get_by_role("heading", level=1)).to_have_text("The hall is closed.")
    ask.done("open_day")
    expect(page.locator("[data-screen=home]")).to_be_visible()


def test_a_kiosk_without_its_hall_says_so_and_comes_back(page: Page, hall: Hall) -> None:
    """A touch meanwhile is told at once; when the server is there again, tickets are given."""
    paired(page, hall)
    touch(page, "Passport")
    hall.process.kill()
    expect(page.get_by_text("This kiosk is not connected")).to_be_visible()
    touch(page, "Take a ticket")
    assert heading(page) == "This kiosk cannot give tickets just now."
    hall.process.start()
    touch(page, "Start over")
    expect(page.get_by_text("This kiosk is not connected")).to_have_count(0)
    touch(page, "Passport", "Take a ticket")
    expect(page.locator(".number")).to_be_visible()
    hall.issued.append(page.locator(".number").inner_text())


def test_a_visitor_who_left_is_asked_for_and_forgotten(page: Page, hall: Hall) -> None:
    """After a while the screen asks; a touch goes on, silence leads home, in the kiosk's first language."""
    page.clock.install()
    paired(page, hall)
    touch(page, "Azərbaycan", "Bütün xidmətlər")
    page.clock.run_for(IDLE_MS + 1000)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-screen=tree]")).to_be_visible()
    page.clock.run_for(IDLE_MS + WARNING_MS + 1000)
    expect(page.locator("[data-screen=home]")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_visitor_may_call_for_help(page: Page, hall: Hall) -> None:
    """The screen says that help was called, and that somebody comes."""
    paired(page, hall)
    touch(page, "Call for help")
    expect(page.get_by_role("heading", level=1)).to_have_text("Help has been called.")
    (request,) = [
        event
        for event in hall.integration.ask("GET", "/api/v1/events?limit=5000")[1]["events"]
        if event["type"] == "help_requested"
    ]
    hall.integration.done("answer_help", request=request["seq"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Someone is coming.")


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_use_the_kiosk(page: Page, hall: Hall, language: str) -> None:
    """Nothing that axe finds, and nothing sticks out of a small screen, from the code to the number."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{hall.url}/kiosk?lang={language}")
    expect(page.locator(".code")).to_have_text(re.compile(r"^\d"))
    found = violations(page)
    paired(page, hall, language)
    found += violations(page)
    page.locator(".services button").first.click()
    found += violations(page)
    assert fits(page)
    page.locator(".take").click()
    expect(page.locator(".number")).to_be_visible()
    found += violations(page)
    assert fits(page)
    hall.issued.append(page.locator(".number").inner_text())
    assert found == []
