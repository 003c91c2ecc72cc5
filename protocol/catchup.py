"""Following the hall by its sequence: which frames are news, which are old, and when something is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


def rank(epoch: str) -> int:
    """Give the place of an epoch among those of a hall: a later one has a higher rank, the first has 0."""
    number, dash, _ = epoch.partition("-")
    return int(number) if dash and number.isascii() and number.isdecimal() else 0


class Gap(Exception):  # noqa: N818 - it is a state of affairs, not a fault
    """Something is missing: join again with the own epoch and seq."""


@dataclass(slots=True)
class Follower:
    """Where a client stands in the hall's history.

    Socket.IO delivers at most once, so a client trusts ``seq`` alone: frames that overlap are cut, a frame
    that begins later than the next expected seq raises Gap, and another epoch is another history.
    """

    epoch: str = ""
    seq: int = 0

    def stand(self, epoch: str, seq: int) -> None:
        """Take a snapshot's place in the history."""
        self.epoch, self.seq = epoch, seq

    def news(self, frame: dict[str, Any]) -> Sequence[dict[str, Any]]:
        """Give the frame's events not seen yet, in order; raises Gap, after which nothing was taken."""
        if frame["epoch"] != self.epoch or frame["from_seq"] > self.seq + 1:
            raise Gap
        fresh = [event for event in frame["events"] if event["seq"] > self.seq]
        self.seq = max(self.seq, frame["to_seq"])
        return fresh
