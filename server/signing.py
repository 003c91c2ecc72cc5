"""Signing the heads of the log, and telling in it by which key."""

from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import UNSET

from protocol import wire
from protocol.events import Event, HeadSigned, KeyAnnounced
from protocol.words import Micros
from server.domain import heads
from server.domain.state import HallState
from server.hall_key import HallKey
from server.merkle import Frontier


class Signer:
    """Signs for one history; ``committed`` gives the tree of what is on disk, which a batch goes on from."""

    def __init__(
        self, key: HallKey, before: HallKey | None, first_epoch: str, committed: Callable[[], Frontier]
    ) -> None:
        """Sign by ``key``; ``before`` is the one that it replaces, until the log says so.

        ``first_epoch`` is the name of the history until another epoch begins in it.
        """
        self._key, self._before, self._first_epoch, self._committed = key, before, first_epoch, committed
        self._tree: Frontier | None = None

    def sign_by(self, key: HallKey, before: HallKey | None) -> None:
        """Sign by another key from now on: the one of the server that was followed."""
        self._key, self._before = key, before

    def begin(self) -> None:
        """Begin a batch anew: what was decided before is committed, or forgotten."""
        self._tree = None

    def facts(self, state: HallState, at: Micros, batch: Sequence[Event]) -> Iterator[Event]:
        """Yield a head over all events so far, those of the batch included; before it the key, where new."""
        if state.key is None or state.key.public != self._key.public:
            yield self._announcement(state.key)
        tree = self._grown(batch)
        head = HeadSigned(
            at=at,
            size=tree.size,
            root=tree.root().hex(),
            hall=state.hall.hall.id,
            epoch=state.epoch or self._first_epoch,
            key=self._key.name,
            signature="",
        )
        yield msgspec.structs.replace(head, signature=self._key.sign(heads.statement(head)))

    def _announcement(self, before: KeyAnnounced | None) -> KeyAnnounced:
        replaces = before.key if before else UNSET
        new = KeyAnnounced(key=self._key.name, public=self._key.public, replaces=replaces)
        if before is None or self._before is None or self._before.public != before.public:
            return new
        return msgspec.structs.replace(new, endorsed=self._before.sign(heads.endorsement(new)))

    def _grown(self, batch: Sequence[Event]) -> Frontier:
        """Give the tree with the batch so far; each event is hashed once, however many heads a batch has."""
        tree = self._tree = self._tree or self._committed()
        tree.add(*(wire.encode(event) for event in batch if event.seq > tree.size))
        return tree
