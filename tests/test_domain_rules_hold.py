"""What always holds, tried on random days: the bound on overtaking, numbers, replay, the audit."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol import commands as c
from protocol.events import HALL, Actor, Event, HallConfigured, TicketCalled, TicketIssued
from protocol.hall import Booking, Hall
from protocol.words import HOUR, MINUTE, Micros
from server.domain import day, derive
from server.domain.evolve import evolve
from server.domain.lanes import lane_of
from server.domain.refusals import Refusal
from server.domain.state import HallSnapshot, HallState, from_snapshot, to_snapshot
from tests.builders import ID, NINE, Played, a_hall, play

DESKS = ("1", "2", "3")

Step = tuple[str, int, str, int]
"""What happens: a word, which desk or ticket, a class or a service, and after how many minutes."""

WORDS = [
    *["issue"] * 16,
    *["next"] * 12,
    *("jump", "no_show", "no_show", "park", "park", "requeue", "requeue", "transfer", "transfer", "cancel"),
    *(
        "abandon",
        "reinstate",
        "reinstate",
        "reinstate",
        "set_class",
        "set_class",
        "assign",
        "return",
        "return",
        "close",
    ),
    *("day", "pause", "resume", "resume", "resume", "release", "away", "fate", "fate"),
    *("book", "book", "book", "check_in", "check_in", "check_in", "unbook"),
    *("add_leg", "add_leg", "drop_leg", "send_back", "undo", "undo", "end_visit", "end_visit", "end_visit"),
    *("walk_up", "walk_up", "walk_up", "slip", "help", "note", "confirm", "device"),
]

STEPS = st.tuples(
    st.sampled_from(WORDS),
    st.integers(0, 40),
    st.sampled_from(["none", "none", "elderly", "elderly", "pregnant", "veteran"]),
    st.integers(0, 25),
)

DAYS = st.lists(STEPS, min_size=60, max_size=150)

TRIED = settings(
    derandomize=True, max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def commands(hall: Played, step: Step) -> list[c.Command]:
    """Say what a step means in the hall as it is."""
    word, which, class_, _ = step
    desk = DESKS[which % 3]
    here = hall.state.desks[desk].ticket or "A001"
    open_now = sorted(hall.state.tickets)
    ticket = open_now[which % len(open_now)] if open_now else "A001"
    ended = [ticket.number for ticket in hall.state.ended.values() if ticket.state != "expired"]
    gone = ended[-1] if ended else "A001"
    at_desk: Any = {"id": ID, "desk": desk, "ticket": here}
    complete = c.Complete(**at_desk, outcome="served", call_next=which % 2 == 0)
    goal: Any = [{"service": "land"}, {"to_desk": "2"}, {"to_specialty": "ru"}][which % 3]
    hold = hall.at + which * MINUTE if which % 2 else None
    said: dict[str, list[c.Command]] = {
        "issue": [c.IssueTicket(id=ID, service="passport" if which % 3 else "land", class_=class_)],
        "next": [c.Serve(**at_desk), complete, c.CallNext(id=ID, desk=desk)],
        "jump": [c.CallTicket(id=ID, desk=desk, ticket=ticket, reason="emergency")],
        "no_show": [c.Recall(**at_desk), c.NoShow(**at_desk)],
        "park": [c.Park(**at_desk, reason="r", not_before=hold)],
        "requeue": [c.Requeue(**at_desk, reason="r", not_before=hold)],
        "transfer": [c.Transfer(id=ID, ticket=ticket, reason="r", **goal)],
        "cancel": [c.Cancel(id=ID, ticket=ticket, reason="r")],
        "abandon": [c.Abandon(id=ID, ticket=ticket)],
        "reinstate": [c.Reinstate(id=ID, ticket=gone, desk=None if which % 2 else desk, reason="r")],
        "set_class": [c.SetClass(id=ID, ticket=ticket, class_=class_, reason="r")],
        "assign": [c.AssignDesk(id=ID, desk=desk, queues=[["A"], ["B"], ["A", "B"]][which % 3])],
        "return": [c.CallTicket(id=ID, desk=desk, ticket=ticket, reason="back")],
        "close": [c.CloseDesk(id=ID, desk=desk), c.OpenDesk(id=ID, desk=desk)],
    }
    others = about_the_hall(hall, which) | about_the_floor(at_desk, ticket, class_)
    others |= about_journeys(at_desk, which)
    return (said | others | about_bookings(hall, which, class_))[word]


def about_journeys(at_desk: Any, which: int) -> dict[str, list[c.Command]]:
    """Say what the steps of a visit through several services mean at a desk."""
    service = ("land", "passport", "birth")[which % 3]
    serve, complete = c.Serve(**at_desk), c.Complete(**at_desk, outcome="refused")
    undo = c.Reinstate(**at_desk, reason="r")
    return {
        "add_leg": [serve, c.AddLeg(**at_desk, service=service)],
        "drop_leg": [serve, c.DropLeg(**at_desk, service=service)],
        "send_back": [serve, c.Transfer(**at_desk, service=service, reason="r", back=True)],
        "undo": [serve, complete, undo],
        "end_visit": [serve, c.Complete(**at_desk, outcome="served", ends_visit=True)],
    }


def about_bookings(hall: Played, which: int, class_: str) -> dict[str, list[c.Command]]:
    """Say what the steps of those who book mean: the next slots, and the bookings there are."""
    quarter = 15 * MINUTE
    slot = (hall.at // quarter + 1 + which % 9) * quarter
    known = sorted(hall.state.reservations)
    one: Any = {"id": ID, "booking": known[which % len(known)] if known else "1"}
    late: Any = (None, "walk_in", "next_slot")[which % 3]
    other = c.MoveBooking(**one, slot=slot) if which % 2 else c.CancelBooking(**one)
    return {
        "book": [c.Book(id=ID, service="land", slot=slot, class_=class_)],
        "check_in": [c.CheckIn(**one), c.CheckIn(**one, late=late)],
        "unbook": [other],
    }


def about_the_floor(at_desk: Any, ticket: str, class_: str) -> dict[str, list[c.Command]]:
    """Say what the steps of the floor mean at a desk."""
    desk = at_desk["desk"]
    return {
        "walk_up": [c.IssueTicket(id=ID, service="passport", class_=class_, desk=desk)],
        "slip": [c.ReprintSlip(id=ID, ticket=ticket, reason="r")],
        "help": [c.RequestHelp(id=ID, ticket=ticket), c.AnswerHelp(id=ID, request=1)],
        "note": [c.LeaveNote(**at_desk, text="n-1")],
        "confirm": [c.ConfirmTicket(**at_desk)],
        "device": [c.ReportDevice(id=ID, device="p", kind="printer", state="fault")],
    }


def about_the_hall(hall: Played, which: int) -> dict[str, list[c.Command]]:
    """Say what a step means that is about no one ticket."""
    fate: Any = {"waiting": ("serve_out", "transfer", "cancel")[which % 3]}
    fate["to"] = ("land", "passport")[which % 2] if fate["waiting"] == "transfer" else None
    held = [ticket for ticket in hall.state.tickets.values() if ticket.desk]
    suspend = c.SuspendService(id=ID, service="land", reason="r", **fate)
    new_day = [c.CloseDay(id=ID), c.OpenDay(id=ID), *(c.OpenDesk(id=ID, desk=d) for d in DESKS)]
    ends: list[list[c.Command]] = [
        [c.CloseDesk(id=ID, desk=DESKS[which % 3], **fate)],
        [c.CloseDesk(id=ID, desk=DESKS[(which + 1) % 3], **fate)],
        [suspend, c.ResumeService(id=ID, service="land")],
        [c.CloseDay(id=ID, **fate), *new_day],
    ]
    return {
        "pause": [c.PauseHall(id=ID, kind="break")],
        "resume": [c.ResumeHall(id=ID)],
        "release": [c.ReleaseTicket(id=ID, desk=t.desk, ticket=t.number, reason="r") for t in held[:1]],
        "away": [],
        "fate": ends[which // 3 % 4],
        "day": [*new_day],
    }


@dataclass
class Passing:
    """A ticket that a desk passed over, and the one it called instead."""

    left: str
    later: Micros
    bound: Micros


def passings(hall: Played, called: TicketCalled) -> list[Passing]:
    """Measure a call that is to come against all who could have been called instead."""
    state, desk = hall.state, hall.state.desks[called.desk]
    chosen = state.tickets[called.ticket]
    s_max = max(minutes for facts in state.hall.desk for minutes in [0, *facts.specialties.values()]) * MINUTE
    lawful = [credit for credit in state.catalogue.credits.values() if credit < 24 * HOUR]
    policy = state.hall.policy
    c_max = max([*lawful, policy.further_leg_credit_minutes * MINUTE, policy.booked_credit_minutes * MINUTE])
    lanes = {id(lane) for lane, _ in state.lanes_of(desk)}
    found = []
    for other in state.tickets.values():
        held = other.not_before > hall.at
        if (
            other is chosen
            or other.state != "waiting"
            or held
            or id(state.lanes.lane(*lane_of(other))) not in lanes
        ):
            continue
        credit = state.catalogue.credit(
            other.queue, other.class_, further=other.further, booked=bool(other.slot)
        )
        later = chosen.arrived_at - other.arrived_at
        found.append(Passing(other.number, later, c_max + s_max - credit))
    return found


def is_measured(hall: Played, event: TicketCalled) -> bool:
    """Say whether the bound speaks of a call: no jump, no strict class, no return of a parked one."""
    return not event.jumped and event.class_ != "veteran" and hall.ticket(event.ticket).state == "waiting"


def booked_hall() -> Hall:
    """Make the small hall, in which ``land`` can be booked, two at a time every quarter of an hour.

    It leads on to ``birth``, and that would lead back.
    """
    hall = a_hall()
    more: dict[str, Any] = {
        "land": {"booking": Booking(per_slot=2), "route": ["birth"]},
        "birth": {"route": ["land"]},
    }
    services = [msgspec.structs.replace(service, **more.get(service.id, {})) for service in hall.service]
    return msgspec.structs.replace(hall, service=services)


def live(
    steps: list[Step], other: Hall | None = None, watch: Callable[[Played, TicketCalled], None] | None = None
) -> tuple[Played, list[Passing]]:
    """Play a day, refused commands and all; lawful calls of finite credit are measured first, or watched."""
    hall = play(other or booked_hall(), desks=DESKS)
    measured: list[Passing] = []
    fold = hall.fold

    def measuring(event: Event, actor: Actor = HALL, command: str | None = None) -> Event:
        if isinstance(event, TicketCalled) and watch is not None:
            watch(hall, event)
        elif isinstance(event, TicketCalled) and is_measured(hall, event):
            measured.extend(passings(hall, event))
        return fold(event, actor, command)

    hall.fold = measuring  # type: ignore[method-assign]
    for step in steps:
        if step[0] == "away" and day.away_until(hall.state, hall.at + step[3] * MINUTE) > hall.state.at:
            hall.come_back(step[3])
        hall.wait(step[3])
        for command in commands(hall, step):
            if isinstance(command, c.NoShow):
                hall.wait(4)
            with suppress(Refusal):
                hall.do(command)
    return hall, measured


@TRIED
@given(DAYS)
def test_nobody_is_overtaken_by_more_than_the_bound(steps: list[Step]) -> None:
    """A ticket of credit c is overtaken only by those who came less than c_max + s_max - c after it.

    At exactly that distance the older ``seq`` decides, which one who was requeued may have.
    """
    for passing in live(steps)[1]:
        assert passing.later <= max(0, passing.bound), passing


@TRIED
@given(DAYS)
def test_open_numbers_are_unique_and_no_day_gives_one_twice(steps: list[Step]) -> None:
    """A ticket is its day of issue and its number."""
    hall, _ = live(steps)
    issued = Counter((e.day, e.ticket) for e in hall.log if isinstance(e, TicketIssued))
    assert set(issued.values()) <= {1}
    assert set(hall.state.tickets) == {ticket.number for ticket in hall.state.tickets.values()}


@TRIED
@given(DAYS)
def test_the_log_alone_gives_the_state(steps: list[Step]) -> None:
    """Folding the events again, or a snapshot's bytes and the tail, gives the state that was played.

    The played one met many refusals, so these change nothing.
    """
    hall, _ = live(steps)
    whole, half = HallState(), HallState()
    middle = len(hall.log) // 2
    for event in hall.log:
        evolve(whole, event)
    for event in hall.log[:middle]:
        evolve(half, event)
    from_bytes = msgspec.msgpack.decode(msgspec.msgpack.encode(to_snapshot(half)), type=HallSnapshot)
    half = from_snapshot(from_bytes)
    for event in hall.log[middle:]:
        evolve(half, event)
    assert to_snapshot(whole) == to_snapshot(hall.state) == to_snapshot(half) == to_snapshot(whole.copy())
    assert whole.lanes.waiting == hall.state.lanes.waiting


@TRIED
@given(DAYS)
def test_the_audit_finds_nothing_in_what_the_rules_gave(steps: list[Step]) -> None:
    """Every call of a played day is derived again from its log alone."""
    hall, _ = live(steps)
    assert list(derive.audit(HallState(), hall.log)) == []


@TRIED
@given(st.lists(st.sampled_from(["none", "elderly", "pregnant"]), min_size=1, max_size=30))
def test_no_ticket_of_a_finite_credit_starves(classes: list[str]) -> None:
    """While a desk keeps calling, a ticket is called in bounded time, however many with precedence come."""
    hall = play(a_hall(), at=NINE)
    plain = hall.issue()
    for class_ in [*classes, *["elderly"] * 90]:
        hall.wait(1)
        hall.issue("passport", class_)
        hall.finish()
        if hall.ticket(plain).state == "completed":
            break
    assert hall.ticket(plain).state == "completed"
    assert hall.at - NINE <= 61 * MINUTE


def test_the_first_event_is_the_configuration() -> None:
    """A log begins with what the hall is."""
    assert isinstance(play().log[0], HallConfigured)
