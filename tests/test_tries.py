"""Who tries secrets waits, longer each time, in hall time; and holds up nobody else by it."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.words import HOUR, MINUTE, SECOND
from server.delays import FORGOTTEN, MOST_ACCOUNTS, Delays, Growth
from server.origin import address
from server.register import Register
from tests.hall_process import Asker, HallProcess, new_id
from tests.network_hall import HALL

NINE = 1_795_237_200 * SECOND
GROWTH = Growth(free=3, first_seconds=30, longest_seconds=3600)


def test_each_further_wrong_try_takes_twice_as_long() -> None:
    """Up to the longest; they are counted before they are looked at, so that many at once gain nothing."""
    delays, at, waits = Delays(GROWTH), 0, []
    for _ in range(12):
        assert delays.seconds("x", at) == 0
        delays.count("x", at)
        waits.append(delays.seconds("x", at))
        at += waits[-1] * SECOND
    assert waits == [0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert delays.seconds("y", at) == 0
    delays.forgive("x")
    assert (delays.seconds("x", at), delays.free("x")) == (0, 3)


def test_wrong_tries_are_forgotten() -> None:
    """After a day; and of too many accounts those that were wrong longest ago."""
    delays = Delays(GROWTH)
    for _ in range(3):
        delays.count("x", 0)
    delays.count("x", FORGOTTEN + 1)
    assert delays.free("x") == 2
    for number in range(MOST_ACCOUNTS):
        delays.count(f"y{number}", FORGOTTEN + HOUR)
    assert delays.free("x") == 3
    assert delays.free("y0") == 2


def test_a_try_that_was_right_is_taken_back() -> None:
    """It neither counts, nor makes anybody wait."""
    delays = Delays(GROWTH)
    for _ in range(3):
        delays.count("x", 0)
    assert delays.seconds("x", 0) == 30
    delays.take_back("x")
    assert (delays.seconds("x", 0), delays.free("x")) == (0, 1)


@pytest.mark.parametrize(
    ("peer", "forwarded", "told"),
    [
        pytest.param("10.0.0.1", "", "10.0.0.1", id="nobody between"),
        pytest.param("127.0.0.1", "203.0.113.7", "203.0.113.7", id="a proxy on this machine"),
        pytest.param("127.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7", id="what a client said besides"),
        pytest.param("10.0.0.1", "203.0.113.7", "10.0.0.1", id="a client that says so itself"),
    ],
)
def test_where_a_request_comes_from(peer: str, forwarded: str, told: str) -> None:
    """A proxy on this machine is believed, nobody else: who could choose an address had tries without end."""
    assert address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}) == told


class DrivenHall:
    """A hall whose time passes when a test says so."""

    def __init__(self, folder: Path) -> None:
        """Start it at nine."""
        (folder / "hall.toml").write_text(HALL)
        self.process = HallProcess(folder, folder / "hall.toml", clock="driven")
        self.register, self.at = Register(folder), NINE
        self.process.start()
        self.system = self.process.asker(self.process.token("integration", "system"))
        self.wait(0)

    def wait(self, seconds: int) -> None:
        """Let hall time pass."""
        self.at += seconds * SECOND
        self.system.done("advance_clock", at=self.at)

    def log_in(self, name: str, password: str, source: str, cookie: str = "") -> tuple[str, Asker]:
        """Try to sign in from an address, in a browser with a cookie; gives the code, empty when it works."""
        asker = self.process.asker(cookie=cookie)
        said = {"name": name, "password": password}
        status, answer = asker.ask("POST", "/api/v1/session", said, **{"X-Forwarded-For": source})
        assert (status == 200) == ("code" not in answer)
        return answer.get("code", ""), asker


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DrivenHall]:
    """Run such a hall for all tests of this file."""
    driven = DrivenHall(tmp_path_factory.mktemp("hall"))
    yield driven
    driven.process.stop()


def browser_of(hall: DrivenHall, name: str, password: str, source: str) -> str:
    """Sign in, and give the cookie by which the browser is known again."""
    wire = http.client.HTTPConnection("127.0.0.1", hall.process.port, timeout=10)
    headers = {"Content-Type": "application/json", "X-Forwarded-For": source}
    wire.request("POST", "/api/v1/session", json.dumps({"name": name, "password": password}), headers)
    cookies = wire.getresponse().headers.get_all("Set-Cookie") or []
    wire.close()
    return next(each.partition(";")[0] for each in cookies if each.startswith("novbe_browser="))


@pytest.mark.fault(number="T31")
def test_nobody_locks_a_colleague_out(hall: DrivenHall) -> None:
    """Whoever is wrong in their name waits; they themselves do not, elsewhere or in a browser of theirs."""
    password = hall.register.add_operator("aygun", "lead")
    browser = browser_of(hall, "aygun", password, "10.0.0.1")
    tried = [hall.log_in("aygun", "guess", "10.0.0.1")[0] for _ in range(7)]
    assert tried == ["wrong_password"] * 5 + ["too_many_tries"] * 2
    assert hall.log_in("aygun", password, "10.0.0.1")[0] == "too_many_tries"
    assert hall.log_in("aygun", password, "10.0.0.1", browser)[0] == ""
    assert hall.log_in("aygun", password, "10.0.0.2")[0] == ""
    hall.wait(4)
    assert hall.log_in("aygun", password, "10.0.0.1")[0] == "too_many_tries"
    hall.wait(1)
    assert hall.log_in("aygun", "guess", "10.0.0.1")[0] == "wrong_password"
    hall.wait(9)
    assert hall.log_in("aygun", password, "10.0.0.1")[0] == "too_many_tries"
    hall.wait(1)
    assert hall.log_in("aygun", password, "10.0.0.1")[0] == ""


def test_a_browser_is_known_for_those_who_used_it(hall: DrivenHall) -> None:
    """Not for others; and whoever has stolen it gets no more tries than anybody."""
    password = hall.register.add_operator("bahar", "lead")
    other = hall.register.add_operator("cavid", "lead")
    browser = browser_of(hall, "bahar", password, "10.0.1.1")
    tried = [hall.log_in("bahar", "guess", f"10.0.2.{number}", browser)[0] for number in range(6)]
    assert tried == ["wrong_password"] * 5 + ["too_many_tries"]
    assert hall.log_in("bahar", password, "10.0.1.1")[0] == ""
    for _ in range(5):
        hall.log_in("cavid", "guess", "10.0.1.1", browser)
    assert hall.log_in("cavid", other, "10.0.1.1", browser)[0] == "too_many_tries"


def test_many_names_from_one_address_are_as_one(hall: DrivenHall) -> None:
    """One password tried on each account; a colleague of that address, in a known browser, is not held."""
    password = hall.register.add_operator("dilara", "operator")
    browser = browser_of(hall, "dilara", password, "10.0.3.1")
    tried = [hall.log_in(f"name{number}", "123456", "10.0.3.1")[0] for number in range(31)]
    assert tried == ["wrong_password"] * 30 + ["too_many_tries"]
    assert hall.log_in("dilara", password, "10.0.3.1")[0] == "too_many_tries"
    assert hall.log_in("dilara", password, "10.0.3.1", browser)[0] == ""


@pytest.mark.fault(number="T31")
def test_a_kiosk_where_somebody_guesses_codes_waits(hall: DrivenHall) -> None:
    """As over HTTP; the other kiosk checks in, and so does this one after a while."""
    kiosk, other = (hall.process.asker(hall.process.token("kiosk", name)) for name in ("one", "two"))
    codes = [kiosk.refused("check_in", code=f"00011234567{number}") for number in range(10)]
    assert codes == ["unknown_booking"] * 10
    status, problem = kiosk.say("check_in", code="000112345678")
    assert (status, problem["code"]) == (429, "too_many_tries")
    assert problem["seconds"] == problem["retry_after"] == 30
    assert other.refused("check_in", code="000112345678") == "unknown_booking"
    assert kiosk.done("issue_ticket", service="passport")
    hall.wait(30)
    assert kiosk.refused("check_in", code="000112345678") == "unknown_booking"
    assert kiosk.refused("check_in", code="000112345678") == "too_many_tries"


def test_a_manager_who_guesses_codes_of_devices_waits(hall: DrivenHall) -> None:
    """Another manager does not, and the device still shows its code."""
    managers = []
    for name in ("elxan", "farida"):
        password = hall.register.add_operator(name, "manager")
        managers.append(hall.log_in(name, password, "10.0.4.1")[1])
    shown = hall.process.asker().ask("POST", "/api/v1/pairing", {"role": "kiosk"})[1]
    wrong = {"code": str((int(shown["code"].replace(" ", "")) + 1) % 1_000_000).zfill(6), "name": "new"}
    told = [managers[0].ask("POST", "/api/v1/devices", wrong)[1]["code"] for _ in range(11)]
    assert told == ["unknown_code"] * 10 + ["too_many_tries"]
    right = {"code": shown["code"], "name": "new"}
    assert managers[0].ask("POST", "/api/v1/devices", right)[1]["code"] == "too_many_tries"
    assert managers[1].ask("POST", "/api/v1/devices", right)[0] == 200


@pytest.mark.fault(number="T33")
def test_a_flood_stops_nobody_else(hall: DrivenHall) -> None:
    """Whoever asks for more than a person could is told to wait, and staff see which device it is."""
    kiosk = hall.process.asker(hall.process.token("kiosk", "broken"))
    many = [{"type": "reprint_slip", "id": new_id(), "ticket": "Z999", "reason": "x"} for _ in range(200)]
    told = [each["code"] for _ in range(2) for each in kiosk.ask("POST", "/api/v1/commands", many)[1]]
    assert told.count("too_many_commands") == 100
    assert set(told[:300]) == {"unknown_ticket"}
    assert hall.system.done("issue_ticket", service="passport")
    overview = hall.system.ask("GET", "/api/v1/overview")[1]
    devices = {one["id"]: one["name"] for one in overview["devices"]}
    floods = [one["subject"] for one in overview["alarms"] if one["kind"] == "flood"]
    assert [devices[device] for device in floods] == ["broken"]
    hall.wait(60)
    assert kiosk.done("issue_ticket", service="passport")
    hall.wait(10 * MINUTE // SECOND)
    alarms = hall.system.ask("GET", "/api/v1/overview")[1]["alarms"]
    assert "flood" not in [one["kind"] for one in alarms]
