"""What those see who run a hall's day: the whole of it, a visitor's ticket, kiosks, and a slip to print."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.hall_process import Asker
from tests.network_hall import HALL, NetworkHall

KIOSKS = """
[[kiosk]]
id = "door"
names = { en = "Door" }
zone = "east"
near = ["stairs"]
[[kiosk]]
id = "stairs"
names = { en = "Stairs" }
"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkHall]:
    """Run a hall that lists its kiosks, and is no demonstration."""
    hall = NetworkHall(tmp_path_factory.mktemp("hall"), HALL.replace("demo = true", "") + KIOSKS)
    yield hall
    hall.process.stop()


def read(asker: Asker, path: str) -> Any:
    """Read what must be given."""
    status, answer = asker.ask("GET", path)
    assert status == 200, answer
    return answer


def named(entries: list[dict[str, Any]], name: str, key: str = "id") -> dict[str, Any]:
    """Give the entry of that name."""
    return next(entry for entry in entries if entry[key] == name)


def issued(asker: Asker, **more: Any) -> dict[str, Any]:
    """Issue a ticket for a passport."""
    return asker.done("issue_ticket", **{"service": "passport", **more})[0]


def test_the_overview_shows_queues_desks_and_devices(hall: NetworkHall) -> None:
    """Who waits, who is at which desk by name, what each device said last, and what is wrong."""
    greeter, operator = hall.known("greeter"), hall.operator("operator")
    kiosk_token = hall.register.add_device("door", "kiosk")
    kiosk = hall.process.asker(kiosk_token)
    issued(kiosk)
    operator[0].done("open_desk", desk="2")
    kiosk.done("report_device", device="printer", kind="printer", state="fault", detail="The cover is open.")
    socket = hall.socket(kiosk_token)
    socket.join()
    kiosk.done("request_help")
    view = read(greeter, "/api/v1/overview")
    assert {"epoch", "seq", "at", "is_open", "day", "pause", "outage", "announcements"} <= view.keys()
    assert (view["closing"], view["issuing_stopped"]) == (False, None)
    queue = named(view["queues"], "A")
    assert (queue["waiting"], queue["open_desks"], queue["stranded"]) == (1, 1, False)
    desk = named(view["desks"], "2", "number")
    assert (desk["operator_name"], desk["unsure"], desk["last_for"]) == (operator[1]["name"], False, {"A": 1})
    device = named(view["devices"], "door", "name")
    assert (device["connected"], device["role"]) == (True, "kiosk")
    assert [(state["kind"], state["state"], state["detail"]) for state in device["states"]] == [
        ("printer", "fault", "The cover is open.")
    ]
    assert [(call["from"], call["ticket"]) for call in view["help"]] == [("door", None)]
    assert {"device", "help"} <= {alarm["kind"] for alarm in view["alarms"]}
    assert named(view["services"], "passport")["tally"]["issued"] == 1
    assert view["hall"]["kiosks"][0]["near"] == ["stairs"]
    hall.register.revoke("door")
    assert socket.is_ended(5)
    after = read(greeter, "/api/v1/overview")
    assert "device" not in {alarm["kind"] for alarm in after["alarms"]}
    socket.close()
    greeter.done("answer_help", request=view["help"][0]["request"])
    operator[0].done("close_desk", desk="2")


def test_the_overview_is_for_those_who_run_the_day(hall: NetworkHall) -> None:
    """Not for the desks, whose operators see counts and their own ticket, nor for kiosks and strangers."""
    for role in ("greeter", "lead", "inspector", "manager", "admin"):
        read(hall.known(role), "/api/v1/overview")
    read(hall.device("integration"), "/api/v1/overview")
    for asker in (hall.known("operator"), hall.device("kiosk"), hall.device("board")):
        assert asker.ask("GET", "/api/v1/overview")[0] == 403
        assert asker.ask("GET", "/api/v1/lookup?code=A001")[0] == 403
    assert hall.stranger().ask("GET", "/api/v1/overview")[0] == 401
    assert hall.stranger().ask("GET", "/api/v1/lookup?code=A001")[0] == 401


def test_a_page_of_the_hall_hears_all_although_its_operator_has_a_desk(hall: NetworkHall) -> None:
    """A greeter hears all; a lead with a desk does on the hall's page, and the own desk's on the desk's."""
    (greeter, _), (lead, _) = hall.operator("greeter"), hall.operator("lead")
    lead.done("open_desk", desk="1")
    floor, page = hall.socket(cookie=greeter.cookie), hall.socket(cookie=lead.cookie, view="hall")
    desk = hall.socket(cookie=lead.cookie)
    assert page.join()["snapshot"] == "/api/v1/overview"
    assert floor.join()["snapshot"] == "/api/v1/snapshot"
    desk.join()
    number = issued(greeter)["ticket"]
    assert floor.event("ticket_issued")["ticket"] == number
    assert page.event("ticket_issued")["ticket"] == number
    assert all(event["type"] != "ticket_issued" for event in desk.frame()["events"])
    lead.done("close_desk", desk="1")
    for socket in (floor, page, desk):
        socket.close()


@pytest.mark.parametrize("how", ["number", "small letters", "token", "address"])
def test_a_greeter_finds_a_ticket(hall: NetworkHall, how: str) -> None:
    """By number, by the slip's code, or by the address that a scanner reads."""
    greeter = hall.known("greeter")
    ticket = issued(greeter, **{"class": "elderly"})
    codes = {
        "number": ticket["ticket"],
        "small letters": f" {ticket['ticket'].lower()} ",
        "token": ticket["token"],
        "address": f"https://hall.example/visit/{ticket['token']}?lang=az",
    }
    status, found = greeter.ask("GET", "/api/v1/lookup?code=" + codes[how].replace(" ", "%20"))
    assert status == 200, found
    assert (found["ticket"], found["class"], found["quantity"], found["issue"]) == (
        ticket["ticket"],
        "elderly",
        1,
        1,
    )
    assert found["place"] is not None
    assert {
        "verbs",
        "class_names",
        "evidence",
        "class_confirmed",
        "slip",
        "waited_seconds",
        "legs",
    } <= found.keys()


def test_a_code_of_no_ticket_says_so(hall: NetworkHall) -> None:
    """An unknown number, a slip that was printed anew, and nothing at all."""
    greeter = hall.known("greeter")
    lost = issued(greeter)
    new = greeter.done("reprint_slip", ticket=lost["ticket"], reason="slip-lost")[0]
    for code, wrong in (("Z999", "unknown_ticket"), (lost["token"], "slip_void"), ("", "malformed")):
        assert greeter.ask("GET", f"/api/v1/lookup?code={code}")[1]["code"] == wrong
    assert read(greeter, f"/api/v1/lookup?code={new['token']}")["issue"] == 2
    status, problem = hall.stranger().ask("GET", f"/api/v1/visits/{lost['token']}")
    assert (status, problem["code"]) == (410, "slip_void")
    status, page = hall.stranger().ask("GET", f"/visit/{lost['token']}?lang=en")
    assert (status, "new one was printed" in page) == (410, True)


def test_everyone_of_the_hall_knows_which_kiosks_work(hall: NetworkHall) -> None:
    """Never paired, not connected, out of order, out of service, or in order."""
    asker = hall.device("desk", "1")
    stairs = named(read(asker, "/api/v1/kiosks"), "stairs")
    assert (stairs["device"], stairs["works"], stairs["why"]) == (None, False, "not_paired")
    token = hall.register.add_device("stairs", "kiosk")

    def why() -> str | None:
        kiosks = read(asker, "/api/v1/kiosks")
        kiosk = named(kiosks, "stairs")
        assert kiosk["works"] == (kiosk["why"] is None)
        answer: str | None = kiosk["why"]
        return answer

    kiosk = hall.process.asker(token)
    read(kiosk, "/api/v1/snapshot")
    assert why() == "not_connected"
    socket = hall.socket(token)
    socket.join()
    assert why() is None
    kiosk.done("report_device", device="printer", kind="printer", state="fault")
    assert why() == "printer"
    kiosk.done("report_device", device="kiosk", kind="kiosk", state="out_of_service")
    assert why() == "out_of_service"
    socket.close()
    assert named(read(asker, "/api/v1/kiosks"), "door")["names"] == {"en": "Door"}
    assert hall.stranger().ask("GET", "/api/v1/kiosks")[0] == 401
    visitor = hall.process.asker(issued(hall.known("greeter"))["token"])
    assert visitor.ask("GET", "/api/v1/kiosks")[0] == 403


def test_a_kiosk_prints_the_slip_that_a_person_issued(hall: NetworkHall) -> None:
    """It reads all that stands on it, with the token; another kiosk, or a person, does not."""
    greeter = hall.known("greeter")
    kiosk, other = hall.device("kiosk"), hall.device("kiosk")
    mine = read(kiosk, "/api/v1/snapshot")["device"]
    ticket = issued(greeter, print_at=mine, language="az")
    slip = read(kiosk, f"/api/v1/slips/{ticket['ticket']}?day={ticket['day']}")
    assert slip["token"] == ticket["token"]
    assert (slip["service"], slip["language"], slip["issue"], slip["copies"]) == ("passport", "az", 1, 0)
    assert slip["ahead"] == ticket["ahead"]
    assert len(slip["expected_wait_seconds"]) == 3
    assert other.ask("GET", f"/api/v1/slips/{ticket['ticket']}")[1]["code"] == "not_printed_here"
    assert greeter.ask("GET", f"/api/v1/slips/{ticket['ticket']}")[0] == 403
    assert kiosk.ask("GET", "/api/v1/slips/Z999")[1]["code"] == "unknown_ticket"
    new = greeter.done("reprint_slip", ticket=ticket["ticket"], reason="slip-lost", print_at=mine)[0]
    again = read(kiosk, f"/api/v1/slips/{ticket['ticket']}")
    assert (again["issue"], again["token"]) == (2, new["token"])
    assert greeter.refused("issue_ticket", service="passport", print_at="dev-999") == "unknown_device"


def test_a_kiosk_knows_itself(hall: NetworkHall) -> None:
    """Its snapshot has its own id, and why it was put out of service before it was started again."""
    kiosk = hall.device("kiosk")
    told = kiosk.done(
        "report_device", device="kiosk", kind="kiosk", state="out_of_service", detail="cleaning"
    )
    view = read(kiosk, "/api/v1/snapshot")
    assert (view["device"], view["out_of_service"]) == (told[0]["actor"]["id"], "cleaning")
    kiosk.done("report_device", device="kiosk", kind="kiosk", state="in_service")
    assert read(kiosk, "/api/v1/snapshot")["out_of_service"] is None


def test_a_real_halls_pages_stand_in_no_other_page(hall: NetworkHall) -> None:
    """And it has no demonstration."""
    address = f"http://127.0.0.1:{hall.port}"
    policy = requests.get(f"{address}/manager", timeout=10).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert requests.get(f"{address}/demo", timeout=10).status_code == 404
