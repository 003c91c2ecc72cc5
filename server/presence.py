"""Who is here: the devices and people whose sockets are joined."""

from collections import Counter


class Presence:
    """Counts the joined sockets of each id: written by the sockets, read by whoever asks what works."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._joined: Counter[str] = Counter()

    @property
    def ids(self) -> frozenset[str]:
        """Give the ids of all that are connected."""
        return frozenset(self._joined)

    def came(self, asker_id: str) -> None:
        """Count a socket that joined."""
        self._joined[asker_id] += 1

    def left(self, asker_id: str) -> None:
        """Count a joined socket that is gone."""
        self._joined[asker_id] -= 1
        if not self._joined[asker_id]:
            del self._joined[asker_id]
