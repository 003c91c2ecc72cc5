"""A hall and its standby, two processes with a network between them that can be broken."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server import log
from server.log import Reader
from tests.hall_process import Asker, HallProcess
from tests.network_hall import HALL
from tests.tcp_proxy import TcpProxy


def until(claim: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait until a claim is true, and give it."""
    deadline = time.monotonic() + seconds
    while not (found := claim()):
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.05)
    return found


class Pair:
    """A hall (``first``) and its standby (``second``), which reaches it over ``network``."""

    def __init__(self, folder: Path) -> None:
        """Start the hall; its standby is ready to be started."""
        (folder / "hall.toml").write_text(HALL)
        for name in ("first", "second"):
            (folder / name).mkdir()
        self.first = HallProcess(folder / "first", folder / "hall.toml").start()
        self.network = TcpProxy(self.first.port)
        self.token = self.first.token("standby", "the second server")
        self.all = self.first.token("integration", "everything")
        follow = (f"http://127.0.0.1:{self.network.port}", self.token)
        self.second = HallProcess(folder / "second", folder / "hall.toml", follow=follow)
        self.asker = self.first.asker(self.all)

    @property
    def addresses(self) -> str:
        """Give both servers as clients are told them."""
        return f"http://127.0.0.1:{self.first.port},http://127.0.0.1:{self.second.port}"

    def start_second(self) -> None:
        """Start the standby, and wait until the hall waits for it."""
        self.second.start()
        until(lambda: self.state() == "ok")

    def state(self) -> str:
        """Tell how the standby keeps up, as the hall sees it."""
        return str(self.first.get("/readyz")[1]["standby"])

    def promote(self) -> None:
        """Have the standby take over."""
        done = self.second.command_line("promote")
        assert done.returncode == 0, done.stdout + done.stderr

    def issue(self, asker: Asker | None = None) -> str:
        """Issue a ticket, and give its number."""
        return str((asker or self.asker).done("issue_ticket", service="passport")[0]["ticket"])

    def stop(self) -> None:
        """End both."""
        self.first.stop()
        self.second.stop()
        self.network.close()


def runs(process: HallProcess) -> bool:
    """Tell whether a server runs the hall, as it says."""
    return bool(process.get("/readyz")[1]["runs"])


def bodies(folder: Path) -> tuple[list[str], list[tuple[int, bytes]]]:
    """Read a log as it stands: its bodies and its roots."""
    reader = Reader(folder / log.FILE)
    try:
        return reader.bodies(0, 10**9), list(reader.roots())
    finally:
        reader.close()


def is_same(pair: Pair) -> bool:
    """Tell whether both logs are the same byte for byte, with the same roots."""
    return bodies(pair.first.data) == bodies(pair.second.data)
