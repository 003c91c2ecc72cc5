"""Who is called: the smallest key goes first, and every call says from whom it chose."""

from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol.events import HallConfigured, Head, TicketCalled
from protocol.hall import Hall, Policy, Queue, TicketClass
from protocol.words import HOUR, MINUTE
from server.domain import refusals
from server.domain.derive import audit
from server.domain.state import HallState
from tests.builders import (
    COLLEAGUE,
    GREETER,
    ID,
    INTEGRATION,
    KIOSK,
    LEAD,
    NINE,
    OPERATOR,
    Played,
    a_hall,
    play,
    waiting,
)


@pytest.mark.parametrize(
    ("tickets", "called"),
    [
        pytest.param([("passport", 0), ("passport", 1)], "A001", id="first come, first called"),
        pytest.param([("passport", 0), ("passport", 20, "elderly")], "A002", id="a credit of an hour counts"),
        pytest.param([("passport", 0), ("passport", 70, "elderly")], "A001", id="and not as more"),
        pytest.param(
            [("passport", 0), ("passport", 60, "elderly")], "A001", id="a tie goes to the earlier one"
        ),
        pytest.param([("passport", 0), ("passport", 110, "veteran")], "A002", id="strict goes right after"),
        pytest.param(
            [("passport", 0, "elderly"), ("passport", 90, "veteran")], "A002", id="before any credit"
        ),
        pytest.param(
            [("land", 0), ("passport", 1)], "A001", id="a lane the desk does not serve is not asked"
        ),
        pytest.param(
            [("passport", 0), ("passport", 10, "pregnant")], "P001", id="another series, the same queue"
        ),
    ],
)
def test_call_next_picks(tickets: list[tuple[Any, ...]], called: str) -> None:
    """The smallest key goes first: arrival, less the credit of the class."""
    assert waiting(*tickets).call().ticket == called


BY_LAW = [
    TicketClass(id="elderly", names={}, strict=True),
    TicketClass(id="donor", names={}, strict=True, behind=["elderly"]),
    TicketClass(id="child", names={}, credit_minutes=600),
    TicketClass(id="veteran", names={}, strict=True, evidence="before"),
]


def a_lawful_hall(*, precedence: bool = True) -> Hall:
    """Make a hall whose classes stand one behind the other, and one that needs proof."""
    queues = [Queue(id="A", prefix="A", precedence=precedence), Queue(id="B", prefix="B")]
    return msgspec.structs.replace(a_hall(), class_=BY_LAW, queue=queues)


@pytest.mark.parametrize(
    ("tickets", "called"),
    [
        pytest.param([("passport", 0, "donor"), ("passport", 90, "elderly")], "A002", id="behind"),
        pytest.param([("passport", 0), ("passport", 90, "donor")], "A002", id="yet before all others"),
        pytest.param([("passport", 0, "child"), ("passport", 90, "donor")], "A002", id="of any credit"),
        pytest.param([("passport", 0, "donor"), ("passport", 9, "donor")], "A001", id="equals in order"),
    ],
)
def test_a_class_goes_behind_another(tickets: list[tuple[Any, ...]], called: str) -> None:
    """Half the credit of a strict class is more than any other's."""
    assert waiting(*tickets, hall=a_lawful_hall()).call().ticket == called


@pytest.mark.parametrize("class_", ["elderly", "donor", "child"])
def test_a_queue_without_precedence_is_in_order_of_arrival(class_: str) -> None:
    """No class counts there, nor that a visitor was sent on."""
    hall = waiting(("passport", 0), ("passport", 1, class_), hall=a_lawful_hall(precedence=False))
    issued = [event for event in hall.log if isinstance(event, e.TicketIssued)]
    assert [event.ahead for event in issued] == [0, 1]
    assert hall.call().ticket == "A001"
    assert list(audit(HallState(), hall.log)) == []


@pytest.mark.parametrize(
    ("actor", "called", "ahead"),
    [
        pytest.param(KIOSK, "A001", 1, id="a kiosk sees nothing"),
        pytest.param(GREETER, "A002", 0, id="a greeter does"),
    ],
)
def test_a_claim_that_needs_proof_counts_from_then_on(actor: e.Actor, called: str, ahead: int) -> None:
    """A claim made at a kiosk waits in its ordinary place; one that a greeter gives counts at once."""
    hall = waiting(("passport", 0), hall=a_lawful_hall())
    (issued,) = hall.do(c.IssueTicket(id=ID, service="passport", class_="veteran"), actor)
    assert isinstance(issued, e.TicketIssued)
    assert issued.ahead == ahead
    assert hall.call().ticket == called
    assert list(audit(HallState(), hall.log)) == []


def test_a_ticket_outlives_its_queue() -> None:
    """Served when a configuration drops its queue, it may still be put back; nothing breaks."""
    hall = waiting(("land", 0, "elderly"), desks=("3",))
    number = hall.serve("3")
    fewer = msgspec.structs.replace(a_hall(), queue=a_hall().queue[:1], service=a_hall().service[:3])
    hall.fold(HallConfigured(hall=fewer, digest="d2", source="file"))
    hall.do(c.Requeue(id=ID, desk="3", ticket=number, reason="other"))
    assert hall.ticket(number).state == "waiting"
    assert hall.ticket(number).key == hall.ticket(number).arrived_at - HOUR


def test_proof_moves_a_ticket_and_its_lack_moves_it_back() -> None:
    """Each time the arrival is kept."""
    hall = waiting(("passport", 0), hall=a_lawful_hall())
    hall.do(c.IssueTicket(id=ID, service="passport", class_="veteran"), KIOSK)
    hall.wait(5)
    hall.issue()
    keys = []
    for class_, reason in (("veteran", "evidence-seen"), ("none", "evidence-not-shown")):
        hall.do(c.SetClass(id=ID, ticket="A002", class_=class_, reason=reason), GREETER)
        keys.append(hall.ticket("A002").key - hall.ticket("A002").arrived_at)
    assert keys == [-24 * HOUR, 0]
    assert [hall.finish(), hall.finish(), hall.finish()] == ["A001", "A002", "A003"]
    assert list(audit(HallState(), hall.log)) == []


def test_nobody_waiting_is_said() -> None:
    """A desk whose lanes are empty gets a refusal, and nothing changes."""
    hall = play()
    with pytest.raises(refusals.NobodyWaiting) as refusal:
        hall.call()
    assert refusal.value.members == {"desk": "1"}


def test_a_call_tells_its_heads() -> None:
    """The heads are the first of each lane, the called one among them, the next to call foremost."""
    hall = waiting(("passport", 0), ("passport", 1), ("land", 5), desks=("2",))
    called = hall.call("2")
    nine, five_past = NINE, NINE + 5 * MINUTE
    assert called.heads == [
        Head(ticket="A001", key=nine, turn=nine),
        Head(ticket="B001", key=five_past, turn=five_past),
    ]
    assert (called.key, called.policy, called.jumped) == (nine, "1", [])


def test_overtaken_counts_earlier_arrivals_left_waiting() -> None:
    """Lawful precedence still leaves a figure: how many who came earlier stay."""
    hall = waiting(("passport", 0), ("passport", 1), ("passport", 30, "elderly"), ("passport", 40))
    called = hall.call()
    assert (called.ticket, called.overtaken) == ("A003", 2)


def test_overtaken_leaves_out_those_held_back() -> None:
    """Who is held by not_before is not overtaken: the call could not have been theirs."""
    hall = waiting(("passport", 0), ("passport", 1))
    absent = hall.call().ticket
    hall.do(c.Requeue(id=ID, desk="1", ticket=absent, reason="absent"))
    assert hall.call().overtaken == 0


def test_a_specialty_is_a_credit_of_the_desk() -> None:
    """A ticket that asks for a specialty has its key less the desk's credit for it as its turn."""
    hall = waiting(("passport", 0), ("land", 0), desks=("2",))
    hall.do(c.Transfer(id=ID, ticket="B001", to_specialty="ru", reason="language"))
    called = hall.call("2")
    assert called.ticket == "A001"
    special = called.heads[1]
    assert special.ticket == "B001"
    assert special.key - special.turn == 10 * MINUTE


def test_asking_for_a_desk_binds() -> None:
    """A ticket sent to desk 2 is called by no other desk."""
    hall = waiting(("passport", 0), desks=("1", "2"))
    hall.do(c.Transfer(id=ID, ticket="A001", to_desk="2", reason="expert"))
    with pytest.raises(refusals.NobodyWaiting):
        hall.call("1")
    assert hall.call("2").ticket == "A001"


def test_an_unanswered_call_is_no_head_for_five_minutes() -> None:
    """Who did not answer is not called by every free desk in turn."""
    hall = waiting(("passport", 0), desks=("1", "2"))
    hall.call("1")
    hall.do(c.Requeue(id=ID, desk="1", ticket="A001", reason="absent"))
    hall.wait(4.9)
    with pytest.raises(refusals.NobodyWaiting):
        hall.call("2")
    hall.wait(0.1)
    assert hall.call("2").ticket == "A001"


def test_requeue_stands_behind_and_further_legs_have_credit() -> None:
    """Requeue makes the reference time now; a transfer does so too, and has the further leg's credit."""
    hall = waiting(("passport", 0), ("passport", 1))
    first = hall.serve()
    hall.do(c.Requeue(id=ID, desk="1", ticket=first, reason="photo"))
    assert hall.ticket(first).key == hall.at
    second = hall.serve()
    hall.do(c.Transfer(id=ID, desk="1", ticket=second, service="land", reason="next"))
    assert hall.ticket(second).key == hall.at - 30 * MINUTE


def test_a_desk_has_one_ticket() -> None:
    """A desk with a ticket calls no other; the refusal names ticket and state."""
    hall = waiting(("passport", 0), ("passport", 1))
    hall.call()
    with pytest.raises(refusals.DeskBusy) as refusal:
        hall.call()
    assert refusal.value.members == {"desk": "1", "ticket": "A001", "state": "called"}


def a_jump(hall: Played, ticket: str, actor: Any = LEAD, reason: str = "emergency") -> TicketCalled:
    """Let the lead call a ticket at desk 1."""
    hall.do(c.CloseDesk(id=ID, desk="1"))
    hall.open("1", actor=actor)
    (called,) = hall.do(c.CallTicket(id=ID, desk="1", ticket=ticket, reason=reason), actor)
    assert isinstance(called, TicketCalled)
    return called


def test_a_jump_lists_whom_it_passed() -> None:
    """A call out of turn names all of a smaller turn in the desk's lanes, and its reason."""
    called = a_jump(waiting(("passport", 0), ("passport", 1, "elderly"), ("passport", 2)), "A003")
    assert called.jumped == ["A002", "A001"]
    assert called.reason == "emergency"
    assert [head.ticket for head in called.heads] == ["A002", "A003"]


def test_calling_whose_turn_it_is_is_no_jump() -> None:
    """The ticket whose turn it is may be called by its number, by any operator, for any reason."""
    called = a_jump(waiting(("passport", 0), ("passport", 1)), "A001", OPERATOR, "whatever")
    assert called.jumped == []


@pytest.mark.parametrize(
    ("actor", "reason", "refusal"),
    [
        pytest.param(OPERATOR, "emergency", refusals.NotAllowed, id="an operator may not"),
        pytest.param(LEAD, "other", refusals.UnknownReason, id="not for a reason of other verbs"),
        pytest.param(LEAD, "nonsense", refusals.UnknownReason, id="not for a reason the hall does not know"),
    ],
)
def test_a_jump_needs_a_right_and_a_reason(actor: Any, reason: str, refusal: type[refusals.Refusal]) -> None:
    """A jump without right or reason is refused."""
    with pytest.raises(refusal):
        a_jump(waiting(("passport", 0), ("passport", 1)), "A002", actor, reason)


def test_a_desk_calls_only_from_its_lanes() -> None:
    """Not even a lead calls a ticket that the desk does not serve."""
    with pytest.raises(refusals.NotServedHere):
        a_jump(waiting(("land", 0)), "B001")


def test_a_parked_ticket_returns_by_number_and_keeps_its_key() -> None:
    """Calling a parked ticket is no jump, whoever waits."""
    hall = waiting(("passport", 0), ("passport", 1, "elderly"), ("passport", 2))
    parked = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=parked, reason="copy"))
    key = hall.ticket(parked).key
    (called,) = hall.do(c.CallTicket(id=ID, desk="1", ticket=parked, reason="back"))
    assert isinstance(called, TicketCalled)
    assert (called.key, called.jumped) == (key, [])


def test_a_parked_ticket_is_called_at_its_own_desk() -> None:
    """Another desk is told where the ticket is."""
    hall = waiting(("passport", 0), desks=("1", "2"))
    parked = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=parked, reason="copy"))
    with pytest.raises(refusals.TicketElsewhere):
        hall.do(c.CallTicket(id=ID, desk="2", ticket=parked, reason="back"))


def test_parked_until_a_time_it_is_a_head_of_its_desk_from_then_on() -> None:
    """Without a time nobody calls it by turn; with one, its own desk does, and no other."""
    hall = waiting(("passport", 0), ("passport", 1), desks=("1", "2"))
    parked = hall.serve()
    hall.do(c.Park(id=ID, desk="1", ticket=parked, reason="copy", not_before=hall.at + 10 * MINUTE))
    assert hall.call("2").ticket == "A002"
    with pytest.raises(refusals.NobodyWaiting):
        hall.call()
    hall.wait(10)
    assert hall.call().ticket == parked


def test_recalls_end_at_the_limit() -> None:
    """A ticket is recalled as often as the hall allows; each event counts."""
    hall = waiting(("passport", 0))
    hall.call()
    again = c.Recall(id=ID, desk="1", ticket="A001")
    assert [hall.do(again)[0].recalls for _ in range(2)] == [1, 2]  # type: ignore[attr-defined]
    with pytest.raises(refusals.RecallLimit):
        hall.do(again)


@pytest.mark.parametrize(
    ("class_", "recalled", "seconds", "left"),
    [
        pytest.param("none", 0, 500, 90, id="not before one recall"),
        pytest.param("none", 1, 89, 1, id="not before the time since the last call"),
        pytest.param("none", 1, 90, None, id="then yes"),
        pytest.param("pregnant", 1, 90, 110, id="longer where the class says so"),
        pytest.param("pregnant", 1, 200, None, id="and then yes"),
    ],
)
def test_no_show_has_a_floor(class_: str, recalled: int, seconds: int, left: int | None) -> None:
    """Nobody is absent before one recall and the hall's time; the refusal says how long still."""
    hall = waiting(("passport", 0, class_))
    number = hall.call().ticket
    for _ in range(recalled):
        hall.do(c.Recall(id=ID, desk="1", ticket=number))
    hall.wait(seconds / 60)
    command = c.NoShow(id=ID, desk="1", ticket=number)
    if left is None:
        hall.do(command)
        assert hall.ticket(number).state == "no_show"
    else:
        with pytest.raises(refusals.TooSoon) as refusal:
            hall.do(command)
        assert refusal.value.members["seconds"] == left


def test_complete_and_call_next_stands_when_nobody_waits() -> None:
    """The end of the service is a fact, whether or not there is a next."""
    hall = waiting(("passport", 0), ("passport", 1))
    command = [
        c.Complete(id=ID, desk="1", ticket=n, outcome="served", call_next=True) for n in ("A001", "A002")
    ]
    hall.serve()
    assert [type(event).__name__ for event in hall.do(command[0])] == ["LegCompleted", "TicketCalled"]
    hall.do(c.Serve(id=ID, desk="1", ticket="A002"))
    assert [type(event).__name__ for event in hall.do(command[1])] == ["LegCompleted"]


def test_only_who_has_the_desk_open_acts_there() -> None:
    """A colleague's command at this desk is refused; the desk must be open at all."""
    hall = play(desks=())
    with pytest.raises(refusals.DeskNotOpen):
        hall.call("1", OPERATOR)
    hall.open("1", actor=OPERATOR)
    with pytest.raises(refusals.NotYourDesk):
        hall.call("1", COLLEAGUE)
    with pytest.raises(refusals.NotYourDesk):
        hall.call("1", INTEGRATION)


def test_a_ticket_is_asked_for_where_it_is() -> None:
    """A desk cannot serve what another desk called, and hears where it is."""
    hall = waiting(("passport", 0), desks=("1", "2"))
    hall.call("1")
    with pytest.raises(refusals.TicketElsewhere) as refusal:
        hall.do(c.Serve(id=ID, desk="2", ticket="A001"))
    assert refusal.value.members["at_desk"] == "1"


def test_a_new_policy_leaves_keys_as_they_are() -> None:
    """A key is fixed: credits of a later configuration count for later tickets only."""
    hall = waiting(("passport", 0))
    served = hall.serve()
    hall.fold(HallConfigured(hall=a_hall(policy=Policy(version="2")), digest="d2", source="file"))
    assert hall.ticket(served).key == NINE
    hall.issue()
    hall.do(c.Complete(id=ID, desk="1", ticket=served, outcome="served"))
    assert hall.call().policy == "2"
