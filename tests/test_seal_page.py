"""The last signed head where people see it: on paper, in the boards' small print, and at closing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests import browser
from tests.browser import Hall, fits, violations
from tests.hall_process import ROOT, new_id

chromium = browser.chromium
page = browser.page


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Run a hall of this file's own: it closes in the end."""
    yield from browser.running(tmp_path_factory.mktemp("hall"))


def sign(hall: Hall) -> None:
    """Let so much happen that a head is signed."""
    many = [{"type": "issue_ticket", "id": new_id(), "service": "fines"} for _ in range(110)]
    assert hall.integration.ask("POST", "/api/v1/commands", many)[0] == 200


def latest(hall: Hall) -> dict[str, str]:
    """Give the last head."""
    head: dict[str, str] = hall.process.get("/api/v1/heads")[1]["latest"]
    return head


def test_a_board_shows_the_last_head_in_small_print(page: Page, hall: Hall) -> None:
    """As it was when the board was read, then each new one; before the first there is nothing."""
    page.goto(f"{hall.url}/board?lang=en")
    expect(page.locator(".nobody")).to_be_visible()
    expect(page.locator(".seal")).to_have_count(0)
    sign(hall)
    first = latest(hall)
    expect(page.locator(".seal")).to_have_text(f"{first['size']} · {first['root'][:16]}")
    page.reload()
    expect(page.locator(".seal")).to_have_text(f"{first['size']} · {first['root'][:16]}")
    sign(hall)
    expect(page.locator(".seal")).to_have_text(f"{latest(hall)['size']} · {latest(hall)['root'][:16]}")
    page.set_viewport_size({"width": 400, "height": 800})
    assert fits(page)
    assert violations(page) == []


def test_the_seal_is_a_sheet_whose_code_proves_the_log(page: Page, hall: Hall, tmp_path: Path) -> None:
    """Scanned and saved in a file, its line is a head that was kept outside."""
    sign(hall)
    page.goto(f"{hall.url}/seal?lang=en")
    head = latest(hall)
    expect(page.locator("dd").nth(1)).to_have_text(f"the first {head['size']} events of the log")
    shown = page.locator("dd").nth(2).inner_text().replace(" ", "")
    assert shown == head["root"]
    picture = Image.open(BytesIO(page.locator("figure img").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    assert json.loads(code.text) == head
    (tmp_path / "paper.jsonl").write_text(code.text)
    command = [sys.executable, "-m", "server", "verify", "--data", str(hall.process.data)]
    done = subprocess.run(
        [*command, "--heads", str(tmp_path / "paper.jsonl")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "The log is sound." in done.stdout) == (0, True), done.stdout
    for size in ("1", "0", "x", "-1"):
        assert hall.process.get(f"/seal/{size}/code.svg")[0] == 404


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_read_the_seal(page: Page, hall: Hall, language: str) -> None:
    """No finding of axe, and nothing sticks out of a small phone or of paper."""
    sign(hall)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{hall.url}/seal?lang={language}")
    expect(page.locator("figure img")).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    page.emulate_media(media="print")
    expect(page.locator(".no-paper")).to_be_hidden()


def test_the_manager_is_handed_the_seal_at_closing(page: Page, hall: Hall) -> None:
    """The day's last head covers its closing; it is to be printed and taken out of the hall."""
    hall.sign_in(page, "manager")
    page.goto(f"{hall.url}/manager?lang=en")
    card = page.locator(".card", has=page.get_by_role("heading", name="Seal of the log"))
    expect(card).to_contain_text(latest(hall)["root"][:16])
    hall.integration.done("close_day")
    expect(card.get_by_role("link")).to_have_text("Print the day's seal, and keep it outside the hall")
    head = latest(hall)
    expect(card).to_contain_text(head["root"][:16])
    log = hall.integration.ask("GET", f"/api/v1/events?since={head['size']}")[1]["events"]
    assert [event["type"] for event in log] == ["head_signed"]
    assert violations(page) == []
