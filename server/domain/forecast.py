"""How long a newcomer would wait."""

from protocol.words import Micros, Seconds
from server.domain.state import HallState

Range = tuple[Seconds, Seconds, Seconds]


class Forecast:
    """A table of expected waits per queue and class."""

    def __init__(self) -> None:
        """Begin empty."""
        self._table: dict[tuple[str, str], Range] = {}

    def refresh(self, state: HallState, at: Micros) -> None:
        """Compute the table anew when it is old."""

    def expected(self, queue: str, class_: str) -> Range | None:
        """Give [low, middle, high]; None when no open desk serves the queue."""
        return self._table.get((queue, class_))
