"""A full hall: many at once, for long, and all tapping again; nothing is lost and nothing grows."""

import asyncio
import itertools
import statistics
import time
from pathlib import Path
from typing import Any

import pytest

from bench.light import HOST, new_id
from bench.running import ROOT, Running, running
from simulator.light import Http, Socket

KIOSKS, DESKS, BOARDS = 20, 60, 200
TICKETS_A_SECOND = 5
HALL = f"""
extends = "{ROOT / "config" / "halls" / "demo.toml"}"
[limits]
kiosk_issues_per_minute = 1000000
[policy]
no_show_seconds = 0
""" + "".join(f'[[desk]]\nnumber = "{n}"\nqueues = ["A"]\n' for n in range(101, 101 + DESKS))


class Board:
    """A board that keeps which calls it heard, when, and whether a frame was missing."""

    def __init__(self, port: int) -> None:
        """Listen as a stranger's board."""
        self.called: dict[str, float] = {}
        self.gaps, self._last = 0, 0
        self.socket = Socket(HOST, port, {"public": True}, self._hear)

    async def open(self) -> "Board":
        """Connect and join."""
        await self.socket.open()
        await self.socket.ask("join", {})
        return self

    def _hear(self, frame: dict[str, Any]) -> None:
        self.gaps += self._last > 0 and frame["from_seq"] != self._last + 1
        self._last = frame["to_seq"]
        for event in frame["events"]:
            if event["type"] == "ticket_called":
                self.called[event["ticket"]] = time.monotonic()


class FullHall:
    """Kiosks that issue at a steady rate and desks that call whoever is there."""

    def __init__(self, server: Running) -> None:
        """Speak with the hall's system, which may hold any number of desks."""
        self.server = server
        self.took: list[float] = []
        self.called: dict[str, float] = {}
        self._system = [Http(HOST, server.port, server.system) for _ in range(DESKS)]
        self._kiosks = [Http(HOST, server.port, server.kiosk) for _ in range(KIOSKS)]
        self._waiting = asyncio.Semaphore(0)

    async def say(self, http: Http, type_: str, **fields: Any) -> list[dict[str, Any]]:
        """Send a command that must succeed; raises Refused."""
        answer = await http.ask("POST", "/api/v1/commands", {"type": type_, "id": new_id(), **fields})
        return list(answer["events"])

    async def run(self, seconds: float) -> None:
        """Open all desks, issue for so many seconds, and go on until everybody was served."""
        for number, http in enumerate(self._system, 101):
            await self.say(http, "open_desk", desk=str(number))
        many = round(seconds * TICKETS_A_SECOND)
        turns = itertools.count()
        desks = [
            asyncio.create_task(self._desk(http, str(number), turns, many))
            for number, http in enumerate(self._system, 101)
        ]
        issues = []
        for number in range(many):
            issues.append(asyncio.create_task(self._issue(self._kiosks[number % KIOSKS])))
            await asyncio.sleep(1 / TICKETS_A_SECOND)
        await asyncio.gather(*issues)
        await asyncio.gather(*desks)

    async def _issue(self, kiosk: Http) -> None:
        began = time.monotonic()
        await self.say(kiosk, "issue_ticket", service="passport")
        self.took.append(time.monotonic() - began)
        self._waiting.release()

    async def _desk(self, http: Http, desk: str, turns: "itertools.count[int]", many: int) -> None:
        """Call one after another, each served for some seconds, until all had their turn."""
        while next(turns) < many:
            await self._waiting.acquire()
            began = time.monotonic()
            (called,) = await self.say(http, "call_next", desk=desk)
            self.called[called["ticket"]] = began
            await self.say(http, "serve", desk=desk, ticket=called["ticket"])
            await asyncio.sleep(2)
            await self.say(http, "complete", desk=desk, ticket=called["ticket"], outcome="served")

    def close(self) -> None:
        """Hang up."""
        for http in (*self._system, *self._kiosks):
            http.close()


def p99_ms(seconds: list[float]) -> float:
    """Give the 99th percentile in milliseconds."""
    return round(statistics.quantiles(seconds, n=100)[98] * 1000, 1)


async def full(server: Running, seconds: float) -> tuple[FullHall, list[Board]]:
    """Run the full hall before all its boards."""
    boards = [await Board(server.port).open() for _ in range(BOARDS)]
    hall = FullHall(server)
    await hall.run(seconds)
    for _ in range(200):
        if all(board.called.keys() == hall.called.keys() for board in boards):
            break
        await asyncio.sleep(0.1)
    hall.close()
    for board in boards:
        board.socket.close()
    await asyncio.sleep(0)
    return hall, boards


@pytest.mark.fault(number="T1")
@pytest.mark.slow
def test_a_full_hall(record_property: Any, *, long: bool) -> None:
    """Everybody is answered and called once; every board hears every call, in order, without a gap."""
    with running(HALL) as server:
        hall, boards = asyncio.run(full(server, 60 if long else 3))
        memory = round(server.memory_mb())
    issued = len(hall.took)
    assert len(hall.called) == issued
    assert [len(board.called) for board in boards] == [issued] * BOARDS
    assert sum(board.gaps for board in boards) == 0
    last = [max(board.called[ticket] for board in boards) - began for ticket, began in hall.called.items()]
    record_property("tickets", issued)
    record_property("issue to answer, p99 ms", p99_ms(hall.took))
    record_property("call to the last of 200 boards, p99 ms", p99_ms(last))
    record_property("memory, MB", memory)


@pytest.mark.fault(number="T2")
@pytest.mark.slow
def test_a_morning_rush(record_property: Any, *, long: bool) -> None:
    """Each tap of a visitor is answered with the same ticket, and there are as many tickets as visitors."""
    visitors = 300 if long else 100
    with running(HALL) as server:
        answers, seconds = asyncio.run(rush(server, visitors))
    tickets = [{answer["events"][0]["ticket"] for answer in five} for five in answers]
    assert [len(each) for each in tickets] == [1] * visitors
    assert len(set[str]().union(*tickets)) == visitors
    record_property("visitors", visitors)
    record_property("taps", 5 * visitors)
    record_property("tickets", visitors)
    record_property("slowest answer, s", round(max(seconds), 2))


async def rush(server: Running, visitors: int) -> tuple[list[list[Any]], list[float]]:
    """Let visitors come within two seconds, each tapping five times at once."""
    kiosks = [Http(HOST, server.port, server.kiosk) for _ in range(5 * KIOSKS)]
    seconds: list[float] = []
    turn = [asyncio.Lock() for _ in kiosks]

    async def tap(which: int, command: dict[str, Any]) -> Any:
        async with turn[which]:
            began = time.monotonic()
            answer = await kiosks[which].ask("POST", "/api/v1/commands", command)
            seconds.append(time.monotonic() - began)
            return answer

    async def come(number: int) -> list[Any]:
        await asyncio.sleep(number * 2 / visitors)
        command = {"type": "issue_ticket", "id": new_id(), "service": "passport"}
        return await asyncio.gather(*(tap((number * 5 + n) % len(kiosks), command) for n in range(5)))

    answers = await asyncio.gather(*(come(number) for number in range(visitors)))
    for kiosk in kiosks:
        kiosk.close()
    await asyncio.sleep(0)
    return answers, seconds


def held(pid: int) -> tuple[float, int, int]:
    """Give the megabytes, threads and open files of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    megabytes = int(status.partition("VmRSS:")[2].split()[0]) / 1024
    threads = int(status.partition("Threads:")[2].split()[0])
    return megabytes, threads, len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.long
@pytest.mark.fault(number="T1b")
def test_a_long_day_of_coming_and_going(record_property: Any, *, long: bool) -> None:
    """One ticket a second, a screen leaving and another joining all the time: nothing piles up."""
    seconds, every = (1_200.0, 3.0) if long else (6.0, 0.1)
    with running(HALL) as server:
        looks = asyncio.run(come_and_go(server, seconds, every))
        (before, _, files), (after, threads, files_after) = looks[len(looks) // 4], looks[-1]
    assert files_after <= files + 2
    assert threads <= looks[0][1] + 2
    assert after - before < (5 if long else 20)
    record_property("minutes", round(seconds / 60, 1))
    record_property("MB after a quarter and at the end", f"{before:.1f}, {after:.1f}")
    record_property("open files", f"{files}, {files_after}")


async def come_and_go(server: Running, seconds: float, every: float) -> list[tuple[float, int, int]]:
    """Issue and call one a second, or faster when ``seconds`` is short; look ten times."""
    system, looks = Http(HOST, server.port, server.system), []

    async def say(type_: str, **fields: Any) -> Any:
        answer = await system.ask("POST", "/api/v1/commands", {"type": type_, "id": new_id(), **fields})
        return answer["events"][0]

    await say("open_desk", desk="101")
    boards = [await Board(server.port).open() for _ in range(20)]
    end = time.monotonic() + seconds
    next_look, turn = time.monotonic(), min(1.0, every)
    while time.monotonic() < end:
        boards.pop(0).socket.close()
        boards.append(await Board(server.port).open())
        for _ in range(max(1, round(every))):
            await say("issue_ticket", service="passport")
            ticket = (await say("call_next", desk="101"))["ticket"]
            await say("serve", desk="101", ticket=ticket)
            await say("complete", desk="101", ticket=ticket, outcome="served")
            await asyncio.sleep(turn)
        if time.monotonic() >= next_look:
            looks.append(held(server.pid))
            next_look += seconds / 10
    for board in boards:
        board.socket.close()
    await asyncio.sleep(0)
    assert sum(board.gaps for board in boards) == 0
    system.close()
    return looks
