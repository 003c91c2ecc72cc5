"""A power cut at noon: forty wait, six are called, ten are served; twenty minutes later the hall is back."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from display.sound import chime
from server.register import Register
from tests import browser
from tests.hall_process import ROOT, Asker, HallProcess
from tests.test_one_hall import program, wait_for_still_picture
from tests.virtual_screen import VirtualScreen, wait

chromium = browser.chromium

MINUTE = 60_000_000
NOON = 1_795_420_800_000_000
"""Monday 2026-11-23, 12:00 in Baku."""
BACK = NOON + 20 * MINUTE
SERVED, CALLED, WAITING = 10, 6, 40
DESKS = [str(number) for number in range(1, SERVED + CALLED + 1)]
HALL = """
extends = "{demo}"
[hall]
id = "noon"
"""
DESK = """
[[desk]]
number = "{number}"
queues = ["A"]
"""


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallProcess]:
    """Run the demonstration hall with desks enough, on a driven clock."""
    (tmp_path / "data").mkdir()
    text = HALL.format(demo=ROOT / "config" / "halls" / "demo.toml")
    (tmp_path / "noon.toml").write_text(text + "".join(DESK.format(number=number) for number in DESKS))
    process = HallProcess(tmp_path / "data", tmp_path / "noon.toml", clock="driven").start()
    yield process
    process.stop()


@pytest.fixture
def integration(hall: HallProcess) -> Asker:
    """Give the system that drives the clock, and sits at all desks but two."""
    return hall.asker(hall.token("integration", "noon"))


def fill(integration: Asker) -> list[dict[str, Any]]:
    """Let people come from eleven on, one a minute; gives the events of their tickets."""
    came = SERVED + CALLED + WAITING
    first = NOON - (came + 3) * MINUTE
    return [
        integration.done("issue_ticket", service="passport", at=first + number * MINUTE)[0]
        for number in range(came)
    ]


def sit_down(hall: HallProcess, desk: str) -> Asker:
    """Let an operator sign in and open a desk."""
    name = f"operator-{desk}"
    asker = hall.asker()
    status, _ = asker.ask(
        "POST",
        "/api/v1/session",
        {"name": name, "password": Register(hall.data).add_operator(name, "operator")},
    )
    assert status == 200
    asker.done("open_desk", desk=desk)
    return asker


def work(integration: Asker, operators: dict[str, Asker]) -> list[str]:
    """Let every desk call, and most of them serve; gives the tickets in the order of the desks."""
    at_desk = {desk: operators.get(desk, integration) for desk in DESKS}
    for desk, asker in at_desk.items():
        if asker is integration:
            asker.done("open_desk", desk=desk)
    tickets = [asker.done("call_next", desk=desk)[0]["ticket"] for desk, asker in at_desk.items()]
    integration.done("advance_clock", at=NOON - MINUTE)
    for desk, ticket in list(zip(DESKS, tickets, strict=True))[CALLED:]:
        at_desk[desk].done("serve", desk=desk, ticket=ticket)
    integration.done("recall", desk=DESKS[2], ticket=tickets[2], at=NOON)
    return tickets


def show(chromium: Browser, hall: HallProcess, path: str, **more: Any) -> Page:
    """Open a page as its own person would."""
    base = f"http://127.0.0.1:{hall.port}"
    context = chromium.new_context(locale="en-GB", timezone_id="Asia/Baku", base_url=base)
    for name, value in more.items():
        if name == "cookie":
            key, _, content = value.partition("=")
            context.add_cookies([{"name": key, "value": content, "url": base}])
        else:
            context.add_init_script(f"localStorage.setItem('novbe.device', '{value}')")
    page = context.new_page()
    page.goto(f"{path}?lang=en")
    return page


def chimes(sound: Path) -> int:
    """Count the announcements of a sound file: each begins with a chime."""
    return sound.read_bytes().count(chime().strip(b"\0"))


@pytest.mark.slow
def test_a_power_cut_at_noon(
    hall: HallProcess, integration: Asker, chromium: Browser, tmp_path: Path
) -> None:
    """Each screen says what is true, no old call is spoken, waits and services are whole, the log holds."""
    issued = fill(integration)
    operators = {desk: sit_down(hall, desk) for desk in ("1", DESKS[-1])}
    tickets = work(integration, operators)
    board, kiosk = (
        show(chromium, hall, "/board"),
        show(chromium, hall, "/kiosk", token=hall.token("kiosk", "kiosk-1")),
    )
    called, serving = (show(chromium, hall, "/desk", cookie=one.cookie) for one in operators.values())
    visit = show(chromium, hall, f"/visit/{issued[-1]['token']}")
    expect(visit.locator("body")).to_contain_text(str(WAITING - 1))
    screen, sound = VirtualScreen(), tmp_path / "sound.raw"
    (tmp_path / "board.toml").write_text("volume = 100\n")
    words = ["display", "--server", f"http://127.0.0.1:{hall.port}", "--token", hall.token("board", "board")]
    words += ["--settings", str(tmp_path / "board.toml")]
    card = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(sound)}
    with closing(screen), program(screen, *words, **card):
        wait_for_still_picture(screen)
        hall.kill()
        for asker in (integration, *operators.values()):
            asker.close()
        expect(called.get_by_text("No link to the hall")).to_be_visible()
        hall.start()
        integration.done("advance_clock", at=BACK)
        asked(called, tickets[0])
        asked(serving, tickets[-1])
        expect(board.locator("body")).to_contain_text(tickets[0])
        expect(board.locator("body")).to_contain_text("interruption")
        expect(visit.locator("body")).to_contain_text("20")
        kiosk.get_by_text("Passport").first.wait_for()
        # Messages come after the calls that wait: an old one would have been spoken by then.
        wait(lambda: chimes(sound) > 0, what="the chime of the interruption")
        before = chimes(sound)
        serve_on(integration, operators, tickets)
        wait(lambda: chimes(sound) > before, what="the chime of a new call")
    assert before == 1, "an old call was spoken"
    check_the_log(hall, integration, issued, tickets)


def asked(page: Page, ticket: str) -> None:
    """The desk asks whether its visitor is still there, and says how long the hall was away."""
    asks = page.locator(".unsure")
    expect(asks).to_contain_text(f"Is {ticket} still here?")
    expect(asks).to_contain_text(re.compile(r"12:00 to 12:20"))


def serve_on(integration: Asker, operators: dict[str, Asker], tickets: list[str]) -> None:
    """Say that the visitors are still there, end the service of one, and call the next at its desk."""
    operators["1"].done("confirm_ticket", desk="1", ticket=tickets[0])
    operators["1"].refused("no_show", desk="1", ticket=tickets[0])
    last = operators[DESKS[-1]]
    last.done("confirm_ticket", desk=DESKS[-1], ticket=tickets[-1])
    integration.done("advance_clock", at=BACK + 5 * MINUTE)
    last.done("complete", desk=DESKS[-1], ticket=tickets[-1], outcome="served", call_next=True)


def check_the_log(
    hall: HallProcess, integration: Asker, issued: list[dict[str, Any]], tickets: list[str]
) -> None:
    """The outage is noted, waits and service times have their whole length, and the log verifies."""
    _, log = integration.ask("GET", "/api/v1/events?since=0&limit=5000")
    [outage] = [event for event in log["events"] if event["type"] == "outage_noted"]
    assert (outage["began_at"], outage["at"], outage["seconds"]) == (NOON, BACK, 20 * 60)
    of_last = {event["type"]: event["at"] for event in log["events"] if event.get("ticket") == tickets[-1]}
    assert of_last["leg_completed"] - of_last["service_started"] == 26 * MINUTE
    _, waiting = integration.ask("GET", f"/api/v1/lookup?code={issued[-1]['ticket']}")
    assert waiting["state"] == "waiting"
    assert waiting["waited_seconds"] == (BACK + 5 * MINUTE - issued[-1]["at"]) // 1_000_000
    assert waiting["paused_seconds"] == 20 * 60
    assert sum(event["type"] == "ticket_no_show" for event in log["events"]) == 0
    done = hall.command_line("verify")
    assert done.returncode == 0, done.stdout + done.stderr
