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

pytestmark = pytest.mark.slow

chromium = browser.chromium
page = browser.page

BACK_MS = 30_000
CALLED_MS = 120_000
"""Whatever a newcomer takes, the call comes within two minutes."""
CALLS = ("/api/v1/demo", "/api/v1/demo/kiosk", "/api/v1/demo/power-cut", "/api/v1/demo/changed-byte")
SPEED = "/api/v1/demo/speed"


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


def press_speed(page: Page, speed: int) -> None:
    """Choose a speed, and see it chosen."""
    button = page.locator(".speed button").filter(has_text=f"{speed}×")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_the_hall_is_in_mid_morning(run: Demonstration) -> None:
    """Some forty wait, whatever the day's chance; nobody has touched the hall yet."""
    assert "The hall stands at 10:30." in run.said
    asker = Asker(run.port)
    queues = asker.ask("GET", "/api/v1/queues")[1]["queues"]
    asker.close()
    assert 30 <= sum(queue["waiting"] for queue in queues) <= 60


def test_the_tour(page: Page, run: Demonstration) -> None:
    """Five steps, each ticked off by what the hall does; the power cut and the changed byte are real ones.

    Some forty wait before the newcomer: until the call the page lets the hall's time pass faster.
    """
    page.goto(f"{run.link}&lang=en")
    expect_done(page)
    ticket = take_a_ticket(page)
    expect_done(page, "take")
    expect(screen(page, "phone").locator(".number")).to_have_text(ticket)
    expect(page.locator(".speed .good")).to_contain_text(f"Until {ticket} is called")
    expect(page.locator("[data-step=call]")).to_have_attribute("data-done", "true", timeout=CALLED_MS)
    expect(screen(page, "board").locator(".call").filter(has_text=ticket)).to_be_visible()
    expect(screen(page, "phone").locator(".go")).to_contain_text("Desk")
    expect(page.locator(".speed [aria-pressed=true]")).to_contain_text("As fast as yours")
    expect(page.locator(".speed .good")).to_have_count(0)
    press_speed(page, 10)
    expect_done(page, "take", "call", "board")
    press_speed(page, 1)
    cut_the_power(page)
    change_a_byte(page)


@pytest.mark.parametrize(
    ("expected", "looks", "speeds"),
    [
        pytest.param(90, [], [1], id="a short wait needs no hurry"),
        pytest.param(91, [], [10], id="the slowest speed at which it passes in a minute and a half"),
        pytest.param(901, [], [60], id="a long one is hurried most"),
        pytest.param(90000, [], [60], id="and no more than that"),
        pytest.param(3000, [(30, 400), (60, 200)], [60, 10, 10], id="near the call it is slow again"),
        pytest.param(
            0, [(20, 0), (40, 0), (89, 0)], [1, 1, 10, 60], id="a forecast of nothing is not believed"
        ),
        pytest.param(600, [(60, 900)], [10, 60], id="others may be slower than was foreseen"),
    ],
)
def test_the_tour_hurries_as_little_as_it_can(
    page: Page, run: Demonstration, expected: int, looks: list[tuple[int, int]], speeds: list[int]
) -> None:
    """By the upper end of the forecast, seconds after the ticket was taken."""
    page.goto(f"{run.address}/")
    rule = """async ([expected, looks]) => {
        const { begun, looked, took } = await import("/static/demo/tour.js");
        const state = "waiting", ticket = "A001";
        const tours = [took(begun(), { ticket, expected: [0, 0, expected] }, 1000)];
        for (const [seconds, high] of looks) {
            const visit = { ticket, state, expected_wait_seconds: [0, 0, high] };
            tours.push(looked(tours.at(-1), visit, 1000 + seconds * 1000));
        }
        return tours.map(({ speed }) => speed);
    }"""
    assert page.evaluate(rule, [expected, looks]) == speeds


@pytest.mark.parametrize(
    ("ending", "speed"),
    [
        pytest.param("heard(tour, [{ type: 'ticket_called', ticket: 'A001', desk: '2' }])", 1, id="called"),
        pytest.param("looked(tour, { ticket: 'A001', state: 'cancelled' }, 5000)", 1, id="given up"),
        pytest.param("chosen(tour)", 0, id="a person chose a speed"),
    ],
)
def test_the_hurry_ends(page: Page, run: Demonstration, ending: str, speed: int) -> None:
    """Then the tour chooses nothing any more, whatever is still heard of the wait."""
    page.goto(f"{run.address}/")
    rule = f"""async () => {{
        const {{ begun, chosen, heard, looked, took }} = await import("/static/demo/tour.js");
        const tour = took(begun(), {{ ticket: "A001", expected: [0, 0, 5000] }}, 1000);
        const late = {{ ticket: "A001", state: "waiting", expected_wait_seconds: [0, 0, 5000] }};
        return looked({ending}, late, 60000).speed;
    }}"""
    assert page.evaluate(rule) == speed


def test_a_page_counts_no_time_back(page: Page, run: Demonstration) -> None:
    """A hall that stood still is waited for, one that runs is followed; another history is taken as it is."""
    page.goto(f"{run.address}/board")
    told = page.evaluate("""async () => {
        const { hallNow, heardHallTime, setHallTime } = await import("/static/ui/clock.js");
        const after = (tell, at) => { tell(at * 1e6); return Math.floor(hallNow()); };
        return [after(setHallTime, 9000), after(setHallTime, 8950), after(heardHallTime, 8960),
            after(heardHallTime, 9060), after(setHallTime, 500)];
    }""")
    assert told == [9000, 9000, 9000, 9060, 500]


def test_a_power_cut_keeps_nobody_waiting(page: Page, run: Demonstration) -> None:
    """A server that was started again begins at 1: the tour hurries it on, until a person chooses."""
    page.goto(f"{demonstration.link(run.folder)}&lang=en")
    take_a_ticket(page)
    pressed = page.locator(".speed [aria-pressed=true]")
    expect(pressed).not_to_contain_text("As fast as yours")
    page.locator("[data-step=power] summary").click()
    page.get_by_role("button", name="Cut the power").click()
    expect(page.locator(".speed button").first).to_be_disabled()
    expect(page.locator(".speed button").first).to_be_enabled(timeout=BACK_MS)
    expect(pressed).not_to_contain_text("As fast as yours")
    press_speed(page, 1)
    expect(page.locator(".speed .good")).to_have_count(0)
    page.reload()
    expect(pressed).to_contain_text("As fast as yours")


def test_a_newcomer_sits_down_at_the_free_desk(page: Page, run: Demonstration) -> None:
    """Desk 5 is the only free one, and the tour says so; whoever is next comes to it."""
    page.goto(f"{demonstration.link(run.folder)}&lang=en")
    take_a_ticket(page)
    expect(page.locator("[data-step=call]")).to_contain_text("desk 5 is free")
    desk = screen(page, "desk")
    free = desk.locator(".desk").filter(has_text="Free")
    expect(free).to_have_count(1)
    expect(free.locator(".desk-number")).to_have_text("5")
    free.click()
    desk.locator("button.main[aria-disabled=false]").click()
    expect(desk.locator(".ticket")).to_be_visible()
    press_speed(page, 1)


def cut_the_power(page: Page) -> None:
    """Kill the server; all screens miss it, and have it back with what they showed."""
    page.get_by_role("button", name="Cut the power").click()
    for name in ("kiosk", "board", "desk", "phone"):
        expect(screen(page, name).locator(".no-link")).to_be_visible()
    expect_done(page, "take", "call", "board", "power")
    for name in ("kiosk", "board", "desk", "phone"):
        expect(screen(page, name).locator(".no-link")).to_have_count(0, timeout=BACK_MS)
    expect(screen(page, "phone").get_by_role("heading", level=1)).to_contain_text(
        "You are being served at desk"
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
    page.set_viewport_size({"width": 320, "height": 800})
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
    assert [manager.ask("GET", SPEED)[0], manager.ask("PUT", SPEED, {"speed": 10})[0]] == [404, 404]
    assert "frame-ancestors 'none'" in policy(f"http://127.0.0.1:{plain.port}")


def test_the_speed_is_for_who_is_let_in(run: Demonstration) -> None:
    """A stranger hears nothing, and only 1, 10 and 60 are speeds."""
    asker = Asker(run.port)
    assert asker.ask("GET", SPEED)[1]["code"] == "not_signed_in"
    assert asker.ask("PUT", SPEED, {"speed": 10})[1]["code"] == "not_signed_in"
    asker.ask("POST", "/api/v1/demo", {"key": demonstration.link(run.folder).partition("key=")[2]})
    status, told = asker.ask("PUT", SPEED, {"speed": 10})
    assert (status, told["speed"]) == (200, 10)
    assert asker.ask("GET", SPEED)[1]["at"] >= told["at"] > 0
    status, told = asker.ask("PUT", SPEED, {"speed": 1000})
    assert (status, told["code"], told["path"]) == (422, "malformed", "$.speed")
    assert asker.ask("PUT", SPEED, {"speed": 1})[0] == 200
    asker.close()


def test_the_fall_was_said_in_the_terminal(run: Demonstration) -> None:
    """Whoever looks there learns that the server fell, and that it is back. Closes the hall."""
    assert run.interrupt() == 0
    assert "The server fell (killed by signal 9). It is started again in 3 seconds." in run.rest
    assert "The server is back" in run.rest
