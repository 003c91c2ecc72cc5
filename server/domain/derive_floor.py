"""Deriving again what the floor did: offers and the hall's own calls, walk-ups, slips printed again."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import UNSET

from protocol import events as e
from server.domain import offering
from server.domain.calling import heads_of
from server.domain.slips import MOST_COPIES
from server.domain.state import HallState
from server.domain.ticket import Desk


def overdue(state: HallState, event: e.Event) -> Iterator[str]:
    """Check that the hall offered and called when it had to; only after an outage it has not."""
    late = event.at > max(offering.next_due(state), state.at)
    if late and not isinstance(event, e.OutageNoted | e.ClockChanged):
        yield "Before this event the hall had to offer a call or to call, and did not."


def sentences(state: HallState, event: e.Event) -> Iterator[str]:
    """Compare what the floor did with what the rules give."""
    check = _CHECKS.get(type(event))
    return check(state, event) if check else iter(())


def _own_call(state: HallState, event: e.TicketCalled) -> Iterator[str]:
    """Check a call that the hall made by itself: it had been offered, and its time had come."""
    if event.actor.kind != "hall":
        return
    yield from _at_its_time(state, state.desks[event.desk], event)
    if event.jumped:
        yield f"The hall itself called {event.ticket} past others."


def _offered(state: HallState, event: e.CallOffered) -> Iterator[str]:
    expected = offering.to_offer(state) if state.is_open and state.pause is None else None
    if expected is None or expected.number != event.desk:
        said = f"desk {expected.number}" if expected else "no desk"
        yield f"A call was offered to desk {event.desk}; the log gives {said}."
    if event.seconds != state.hall.policy.auto_call_seconds:
        yield f"The offer to desk {event.desk} is for {event.seconds} s, which the policy does not say."


def _declined(state: HallState, event: e.CallDeclined) -> Iterator[str]:
    if not state.desks[event.desk].offer_until:
        yield f"Desk {event.desk} declined a call that was not offered."


def _lapsed(state: HallState, event: e.OfferLapsed) -> Iterator[str]:
    desk = state.desks[event.desk]
    yield from _at_its_time(state, desk, event)
    if heads_of(state, desk):
        yield f"The offer to desk {event.desk} lapsed though somebody waited."


def _at_its_time(state: HallState, desk: Desk, event: e.Event) -> Iterator[str]:
    if not desk.offer_until or event.at != max(desk.offer_until, state.at):
        yield f"The hall acted at desk {desk.number} at a time for which nothing was offered."


def _walk_up(state: HallState, event: e.TicketIssued) -> Iterator[str]:
    if event.desk is UNSET:
        return
    desk = state.desks.get(event.desk)
    if desk is None or desk.state != "open" or event.queue not in desk.queues:
        yield f"Ticket {event.ticket} was issued at desk {event.desk}, which did not serve its queue."


def _reprinted(state: HallState, event: e.SlipReprinted) -> Iterator[str]:
    ticket = state.find(event.ticket, event.day if event.ticket_day is UNSET else event.ticket_day)
    if ticket is None:
        yield f"A slip was printed again of ticket {event.ticket}, which nobody holds."
        return
    copy = event.issue == ticket.issue and event.copies == ticket.copies + 1 <= MOST_COPIES
    anew = event.issue == ticket.issue + 1 and event.copies == 0
    if not (copy or anew):
        yield f"Issue {event.issue}, copy {event.copies} of the slip of {event.ticket} does not follow."


def _here(state: HallState, event: e.TicketConfirmed | e.NoteLeft) -> Iterator[str]:
    ticket = state.tickets.get(event.ticket)
    if ticket is None or ticket.desk != event.desk:
        yield f"It tells of ticket {event.ticket} at desk {event.desk}, where the log does not have it."


_CHECKS: dict[type[e.Event], Callable[[HallState, Any], Iterator[str]]] = {
    e.CallOffered: _offered,
    e.CallDeclined: _declined,
    e.OfferLapsed: _lapsed,
    e.TicketIssued: _walk_up,
    e.TicketCalled: _own_call,
    e.SlipReprinted: _reprinted,
    e.TicketConfirmed: _here,
    e.NoteLeft: _here,
}
