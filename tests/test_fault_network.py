"""A network that delays, cuts, resets and swallows, and boards cut off while hundreds were called."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from display.board import Board, follow, read_board
from protocol.link import Events, Link, LinkUp, Snapshot
from protocol.words import SECOND
from tests.hall_process import ROOT, Asker, HallProcess
from tests.tcp_proxy import TcpProxy
from tests.test_power_cut import LANES, Rush, check, operators

NOON = 1_795_420_800_000_000
"""Monday 2026-11-23, 12:00 in Baku."""
PATIENCE_SECONDS = 60.0


@pytest.fixture
def proxy_to() -> Iterator[Callable[[int], TcpProxy]]:
    """Give networks to servers, and close them."""
    opened: list[TcpProxy] = []

    def begin(port: int) -> TcpProxy:
        opened.append(TcpProxy(port))
        return opened[-1]

    yield begin
    for proxy in opened:
        proxy.close()


class Far:
    """A board behind a network: what it shows, and what of it was news to it."""

    def __init__(self, port: int, token: str) -> None:
        """Follow the hall."""
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.board, self.news, self.seq = Board(), list[str](), 0
        self.link = Link(f"http://127.0.0.1:{port}", token, self.inbox.put)
        self.link.start()

    def wait_for(self, claim: Callable[[], bool]) -> None:
        """Take messages until it is so."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not claim():
            message = self.inbox.get(timeout=max(0.01, until - time.monotonic()))
            before = self.board
            if isinstance(message, Snapshot):
                self.board = read_board(message.data)
            elif isinstance(message, Events):
                self.board = follow(self.board, message.events)
                self.seq = message.events[-1]["seq"] if message.events else self.seq
            elif isinstance(message, LinkUp):
                self.seq = message.seq
            self.news += [call.number for call in self.board.new_since(before)]

    def close(self) -> None:
        """Follow no more."""
        self.link.close()


@pytest.mark.fault(number="T17")
@pytest.mark.parametrize("seconds", [1, 60, 3600])
def test_a_board_is_cut_off_while_hundreds_are_called(
    seconds: int,
    tmp_path: Path,
    proxy_to: Callable[[int], TcpProxy],
    record_property: Any,
    *,
    long: bool,
) -> None:
    """Back again it shows what the hall shows, and of the calls only those of the last minute are news."""
    hall = HallProcess(tmp_path, ROOT / "config" / "halls" / "demo.toml", clock="driven").start()
    system, proxy = hall.asker(hall.token("integration", "system")), proxy_to(hall.port)
    system.done("open_desk", desk="1", at=NOON)
    far = Far(proxy.port, hall.token("board", "far"))
    far.wait_for(lambda: far.seq > 0)
    first = one_call(system, NOON)
    far.wait_for(lambda: [call.number for call in far.board.now] == [first])
    proxy.cut()
    far.news.clear()
    rounds = 20 if seconds == 1 else 500 if long else 210
    calls = [(NOON + SECOND + n * seconds * SECOND // rounds) for n in range(rounds)]
    numbers = [one_call(system, at) for at in calls]
    proxy.forward()
    far.wait_for(lambda: [call.number for call in far.board.now] == numbers[-1:])
    shown = read_board(system.ask("GET", "/api/v1/board")[1])
    many = min(len(far.board.recent), len(shown.recent))
    assert many >= 5
    assert (far.board.now, far.board.recent[:many]) == (shown.now, shown.recent[:many])
    assert set(far.news) <= set(numbers[-1:]), "an old call was news"
    record_property(f"calls missed in {seconds} s, of them spoken afterwards", f"{rounds}, {len(far.news)}")
    far.close()
    hall.stop()


def one_call(system: Asker, at: int) -> str:
    """Let who is at the desk go, and call a newcomer there; gives the number."""
    system.done("advance_clock", at=at)
    state = next(desk for desk in system.ask("GET", "/api/v1/desks")[1] if desk["number"] == "1")
    if state["ticket"]:
        system.done("serve", desk="1", ticket=state["ticket"])
        system.done("complete", desk="1", ticket=state["ticket"], outcome="served")
    system.done("issue_ticket", service="passport")
    return str(system.done("call_next", desk="1")[0]["ticket"])


def worse_and_worse(proxy: TcpProxy, rounds: int) -> None:
    """Do everything to a network that happens to one, some seconds each."""
    for _ in range(rounds):
        proxy.delay(0.3)
        time.sleep(1)
        proxy.forward()
        proxy.rate(64_000 // 8)
        time.sleep(1)
        proxy.forward()
        proxy.blackhole("down")
        time.sleep(0.5)
        proxy.blackhole()
        time.sleep(0.5)
        proxy.reset()
        proxy.cut()
        time.sleep(0.5)
        proxy.forward()
        time.sleep(0.5)
        proxy.reset()


@pytest.mark.fault(number="T19")
@pytest.mark.slow
# The client library leaves the sockets of tries that were cut to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_bad_network_doubles_and_loses_nothing(
    tmp_path: Path, proxy_to: Callable[[int], TcpProxy], record_property: Any, *, long: bool
) -> None:
    """Kiosks and desks go on through delays, cuts, resets and silence; boards are back soon after it."""
    hall = HallProcess(tmp_path, ROOT / "config" / "halls" / "demo.toml").start()
    everything, proxy = hall.asker(hall.token("integration", "rush")), proxy_to(hall.port)
    rush, desks = Rush(hall), operators(hall)
    for number, _ in enumerate(desks, 1):
        everything.done("assign_desk", desk=str(number), queues=LANES)
    for asker in desks:
        asker.close()
        asker.port = proxy.port
    kiosks = [Asker(proxy.port, everything.token) for _ in range(8)]
    tasks = [partial(rush.visitors, asker, number) for number, asker in enumerate(kiosks)]
    tasks += [partial(rush.operator, asker, str(number)) for number, asker in enumerate(desks, 1)]
    threads = [threading.Thread(target=task) for task in tasks]
    boards = [Far(proxy.port, hall.token("board", f"board-{n}")) for n in range(200 if long else 20)]
    for board in boards:
        board.wait_for(lambda board=board: board.seq > 0)  # type: ignore[misc]  # the one of this round
    for thread in threads:
        thread.start()
    worse_and_worse(proxy, 10 if long else 1)
    began = time.monotonic()
    rush.is_over.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    last = everything.done("announce", text={"az": "Bitdi.", "en": "Over."})[0]["seq"]
    for board in boards:
        board.wait_for(lambda board=board: board.seq >= last)  # type: ignore[misc]  # as above
    seconds = time.monotonic() - began
    for asker in kiosks:
        asker.close()
    for board in boards:
        board.close()
    try:
        figures = check(rush, hall, everything)
    finally:
        hall.stop()
    record_property("boards", len(boards))
    record_property("seconds until all of them knew the last event", round(seconds, 1))
    for name, figure in figures.items():
        record_property(name, figure)
