"""The pictures of those who run the hall's day and of those who help at its door."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Browser, Page

from server.register import Register
from tests.browser import Hall
from tests.gallery import DrivenHall, button, opened, password, shoot, show, sign_in
from tests.hall_process import Asker
from tests.socket_client import SocketClient

WIDE, ON_A_PHONE = (1280, 920), (390, 860)
A_MOMENT_MS = 700
PLACE_OF_ABSENCE = 9
STAFF = {"Leyla": "greeter", "Orxan": "operator", "Səbinə": "lead", "Rauf": "manager"}
LIFT = {
    "az": "Qərb zalının lifti saat 15:00-dək işləmir.",
    "en": "The lift of the west hall is out of order until 15:00.",
    "ar": "مصعد القاعة الغربية معطل حتى الساعة 15:00.",
}
LATE = {
    "az": "Zal bu gün saat 17:00-da bağlanır.",
    "en": "The hall closes at 17:00 today.",
    "ar": "تُغلق القاعة اليوم الساعة 17:00.",
}


def take(browser: Browser, hall: Hall, language: str) -> None:
    """Take the manager's page and the greeter's while something is wrong in the hall."""
    for name, role in STAFF.items():
        password(hall, name, role)
    with troubled_kiosk(hall) as kiosk:
        with opened(browser, *WIDE) as page:
            take_manager(page, hall, language)
            take_questions(page, hall, language)
        with opened(browser, *ON_A_PHONE) as page:
            take_greeter(page, hall, kiosk, language)


@contextmanager
def troubled_kiosk(hall: Hall) -> Iterator[Asker]:
    """Connect a kiosk that has no paper, for as long as the pictures are taken."""
    register = Register(hall.process.data)
    asker = hall.process.asker(register.add_device("west-door", "kiosk"))
    with closing(SocketClient(hall.process.port, {"token": asker.token})) as connection:
        connection.join()
        told = "The printer has no paper: put in a new roll."
        asker.done("report_device", device="printer", kind="printer", state="fault", detail=told)
        yield asker
        asker.done("report_device", device="printer", kind="printer", state="ok")
    register.revoke("west-door")


def take_manager(page: Page, hall: Hall, language: str) -> None:
    """Take each section of the manager's page, with a desk at work, a text and a suspended service."""
    ask = hall.integration
    texts = [ask.done("announce", text=text)[0]["seq"] for text in (LIFT, LATE)]
    ask.done("suspend_service", service="divorce", reason="nobody-competent")
    hall.issue("benefits")
    sign_in(page, hall, "Rauf", "manager")
    show(page, f"{hall.url}/manager?lang={language}", ".state-of-hall")
    page.locator(".alarms").wait_for()
    shoot(page, f"manager-today-{language}", 960)
    sections = {
        "desks": ".desk-now",
        "services": "table.services",
        "order": "table",
        "boards": ".standing",
        "devices": ".device",
        "people": ".person",
        "check": ".checks > li",
    }
    for section, part in sections.items():
        page.click(f"a[href='#{section}']")
        page.locator(part).first.wait_for()
        shoot(page, f"manager-{section}-{language}", 960, whole=section not in {"desks", "services"})
    ask.done("resume_service", service="divorce", reason="restored")
    for text in texts:
        ask.done("withdraw_announcement", announcement=text)


def live_through(hall: DrivenHall) -> None:
    """Let three desks work for a while: waits, an absence, an end taken back, a call past others."""
    ask = hall.integration
    for desk in ("1", "3", "4"):
        ask.done("open_desk", desk=desk)
    for place in range(18):
        for service in ("passport", "residence-permit", "birth")[: 3 - place % 2]:
            hall.issue(service)
        hall.wait(2)
        for desk in ("1", "3", "4")[place % 2 :]:
            attend(hall, desk, is_absent=place == PLACE_OF_ABSENCE)
        hall.wait(3)
    last = [hall.issue("birth")["ticket"] for _ in range(3)][-1]
    attend(hall, "4", is_absent=False)
    ask.done("call_ticket", desk="4", ticket=last, reason="emergency")
    ask.done("serve", desk="4", ticket=last)
    ask.done("complete", desk="4", ticket=last, outcome="served")
    ask.done("reinstate", desk="4", ticket=last, reason="mistake")
    hall.wait(4)
    ask.done("complete", desk="4", ticket=last, outcome="served")


def attend(hall: DrivenHall, desk: str, *, is_absent: bool) -> None:
    """Serve who comes to a desk next; the hall may have called already."""
    ask = hall.integration
    ask.say("call_next", desk=desk)
    now = {row["number"]: row["ticket"] for row in ask.ask("GET", "/api/v1/desks")[1]}
    at_desk = {"desk": desk, "ticket": now[desk]}
    if not now[desk]:
        return
    hall.wait(0.5)
    if is_absent:
        ask.done("recall", **at_desk)
        hall.wait(4)
        ask.done("no_show", **at_desk)
        return
    ask.done("serve", **at_desk)
    hall.wait(2)
    ask.done("complete", **at_desk, outcome="served")


def take_figures(browser: Browser, hall: DrivenHall, language: str) -> None:
    """Take the day in figures."""
    password(hall, "Rauf", "manager")
    with opened(browser, *WIDE) as page:
        sign_in(page, hall, "Rauf", "manager")
        show(page, f"{hall.url}/manager?lang={language}#figures", "dl.of-hall")
        shoot(page, f"manager-figures-{language}", 960)


def take_questions(page: Page, hall: Hall, language: str) -> None:
    """Take the question before a device is let in, and the one before a pause."""
    code = hall.process.asker().ask("POST", "/api/v1/pairing", {"role": "kiosk"})[1]["code"]
    page.click("a[href='#devices']")
    button(page, language, "Add a device").click()
    page.fill("dialog [name=code]", code)
    page.fill("dialog [name=name]", "entrance")
    shoot(page, f"manager-pairing-{language}", 960, whole=False)
    page.keyboard.press("Escape")
    page.click("a[href='#today']")
    button(page, language, "Pause the hall").click()
    page.locator("dialog summary").click()
    page.locator("dialog textarea[placeholder*=' ']").first.wait_for()
    shoot(page, f"manager-pause-{language}", 960, whole=False)


def take_greeter(page: Page, hall: Hall, kiosk: Asker, language: str) -> None:
    """Take calls for help, a claim on a slip that was scanned, and a ticket that was given."""
    mine = hall.issue("pension", **{"class": "elderly"})
    show(page, f"{hall.url}/visit/{mine['token']}?lang={language}", ".number")
    button(page, language, "Ask for help").click()
    kiosk.done("request_help")
    sign_in(page, hall, "Leyla", "greeter")
    show(page, f"{hall.url}/greeter?lang={language}", ".help")
    shoot(page, f"greeter-help-{language}")
    for _ in range(2):
        button(page, language, "I am going").click()
        page.wait_for_timeout(A_MOMENT_MS)
    page.fill("#code", mine["token"])
    page.keyboard.press("Enter")
    page.locator(".ticket").wait_for()
    page.set_viewport_size({"width": 390, "height": 1060})
    shoot(page, f"greeter-ticket-{language}")
    page.set_viewport_size({"width": 390, "height": 860})
    page.click("a[href='#give']")
    page.locator(".choices button").first.wait_for()
    shoot(page, f"greeter-give-{language}", whole=False)
    page.locator(".choices button").first.click()
    page.locator("form select").nth(1).select_option(language)
    page.locator("form button.main").click()
    page.locator(".slip img").wait_for()
    shoot(page, f"greeter-slip-{language}")
    for ticket in (mine["ticket"], page.locator(".slip .number").inner_text()):
        hall.integration.done("abandon", ticket=ticket)
