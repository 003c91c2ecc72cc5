"""The times of a log's events, which never fall: telling one that is out of order from a clock set back."""

from protocol.words import SECOND, Micros
from server.domain.derive import Finding


class Times:
    """Watches the times of the events, one after another."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self._latest, self._fell_by, self._is_behind = 0, 0, False
        self.fell_at = 0
        """The seq of the last event whose time lay before that of another one."""

    def look(self, seq: int, at: Micros) -> Finding | None:
        """Take the next time; tells of the fall before it, once it is known of what kind that was."""
        told = self._told(is_over=at >= self._latest)
        if at < self._latest and not self._is_behind:
            self.fell_at, self._fell_by = seq, self._latest - at
        self._is_behind = at < self._latest
        self._latest = max(self._latest, at)
        return told

    def end(self) -> Finding | None:
        """Tell of a fall at the very end."""
        return self._told(is_over=False)

    def _told(self, *, is_over: bool) -> Finding | None:
        if not self._fell_by:
            return None
        seconds, self._fell_by = self._fell_by / SECOND, 0
        if is_over:
            sentence = f"It is out of order: its time lies {seconds:g} s before that of one before it."
            return Finding(self.fell_at, sentence, "reordered")
        return Finding(self.fell_at, f"From here on the clock was set back by {seconds:g} s.", "clock")
