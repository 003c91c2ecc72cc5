"""What a play cost: the time that passed in the hall and on the wall, and what the server used meanwhile."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

from protocol.words import SECOND, Micros
from simulator.own import Server

SAMPLE_SECONDS = 15.0


class Meter:
    """Measures between ``begin`` and ``stop``; of a server that somebody else started the times alone."""

    def __init__(self, server: Server) -> None:
        """Look at a server."""
        self._server = server
        self._hall = self._wall = self._cpu = 0.0
        self._memory: list[float] = []

    def begin(self, at: Micros) -> None:
        """Measure from now, a time of the hall, on."""
        self._hall, self._wall, self._cpu = at / SECOND, time.monotonic(), self._cpu_now()

    def stop(self, at: Micros) -> None:
        """Measure no further."""
        self._hall = at / SECOND - self._hall
        self._wall = time.monotonic() - self._wall
        self._cpu = self._cpu_now() - self._cpu
        self._look()

    @contextlib.asynccontextmanager
    async def sampling(self) -> AsyncIterator[None]:
        """Look at the server's memory now and then."""
        task = asyncio.create_task(self._sample())
        try:
            yield
        finally:
            task.cancel()

    def figures(self, tickets: int) -> dict[str, Any]:
        """Give what was measured; ``server`` is empty for one that somebody else started."""
        figures: dict[str, Any] = {
            "hall_seconds": round(self._hall),
            "wall_seconds": round(self._wall, 1),
            "times_real_time": round(self._hall / self._wall, 1) if self._wall else 0.0,
            "server": {},
        }
        if self._server.pid:
            memory = [round(megabytes) for megabytes in self._memory]
            figures["server"] = {
                "cpu_seconds": round(self._cpu, 2),
                "cpu_ms_per_ticket": round(self._cpu * 1000 / max(1, tickets), 2),
                "cpu_percent_of_a_core": round(100 * self._cpu / self._wall, 1) if self._wall else 0.0,
                "memory_mb": {"first": memory[0], "last": memory[-1], "most": max(memory)},
            }
        return figures

    def _cpu_now(self) -> float:
        return self._server.cpu_seconds() if self._server.pid else 0.0

    def _look(self) -> None:
        if self._server.pid:
            self._memory.append(self._server.memory_mb())

    async def _sample(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(SAMPLE_SECONDS)
