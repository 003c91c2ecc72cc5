"""The morning check: green, or what to do, device by device, in the language of who asks."""

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.printing.status import SENTENCES
from tests.hall_process import Asker
from tests.network_hall import NetworkHall
from tests.socket_client import SocketClient
from ui.language import texts

PARTS = ["kiosks", "paper", "boards", "voice", "clock", "disk", "log", "desks"]
NO_PAPER = SENTENCES["paper_out"]


@pytest.fixture
def hall(hall_server: NetworkHall) -> Iterator[NetworkHall]:
    """Give a hall whose morning begins with no device and no open desk."""
    yield hall_server
    admin = hall_server.known("admin")
    for device in admin.ask("GET", "/api/v1/devices")[1]:
        assert admin.ask("DELETE", f"/api/v1/devices/{device['id']}")[0] == 204
    for desk in admin.ask("GET", "/api/v1/desks")[1]:
        if desk["state"] == "open":
            admin.done("close_desk", desk=desk["number"])


def checked(asker: Asker) -> dict[str, list[dict[str, Any]]]:
    """Give the items of each part; every one says something, and what is wrong says what to do."""
    status, answer = asker.ask("GET", "/api/v1/check")
    assert status == 200, answer
    found: dict[str, list[dict[str, Any]]] = {}
    for item in answer["items"]:
        found.setdefault(item["id"], []).append(item)
        assert item["says"]
        assert "{" not in item["says"]
    assert list(found) == PARTS
    return found


def states(items: list[dict[str, Any]]) -> list[str]:
    """Give the states of a part's items."""
    return [item["state"] for item in items]


def joined(hall: NetworkHall, token: str) -> SocketClient:
    """Connect a device as its program does."""
    socket = hall.socket(token)
    socket.join()
    return socket


def test_an_empty_hall_is_told_what_it_lacks(hall: NetworkHall) -> None:
    """No kiosk, no board, nobody at a desk; the machine itself is well."""
    found = checked(hall.known("manager"))
    assert [states(found[part]) for part in ("kiosks", "paper", "boards", "voice", "desks")] == [
        ["fault"],
        ["warn"],
        ["warn"],
        ["warn"],
        ["warn"],
    ]
    assert all(item["todo"] for part in ("kiosks", "boards", "desks") for item in found[part])
    assert [states(found[part]) for part in ("clock", "disk", "log")] == [["ok"]] * 3


def test_a_hall_that_is_ready_is_green(hall: NetworkHall) -> None:
    """Everything is connected and says that it works, and each queue has a desk."""
    tokens = {role: hall.token(role) for role in ("kiosk", "board")}
    sockets = [joined(hall, token) for token in tokens.values()]
    hall.process.asker(tokens["kiosk"]).done("report_device", device="printer", kind="printer", state="ok")
    hall.process.asker(tokens["board"]).done("report_device", device="voice", kind="voice", state="ok")
    lead = hall.known("lead")
    lead.done("open_desk", desk="2")
    found = checked(lead)
    assert [states(found[part]) for part in PARTS] == [["ok"]] * len(PARTS)
    assert not any(item["todo"] for items in found.values() for item in items)
    for socket in sockets:
        socket.close()


def test_each_device_that_fails_is_named_with_what_to_do(hall: NetworkHall) -> None:
    """Kiosks that are away, without paper or put aside; a board that is silent; a queue without a desk."""
    tokens = {name: hall.register.add_device(name, "kiosk") for name in ("Door", "Stairs", "Hall")}
    board = hall.register.add_device("East", "board")
    sockets = [joined(hall, token) for token in (tokens["Stairs"], tokens["Hall"], board)]
    stairs, aside = hall.process.asker(tokens["Stairs"]), hall.process.asker(tokens["Hall"])
    stairs.done("report_device", device="printer", kind="printer", state="fault", detail=NO_PAPER)
    aside.done("report_device", device="kiosk", kind="kiosk", state="out_of_service")
    hall.process.asker(board).done("report_device", device="voice", kind="voice", state="fault")
    admin = hall.known("admin")
    admin.done("open_desk", desk="1")
    found = checked(admin)
    assert {item["says"]: item["state"] for item in found["kiosks"]} == {
        "Kiosk “Door” is not connected.": "fault",
        "Kiosk “Hall” is out of service.": "warn",
    }
    paper = {item["state"]: item["says"] for item in found["paper"]}
    assert paper["fault"] == f"The printer of kiosk “Stairs” has a fault: {NO_PAPER}"
    in_azerbaijani = admin.ask("GET", "/api/v1/check", **{"Accept-Language": "az"})[1]["items"]
    assert any(texts("az").gettext(NO_PAPER) in item["says"] for item in in_azerbaijani)
    assert states(found["voice"]) == ["fault"]
    assert states(found["boards"]) == ["ok"]
    assert [item["says"] for item in found["desks"]] == ["No open desk serves queue B; waiting there: 0."]
    wrong = [item for items in found.values() for item in items if item["state"] != "ok"]
    assert all(item["todo"].endswith(".") for item in wrong)
    for socket in sockets:
        socket.close()


def test_the_check_is_for_those_who_prepare_the_day(hall: NetworkHall) -> None:
    """Managers, administrators and leads; nobody else."""
    for asker in (hall.known("operator"), hall.known("greeter"), hall.device("kiosk")):
        assert asker.ask("GET", "/api/v1/check")[0] == 403
    assert hall.stranger().ask("GET", "/api/v1/check")[0] == 401
