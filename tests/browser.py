"""A real Chromium and a real hall for the tests of the pages; a test module names the fixtures it wants."""

import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from server.register import Register
from tests.hall_process import ROOT, Asker, HallProcess

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 10_000
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
HALL = """
extends = "{demo}"
[hall]
id = "pages"
[policy]
no_show_seconds = 2
"""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Hall:
    """A running hall and those who act in it beside the page under test."""

    process: HallProcess
    token: str
    issued: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Give the address of the pages."""
        return f"http://127.0.0.1:{self.process.port}"

    @property
    def integration(self) -> Asker:
        """Give another system that acts in the hall, on a fresh connection."""
        return self.process.asker(self.token)

    def operator(self, role: str = "operator") -> tuple[str, str]:
        """Add an operator of a new name; gives name and password."""
        name = f"{role}-{next(_numbers)}"
        return name, Register(self.process.data).add_operator(name, role)

    def sign_in(self, page: Page, role: str) -> tuple[str, str]:
        """Sign a new operator in on a page, without the form; gives name and password."""
        name, password = self.operator(role)
        asker = self.process.asker()
        status, told = asker.ask("POST", "/api/v1/session", {"name": name, "password": password})
        assert status == 200, told
        key, _, value = asker.cookie.partition("=")
        page.context.add_cookies([{"name": key, "value": value, "url": self.url}])
        return name, password

    def issue(self, service: str, **fields: Any) -> dict[str, Any]:
        """Give a visitor a ticket; the event, with the visit's token."""
        event = self.integration.done("issue_ticket", service=service, **fields)[0]
        self.issued.append(event["ticket"])
        return event

    def clear(self) -> None:
        """Close all desks and send all visitors home."""
        ask = self.integration
        for row in ask.ask("GET", "/api/v1/desks")[1]:
            if row["state"] != "closed":
                ask.done("open_desk", desk=row["number"], take_over=True)
                if row["ticket"]:
                    ask.done("cancel", ticket=row["ticket"], desk=row["number"], reason="mistake")
                ask.done("close_desk", desk=row["number"])
        while self.issued:
            ask.say("cancel", ticket=self.issued.pop(), reason="mistake")

    def history(self, ticket: str) -> list[str]:
        """Tell what happened to a ticket, by the types of its events."""
        status, answer = self.integration.ask("GET", f"/api/v1/tickets/{ticket}")
        assert status == 200, answer
        return [event["type"] for event in answer["events"]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, which asks nothing of the outer world."""
    path = shutil.which("chromium")
    assert path, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Run a hall for each test module, with the demonstration hall's services."""
    yield from running(tmp_path_factory.mktemp("hall"))


def running(folder: Path, more: str = "") -> Iterator[Hall]:
    """Run such a hall in a folder; ``more`` is what its file says besides, first of ``[hall]``."""
    file = folder / "pages.toml"
    told = HALL.format(demo=ROOT / "config" / "halls" / "demo.toml")
    file.write_text(told.replace("[policy]", f"{more}\n[policy]"))
    process = HallProcess(folder, file)
    process.start()
    token = Register(folder).add_device("tests", "integration", "")
    yield Hall(process, token)
    process.stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Give a page of a fresh profile; its scripts must not fail, it keeps the policy, and answers in time."""
    failures: list[str] = []
    context = chromium.new_context(viewport={"width": 1100, "height": 760}, locale="en-GB")
    page = context.new_page()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda said: failures.extend(_broken_policy(said)))
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield page
    context.close()
    assert not failures, failures


def _broken_policy(said: ConsoleMessage) -> list[str]:
    # What a test runs in the page, axe above all, comes from no address: only the hall's own files are held.
    return against_policy(said.text) if said.location["url"] else []


def against_policy(said: str) -> list[str]:
    """Give what the browser's console says when a page does what its Content-Security-Policy forbids."""
    return [said] if "Content Security Policy" in said else []


def violations(page: Page) -> list[str]:
    """Ask axe for every finding, of whatever impact."""
    return [_told(one) for one in _findings(page)]


def _findings(page: Page) -> list[dict[str, Any]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return found


def _told(found: dict[str, Any]) -> str:
    return f"{found['id']}: {json.dumps([node['html'] for node in found['nodes']][:2])}"


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
