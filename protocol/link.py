"""The link of a kiosk or a board to its hall: a Socket.IO client on a thread of its own.

The network I/O of this package, with the pairing before it. The library's own reconnection is not used: it
gives up when a server says goodbye and it keeps state over a break; here each connection is a fresh client,
and one loop owns everything. What the owner should know is posted to an inbox, from the link's thread.
"""

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import socketio  # type: ignore[import-untyped]

from protocol import wire
from protocol.addresses import addresses
from protocol.catchup import Follower, Gap, rank
from protocol.commands import Command
from protocol.connection import Connection, ConnectionLost
from protocol.pairing import Pairing, PairingCode
from protocol.scout import Scout

ANSWER_SECONDS = 5.0
"""How long an answer may take before the same command is sent again, under the same id."""

BUSY_SECONDS = 2.0
"""When to ask again a server that answered "not now" and did not say when."""

LONGEST_PAUSE_SECONDS = 3.0
"""With the half more that chance may add, and the time that a try may hang, 10 s after the server is back."""

MOST_UNANSWERED = 100


@dataclass(frozen=True, slots=True)
class LinkUp:
    """Connected and caught up: what came before it in the inbox is how the hall stood at ``seq``."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class LinkDown:
    """Not connected; ``why`` is a sentence for a technician. Posted again only when the reason changes.

    ``code`` is the refusal's where the server is there, and does not let this device in.
    """

    why: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How the hall stands, whole: what was known before is void. ``hall`` in it is ``GET /api/v1/hall``."""

    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Events:
    """What happened since, in order and each once."""

    events: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer to a command, as the contract has it: ``ok`` with ``events``, or a problem."""

    command_id: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said to ``Link.ask``, under the name given there: the HTTP status, and the JSON."""

    name: str
    status: int
    data: Any


Message = LinkUp | LinkDown | Snapshot | Events | Answer | Reply | PairingCode
"""What the inbox gets."""


class TooManyUnanswered(Exception):  # noqa: N818 - it is a state of affairs, not a fault
    """So many commands wait for an answer that this one was not taken."""


@dataclass(slots=True)
class _Unanswered:
    """A command on its way; ``due`` is when to send it (again), in monotonic seconds."""

    body: dict[str, Any]
    due: float = 0.0


class Link:
    """Follows the hall and carries commands to it until they are answered, whatever breaks in between.

    ``zone`` narrows a board to its zone. Of several servers the next one is tried whenever one is lost, or
    stands in an earlier epoch than the link has seen. Nothing happens before ``start``.
    """

    def __init__(
        self,
        server_url: str,
        token: str,
        inbox: Callable[[Message], None],
        *,
        zone: str = "",
        pairing: Pairing | None = None,
    ) -> None:
        """Take the server's address or ``URL,URL``, the token (empty for a public board) and where to post.

        With ``pairing`` the token is what was kept or is given to the device at its screen.
        """
        self._servers = addresses(server_url)
        self._server = self._servers[0]
        self._epoch = ""
        self._scout = Scout(self._servers, lambda: self._server, self._hear_of)
        self._token = pairing.token if pairing else token
        self._pairing = pairing
        self._post = inbox
        self._zone = zone
        self._follower = Follower()
        self._unanswered: dict[str, _Unanswered] = {}
        self._lock = threading.Lock()
        self._todo: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._stale = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._client: Any = None
        self._joined = False
        self._join_due = 0.0
        self._told = ""

    def start(self) -> None:
        """Begin to connect, and to try again for ever."""
        self._thread.start()
        self._scout.start()

    def close(self) -> None:
        """Leave the hall; what is unanswered stays so."""
        self._closing.set()
        self._scout.close()
        self._todo.put(_nothing)
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def send(self, command: Command) -> None:
        """Keep a command until it is answered; the same id goes out again after a break or a silence.

        Raises TooManyUnanswered.
        """
        with self._lock:
            if len(self._unanswered) >= MOST_UNANSWERED:
                raise TooManyUnanswered
            self._unanswered[command.id] = _Unanswered(wire.plain(wire.encode(command)))
        self._todo.put(_nothing)

    def forget(self, command_id: str) -> None:
        """Send it no more and post no answer to it; what the server has already done stays done."""
        with self._lock:
            self._unanswered.pop(command_id, None)

    def start_over(self) -> None:
        """Ask for the whole snapshot again: the hall was configured anew."""
        self._stale.set()
        self._todo.put(_nothing)

    def ask(self, name: str, path: str, body: dict[str, Any] | None = None) -> None:
        """GET a path, or POST to it; the Reply has this name, and is lost if the link breaks."""
        self._todo.put(lambda: self._reply(name, path, body))

    # What follows runs on the link's thread.

    def _run(self) -> None:
        tries = 0
        while not self._closing.is_set():
            try:
                self._get_in()
                with self._connected():
                    self._join()
                    while not self._closing.is_set():
                        self._step()
                        tries = 0 if self._joined else tries
            except (ConnectionLost, requests.RequestException, OSError) as error:
                self._lose_token(error)
                self._tell_down(str(error), getattr(error, "code", ""))
            except (socketio.exceptions.SocketIOError, KeyError, TypeError, ValueError) as error:
                self._tell_down(f"The server was not understood ({type(error).__name__}: {error}).")
            else:
                return
            self._server = self._servers[(self._servers.index(self._server) + 1) % len(self._servers)]
            self._closing.wait(_pause(tries // len(self._servers)) / len(self._servers))
            tries += 1

    def _get_in(self) -> None:
        """Have a token before connecting, if need be from a manager."""
        if self._pairing and not self._token:
            self._pairing.server = self._server
            self._token = self._pairing.obtain(self._post, self._closing)
            if self._closing.is_set():
                raise ConnectionLost("The device is switched off.")

    def _lose_token(self, error: Exception) -> None:
        """Start to pair again where the token that was kept is revoked."""
        if self._pairing and getattr(error, "code", "") == "unknown_token":
            self._token = ""
            self._pairing.forget()
            self._stale.set()

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Open a connection of its own queue, so that nothing of an older one is heard in it."""
        self._joined = False
        todo: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._todo = todo
        client = Connection(reconnection=False, handle_sigint=False, json=wire.json)
        client.on("events", lambda frame: todo.put(lambda: self._hear(frame)))
        client.on("disconnect", lambda *_: todo.put(_lost))
        self._client = client
        try:
            client.open(self._server, self._token, ANSWER_SECONDS)
            yield
        finally:
            client.eio.disconnect()

    def _step(self) -> None:
        """Send what is due, then do the next thing that came, if one comes before something falls due."""
        if self._joined and self._stale.is_set():
            self._join()
        waits = self._send_due() if self._joined else self._join_due - time.monotonic()
        try:
            self._todo.get(timeout=max(0.0, waits))()
        except queue.Empty:
            if not self._joined:
                raise ConnectionLost("The server did not answer.") from None

    def _join(self) -> None:
        if self._stale.is_set():
            self._follower = Follower()
            self._stale.clear()
        # A server that was superseded learns it from this word, and closes the connection.
        place: dict[str, Any] = {"epoch": self._epoch} if self._epoch else {}
        place |= {"seq": self._follower.seq} if self._follower.epoch == self._epoch else {}
        zone = {"zone": self._zone} if self._zone else {}
        self._joined = False
        self._join_due = time.monotonic() + ANSWER_SECONDS
        todo = self._todo
        self._client.emit("join", place | zone, callback=lambda ack: todo.put(lambda: self._stand(ack)))

    def _stand(self, ack: dict[str, Any]) -> None:
        """Take the place in the history that the server gave."""
        if "epoch" not in ack:
            raise ConnectionLost(
                ack.get("detail") or ack.get("title") or "The server refused to let this device join."
            )
        if rank(ack["epoch"]) < rank(self._epoch):
            raise ConnectionLost(f"{self._server} was superseded: another server has taken over the hall.")
        self._epoch = ack["epoch"]
        if "snapshot" in ack:
            data = self._fetch(ack["snapshot"])
            data["hall"] = self._fetch("/api/v1/hall")
            self._follower.stand(data.get("epoch", ack["epoch"]), data.get("seq", ack["seq"]))
            self._post(Snapshot(data))
        else:
            missed = [event for event in ack["events"] if event["seq"] > self._follower.seq]
            self._follower.stand(ack["epoch"], ack["seq"])
            self._post_events(missed)
        self._joined = True
        self._told = ""
        self._post(LinkUp(self._follower.epoch, self._follower.seq))

    def _hear_of(self, epoch: str) -> None:
        """Take the scout's word that an epoch has begun elsewhere, and have the server here know of it."""
        if rank(epoch) > rank(self._epoch):
            self._epoch = epoch
            self._todo.put(self._join)

    def _fetch(self, path: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        response = requests.get(self._server + path, headers=headers, timeout=2 * ANSWER_SECONDS)
        response.raise_for_status()
        try:
            return dict(wire.plain(response.content))
        except ValueError as error:
            raise ConnectionLost(str(error)) from error

    def _reply(self, name: str, path: str, body: dict[str, Any] | None) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        method = "GET" if body is None else "POST"
        response = requests.request(
            method, self._server + path, json=body, headers=headers, timeout=ANSWER_SECONDS
        )
        self._post(Reply(name, response.status_code, wire.plain(response.content)))

    def _hear(self, frame: dict[str, Any]) -> None:
        if not self._joined:
            return  # it is in what the join's answer brings
        try:
            self._post_events(self._follower.news(frame))
        except Gap:
            self._join()

    def _post_events(self, events: Sequence[dict[str, Any]]) -> None:
        if events:
            self._post(Events(events))

    def _send_due(self) -> float:
        """Send every command whose time has come; give the seconds until the next."""
        now, todo = time.monotonic(), self._todo
        with self._lock:
            due = [(name, each) for name, each in self._unanswered.items() if each.due <= now]
            for _, each in due:
                each.due = now + ANSWER_SECONDS
            next_due = min((each.due for each in self._unanswered.values()), default=now + 3600)
        for name, each in due:
            self._client.emit("command", each.body, callback=_later(todo, self._answered, name))
        return next_due - now

    def _answered(self, command_id: str, answer: dict[str, Any]) -> None:
        with self._lock:
            waiting = self._unanswered.get(command_id)
            if waiting is None:
                return  # answered before, or forgotten
            if answer.get("status") == 503:  # noqa: PLR2004 - "not now": it may even have been done
                waiting.due = time.monotonic() + float(answer.get("retry_after", BUSY_SECONDS))
                return
            del self._unanswered[command_id]
        self._post(Answer(command_id, answer))

    def _tell_down(self, why: str, code: str = "") -> None:
        """Say that the link is down, and why, but not at each try again."""
        with self._lock:
            for each in self._unanswered.values():
                each.due = 0.0
        if why != self._told and not self._closing.is_set():
            self._told = why
            self._post(LinkDown(why, code))


def _nothing() -> None:
    """Do nothing: wakes the loop."""


def _lost() -> None:
    raise ConnectionLost("The connection to the server was lost.")


def _later(
    todo: queue.SimpleQueue[Callable[[], None]], action: Callable[[str, dict[str, Any]], None], name: str
) -> Callable[[dict[str, Any]], None]:
    """Make an acknowledgement's callback that leaves the work to the link's own thread."""
    return lambda answer: todo.put(lambda: action(name, answer))


def _pause(tries: int) -> float:
    """Give the seconds before the next try: longer each time, and never all devices at once."""
    return min(LONGEST_PAUSE_SECONDS, 0.25 * 2.0 ** min(tries, 10)) * random.uniform(0.5, 1.5)  # noqa: S311 - guards nothing
