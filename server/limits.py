"""How many tickets a kiosk may issue in a minute: a finger cannot touch faster, a broken program can."""

from collections import deque

from protocol.events import Actor
from protocol.words import MINUTE, Micros
from server.domain.refusals import TooManyIssues, seconds_until


class IssueLimit:
    """Counts each kiosk's tickets over the last minute of hall time."""

    def __init__(self) -> None:
        """Begin with no ticket issued."""
        self._issued: dict[str, deque[Micros]] = {}

    def check(self, actor: Actor, at: Micros, most: int) -> None:
        """Raise TooManyIssues when a kiosk has had its ``most`` for this minute; others have no limit."""
        issued = self._issued.get(actor.id)
        if actor.role != "kiosk" or issued is None:
            return
        while issued and issued[0] <= at - MINUTE:
            issued.popleft()
        if len(issued) >= most:
            raise TooManyIssues(seconds=seconds_until(issued[0] + MINUTE, at))

    def count(self, actor: Actor, at: Micros) -> None:
        """Count one ticket issued."""
        if actor.role == "kiosk":
            self._issued.setdefault(actor.id, deque()).append(at)
