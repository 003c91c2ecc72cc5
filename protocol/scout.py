"""Has another server of the hall taken over? A client with two addresses looks, and carries the news.

While a client hears the server at one address it would never learn that the one at the other runs the hall by
now, cut off from the first. So it asks there from time to time, on a thread of its own.
"""

import random
import threading
from collections.abc import Callable, Sequence

import requests

from protocol import wire

LOOK_SECONDS = 4.0
ANSWER_SECONDS = 2.0


class Scout:
    """Asks the other addresses in which epoch they stand; nothing happens before ``start``."""

    def __init__(self, servers: Sequence[str], now: Callable[[], str], found: Callable[[str], None]) -> None:
        """``now`` gives the address in use, ``found`` takes the epoch of another, in the scout's thread."""
        self._servers, self._now, self._found = servers, now, found
        self._closing = threading.Event()

    def start(self) -> None:
        """Begin to look, where there is more than one address."""
        if len(self._servers) > 1:
            threading.Thread(target=self._look_around, name="scout", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._closing.set()

    def _look_around(self) -> None:
        while not self._closing.wait(LOOK_SECONDS * random.uniform(0.5, 1.5)):  # noqa: S311 - guards nothing
            for server in self._servers:
                epoch = _epoch(server) if server != self._now() else ""
                if epoch:
                    self._found(epoch)


def _epoch(server: str) -> str:
    try:
        told = wire.plain(requests.get(f"{server}/readyz", timeout=ANSWER_SECONDS).content)
    except (requests.RequestException, ValueError):
        return ""
    return str(told.get("epoch", "")) if isinstance(told, dict) else ""
