"""The log on disk: whole batches, canonical bodies, a root for every commit."""

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rfc8785
from msgspec import UnsetType

from protocol import wire
from protocol.events import EVENTS, Actor, Event, HallConfigured, Head, Offline, RatioStand, TicketIssued
from protocol.words import Number
from server import log
from server.log import CommitFailed, Reader, Writer
from server.merkle import Frontier
from tests.engines import HALL, NOON

OFFLINE = Offline(kiosk=3, entry=7, at=NOON, previous="0" * 64, signature="f" * 128)

SAMPLES: dict[Any, Any] = {
    Offline: OFFLINE,
    Offline | UnsetType: OFFLINE,
    int: 3,
    str: 'Ş“é\u2028\U0001f600\\\x1f"/',
    bool: True,
    bool | UnsetType: True,
    list[Head]: [Head(ticket="A1", key=-5, turn=2**53 - 1, turn_of="B1")],
    RatioStand | UnsetType: RatioStand(calls=2, made=1),
    list[str]: ["B", "A"],
    list[str] | UnsetType: ["B", "A"],
    list[Number]: ["A2", "A1"],
    Actor: Actor(kind="operator", id="op-7", role="operator"),
    tuple[int, int, int]: (1, 2, 3),
    str | None: "command-1",
}


def sample(kind: type[Event]) -> Event:
    """Build an event with every field filled, from what its fields are declared to be."""
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        guess = str if "str" in str(field.type) else int
        fields[field.name] = (
            HALL
            if field.name == "hall" and kind is HallConfigured
            else SAMPLES.get(field.type, SAMPLES[guess])
        )
    return kind(**fields)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_every_body_is_canonical(kind: type[Event]) -> None:
    """The body of every event is its RFC 8785 form, byte for byte, and reads back as the same event."""
    event = sample(kind)
    body = wire.encode(event)
    assert body == rfc8785.dumps(msgspec.json.decode(body))
    assert wire.decode_event(body) == event


def test_a_hall_in_the_log_is_canonical() -> None:
    """The largest body, a whole hall, is canonical too."""
    body = wire.encode(HallConfigured(hall=HALL, digest="d", source="file"))
    assert body == rfc8785.dumps(msgspec.json.decode(body))


def issued(seq: int) -> TicketIssued:
    """Build the event that issues one ticket."""
    return TicketIssued(
        seq=seq,
        at=NOON + seq,
        day="2026-11-21",
        command=f"command-{seq}",
        ticket=f"A{seq}",
        service="passport",
        queue="A",
        class_="none",
        language="en",
        ahead=0,
        expected_wait_seconds=(0, 0, 0),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a new, empty log."""
    path = tmp_path / log.FILE
    log.migrate(path)
    return path


def test_what_was_appended_is_read(path: Path) -> None:
    """Batches come back in order, with dense seq, and the root after each commit is kept."""
    writer, reader = Writer(path, Frontier()), Reader(path)
    assert writer.open() == 0
    writer.append([issued(1), issued(2)])
    writer.append([issued(3)])
    assert reader.events(0, 3) == [issued(1), issued(2), issued(3)]
    assert reader.bodies(1, 3, 1) == [wire.encode(issued(2)).decode()]
    assert reader.end() == (3, NOON + 3)
    tree, roots = Frontier(), {}
    for seq in (1, 2, 3):
        tree.add(wire.encode(issued(seq)))
        roots[seq] = tree.root()
    assert dict(reader.roots()) == {2: roots[2], 3: roots[3]}
    writer.close()
    reader.close()


def test_commits_are_durable(path: Path) -> None:
    """The writer waits for the disk at each commit; readers cannot write."""
    writer, reader = Writer(path, Frontier()), Reader(path)
    writer.open()
    assert writer._db is not None
    assert writer._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer._db.execute("PRAGMA synchronous").fetchone() == (2,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._db().execute("DELETE FROM events")
    writer.close()
    reader.close()


def test_a_failed_batch_leaves_nothing(path: Path) -> None:
    """A batch with a seq that is there already fails whole; opened again, the writer goes on."""
    writer = Writer(path, Frontier())
    writer.open()
    writer.append([issued(1)])
    with pytest.raises(CommitFailed):
        writer.append([issued(2), issued(1)])
    assert writer.open() == 1
    writer.append([issued(2)])
    reader = Reader(path)
    tree = Frontier()
    tree.add(wire.encode(issued(1)))
    tree.add(wire.encode(issued(2)))
    assert list(reader.roots())[-1] == (2, tree.root())
    reader.close()
    writer.close()


def test_a_batch_that_is_there_after_all_counts(path: Path) -> None:
    """Opened again after a commit whose answer was lost, the writer goes on after that batch."""
    writer = Writer(path, Frontier())
    writer.open()
    writer.append([issued(1)])
    before = writer._frontier
    writer.append([issued(2)])
    writer._frontier = before
    assert writer.open() == 2
    assert writer._frontier.size == 2
    writer.close()


def test_a_log_that_another_hand_wrote_is_refused(path: Path) -> None:
    """A writer whose tree does not fit the log's end does not append."""
    other = Writer(path, Frontier())
    other.open()
    other.append([issued(1)])
    other.append([issued(2)])
    other.close()
    with pytest.raises(CommitFailed, match="ends at 2"):
        Writer(path, Frontier()).open()


def test_the_epoch_is_drawn_once(path: Path, tmp_path: Path) -> None:
    """A history keeps its random name over migrations; another history has another."""
    reader = Reader(path)
    name = reader.epoch()
    log.migrate(path)
    assert reader.epoch() == name
    log.migrate(tmp_path / "other.db")
    other = Reader(tmp_path / "other.db")
    assert other.epoch() != name
    reader.close()
    other.close()


def test_causes_are_those_of_the_last_days(path: Path) -> None:
    """Only the last days' commands are remembered at a start."""
    writer, reader = Writer(path, Frontier()), Reader(path)
    writer.open()
    days = ["2026-11-19", "2026-11-20", "2026-11-20", "2026-11-21"]
    events = [msgspec.structs.replace(issued(seq), day=day) for seq, day in enumerate(days, 1)]
    writer.append([event for event in events if isinstance(event, Event)])
    assert [cause.seq for cause in reader.causes(2)] == [2, 3, 4]
    assert [cause.seq for cause in reader.causes(5)] == [1, 2, 3, 4]
    writer.close()
    reader.close()
