"""Deriving again what the log says: each call must be the one that the rules give.

The audit reads the log from its beginning, folds it with ``evolve``, and asks before each event whether it
could follow. What it finds is a sentence for a person; a sound log gives none.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from msgspec import UNSET

from protocol import events as e
from protocol.commands import snake
from protocol.words import SECOND
from server.domain import (
    derive_bookings,
    derive_floor,
    derive_heads,
    derive_journals,
    derive_journeys,
    derive_jumps,
    epochs,
    lifecycle,
    offering,
    rights,
)
from server.domain.calling import (
    heads_with,
    overtaken_by,
    passed_over,
    ratio_stand,
    told_heads,
    turn_here,
)
from server.domain.evolve import evolve
from server.domain.hours import breaks_of, business_day, today
from server.domain.issuing import newcomer_behind, next_number
from server.domain.refusals import Refusal
from server.domain.serving import is_too_soon
from server.domain.state import HallState
from server.domain.ticket import Desk, Ticket


class Finding(NamedTuple):
    """Something in the log that the rules do not give; ``kind`` names what was done, where that is known.

    It is edited, deleted, inserted, reordered, truncated, rewritten, key, clock or snapshot. What was done
    stands at ``seq``, or between ``since`` and ``seq`` where that is not 0.
    """

    seq: int
    sentence: str
    kind: str = ""
    since: int = 0


STEPS: dict[type[e.Event], tuple[str, ...]] = {
    e.TicketCalled: ("called", "call"),
    e.TicketRecalled: ("called", "recall"),
    e.ServiceStarted: ("serving", "serve"),
    e.LegCompleted: ("completed", "complete", "day_rolls_over"),
    e.TicketNoShow: ("no_show", "no_show"),
    e.TicketParked: ("parked", "park"),
    e.TicketRequeued: ("waiting", "requeue", "release"),
    e.TicketTransferred: ("waiting", "transfer"),
    e.LegBegun: ("waiting", "begin"),
    e.LegAdded: ("serving", "add_leg"),
    e.LegDropped: ("serving", "drop_leg"),
    e.TicketCancelled: ("cancelled", "cancel"),
    e.TicketAbandoned: ("abandoned", "abandon"),
    e.TicketExpired: ("expired", "day_closes", "day_rolls_over"),
    e.TicketReinstated: ("", "reinstate"),
    e.ClassChanged: ("waiting", "set_class"),
}
"""To which state of a leg's life an event leads, and by which verbs; a reinstatement says itself where to."""

_TABLE = frozenset((step.source, step.verb, step.target) for step in lifecycle.TABLE)


def audit(state: HallState, events: Iterable[e.Event]) -> Iterator[Finding]:
    """Check and fold events in turn; stops where the history breaks so far that it cannot be folded."""
    last: e.Event | None = None
    for event in events:
        offering.next_due(state)  # what the desks are owed is reckoned before time passes for those held
        state.advance(event.at)
        try:
            for sentence in derive_journeys.next_leg(state, last, event):
                yield Finding(event.seq, sentence)
            yield from check(state, event)
            evolve(state, event)
        except (KeyError, ValueError, TypeError) as error:
            yield Finding(
                event.seq, f"The history breaks here: {type(event).__name__} cannot follow ({error!r})."
            )
            return
        last = event


def check(state: HallState, event: e.Event) -> Iterator[Finding]:
    """Compare one event with what the rules give in the state before it."""
    if event.seq != state.seq + 1:
        kind = "deleted" if event.seq > state.seq + 1 else "reordered"
        yield Finding(event.seq, f"Event {state.seq + 1} is missing before this one.", kind)
    if event.at < state.at:
        yield Finding(event.seq, "Its time lies before that of the event before it.")
    for sentence in _sentences(state, event):
        yield Finding(event.seq, sentence)


def _sentences(state: HallState, event: e.Event) -> Iterator[str]:
    if not isinstance(event, e.HallConfigured):
        yield from _day(state, event)
    yield from derive_floor.overdue(state, event)
    yield from derive_floor.sentences(state, event)
    yield from derive_bookings.sentences(state, event)
    yield from derive_journeys.sentences(state, event)
    yield from derive_journals.sentences(state, event)
    yield from derive_jumps.sentences(state, event)
    yield from derive_heads.sentences(state, event)
    if isinstance(event, e.TicketIssued):
        yield from _number(state, event)
    elif isinstance(event, e.HallPaused):
        yield from _break(state, event)
    elif isinstance(event, e.HallResumed | e.OutageNoted):
        yield from _pause(state, event)
    elif isinstance(event, e.EpochBegun):
        yield from epochs.sentences(state, event)
    elif isinstance(event, e.TicketEvent) and type(event) in STEPS:
        yield from _step(state, event)


def _day(state: HallState, event: e.Event) -> Iterator[str]:
    """Check the business day that an event says it belongs to."""
    opens = isinstance(event, e.DayOpened)
    day = business_day(state.hall, event.at) if opens else today(state, event.at)
    if event.day != day:
        yield f"It stands under the day {event.day}; its time belongs to {day}."


def _break(state: HallState, event: e.HallPaused) -> Iterator[str]:
    """Check that the hall paused by itself in a break of its hours alone."""
    breaks = breaks_of(state.hall, date.fromisoformat(state.day)) if state.day else []
    planned = any(begins <= event.at < ends and ends == event.until for begins, ends in breaks)
    is_own = event.actor.kind == "hall" or event.until is not UNSET
    if is_own and not planned:
        yield f"The hall paused by itself until {event.until}, which its hours do not say."


def _pause(state: HallState, event: e.HallResumed | e.OutageNoted) -> Iterator[str]:
    """Check that a pause or an outage ends that was, and that it lasted as long as it says."""
    if isinstance(event, e.OutageNoted):
        began = event.began_at
        if began != state.at:
            yield "The outage does not begin with the event before it."
    elif state.pause is None:
        yield "The hall went on, and had not been paused."
        return
    else:
        began = state.pause.began_at
    if event.seconds != (event.at - began) // SECOND:
        yield f"The pause says {event.seconds} s; the log gives {(event.at - began) // SECOND}."


def _number(state: HallState, event: e.TicketIssued) -> Iterator[str]:
    """Check the number of a ticket against its series, and who was said to be ahead."""
    if event.queue not in state.catalogue.queues:
        yield f"Ticket {event.ticket} stands in queue {event.queue}, which the hall does not have."
        return
    if event.offline is UNSET:
        yield from _of_series(state, event)
    found = _told_ahead(state, event)
    if event.ahead != found:
        yield f"Ticket {event.ticket} was told {event.ahead} ahead; the log gives {found}."


def _of_series(state: HallState, event: e.TicketIssued) -> Iterator[str]:
    """Check a ticket that the server numbered itself, in an open hall."""
    expected = next_number(state, event.queue, event.class_)
    if event.ticket != expected:
        yield f"Ticket {event.ticket} was issued where the series gives {expected}."
    if not state.is_open:
        yield f"Ticket {event.ticket} was issued while the hall was closed."
    is_booked = isinstance(event, e.VisitCheckedIn)
    if state.pause is not None or state.closing or (state.issuing_stopped and not is_booked):
        yield f"Ticket {event.ticket} was issued while the hall gave no tickets."


def _told_ahead(state: HallState, event: e.TicketIssued) -> int:
    """Count who had an earlier turn than a newcomer."""
    counted = state.catalogue.counted(event.class_, is_seen=event.actor.role in rights.WITNESSES)
    booked, arrived_at = isinstance(event, e.VisitCheckedIn), event.at
    if isinstance(event, e.VisitCheckedIn):
        arrived_at = max(event.at, event.slot)
    elif event.arrived_at is not UNSET:
        arrived_at = event.arrived_at
    return newcomer_behind(state, event.queue, counted, arrived_at, booked=booked)


def _step(state: HallState, event: e.TicketEvent) -> Iterator[str]:
    """Check that a leg's life has this step, and a call against the lanes."""
    day = event.day if event.ticket_day is UNSET else event.ticket_day
    ticket = state.find(event.ticket, day)
    name = snake(type(event).__name__)
    if ticket is None:
        yield f"{name} tells of ticket {event.ticket} of {day}, which nobody holds."
    elif not _is_step(event, ticket):
        yield f"{name} cannot happen to ticket {event.ticket}, which is {ticket.state}."
    elif isinstance(event, e.TicketCalled):
        yield from _call(state, event, ticket)
    else:
        yield from _at_desk(state, event, ticket)


def _is_step(event: e.TicketEvent, ticket: Ticket) -> bool:
    target, *verbs = STEPS[type(event)]
    if isinstance(event, e.TicketReinstated):
        target = event.state
    return any((_source(event, ticket), verb, target) in _TABLE for verb in verbs)


def _source(event: e.TicketEvent, ticket: Ticket) -> str:
    """Give the state of the leg that an event is about: not always the present one of the ticket."""
    if isinstance(event, e.LegBegun) and ticket.state == "completed":
        return "planned"
    return "completed" if isinstance(event, e.TicketReinstated) and ticket.before else ticket.state


def _at_desk(state: HallState, event: e.TicketEvent, ticket: Ticket) -> Iterator[str]:
    """Check what an event after the call says against the ticket as it stood."""
    desk, is_before = getattr(event, "desk", UNSET), isinstance(event, e.TicketReinstated) and ticket.before
    if desk not in {UNSET, ticket.desk} and not is_before:
        yield f"It tells of ticket {ticket.number} at desk {desk}; the log has it at desk {ticket.desk}."
    if isinstance(event, e.TicketNoShow | e.TicketRecalled) and state.pause is not None:
        yield f"Ticket {ticket.number} was called again or noted absent while the hall was paused."
    if getattr(event, "arrived_at", UNSET) not in {UNSET, ticket.arrived_at}:
        yield f"It keeps another arrival of ticket {ticket.number} than the log has."
    if isinstance(event, e.TicketNoShow) and is_too_soon(state, ticket, event.at):
        yield f"Ticket {ticket.number} was noted absent sooner than the hall allows."
    if isinstance(event, e.TicketRecalled) and event.recalls != ticket.recalls + 1:
        yield f"The recall of {ticket.number} says {event.recalls}; the log gives {ticket.recalls + 1}."
    if isinstance(event, e.LegCompleted) and event.service != ticket.service:
        yield f"The leg of {ticket.number} has service {event.service}; the log gives {ticket.service}."
    if isinstance(event, e.TicketExpired) and state.is_open:
        yield f"Ticket {ticket.number} expired while the hall was open."


def _call(state: HallState, event: e.TicketCalled, ticket: Ticket) -> Iterator[str]:
    """Derive a call again, and compare all that it says."""
    if state.pause is not None:
        yield f"Ticket {ticket.number} was called while the hall was paused."
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
        "language": ticket.language,
        "heads": told_heads(state, heads),
        "overtaken": overtaken_by(state, desk, ticket),
        "jumped": passed_over(state, desk, ticket, turn),
        "policy": state.hall.policy.version,
        "ratio": ratio_stand(state, ticket),
    }
