"""Pushes what happened to the rooms: one frame a room and tick, each saying from where to where it reaches.

Told after each commit, it works in a greenlet of its own, so that whoever waits for an answer has it first.
Delivery is at most once; correctness comes from ``seq``.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from gevent.event import Event as Flag  # type: ignore[import-untyped]

from protocol import wire
from protocol.events import Event
from server.rooms import Places, Room, Texts, audience, heard

_log = structlog.get_logger(__name__)

MISSED_EVENTS = 200
"""A client that missed more than this reads a snapshot instead."""

FRAME_BYTES = 15_000
"""Events in one frame; with its envelope a frame stays under 16 kB."""

WITH_EXTRAS = frozenset({"desk", "visit"})
"""The kinds of room whose frames tell more than events: counts, or a place."""

Extras = dict[str, Any]
Emit = Callable[[Room, dict[str, Any]], None]


@dataclass(slots=True)
class _Told:
    """An event, who hears it, and how each kind of room hears it, encoded once."""

    event: Event
    audience: frozenset[Room]
    texts: Texts
    encoded: dict[str, msgspec.Raw] = field(default_factory=dict)

    def for_kind(self, kind: str) -> msgspec.Raw:
        if kind not in self.encoded:
            self.encoded[kind] = msgspec.Raw(wire.encode(heard(kind, self.event, self.texts)))
        return self.encoded[kind]


@dataclass(slots=True)
class _Reached:
    """How far a room has been told, when, and what waits for its next frame.

    ``looked_seq`` and ``looked`` say when the room's extras were last compared.
    """

    seq: int
    extras: Extras
    looked_seq: int
    looked: float = float("-inf")
    sent: float = float("-inf")
    waiting: list[tuple[int, msgspec.Raw]] = field(default_factory=list)


class Broadcaster:
    """Keeps the rooms told. ``extras`` gives what a frame to a room has besides events: counts, a place."""

    def __init__(
        self, epoch: str, seq: int, places: Places, emit: Emit, extras: Callable[[Room], Extras]
    ) -> None:
        """Begin where the hall stands; ``emit`` sends a frame to everyone in a room."""
        self.epoch = epoch
        self.seq = seq
        self._places = places
        self._emit = emit
        self._extras = extras
        self._rooms: dict[Room, _Reached] = {}
        self._recent: deque[_Told] = deque(maxlen=MISSED_EVENTS)
        self._news: deque[_Told] = deque()
        self._woken = Flag()

    def remember(self, events: Sequence[Event]) -> None:
        """Know what happened before the start, for those who come back after it."""
        self._recent.extend(self._told(event) for event in events)

    def tell(self, events: Sequence[Event]) -> None:
        """Take what was committed; the frames go out in the broadcaster's own greenlet."""
        for event in events:
            told = self._told(event)
            self._recent.append(told)
            self._news.append(told)
        self._woken.set()

    def open(self, room: Room) -> None:
        """Begin to tell a room that somebody entered."""
        if room not in self._rooms:
            self._rooms[room] = _Reached(self.seq, self._extras(room), self.seq)

    def shut(self, room: Room) -> None:
        """Stop telling a room that everybody left."""
        self._rooms.pop(room, None)

    def missed(self, seq: int, room: Room | None) -> list[msgspec.Raw] | None:
        """Give what a room heard after ``seq``; None when that is too long ago, or ahead of this history."""
        newest = self._recent[-1].event.seq if self._recent else self.seq
        if not newest - len(self._recent) <= seq <= newest:
            return None
        late = (told for told in self._recent if told.event.seq > seq)
        return (
            [told.for_kind(room.kind) for told in late if not told.audience.isdisjoint({room, room.every})]
            if room
            else []
        )

    def run(self) -> None:
        """Send frames for ever, each when it is due."""
        while True:
            self._woken.wait(self.step(time.monotonic()))
            self._woken.clear()

    def _told(self, event: Event) -> _Told:
        return _Told(event, frozenset(audience(event, self._places)), self._places.texts)

    def step(self, now: float) -> float | None:
        """Send what is due; give the seconds until the next frame, None when nothing waits."""
        self._distribute()
        soonest = None
        for room, reached in list(self._rooms.items()):
            if reached.waiting:
                wait = reached.sent + room.tick_seconds - now
            elif reached.looked_seq < self.seq and room.kind in WITH_EXTRAS:
                wait = reached.looked + room.tick_seconds - now
            else:
                continue
            if wait <= 0:
                self._flush_safely(room, reached, now)
            elif soonest is None or wait < soonest:
                soonest = wait
        return soonest

    def _distribute(self) -> None:
        """Hand the news to the open rooms of their audience."""
        while self._news:
            told = self._news.popleft()
            for listed in told.audience:
                named = (
                    [listed]
                    if listed.name != "*"
                    else [one for one in self._rooms if one.kind == listed.kind]
                )
                for room in named:
                    if room in self._rooms:
                        self._rooms[room].waiting.append((told.event.seq, told.for_kind(room.kind)))
            self.seq = told.event.seq

    def _flush_safely(self, room: Room, reached: _Reached, now: float) -> None:
        """Keep one room's fault from silencing the others; its next frame shows a gap."""
        try:
            self._flush(room, reached, now)
        except Exception:  # noqa: BLE001 - one room must not silence the others
            _log.exception("frame_failed", room=room.key)
            reached.waiting, reached.seq = [], self.seq

    def _flush(self, room: Room, reached: _Reached, now: float) -> None:
        """Send what waits for a room, unless nothing that it hears has changed."""
        extras = self._extras(room)
        reached.looked_seq, reached.looked = self.seq, now
        if not reached.waiting and extras == reached.extras:
            return
        for frame in self._frames(reached, extras):
            self._emit(room, frame)
        reached.waiting, reached.extras = [], extras
        reached.seq, reached.sent = self.seq, now

    def _frames(self, reached: _Reached, extras: Extras) -> Iterator[dict[str, Any]]:
        """Give the frames that bring a room up to date, none longer than a socket should carry."""
        events: list[msgspec.Raw] = []
        from_seq, size = reached.seq + 1, 0
        for seq, event in reached.waiting:
            if events and size + len(event) > FRAME_BYTES:
                yield self._frame(from_seq, seq - 1, events)
                from_seq, events, size = seq, [], 0
            events.append(event)
            size += len(event)
        yield {**self._frame(from_seq, self.seq, events), **extras}

    def _frame(self, from_seq: int, to_seq: int, events: list[msgspec.Raw]) -> dict[str, Any]:
        return {"epoch": self.epoch, "from_seq": from_seq, "to_seq": to_seq, "events": events}
