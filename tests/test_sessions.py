"""Who is signed in, until when, and that no other site's page acts or listens with their cookie."""

import sqlite3
import time

import pytest
import requests
import websocket

from server.register import FILE
from tests.hall_process import Asker, new_id
from tests.network_hall import NetworkHall
from tests.socket_client import SocketClient

SESSION = "/api/v1/session"
EVIL = "https://evil.example"


def ends_soon(socket: SocketClient) -> bool:
    """Tell whether the server ends a connection within two seconds; what it ended is closed."""
    began = time.monotonic()
    is_ended = socket.is_ended(5)
    socket.close()
    return is_ended and time.monotonic() - began < 2


def joined(hall: NetworkHall, asker: Asker) -> SocketClient:
    """Open a socket with the cookie of who is signed in."""
    socket = hall.socket(cookie=asker.cookie)
    socket.join()
    return socket


@pytest.mark.fault(number="T30")
def test_each_login_is_a_new_session(hall_server: NetworkHall) -> None:
    """Nobody can prepare a session for somebody else: what the browser had before opens nothing after."""
    name, password = "selim", hall_server.register.add_operator("selim", "operator")
    said = {"name": name, "password": password}
    planted = hall_server.process.asker(cookie="novbe=planted")
    assert planted.ask("POST", SESSION, said)[0] == 200
    first = planted.cookie
    assert "planted" not in first
    assert planted.ask("POST", SESSION, said)[0] == 200
    assert planted.cookie != first
    assert planted.ask("GET", SESSION)[0] == 200
    assert hall_server.process.asker(cookie=first).ask("GET", SESSION)[0] == 401


@pytest.mark.fault(number="T30")
def test_who_signed_out_is_out(hall_server: NetworkHall) -> None:
    """A cookie that somebody kept opens nothing, its socket ends at once; the other browser's goes on."""
    operator, who = hall_server.operator()
    password = hall_server.register.new_password(who["name"])
    browsers = [hall_server.process.asker() for _ in range(2)]
    for browser in browsers:
        assert browser.ask("POST", SESSION, {"name": who["name"], "password": password})[0] == 200
    kept = browsers[0].cookie
    sockets = [joined(hall_server, browser) for browser in browsers]
    assert browsers[0].ask("DELETE", SESSION)[0] == 204
    assert ends_soon(sockets[0])
    assert hall_server.process.asker(cookie=kept).ask("GET", SESSION)[0] == 401
    assert browsers[1].ask("GET", SESSION)[0] == 200
    assert sockets[1].command("open_desk", new_id(), desk="99")["code"] == "unknown_desk"
    sockets[1].close()
    operator.close()


def test_a_session_ends_with_the_shift(hall_server: NetworkHall) -> None:
    """After twelve hours the cookie opens nothing, and a socket that it opened is closed."""
    operator, who = hall_server.operator()
    socket = joined(hall_server, operator)
    with sqlite3.connect(hall_server.register.path) as db:
        ((until,),) = db.execute("SELECT until FROM sessions WHERE operator = ?", [who["id"]]).fetchall()
        assert 11.9 * 3600 < until / 1_000_000 - time.time() < 12.1 * 3600
        db.execute("UPDATE sessions SET until = 1 WHERE operator = ?", [who["id"]])
    db.close()
    assert ends_soon(socket)
    assert operator.ask("GET", SESSION)[0] == 401
    with sqlite3.connect(hall_server.register.path) as db:
        assert not db.execute("SELECT * FROM sessions WHERE operator = ?", [who["id"]]).fetchall()
    db.close()


def test_the_cookie_cannot_be_read_from_the_file(hall_server: NetworkHall) -> None:
    """As of all secrets, its digest alone is kept; and it is sent over TLS alone where there is TLS."""
    operator, who = hall_server.operator()
    secret = operator.cookie.partition("=")[2]
    assert len(secret) > 40
    assert secret.encode() not in (hall_server.process.data / FILE).read_bytes()
    said = {"name": who["name"], "password": hall_server.register.new_password(who["name"])}
    url = f"http://127.0.0.1:{hall_server.port}{SESSION}"
    over_tls = requests.post(url, json=said, headers={"X-Forwarded-Proto": "https"}, timeout=10)
    assert "Secure" in over_tls.headers["Set-Cookie"].split("; ")
    assert "Strict-Transport-Security" in over_tls.headers


@pytest.mark.fault(number="T29")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Origin": EVIL}, 403, id="another site"),
        pytest.param({"Origin": "null"}, 403, id="a page of nowhere"),
        pytest.param({}, 403, id="no word of where from"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site, by the other header"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="a neighbour of the site"),
        pytest.param({"Origin": EVIL, "Sec-Fetch-Site": "same-origin"}, 403, id="two words that differ"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="the hall's own page, by the other header"),
        pytest.param({"Origin": "OWN"}, 200, id="the hall's own page"),
        pytest.param({"Origin": "OWN", "X-Forwarded-Proto": "https"}, 403, id="not over TLS, where there is"),
    ],
)
def test_a_cookie_alone_changes_nothing(
    hall_server: NetworkHall, headers: dict[str, str], status: int
) -> None:
    """What a page of another site can have a browser send, as a plain form does too."""
    cookie = {"Cookie": hall_server.known("lead").cookie}
    base = f"http://127.0.0.1:{hall_server.port}"
    said = {name: base if value == "OWN" else value for name, value in headers.items()}
    body = f'{{"type":"resume_hall","id":"{new_id()}"}}'
    plain = {"Content-Type": "text/plain"}
    answer = requests.post(f"{base}/api/v1/commands", body, headers={**cookie, **said, **plain}, timeout=10)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["code"] == "wrong_origin"
        assert requests.delete(f"{base}{SESSION}", headers={**cookie, **said}, timeout=10).status_code == 403


@pytest.mark.fault(number="T29")
def test_no_other_sites_page_listens(hall_server: NetworkHall) -> None:
    """A websocket of another origin is refused, with a cookie, a token or nothing; a program says none."""
    cookie, token = hall_server.known("lead").cookie, hall_server.token("reader")
    for origin in (EVIL, "null"):
        for auth, sent in (({}, cookie), ({"token": token}, ""), ({}, "")):
            with pytest.raises(websocket.WebSocketBadStatusException, match="400"):
                SocketClient(hall_server.port, auth, cookie=sent, origin=origin)
    unsaid = SocketClient(hall_server.port, {}, cookie=cookie, origin="")
    assert unsaid.refusal is not None
    assert unsaid.refusal["data"]["code"] == "wrong_origin"
    program = SocketClient(hall_server.port, {"token": token}, origin="")
    assert program.join()["snapshot"] == "/api/v1/snapshot"
    for socket in (unsaid, program):
        socket.close()


def test_every_answer_has_the_headers_of_safety(hall_server: NetworkHall) -> None:
    """Those of Flask, of the command route and of Socket.IO; what is told to one asker is kept by nobody."""
    base = f"http://127.0.0.1:{hall_server.port}"
    answers = [
        requests.get(f"{base}/", timeout=10),
        requests.get(f"{base}/api/v1/hall", timeout=10),
        requests.get(f"{base}/nothing", timeout=10),
        requests.post(f"{base}/api/v1/commands", "{}", timeout=10),
        requests.get(f"{base}/socket.io/?EIO=4&transport=polling", timeout=10),
    ]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}
        assert "Strict-Transport-Security" not in answer.headers
    token = hall_server.token("reader")
    told = requests.get(f"{base}/api/v1/events", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert told.headers["Cache-Control"] == "no-store"
