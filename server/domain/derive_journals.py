"""Deriving again what kiosks handed in: each line follows the one before, is signed, and keeps its bounds."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET

from protocol import events as e
from protocol.words import SECOND, Micros
from server.domain.evolve_journals import NOT_SIGNED
from server.domain.handing_in import REFUSED, too_late, why_not
from server.domain.journals import Kiosk, bounded, entry_of, find, next_number
from server.domain.state import HallState

SLACK: Micros = 5 * SECOND
"""A clock that counts alone may be off by so much; the arrival itself keeps its bounds to the microsecond."""


def sentences(state: HallState, event: e.Event) -> Iterator[str]:
    """Compare what was handed in, and who was here, with what the log gives."""
    check = _CHECKS.get(type(event))
    return check(state, event) if check else iter(())


def _joined(state: HallState, event: e.KioskJoined) -> Iterator[str]:
    known = find(state.kiosks, event.actor.id, event.key)
    expected = known.number if known else next_number(state.kiosks, state.kiosks_skipped)
    if event.kiosk != expected:
        yield f"The kiosk {event.actor.id} is called {event.kiosk}; the log gives {expected}."
    if known and event.written < known.written:
        yield f"The journal of kiosk {event.kiosk} had {known.written} lines, and has {event.written} now."


def _lost(state: HallState, event: e.KioskLost) -> Iterator[str]:
    kiosk = state.kiosks.get(event.kiosk)
    if kiosk is None or not kiosk.is_here:
        yield f"Kiosk {event.kiosk} was lost, and was not here."
    elif not kiosk.joined_at <= event.since <= event.at:
        yield f"Kiosk {event.kiosk} cannot have been heard until {_clock(event.since)}."


def _issued(state: HallState, event: e.TicketIssued) -> Iterator[str]:
    if event.offline is UNSET:
        if event.arrived_at is not UNSET:
            yield f"Ticket {event.ticket} has another arrival than its issue, and no kiosk handed it in."
        return
    kiosk = state.kiosks.get(event.offline.kiosk)
    if kiosk is None:
        yield f"Ticket {event.ticket} was handed in by kiosk {event.offline.kiosk}, whose key nobody knows."
        return
    name = f"Entry {event.offline.entry} of kiosk {kiosk.number} ({event.ticket})"
    yield from _follows(kiosk, event, event.offline, name)
    code = why_not(state, kiosk, entry_of(event, event.offline))
    if event.arrived_at is not UNSET:
        code = code or too_late(state, event.arrived_at, event.at)
    if code:
        yield f"{name} was taken in, and had to be refused: {REFUSED.get(code, code)}."
    yield from _in_bounds(kiosk, event, event.offline, name)


def _in_bounds(kiosk: Kiosk, event: e.TicketIssued, offline: e.Offline, name: str) -> Iterator[str]:
    span = kiosk.span(offline.entry)
    if span is None:
        yield f"{name} is a line that the kiosk never told of."
        return
    if offline.at < span.since - SLACK:
        yield f"{name} says {_clock(offline.at)}, before the kiosk's last contact at {_clock(span.since)}."
    if offline.at > span.until + SLACK:
        yield f"{name} says {_clock(offline.at)}, after the kiosk was here again at {_clock(span.until)}."
    if event.arrived_at != bounded(offline.at, span, event.at):
        yield f"{name} has another arrival than its line and the kiosk's contacts give."


def _refused(state: HallState, event: e.EntryRefused) -> Iterator[str]:
    offline = event.offline
    kiosk = state.kiosks.get(offline.kiosk)
    if kiosk is None:
        yield f"An entry of kiosk {offline.kiosk} was refused, whose key nobody knows."
    elif event.code != NOT_SIGNED:
        yield from _follows(kiosk, event, offline, f"Entry {offline.entry} of kiosk {kiosk.number}")


def _follows(
    kiosk: Kiosk, event: e.TicketIssued | e.EntryRefused, offline: e.Offline, name: str
) -> Iterator[str]:
    if event.actor.id != kiosk.device:
        yield f"{name} was handed in by {event.actor.id}, and the kiosk is {kiosk.device}."
    if offline.entry != kiosk.taken + 1:
        yield f"{name} follows entry {kiosk.taken}: lines of its journal are missing, or it came twice."
    elif offline.previous != kiosk.last:
        yield f"{name} does not follow the line before it: the chain of its journal is broken."


def _clock(at: Micros) -> str:
    return f"{datetime.fromtimestamp(at / SECOND, UTC):%Y-%m-%d %H:%M:%S} UTC"


_CHECKS: dict[type[e.Event], Callable[[HallState, Any], Iterator[str]]] = {
    e.KioskJoined: _joined,
    e.KioskLost: _lost,
    e.TicketIssued: _issued,
    e.EntryRefused: _refused,
}
