"""Kiosks hand in what they issued while the server was away; who holds a slip is taken in if at all possible.

A slip cannot be taken back. So neither a service that was suspended meanwhile nor a pause keeps a ticket out,
and one that comes after the closing of its day has expired, and is counted. The order is that of the
arrivals; of several with the same one, as they were handed in, and of one journal in that of its lines.
"""

from collections.abc import Iterator

from msgspec import UNSET

from protocol.commands import Command, HandIn
from protocol.events import EntryRefused, Event, KioskJoined, KioskLost, Offline, TicketExpired, TicketIssued
from protocol.journal import Entry, is_genuine, series_of
from protocol.words import SECOND, Micros
from server.domain import refusals
from server.domain.asking import Ask
from server.domain.evolve_journals import NOT_SIGNED
from server.domain.forecast import Forecast
from server.domain.hours import business_day, today
from server.domain.issuing import newcomer_behind
from server.domain.journals import Kiosk, Span, bounded, find, next_number
from server.domain.state import HallState

HEARD_WITHIN: Micros = 20 * SECOND
"""A connection that breaks is noticed within so long: the server asks every 10 s and waits 8 s."""

REFUSED = {
    NOT_SIGNED: "it does not bear the kiosk's signature",
    "not_its_number": "its number is none of the kiosk's own series",
    "number_used": "another ticket has that number today",
    "unknown_service": "no tickets can be had for that service any more",
    "unknown_class": "there is no such class any more",
    "person_needed": "that class is given to a person who names a document",
    "day_over": "its day was over when it was handed in",
}
"""Why an entry is refused, by code."""


class LoseKiosk(Command, kw_only=True, frozen=True):
    """The hall's own, which nobody can send: it hears a device no more."""

    device: str


def hand_in(ask: Ask[HandIn], forecast: Forecast) -> Iterator[Event]:
    """Know the kiosk again, and take in each entry that it has not handed in before.

    Raises Malformed for an entry beyond what its journal is said to have.
    """
    state, command = ask.state, ask.command
    if any(entry.seq > command.written for entry in command.entries):
        raise refusals.Malformed(path="$.entries")
    kiosk = find(state.kiosks, ask.actor.id, command.key)
    number = kiosk.number if kiosk else next_number(state.kiosks, state.kiosks_skipped)
    if kiosk is None or not kiosk.is_here or command.written > kiosk.written:
        yield KioskJoined(kiosk=number, key=command.key, written=command.written)
    forecast.refresh(state, ask.at)
    for entry in command.entries:
        kiosk = state.kiosks[number]
        span = kiosk.span(entry.seq)
        if span is not None and entry.seq > kiosk.taken:
            yield from _take_in(ask, kiosk, entry, span, forecast)


def lost(ask: Ask[LoseKiosk]) -> Iterator[KioskLost]:
    """Note of each kiosk of that device that it is here no more."""
    for kiosk in _here(ask.state):
        if kiosk.device == ask.command.device:
            yield KioskLost(kiosk=kiosk.number, since=max(kiosk.joined_at, ask.at - HEARD_WITHIN))


def lost_all(state: HallState) -> Iterator[KioskLost]:
    """Note after a start, or a take-over, that no kiosk was heard since shortly before the log's last event.

    That event may be another's: a kiosk whose connection had just broken was not missed yet.
    """
    for kiosk in _here(state):
        yield KioskLost(kiosk=kiosk.number, since=max(kiosk.joined_at, state.at - HEARD_WITHIN))


def _here(state: HallState) -> list[Kiosk]:
    return [kiosk for kiosk in state.kiosks.values() if kiosk.is_here]


def _take_in(ask: Ask[HandIn], kiosk: Kiosk, entry: Entry, span: Span, forecast: Forecast) -> Iterator[Event]:
    state, arrived_at = ask.state, bounded(entry.at, span, ask.at)
    offline = Offline(
        kiosk=kiosk.number,
        entry=entry.seq,
        at=entry.at,
        previous=entry.previous,
        signature=entry.signature,
    )
    code = why_not(state, kiosk, entry) or too_late(state, arrived_at, ask.at)
    if code:
        yield EntryRefused(
            ticket=entry.ticket,
            service=entry.service,
            class_=entry.class_,
            language=entry.language,
            quantity=entry.quantity,
            offline=offline,
            code=code,
        )
        return
    yield _issued(state, entry, arrived_at, offline, forecast)
    if not state.is_open:
        yield TicketExpired(ticket=entry.ticket)


def _issued(
    state: HallState, entry: Entry, arrived_at: Micros, offline: Offline, forecast: Forecast
) -> TicketIssued:
    service = state.catalogue.leaf(entry.service)
    counted = state.catalogue.counted(entry.class_, is_seen=False)
    return TicketIssued(
        ticket=entry.ticket,
        service=service.id,
        queue=service.queue,
        class_=entry.class_,
        language=entry.language,
        quantity=entry.quantity,
        ahead=newcomer_behind(state, service.queue, counted, arrived_at),
        expected_wait_seconds=forecast.expected(service.queue, counted),
        arrived_at=arrived_at,
        offline=offline,
        route=list(service.route) or UNSET,
    )


def why_not(state: HallState, kiosk: Kiosk, entry: Entry) -> str:
    """Give the code of what speaks against an entry whatever the time; empty when nothing does."""
    if not is_genuine(entry, kiosk.key):
        return NOT_SIGNED
    series = series_of(entry.ticket)
    if series is None or series[1] != kiosk.number:
        return "not_its_number"
    if entry.ticket in state.tickets or (state.day, entry.ticket) in state.ended:
        return "number_used"
    try:
        state.catalogue.leaf(entry.service)
        state.catalogue.check_class(entry.class_)
    except refusals.Refusal as refusal:
        return refusal.code
    return "person_needed" if state.catalogue.is_once_per_day(entry.class_) else ""


def too_late(state: HallState, arrived_at: Micros, at: Micros) -> str:
    """Give ``day_over`` unless the ticket belongs to this day: open, or closed and still to be counted."""
    facts = state.hall.hall
    if state.is_open:
        is_kept = facts.round_the_clock or facts.keep_overnight
        return "" if is_kept or arrived_at >= state.opened_at else "day_over"
    days = {state.day, today(state, at), business_day(state.hall, arrived_at)}
    return "" if len(days) == 1 and arrived_at >= state.opened_at else "day_over"
