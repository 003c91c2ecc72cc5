"""The policy of the pages in a real Chromium: no page breaks it, and what breaks it does not run."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser
from tests.browser import Hall, against_policy

chromium = browser.chromium
hall = browser.hall
page = browser.page

SIGNED_IN = {"/desk": "operator", "/greeter": "greeter", "/manager": "admin"}


@pytest.mark.parametrize(
    "path", ["/", "/kiosk", "/desk", "/board", "/greeter", "/manager", "/ledger", "/book", "/demo"]
)
def test_no_page_breaks_its_policy(page: Page, hall: Hall, path: str) -> None:
    """Before and after somebody signed in; the fixture fails at the first word of the browser."""
    page.goto(f"{hall.url}{path}?lang=ar", wait_until="networkidle" if path == "/demo" else "load")
    expect(page.locator("#app > *, main").first).to_be_visible()
    if path in SIGNED_IN:
        hall.sign_in(page, SIGNED_IN[path])
        page.goto(f"{hall.url}{path}?lang=en")
        expect(page.locator("#app > *").first).to_be_visible()
        expect(page.locator("form.login")).to_have_count(0)


def test_no_page_of_a_secret_breaks_its_policy(page: Page, hall: Hall) -> None:
    """That of a visit, of a booking that is none, and of a link that was used."""
    token = hall.issue("passport")["token"]
    for path in (f"/visit/{token}", f"/visit/{token}0", "/book/000112345678", "/enter/nothing"):
        page.goto(f"{hall.url}{path}?lang=en")
        expect(page.locator("#app > *, main").first).to_be_visible()
    hall.clear()


def test_what_breaks_the_policy_does_not_run(chromium: Browser, hall: Hall) -> None:
    """A script or a style that somebody got into a page, a script of another site; the browser says so."""
    page, said = chromium.new_page(), list[str]()
    page.on("console", lambda message: said.extend(against_policy(message.text)))
    page.goto(f"{hall.url}/ledger")
    page.evaluate(
        """() => {
            const add = (name, set) => document.body.append(Object.assign(document.createElement(name), set));
            add("script", { textContent: "window.bad = 1" });
            add("div", { innerHTML: '<img src=x onerror="window.bad = 1"><b style="color: red">x</b>' });
            add("script", { src: "https://evil.example/x.js" });
            add("iframe", { src: "https://evil.example/" });
        }"""
    )
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.bad") is None
    assert {part for line in said for part in ("script-src", "style-src", "frame-src") if part in line} >= {
        "script-src",
        "style-src",
    }
    page.close()
