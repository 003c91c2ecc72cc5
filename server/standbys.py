"""The calls of a second server, which follows the log, and of whoever knows that it has taken over."""

from pathlib import Path
from typing import Any

import gevent  # type: ignore[import-untyped]
import structlog
from flask import Response, request

from protocol import wire
from protocol.commands import ReportDevice
from protocol.events import Actor
from server import copies, duty, private, register
from server.access import Access
from server.bodies import Body, said
from server.domain.refusals import Refusal
from server.domain.rights import STANDBY
from server.engine import Engine
from server.problems import NotFound
from server.query import whole_number
from server.refusals import AnotherHistory
from server.replication import Replication

MOST_EVENTS = 2000
LOOK_SECONDS = 1.0
PART = "standby"
COPIES = {"access": register.FILE, "private": private.FILE}
"""The databases beside the log, by the names under which a standby asks for them."""


class Heard(Body):
    """The epoch that somebody has heard of."""

    epoch: str


class Standbys:
    """Hands the log on, and watches whether it arrives."""

    def __init__(self, engine: Engine, access: Access) -> None:
        """Serve the standby of this hall."""
        self._engine, self._access = engine, access
        self.replication = Replication(engine.seq)
        engine.guard(self.replication.guard)
        self._standby = duty.read(engine.folder).standby

    @property
    def state(self) -> str:
        """Tell how a second server keeps up: none (none has a token), ok or degraded."""
        if self._device() is None or self._engine.aside is not None:
            return "none"
        return "ok" if self.replication.look() else "degraded"

    def log(self) -> Response:
        """Give the commits after an event, once there are any; asking for them says that one has the rest."""
        if self._engine.aside is not None:
            raise self._engine.aside
        after, root, port = whole_number("since", 0), request.args.get("root", ""), whole_number("port", 0)
        if not self._is_beginning(after, root):
            raise AnotherHistory(seq=after)
        self._note(f"http://{request.remote_addr}:{port}")
        self.replication.hear(after)
        self.replication.more(after)
        bodies, roots = self._engine.commits(after, self.replication.committed, MOST_EVENTS)
        place = wire.encode(
            {
                "first_epoch": self._engine.first_epoch,
                "committed": self.replication.committed,
                "roots": [[seq, root.hex()] for seq, root in roots],
                "copies": {name: _version(self._engine.folder / file) for name, file in COPIES.items()},
            }
        ).decode()
        return Response(f'{place[:-1]},"events":[{",".join(bodies)}]}}', content_type="application/json")

    def copy(self, name: str) -> Response:
        """Give a copy of one of the databases beside the log."""
        if name not in COPIES:
            raise NotFound(path=request.path)
        content = self._engine.threads.run(copies.content, self._engine.folder / COPIES[name])
        return Response(content, content_type="application/octet-stream")

    def epoch(self) -> dict[str, Any]:
        """Hear of an epoch, from whomever: its name proves itself."""
        self._engine.hear_of(said(Heard).epoch)
        return {"epoch": self._engine.epoch, "runs": self._engine.aside is None}

    def watch(self) -> None:
        """Say in the log, and so to the manager, when the standby stops or begins again to keep up."""
        before = ""
        while True:
            gevent.sleep(LOOK_SECONDS)
            state, device = self.state, self._device()
            if device is not None and state == before and self._engine.aside is None:
                self._say("ok" if state == "ok" else "fault", device)
            before = state

    def _is_beginning(self, seq: int, root: str) -> bool:
        """Tell whether a log of that length and root is the beginning of this one."""
        if not 0 < seq <= self.replication.committed:
            return not seq
        known = self._engine.root(seq)
        return known is not None and known.hex() == root

    def _say(self, state: str, device: Actor) -> None:
        told = self._engine.published.devices.get((device.id, PART))
        if (told.state if told else "ok") == state:
            return
        report = ReportDevice(id=f"{PART}-{self._engine.seq:08}", device=PART, kind=PART, state=state)
        try:
            self._engine.submit(report, device)
        except Refusal as refusal:  # a clock that was never set, a full disk: later, then
            structlog.get_logger().warning("standby_unsaid", why=str(refusal))

    def _device(self) -> Actor | None:
        return next((device.actor for device in self._access.devices if device.role in STANDBY), None)

    def _note(self, address: str) -> None:
        """Remember where the standby is: this server asks it at its next start who runs the hall."""
        if address != self._standby:
            self._standby = address
            self._engine.threads.run(_remember, self._engine.folder, address)


def _remember(folder: Path, address: str) -> None:
    duty.change(folder, standby=address)


def _version(path: Path) -> str:
    stands = path.stat()
    return f"{stands.st_mtime_ns}-{stands.st_size}"
