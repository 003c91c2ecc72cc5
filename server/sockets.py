"""Socket.IO: who is connected, which room they hear, and commands with an acknowledgement.

The handlers sit on python-socketio's own server: Flask-SocketIO's wrapper costs 0.22 ms a message.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import gevent  # type: ignore[import-untyped]
import structlog
from flask import Flask
from flask_socketio import SocketIO  # type: ignore[import-untyped]
from socketio.exceptions import ConnectionRefusedError as Refused  # type: ignore[import-untyped]
from socketio.packet import Packet  # type: ignore[import-untyped]

from protocol import wire
from protocol.events import HALL, DeskOpened, Event, SlipReprinted
from server import standing
from server.access import Access
from server.askers import Asker, Askers
from server.broadcaster import MISSED_EVENTS, Broadcaster
from server.calls import SOCKET_EVENTS
from server.command_route import answer, guarded
from server.domain.handing_in import LoseKiosk
from server.domain.refusals import Refusal, Unavailable
from server.domain.rights import NOBODY, SEES_HALL
from server.engine import Engine
from server.metrics import Metrics
from server.presence import Presence
from server.problems import document
from server.rooms import ALL, Room, issued_on, visit_room
from server.websocket import Wires


class TextPacket(Packet):  # type: ignore[misc]
    """A packet of a server that sends JSON alone: nothing in it need be looked through for bytes."""

    uses_binary_events = False


OPTIONS: dict[str, Any] = {
    # Said aloud: left to itself the library prefers eventlet to gevent where both happen to be installed.
    "async_mode": "gevent",
    "ping_interval": 10,
    "ping_timeout": 8,
    "json": wire.json,
    "serializer": TextPacket,
    "max_http_buffer_size": 65_536,
}

LONGEST_ZONE = 40

TRY_SECONDS = 5.0
TRIES = 60
"""So often, while the disk takes no writes, the log is to say that a kiosk is away."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Client:
    """A connection: who it is, the zone its board asked for, and the room it is in once it joined.

    ``sees_hall``: its page shows the whole hall, although its operator may have a desk open elsewhere.
    """

    asker: Asker
    sees_hall: bool = False
    joined: bool = False
    zone: str = ""
    room: Room | None = None


class HallPlaces:
    """Where things are and what was said, read from the published state and the texts beside it."""

    def __init__(self, engine: Engine, access: Access) -> None:
        """Look at the hall and at its devices."""
        self._engine = engine
        self._access = access

    def texts(self, text_id: str) -> dict[str, str]:
        """Give a text by language; none when it was erased."""
        return self._engine.texts(text_id)

    def zone_of(self, desk: str) -> str:
        """Give the zone of a desk; empty when it has none."""
        found = self._engine.published.catalogue.desks.get(desk)
        return found.zone if found else ""

    def desk_of_ticket(self, number: str, day: str) -> str:
        """Give the desk that has the ticket, or where it ended; empty when none."""
        found = self._engine.published.find(number, day)
        return found.desk if found else ""

    def desk_of_device(self, device_id: str) -> str:
        """Give the desk that a device is for; empty when it is for none."""
        return self._access.desk_of(device_id)


class Sockets:
    """The hall's connections."""

    def __init__(
        self,
        app: Flask,
        engine: Engine,
        access: Access,
        askers: Askers,
        metrics: Metrics,
        presence: Presence,
    ) -> None:
        """Attach a Socket.IO server to the application; nothing is pushed before ``start``."""
        self._engine = engine
        self._askers = askers
        self._metrics = metrics
        self._presence = presence
        self._clients: dict[str, Client] = {}
        self._members: dict[Room, set[str]] = {}
        self._server = SocketIO(app, **OPTIONS).server
        self.wires = Wires(self._server.eio, metrics.dropped.inc)
        self._broadcaster = Broadcaster(
            engine.epoch, engine.seq, HallPlaces(engine, access), self._emit, self._extras
        )
        self._broadcaster.remember(engine.events(max(0, engine.seq - MISSED_EVENTS), MISSED_EVENTS))
        for name in SOCKET_EVENTS:
            self._server.on(name, getattr(self, f"_{name}"))
        engine.subscribe(self._hear)
        access.on_change(self._revoked)
        engine.on_aside(self.wires.close_all)

    def start(self) -> Any:
        """Begin to push; gives the greenlet."""
        return gevent.spawn(self._broadcaster.run)

    def count(self, kind: str) -> int:
        """Count who is in the rooms of a kind."""
        return sum(len(members) for room, members in self._members.items() if room.kind == kind)

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        if sid in self._clients:  # a client sent an event of this name: nobody becomes another on the way
            return
        said = auth if isinstance(auth, dict) else {}
        language = self._askers.language(
            str(said.get("language") or environ.get("HTTP_ACCEPT_LANGUAGE") or "")
        )
        try:
            self._clients[sid] = Client(self._asker(said, environ, language), said.get("view") == "hall")
        except Refusal as refusal:
            problem = document(refusal, language)
            raise Refused(problem["detail"], problem) from refusal

    def _asker(self, said: dict[str, Any], environ: dict[str, Any], language: str) -> Asker:
        token = said.get("token")
        if token:
            return self._askers.of_token(str(token), language)
        return Asker(language) if said.get("public") else self._askers.of_cookie(environ, language)

    def _join(self, sid: str, place: Any = None, *_: Any) -> dict[str, Any]:
        """Put a client into its room and say what it missed; no turn of the hub lies between the two."""
        client = self._clients.get(sid)
        if client is None:  # gone before its turn came
            return {}
        said = place if isinstance(place, dict) else {}
        if self._engine.hear_of(said.get("epoch")):
            return {}  # the connection is closed already
        client.zone = str(said.get("zone") or "")[:LONGEST_ZONE]
        if not client.joined:
            self._presence.came(client.asker.id)
        client.joined = True
        self._move(sid, client)
        stand = {"epoch": self._engine.epoch, "seq": self._engine.seq}
        seq = said.get("seq")
        if said.get("epoch") == self._engine.epoch and isinstance(seq, int):
            missed = self._broadcaster.missed(seq, client.room)
            if missed is not None:
                return {**stand, "events": missed, **self._extras(client.room)}
        return {**stand, "snapshot": self._snapshot_path(client)}

    def _snapshot_path(self, client: Client) -> str:
        if client.asker.visit:
            return f"/api/v1/visits/{self._engine.visit_token(*client.asker.visit)}"
        if client.asker.role in {NOBODY, "board"}:
            return f"/api/v1/board?zone={quote(client.zone)}"
        if client.sees_hall and client.asker.role in SEES_HALL:
            return "/api/v1/overview"
        return "/api/v1/snapshot"

    def _command(self, sid: str, said: Any = None, *_: Any) -> dict[str, Any]:
        client = self._clients.get(sid)
        if client is None:
            return {}
        return guarded(lambda: self._decided(client.asker, said), client.asker)

    def _decided(self, asker: Asker, said: Any) -> dict[str, Any]:
        asker.require(SOCKET_EVENTS["command"])
        return answer(self._engine, self._askers, asker, said)

    def _disconnect(self, sid: str, *_: Any) -> None:
        if self._server.manager.is_connected(sid, "/"):  # a client only sent an event of this name
            return
        client = self._clients.pop(sid, None)
        if client and client.joined:
            self._presence.left(client.asker.id)
            if client.asker.role == "kiosk":
                gevent.spawn(self._lose, client.asker.id)
        if client and client.room:
            self._left(client.room, sid)

    def _lose(self, device: str) -> None:
        """Have the log say that a kiosk is away, unless it is here again."""
        for _ in range(TRIES):
            if device in self._presence.ids:
                return
            try:
                self._engine.submit(LoseKiosk(id=uuid4().hex, device=device), HALL)
            except Unavailable:
                gevent.sleep(TRY_SECONDS)
            else:
                return

    def _right_room(self, client: Client) -> Room | None:
        """Decide which room a client hears; nobody chooses theirs."""
        asker = client.asker
        if asker.visit:
            return visit_room(*asker.visit)
        if asker.actor is None or asker.role == "board":
            return Room("board", client.zone)
        if asker.actor.kind == "operator":
            desk = standing.desk_opened_by(self._engine.published, asker.id)
            if desk and not (client.sees_hall and asker.role in SEES_HALL):
                return Room("desk", desk)
            return ALL if asker.role in SEES_HALL else None
        if asker.role == "desk":
            return Room("desk", asker.desk)
        return Room("kiosk", asker.actor.id) if asker.role == "kiosk" else ALL

    def _move(self, sid: str, client: Client) -> None:
        """Take a client to the room that is right for it now."""
        room, before = self._right_room(client), client.room
        if room == before:
            return
        client.room = room
        if before:
            self._server.leave_room(sid, before.key)
            self._left(before, sid)
        if room:
            self._members.setdefault(room, set()).add(sid)
            self._broadcaster.open(room)
            self._server.enter_room(sid, room.key)

    def _left(self, room: Room, sid: str) -> None:
        self._members[room].discard(sid)
        if not self._members[room]:
            del self._members[room]
            self._broadcaster.shut(room)

    def _hear(self, events: Sequence[Event]) -> None:
        """Take what was committed; who has just opened a desk hears of it there."""
        self._broadcaster.epoch = self._engine.epoch
        self._broadcaster.tell(events)
        opened = {event.actor.id for event in events if isinstance(event, DeskOpened)}
        if opened:
            self._settle([sid for sid, client in self._clients.items() if client.asker.id in opened])
        reissued = [event for event in events if isinstance(event, SlipReprinted) and not event.copies]
        self._close_void({(issued_on(event), event.ticket) for event in reissued})

    def _close_void(self, visits: set[tuple[str, str]]) -> None:
        """Drop the connections of slips that were printed anew: nobody can have the new token yet."""
        for sid, client in list(self._clients.items()) if visits else ():
            if client.asker.visit in visits:
                self.wires.close(self._server.manager.eio_sid_from_sid(sid, "/"))

    def _settle(self, sids: Iterable[str]) -> None:
        """Take those who joined to the rooms that are right for them now."""
        for sid in sids:
            if self._clients[sid].joined:
                self._move(sid, self._clients[sid])

    def _emit(self, room: Room, frame: dict[str, Any]) -> None:
        with self._metrics.emit_seconds.time():
            self._server.emit("events", frame, to=room.key)
        if room.kind == "desk":
            self._settle(list(self._members.get(room, ())))

    def _extras(self, room: Room | None) -> dict[str, Any]:
        """Give what a frame to this room tells besides events."""
        if room and room.kind == "desk":
            return standing.beside_events(self._engine.published, room.name)
        if room and room.kind == "visit":
            day, _, number = room.name.partition("/")
            return {"place": standing.place_of(self._engine.published, number, day)}
        return {}

    def _revoked(self, gone: set[str]) -> None:
        """Drop the connections of those whose right has ended."""
        for sid, client in list(self._clients.items()):
            if {client.asker.id, client.asker.session} & gone:
                _log.info("connection_revoked", actor=client.asker.id)
                self.wires.close(self._server.manager.eio_sid_from_sid(sid, "/"))
