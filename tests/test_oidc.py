"""Signing in through the ministry's own directory, against a provider that runs here and sometimes lies."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwk
from playwright.sync_api import Page, expect

from tests import browser
from tests.browser import Hall, violations
from tests.network_hall import NetworkHall
from tests.openid_provider import CLIENT, SECRET, Provider, providing

chromium = browser.chromium
hall = browser.hall
page = browser.page

AYGUN = {"sub": "0001", "preferred_username": "aygun", "groups": ["staff", "hall-leads"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """Run a provider for all tests of this file."""
    with providing() as running:
        yield running


def set_up(process: Any, provider: Provider, folder: Path) -> None:
    """Have the command line let people in through the provider."""
    (folder / "secret").write_text(f"{SECRET}\n")
    done = process.command_line(
        *("directory", "--issuer", provider.issuer, "--client-id", CLIENT),
        *("--secret-file", str(folder / "secret")),
        *("--grant", "hall-leads=lead", "--grant", "hall-admins=admin"),
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def directed(
    hall_server: NetworkHall, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> NetworkHall:
    """Give a hall whose people sign in through the provider."""
    set_up(hall_server.process, provider, tmp_path_factory.mktemp("secret"))
    return hall_server


@pytest.fixture(autouse=True)
def honest(provider: Provider) -> None:
    """Let each test begin with somebody who has a role, of whom nothing wrong is said."""
    provider.person, provider.lies, provider.signs_with = dict(AYGUN), {}, provider.key


class Browser(requests.Session):
    """A browser that keeps cookies and follows where it is led, in a hall."""

    def __init__(self, hall: NetworkHall) -> None:
        """Open no page yet."""
        super().__init__()
        self.trust_env = False
        self.base = f"http://127.0.0.1:{hall.port}"

    def log_in(self, to: str = "/board") -> requests.Response:
        """Go through the directory."""
        return self.get(f"{self.base}/oidc/begin?to={to}", timeout=20)

    def who(self) -> Any:
        """Ask as whom the hall knows this browser."""
        return self.get(f"{self.base}/api/v1/session", timeout=20).json()


@pytest.fixture
def web(directed: NetworkHall) -> Iterator[Browser]:
    """Open a browser."""
    with Browser(directed) as opened:
        yield opened


def test_whoever_the_directory_knows_is_signed_in(web: Browser, provider: Provider) -> None:
    """With the role of their highest group, as the same person each time, and led to the page they wanted."""
    answer = web.log_in()
    assert (answer.status_code, answer.url) == (200, f"{web.base}/board")
    first = web.who()
    assert (first["name"], first["role"]) == ("aygun", "lead")
    provider.person |= {"groups": ["hall-admins", "hall-leads"], "preferred_username": "renamed"}
    web.log_in()
    assert (web.who()["id"], web.who()["role"]) == (first["id"], "admin")
    assert web.get(f"{web.base}/api/v1/directory", timeout=20).json() == {"on": True}
    (one, two) = provider.asked[-2:]
    assert len({one["state"], two["state"], one["nonce"], two["nonce"]}) == 4


def test_a_name_that_is_taken_is_told_apart(web: Browser, directed: NetworkHall, provider: Provider) -> None:
    """Nobody becomes an operator of this hall by having their name in the directory."""
    directed.register.add_operator("bahar", "admin")
    provider.person = {"sub": "0002", "preferred_username": "bahar", "groups": "hall-leads"}
    web.log_in()
    assert (web.who()["name"], web.who()["role"]) == ("bahar 2", "lead")


def test_who_has_no_role_is_not_let_in(web: Browser, directed: NetworkHall, provider: Provider) -> None:
    """Nor who was disabled here; a page says so in a sentence."""
    provider.person = {"sub": "0003", "preferred_username": "cavid", "groups": ["staff"]}
    answer = web.log_in()
    assert (answer.status_code, "no role" in answer.text) == (403, True)
    assert "code" in web.who()
    provider.person = {"sub": "0004", "preferred_username": "dilara", "groups": ["hall-leads"]}
    web.log_in()
    directed.register.disable("dilara")
    assert web.log_in().status_code == 403


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"nonce": "another"}, id="a token of another way in"),
        pytest.param({"aud": "another-hall"}, id="a token for another client"),
        pytest.param({"iss": "https://evil.example"}, id="a token of another issuer"),
        pytest.param({"exp": 1_600_000_000}, id="a token that is over"),
        pytest.param({"state": "another"}, id="a state that was never given"),
        pytest.param({"issuer_told": "https://evil.example"}, id="a provider that is another"),
        pytest.param({"key": True}, id="a token signed by another key"),
    ],
)
def test_what_cannot_be_proved_lets_nobody_in(
    web: Browser, directed: NetworkHall, provider: Provider, lies: dict[str, Any]
) -> None:
    """A page says in a sentence that it did not work; the log says why, and no secret."""
    if lies.pop("key", False):
        provider.signs_with = jwk.RSAKey.generate_key(2048, parameters={"kid": "one"})
    provider.lies = lies
    answer = web.log_in()
    assert (answer.status_code, "did not work" in answer.text) == (502, True)
    assert "code" in web.who()
    log = (directed.process.data / "server.log").read_text()
    assert SECRET not in log
    assert not any(asked["state"] in log or asked["nonce"] in log for asked in provider.asked)


def test_a_way_in_is_of_one_browser_and_used_once(web: Browser, directed: NetworkHall) -> None:
    """A page of another site cannot sign a browser in as somebody else, and a code is good once."""
    begun = web.get(f"{web.base}/oidc/begin", allow_redirects=False, timeout=20)
    assert "samesite=lax" in begun.headers["Set-Cookie"].lower()
    back = requests.get(begun.headers["Location"], allow_redirects=False, timeout=20).headers["Location"]
    with Browser(directed) as other:
        assert other.get(back, timeout=20).status_code == 502
        assert "code" in other.who()
    assert web.get(back, timeout=20).status_code == 502
    web.log_in()
    assert web.get(back, timeout=20).status_code == 502
    assert web.who()["name"] == "aygun"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/a?b", "x"])
def test_nobody_is_led_to_another_site(web: Browser, to: str) -> None:
    """Whatever the link said, the end is a page of this hall."""
    assert web.log_in(to).url == f"{web.base}/"


def test_it_is_off_by_default_and_can_be_ended(directed: NetworkHall) -> None:
    """And is set up with all it needs, or not at all; an address without TLS is not asked."""
    process = directed.process
    assert process.command_line("directory", "--off").returncode == 0
    with Browser(directed) as web:
        assert web.log_in().status_code == 404
        assert web.get(f"{web.base}/api/v1/directory", timeout=20).json() == {"on": False}
        missing = process.command_line("directory", "--issuer", "https://x.example", "--client-id", "x")
        assert (missing.returncode, "--grant" in missing.stderr) == (2, True)
        given = ("--client-id", "x", "--grant", "a=lead")
        assert process.command_line("directory", "--issuer", "http://10.255.255.1", *given).returncode == 0
        assert web.log_in().status_code == 502
        assert '"why": "no TLS"' in (process.data / "server.log").read_text()
        process.command_line("directory", "--off")


def test_the_login_offers_the_directory(page: Page, hall: Hall, provider: Provider, tmp_path: Path) -> None:
    """One touch, and the page they wanted is there, signed in."""
    set_up(hall.process, provider, tmp_path)
    page.goto(f"{hall.url}/desk?lang=en")
    link = page.get_by_role("link", name="Log in through the directory")
    expect(link).to_be_visible()
    assert violations(page) == []
    link.click()
    expect(page.locator("form.login")).to_have_count(0)
    expect(page.locator("#app > *").first).to_be_visible()
    assert page.url.startswith(f"{hall.url}/desk")
