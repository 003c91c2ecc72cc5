"""A hall's server as a process of its own, asked over its real port: started, killed and started again."""

import http.client
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.register import Register

ROOT = Path(__file__).parents[1]
_ids = itertools.count()


def free_port() -> int:
    """Give a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_id() -> str:
    """Give a command id that this process has not used."""
    return f"test-{os.getpid()}-{next(_ids)}"


@dataclass
class HallProcess:
    """``python -m server run`` on a data folder; it keeps its port over restarts."""

    data: Path
    hall: Path
    clock: str = "wall"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    askers: list["Asker"] = field(default_factory=list)
    follow: tuple[str, str] | None = None
    """Of a standby: the address of the server that runs the hall, and its token there."""

    def start(self) -> "HallProcess":
        """Start the server and wait until it is ready."""
        command = [sys.executable, "-m", "server", "run", "--hall", str(self.hall), "--data", str(self.data)]
        command += ["--port", str(self.port), "--clock", self.clock]
        if self.follow:
            command += ["--follow", self.follow[0], "--token", self.follow[1]]
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while (told := self.get("/readyz")[1]) is None or not (told["ready"] or not told["runs"]):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.data / "server.log").read_text())
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as a technician would, and hang up."""
        for asker in self.askers:
            asker.close()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)

    def command_line(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``novbe-server WORDS --data DIR``."""
        command = [sys.executable, "-m", "server", *words, "--data", str(self.data)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    def token(self, role: str, name: str, desk: str = "") -> str:
        """Make a device's token, as ``novbe-server token`` does."""
        return Register(self.data).add_device(name, role, desk)

    def asker(self, token: str = "", cookie: str = "") -> "Asker":
        """Give a client with a connection of its own."""
        self.askers.append(Asker(self.port, token, cookie))
        return self.askers[-1]

    def get(self, path: str, token: str = "") -> tuple[int, Any]:
        """Ask once; status 0 when nobody answers."""
        asker = Asker(self.port, token)
        try:
            return asker.ask("GET", path)
        except OSError:
            return 0, None
        finally:
            asker.close()


class Asker:
    """One keep-alive connection of one asker; raises OSError when the server is gone."""

    def __init__(self, port: int, token: str = "", cookie: str = "") -> None:
        """Connect at the first question."""
        self.port, self.token, self.cookie = port, token, cookie
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Give the status and the decoded answer."""
        connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{self.port}", **headers}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        if self.cookie:
            given["Cookie"] = self.cookie
        try:
            connection.request(method, path, None if body is None else json.dumps(body), given)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._connection = None
            raise OSError(str(error)) from error
        self._connection = connection
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, json.loads(content) if is_json and content else content.decode()

    def close(self) -> None:
        """Hang up."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def say(self, type: str, **fields: Any) -> tuple[int, Any]:  # noqa: A002 - the contract's own word
        """Send one command, with a new id unless one is given."""
        return self.ask("POST", "/api/v1/commands", {"type": type, "id": new_id(), **fields})

    def done(self, type: str, **fields: Any) -> list[dict[str, Any]]:  # noqa: A002 - the contract's own word
        """Send a command that must succeed; gives its events."""
        status, answer = self.say(type, **fields)
        assert status == 200, (type, fields, answer)
        events: list[dict[str, Any]] = answer["events"]
        return events

    def refused(self, type: str, **fields: Any) -> str:  # noqa: A002 - the contract's own word
        """Send a command that must be refused; gives the code."""
        status, answer = self.say(type, **fields)
        assert status in (401, 403, 409, 422, 429, 503), (type, fields, answer)
        assert answer["detail"].endswith((".", "!", "?")), answer
        return str(answer["code"])
