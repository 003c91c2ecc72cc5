"""Folding what kiosks did while the server was away: who is here, and how much of each journal was taken."""

from collections.abc import Callable
from typing import Any

from protocol import events as e
from protocol.journal import digest
from protocol.words import MINUTE, Micros
from server.domain.journals import Kiosk, Span, entry_of
from server.domain.state import HallState

HALF_OPEN: Micros = MINUTE
"""A kiosk that comes again before it was missed was heard at most so long ago: it is missed after 20 s."""


def took(state: HallState, event: e.TicketIssued | e.EntryRefused, offline: e.Offline) -> None:
    """Note that a line of a journal was handed in; one that was not signed by the kiosk is none of it."""
    if isinstance(event, e.EntryRefused) and event.code == NOT_SIGNED:
        return
    kiosk = state.kiosks[offline.kiosk]
    kiosk.taken, kiosk.last = offline.entry, digest(entry_of(event, offline))
    kiosk.spans = tuple(span for span in kiosk.spans if span.upto > kiosk.taken)


NOT_SIGNED = "not_signed"
"""The code of a line that does not bear the kiosk's signature."""


def _joined(state: HallState, event: e.KioskJoined) -> None:
    kiosk = state.kiosks.get(event.kiosk)
    if kiosk is None:
        # What it wrote before the hall knew its key counts from now.
        kiosk = state.kiosks[event.kiosk] = Kiosk(
            number=event.kiosk,
            device=event.actor.id,
            key=event.key,
            is_here=False,
            joined_at=event.at,
            contact=event.at,
            written=0,
        )
    if kiosk.is_here:
        kiosk.contact = max(kiosk.joined_at, event.at - HALF_OPEN)
    if event.written > kiosk.written:
        kiosk.spans += (Span(event.written, kiosk.contact, event.at),)
    kiosk.is_here, kiosk.joined_at, kiosk.written = True, event.at, event.written


def _lost(state: HallState, event: e.KioskLost) -> None:
    kiosk = state.kiosks[event.kiosk]
    kiosk.is_here, kiosk.contact = False, event.since


def _refused(state: HallState, event: e.EntryRefused) -> None:
    took(state, event, event.offline)


FOLDS: dict[type[e.Event], Callable[[HallState, Any], None]] = {
    e.KioskJoined: _joined,
    e.KioskLost: _lost,
    e.EntryRefused: _refused,
}
"""One fold an event; the tickets among them call ``took``."""
