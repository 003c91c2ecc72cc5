"""The demonstration's page and its tour, in a real Chromium, on a hall that ``make run`` opened."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from server import demonstration
from server.register import Register
from tests import browser
from tests.browser import fits, violations
from tests.demonstration_run import Demonstration
from tests.hall_process import ROOT, Asker, HallProcess

chromium = browser.chromium
page = browser.page

A_PRESS_MS = 700
"""A second press sooner than this is the same press to the desk's page."""
BACK_MS = 30_000
CALLS = ("/api/v1/demo", "/api/v1/demo/kiosk", "/api/v1/demo/power-cut", "/api/v1/demo/changed-byte")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Open a hall to try."""
    with Demonstration(tmp_path_factory.mktemp("demo") / "run") as opened:
        yield opened


def screen(page: Page, name: str) -> FrameLocator:
    """Give one of the four screens of the page."""
    return page.frame_locator(f".{name} iframe")


def expect_done(page: Page, *steps: str) -> None:
    """Wait until exactly these steps are ticked off."""
    done = page.locator("[data-done=true]")
    expect(done).to_have_count(len(steps), timeout=BACK_MS)
    assert [each.get_attribute("data-step") for each in done.all()] == list(steps)


def take_a_ticket(page: Page) -> str:
    """Take a ticket at the kiosk of the page; gives the number."""
    kiosk = screen(page, "kiosk")
    kiosk.locator(".services button").first.click()
    kiosk.locator(".take").click()
    return kiosk.locator(".number").inner_text()


def test_the_tour(page: Page, run: Demonstration) -> None:
    """Five steps, each ticked off by what the hall does; the power cut and the changed byte are real ones."""
    page.goto(f"{run.link}&lang=en")
    expect_done(page)
    ticket = take_a_ticket(page)
    expect_done(page, "take")
    expect(screen(page, "phone").locator(".number")).to_have_text(ticket)
    desk, board = screen(page, "desk"), screen(page, "board")
    desk.locator(".desk").first.click()
    main = desk.locator("button.main[aria-disabled=false]")
    main.click()
    expect_done(page, "take", "call")
    expect(board.locator(".call")).to_contain_text(ticket)
    expect(screen(page, "phone").locator(".go")).to_contain_text("Desk 1")
    page.wait_for_timeout(A_PRESS_MS)
    main.filter(has_text="Start service").click()
    expect_done(page, "take", "call", "board")
    expect(board.locator(".call")).to_have_count(0)
    cut_the_power(page, ticket)
    change_a_byte(page)


def cut_the_power(page: Page, ticket: str) -> None:
    """Kill the server; all screens miss it, and have it back with what they showed."""
    screen(page, "kiosk").get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Cut the power").click()
    for name in ("kiosk", "board", "desk", "phone"):
        expect(screen(page, name).locator(".no-link")).to_be_visible()
    expect_done(page, "take", "call", "board", "power")
    for name in ("kiosk", "board", "desk", "phone"):
        expect(screen(page, name).locator(".no-link")).to_have_count(0, timeout=BACK_MS)
    expect(screen(page, "desk").locator(".ticket")).to_contain_text(ticket)
    expect(screen(page, "phone").get_by_role("heading", level=1)).to_have_text(
        "You are being served at desk 1"
    )


def change_a_byte(page: Page) -> None:
    """Change the copy: the log stays sound, and the copy is found out."""
    page.get_by_role("button", name="Change one byte of a copy").click()
    expect_done(page, "take", "call", "board", "power", "byte")
    expect(page.locator("pre.good")).to_contain_text("The log is sound.")
    expect(page.locator("pre.bad")).to_contain_text("The kept root does not fit")
    expect(page.locator(".end")).to_be_visible()


def test_a_link_lets_in_once_and_a_reload_goes_on(page: Page, run: Demonstration) -> None:
    """The tour stands where it was; a second browser is told how to get a link of its own."""
    link = demonstration.link(run.folder)
    page.goto(f"{link}&lang=en")
    take_a_ticket(page)
    expect_done(page, "take")
    assert "key" not in page.url
    page.reload()
    expect_done(page, "take")
    expect(screen(page, "phone").locator(".number")).to_be_visible()
    stranger = page.context.browser
    assert stranger
    second = stranger.new_page()
    second.goto(f"{link}&lang=en")
    expect(second.get_by_role("heading", level=1)).to_have_text("This link was used already, or is too old")
    expect(second.locator("pre")).to_have_text("make link")
    assert violations(second) == []
    second.goto(f"{demonstration.link(run.folder)}&lang=en")
    expect(second.locator(".steps")).to_be_visible()
    second.close()


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_follow_the_tour(page: Page, run: Demonstration, language: str) -> None:
    """Nothing that axe finds, in a wide window and one below the other on a phone."""
    page.goto(f"{demonstration.link(run.folder)}&lang={language}")
    expect(screen(page, "kiosk").locator(".services")).to_be_visible()
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert fits(page)
    tops = [page.locator(f".{name}").bounding_box() for name in ("tour", "kiosk", "board", "desk", "phone")]
    assert all(tops)
    assert [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)
    assert violations(page) == []


def policy(url: str) -> str:
    """Give what a hall's page allows a browser."""
    with urllib.request.urlopen(f"{url}/kiosk", timeout=10) as answer:  # noqa: S310 - loopback
        return str(answer.headers["Content-Security-Policy"])


def test_a_stranger_cuts_no_power(run: Demonstration) -> None:
    """Nor does a page of another site, with the cookie of who was let in, nor one that frames the hall."""
    assert "frame-ancestors 'self'" in policy(run.address)
    asker = Asker(run.port)
    for path in CALLS[1:]:
        status, told = asker.ask("POST", path, {})
        assert (status, told["code"]) == (401, "not_signed_in")
    asker.ask("POST", "/api/v1/demo", {"key": demonstration.link(run.folder).partition("key=")[2]})
    status, told = asker.ask("POST", CALLS[2], {}, Origin="http://evil.example")
    assert (status, told["code"]) == (403, "wrong_origin")
    asker.close()


def manager_of(hall: HallProcess) -> Asker:
    """Sign a manager in."""
    asker, password = hall.asker(), Register(hall.data).add_operator("manager", "manager")
    asker.ask("POST", "/api/v1/session", {"name": "manager", "password": password})
    return asker


@pytest.fixture
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HallProcess]:
    """Run a demonstration hall, and one that is none, as a technician starts them."""
    hall = HallProcess(tmp_path, ROOT / "config" / "halls" / f"{request.param}.toml").start()
    yield hall
    hall.kill()
    hall.stop()


@pytest.mark.parametrize("plain", ["demo"], indirect=True)
def test_nobody_cuts_the_power_of_a_server_that_would_stay_away(plain: HallProcess) -> None:
    """Where nothing starts the server again, the button says so, and the server stays."""
    status, told = manager_of(plain).ask("POST", "/api/v1/demo/power-cut", {})
    assert (status, told["code"]) == (409, "not_started_again")


@pytest.mark.parametrize("plain", ["tiny"], indirect=True)
def test_a_real_hall_has_none_of_it(plain: HallProcess) -> None:
    """No page, no calls, and no page of it stands in a frame."""
    manager = manager_of(plain)
    assert manager.ask("GET", "/demo")[0] == 404
    assert [manager.ask("POST", path, {})[0] for path in CALLS] == [404] * 4
    assert "frame-ancestors 'none'" in policy(f"http://127.0.0.1:{plain.port}")


def test_the_fall_was_said_in_the_terminal(run: Demonstration) -> None:
    """Whoever looks there learns that the server fell, and that it is back. Closes the hall."""
    assert run.interrupt() == 0
    assert "The server fell (killed by signal 9). It is started again in 3 seconds." in run.rest
    assert "The server is back" in run.rest
