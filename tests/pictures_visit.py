"""The pictures of the visitor's page, and of the other pages that anybody may look at."""

from playwright.sync_api import Browser, Page

from tests.browser import Hall
from tests.gallery import DrivenHall, opened, shoot, show
from tests.hall_process import new_id

PHONE, SCREEN, START, LEDGER = (390, 780), (1280, 720), (900, 640), (900, 760)
A_TURN_MS = 60_000
"""The notices of a board stand in four languages, eight seconds each."""


def take(browser: Browser, hall: Hall, language: str) -> None:
    """Take a visit, the board in a browser, and the start page."""
    with opened(browser, *PHONE) as page:
        take_visit(page, hall, language)
    with opened(browser, *SCREEN) as page:
        take_board(page, hall, language)
    with opened(browser, *START) as page:
        show(page, f"{hall.url}/?lang={language}", "main")
        shoot(page, f"start-{language}")


def take_visit(page: Page, hall: Hall, language: str) -> None:
    """Take a visit through several services; another while it waits, in a pause, and when it is called."""
    ask, far = hall.integration, hall.issue("pension", language=language, route=["notary", "benefits"])
    ask.done("call_next", desk="11")
    ask.done("serve", desk="11", ticket=far["ticket"])
    ask.done("complete", desk="11", ticket=far["ticket"], outcome="served")
    show(page, f"{hall.url}/visit/{far['token']}?lang={language}", ".way")
    shoot(page, f"visit-way-{language}")
    # Signed within five minutes, or after a hundred events.
    many = [{"type": "issue_ticket", "id": new_id(), "service": "fines"} for _ in range(100)]
    tickets = [answer["events"][0]["ticket"] for answer in ask.ask("POST", "/api/v1/commands", many)[1]]
    address = f"{hall.url}/visit/{far['token']}?lang={language}#{far['receipt']}"
    page.goto("about:blank")
    show(page, address, ".receipt summary")
    page.locator(".receipt summary").click()
    page.locator(".receipt li").nth(2).wait_for()
    shoot(page, f"visit-proof-{language}")
    show(page, f"{hall.url}/seal?lang={language}", "img")
    shoot(page, f"seal-{language}")
    # Withdrawn tickets would stand on the boards: these leave by themselves.
    for ticket in tickets:
        ask.done("abandon", ticket=ticket)
    ask.done("cancel", ticket=far["ticket"], reason="mistake")
    hall.issue("pension", language=language)
    mine = hall.issue("pension", language=language)
    show(page, f"{hall.url}/visit/{mine['token']}?lang={language}", ".number")
    shoot(page, f"visit-{language}")
    hall.integration.done("pause_hall", kind="break")
    page.locator(".pause").wait_for()
    shoot(page, f"visit-paused-{language}")
    hall.integration.done("resume_hall")
    while (called := hall.integration.done("call_next", desk="11")[0]["ticket"]) != mine["ticket"]:
        hall.integration.done("cancel", desk="11", ticket=called, reason="mistake")
    page.locator(".go").wait_for()
    shoot(page, f"visit-called-{language}")
    hall.integration.done("cancel", desk="11", ticket=called, reason="mistake")


def take_board(page: Page, hall: Hall, language: str) -> None:
    """Take the board in a browser with its calls, in a break and in an emergency."""
    show(page, f"{hall.url}/board?lang={language}", ".call")
    shoot(page, f"web-board-{language}", 960)
    for kind, notice in {"break": ".notice", "emergency": ".notice.emergency"}.items():
        hall.integration.done("pause_hall", kind=kind)
        page.locator(f"{notice}[lang={language}]").wait_for(timeout=A_TURN_MS)
        shoot(page, f"web-board-{kind}-{language}", 960)
    hall.integration.done("resume_hall")


def take_ledger(browser: Browser, hall: DrivenHall, language: str) -> None:
    """Take the ledger of a day on which somebody was called past others, and a desk got other queues."""
    ask = hall.integration
    ask.done("open_desk", desk="11", take_over=True)
    for _ in range(2):
        mine = hall.issue("pension")
    ask.done("call_ticket", desk="11", ticket=mine["ticket"], reason="emergency")
    ask.done("cancel", desk="11", ticket=mine["ticket"], reason="mistake")
    ask.done("close_desk", desk="11", waiting="cancel")
    with opened(browser, *LEDGER) as page:
        show(page, f"{hall.url}/ledger?lang={language}", "tr.jump")
        shoot(page, f"ledger-{language}")


def take_ended(browser: Browser, hall: DrivenHall, language: str) -> None:
    """Take a visit whose slip was printed anew, and one that the hall withdrew."""
    ask = hall.integration
    lost, mine = hall.issue("benefits"), hall.issue("benefits")
    with opened(browser, *PHONE) as page:
        ask.done("reprint_slip", ticket=lost["ticket"], reason="slip-lost")
        show(page, f"{hall.url}/visit/{lost['token']}?lang={language}", "main h1")
        shoot(page, f"visit-void-{language}")
        ask.done("suspend_service", service="benefits", reason="system-down", waiting="cancel")
        show(page, f"{hall.url}/visit/{mine['token']}?lang={language}", ".reason")
        shoot(page, f"visit-withdrawn-{language}")
