"""What the hall tells everyone, as the state holds it: pauses and announcements."""

import msgspec

from protocol.words import Micros


class Pause(msgspec.Struct, frozen=True):
    """A time in which nobody was called; ``ended_at`` is 0 while it lasts, ``text`` is an id or empty.

    ``until`` is when a break between the hours ends by itself, 0 for all others.
    """

    kind: str
    began_at: Micros
    ended_at: Micros = 0
    text: str = ""
    until: Micros = 0

    def within(self, begin: Micros, end: Micros) -> Micros:
        """Give how much of it lies between two times."""
        return max(0, min(self.ended_at or end, end) - max(self.began_at, begin))


class Announcement(msgspec.Struct, frozen=True):
    """A text on the boards of a zone, or of all (``zone`` empty); ``seq`` is that of ``announced``."""

    seq: int
    at: Micros
    text: str
    zone: str = ""
