"""Deriving again what the log says: each call must be the one that the rules give.

The audit reads the log from its beginning, folds it with ``evolve``, and asks before each event whether it
could follow. What it finds is a sentence for a person; a sound log gives none.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from msgspec import UNSET

from protocol import events as e
from protocol.commands import snake
from server.domain import lifecycle
from server.domain.calling import heads_with, overtaken_by, passed_over, turn_here
from server.domain.evolve import evolve
from server.domain.issuing import next_number
from server.domain.refusals import Refusal
from server.domain.state import HallState
from server.domain.ticket import Desk, Ticket


class Finding(NamedTuple):
    """Something in the log that the rules do not give."""

    seq: int
    sentence: str


VERBS: dict[type[e.Event], tuple[str, ...]] = {
    e.TicketCalled: ("call",),
    e.TicketRecalled: ("recall",),
    e.ServiceStarted: ("serve",),
    e.LegCompleted: ("complete", "day_rolls_over"),
    e.TicketNoShow: ("no_show",),
    e.TicketParked: ("park",),
    e.TicketRequeued: ("requeue",),
    e.TicketTransferred: ("transfer",),
    e.TicketCancelled: ("cancel",),
    e.TicketAbandoned: ("abandon",),
    e.TicketExpired: ("day_closes", "day_rolls_over"),
    e.TicketReinstated: ("reinstate",),
    e.ClassChanged: ("set_class",),
}
"""By which steps of a leg's life an event can come."""


def audit(state: HallState, events: Iterable[e.Event]) -> Iterator[Finding]:
    """Check and fold events in turn; stops where the history breaks so far that it cannot be folded."""
    for event in events:
        state.advance(event.at)
        yield from check(state, event)
        try:
            evolve(state, event)
        except (KeyError, ValueError, TypeError) as error:
            yield Finding(
                event.seq, f"The history breaks here: {type(event).__name__} cannot follow ({error!r})."
            )
            return


def check(state: HallState, event: e.Event) -> Iterator[Finding]:
    """Compare one event with what the rules give in the state before it."""
    if event.seq != state.seq + 1:
        yield Finding(event.seq, f"Event {state.seq + 1} is missing before this one.")
    if event.at < state.at:
        yield Finding(event.seq, "Its time lies before that of the event before it.")
    for sentence in _sentences(state, event):
        yield Finding(event.seq, sentence)


def _sentences(state: HallState, event: e.Event) -> Iterator[str]:
    if isinstance(event, e.TicketIssued):
        yield from _number(state, event)
    elif isinstance(event, e.TicketEvent) and type(event) in VERBS:
        yield from _step(state, event)


def _number(state: HallState, event: e.TicketIssued) -> Iterator[str]:
    """Check the number of a ticket against its series."""
    try:
        expected = next_number(state, event.queue, event.class_)
    except KeyError:
        yield f"Ticket {event.ticket} stands in queue {event.queue}, which the hall does not have."
        return
    if event.ticket != expected:
        yield f"Ticket {event.ticket} was issued where the series gives {expected}."
    if not state.is_open:
        yield f"Ticket {event.ticket} was issued while the hall was closed."


def _step(state: HallState, event: e.TicketEvent) -> Iterator[str]:
    """Check that a leg's life has this step, and a call against the lanes."""
    day = event.day if event.ticket_day is UNSET else event.ticket_day
    ticket = state.find(event.ticket, day)
    name = snake(type(event).__name__)
    if ticket is None:
        yield f"{name} tells of ticket {event.ticket} of {day}, which nobody holds."
    elif not set(VERBS[type(event)]) & set(lifecycle.verbs(ticket.state)):
        yield f"{name} cannot happen to ticket {event.ticket}, which is {ticket.state}."
    elif isinstance(event, e.TicketCalled):
        yield from _call(state, event, ticket)


def _call(state: HallState, event: e.TicketCalled, ticket: Ticket) -> Iterator[str]:
    """Derive a call again, and compare all that it says."""
    desk = state.desks.get(event.desk)
    if desk is None or desk.state != "open" or desk.ticket:
        yield f"Ticket {ticket.number} was called to desk {event.desk}, which was not open and free."
        return
    try:
        expected = _expected(state, desk, ticket)
    except Refusal as refusal:
        yield f"Ticket {ticket.number} was called though: {refusal}"
        return
    for field, value in expected.items():
        said = getattr(event, field)
        if said != value:
            yield f"The call of {ticket.number} to {desk.number} has {field} {said}; the log gives {value}."
    if event.jumped and event.reason is UNSET:
        yield f"The jump of {ticket.number} to desk {desk.number} has no reason."


def _expected(state: HallState, desk: Desk, ticket: Ticket) -> dict[str, Any]:
    turn = turn_here(state, desk, ticket)
    heads = heads_with(state, desk, ticket, turn)
    return {
        "key": ticket.key,
        "service": ticket.service,
        "queue": ticket.queue,
        "class_": ticket.class_,
        "heads": [e.Head(ticket=head.number, key=head.key, turn=at) for at, _, head in heads],
        "overtaken": overtaken_by(state, desk, ticket),
        "jumped": passed_over(state, desk, ticket, turn),
        "policy": state.hall.policy.version,
    }
