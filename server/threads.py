"""Blocking work, away from the hub: native threads that greenlets wait for.

Nothing is monkey patched here, so a SQLite call, a hash or a file read in a greenlet would stop every socket.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from gevent.threadpool import ThreadPool  # type: ignore[import-untyped]

T = TypeVar("T")


class Threads:
    """A pool of threads; ``run`` gives a function to one of them and waits, in the calling greenlet only."""

    def __init__(self, size: int) -> None:
        """Make a pool of at most ``size`` threads, none of them running yet."""
        self._pool = ThreadPool(size)

    def run(self, function: Callable[..., T], *args: Any) -> T:
        """Call the function in a thread; gives its result or raises what it raised."""
        result, error = self._pool.apply(_caught, (function, *args))
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End the threads once their work is done."""
        self._pool.join()
        self._pool.kill()


def _caught(function: Callable[..., T], *args: Any) -> tuple[T | None, BaseException | None]:
    # An exception that leaves a pool thread is printed by the hub besides being raised: carry it instead.
    try:
        return function(*args), None
    except BaseException as error:  # noqa: BLE001 - it is raised again in the caller
        return None, error
