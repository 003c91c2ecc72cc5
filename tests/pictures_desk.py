"""The pictures of the operator's page."""

import re

from playwright.sync_api import Browser, Page

from tests.browser import Hall
from tests.gallery import LANGUAGES, DrivenHall, button, opened, password, shoot, show, sign_in

OPERATOR, LEAD = "Aysel", "Səbinə"
A_PRESS_MS = 700
"""A second press sooner than this is the same press to the desk's page."""
BESIDE = (360, 760)
"""The page beside the agency's own program."""
NOTE = {
    "az": "Şəkli skan etdim, əsli ondadır.",
    "en": "Photograph scanned; the original is with the visitor.",
    "ar": "مُسحت الصورة ضوئيًا، والأصل مع الزائر.",
}


def take(browser: Browser, hall: Hall, language: str) -> None:
    """Take the desk from its sign-in over calls to the question before it closes."""
    with opened(browser, 1100, 700) as page:
        log_in(page, hall, language)
        for _ in range(2):
            hall.issue("notary", language=language, route=["property-extract"])
        open_desk(page, "7")
        shoot(page, f"desk-idle-{language}")
        press(page, "called")
        shoot(page, f"desk-called-{language}")
        press(page, "serving")
        shoot(page, f"desk-serving-{language}")
        button(page, language, "Add a service").click()
        page.locator("dialog select").wait_for()
        shoot(page, f"desk-leg-{language}")
        page.keyboard.press("Escape")
        take_notes(page, hall, language)
        take_questions(page, hall, language)
    with opened(browser, 1100, 700) as page:
        take_jump(page, hall, language)


def log_in(page: Page, hall: Hall, language: str) -> None:
    """Sign in by the form; the desks are offered."""
    show(page, f"{hall.url}/desk?lang={language}", "[name=password]")
    shoot(page, f"desk-login-{language}")
    page.fill("[name=name]", OPERATOR)
    page.fill("[name=password]", password(hall, OPERATOR, "operator"))
    page.keyboard.press("Enter")
    page.locator(".desk").first.wait_for()
    shoot(page, f"desk-choose-{language}")


def open_desk(page: Page, number: str) -> None:
    """Open a desk."""
    page.locator(".desk", has=page.locator(".desk-number", has_text=re.compile(f"^{number}$"))).click()
    page.locator("button.main").wait_for()


def press(page: Page, state: str) -> None:
    """Press the desk's one key, and wait for this state."""
    page.locator("button.main[aria-disabled=false]").wait_for()
    page.wait_for_timeout(A_PRESS_MS)
    page.keyboard.press("F9")
    page.locator(f".ticket[data-state={state}]").wait_for()
    page.locator("button.main[aria-disabled=false]").wait_for()


def take_notes(page: Page, hall: Hall, language: str) -> None:
    """Take who comes from another desk, with a note of it and a precedence to be proved; then in a pause."""
    ask = hall.integration
    came = {"class": "elderly", "quantity": 2, "language": "ru"}
    ticket = ask.done("issue_ticket", service="archive-extract", **came)[0]["ticket"]
    ask.done("open_desk", desk="6")
    ask.done("call_next", desk="6")
    ask.done("leave_note", desk="6", ticket=ticket, text=NOTE[language])
    ask.done("serve", desk="6", ticket=ticket)
    ask.done("transfer", desk="6", ticket=ticket, service="notary", reason="further-step")
    ask.done("close_desk", desk="6")
    press(page, "called")
    shoot(page, f"desk-notes-{language}")
    ask.done("pause_hall", kind="break")
    page.locator(".notice.pause").wait_for()
    shoot(page, f"desk-paused-{language}")
    ask.done("resume_hall")
    page.locator(".notice.pause").wait_for(state="detached")
    press(page, "serving")
    ask.done("open_desk", desk="7", take_over=True)
    ask.done("complete", desk="7", ticket=ticket, outcome="served")


def take_questions(page: Page, hall: Hall, language: str) -> None:
    """Take the form for a visitor without a ticket, and the question of the last desk."""
    show(page, f"{hall.url}/desk?lang={language}", ".desk")
    open_desk(page, "7")
    if (question := page.locator("dialog button.main")).count():
        question.click()
    hall.issue("notary", route=["property-extract"])
    button(page, language, "Visitor without a ticket").click()
    page.locator("dialog select").first.select_option("archive-extract")
    shoot(page, f"desk-walk-up-{language}")
    page.keyboard.press("Escape")
    page.wait_for_timeout(A_PRESS_MS)
    button(page, language, "Close desk").click()
    page.locator("dialog .stranded").wait_for()
    shoot(page, f"desk-last-{language}")
    hall.integration.done("open_desk", desk="7", take_over=True)
    hall.integration.done("close_desk", desk="7")


def take_jump(page: Page, hall: Hall, language: str) -> None:
    """Take what a lead reads before a jump above the quota; the last one is made, and is unconfirmed."""
    ask = hall.integration
    waits = hall.issue("passport", language=language)["ticket"]
    while not ask.ask("GET", f"/api/v1/jump?desk=1&ticket={waits}")[1]["needs_second_person"]:
        ticket = hall.issue("passport")["ticket"]
        ask.done("call_ticket", desk="1", ticket=ticket, reason="emergency")
        ask.done("cancel", desk="1", ticket=ticket, reason="left")
    ask.done("close_desk", desk="1")
    sign_in(page, hall, LEAD, "lead")
    show(page, f"{hall.url}/desk?lang={language}", ".desk")
    open_desk(page, "1")
    button(page, language, "Call a certain ticket").click()
    page.fill("dialog input", waits)
    page.keyboard.press("Enter")
    page.locator("dialog .choices button").first.wait_for()
    shoot(page, f"desk-jump-{language}")
    if language == LANGUAGES[-1]:
        page.locator("dialog .choices button").first.click()
        page.locator(".ticket[data-state=called]").wait_for()
    ask.done("open_desk", desk="1", take_over=True)
    if language == LANGUAGES[-1]:
        ask.done("serve", desk="1", ticket=waits)
        ask.done("complete", desk="1", ticket=waits, outcome="served")


def take_offered(browser: Browser, hall: DrivenHall, language: str) -> None:
    """Take a call that is about to be made, and the same visitor called, beside another program."""
    with opened(browser, *BESIDE) as page:
        sign_in(page, hall, OPERATOR, "operator")
        show(page, f"{hall.url}/desk?lang={language}", ".desk")
        open_desk(page, "1")
        ticket = hall.issue("passport", language=language)["ticket"]
        hall.wait(minutes=0)
        page.locator(".ticket[data-state=offered]").wait_for()
        shoot(page, f"desk-offered-{language}", whole=False)
        press(page, "called")
        shoot(page, f"desk-narrow-{language}", whole=False)
        hall.integration.done("release_ticket", desk="1", ticket=ticket, reason="operator-away")
        hall.integration.done("close_desk", desk="1", waiting="cancel")


def take_unsure(browser: Browser, hall: DrivenHall, language: str) -> None:
    """Take the question after a power cut of twenty minutes."""
    with opened(browser, 1100, 700) as page:
        sign_in(page, hall, OPERATOR, "operator")
        show(page, f"{hall.url}/desk?lang={language}", ".desk")
        ticket = hall.issue("passport", language=language)["ticket"]
        open_desk(page, "1")
        hall.wait(minutes=1)
        page.locator(f".ticket[data-state=called] >> text={ticket}").first.wait_for()
        hall.process.kill()
        hall.process.start()
        hall.wait(minutes=20)
        page.locator(".unsure").wait_for()
        page.locator("button.main[aria-disabled=false]").wait_for()
        shoot(page, f"desk-unsure-{language}")
        ask = hall.integration
        ask.done("open_desk", desk="1", take_over=True)
        ask.done("serve", desk="1", ticket=ticket)
        ask.done("complete", desk="1", ticket=ticket, outcome="served")
        ask.done("close_desk", desk="1")
