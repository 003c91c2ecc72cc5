"""People over HTTP: who may let whom in, with which role, and whose right ends."""

import json

import pytest

from tests.hall_process import Asker
from tests.network_hall import NetworkHall


def added(asker: Asker, name: str, role: str = "operator") -> dict[str, str]:
    """Let a person in; gives id and password."""
    status, answer = asker.ask("POST", "/api/v1/operators", {"name": name, "role": role})
    assert status == 200, answer
    return dict(answer)


def signed_in(hall: NetworkHall, name: str, password: str) -> tuple[int, Asker]:
    """Try to sign in; gives the status and who asked."""
    asker = hall.process.asker()
    return asker.ask("POST", "/api/v1/session", {"name": name, "password": password})[0], asker


def test_a_manager_adds_a_person_who_then_signs_in(hall_server: NetworkHall) -> None:
    """With a password that is told once; the list never tells one."""
    manager = hall_server.known("manager")
    person = added(manager, "Leyla", "greeter")
    assert signed_in(hall_server, "Leyla", person["password"])[0] == 200
    listed = [each for each in manager.ask("GET", "/api/v1/operators")[1] if each["id"] == person["id"]]
    assert listed == [{"id": person["id"], "name": "Leyla", "role": "greeter", "disabled": False}]


def test_a_new_role_holds_at_once(hall_server: NetworkHall) -> None:
    """The session goes on with it, and a socket of the old role is dropped to come back."""
    manager = hall_server.known("manager")
    person = added(manager, "Nigar")
    _, operator = signed_in(hall_server, "Nigar", person["password"])
    assert operator.ask("GET", "/api/v1/overview")[0] == 403
    socket = hall_server.socket(cookie=operator.cookie)
    socket.join()
    status, changed = manager.ask("PUT", f"/api/v1/operators/{person['id']}", {"role": "lead"})
    assert (status, changed["role"]) == (200, "lead")
    assert socket.is_ended(5)
    socket.close()
    assert operator.ask("GET", "/api/v1/overview")[0] == 200


def test_a_disabled_person_is_out_and_a_new_password_lets_in_again(hall_server: NetworkHall) -> None:
    """Their session ends at once; the past stays."""
    manager = hall_server.known("manager")
    person = added(manager, "Orxan")
    _, operator = signed_in(hall_server, "Orxan", person["password"])
    assert manager.ask("DELETE", f"/api/v1/operators/{person['id']}")[0] == 204
    assert operator.ask("GET", "/api/v1/session")[0] == 401
    assert signed_in(hall_server, "Orxan", person["password"])[0] == 401
    listed = {each["id"]: each["disabled"] for each in manager.ask("GET", "/api/v1/operators")[1]}
    assert listed[person["id"]] is True
    log = (hall_server.process.data / "server.log").read_text()
    changes = [json.loads(line) for line in log.splitlines() if '"access_changed"' in line]
    who = manager.ask("GET", "/api/v1/session")[1]["id"]
    mine = [(one["by"], one["what"], one["role"]) for one in changes if one["about"] == person["id"]]
    assert mine == [(who, "added", "operator"), (who, "disabled", "operator")]
    assert "Orxan" not in log
    status, answer = manager.ask("POST", f"/api/v1/operators/{person['id']}/password")
    assert status == 200
    assert signed_in(hall_server, "Orxan", answer["password"])[0] == 200
    assert signed_in(hall_server, "Orxan", person["password"])[0] == 401


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_a_manager_manages_no_managers_and_an_admin_does(hall_server: NetworkHall, role: str) -> None:
    """Neither gives the role, nor takes it, nor gives its holder a password."""
    manager, admin = hall_server.known("manager"), hall_server.known("admin")
    person, plain = added(admin, f"New {role}", role), added(manager, f"No {role}")
    path, plain_path = f"/api/v1/operators/{person['id']}", f"/api/v1/operators/{plain['id']}"
    assert manager.ask("POST", "/api/v1/operators", {"name": "x", "role": role})[0] == 403
    assert manager.ask("POST", f"{path}/password")[0] == 403
    assert manager.ask("DELETE", path)[0] == 403
    assert manager.ask("PUT", path, {"role": "operator"})[0] == 403
    assert manager.ask("PUT", plain_path, {"role": role})[0] == 403
    assert admin.ask("PUT", plain_path, {"role": role})[0] == 200
    assert admin.ask("DELETE", path)[0] == 204


def test_nobody_takes_the_own_right(hall_server: NetworkHall) -> None:
    """Or a hall might be left with nobody who manages it."""
    admin, who = hall_server.operator("admin")
    for method, body in (("DELETE", None), ("PUT", {"role": "operator"})):
        status, problem = admin.ask(method, f"/api/v1/operators/{who['id']}", body)
        assert (status, problem["code"]) == (403, "not_yourself")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        pytest.param({"name": "Twice", "role": "operator"}, 409, "name_taken", id="a name in use"),
        pytest.param({"name": " ", "role": "operator"}, 422, "name_needed", id="no name"),
        pytest.param({"name": "x", "role": "king"}, 422, "malformed", id="no such role"),
        pytest.param({"name": "x"}, 422, "malformed", id="no role"),
    ],
)
def test_who_cannot_be_added_is_told_why(
    hall_server: NetworkHall, said: dict[str, str], status: int, code: str
) -> None:
    """In a sentence that says what to do."""
    manager = hall_server.known("manager")
    if code == "name_taken":
        added(manager, "Twice")
    refused, problem = manager.ask("POST", "/api/v1/operators", said)
    assert (refused, problem["code"]) == (status, code)
    assert problem["detail"].endswith(".")
    assert manager.ask("DELETE", "/api/v1/operators/op-999")[1]["code"] == "unknown_operator"


def test_others_manage_nobody(hall_server: NetworkHall) -> None:
    """Neither operators, leads, greeters and inspectors, nor devices, nor strangers."""
    askers = [hall_server.known(role) for role in ("operator", "lead", "greeter", "inspector")]
    for asker in (*askers, hall_server.device("integration"), hall_server.device("kiosk")):
        assert asker.ask("GET", "/api/v1/operators")[0] == 403
        assert asker.ask("POST", "/api/v1/operators", {"name": "x", "role": "admin"})[0] == 403
        assert asker.ask("DELETE", "/api/v1/operators/op-1")[0] == 403
    assert hall_server.stranger().ask("GET", "/api/v1/operators")[0] == 401


def test_a_link_signs_in_once(hall_server: NetworkHall) -> None:
    """It leads to its page; the second time there is a kind word and no session."""
    hall_server.register.add_operator("Vali", "manager")
    done = hall_server.process.command_line("operator", "link", "Vali", "--path", "/board")
    assert done.returncode == 0, done.stderr
    path = done.stdout.split()[-1]
    first, second = hall_server.stranger(), hall_server.stranger()
    assert first.ask("GET", path)[0] == 303
    assert first.ask("GET", "/api/v1/session")[1]["name"] == "Vali"
    status, page = second.ask("GET", path)
    assert status == 404
    assert "used already" in page
    assert second.ask("GET", "/api/v1/session")[0] == 401


def test_a_link_is_for_somebody_and_for_a_page_of_the_hall(hall_server: NetworkHall) -> None:
    """Nobody unknown, and no other site."""
    unknown = hall_server.process.command_line("operator", "link", "nobody")
    assert (unknown.returncode, "no operator" in unknown.stderr) == (1, True)
    elsewhere = hall_server.process.command_line("operator", "link", "Vali", "--path", "//evil.example")
    assert elsewhere.returncode == 2
