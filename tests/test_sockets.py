"""Socket.IO against a running server: who is let in, what each room hears, and catching up."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hall_process import Asker, new_id
from tests.network_hall import NetworkHall
from tests.socket_client import SocketClient


@pytest.fixture(scope="module")
def system(hall_server: NetworkHall) -> Asker:
    """Another system, which may do everything and holds desk 2 open."""
    asker = hall_server.device("integration")
    asker.done("open_desk", desk="2")
    return asker


@pytest.fixture
def clients(hall_server: NetworkHall) -> Iterator["Clients"]:
    """Give connections that end with the test."""
    opened = Clients(hall_server)
    yield opened
    opened.close()


class Clients:
    """Opens connections and closes them all."""

    def __init__(self, server: NetworkHall) -> None:
        """Connect to a server."""
        self.server = server
        self._open: list[SocketClient] = []

    def of(self, role: str, desk: str = "") -> SocketClient:
        """Connect a new device."""
        return self.with_auth(token=self.server.token(role, desk))

    def with_auth(self, token: str = "", cookie: str = "", **auth: object) -> SocketClient:
        """Connect with this auth."""
        client = self.server.socket(token, cookie, **auth)
        self._open.append(client)
        return client

    def close(self) -> None:
        """End all."""
        for client in self._open:
            client.close()


def issue(system: Asker, service: str = "licence", **fields: object) -> dict[str, object]:
    """Issue a ticket that only desk 2 can call."""
    return system.done("issue_ticket", service=service, **fields)[-1]


def test_a_call_reaches_the_board_of_its_zone_and_not_the_other(clients: "Clients", system: Asker) -> None:
    """With number, desk and language, and without the class."""
    west, every, east = clients.with_auth(), clients.with_auth(), clients.with_auth()
    for board, zone in ((west, "west"), (every, ""), (east, "east")):
        board.join(zone=zone)
    number = issue(system, **{"class": "elderly", "language": "az"})["ticket"]
    system.done("call_ticket", desk="2", ticket=number, reason="emergency")
    for board in (west, every):
        called = board.event("ticket_called")
        assert (called["ticket"], called["desk"], called["language"]) == (number, "2", "az")
        assert not called.keys() & {"class", "heads", "key", "actor", "command"}
    system.done("serve", desk="2", ticket=number)
    system.done("complete", desk="2", ticket=number, outcome="served")
    system.done("open_desk", desk="1")
    system.done("pause_desk", desk="1", reason="lunch")
    assert east.event("desk_paused")["desk"] == "1"
    assert not [event for frame in east.frames for event in frame["events"] if event.get("ticket") == number]


def test_frames_follow_each_other_without_a_gap(clients: "Clients", system: Asker) -> None:
    """from_seq is one after the last to_seq that the room was told."""
    reader = clients.of("reader")
    seq = reader.join()["seq"]
    numbers = [issue(system)["ticket"] for _ in range(30)]
    heard: list[object] = []
    while len(heard) < len(numbers):
        frame = reader.frame()
        assert frame["from_seq"] == seq + 1
        seq = frame["to_seq"]
        heard += [event["ticket"] for event in frame["events"] if event["type"] == "ticket_issued"]
        assert "token" not in str(frame)
    assert heard == numbers


def test_a_client_that_missed_little_is_told_what_it_missed(clients: "Clients", system: Asker) -> None:
    """Filtered for its room; one that missed much, or knows another history, is sent to its snapshot."""
    reader, board = clients.of("reader"), clients.with_auth()
    place = reader.join()
    number = issue(system)["ticket"]
    known = {"epoch": place["epoch"], "seq": place["seq"]}
    answer = clients.of("reader").join(**known)
    assert [event["ticket"] for event in answer["events"]] == [number]
    assert answer["seq"] == place["seq"] + 1
    assert board.join(**known)["events"] == []
    assert clients.of("reader").join(epoch="other", seq=place["seq"])["snapshot"] == "/api/v1/snapshot"
    assert "snapshot" in clients.of("reader").join(epoch=place["epoch"], seq=place["seq"] + 50)
    many = [{"type": "issue_ticket", "id": new_id(), "service": "licence"} for _ in range(200)]
    system.ask("POST", "/api/v1/commands", many)
    assert "snapshot" in clients.of("reader").join(**known)
    near = {"epoch": place["epoch"], "seq": answer["seq"] + 20}
    missed = [event["type"] for event in clients.of("reader").join(**near)["events"]]
    assert missed.count("ticket_issued") == 180


def test_a_large_batch_comes_in_small_frames(clients: "Clients", system: Asker) -> None:
    """Each under 16 kB, together whole and in order."""
    reader = clients.of("reader")
    seq = reader.join()["seq"]
    many = [{"type": "issue_ticket", "id": new_id(), "service": "licence"} for _ in range(200)]
    system.ask("POST", "/api/v1/commands", many)
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["to_seq"] < seq + 200:
        frames.append(reader.frame())
    assert len(frames) > 2
    seqs = [event["seq"] for frame in frames for event in frame["events"]]
    assert seqs == list(range(seq + 1, frames[-1]["to_seq"] + 1))
    assert all(first["to_seq"] + 1 == second["from_seq"] for first, second in itertools.pairwise(frames))
    assert reader.longest_text < 16_384


def test_commands_are_answered_as_over_http(clients: "Clients") -> None:
    """With the events, or with the problem document and ok false; a retry gives the same."""
    kiosk = clients.of("kiosk")
    kiosk.join()
    first = kiosk.command("issue_ticket", "socket-command-1", service="passport")
    assert first["ok"] is True
    assert first["events"][0]["token"].split("-")[1] == first["events"][0]["ticket"]
    assert kiosk.command("issue_ticket", "socket-command-1", service="passport") == first
    refused = kiosk.command("call_next", "socket-command-2", desk="2")
    assert (refused["ok"], refused["code"], refused["status"]) == (False, "not_allowed", 403)
    malformed = kiosk.command("issue_ticket", "socket-command-3", service=7)
    assert (malformed["code"], malformed["path"]) == ("malformed", "$.service")
    assert kiosk.command("fly", "socket-command-4")["code"] == "unknown_command"
    assert kiosk.ask("command", ["no", "command"])["code"] == "malformed"


def test_a_number_that_is_too_large_is_refused_where_it_stands(clients: "Clients") -> None:
    """It is JSON all the same, so its sender is told and stays connected."""
    system = clients.of("integration")
    answer = system.command("issue_ticket", "too-large-1", service="passport", quantity=2**70)
    assert (answer["ok"], answer["code"], answer["path"]) == (False, "malformed", "$.quantity")
    assert system.command("issue_ticket", "too-large-2", service="passport")["ok"]


def test_a_stranger_hears_boards_and_commands_nothing(clients: "Clients") -> None:
    """Without a token there is nobody to answer for it."""
    stranger = clients.with_auth()
    assert stranger.join()["snapshot"].startswith("/api/v1/board")
    assert stranger.command("issue_ticket", new_id(), service="passport")["code"] == "not_signed_in"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("en", "not known", id="English"),
        pytest.param("xx", "not known", id="unknown: the hall's"),
    ],
)
def test_a_wrong_token_is_refused_with_a_sentence(clients: "Clients", language: str, words: str) -> None:
    """And with the problem document."""
    refusal = clients.with_auth("novbe_wrong", language=language).refusal
    assert refusal is not None
    assert words in refusal["message"]
    assert (refusal["data"]["code"], refusal["data"]["status"]) == ("unknown_token", 401)


def test_a_visitor_hears_the_own_ticket_and_place(clients: "Clients", system: Asker) -> None:
    """The place falls when someone ahead is called; of others nothing is heard."""
    ahead = issue(system, "passport")
    mine = issue(system, "passport")
    visitor = clients.with_auth(token=str(mine["token"]))
    path = visitor.join()["snapshot"]
    status, visit = system.ask("GET", path)
    assert (status, visit["ticket"], visit["place"]) == (200, mine["ticket"], mine["ahead"])
    system.done("cancel", ticket=ahead["ticket"], reason="left")
    frame = visitor.frame()
    assert frame["place"] == visit["place"] - 1
    assert frame["events"] == []
    assert visitor.command("cancel", new_id(), ticket=mine["ticket"], reason="x")["code"] == "not_allowed"
    assert visitor.command("abandon", new_id(), ticket=ahead["ticket"])["code"] == "not_allowed"
    assert visitor.command("abandon", new_id(), ticket=mine["ticket"])["ok"] is True
    assert visitor.event("ticket_abandoned")["ticket"] == mine["ticket"]


def test_a_visitor_asks_for_help_until_the_slip_is_printed_anew(clients: "Clients", system: Asker) -> None:
    """The page that holds the old slip is dropped, and not let in again."""
    mine = issue(system)
    visitor = clients.with_auth(token=str(mine["token"]))
    visitor.join()
    assert visitor.command("request_help", new_id())["events"][0]["ticket"] == mine["ticket"]
    (again,) = system.done("reprint_slip", ticket=mine["ticket"], reason="lost")
    assert visitor.is_ended(5)
    refusal = clients.with_auth(token=str(mine["token"])).refusal
    assert refusal is not None
    assert refusal["data"]["code"] == "slip_void"
    assert clients.with_auth(token=str(again["token"])).join()["snapshot"].endswith(str(again["token"]))


def test_an_operator_hears_the_desk_they_open_until_they_leave_it(
    clients: "Clients", hall_server: NetworkHall, system: Asker
) -> None:
    """Counts and the own ticket, never who waits; after a take-over the other one hears no more."""
    (first, one), (second, _) = hall_server.operator(), hall_server.operator()
    sockets = [clients.with_auth(cookie=each.cookie) for each in (first, second)]
    assert [each.join()["snapshot"] for each in sockets] == ["/api/v1/snapshot"] * 2
    first.done("open_desk", desk="1", take_over=True)
    assert sockets[0].event("desk_opened")["desk"] == "1"
    status, snapshot = first.ask("GET", "/api/v1/snapshot")
    assert (status, snapshot["desk"]["number"], snapshot["desk"]["state"]) == (200, "1", "open")
    number = issue(system, "passport")["ticket"]
    frame = sockets[0].frame()
    assert frame["events"] == []
    assert frame["counts"]["A"] >= 1
    assert frame["last_for"].keys() <= frame["counts"].keys()
    second.done("open_desk", desk="1", take_over=True)
    assert sockets[0].event("desk_opened")["taken_from"] == one["id"]
    called = second.done("call_next", desk="1")[-1]
    told = sockets[1].event("ticket_called")
    assert told["ticket"] == called["ticket"]
    assert "heads" not in told
    second.done("cancel", ticket=called["ticket"], desk="1", reason="left")
    second.done("close_desk", desk="1")
    assert sockets[1].event("desk_closed")["desk"] == "1"
    assert not sockets[0].frames
    assert number


def test_a_desk_token_acts_as_the_operator_at_its_desk(
    clients: "Clients", hall_server: NetworkHall, system: Asker
) -> None:
    """Under nobody it may do nothing, at another desk neither; its reports are its own."""
    keypad = clients.of("desk", "1")
    keypad.join()
    assert keypad.command("call_next", new_id(), desk="1")["code"] == "desk_not_open"
    assert keypad.command("call_next", new_id(), desk="2")["code"] == "not_your_desk"
    operator, who = hall_server.operator()
    operator.done("open_desk", desk="1")
    issue(system, "passport")
    event = keypad.command("call_next", new_id(), desk="1")["events"][-1]
    assert event["actor"] == {"kind": "operator", "id": who["id"], "role": "operator"}
    report = keypad.command("report_device", new_id(), device="keypad", kind="keypad", state="ok")
    assert report["events"][-1]["actor"]["role"] == "desk"
    operator.done("cancel", ticket=event["ticket"], desk="1", reason="left")
    operator.done("close_desk", desk="1")


def test_a_revoked_device_is_gone_within_seconds(clients: "Clients", hall_server: NetworkHall) -> None:
    """The watch asks each second; its connection ends and its token opens nothing."""
    token = hall_server.register.add_device("to-be-revoked", "reader")
    client = clients.with_auth(token=token)
    client.join()
    began = time.monotonic()
    hall_server.register.revoke("to-be-revoked")
    assert client.is_ended(5)
    assert time.monotonic() - began < 3
    refusal = clients.with_auth(token=token).refusal
    assert refusal is not None
    assert refusal["data"]["code"] == "unknown_token"


def test_an_operator_whose_password_changed_is_signed_out(
    clients: "Clients", hall_server: NetworkHall
) -> None:
    """Everywhere: the socket ends and the cookie counts for nothing."""
    operator, who = hall_server.operator()
    client = clients.with_auth(cookie=operator.cookie)
    client.join()
    hall_server.register.new_password(who["name"])
    assert client.is_ended(5)
    assert operator.ask("GET", "/api/v1/session")[0] == 401
    assert operator.refused("open_desk", desk="1") == "not_signed_in"


def test_a_page_may_ask_to_be_a_board_only(clients: "Clients", hall_server: NetworkHall) -> None:
    """With public in its auth the cookie of whoever is signed in is not looked at."""
    manager, _ = hall_server.operator("manager")
    assert clients.with_auth(cookie=manager.cookie).join()["snapshot"] == "/api/v1/snapshot"
    board = clients.with_auth(cookie=manager.cookie, public=True)
    assert board.join(zone="east")["snapshot"] == "/api/v1/board?zone=east"
    assert board.command("close_day", new_id())["code"] == "not_signed_in"


def test_a_client_catches_up_over_a_power_cut_of_the_server(
    clients: "Clients", hall_server: NetworkHall, system: Asker
) -> None:
    """The history is the same one, so that what was missed is told, and not everything anew."""
    token = hall_server.token("reader")
    place = clients.with_auth(token).join()
    number = issue(system)["ticket"]
    hall_server.process.kill()
    hall_server.process.start()
    answer = clients.with_auth(token).join(epoch=place["epoch"], seq=place["seq"])
    assert [event["ticket"] for event in answer["events"] if event["type"] == "ticket_issued"] == [number]
