"""A new device: it shows a code, a manager types it in, and it fetches its token once."""

from typing import Any

import pytest

from server.codes import Codes
from server.domain.refusals import Refusal
from server.refusals import CodeExpired, UnknownCode
from tests.hall_process import Asker
from tests.network_hall import NetworkHall

MINUTE = 60_000_000


def begun(hall: NetworkHall, role: str) -> tuple[dict[str, Any], Asker]:
    """Ask for a code as a new device does; gives it, and the device with its secret."""
    status, shown = hall.stranger().ask("POST", "/api/v1/pairing", {"role": role})
    assert status == 200, shown
    return shown, hall.process.asker(shown["secret"])


def test_a_device_is_paired_by_the_code_it_shows(hall_server: NetworkHall) -> None:
    """It waits, the manager types, it fetches a token that works at once; and no second time."""
    shown, device = begun(hall_server, "kiosk")
    manager = hall_server.known("manager")
    assert device.ask("GET", "/api/v1/pairing") == (200, {"state": "waiting"})
    said = {"code": shown["code"].replace(" ", ""), "name": "Entrance"}
    status, made = manager.ask("POST", "/api/v1/devices", said)
    assert (status, made["name"], made["role"]) == (200, "Entrance", "kiosk")
    answer = device.ask("GET", "/api/v1/pairing")[1]
    assert (answer["state"], answer["name"]) == ("paired", "Entrance")
    kiosk = hall_server.process.asker(answer["token"])
    assert kiosk.done("issue_ticket", service="passport")[0]["actor"]["id"] == made["id"]
    assert device.ask("GET", "/api/v1/pairing") == (200, {"state": "expired"})
    assert manager.ask("POST", "/api/v1/devices", said)[1]["code"] == "unknown_code"


def test_a_device_is_listed_connected_and_revoked(hall_server: NetworkHall) -> None:
    """It is connected while a socket of it is joined; once revoked its token is void and its name free."""
    shown, device = begun(hall_server, "board")
    manager = hall_server.known("manager")
    made = manager.ask("POST", "/api/v1/devices", {"code": shown["code"], "name": "East board"})[1]
    token = device.ask("GET", "/api/v1/pairing")[1]["token"]

    def listed() -> list[bool]:
        devices = manager.ask("GET", "/api/v1/devices")[1]
        return [each["connected"] for each in devices if each["id"] == made["id"]]

    assert listed() == [False]
    socket = hall_server.socket(token)
    socket.join()
    assert listed() == [True]
    assert manager.ask("DELETE", f"/api/v1/devices/{made['id']}")[0] == 204
    assert socket.is_ended(5)
    socket.close()
    assert listed() == []
    assert hall_server.process.asker(token).ask("GET", "/api/v1/snapshot")[1]["code"] == "unknown_token"
    assert manager.ask("DELETE", f"/api/v1/devices/{made['id']}")[1]["code"] == "unknown_device"
    again, _ = begun(hall_server, "board")
    assert manager.ask("POST", "/api/v1/devices", {"code": again["code"], "name": "East board"})[0] == 200


@pytest.mark.parametrize(
    ("role", "more", "status", "code"),
    [
        pytest.param("kiosk", {"code": "12"}, 409, "unknown_code", id="a code that nobody shows"),
        pytest.param("kiosk", {"name": "  "}, 422, "name_needed", id="no name"),
        pytest.param("kiosk", {"name": "Taken"}, 409, "name_taken", id="a name in use"),
        pytest.param("kiosk", {"desk": "1"}, 422, "malformed", id="a kiosk at a desk"),
        pytest.param("kiosk", {"colour": "red"}, 422, "malformed", id="a field that is none"),
        pytest.param("desk", {}, 422, "malformed", id="a desk's program at no desk"),
        pytest.param("desk", {"desk": "99"}, 409, "unknown_desk", id="a desk that is none"),
    ],
)
def test_a_pairing_that_is_refused_can_be_tried_again(
    hall_server: NetworkHall, role: str, more: dict[str, str], status: int, code: str
) -> None:
    """The sentence says what to do, and the code on the device still holds."""
    if not any(device.name == "Taken" for device in hall_server.register.book().devices.values()):
        hall_server.register.add_device("Taken", "board")
    shown, device = begun(hall_server, role)
    admin = hall_server.known("admin")
    said = {"code": shown["code"], "name": f"{role} of {code}", **more}
    refused, problem = admin.ask("POST", "/api/v1/devices", said)
    assert (refused, problem["code"]) == (status, code)
    assert problem["detail"].endswith(".")
    assert device.ask("GET", "/api/v1/pairing")[1] == {"state": "waiting"}
    good = {"code": shown["code"], "name": f"{role} after {code} {more}"[:60]}
    good |= {"desk": "1"} if role == "desk" else {}
    assert admin.ask("POST", "/api/v1/devices", good)[0] == 200


def test_only_managers_let_devices_in(hall_server: NetworkHall) -> None:
    """Nobody else lists, pairs or revokes them; a stranger may only ask for a code, of three roles."""
    askers = [hall_server.known(role) for role in ("operator", "lead", "greeter", "inspector")]
    for asker in (*askers, hall_server.device("integration"), hall_server.device("kiosk")):
        assert asker.ask("GET", "/api/v1/devices")[0] == 403
        assert asker.ask("POST", "/api/v1/devices", {"code": "1", "name": "x"})[0] == 403
        assert asker.ask("DELETE", "/api/v1/devices/dev-1")[0] == 403
    assert hall_server.stranger().ask("GET", "/api/v1/devices")[0] == 401
    status, problem = hall_server.stranger().ask("POST", "/api/v1/pairing", {"role": "integration"})
    assert (status, problem["code"], problem["path"]) == (422, "malformed", "$.role")


def test_a_stranger_may_ask_for_few_codes(hall_server: NetworkHall) -> None:
    """Thirty a minute; then a sentence says to wait."""
    asker = hall_server.stranger()
    answers = [asker.ask("POST", "/api/v1/pairing", {"role": "kiosk"}) for _ in range(31)]
    status, problem = answers[-1]
    assert (status, problem["code"], problem["retry_after"]) == (429, "too_many_requests", 60)


def test_a_code_holds_for_ten_minutes() -> None:
    """Then whoever types it is told to read the device's screen again, and the device asks for another."""
    codes = Codes()
    pairing, secret = codes.draw("kiosk", "10.0.0.1", 0)
    assert len(pairing.shown) == len("482 913")
    assert codes.fetch(secret, 10 * MINUTE - 1) is pairing
    assert codes.fetch(secret, 10 * MINUTE) is None
    with pytest.raises(CodeExpired):
        codes.take(pairing.code, 10 * MINUTE)
    codes.draw("kiosk", "10.0.0.1", 70 * MINUTE)
    with pytest.raises(UnknownCode):
        codes.take(pairing.code, 70 * MINUTE)


def test_a_code_is_typed_in_the_digits_of_any_script() -> None:
    """With the space or without."""
    codes = Codes()
    pairing, _ = codes.draw("kiosk", "10.0.0.1", 0)
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    assert codes.take(pairing.shown.translate(arabic), 0) is pairing


def test_a_code_is_taken_by_one_alone() -> None:
    """Of two managers who type at the same moment."""
    codes = Codes()
    pairing, _ = codes.draw("kiosk", "10.0.0.1", 0)
    codes.take(pairing.code, 0)
    with pytest.raises(Refusal):
        codes.take(pairing.code, 0)
