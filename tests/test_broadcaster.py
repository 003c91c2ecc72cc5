"""Frames to rooms, without a network: when they go out, what they say, and what a fault costs."""

from typing import Any

import pytest
import structlog

from protocol.events import DayOpened, DeskPaused, Event
from server.broadcaster import Broadcaster
from server.rooms import Room
from tests.test_rooms import Places

EAST, WEST, DESK = Room("board", "east"), Room("board", "west"), Room("desk", "7")


class Heard:
    """A broadcaster whose frames are kept, beside a hall whose counts the test sets."""

    def __init__(self) -> None:
        """Stand at seq 10 with one board and one desk."""
        self.frames: list[tuple[Room, dict[str, Any]]] = []
        self.counts = {"A": 1}
        self.rooms = Broadcaster(
            "one", 10, Places(), lambda room, frame: self.frames.append((room, frame)), self.extras
        )
        self.rooms.open(EAST)
        self.rooms.open(DESK)

    def extras(self, room: Room) -> dict[str, Any]:
        """Give counts to desks; a hall without counts is a fault."""
        return {"counts": {"A": self.counts["A"]}} if room.kind == "desk" else {}

    def tell(self, *events: Event) -> None:
        """Publish events."""
        self.rooms.tell(events)

    def turn(self, now: float) -> list[tuple[Room, int, int, int]]:
        """Let the broadcaster work at a time; gives each frame's room, place and number of events."""
        self.frames.clear()
        self.rooms.step(now)
        return [(room, said["from_seq"], said["to_seq"], len(said["events"])) for room, said in self.frames]


@pytest.fixture
def heard() -> Heard:
    """Give a quiet hall."""
    return Heard()


def paused(seq: int) -> Event:
    """Pause desk 7, which stands in the east."""
    return DeskPaused(seq=seq, day="2026-11-21", desk="7", reason="lunch")


def test_a_first_event_goes_out_at_once_and_the_next_with_the_tick(heard: Heard) -> None:
    """All that came meanwhile in one frame, which begins where the last one ended."""
    heard.tell(paused(11))
    assert (EAST, 11, 11, 1) in heard.turn(100.0)
    heard.tell(paused(12))
    assert heard.turn(100.01) == []
    heard.tell(paused(13))
    assert (EAST, 12, 13, 2) in heard.turn(100.031)


def test_a_desk_hears_that_its_counts_changed_and_only_then(heard: Heard) -> None:
    """A frame without events, when something happened elsewhere; none when nothing changed."""
    heard.tell(Event(seq=11))
    assert heard.turn(100.0) == []
    heard.counts["A"] = 2
    heard.tell(Event(seq=12))
    assert heard.turn(101.0) == [(DESK, 11, 12, 0)]
    assert heard.frames[0][1]["counts"] == {"A": 2}


def test_a_room_that_opens_later_begins_where_the_hall_stands(heard: Heard) -> None:
    """Its first frame says so; what was before is not its."""
    heard.tell(paused(11))
    heard.turn(100.0)
    heard.rooms.open(WEST)
    heard.tell(DayOpened(seq=12, day="2026-11-21"))
    assert (WEST, 12, 12, 1) in heard.turn(101.0)


def test_a_fault_in_one_room_does_not_silence_another(heard: Heard) -> None:
    """And its own next frame begins later than it should: a gap, at which clients join again."""
    heard.counts.clear()
    heard.tell(paused(11))
    with structlog.testing.capture_logs() as said:
        assert heard.turn(100.0) == [(EAST, 11, 11, 1)]
    assert [entry["event"] for entry in said] == ["frame_failed"]
    heard.counts["A"] = 3
    heard.tell(paused(12))
    assert (DESK, 12, 12, 1) in heard.turn(101.0)


def test_who_comes_back_is_told_what_was_missed_or_sent_to_a_snapshot(heard: Heard) -> None:
    """What happened before the start counts too; another's future is not ours to tell."""
    heard.rooms.remember([paused(9), paused(10)])
    heard.tell(paused(11), Event(seq=12))
    missed = heard.rooms.missed(8, EAST)
    assert missed is not None
    assert len(missed) == 3
    assert heard.rooms.missed(11, EAST) == []
    assert heard.rooms.missed(7, EAST) is None
    assert heard.rooms.missed(13, EAST) is None
