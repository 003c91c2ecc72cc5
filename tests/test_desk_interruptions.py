"""The desk when something comes between: a call that is offered, a pause, a power cut, an hour of sleep."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from server.register import Register
from tests import browser
from tests.at_desk import SERVICE, answer, button, call, desk, number, press, state, take_desk
from tests.browser import Hall, violations
from tests.hall_process import ROOT, HallProcess

chromium = browser.chromium
page = browser.page

MINUTE = 60
NOON = 1_795_420_800_000_000
"""Monday 2026-11-23, 12:00 in Baku."""
OFFERED_SECONDS = 20
HALL = f"""
extends = "{ROOT / "config" / "halls" / "demo.toml"}"
[hall]
id = "interrupted"
[policy]
auto_call_seconds = {OFFERED_SECONDS}
"""


class DrivenHall(Hall):
    """A hall whose clock the tests drive."""

    def wait(self, seconds: int = 0) -> None:
        """Let time pass in the hall; what is due now is decided at once."""
        ask = self.integration
        ask.done("advance_clock", at=ask.ask("GET", "/api/v1/queues")[1]["at"] + seconds * 1_000_000)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DrivenHall]:
    """Run a hall that calls by itself, on a driven clock."""
    folder = tmp_path_factory.mktemp("hall")
    (folder / "interrupted.toml").write_text(HALL)
    process = HallProcess(folder, folder / "interrupted.toml", clock="driven").start()
    hall = DrivenHall(process, Register(folder).add_device("tests", "integration", ""))
    hall.integration.done("advance_clock", at=NOON)
    yield hall
    process.stop()


@pytest.fixture(autouse=True)
def cleared(hall: Hall) -> Iterator[None]:
    """Each test finds all desks closed and nobody waiting."""
    yield
    hall.clear()


ALERTS = """
window.tones = 0;
const play = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) { window.tones += 1; return play.call(this, at); };
window.shown = [];
document.hasFocus = () => false;
window.Notification = class extends Notification {
  constructor(title, about) { super(title, about); window.shown.push(title); }
  close() { super.close(); window.shown.pop(); }
};
"""
"""Counts the notes that really sound and the notifications that stand, of an operator who looks elsewhere."""


def test_an_offered_call_is_told_to_who_looks_elsewhere(page: Page, hall: DrivenHall) -> None:
    """By title, a soft tone and a notification, counting down; "not now" says why and is in the log."""
    page.context.grant_permissions(["notifications"])
    page.add_init_script(ALERTS)
    take_desk(page, hall, "1")
    hall.issue(SERVICE)
    hall.wait()
    state(page, "offered")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"0:1\d"))
    expect(page).to_have_title("A call is coming · Desk 1")
    assert page.evaluate("[window.tones, window.shown]") == [2, ["A visitor is about to be called to desk 1"]]
    assert violations(page) == []
    press(page, "F4")
    answer(page, "1")
    state(page, "free")
    expect(page.locator(".ticket")).to_contain_text("You said “not now”")
    assert page.evaluate("window.shown") == []
    assert call(page) == hall.issued[0]


def test_an_offered_call_is_made(page: Page, hall: DrivenHall) -> None:
    """By the operator's key at once, or by the hall after the grace time; no tone where none is wanted."""
    page.add_init_script(ALERTS)
    take_desk(page, hall, "1")
    page.get_by_label("A soft tone").uncheck()
    first, second = (hall.issue(SERVICE)["ticket"] for _ in range(2))
    hall.wait()
    state(page, "offered")
    assert call(page) == first
    button(page, "Start service").click()
    state(page, "serving")
    press(page, "F2")
    state(page, "free")
    hall.wait()
    state(page, "offered")
    hall.wait(OFFERED_SECONDS)
    state(page, "called")
    assert number(page) == second
    assert page.evaluate("window.tones") == 0


def test_a_paused_hall_says_what_can_be_done_still(page: Page, hall: DrivenHall) -> None:
    """The visitor here may be finished, and nobody is called; the pause stands beside the wait."""
    hall.issue(SERVICE)
    hall.issue(SERVICE)
    hall.wait(10 * MINUTE)
    take_desk(page, hall, "1")
    hall.integration.done("pause_hall", kind="emergency", text={"en": "Please leave by the nearest exit."})
    expect(page.locator(".notice")).to_contain_text("Emergency: the hall is paused since")
    expect(page.locator(".notice")).to_contain_text("Please leave by the nearest exit.")
    expect(button(page, "Call next")).to_contain_text("when the hall goes on")
    assert violations(page) == []
    hall.wait(5 * MINUTE)
    hall.integration.done("resume_hall")
    expect(page.locator(".notice")).to_have_count(0)
    call(page)
    expect(page.locator(".times")).to_contain_text("15 min")
    expect(page.locator(".times")).to_contain_text("5 min of it paused")
    hall.integration.done("pause_hall", kind="break")
    expect(button(page, "Call again")).to_contain_text("when the hall goes on")
    button(page, "Start service").click()
    state(page, "serving")
    expect(button(page, "Complete and call next")).to_have_count(0)
    press(page, "F9")
    state(page, "free")
    hall.integration.done("resume_hall")


def test_after_an_outage_the_desk_is_asked_about_its_visitor(page: Page, hall: DrivenHall) -> None:
    """The one key says yes and nothing else; then the work goes on where it was."""
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "1")
    call(page)
    hall.process.kill()
    expect(page.get_by_text("No link to the hall.")).to_be_visible()
    hall.process.start()
    hall.wait(20 * MINUTE)
    asked = page.locator(".unsure")
    expect(asked).to_contain_text(f"Is {ticket} still here?")
    expect(asked).to_contain_text("The hall was away from")
    assert violations(page) == []
    expect(page.locator("button.main")).to_contain_text(f"Yes, {ticket} is here")
    press(page, "F9")
    expect(asked).to_have_count(0)
    expect(page.locator("button.main")).to_contain_text("Start service")
    assert hall.history(ticket)[-1] == "ticket_confirmed"


def test_a_browser_that_slept_for_an_hour(page: Page, hall: DrivenHall) -> None:
    """Its socket looks alive and is dead: no button acts before the truth is read."""
    sleeps: list[str] = []
    said: list[str] = []
    page.clock.install()
    page.route_web_socket("**/socket.io/**", lambda socket: _die_in_sleep(socket, sleeps, said))
    ticket = hall.issue(SERVICE)["ticket"]
    take_desk(page, hall, "2")
    call(page)
    sleeps.append("lid closed")
    hall.integration.done("open_desk", desk="2", take_over=True)
    page.route("**/api/v1/snapshot", lambda _: None)  # nothing is answered
    page.clock.set_system_time(page.evaluate("Date.now()") + 3_600_000)
    expect(page.get_by_text("No link to the hall.")).to_be_visible()
    page.keyboard.press("F9")
    button(page, "Start service").click(force=True)
    page.unroute("**/api/v1/snapshot")
    told = f"Somebody else has taken over desk 2, with the visitor {ticket}."
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(desk(page, "2")).to_contain_text("Taken")
    assert not any('"serve"' in one for one in said)


def _die_in_sleep(socket: WebSocketRoute, sleeps: list[str], said: list[str]) -> None:
    """Pass everything on, but nothing any more once the machine has slept."""
    server, before = socket.connect_to_server(), len(sleeps)

    def speak(message: str | bytes) -> None:
        said.append(str(message))
        if len(sleeps) == before:
            server.send(message)

    socket.on_message(speak)
    server.on_message(lambda message: socket.send(message) if len(sleeps) == before else None)
