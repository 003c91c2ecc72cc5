"""The take-over drill: a hall in a rush loses its server, and goes on with the other; and cables break."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from protocol.commands import IssueTicket
from protocol.link import Answer, Link, LinkUp, Message, Snapshot
from server.verify import verify
from tests.hall_process import Asker, new_id
from tests.pair import Pair, is_same, runs, until
from tests.tcp_proxy import DOWN, UP

VISITORS, DESKS = 8, ("1", "2")

pytestmark = pytest.mark.slow


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Run a hall and its standby, with the desks open."""
    made = Pair(tmp_path)
    made.start_second()
    for desk in DESKS:
        made.asker.done("open_desk", desk=desk)
    yield made
    made.stop()


class Client(threading.Thread):
    """Asks whichever of two servers answers, with one id until one has; ``acked`` is what it was told."""

    def __init__(self, pair: Pair, desk: str = "") -> None:
        """Be a visitor at a kiosk, or an operator at a desk."""
        super().__init__(daemon=True)
        self._askers = [Asker(port, pair.all) for port in (pair.first.port, pair.second.port)]
        self._desk, self.is_over = desk, threading.Event()
        self.acked: list[tuple[float, dict[str, Any]]] = []
        self.faults: list[Any] = []

    def run(self) -> None:
        """Go on until it is over."""
        while not self.is_over.is_set():
            if self._desk:
                self._serve_one()
            else:
                self._done("issue_ticket", service="passport")
                time.sleep(0.05)
        for asker in self._askers:
            asker.close()

    def _serve_one(self) -> None:
        call = self._done("call_next", desk=self._desk)
        if call is None:
            time.sleep(0.05)
            return
        of_it = {"desk": self._desk, "ticket": call["ticket"]}
        self._done("serve", **of_it)
        self._done("complete", outcome="served", **of_it)

    def _done(self, verb: str, **fields: Any) -> dict[str, Any] | None:
        """Send one command until there is an answer; gives its event, None where nobody waits."""
        command = {"type": verb, "id": new_id(), **fields}
        while not self.is_over.is_set():
            try:
                status, answer = self._askers[0].ask("POST", "/api/v1/commands", command)
            except OSError:
                status, answer = 503, None
            if status == 503:  # the other one, then
                self._askers.reverse()
                time.sleep(0.05)
            elif status == 200:
                self.acked.append((time.time(), answer["events"][0]))
                return dict(answer["events"][0])
            else:
                if answer["code"] != "nobody_waiting":
                    self.faults.append((command, answer))
                return None
        return None


def degraded(pair: Pair) -> list[tuple[float, float]]:
    """Give from when until when the first server said that it was degraded, by its own log."""
    spells: list[tuple[float, float]] = []
    for line in (pair.first.data / "server.log").read_text().splitlines():
        said = json.loads(line) if line.startswith("{") else {}
        at = datetime.fromisoformat(said["timestamp"]).timestamp() if "timestamp" in said else 0.0
        if said.get("event") == "degraded":
            spells.append((at, float("inf")))
        elif said.get("event") == "standby_follows" and spells:
            spells[-1] = spells[-1][0], at
    return spells


@pytest.mark.fault(number="T22")
def test_the_take_over_drill(pair: Pair, record_property: Any) -> None:
    """Killed in a rush and taken over by one command: nothing that stood on both disks is lost or doubled."""
    clients = [Client(pair) for _ in range(VISITORS)] + [Client(pair, desk) for desk in DESKS]
    for client in clients:
        client.start()
    until(lambda: sum(len(client.acked) for client in clients) > 200)
    pair.first.kill()
    killed, told = time.time(), sum(len(client.acked) for client in clients)
    pair.promote()
    until(lambda: sum(len(client.acked) for client in clients) > told + 150)
    for client in clients:
        client.is_over.set()
        client.join(20)
    for name, figure in check(pair, clients, killed).items():
        record_property(name, figure)


def check(pair: Pair, clients: list[Client], killed: float) -> dict[str, Any]:
    """Hold what was answered against the log that went on."""
    assert [fault for client in clients for fault in client.faults] == []
    asker, log = pair.second.asker(pair.all), list[dict[str, Any]]()
    while page := asker.ask("GET", f"/api/v1/events?since={len(log)}&limit=5000")[1]["events"]:
        log += page
    caused = {(event["command"], event["type"]): event for event in log}
    acked = [(at, event) for client in clients for at, event in client.acked]
    lost = [
        (at, event) for at, event in acked if caused.get((event["command"], event["type"])) != plain(event)
    ]
    covered = [at for at, _ in lost if not any(since <= at <= until_ for since, until_ in degraded(pair))]
    assert covered == [], "what was answered while both kept up stands"
    numbers = Counter(event["ticket"] for event in log if event["type"] == "ticket_issued")
    told = Counter({event["ticket"]: 1 for _, event in acked if event["type"] == "ticket_issued"})
    lost_numbers = {event["ticket"] for _, event in lost if event["type"] == "ticket_issued"}
    assert max(numbers.values()) == 1, "no number twice"
    assert not lost_numbers & numbers.keys(), "not even one that was lost while degraded"
    calls = Counter(event["ticket"] for event in log if event["type"] == "ticket_called")
    assert max(calls.values()) == 1, "none called twice"
    assert verify(pair.second.data, None) == 0
    after = min(at for at, _ in acked if at > killed)
    return {
        "answered": len(acked), "tickets": len(told), "calls": len(calls), "lost": len(lost),
        "lost while both kept up": len(covered), "numbers twice": 0, "called twice": 0,
        "seconds from kill to next answer": round(after - killed, 1),
    }  # fmt: skip


def plain(event: dict[str, Any]) -> dict[str, Any]:
    """Give an event as the log has it."""
    return {name: value for name, value in event.items() if name not in {"token", "receipt"}}


def a_link(pair: Pair) -> tuple[Link, Queue[Message]]:
    """Connect as a kiosk does, with both addresses."""
    heard: Queue[Message] = Queue()
    link = Link(pair.addresses, pair.all, heard.put)
    link.start()
    return link, heard


def next_of(heard: "Queue[Message]", kind: type[Any]) -> Any:
    """Wait for a message of a kind, passing over others."""
    while not isinstance(message := heard.get(timeout=30), kind):
        pass
    return message


def test_a_program_with_both_addresses_finds_the_one_that_runs(pair: Pair) -> None:
    """It waits for no person: what it had to say is answered once, by the server that took over."""
    link, heard = a_link(pair)
    try:
        first = next_of(heard, LinkUp).epoch
        until(lambda: is_same(pair))
        pair.first.kill()
        link.send(IssueTicket(id="while-nobody-answers", service="passport"))
        pair.promote()
        assert next_of(heard, Snapshot).data["epoch"] != first
        answer = next_of(heard, Answer).answer
        assert [event["ticket"] for event in answer["events"]] == ["A021"]
    finally:
        link.close()


@pytest.mark.fault(number="T22")
@pytest.mark.parametrize(
    "directions",
    [
        pytest.param((UP, DOWN), id="neither hears the other"),
        pytest.param((UP,), id="the hall does not hear the standby"),
        pytest.param((DOWN,), id="the standby does not hear the hall"),
    ],
)
def test_two_servers_that_cannot_reach_each_other_never_give_one_number(
    pair: Pair, directions: tuple[str, ...]
) -> None:
    """Somebody promotes the standby of a hall that runs; the first program that knows both ends that."""
    first, second = [pair.issue()], list[str]()
    until(lambda: is_same(pair))
    pair.network.blackhole(*directions)
    first += [pair.issue() for _ in range(6)]
    pair.promote()
    asker = pair.second.asker(pair.all)
    for _ in range(10):
        second.append(pair.issue(asker))
        status, answer = pair.asker.say("issue_ticket", service="passport")
        first += [event["ticket"] for event in answer["events"]] if status == 200 else []
    link, heard = a_link(pair)
    try:
        next_of(heard, LinkUp)
        until(lambda: not runs(pair.first))
        link.send(IssueTicket(id="after-the-news", service="passport"))
        second.append(next_of(heard, Answer).answer["events"][0]["ticket"])
    finally:
        link.close()
    assert pair.asker.refused("issue_ticket", service="passport") == "superseded"
    assert not set(first) & set(second)
    assert second[-1] == f"A{int(second[0][1:]) + len(second) - 1:03}"
