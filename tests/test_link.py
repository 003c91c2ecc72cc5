"""The link to the hall: it follows, it catches up, and a command gets through once, whatever breaks."""

import queue
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from protocol.commands import IssueTicket
from protocol.link import Answer, Events, Link, LinkDown, LinkUp, Message, Snapshot, TooManyUnanswered
from tests.small_hall import TOKEN

Kind = TypeVar("Kind")

DEADLINE_SECONDS = 20.0


class Hall:
    """The small hall's process, which can be killed and started again on the same port."""

    def __init__(self, log: Path) -> None:
        """Start it for the first time."""
        self.log = log
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it, again or for the first time."""
        command = [sys.executable, "-m", "tests.small_hall", str(self.port), str(self.log)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    @property
    def heard(self) -> list[str]:
        """The ids of the commands heard, each as often as it came."""
        return self.log.read_text().split() if self.log.exists() else []


class Visitor:
    """A link and its inbox."""

    def __init__(self, hall: Hall, token: str = TOKEN) -> None:
        """Start to follow the hall."""
        self.inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.link = Link(f"http://127.0.0.1:{hall.port}", token, self.inbox.put)
        self.link.start()

    def next(self, kind: type[Kind]) -> Kind:
        """Wait for a message of this kind, passing over others."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            message = self.inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            if isinstance(message, kind):
                return message

    def issue(self, name: str, service: str = "passport") -> None:
        """Ask for a ticket."""
        self.link.send(IssueTicket(id=name, service=service))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path / "heard")
    yield hall
    hall.kill()


@pytest.fixture
def visitor(hall: Hall) -> Iterator[Visitor]:
    visitor = Visitor(hall)
    yield visitor
    visitor.link.close()


def test_a_link_begins_with_a_snapshot(visitor: Visitor) -> None:
    """The first word is the whole state; only then the link says that it is up."""
    first, second = visitor.inbox.get(timeout=DEADLINE_SECONDS), visitor.inbox.get(timeout=DEADLINE_SECONDS)
    assert first == Snapshot({"epoch": "first", "seq": 0, "tickets": 0, "hall": {"id": "small"}})
    assert second == LinkUp("first", 0)


def test_a_command_is_answered_and_its_event_heard(visitor: Visitor) -> None:
    """The answer goes to the sender, the event to all."""
    visitor.issue("command-1")
    assert visitor.next(Events).events[0]["ticket"] == "A001"
    answer = visitor.next(Answer)
    assert (answer.command_id, answer.answer["ok"]) == ("command-1", True)


def test_events_arrive_in_the_order_in_which_they_happened(visitor: Visitor) -> None:
    """Forty frames in a row, each once, in order, and no gap seen where there is none."""
    for i in range(40):
        visitor.issue(f"command-{i}")
    seen: list[int] = []
    while len(seen) < 40:
        seen += [event["seq"] for event in visitor.next(Events).events]
    assert seen == list(range(1, 41))


def test_a_killed_hall_is_found_again_and_the_gap_is_filled(hall: Hall, visitor: Visitor) -> None:
    """What happened behind the link's back comes with the join after it."""
    visitor.next(LinkUp)
    hall.kill()
    assert "connect" in visitor.next(LinkDown).why
    hall.log.write_text("while-away\n")
    hall.start()
    assert [event["command"] for event in visitor.next(Events).events] == ["while-away"]
    assert visitor.next(LinkUp).seq == 1


def test_a_command_sent_while_the_hall_is_dead_arrives_once(hall: Hall, visitor: Visitor) -> None:
    """It is kept, under its id, until someone answers."""
    visitor.next(LinkUp)
    hall.kill()
    visitor.next(LinkDown)
    visitor.issue("command-1")
    hall.start()
    assert visitor.next(Answer).answer["events"][0]["ticket"] == "A001"
    assert hall.heard == ["command-1"]


@pytest.mark.parametrize(
    "service",
    [
        pytest.param("silent", id="no answer came"),
        pytest.param("broken", id="the connection broke before the answer"),
        pytest.param("busy", id="the hall said: not now"),
    ],
)
def test_the_same_id_goes_out_again_until_it_is_answered(
    hall: Hall, visitor: Visitor, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repeated command is the same command: one ticket."""
    monkeypatch.setattr("protocol.link.ANSWER_SECONDS", 0.5)
    visitor.issue("command-1", service)
    answer = visitor.next(Answer).answer
    assert [event["seq"] for event in answer["events"]] == [1]
    assert hall.heard == ["command-1", "command-1"]


def test_a_gap_makes_the_link_join_again(visitor: Visitor) -> None:
    """A frame that begins too late shows that one was missed; both come, in order."""
    visitor.issue("command-1", "secret")
    visitor.next(Answer)
    visitor.issue("command-2")
    assert [event["seq"] for event in visitor.next(Events).events] == [1, 2]


def test_a_goodbye_of_the_server_is_no_reason_to_stay_away(visitor: Visitor) -> None:
    """A server that disconnects the link is joined again."""
    visitor.next(LinkUp)
    visitor.issue("command-1", "goodbye")
    visitor.next(LinkDown)
    visitor.next(LinkUp)


def test_start_over_brings_the_snapshot_again(visitor: Visitor) -> None:
    """For a hall that was configured anew, what is known is void."""
    visitor.next(LinkUp)
    visitor.link.start_over()
    assert visitor.next(Snapshot).data["tickets"] == 0


def test_an_unknown_token_is_told(hall: Hall) -> None:
    """The technician reads the server's own reason."""
    visitor = Visitor(hall, "wrong")
    assert "This token is not known." in visitor.next(LinkDown).why
    visitor.link.close()


def test_a_forgotten_command_is_sent_no_more(hall: Hall, visitor: Visitor) -> None:
    """Who gave up must not get a ticket an hour later."""
    visitor.next(LinkUp)
    hall.kill()
    visitor.next(LinkDown)
    visitor.issue("command-1")
    visitor.link.forget("command-1")
    visitor.issue("command-2")
    hall.start()
    assert visitor.next(Answer).command_id == "command-2"
    assert hall.heard == ["command-2"]


def test_the_line_of_unanswered_commands_has_an_end(hall: Hall, visitor: Visitor) -> None:
    """A link that was down for a day has not kept a day of commands."""
    visitor.next(LinkUp)
    hall.kill()
    visitor.next(LinkDown)
    for i in range(100):
        visitor.issue(f"command-{i}")
    with pytest.raises(TooManyUnanswered):
        visitor.issue("one-more-command")
    hall.start()
