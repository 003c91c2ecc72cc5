"""Folding what the floor does: slips, help, notes, offers and devices."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from protocol import events as e
from protocol.words import SECOND
from server.domain.floor import DeviceState, HelpCall
from server.domain.state import HallState
from server.domain.ticket import Note, Ticket


def ticket_of(state: HallState, event: e.TicketEvent) -> Ticket | None:
    """Give the ticket of an event that may come after its end; None when the hall holds it no more."""
    return state.find(event.ticket, event.day if event.ticket_day is UNSET else event.ticket_day)


def no_offers(state: HallState) -> None:
    """Forget every offered call: the hall was paused, was away, or closed."""
    for desk in state.desks.values():
        desk.offer_until = 0


def ask_desks(state: HallState) -> None:
    """After an outage: every desk that has a ticket is unsure of it until it acts, and no offer stands."""
    no_offers(state)
    for desk in state.desks.values():
        desk.unsure = bool(desk.ticket)


def no_notes(state: HallState) -> None:
    """Forget the notes of a day that ended."""
    for ticket in (*state.tickets.values(), *state.ended.values()):
        ticket.notes = ()


def _slip_printed(state: HallState, event: e.SlipPrinted) -> None:
    ticket = ticket_of(state, event)
    if ticket is not None:
        ticket.slip = event.outcome


def _slip_reprinted(state: HallState, event: e.SlipReprinted) -> None:
    ticket = ticket_of(state, event)
    if ticket is not None:
        ticket.issue, ticket.copies, ticket.slip = event.issue, event.copies, ""
        ticket.print_at = "" if event.print_at is UNSET else event.print_at


def _confirmed(state: HallState, event: e.TicketConfirmed) -> None:
    state.desks[event.desk].unsure = False


def _note_left(state: HallState, event: e.NoteLeft) -> None:
    state.tickets[event.ticket].notes += (Note(event.desk, event.at, event.note),)


def _help_requested(state: HallState, event: e.HelpRequested) -> None:
    day = event.day if event.ticket_day is UNSET else event.ticket_day
    known = event.ticket is not UNSET
    state.help[event.seq] = HelpCall(
        request=event.seq,
        asker=event.actor.id,
        role=event.actor.role,
        ticket=event.ticket if isinstance(event.ticket, str) else "",
        day=day if known else "",
        at=event.at,
    )


def _help_answered(state: HallState, event: e.HelpAnswered) -> None:
    state.help.pop(event.request, None)


def _device_reported(state: HallState, event: e.DeviceReported) -> None:
    part = event.actor.id, event.kind
    before = state.devices.get(part)
    state.devices[part] = DeviceState(
        by=event.actor.id,
        role=event.actor.role,
        device=event.device,
        kind=event.kind,
        state=event.state,
        detail="" if event.detail is UNSET else event.detail,
        since=before.since if before and before.state == event.state else event.at,
        at=event.at,
    )


def _call_offered(state: HallState, event: e.CallOffered) -> None:
    state.desks[event.desk].offer_until = event.at + event.seconds * SECOND


def _call_declined(state: HallState, event: e.CallDeclined) -> None:
    desk = state.desks[event.desk]
    desk.offer_until, desk.declined = 0, True


def _offer_lapsed(state: HallState, event: e.OfferLapsed) -> None:
    state.desks[event.desk].offer_until = 0


FOLDS: dict[type[e.Event], Callable[[HallState, Any], None]] = {
    e.SlipPrinted: _slip_printed,
    e.SlipReprinted: _slip_reprinted,
    e.TicketConfirmed: _confirmed,
    e.NoteLeft: _note_left,
    e.HelpRequested: _help_requested,
    e.HelpAnswered: _help_answered,
    e.DeviceReported: _device_reported,
    e.CallOffered: _call_offered,
    e.CallDeclined: _call_declined,
    e.OfferLapsed: _offer_lapsed,
}
"""One fold an event; the folds of tickets call the counts above."""
