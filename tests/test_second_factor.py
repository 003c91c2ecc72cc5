"""The second factor of people: set up by themselves or the command line, asked for, each code good once."""

import time
from collections.abc import Iterator
from io import BytesIO

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from server.totp import STEP_SECONDS, address_of, drawn, step_of
from tests import browser
from tests.browser import Hall, fits, violations
from tests.hall_process import Asker
from tests.network_hall import HALL, NetworkHall

chromium = browser.chromium
hall = browser.hall
page = browser.page

SESSION, SECOND = "/api/v1/session", "/api/v1/second-factor"
HALL_OF_TWO = f'{HALL}\n[access]\nsecond_factor = ["admin"]\n'


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkHall]:
    """Run a hall whose administrators need a second factor."""
    running = NetworkHall(tmp_path_factory.mktemp("strict"), HALL_OF_TWO)
    yield running
    running.process.stop()


def code_of(key: str, steps: int = 0) -> str:
    """Give what a phone shows, or showed and will show some steps from now."""
    return pyotp.TOTP(key).at(time.time() + steps * STEP_SECONDS)


def log_in(hall: NetworkHall, name: str, password: str, **more: str) -> tuple[str, Asker]:
    """Try to sign in; gives the code of what was wrong, empty when nothing was."""
    asker = hall.process.asker()
    _, answer = asker.ask("POST", SESSION, {"name": name, "password": password, **more})
    return answer.get("code", ""), asker


def key_in(text: str) -> str:
    """Give the key of an address that an authenticator reads."""
    return str(pyotp.parse_uri(text.rsplit(maxsplit=1)[-1]).secret)


def test_codes_are_those_of_the_standard() -> None:
    """The vectors of RFC 6238, cut to six digits; a phone may be half a minute off, not more."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        at, step = second * 1_000_000, second // STEP_SECONDS
        assert step_of(key, code, at) == step
        assert step_of(key, code, at + 30_000_000) == step
        assert step_of(key, code, at - 30_000_000) == step
        assert step_of(key, code, at + 60_000_000) is None
    assert len(drawn()) == 32
    assert "Novbe%20hall-1:aygun" in address_of(key, "aygun", "hall-1")


def test_a_role_that_needs_one_does_not_sign_in_without(strict: NetworkHall) -> None:
    """The sentence says whom to ask; with one from the command line it is asked for, and taken."""
    password = strict.register.add_operator("aygun", "admin")
    assert log_in(strict, "aygun", password)[0] == "second_factor_missing"
    given = strict.process.command_line("operator", "second-factor", "aygun")
    assert given.returncode == 0, given.stderr
    assert "█" in given.stdout or "▀" in given.stdout
    key = key_in(given.stdout)
    assert log_in(strict, "aygun", "guess", code=code_of(key))[0] == "wrong_password"
    assert log_in(strict, "aygun", password)[0] == "code_needed"
    assert log_in(strict, "aygun", password, code=code_of(key))[0] == ""
    other = strict.register.add_operator("bahar", "manager")
    assert log_in(strict, "bahar", other)[0] == ""


def test_a_code_is_good_once(strict: NetworkHall) -> None:
    """Nor is one from before the last that was used: whoever looks over a shoulder gains nothing."""
    password = strict.register.add_operator("cavid", "admin")
    key = key_in(strict.process.command_line("operator", "second-factor", "cavid").stdout)
    code, earlier = code_of(key), code_of(key, -1)
    assert log_in(strict, "cavid", password, code=code)[0] == ""
    assert log_in(strict, "cavid", password, code=code)[0] == "wrong_code"
    assert log_in(strict, "cavid", password, code=earlier)[0] == "wrong_code"
    assert log_in(strict, "cavid", password, code=code_of(key, 1))[0] == ""


def test_codes_cannot_be_tried_for_ever(strict: NetworkHall) -> None:
    """Not from many addresses either: whoever tries them has the password."""
    password = strict.register.add_operator("dilara", "admin")
    strict.process.command_line("operator", "second-factor", "dilara")
    told = []
    for number in range(6):
        said = {"name": "dilara", "password": password, "code": "000000"}
        headers = {"X-Forwarded-For": f"10.0.0.{number}"}
        told.append(strict.stranger().ask("POST", SESSION, said, **headers)[1]["code"])
    assert told == ["wrong_code"] * 5 + ["too_many_tries"]


def test_a_lost_phone_is_mended_by_the_command_line(strict: NetworkHall) -> None:
    """A new key in place of the old, or none at all; for nobody unknown."""
    password = strict.register.add_operator("elxan", "lead")
    old = key_in(strict.process.command_line("operator", "second-factor", "elxan").stdout)
    new = key_in(strict.process.command_line("operator", "second-factor", "elxan").stdout)
    assert log_in(strict, "elxan", password, code=code_of(old))[0] == "wrong_code"
    assert log_in(strict, "elxan", password, code=code_of(new))[0] == ""
    assert strict.process.command_line("operator", "no-second-factor", "elxan").returncode == 0
    assert log_in(strict, "elxan", password)[0] == ""
    unknown = strict.process.command_line("operator", "second-factor", "nobody")
    assert (unknown.returncode, "no operator" in unknown.stderr) == (1, True)


def test_whoever_is_signed_in_sets_it_up(strict: NetworkHall) -> None:
    """With the first code of the new key, and to replace it with one of the old."""
    password = strict.register.add_operator("farida", "manager")
    _, asker = log_in(strict, "farida", password)
    assert asker.ask("PUT", SECOND, {"code": "123456"})[1]["code"] == "nothing_to_confirm"
    key = asker.ask("POST", SECOND, {})[1]["key"]
    assert asker.ask("PUT", SECOND, {"code": "12345x"})[0] == 422
    wrong = str((int(code_of(key)) + 1) % 1_000_000).zfill(6)
    assert asker.ask("PUT", SECOND, {"code": wrong})[1]["code"] == "wrong_code"
    assert log_in(strict, "farida", password)[0] == ""
    assert asker.ask("PUT", SECOND, {"code": code_of(key, -1)}) == (200, {"second_factor": True})
    assert asker.ask("PUT", SECOND, {"code": code_of(key)})[1]["code"] == "nothing_to_confirm"
    assert log_in(strict, "farida", password)[0] == "code_needed"
    assert asker.ask("POST", SECOND, {})[1]["code"] == "code_needed"
    again = asker.ask("POST", SECOND, {"code": code_of(key)})[1]["key"]
    assert again != key
    assert log_in(strict, "farida", password, code=code_of(key, 1))[0] == ""


def test_an_administrator_sets_it_up_and_signs_in_with_it(page: Page, hall: Hall) -> None:
    """On the manager's page, by the QR code; at the next login the page asks for the digits."""
    name, password = hall.sign_in(page, "admin")
    page.goto(f"{hall.url}/manager?lang=en#people")
    page.get_by_role("button", name="Second factor").click()
    picture = page.locator("dialog .qr img")
    expect(picture).to_be_visible()
    assert violations(page) == []
    key = page.locator("dialog .key").inner_text()
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture.screenshot())))
    assert key_in(read.text) == key
    page.locator("[name=code]").fill(code_of(key, -1))
    page.get_by_role("button", name="That is it").click()
    expect(page.locator("dialog")).to_have_count(0)
    page.context.clear_cookies()
    page.goto(f"{hall.url}/manager?lang=ar")
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("form.login button").click()
    digits = page.locator("[name=code]")
    expect(digits).to_be_focused()
    assert violations(page) == []
    assert fits(page)
    digits.fill("000000")
    page.locator("form.login button").click()
    expect(page.locator("form.login .refusal")).to_be_visible()
    digits.fill(code_of(key))
    page.locator("form.login button").click()
    expect(page.locator("form.login")).to_have_count(0)
