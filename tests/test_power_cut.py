"""The server killed in a rush, again and again: what was answered holds, and nothing is doubled."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.hall_process import Asker, HallProcess, new_id
from ui.language import config_folder

CLIENTS, DESKS = 64, 6
SERVICES = ("passport", "birth", "driving-licence", "pension")
LANES = ["A", "B", "C", "D", "E", "F", "G", "H"]


@dataclass
class Rush:
    """Visitors and operators who never give up: who gets no answer asks again with the same id."""

    hall: HallProcess
    is_over: threading.Event = field(default_factory=threading.Event)
    issued: dict[str, dict[str, Any]] = field(default_factory=dict)
    called: list[tuple[str, str, str]] = field(default_factory=list)
    retried: int = 0
    faults: list[str] = field(default_factory=list)

    def answered(self, asker: Asker, command: dict[str, Any]) -> tuple[int, Any]:
        """Ask until there is an answer that isn't 'later'."""
        while True:
            try:
                status, answer = asker.ask("POST", "/api/v1/commands", command)
            except OSError:
                self.retried += 1
                time.sleep(0.02)  # a kiosk waits as well before it connects again
                continue
            if status != 503:
                return status, answer

    def visitors(self, asker: Asker, number: int) -> None:
        """Issue one ticket after another."""
        while not self.is_over.is_set():
            service = SERVICES[number % len(SERVICES)]
            command = {"type": "issue_ticket", "id": new_id(), "service": service}
            status, answer = self.answered(asker, command)
            if status != 200:
                self.faults.append(f"issue: {answer}")
                return
            self.issued[command["id"]] = answer["events"][0]

    def operator(self, asker: Asker, desk: str) -> None:
        """Call, serve and complete; after any break read the desk's state again and go on from there."""
        while not self.is_over.is_set():
            status, answer = self.answered(asker, {"type": "call_next", "id": new_id(), "desk": desk})
            if status == 409 and answer["code"] == "nobody_waiting":
                continue
            if status != 200:
                self.faults.append(f"call: {answer}")
                return
            call = answer["events"][0]
            self.called.append((call["day"], call["ticket"], desk))
            if self.knows(asker) not in (None, call["ticket"]):
                self.faults.append(f"desk {desk} has another ticket than {call['ticket']}")
            for verb, more in (("serve", {}), ("complete", {"outcome": "served"})):
                command = {"type": verb, "id": new_id(), "desk": desk, "ticket": call["ticket"], **more}
                status, answer = self.answered(asker, command)
                if status != 200:
                    self.faults.append(f"{verb}: {answer}")

    def knows(self, asker: Asker) -> str | None:
        """Give the ticket that the desk's own state names; None while the server is away."""
        try:
            status, state = asker.ask("GET", "/api/v1/snapshot")
        except OSError:
            return None
        return str(state["ticket"]["ticket"]) if status == 200 and state.get("ticket") else None


def operators(hall: HallProcess) -> list[Asker]:
    """Sign in an operator for each desk and open it."""
    askers = []
    for desk in range(1, DESKS + 1):
        made = hall.command_line("operator", "add", f"operator-{desk}")
        assert made.returncode == 0, made.stderr
        asker = hall.asker()
        password = made.stdout.split()[-1]
        status, answer = asker.ask(
            "POST", "/api/v1/session", {"name": f"operator-{desk}", "password": password}
        )
        assert status == 200, answer
        asker.done("open_desk", desk=str(desk))
        askers.append(asker)
    return askers


def together(rush: Rush, tasks: list[Callable[[], None]], hall: HallProcess, rounds: int) -> list[float]:
    """Run the rush on threads of their own while the server is killed; gives the seconds of each start."""
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    seconds = []
    for _ in range(rounds):
        before = len(rush.issued) + len(rush.called)
        while len(rush.issued) + len(rush.called) < before + 150 and not rush.faults:
            time.sleep(0.01)
        hall.kill()
        began = time.monotonic()
        hall.start()
        seconds.append(time.monotonic() - began)
    rush.is_over.set()
    for thread in threads:
        thread.join(60)
    return seconds


@pytest.mark.fault(number="T3")
@pytest.mark.slow
def test_power_cuts_in_a_rush_lose_and_double_nothing(
    tmp_path: Path, record_property: Any, *, long: bool
) -> None:
    """64 clients issue and six desks call while the server is killed, ten times or three hundred."""
    hall = HallProcess(tmp_path, config_folder() / "halls" / "demo.toml").start()
    everything = hall.asker(hall.token("integration", "rush"))
    rush = Rush(hall)
    desks = operators(hall)
    for desk in range(1, DESKS + 1):
        everything.done("assign_desk", desk=str(desk), queues=LANES)
    tasks: list[Callable[[], None]] = []
    for number in range(CLIENTS):
        asker = hall.asker(everything.token)
        tasks.append(partial(rush.visitors, asker, number))
    for number, asker in enumerate(desks, 1):
        tasks.append(partial(rush.operator, asker, str(number)))
    seconds = together(rush, tasks, hall, 300 if long else 10)
    everything.close()
    try:
        figures = check(rush, hall, everything)
    finally:
        hall.stop()
    record_property("kill -9", len(seconds))
    record_property("seconds to be ready again, at most", round(max(seconds), 1))
    for name, figure in figures.items():
        record_property(name, figure)


def check(rush: Rush, hall: HallProcess, everything: Asker) -> dict[str, int]:
    """Hold what was answered against the log."""
    assert rush.faults == []
    log: list[dict[str, Any]] = []
    while page := everything.ask("GET", f"/api/v1/events?since={len(log)}&limit=5000")[1]["events"]:
        log += page
    issued = {event["command"]: event for event in log if event["type"] == "ticket_issued"}
    numbers = Counter((event["day"], event["ticket"]) for event in issued.values())
    calls = Counter((event.get("ticket_day", event["day"]), event["ticket"]) for event in log
                    if event["type"] == "ticket_called")  # fmt: skip
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    assert max(numbers.values()) == 1, "no number twice"
    assert max(calls.values()) == 1, "none called twice"
    for command, answer in rush.issued.items():
        kept = {key: value for key, value in answer.items() if key not in {"token", "receipt"}}
        assert issued[command] == kept, "what was answered is what stands"
    assert len(rush.called) == len(set(rush.called))
    assert {(day, ticket) for day, ticket, _ in rush.called} <= calls.keys()
    verified = hall.command_line("verify")
    assert verified.returncode == 0, verified.stdout
    return {
        "tickets acknowledged": len(rush.issued),
        "of them lost": 0,
        "numbers twice": 0,
        "called twice": 0,
        "calls": len(rush.called),
        "asked again": rush.retried,
        "calls committed and never answered": len(calls) - len(rush.called),
    }
