"""What choosing the next ticket, and issuing one, costs with 10, 1,000 and 100,000 waiting.

``python -m bench.choosing`` prints one JSON object by number of waiting, in microseconds: "choose" is
choosing among the heads and counting who is overtaken; "call" is the whole call as the engine decides it:
right, rule, event, stamp and fold; "issue" is one more ticket, with its place and its forecast; "bytes" is
the memory that a waiting ticket takes.
"""

import json
import statistics
import tracemalloc
from collections.abc import Callable
from time import perf_counter_ns
from typing import TypeVar

from bench.morning import START, SYSTEM, a_hall, check_some_in, issue_some, new_id, serve
from protocol.commands import CallNext, OpenDesk
from protocol.events import TicketCalled
from protocol.words import MINUTE
from server.domain.calling import heads_of, overtaken_by
from server.working import Working

ROUNDS = 2000
BOOKED = 5
"""One in so many of those who wait had booked; a fifth of all have a second service to come."""
T = TypeVar("T")


def microseconds(times: list[int]) -> dict[str, float]:
    """Give median and 99th percentile of some nanoseconds."""
    return {
        "p50": round(statistics.median(times) / 1000, 1),
        "p99": round(statistics.quantiles(times, n=100)[98] / 1000, 1),
    }


def timed(times: list[int], function: Callable[[], T]) -> T:
    """Run a function and note how long it took."""
    begun = perf_counter_ns()
    result = function()
    times.append(perf_counter_ns() - begun)
    return result


def choose(working: Working) -> None:
    """Choose as a call does, and leave all as it is."""
    desk = working.state.desks["1"]
    _, _, ticket = heads_of(working.state, desk)[0]
    overtaken_by(working.state, desk, ticket)


def call(working: Working) -> TicketCalled:
    """Call as the engine does."""
    (called,) = working.decide(CallNext(id=new_id(), desk="1"), SYSTEM)
    if not isinstance(called, TicketCalled):
        raise TypeError(called)
    return called


def measure(waiting: int) -> dict[str, object]:
    """Call one after another while as many go on waiting."""
    working = a_hall()
    tracemalloc.start()
    issue_some(working, waiting - waiting // BOOKED)
    check_some_in(working, waiting // BOOKED)
    working.take_batch()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    working.decide(OpenDesk(id=new_id(), desk="1", at=START + MINUTE), SYSTEM)
    choosing: list[int] = []
    calling: list[int] = []
    issuing: list[int] = []
    for _ in range(ROUNDS):
        timed(issuing, lambda: issue_some(working, 1))
        timed(choosing, lambda: choose(working))
        called = timed(calling, lambda: call(working))
        serve(working, "1", called.ticket)
        working.take_batch()
    return {
        "choose_us": microseconds(choosing),
        "call_us": microseconds(calling),
        "issue_us": microseconds(issuing),
        "bytes": round(held / waiting),
    }


if __name__ == "__main__":
    print(
        json.dumps({f"{waiting:,} waiting": measure(waiting) for waiting in (10, 1_000, 100_000)}, indent=2)
    )
