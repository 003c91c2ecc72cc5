"""The visitor's page in a real Chromium, against a real hall."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from playwright.sync_api import Page, expect

from protocol.words import MINUTE, SECOND, Micros
from server.register import Register
from tests import browser
from tests.browser import Hall, fits, violations
from tests.hall_process import ROOT, HallProcess
from tests.journals import Writing

chromium = browser.chromium
hall = browser.hall
page = browser.page

SERVICE = "passport"
POLL_MS = 5000
NOON: Micros = int(datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp()) * SECOND


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
    expect(page.locator("[role=alert] .go")).to_contain_text("Desk 1")
    expect(page).to_have_title(f"▶ Desk 1 · {mine['ticket']}")
    hall.integration.done("recall", desk="1", ticket=mine["ticket"])
    expect(page.locator(".calls li")).to_have_count(2)
    hall.integration.done("serve", desk="1", ticket=mine["ticket"])
    hall.integration.done("complete", desk="1", ticket=mine["ticket"], outcome="served")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your service has ended")


def test_a_number_of_a_kiosks_own_series_stays_in_one_line(page: Page, hall: Hall) -> None:
    """Handed in by the kiosk; the page that staff print for it later shows it whole on a small telephone."""
    kiosk = Writing()
    kiosk.write(NOON, SERVICE, ticket="A-K1-07")
    command = msgspec.to_builtins(kiosk.command(*kiosk.entries))
    device = hall.process.asker(Register(hall.process.data).add_device("entrance", "kiosk"))
    _, ticket = device.done(**command)
    hall.issued.append(ticket["ticket"])
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{hall.url}/visit/{ticket['token']}?lang=ar")
    number = page.locator(".number")
    expect(number).to_have_text("A-K1-07")
    assert number.evaluate(
        "node => node.getClientRects()[0].height < 1.5 * parseFloat(getComputedStyle(node).fontSize)"
    )
    assert fits(page)


def test_a_visitor_sees_the_whole_way(page: Page, hall: Hall) -> None:
    """Which service is now, which follow, and what is done."""
    mine = hall.issue(SERVICE, route=["notary", "fines"])
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    way = page.locator(".way")
    expect(way).to_contain_text("Service 1 of 3 with this number")
    expect(way).to_contain_text("Then: Notary services, Traffic fines")
    hall.integration.done("call_next", desk="1")
    hall.integration.done("serve", desk="1", ticket=mine["ticket"])
    hall.integration.done("complete", desk="1", ticket=mine["ticket"], outcome="served")
    expect(way).to_contain_text("Service 2 of 3 with this number")
    expect(way).to_contain_text("Done: Passport")
    expect(page.locator(".service")).to_have_text("Notary services")


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_a_visitor_reads_why_others_went_first(page: Page, hall: Hall, language: str) -> None:
    """Without names or numbers; with a way to the ledger. Nothing is said to whom nobody passed."""
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang={language}")
    expect(page.locator(".range")).to_be_visible()
    expect(page.locator(".others")).to_have_count(0)
    later = hall.issue(SERVICE, **{"class": "elderly"})["ticket"]
    hall.integration.done("call_next", desk="1")
    why = page.locator(".others")
    why.locator("summary").click()
    expect(why.locator("li")).to_have_count(1)
    expect(why).not_to_contain_text(later)
    if language == "en":
        expect(why.locator("li")).to_have_text("1 visitor has precedence by law.")
    expect(why.locator("a")).to_have_attribute("href", "/ledger")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert fits(page)


def test_a_phone_without_sockets_learns_of_its_call_too(page: Page, hall: Hall) -> None:
    """Where no websocket passes, the page asks again and again."""
    page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    page.clock.install()
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are next")
    hall.integration.done("call_next", desk="1")
    page.clock.fast_forward(POLL_MS)
    expect(page.locator("[role=alert] .go")).to_contain_text("Desk 1")


def test_a_page_of_no_visit_says_so_kindly(page: Page, hall: Hall) -> None:
    """A false or an old address gets a sentence that says what to do."""
    page.goto(f"{hall.url}/visit/261121-A001-00000000000000000000000000000000?lang=en")
    expect(page.locator("main")).to_contain_text("Ask at the information desk, or take a new ticket.")
    assert violations(page) == []


def test_a_pause_is_told_with_its_text(page: Page, hall: Hall) -> None:
    """What the manager wrote stands there, nobody is told a wait that does not run, and then it goes on."""
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.locator(".range")).to_be_visible()
    hall.integration.done("pause_hall", kind="break", text={"en": "Prayer until two."})
    expect(page.locator("[role=alert] .pause")).to_have_text("Prayer until two.")
    expect(page.locator(".range")).to_have_count(0)
    hall.integration.done("pause_hall", kind="emergency")
    expect(page.locator(".pause")).to_contain_text("do what the staff say")
    hall.integration.done("resume_hall")
    expect(page.locator(".pause")).to_have_count(0)
    expect(page.locator(".range")).to_be_visible()


def test_the_time_of_a_pause_stands_beside_the_wait(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Five minutes of a fire drill are told as what they were."""
    folder = tmp_path_factory.mktemp("driven")
    process = HallProcess(folder, ROOT / "config" / "halls" / "demo.toml", clock="driven").start()
    ask = process.asker(process.token("integration", "clock"))
    token = ask.done("issue_ticket", service=SERVICE, at=NOON)[0]["token"]
    ask.done("pause_hall", kind="emergency")
    ask.done("resume_hall", at=NOON + 5 * MINUTE)
    page.goto(f"http://127.0.0.1:{process.port}/visit/{token}?lang=en")
    expect(page.locator("article")).to_contain_text("The hall was paused for 5 minutes of your wait.")
    process.stop()


def test_a_visit_that_the_hall_withdrew_says_why(page: Page, hall: Hall) -> None:
    """The reason has its name, and what to do stands below."""
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.locator(".range")).to_be_visible()
    hall.integration.done("close_desk", desk="1", waiting="cancel")
    expect(page.get_by_role("heading", level=1)).to_have_text("This ticket was cancelled")
    expect(page.locator(".reason")).to_have_text(f"Reason: {reason_name(hall, 'desk_closed')}")
    expect(page.locator("article")).to_contain_text("please ask a member of staff")


def reason_name(hall: Hall, reason: str) -> str:
    """Give the English name of a reason."""
    reasons = hall.process.get("/api/v1/hall")[1]["reasons"]
    return next(str(one["names"]["en"]) for one in reasons if one["id"] == reason)


def test_a_visitor_asks_for_help(page: Page, hall: Hall) -> None:
    """The staff hear whose visit it is, once."""
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    page.get_by_role("button", name="Ask for help").click()
    expect(page.locator(".told")).to_contain_text("The staff know that you need help.")
    page.reload()
    page.get_by_role("button", name="Ask for help").click()
    expect(page.locator(".told")).to_be_visible()
    assert hall.history(mine["ticket"]).count("help_requested") == 1


def test_the_page_of_an_old_slip_says_what_to_do(page: Page, hall: Hall) -> None:
    """A slip printed anew has a page of its own; the old one, open or opened, tells how to come there."""
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.locator(".range")).to_be_visible()
    hall.integration.done("reprint_slip", ticket=mine["ticket"], reason="slip-lost")
    expect(page.locator("main")).to_contain_text("This slip is void")
    expect(page.locator(".number")).to_have_count(0)
    page.reload()
    expect(page.locator("main")).to_contain_text("This slip is void")


def test_a_phone_that_slept_for_an_hour_shows_what_is_true(page: Page, hall: Hall) -> None:
    """The browser froze the page; what happened meanwhile is read when it wakes."""
    mine = hall.issue(SERVICE)
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.locator(".range")).to_be_visible()
    browser_itself = page.context.new_cdp_session(page)
    browser_itself.send("Page.setWebLifecycleState", {"state": "frozen"})
    for verb in ("call_next", "serve", "complete"):
        about = {"ticket": mine["ticket"]} if verb != "call_next" else {}
        hall.integration.done(
            verb, desk="1", **about, **({"outcome": "served"} if verb == "complete" else {})
        )
    browser_itself.send("Page.setWebLifecycleState", {"state": "active"})
    expect(page.get_by_role("heading", level=1)).to_have_text("Your service has ended")
    expect(page.locator(".go")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_read_the_visit(page: Page, hall: Hall, language: str) -> None:
    """No finding of axe, and nothing sticks out of a small phone, while waiting and when called."""
    mine = hall.issue(SERVICE)
    page.set_viewport_size({"width": 320, "height": 560})
    page.goto(f"{hall.url}/visit/{mine['token']}?lang={language}")
    expect(page.locator(".range")).to_be_visible()
    found = violations(page)
    hall.integration.done("call_next", desk="1")
    expect(page.locator(".go")).to_be_visible()
    found += violations(page)
    assert fits(page)
    assert found == []
