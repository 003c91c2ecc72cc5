"""A Socket.IO client that shows every frame, over a bare websocket."""

import itertools
import json
import time
from collections.abc import Sequence
from typing import Any

import websocket

PATH = "/socket.io/?EIO=4&transport=websocket"


class SocketClient:
    """One connection; ``refusal`` is what the server said instead of letting it in."""

    def __init__(
        self,
        port: int,
        auth: dict[str, Any] | None = None,
        *,
        cookie: str = "",
        origin: str | None = None,
        sockopt: Sequence[tuple[int, int, int]] = (),
    ) -> None:
        """Connect and wait until the server lets us in or refuses.

        As a browser would, the client says the server's own origin, unless ``origin`` is another or empty.
        """
        self.wire = websocket.create_connection(
            f"ws://127.0.0.1:{port}{PATH}",
            timeout=10,
            cookie=cookie or None,
            sockopt=sockopt,
            origin=origin,
            suppress_origin=origin == "",
        )
        self.pongs: list[bytes] = []
        self.frames: list[dict[str, Any]] = []
        self.longest_text = 0
        self.refusal: dict[str, Any] | None = None
        self._acks: dict[int, Any] = {}
        self._ids = itertools.count(1)
        assert self._text().startswith("0{")
        self.wire.send("40" + (json.dumps(auth) if auth is not None else ""))
        answer = self._text()
        if answer.startswith("44"):
            self.refusal = json.loads(answer[2:])
        else:
            assert answer.startswith("40{"), answer

    def join(self, **place: Any) -> dict[str, Any]:
        """Ask to hear; gives the acknowledgement."""
        return self.ask("join", place)

    def command(self, type: str, id: str, **fields: Any) -> dict[str, Any]:  # noqa: A002 - the contract's own words
        """Send a command; gives its answer."""
        return self.ask("command", {"type": type, "id": id, **fields})

    def ask(self, event: str, said: Any) -> dict[str, Any]:
        """Emit with an acknowledgement, and wait for it; frames that come meanwhile are kept."""
        return self.answer(self.emit(event, said))

    def emit(self, event: str, said: Any) -> int:
        """Emit and wait for nothing; gives the number of the acknowledgement."""
        number = next(self._ids)
        self.wire.send(f"42{number}{json.dumps([event, said])}")
        return number

    def answer(self, number: int) -> dict[str, Any]:
        """Give an acknowledgement, waiting for it."""
        while number not in self._acks:
            self._take()
        answer: dict[str, Any] = self._acks.pop(number)
        return answer

    def frame(self) -> dict[str, Any]:
        """Give the next frame of events, waiting for it."""
        while not self.frames:
            self._take()
        return self.frames.pop(0)

    def event(self, type: str) -> dict[str, Any]:  # noqa: A002 - the contract's own word
        """Give the next event of a type; others before it are passed over."""
        while True:
            for event in self.frame()["events"]:
                if event["type"] == type:
                    return dict(event)

    def is_ended(self, seconds: float) -> bool:
        """Tell whether the server ends the connection within these seconds."""
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                self.wire.settimeout(max(0.01, deadline - time.monotonic()))
                self._take()
        except websocket.WebSocketTimeoutException:
            return False
        except (websocket.WebSocketException, OSError):
            return True
        return False

    def close(self) -> None:
        """Leave without a word; what is left unread is nobody's."""
        self.wire.shutdown()  # type: ignore[no-untyped-call]  # websocket-client leaves this one untyped

    def _take(self) -> None:
        text = self._text()
        if text.startswith("42"):
            name, frame = json.loads(text[2:])
            assert name == "events"
            self.frames.append(frame)
        elif text.startswith("43"):
            number, _, answer = text[2:].partition("[")
            self._acks[int(number)] = (json.loads("[" + answer) or [None])[0]
        elif text.startswith(("1", "41")):
            raise websocket.WebSocketConnectionClosedException("The server said goodbye.")

    def _text(self) -> str:
        """Give the next packet; the server's pings are answered on the way."""
        while True:
            opcode, data = self.wire.recv_data(control_frame=True)
            if opcode == websocket.ABNF.OPCODE_PONG:
                self.pongs.append(data)
                continue
            text = data.decode() if opcode == websocket.ABNF.OPCODE_TEXT else ""
            self.longest_text = max(self.longest_text, len(text))
            if text == "2":
                self.wire.send("3")
            elif text == "":
                raise websocket.WebSocketConnectionClosedException("The connection ended.")
            else:
                return text
