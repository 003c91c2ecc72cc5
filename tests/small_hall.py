"""A hall's server that is just large enough for the link: a process of its own, so that it can be killed.

``python -m tests.small_hall PORT LOG`` prints its port; LOG gets a line for each command heard. The service
asked for says how it behaves: ``silent`` gives no answer the first time, ``broken`` disconnects instead,
``busy`` says "not now" the first time, ``secret`` happens without telling anyone, so that the next frame
leaves a gap, and ``goodbye`` disconnects afterwards.
"""

import logging
import sys
from pathlib import Path
from typing import Any

import socketio  # type: ignore[import-untyped]
from flask import Flask
from werkzeug.serving import make_server

from protocol import wire

TOKEN = "kiosk-token"  # noqa: S105 - the token of a test


class SmallHall:
    """Numbers what it hears, and tells everyone."""

    def __init__(self, log: Path) -> None:
        """Start where the log ends, as a server that was killed does."""
        self.log = log
        self.heard = log.read_text().split() if log.exists() else []
        self.events: list[dict[str, Any]] = []
        for name in dict.fromkeys(self.heard):
            self.happen(name)
        self.sio = socketio.Server(async_mode="threading", json=wire.json, ping_interval=10, ping_timeout=8)
        for event in (self.connect, self.join, self.command):
            self.sio.on(event.__name__, event)

    def connect(self, _sid: str, _environ: Any, auth: dict[str, str] | None) -> None:
        """Know the token, or refuse."""
        if not auth or auth["token"] != TOKEN:
            raise socketio.exceptions.ConnectionRefusedError("This token is not known.")

    def join(self, _sid: str, place: dict[str, Any]) -> dict[str, Any]:
        """Give what was missed, or the way to the snapshot."""
        answer = {"epoch": "first", "seq": len(self.events)}
        if place.get("epoch") != "first" or "seq" not in place:
            return answer | {"snapshot": "/api/v1/snapshot"}
        return answer | {"events": self.events[place["seq"] :]}

    def command(self, sid: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Do each id once, whatever the answer's fate."""
        name, service = body["id"], body["service"]
        first = name not in self.heard
        self.heard.append(name)
        with self.log.open("a") as file:
            print(name, file=file)
        if first and service == "busy":
            return {"ok": False, "status": 503, "code": "overloaded", "retry_after": 0.1}
        if all(event["command"] != name for event in self.events):
            self.happen(name)
            if service != "secret":
                self.tell()
        if first and service == "broken":
            self.sio.disconnect(sid)
        if first and service == "silent":
            return None
        if service == "goodbye":
            self.sio.disconnect(sid)
        return self.answer(name)

    def answer(self, name: str) -> dict[str, Any]:
        """Give what a command caused."""
        return {
            "ok": True,
            "seq": len(self.events),
            "events": [event for event in self.events if event["command"] == name],
        }

    def happen(self, name: str) -> None:
        """Add an event to the history."""
        seq = len(self.events) + 1
        self.events.append({"type": "ticket_issued", "seq": seq, "command": name, "ticket": f"A{seq:03}"})

    def tell(self) -> None:
        """Send the newest event to everyone."""
        seq = len(self.events)
        frame = {"epoch": "first", "from_seq": seq, "to_seq": seq, "events": self.events[-1:]}
        self.sio.emit("events", frame)


def main() -> None:
    """Serve until killed."""
    hall = SmallHall(Path(sys.argv[2]))
    app = Flask(__name__)
    app.add_url_rule(
        "/api/v1/snapshot",
        view_func=lambda: {"epoch": "first", "seq": len(hall.events), "tickets": len(hall.events)},
    )
    app.add_url_rule("/api/v1/hall", "hall", view_func=lambda: {"id": "small"})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", int(sys.argv[1]), socketio.WSGIApp(hall.sio, app), threaded=True)
    print(server.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
