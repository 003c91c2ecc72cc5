"""What a hall under a ratio says of its order: on the pages as in pygame, in each language."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import browser
from tests.browser import Hall, fits, violations
from tests.hall_process import Asker
from ui.language import texts
from ui.order import order_sentence

chromium, page = browser.chromium, browser.page

RATIO = """
[policy.ratio]
calls = 2
of = ["elderly", "disability"]
[[class]]
id = "martyr-family"
strict = false
"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Run the demonstration hall's services under a ratio, with no strict class."""
    yield from browser.running(tmp_path_factory.mktemp("ratio"), RATIO)


TURNED = """
extends = "in-force"
[policy]
version = "{calls} to 1"
ratio = {{ calls = {calls}, of = {of} }}
"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_board_says_what_the_programs_say(page: Page, hall: Hall, language: str) -> None:
    """One sentence is made in two places, for pages and for pygame."""
    page.goto(f"{hall.url}/board?lang={language}")
    assert said_by(page) == order_sentence(order_of(hall.integration), texts(language))
    assert fits(page)


@pytest.mark.parametrize(
    ("calls", "of", "said"),
    [
        pytest.param(1, ["elderly"], "Where both wait, 1 with precedence by law is called", id="by law"),
        pytest.param(3, ["none"], "one of the others: who has no precedence.", id="the other way"),
        pytest.param(
            2, ["booked", "elderly"], "others: who booked, Elderly (65+).", id="a class beside others"
        ),
    ],
)
def test_each_kind_of_ratio_has_its_words(
    page: Page, hall: Hall, calls: int, of: list[str], said: str
) -> None:
    """Put in force while the hall runs, it stands on a board that is opened then."""
    manager(hall).done("configure", hall=TURNED.format(calls=calls, of=json.dumps(of)))
    page.goto(f"{hall.url}/board?lang=en")
    assert said in said_by(page)
    assert said_by(page) == order_sentence(order_of(hall.integration), texts("en"))


def manager(hall: Hall) -> Asker:
    """Sign a new manager in."""
    (name, password), asker = hall.operator("manager"), hall.process.asker()
    assert asker.ask("POST", "/api/v1/session", {"name": name, "password": password})[0] == 200
    return asker


def order_of(ask: Asker) -> dict[str, Any]:
    """Give the order that the hall tells."""
    order: dict[str, Any] = ask.ask("GET", "/api/v1/hall")[1]["order"]
    return order


def said_by(page: Page) -> str:
    """Give the foot of the board without the marks that keep a value's direction."""
    expect(page.locator("footer")).not_to_be_empty()
    return page.locator("footer").inner_text().replace("\u2068", "").replace("\u2069", "")


def test_the_ratio_stands_on_the_managers_page(page: Page, hall: Hall) -> None:
    """Above the credits, which count on each side."""
    hall.sign_in(page, "manager")
    page.goto(f"{hall.url}/manager?lang=en#order")
    expect(page.get_by_text(re.compile(r"^Where both wait, \d of these"))).to_be_visible()
    assert violations(page) == []
    assert fits(page)


def test_a_visitor_reads_that_the_ratio_put_others_first(page: Page, hall: Hall) -> None:
    """Without a class or a number; the order in force stands below."""
    hall.integration.done("open_desk", desk="1")
    mine = hall.issue("passport")
    page.goto(f"{hall.url}/visit/{mine['token']}?lang=en")
    expect(page.locator(".range")).to_be_visible()
    hall.issue("passport", **{"class": "elderly"})
    hall.integration.done("call_next", desk="1")
    why = page.locator(".others")
    why.locator("summary").click()
    expect(why.locator("li")).to_have_text("1 visitor was the next by the hall's ratio.")
    expect(why).to_contain_text("Where both wait")
    assert violations(page) == []
    hall.clear()
