"""What the hall knows of the kiosks that issue by themselves while its server is away, and of their journals.

A line counts from the time it names, within bounds that the kiosk cannot move: not before the hall last heard
the kiosk before it was written, not after the kiosk was here again.
"""

import msgspec

from protocol import events as e
from protocol.journal import FIRST, Entry
from protocol.words import MINUTE, Micros


class Span(msgspec.Struct, frozen=True, gc=False):
    """The lines up to ``upto``, of which some are still to come, were written between two times."""

    upto: int
    since: Micros
    until: Micros


class Kiosk(msgspec.Struct, kw_only=True, gc=False):
    """A kiosk with a key: ``number`` is that of its series, ``device`` the actor's id.

    ``contact`` is when the hall last heard it before the present connection, or while there is none;
    ``written`` is how many lines its journal had when it was last here, ``taken`` the last line that was
    handed in, and ``last`` the digest of that.
    """

    number: int
    device: str
    key: str
    is_here: bool
    joined_at: Micros
    contact: Micros
    written: int
    taken: int = 0
    last: str = FIRST
    spans: tuple[Span, ...] = ()

    def span(self, seq: int) -> Span | None:
        """Give between which times a line was written; None for a line that the kiosk did not tell of."""
        return next((span for span in self.spans if seq <= span.upto), None)


IN_TIME: Micros = 2 * MINUTE
"""A kiosk hands in at once what it says that it has; lines that come later may have been written later."""


def bounded(at: Micros, span: Span, handed_in_at: Micros) -> Micros:
    """Give the time that counts for a line that says ``at``: of one that came too late, when it came."""
    if handed_in_at > span.until + IN_TIME:
        return handed_in_at
    return min(max(at, span.since), span.until)


def entry_of(event: e.TicketIssued | e.EntryRefused, offline: e.Offline) -> Entry:
    """Give the line of the journal from which an event came."""
    return Entry(
        seq=offline.entry,
        at=offline.at,
        ticket=event.ticket,
        service=event.service,
        class_=event.class_,
        language=event.language,
        quantity=event.quantity,
        previous=offline.previous,
        signature=offline.signature,
    )


def find(kiosks: dict[int, Kiosk], device: str, key: str) -> Kiosk | None:
    """Give the kiosk of that device with that key: with another key it has another series."""
    return next((kiosk for kiosk in kiosks.values() if (kiosk.device, kiosk.key) == (device, key)), None)


def next_number(kiosks: dict[int, Kiosk], skipped: int) -> int:
    """Give the number of a kiosk that was never here; up to ``skipped`` they may be another's."""
    return max(skipped, *kiosks, 0) + 1
