"""A running server of a small hall with two zones, and those who ask it over HTTP and Socket.IO."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.register import Register
from tests.hall_process import Asker, HallProcess
from tests.socket_client import SocketClient

HALL = """
[hall]
id = "network"
names = { en = "Hall of the network", az = "Şəbəkə zalı" }
time_zone = "Asia/Baku"
languages = ["en", "az"]
round_the_clock = true
demo = true
[policy]
no_show_seconds = 0
[[agency]]
id = "interior"
names = { en = "Interior" }
[[service]]
id = "passport"
names = { en = "Passport" }
agency = "interior"
queue = "A"
[[service]]
id = "licence"
names = { en = "Licence" }
agency = "interior"
queue = "B"
[[queue]]
id = "A"
prefix = "A"
[[queue]]
id = "B"
prefix = "B"
[[class]]
id = "elderly"
names = { en = "Elderly" }
credit_minutes = 60
[[zone]]
id = "east"
[[zone]]
id = "west"
[[desk]]
number = "1"
zone = "east"
queues = ["A"]
[[desk]]
number = "2"
zone = "west"
queues = ["A", "B"]
[[outcome]]
id = "served"
names = { en = "Served" }
[[reason]]
id = "emergency"
names = { en = "Emergency" }
verbs = ["call_ticket"]
"""


class NetworkHall:
    """A running server and its list of rights; each call makes new askers, so tests share no one's state."""

    def __init__(self, folder: Path, hall: str = HALL) -> None:
        """Start it."""
        (folder / "hall.toml").write_text(hall)
        self.register = Register(folder)
        self._numbers = itertools.count(1)
        self._known: dict[str, Asker] = {}
        self.process = HallProcess(folder, folder / "hall.toml").start()
        self.port = self.process.port

    def token(self, role: str, desk: str = "") -> str:
        """Make the token of a new device."""
        return self.register.add_device(f"{role}-{next(self._numbers)}", role, desk)

    def device(self, role: str, desk: str = "") -> Asker:
        """Give a new device over HTTP."""
        return self.process.asker(self.token(role, desk))

    def operator(self, role: str = "operator") -> tuple[Asker, dict[str, Any]]:
        """Give a new operator over HTTP, signed in, and who that is."""
        name = f"{role}-{next(self._numbers)}"
        asker = self.process.asker()
        said = {"name": name, "password": self.register.add_operator(name, role)}
        status, who = asker.ask("POST", "/api/v1/session", said)
        assert status == 200, who
        return asker, who

    def known(self, role: str) -> Asker:
        """Give the one operator of a role whom all tests share: for those who leave no trace."""
        if role not in self._known:
            self._known[role], _ = self.operator(role)
        return self._known[role]

    def stranger(self) -> Asker:
        """Give somebody nobody knows."""
        return self.process.asker()

    def socket(self, token: str = "", cookie: str = "", **auth: Any) -> SocketClient:
        """Connect over Socket.IO."""
        return SocketClient(self.port, {**({"token": token} if token else {}), **auth}, cookie=cookie)


@contextmanager
def running(folder: Path) -> Iterator[NetworkHall]:
    """Run the hall in a folder, and stop it."""
    hall = NetworkHall(folder)
    try:
        yield hall
    finally:
        hall.process.stop()
