"""Commits, and what is published of them: nobody sees an event before the disk has it.

When a commit fails nobody knows whether it is on disk: the log is opened again and asked. Until a probe shows
that the disk takes writes, the hall is read-only.
"""

from collections.abc import Callable
from time import perf_counter

import structlog

from protocol.events import Event
from server.domain.evolve import evolve
from server.domain.state import HallState
from server.log import CommitFailed, Writer
from server.merkle import Frontier
from server.threads import Threads


class Commits:
    """The way of a batch to the disk, and the published state behind it."""

    def __init__(self, writer: Writer, published: HallState) -> None:
        """Go on after ``published``, which is what the log says.

        ``guard`` is called between the disk and the publication with the last seq, and may wait a moment.
        """
        self._writer, self._thread = writer, Threads(1)
        self.published = published
        self.is_read_only = False
        self.last_seconds = 0.0
        self._in_doubt: list[Event] = []
        self.listeners: list[Callable[[list[Event]], None]] = []
        self.observers: list[Callable[[int, float], None]] = []
        self.alarms: list[Callable[[bool], None]] = []
        self.guard: Callable[[int], None] = _at_once

    def open(self) -> None:
        """Open the log for writing; raises CommitFailed."""
        self._thread.run(self._writer.open)

    def close(self) -> None:
        """Close the log."""
        self._thread.run(self._writer.close)
        self._thread.stop()

    @property
    def frontier(self) -> Frontier:
        """Give the tree of what is committed; for who decides, between two commits."""
        return self._writer.frontier

    def commit(self, events: list[Event]) -> bool:
        """Commit a batch and publish it; tells whether it counts."""
        begun = perf_counter()
        try:
            self._thread.run(self._writer.append, events)
        except CommitFailed as failure:
            structlog.get_logger().error("commit_failed", error=str(failure), events=len(events))
            self._in_doubt = events
            self._set_read_only(True)
            return self._settle() and self.published.seq == events[-1].seq
        self.last_seconds = perf_counter() - begun
        self.guard(events[-1].seq)
        self._publish(events)
        for observer in self.observers:
            _told(observer, len(events), self.last_seconds)
        return True

    def follow(self, bodies: list[str], roots: dict[int, bytes]) -> None:
        """Commit what another server committed, and publish it; raises RootsDiffer or CommitFailed."""
        self._publish(self._thread.run(self._writer.copy, bodies, roots))

    def end(self) -> tuple[int, bytes]:
        """Give where the log on disk ends, and its root there."""
        return self._writer.root()

    def try_again(self) -> bool:
        """Learn whether the disk takes writes again; tells whether the hall may go on."""
        try:
            if not self._settle():
                return False
            self._thread.run(self._writer.probe)
        except CommitFailed as failure:
            structlog.get_logger().warning("still_read_only", error=str(failure))
            return False
        self._set_read_only(False)
        return True

    def _settle(self) -> bool:
        """Open the log again and see whether the batch in doubt is there; tells whether that is known now."""
        try:
            last = self._thread.run(self._writer.open)
        except CommitFailed as failure:
            structlog.get_logger().error("log_unreadable", error=str(failure))
            return False
        doubtful, self._in_doubt = self._in_doubt, []
        if doubtful and last == doubtful[-1].seq:
            self.guard(last)
            self._publish(doubtful)
        return True

    def _publish(self, events: list[Event]) -> None:
        for event in events:
            evolve(self.published, event)
        for listener in self.listeners:
            _told(listener, events)

    def _set_read_only(self, is_read_only: bool) -> None:  # noqa: FBT001 - it is the claim itself
        if is_read_only != self.is_read_only:
            self.is_read_only = is_read_only
            structlog.get_logger().warning("read_only", is_read_only=is_read_only)
            for alarm in self.alarms:
                _told(alarm, is_read_only)


def _at_once(_: int) -> None:
    """Publish what is on this disk without waiting for another one."""


def _told(listener: Callable[..., None], *facts: object) -> None:
    # What is committed stands; one listener's fault must not keep it from the others.
    try:
        listener(*facts)
    except Exception:  # noqa: BLE001 - a listener may fail in any way; the commit stands
        structlog.get_logger().exception("listener_failed")
