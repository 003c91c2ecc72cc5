"""Nothing secret or personal is ever said in the server's log, whatever happens."""

import http.client
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import structlog

from server.api import build_app
from server.metrics import Metrics
from server.presence import Presence
from tests import engines
from tests.hall_process import Asker
from tests.network_hall import HALL, NetworkHall

SESSION = "/api/v1/session"
BOOKABLE = HALL.replace('id = "licence"', 'id = "licence"\nbooking = { slot_minutes = 30, per_person = 1 }')
NOTE, CONTACT, DOCUMENT = "Speaks with Aygun", "+994 50 123 45 67", "AZE1234567"


@pytest.fixture
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkHall]:
    """Run a hall of its own, whose log is read in the end."""
    running = NetworkHall(tmp_path_factory.mktemp("hall"), BOOKABLE)
    yield running
    running.process.stop()


class Said:
    """What was said that nobody else may read."""

    def __init__(self) -> None:
        """Begin with what a visitor and an operator say of a person."""
        self.secrets = {NOTE, CONTACT, DOCUMENT}

    def __call__(self, secret: str) -> str:
        """Take down a secret, and give it on."""
        assert len(secret) >= 4
        self.secrets.add(secret)
        return secret


def cookies_of(hall: NetworkHall, said: Said, name: str, password: str, **more: str) -> Asker:
    """Sign in as a browser does, take down what it is to keep, and give who is signed in."""
    wire = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=10)
    body = json.dumps({"name": name, "password": password, **more})
    wire.request("POST", SESSION, body, {"Content-Type": "application/json"})
    answer = wire.getresponse()
    given = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or []]
    wire.close()
    assert (answer.status, len(given)) == (200, 2)
    for cookie in given:
        said(cookie.partition("=")[2])
    return hall.process.asker(cookie=given[0])


def people(hall: NetworkHall, said: Said) -> tuple[Asker, Asker]:
    """Have people sign in, rightly and wrongly; gives a manager and an operator."""
    manager = cookies_of(hall, said, "nigar", said(hall.register.add_operator("nigar", "manager")))
    wrong = {"name": "nigar", "password": said("a-wrong-password")}
    assert hall.stranger().ask("POST", SESSION, wrong)[0] == 401
    added = manager.ask("POST", "/api/v1/operators", {"name": "orxan", "role": "operator"})[1]
    operator = cookies_of(hall, said, "orxan", said(added["password"]))
    key = said(operator.ask("POST", "/api/v1/second-factor", {})[1]["key"])
    code = said(pyotp.TOTP(key).now())
    assert operator.ask("PUT", "/api/v1/second-factor", {"code": code})[0] == 200
    link = said(hall.register.add_link("nigar", "/board"))
    for _ in range(2):
        hall.stranger().ask("GET", f"/enter/{link}")
    return manager, operator


def devices(hall: NetworkHall, said: Said, manager: Asker) -> Asker:
    """Pair a kiosk, and try tokens and PINs; gives the kiosk."""
    shown = hall.stranger().ask("POST", "/api/v1/pairing", {"role": "kiosk"})[1]
    named = {"code": said(shown["code"]), "name": "entrance"}
    manager.ask("POST", "/api/v1/devices", {**named, "code": said("999 998")})
    assert manager.ask("POST", "/api/v1/devices", named)[0] == 200
    paired = hall.process.asker(said(shown["secret"])).ask("GET", "/api/v1/pairing")[1]
    kiosk = hall.process.asker(said(paired["token"]))
    assert manager.ask("PUT", "/api/v1/staff-pin", {"pin": said("48151623")})[0] == 204
    for pin in ("48151623", said("11112222")):
        kiosk.ask("POST", "/api/v1/staff-pin", {"pin": pin})
    stranger = said("novbe_no-such-token-at-all")
    hall.process.asker(stranger).ask("GET", "/api/v1/snapshot")
    hall.socket(stranger).close()
    socket = hall.socket(kiosk.token)
    socket.join()
    socket.close()
    return kiosk


def visit(hall: NetworkHall, said: Said, kiosk: Asker, operator: Asker) -> None:
    """Have a visitor take a ticket, look at the page, be called and served, with a note and a lost slip."""
    issued = kiosk.done("issue_ticket", service="passport", person=DOCUMENT)[0]
    token, phone = said(issued["token"]), hall.stranger()
    for path in (
        f"/visit/{token}",
        f"/api/v1/visits/{token}",
        f"/visit/{token}x",
        f"/visit/{token}/code.svg",
    ):
        phone.ask("GET", path)
    operator.done("open_desk", desk="1")
    operator.done("call_next", desk="1")
    operator.done("serve", desk="1", ticket=issued["ticket"])
    operator.done("leave_note", desk="1", ticket=issued["ticket"], text=NOTE)
    system = hall.device("integration")
    again = system.done("reprint_slip", ticket=issued["ticket"], reason="lost")[0]
    assert said(again["token"]) != token
    assert phone.ask("GET", f"/api/v1/visits/{token}")[0] == 410
    operator.done("complete", desk="1", ticket=issued["ticket"], outcome="served")


def booking(hall: NetworkHall, said: Said, kiosk: Asker) -> None:
    """Book a time from home, look at it, and type its code and a wrong one at the kiosk."""
    home = hall.stranger()
    day = home.ask("GET", "/api/v1/slots?service=licence")[1]["days"][-1]
    day = day["day"] if isinstance(day, dict) else day
    slots = home.ask("GET", f"/api/v1/slots?service=licence&day={day}")[1]["slots"]
    wish = {"id": str(uuid.uuid4()), "service": "licence", "slot": slots[-1]["slot"], "person": DOCUMENT}
    status, booked = home.ask("POST", "/api/v1/bookings", {**wish, "contact": CONTACT})
    assert status == 200, booked
    code = said(booked["code"])
    for path in (f"/book/{code}", f"/api/v1/bookings/{code}", f"/api/v1/bookings/{code}/calendar"):
        assert home.ask("GET", path)[0] == 200
    kiosk.refused("check_in", code=code)
    kiosk.refused("check_in", code=said("000187654321"))


def test_no_secret_is_said_in_the_log(hall: NetworkHall) -> None:
    """A day of logins, pairings, visits and bookings, right and wrong; then all that was printed is read."""
    said = Said()
    manager, operator = people(hall, said)
    kiosk = devices(hall, said, manager)
    visit(hall, said, kiosk, operator)
    booking(hall, said, kiosk)
    assert kiosk.refused("call_next", desk="1") == "not_allowed"
    manager.ask("DELETE", SESSION)
    hall.process.stop()
    log = (hall.process.data / "server.log").read_text()
    assert "right_refused" in log
    assert len(said.secrets) > 20
    assert [secret for secret in said.secrets if secret in log] == []


def test_a_fault_of_ours_tells_no_address(tmp_path: Path) -> None:
    """In an address stand tokens and codes: the log has the route alone, and the fault."""

    def fail(**_: str) -> str:
        raise LookupError

    with engines.running(tmp_path) as opened:
        app, _, _, _ = build_app(opened.engine, opened.access, Metrics(opened.engine), Presence())
        app.view_functions["visit"] = fail
        with structlog.testing.capture_logs() as logged:
            answer = app.test_client().get("/api/v1/visits/261128-A001-secret")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert [(line["event"], line["rule"]) for line in logged] == [
        ("request_failed", "/api/v1/visits/<token>")
    ]
    assert "secret" not in str(logged)
