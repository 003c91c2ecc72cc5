"""Who may do what: the table that the server decides by, cell by cell, as each role that there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask

from protocol.commands import COMMANDS
from server.api import build_app
from server.calls import CALLS, COMMANDS_PATH, PAGES, SOCKET_EVENTS, Call
from server.command_route import CommandRoute
from server.domain import rights
from server.domain.rights import MAY, NOBODY, ROLES
from server.door import LINES
from server.metrics import Metrics
from server.presence import Presence
from server.sockets import Sockets
from tests import engines
from tests.hall_process import Asker, new_id
from tests.network_hall import NetworkHall

REFUSED = {"not_signed_in", "not_allowed"}

FIELDS: dict[str, dict[str, Any]] = {
    "issue_ticket": {"service": "nothing"},
    "book": {"service": "nothing", "slot": 0},
    "move_booking": {"code": "123456789", "slot": 0},
    "cancel_booking": {"code": "123456789"},
    "check_in": {"code": "123456789"},
    "answer_help": {"request": 999_999},
    "confirm_jump": {"seq": 999_999},
    "decline_call": {"desk": "1", "reason": "break"},
    "assign_desk": {"desk": "99", "queues": ["A"]},
    "suspend_service": {"service": "nothing", "reason": "x"},
    "resume_service": {"service": "nothing"},
    "stop_issuing": {"reason": "x"},
    "lift_closing_limit": {"reason": "x"},
    "configure": {"hall": "nothing"},
    "pause_hall": {"kind": "break"},
    "close_day": {"waiting": "transfer", "to": "nothing"},
    "announce": {"text": " x", "zone": "nowhere"},
    "withdraw_announcement": {"announcement": 999_999},
    "hand_in": {"key": "0" * 64, "written": 0, "entries": []},
    "report_device": {"device": "part", "kind": "printer", "state": "ok"},
    "transfer": {"ticket": "Z999", "service": "nothing", "reason": "x"},
    "set_class": {"ticket": "Z999", "class": "nothing", "reason": "x"},
    "leave_note": {"ticket": "Z999", "desk": "1", "text": "x"},
    "complete": {"ticket": "Z999", "desk": "1", "outcome": "served"},
    "add_leg": {"ticket": "Z999", "service": "nothing"},
    "drop_leg": {"ticket": "Z999", "service": "nothing"},
    "pause_desk": {"desk": "1", "reason": "x"},
    "advance_clock": {"at": 0},
    **{kind: {"ticket": "Z999", "reason": "x"} for kind in ("cancel", "reinstate", "reprint_slip")},
    **{kind: {"desk": "1"} for kind in ("call_next", "open_desk", "close_desk")},
    **{kind: {"ticket": "Z999", "desk": "1"} for kind in ("recall", "serve", "no_show", "confirm_ticket")},
    **{kind: {"ticket": "Z999", "desk": "1", "reason": "x"} for kind in ("call_ticket", "park", "requeue")},
    "release_ticket": {"ticket": "Z999", "desk": "1", "reason": "x"},
}
"""What a well-formed command of each type says here, about nothing that there is: only the right decides."""


SLOW = {"demo.change_byte"}
"""Calls that take seconds: of those who may, one role stands for all."""


class Someone:
    """One of a role, with whatever proves it."""

    def __init__(self, hall: NetworkHall, role: str) -> None:
        """Come into the hall."""
        self.hall, self.role, self.ticket = hall, role, "Z999"
        self.token = self.cookie = ""
        if role == rights.VISITOR:
            issued = hall.device("integration").done("issue_ticket", service="passport")[0]
            self.token, self.ticket = issued["token"], issued["ticket"]
        elif role in rights.DEVICE_ROLES:
            self.token = hall.token(role, "1" if role == "desk" else "")
        elif role in rights.OPERATOR_ROLES:
            self.cookie = hall.operator(role)[0].cookie

    def asker(self) -> Asker:
        """Ask over HTTP, as the same one each time."""
        return self.hall.process.asker(self.token, self.cookie)

    def said(self, kind: str) -> dict[str, Any]:
        """Give a command of a type, about the own ticket where a visitor has one."""
        own = {"ticket": self.ticket} if kind in {"abandon", "request_help"} else {}
        if (kind, self.role) == ("issue_ticket", "operator"):  # to whoever stands at the own desk
            own = {"desk": "1"}
        return {"type": kind, "id": new_id(), **FIELDS.get(kind, {}), **own}


@pytest.fixture(scope="module", params=ROLES)
def someone(request: pytest.FixtureRequest, hall_server: NetworkHall) -> Someone:
    """Give one of each role in turn."""
    return Someone(hall_server, request.param)


def is_refused(answer: Any) -> bool:
    """Tell whether an answer is that of the table: not signed in, or not allowed."""
    return isinstance(answer, dict) and answer.get("code") in REFUSED


def expected(role: str, may: rights.Roles) -> str | None:
    """Give the code by which the table refuses a role; None where it lets it through."""
    if role in may:
        return None
    return "not_signed_in" if role == NOBODY else "not_allowed"


def code_of(answer: Any) -> str | None:
    """Give the code of an answer that refuses for want of a right, None for any other."""
    return answer["code"] if is_refused(answer) else None


@pytest.mark.fault(number="T27")
def test_each_call_is_for_the_roles_of_its_line(someone: Someone) -> None:
    """Every HTTP call and page, about nothing that there is: whoever may hears so, the others are refused."""
    wrong = {}
    lines = [*CALLS, *(Call("GET", page.rule, page.view, page.may, "") for page in PAGES)]
    # Last, in a session of its own: whoever signs out is nobody for the cells after it.
    lines.sort(key=lambda line: line.view == "sessions.sign_out")
    for line in lines:
        if line.view in SLOW and someone.role in line.may - {"operator"}:
            continue
        if line.view == "sessions.sign_out":
            someone = Someone(someone.hall, someone.role)
        asker = someone.asker()
        path = line.rule.replace("<path:name>", "x").replace("<", "no-").replace(">", "")
        status, answer = asker.ask(line.method, path, {} if line.takes or line.may_take else None)
        asker.close()
        code = code_of(answer)
        if (code, status in {401, 403}) != (expected(someone.role, line.may), code is not None):
            wrong[f"{line.method} {line.path}"] = (status, answer)
    assert wrong == {}


@pytest.mark.fault(number="T27")
def test_each_command_is_for_the_roles_of_its_line(someone: Someone) -> None:
    """Over HTTP and over Socket.IO alike."""
    socket = someone.hall.socket(someone.token, someone.cookie)
    socket.join()
    wrong = {}
    for name, kind in COMMANDS.items():
        may = MAY[kind] & rights.KNOWN
        over_http = someone.asker().ask("POST", COMMANDS_PATH, someone.said(name))[1]
        over_socket = socket.ask("command", someone.said(name))
        told = [code_of(over_http), code_of(over_socket)]
        if told != [expected(someone.role, may)] * 2:
            wrong[name] = (over_http, over_socket)
    socket.close()
    assert wrong == {}


def test_a_command_here_is_well_formed(hall_server: NetworkHall) -> None:
    """Else a cell would tell of the form and not of the right."""
    system = Someone(hall_server, "integration")
    asker = system.asker()
    codes = {name: asker.ask("POST", COMMANDS_PATH, system.said(name))[1].get("code") for name in COMMANDS}
    assert [name for name, code in codes.items() if code == "malformed"] == []


@pytest.mark.fault(number="T27")
def test_each_socket_event_is_for_the_roles_of_its_line(someone: Someone) -> None:
    """Everybody may connect and hear what is theirs; commands are for those who are known."""
    socket = someone.hall.socket(someone.token, someone.cookie)
    assert socket.refusal is None
    assert "seq" in socket.join()
    told = socket.ask("command", {"type": "nothing", "id": new_id()})
    assert code_of(told) == expected(someone.role, SOCKET_EVENTS["command"])
    socket.emit("dance", {})
    assert socket.join()["seq"] >= 0  # an event of no line is not answered, and harms nobody
    socket.close()


@pytest.fixture
def application(tmp_path: Path) -> Iterator[tuple[Flask, Sockets]]:
    """Build the application of a hall, with its sockets, that nobody is connected to."""
    with engines.running(tmp_path) as hall:
        metrics, presence = Metrics(hall.engine), Presence()
        app, askers, _, _ = build_app(hall.engine, hall.access, metrics, presence)
        sockets = Sockets(app, hall.engine, hall.access, askers, metrics, presence)
        app.wsgi_app = CommandRoute(app.wsgi_app, hall.engine, askers)  # type: ignore[method-assign]
        yield app, sockets


@pytest.mark.fault(number="T27")
def test_every_route_event_and_command_has_a_line(application: tuple[Flask, Sockets]) -> None:
    """Whoever adds one says who may use it, or this fails."""
    app, sockets = application
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(LINES)
    assert set(sockets._server.handlers["/"]) == set(SOCKET_EVENTS)
    assert set(MAY) == set(COMMANDS.values())
    assert all(may <= set(ROLES) for may in (*MAY.values(), *(line.may for line in LINES.values())))


def test_a_route_without_a_line_is_refused(application: tuple[Flask, Sockets]) -> None:
    """Also to whoever may everything else; the log says which."""
    app, _ = application
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with structlog.testing.capture_logs() as said:
        answer = app.test_client().get("/forgotten")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")
    assert {"event": "route_without_right", "rule": "/forgotten"}.items() <= said[0].items()


def audited(hall: NetworkHall, asked: str) -> list[str]:
    """Give the lines in which the server's log tells that something was refused."""
    log = (hall.process.data / "server.log").read_text()
    return [line for line in log.splitlines() if "right_refused" in line and f'"asked": "{asked}"' in line]


@pytest.mark.fault(number="T28")
def test_nobody_works_at_anothers_desk(hall_server: NetworkHall) -> None:
    """Which desk one may work at comes from the session, never from the message; the log tells who tried."""
    (one, who), (other, _) = hall_server.operator(), hall_server.operator()
    system = hall_server.device("integration")
    system.say("resume_hall")
    one.done("open_desk", desk="1", take_over=True)
    ticket = system.done("issue_ticket", service="passport")[0]["ticket"]
    tried = [
        (other, "call_next", {"desk": "1"}),
        (other, "close_desk", {"desk": "1"}),
        (hall_server.device("desk", "2"), "call_next", {"desk": "1"}),
        (hall_server.device("kiosk"), "call_next", {"desk": "1"}),
        (hall_server.device("board"), "complete", {"desk": "1", "ticket": ticket, "outcome": "served"}),
        (hall_server.device("reader"), "cancel", {"ticket": ticket, "reason": "x"}),
    ]
    before = system.ask("GET", "/readyz")[1]["seq"]
    for asker, kind, said in tried:
        status, problem = asker.say(kind, **said)
        assert (status, problem["code"] in {"not_your_desk", "not_allowed"}) == (403, True), problem
        assert audited(hall_server, kind)
    assert system.ask("GET", "/readyz")[1]["seq"] == before
    assert one.done("call_next", desk="1")[-1]["actor"]["id"] == who["id"]
    log = (hall_server.process.data / "server.log").read_text()
    assert who["name"] not in log


def test_a_desks_program_has_the_rights_of_a_desk_alone(hall_server: NetworkHall) -> None:
    """Also while a manager works there: whoever holds the keypad's token changes no rules."""
    manager, keypad = hall_server.operator("manager")[0], hall_server.device("desk", "2")
    manager.done("open_desk", desk="2", take_over=True)
    for kind, said in (("close_day", {}), ("configure", {"hall": "x"}), ("pause_hall", {"kind": "break"})):
        assert keypad.refused(kind, **said) == "not_allowed"
    assert keypad.done("pause_desk", desk="2", reason="lunch")[-1]["actor"]["role"] == "manager"
    manager.done("close_desk", desk="2")
