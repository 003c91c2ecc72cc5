"""A device without a token: it shows a code, goes on when the code was typed in, and keeps its token."""

import queue
import time
from pathlib import Path
from typing import TypeVar

import pytest

from protocol import pairing
from protocol.link import Link, LinkDown, LinkUp, Message, Reply
from protocol.pairing import NoTokenFile, Pairing, PairingCode, token_file
from tests.hall_process import Asker
from tests.network_hall import NetworkHall
from ui.language import texts
from ui.pairing import Pairing as PairingScene

Kind = TypeVar("Kind")

DEADLINE_SECONDS = 20.0


class Device:
    """A program's link that pairs, and its inbox."""

    def __init__(self, hall: NetworkHall, file: Path) -> None:
        """Start it."""
        server = f"http://127.0.0.1:{hall.port}"
        self.inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.link = Link(server, "", self.inbox.put, pairing=Pairing(server, "kiosk", file))
        self.link.start()

    def next(self, kind: type[Kind]) -> Kind:
        """Wait for a message of this kind, passing over others."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            message = self.inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            if isinstance(message, kind):
                return message


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a place for the token, and ask often."""
    monkeypatch.setattr(pairing, "ASK_SECONDS", 0.05)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return token_file("novbe-kiosk", "http://127.0.0.1:8000")


def let_in(manager: Asker, code: str, name: str) -> str:
    """Type a device's code in; gives its id."""
    status, made = manager.ask("POST", "/api/v1/devices", {"code": code, "name": name})
    assert status == 200, made
    return str(made["id"])


def test_a_device_comes_in_by_its_code_and_comes_back_by_its_token(
    hall_server: NetworkHall, file: Path
) -> None:
    """The token is in a file that nobody else reads; a revoked one is forgotten, and another code shown."""
    manager, _ = hall_server.operator("manager")
    device = Device(hall_server, file)
    shown = device.next(PairingCode)
    assert shown.language == "en"
    id_ = let_in(manager, shown.code, "west-door")
    device.next(LinkUp)
    device.link.close()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    again = Device(hall_server, file)
    assert isinstance(again.inbox.get(timeout=DEADLINE_SECONDS), Message)
    again.next(LinkUp)
    again.link.ask("who", "/api/v1/desks")
    assert again.next(Reply).status == 200
    assert manager.ask("DELETE", f"/api/v1/devices/{id_}")[0] == 204
    other = again.next(PairingCode)
    assert other.code not in {"", shown.code}
    assert not file.exists()
    let_in(manager, other.code, "west-door")
    again.next(LinkUp)
    again.link.close()


def test_a_code_that_holds_no_longer_is_followed_by_another(
    hall_server: NetworkHall, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the server was started anew, which has forgotten it; the technician reads what is the matter."""
    monkeypatch.setattr("protocol.link.LONGEST_PAUSE_SECONDS", 0.1)
    device = Device(hall_server, file)
    first = device.next(PairingCode)
    hall_server.process.kill()
    assert "does not answer" in device.next(LinkDown).why
    hall_server.process.start()
    second = device.next(PairingCode)
    while second == first:  # it is told again that the connection is back, before the server says no
        second = device.next(PairingCode)
    manager, _ = hall_server.operator("manager")
    let_in(manager, second.code, "east-door")
    device.next(LinkUp)
    device.link.close()


def test_each_program_and_server_has_a_file_of_its_own(file: Path) -> None:
    """Or a board would come in as a kiosk, and a token go to another hall."""
    others = [
        token_file("novbe-display", "http://127.0.0.1:8000"),
        token_file("novbe-kiosk", "http://h:8000"),
    ]
    assert len({file, *others}) == 3


def test_a_hall_of_two_addresses_has_one_token(file: Path) -> None:
    """However they are told: with the standby's first after a take-over, or the standby's added later."""
    first, second = "http://127.0.0.1:8000", "http://127.0.0.2:8000"
    assert token_file("novbe-kiosk", f"{first}/, {second}") == file
    assert token_file("novbe-kiosk", f"{second},{first}") != file
    file.parent.mkdir(parents=True)
    file.write_text("novbe_x")
    for told in (first, f"{first},{second}", f"{second},{first}", f" {second}/ ,{first}/"):
        assert token_file("novbe-kiosk", told) == file
    assert token_file("novbe-display", f"{second},{first}") != file


def test_a_place_that_cannot_keep_a_token_is_told_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the code would be typed in each morning."""
    (tmp_path / "state").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with pytest.raises(NoTokenFile, match="XDG_STATE_HOME"):
        Pairing("http://h", "kiosk", token_file("novbe-kiosk", "http://h"))


class Behind:
    """A program's first screen, which keeps what it saw."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.seen: list[object] = []

    def draw(self, canvas: object) -> None:
        """Draw nothing."""

    def touch(self, x: int, y: int) -> "Behind":  # noqa: ARG002 - a scene
        """Stay."""
        return self

    def tick(self, seconds: float) -> "Behind":  # noqa: ARG002 - a scene
        """Stay."""
        return self

    def see(self, message: object) -> "Behind":
        """Keep it."""
        self.seen.append(message)
        return self


def test_the_code_stands_until_the_hall_lets_the_device_in() -> None:
    """Through troubles, which are told; what comes meanwhile, the program's own screen has seen."""
    behind = Behind()
    scene = PairingScene(PairingCode("", "http://h"), behind=behind).see(PairingCode("482 913", "http://h"))
    assert isinstance(scene, PairingScene)
    assert "482 913" in [line.text for line, _ in scene.lines()]
    troubled = scene.see(LinkDown("no cable")).touch(1, 1).tick(100)
    assert isinstance(troubled, PairingScene)
    assert texts("en").gettext("There is no connection: {why}").format(why="no cable") in [
        line.text for line, _ in troubled.lines()
    ]
    assert troubled.see(PairingCode("482 913", "http://h")) == scene
    assert troubled.see(LinkUp("first", 1)) is behind
    assert behind.seen == [LinkDown("no cable"), LinkUp("first", 1)]
