"""The visitor's page proves the ticket by itself, in a real Chromium, and says when the hall lies."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from server.merkle_proofs import consistency, inclusion
from tests import browser
from tests.browser import Hall, fits, violations
from tests.hall_process import new_id
from tests.test_merkle_proofs import HASHES, SPAN, flipped

chromium = browser.chromium
page = browser.page
SERVICE = "passport"
NO_KEYS = """if (globalThis.SubtleCrypto)
    SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException("", "NotSupportedError"))"""
NO_HASHES = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })"
ANOTHER_ROOT = "head.root = head.root.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Run a hall of this file's own: nobody clears it."""
    yield from browser.running(tmp_path_factory.mktemp("hall"))


@pytest.fixture
def mine(hall: Hall) -> dict[str, Any]:
    """Give a ticket that a signed head covers already."""
    event = hall.issue(SERVICE)
    until_signed(hall)
    return event


def until_signed(hall: Hall) -> None:
    """Let so much happen that a head is signed."""
    many = [{"type": "issue_ticket", "id": new_id(), "service": "fines"} for _ in range(110)]
    assert hall.integration.ask("POST", "/api/v1/commands", many)[0] == 200


def opened(
    page: Page, hall: Hall, mine: dict[str, Any], slip: str | None = None, language: str = "en"
) -> None:
    """Open the address on a slip, and the proof."""
    address = f"{hall.url}/visit/{mine['token']}?lang={language}#{slip or mine['receipt']}"
    page.goto("about:blank")
    page.goto(address)
    page.locator(".receipt summary").click()


def said(page: Page, kind: str) -> list[str]:
    """Give what was checked with a certain outcome."""
    return page.locator(f".receipt li[data-is={kind}]").all_inner_texts()


def test_the_page_proves_the_ticket(page: Page, hall: Hall, mine: dict[str, Any]) -> None:
    """Slip, place in the log and signature; the next time also that the log has only grown."""
    opened(page, hall, mine)
    expect(page.locator(".receipt li")).to_have_count(3)
    good = " ".join(said(page, "good"))
    assert "The log says what your slip says." in good
    assert f"as its event {mine['seq']}" in good
    assert "The hall signed this log" in good
    until_signed(hall)
    opened(page, hall, mine)
    expect(page.locator(".receipt li")).to_have_count(4)
    assert "Since you looked before, the log has only grown." in " ".join(said(page, "good"))
    assert (said(page, "bad"), said(page, "unknown")) == ([], [])
    expect(page.locator(".convicted p")).to_have_count(0)


def test_a_receipt_is_saved(page: Page, hall: Hall, mine: dict[str, Any], tmp_path: Path) -> None:
    """As the hall gave it: what verify.py takes."""
    opened(page, hall, mine)
    with page.expect_download() as told:
        page.get_by_role("link", name="Save the receipt").click()
    told.value.save_as(tmp_path / "receipt.json")
    receipt = json.loads((tmp_path / "receipt.json").read_text())
    assert (receipt["ticket"], receipt["seq"]) == (mine["ticket"], mine["seq"])
    assert told.value.suggested_filename == f"{mine['ticket']}-{mine['day']}.json"


def test_a_slip_of_another_log_convicts(page: Page, hall: Hall, mine: dict[str, Any]) -> None:
    """What paper says, the hall cannot take back: it stands above all else."""
    opened(page, hall, mine, f"{mine['seq']}-0123456789abcdef")
    expect(page.locator(".convicted")).to_contain_text("Your slip says something else than the hall's log")
    assert len(said(page, "bad")) == 1


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("path", "does not prove that your ticket is in its log"),
        ("body", "Your slip says something else"),
        ("signature", "The signature on the hall's log is false."),
    ],
)
def test_a_hall_that_lies_is_told_from_one_that_does_not(
    page: Page, hall: Hall, mine: dict[str, Any], field: str, sentence: str
) -> None:
    """One changed digit of what the hall sends is enough."""

    def lie(route: Route) -> None:
        told = route.fetch().json()
        if field == "signature":
            told["head"]["signature"] = other_digit(told["head"]["signature"])
        elif field == "path":
            told["path"][2] = other_digit(told["path"][2])
        else:
            told["body"] = told["body"].replace('"ahead":', '"ahead":1')
        route.fulfill(json=told)

    page.route("**/receipt", lie)
    opened(page, hall, mine)
    expect(page.locator(".convicted")).to_contain_text(sentence)


def other_digit(digits: str) -> str:
    """Change the first of some digits."""
    return ("0" if digits[0] != "0" else "1") + digits[1:]


def test_a_phone_remembers_what_was_signed(page: Page, hall: Hall, mine: dict[str, Any]) -> None:
    """A log that was rewritten since, or cut off, does not extend what the phone kept."""
    opened(page, hall, mine)
    expect(page.locator(".receipt li")).to_have_count(3)
    kept = f"novbe.receipt.{mine['token']}"
    for change in (
        "head.root = head.root.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))",
        "head.size += 1e6",
    ):
        page.evaluate(
            f"""(name) => {{ const kept = JSON.parse(localStorage.getItem(name)); const {{ head }} = kept;
            {change}; localStorage.setItem(name, JSON.stringify(kept)); }}""",
            kept,
        )
        opened(page, hall, mine)
        expect(page.locator(".convicted")).to_contain_text("Since you looked before, the log was rewritten.")


def test_a_browser_that_cannot_check_says_so(page: Page, hall: Hall, mine: dict[str, Any]) -> None:
    """Without Ed25519 the rest is checked; on a page without encryption nothing is."""
    page.add_init_script(NO_KEYS)
    opened(page, hall, mine)
    expect(page.locator(".receipt li[data-is=unknown]")).to_have_text(
        "– This browser cannot check signatures. The program can."
    )
    assert len(said(page, "good")) == 2
    page.add_init_script(NO_HASHES)
    opened(page, hall, mine)
    expect(page.locator(".receipt li")).to_have_count(1)
    expect(page.locator(".receipt li")).to_contain_text("This page came without encryption")


def test_a_receipt_that_is_not_ready_says_when(page: Page, hall: Hall) -> None:
    """Right after the touch no head covers the ticket yet; the slip is compared already."""
    until_signed(hall)
    fresh = hall.issue(SERVICE)
    opened(page, hall, fresh)
    expect(page.locator(".receipt li[data-is=unknown]")).to_contain_text("signs its log every five minutes")
    assert len(said(page, "good")) == 1
    expect(page.get_by_role("link", name="Save the receipt")).to_have_count(0)


CHECK_ALL = """async ([inclusions, growths]) => {
    const { rootBy, hasOnlyGrown } = await import("/static/visitor/proof.js");
    const wrong = [];
    for (const [leaf, index, size, path, root, isTrue] of inclusions)
        if (((await rootBy(path, leaf, index, size)) === root) !== isTrue) wrong.push([index, size, isTrue]);
    for (const [first, second, older, newer, path, isTrue] of growths)
        if ((await hasOnlyGrown({ first, second, path }, older, newer)) !== isTrue) wrong.push(first, second);
    return wrong;
}"""


def test_the_browser_checks_as_the_rfc_says(page: Page, hall: Hall) -> None:
    """All proofs up to 33 leaves hold there, too, and none of which one bit was changed."""
    inclusions: list[list[Any]] = []
    growths: list[list[Any]] = []
    for size in range(1, 34):
        root = SPAN(0, size).hex()
        for index in range(size):
            path, grown = inclusion(SPAN, index, size), consistency(SPAN, index + 1, size)
            first = [index + 1, size, SPAN(0, index + 1).hex(), root]
            inclusions.append([HASHES[index].hex(), index, size, hexed(path), root, True])
            growths.append([*first, hexed(grown), True])
            if path:
                inclusions.append(
                    [HASHES[index].hex(), index, size, hexed(flipped(path, index)), root, False]
                )
            if grown:
                growths.append([*first, hexed(flipped(grown, index)), False])
                growths.append([*first, hexed(grown[:-1]), False])
    page.goto(f"{hall.url}/seal")
    assert page.evaluate(CHECK_ALL, [inclusions, growths]) == []


def hexed(path: list[bytes]) -> list[str]:
    """Write hashes as they are sent."""
    return [each.hex() for each in path]


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_everyone_can_read_the_proof(page: Page, hall: Hall, mine: dict[str, Any], language: str) -> None:
    """No finding of axe, and nothing sticks out of a small phone."""
    page.set_viewport_size({"width": 320, "height": 700})
    opened(page, hall, mine, f"{mine['seq']}-0123456789abcdef", language)
    expect(page.locator(".convicted p")).to_be_visible()
    assert violations(page) == []
    assert fits(page)


def test_a_restored_hall_is_not_accused(page: Page, hall: Hall, mine: dict[str, Any]) -> None:
    """A later epoch has begun since the phone looked: what was lost is told, and the ticket still stands."""
    opened(page, hall, mine)
    expect(page.locator(".receipt li")).to_have_count(3)
    page.evaluate(
        f"""(name) => {{ const kept = JSON.parse(localStorage.getItem(name)); const {{ head }} = kept;
        {ANOTHER_ROOT}; head.epoch = "1-a-b"; localStorage.setItem(name, JSON.stringify(kept)); }}""",
        f"novbe.receipt.{mine['token']}",
    )
    opened(page, hall, mine)
    expect(page.locator(".receipt li")).to_have_count(4)
    assert "had to go on from a copy of its log" in " ".join(said(page, "unknown"))
    expect(page.locator(".convicted p")).to_have_count(0)
    opened(page, hall, mine)
    expect(page.locator(".receipt li[data-is=good]")).to_have_count(4)
