"""Deriving again when a head of the log had to be signed."""

from collections.abc import Iterator

from protocol import events as e
from server.domain import heads
from server.domain.state import HallState


def sentences(state: HallState, event: e.Event) -> Iterator[str]:
    """Check that heads came in time, from the first one on, and that each covers all before it."""
    if isinstance(event, e.HeadSigned):
        if event.size != event.seq - 1:
            yield f"A head over {event.size} events stands here, where {event.seq - 1} precede it."
    elif state.head is not None and event.at > heads.next_due(state) and not isinstance(event, NOT_IN_TIME):
        yield f"A head was due at {heads.next_due(state)}, and none was signed before this event."


NOT_IN_TIME = (e.OutageNoted, e.ClockChanged, e.KeyAnnounced)
"""What may come after the time of a head and before it."""
