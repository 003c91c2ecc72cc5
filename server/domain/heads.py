"""When a head of the log is due, and what is signed: the root over all events before it, and by which key.

A head is an event itself, so the next one covers it; but it makes none due, and an idle hall signs none.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from protocol import events as e
from protocol.words import MINUTE, Micros
from server.domain.lanes import NEVER
from server.domain.state import HallState

EVERY_EVENTS = 100
WITHIN: Micros = 5 * MINUTE
"""So long after an event at the latest a head covers it."""

SIGNED = ("at", "epoch", "hall", "key", "root", "size")
ENDORSED = ("key", "public", "replaces")


def next_due(state: HallState) -> Micros:
    """Give when the next head is due by the time; ``NEVER`` while the last one covers all."""
    return max(state.head_due, state.at) if state.head_due else NEVER


def is_due(state: HallState, at: Micros) -> bool:
    """Tell whether a head is due, between two commands: by the time, the day's close or the events since."""
    covered = state.head.seq if state.head else 0
    return next_due(state) <= at or state.seq - covered >= EVERY_EVENTS


def statement(head: e.HeadSigned) -> bytes:
    """Give the bytes of a head that are signed: RFC 8785, ``type`` ``head`` and what ``SIGNED`` names."""
    return _canonical("head", head, SIGNED)


def endorsement(announced: e.KeyAnnounced) -> bytes:
    """Give the bytes by which the key before stands for a new one."""
    return _canonical("key", announced, ENDORSED)


def _canonical(kind: str, event: e.Event, fields: tuple[str, ...]) -> bytes:
    said = {"type": kind, **{field: getattr(event, field) for field in fields}}
    return msgspec.json.encode(said, order="sorted")


def _head_signed(state: HallState, event: e.HeadSigned) -> None:
    state.head, state.head_due = event, 0


def _key_announced(state: HallState, event: e.KeyAnnounced) -> None:
    state.key = event


FOLDS: dict[type[e.Event], Callable[[HallState, Any], None]] = {
    e.HeadSigned: _head_signed,
    e.KeyAnnounced: _key_announced,
}
"""One fold an event."""
