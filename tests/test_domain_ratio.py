"""So many of these to one of the others: who is called under a ratio, and what holds there of the order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import commands as c
from protocol import events as e
from protocol.hall import Hall, Policy, Ratio, TicketClass
from protocol.words import MINUTE, SECOND, Micros
from server.domain import refusals, views
from server.domain.calling import heads_of
from server.domain.derive import audit
from server.domain.evolve import evolve
from server.domain.explain import explain
from server.domain.handing_in import lost_all
from server.domain.issuing import ahead
from server.domain.lane import Lane
from server.domain.lanes import AnyLane
from server.domain.ratio_lane import RatioLane
from server.domain.state import HallSnapshot, HallState, from_snapshot, to_snapshot
from tests.builders import ID, KIOSK, Played, a_hall, play, waiting
from tests.journals import Writing
from tests.test_domain_rules_hold import DAYS, TRIED, Step, booked_hall, live

TWO_TO_ONE = Ratio(calls=2, of=["elderly", "pregnant"])


def a_ratio_hall(ratio: Ratio | None = TWO_TO_ONE, hall: Hall | None = None, version: str = "1") -> Hall:
    """Make the small hall with a ratio; none of its classes is strict."""
    hall = hall or a_hall()
    classes = [
        TicketClass(id=kind.id, names=kind.names, credit_minutes=kind.credit_minutes or 45)
        for kind in hall.class_
    ]
    return msgspec.structs.replace(hall, class_=classes, policy=Policy(version=version, ratio=ratio))


def all_calls(hall: Played, desk: str = "1") -> list[str]:
    """Call and serve until nobody waits."""
    found = []
    while hall.state.lanes.waiting_in("A", ""):
        found.append(hall.finish(desk))
    return found


def of(*classes: str) -> list[tuple[str, int, str]]:
    """Say who comes to one queue, a minute after each other."""
    words = {"E": "elderly", "P": "pregnant", "V": "veteran", "-": "none"}
    return [("passport", minute, words[class_]) for minute, class_ in enumerate(classes)]


@pytest.mark.parametrize(
    ("ratio", "come", "called"),
    [
        pytest.param(TWO_TO_ONE, "----EEEE", "EE-EE---", id="two of these to one of the others"),
        pytest.param(TWO_TO_ONE, "E-----", "E-----", id="who is alone does not wait for the other side"),
        pytest.param(TWO_TO_ONE, "-EPE", "EE-P", id="several classes are one side, by their keys"),
        pytest.param(Ratio(calls=1, of=["elderly"]), "---EEE", "E-E-E-", id="in turns"),
        pytest.param(Ratio(calls=2, of=["none"]), "----EE", "--E--E", id="who has no class may be the two"),
        pytest.param(Ratio(calls=3, of=["elderly"]), "--EEV", "EEV--", id="others go by their keys too"),
    ],
)
def test_who_is_called_in_turns(ratio: Ratio, come: str, called: str) -> None:
    """Both sides wait: the ratio says which is next; of one side the smallest key is."""
    hall = waiting(*of(*come), hall=a_ratio_hall(ratio))
    class_of = {"elderly": "E", "pregnant": "P", "veteran": "V", "none": "-"}
    assert "".join(class_of[hall.ticket(number).class_] for number in all_calls(hall)) == called
    assert list(audit(HallState(), hall.log)) == []


def test_a_side_that_waited_for_nobody_owes_its_turn() -> None:
    """Whoever comes after many of these alone is the next: they had their calls already."""
    hall = waiting(*of(*"EEEEE"), hall=a_ratio_hall())
    for _ in range(3):
        hall.finish()
    plain = hall.issue()
    assert hall.finish() == plain


def test_the_count_begins_anew_with_the_day() -> None:
    """Calls of the day before count for nothing."""
    hall = waiting(*of(*"EE"), hall=a_ratio_hall())
    all_calls(hall)
    assert hall.state.ratio_made == {"A": 2}
    hall.do(c.CloseDay(id=ID))
    hall.wait(24 * 60)
    hall.open("1")
    hall.issue()
    old = hall.issue("passport", "elderly")
    assert hall.state.ratio_made == {}
    assert hall.finish() == old


def test_each_queue_counts_for_itself() -> None:
    """Desk 2 serves two queues: what is called of one leaves the other's turns as they are."""
    come = [*of(*"EE-"), ("land", 3, "elderly"), ("land", 4)]
    hall = waiting(*come, hall=a_ratio_hall(), desks=("2",))
    assert [hall.finish("2") for _ in range(5)] == ["A001", "A002", "B001", "A003", "B002"]


def test_a_queue_in_order_of_arrival_has_no_ratio() -> None:
    """Where the order itself is a right, nobody's class moves anybody."""
    hall = a_ratio_hall()
    queue = msgspec.structs.replace(hall.queue[0], precedence=False)
    played = waiting(*of(*"--E-"), hall=msgspec.structs.replace(hall, queue=[queue, *hall.queue[1:]]))
    assert all_calls(played) == ["A001", "A002", "A003", "A004"]


def test_who_was_sent_to_a_desk_is_called_beside_the_ratio() -> None:
    """A ticket that asks for a desk goes by its key, and its call is not counted."""
    hall = waiting(*of(*"--EE"), hall=a_ratio_hall())
    hall.do(c.Transfer(id=ID, ticket="A002", to_desk="1", reason="r"))
    assert [hall.finish() for _ in range(4)] == ["A003", "A004", "A001", "A002"]
    assert list(audit(HallState(), hall.log)) == []


def test_a_class_given_by_staff_moves_to_the_other_side() -> None:
    """And its arrival stays, as everywhere."""
    hall = waiting(*of(*"---"), hall=a_ratio_hall())
    hall.do(c.SetClass(id=ID, ticket="A003", class_="elderly", reason="r"))
    assert all_calls(hall) == ["A003", "A001", "A002"]


def test_a_claim_that_nobody_has_seen_is_on_the_others_side() -> None:
    """Evidence that is to be seen before counts for a ratio as for a credit."""
    hall = a_ratio_hall()
    first = msgspec.structs.replace(hall.class_[0], evidence="before")
    played = waiting(*of("-"), hall=msgspec.structs.replace(hall, class_=[first, *hall.class_[1:]]))
    for class_ in ("elderly", "pregnant"):
        played.do(c.IssueTicket(id=ID, service="passport", class_=class_), KIOSK)
    assert all_calls(played) == ["A003", "A001", "A002"]


def test_a_call_out_of_turn_names_whom_the_ratio_puts_first() -> None:
    """A jump is a call of who is not the next: also of the smallest key, when the ratio says another."""
    hall = waiting(*of(*"-EEE"), hall=a_ratio_hall())
    (called,) = hall.do(c.CallTicket(id=ID, desk="1", ticket="A001", reason="emergency"))
    assert isinstance(called, e.TicketCalled)
    assert called.jumped == ["A002", "A003"]
    hall.do(c.Requeue(id=ID, desk="1", ticket="A001", reason="r", not_before=hall.at + 5 * MINUTE))
    (called,) = hall.do(c.CallTicket(id=ID, desk="1", ticket="A001", reason="emergency"))  # still held
    assert isinstance(called, e.TicketCalled)
    assert called.jumped == ["A002", "A003"]


def test_a_call_of_the_smallest_key_is_a_jump_where_the_ratio_says_another() -> None:
    """Both heads are told: who had the turn, and who was called, whose key that turn is."""
    hall = waiting(("passport", 0), ("passport", 100, "elderly"), hall=a_ratio_hall())
    (called,) = hall.do(c.CallTicket(id=ID, desk="1", ticket="A001", reason="emergency"))
    assert isinstance(called, e.TicketCalled)
    assert (called.jumped, [head.ticket for head in called.heads]) == (["A002"], ["A002", "A001"])
    assert (called.heads[0].turn, called.heads[0].turn_of) == (called.key, "A001")
    assert list(audit(HallState(), hall.log)) == []


def test_a_call_says_how_the_ratio_stood() -> None:
    """The event has what the words need: the count, and whose key was the turn."""
    hall = waiting(*of(*"--EE"), hall=a_ratio_hall())
    for _ in range(3):
        hall.finish()
    first, _, third = [event for event in hall.log if isinstance(event, e.TicketCalled)]
    key = {number: hall.ticket(number).key for number in ("A001", "A003")}
    assert first.heads == [e.Head(ticket="A003", key=key["A003"], turn=key["A003"])]
    assert first.ratio == e.RatioStand(calls=2, made=0)
    assert third.ticket == "A001"
    assert third.ratio is msgspec.UNSET  # nobody of the other side waited
    hall.issue("passport", "elderly")
    hall.issue("passport", "elderly")
    fourth = hall.call()
    assert (fourth.ticket, fourth.ratio) == ("A005", e.RatioStand(calls=2, made=0))
    (head,) = fourth.heads
    assert (head.turn, head.turn_of) == (hall.ticket("A002").key, "A002")


def said(hall: Played, ticket: str) -> list[str]:
    """Give what is explained of a ticket."""
    events = [event for event in hall.log if getattr(event, "ticket", "") == ticket]
    return [str(one) for one in explain(hall.state.hall, events)]


def test_each_call_is_explained_in_words() -> None:
    """Whose turn it was by the ratio, and before whom that put the ticket."""
    hall = waiting(*of(*"EEE-"), hall=a_ratio_hall())
    for _ in range(3):
        hall.finish()
    assert (
        "By the ratio 2 to 1 it was the turn of the classes it names: 1 of them had been called since the"
        " last of the others." in said(hall, "A002")
    )
    assert not any("So it went before" in sentence for sentence in said(hall, "A002"))
    plain = said(hall, "A004")
    assert (
        "By the ratio 2 to 1 it was the turn of one of the others: 2 of the classes it names had been called"
        " since the last of them." in plain
    )
    assert "So it went before A003, whose key was smaller." in plain


def test_another_queues_head_is_explained_by_whose_turn_it_had() -> None:
    """Of two queues at one desk each shows the smaller key of its two sides."""
    hall = waiting(("land", 0, "elderly"), *of(*"EEE-"), hall=a_ratio_hall(), desks=("1", "2"))
    for _ in range(2):
        hall.finish("1")
    called = hall.call("2")
    assert called.ticket == "B001"
    assert [(head.ticket, head.turn_of) for head in called.heads] == [
        ("B001", msgspec.UNSET),
        ("A004", "A003"),
    ]
    (sentence,) = [each for each in said(hall, "B001") if "A004" in each]
    assert sentence.endswith("that of A003, before which the ratio put it.")


def test_a_visitor_is_told_that_the_ratio_put_others_first() -> None:
    """One of the others who came later went first by the ratio, and no law is named for it."""
    hall = waiting(*of(*"EEE-"), hall=a_ratio_hall())
    for _ in range(3):
        hall.finish()
    assert views.went_first(hall.state, hall.ticket("A003")) == {"ratio": 1}


def test_a_ratio_in_force_at_noon_counts_for_those_who_wait() -> None:
    """Keys stay, whoever waits stands under the new rules, and all of it is derived again."""
    hall = waiting(*of(*"--EEE"), hall=a_ratio_hall(None))
    for _ in range(2):
        hall.finish()
    hall.do(c.Park(id=ID, desk="1", ticket=hall.serve(), reason="r", not_before=hall.at + 20 * MINUTE))
    hall.issue("passport", "elderly")
    keys = {number: ticket.key for number, ticket in hall.state.tickets.items()}
    new = a_ratio_hall(Ratio(calls=1, of=["elderly"]), version="2")
    hall.fold(e.HallConfigured(hall=new, digest="d2", source="command"))
    assert {number: ticket.key for number, ticket in hall.state.tickets.items()} == keys
    assert [hall.finish() for _ in range(3)] == ["A006", "A001", "A002"]
    hall.fold(e.HallConfigured(hall=a_ratio_hall(None, version="3"), digest="d3", source="command"))
    assert hall.state.ratio_made == {}
    hall.wait(20)
    assert hall.finish() == "A005"
    assert list(audit(HallState(), hall.log)) == []
    whole = folded(hall.log)
    assert to_snapshot(whole) == to_snapshot(hall.state)


def folded(log: list[e.Event]) -> HallState:
    """Fold a log from its beginning."""
    state = HallState()
    for event in log:
        evolve(state, event)
    return state


def test_the_forecast_knows_the_turns() -> None:
    """Six wait, a call every eight minutes: each is forecast when it is called, and so is who comes now."""
    hall = waiting(*of(*"---EEE"), hall=a_ratio_hall())
    hall.forecast.refresh(hall.state, hall.at)
    served = ["A004", "A005", "A001", "A006", "A002", "A003"]
    middle = [hall.forecast.expected_of(hall.ticket(number), hall.at)[1] // 480 for number in served]
    assert middle == [0, 1, 2, 3, 4, 5]
    assert hall.forecast.expected("A", "elderly")[1] // 480 == 4
    assert hall.forecast.expected("A", "none")[1] // 480 == 6


def test_the_bound_on_overtaking_does_not_hold() -> None:
    """The third elderly came two hours before the other who went first: without a ratio that could not be."""
    for ratio, first in (
        (None, ["A001", "A002", "A003", "A004"]),
        (TWO_TO_ONE, ["A001", "A002", "A004", "A003"]),
    ):
        hall = waiting(*of(*"EEE"), hall=a_ratio_hall(ratio))
        hall.issue()
        assert all_calls(hall) == first


@TRIED
@given(st.lists(st.sampled_from(["elderly", "pregnant", "none"]), min_size=1, max_size=40), st.integers(1, 4))
def test_a_slip_says_how_many_are_called_before(classes: list[str], calls: int) -> None:
    """If nobody else comes, exactly so many are called first; and the visit's page tells the same place."""
    hall = play(a_ratio_hall(Ratio(calls=calls, of=["elderly"])))
    told = {}
    for class_ in classes:
        hall.wait(3)
        (issued,) = hall.do(c.IssueTicket(id=ID, service="passport", class_=class_))
        assert isinstance(issued, e.TicketIssued)
        told[issued.ticket] = issued.ahead
        alone = Played(hall.state.copy(), hall.at)
        assert all_calls(alone).index(issued.ticket) == issued.ahead
    pages = {n: views.visit(hall.state, hall.forecast, n, hall.state.day, hall.at) for n in told}
    order = all_calls(hall)
    assert {number: page and page["ahead"] for number, page in pages.items()} == {
        number: order.index(number) for number in order
    }


def lanes_of(lane: AnyLane) -> Iterator[tuple[int, int]]:
    """Give for each turn of a lane how many are counted before it, and how many are listed."""
    for key, seq, _ in lane.walk():
        for turn in ((key, seq), (key + 1, 0)):
            yield lane.before(turn), len(list(lane.until(turn)))


@TRIED
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=25),
    st.integers(1, 3),
    st.integers(0, 3),
)
def test_a_lane_counts_as_it_lists(come: list[tuple[bool, int]], calls: int, made: int) -> None:
    """Counting, which is fast, and listing agree, whatever the keys; turns never fall as the lane empties."""
    hall = waiting(*of(*"-" * len(come)), hall=a_ratio_hall(Ratio(calls=calls, of=["elderly"])))
    lane = RatioLane("A", hall.state.catalogue, {"A": min(made, calls)})
    for ticket, (is_of, key) in zip(hall.state.tickets.values(), come, strict=True):
        ticket.class_, ticket.key = "elderly" if is_of else "none", key
        lane.add(ticket)
    assert all(counted == listed for counted, listed in lanes_of(lane))
    walked = list(lane.walk())
    turns = [entry[:2] for entry in walked]
    assert turns == sorted(turns)
    assert walked[:1] == ([lane.head] if lane.head else [])
    for place, (key, seq, ticket) in enumerate(walked):
        is_of = hall.state.catalogue.is_of(ticket)
        assert lane.place((ticket.key, ticket.seq), is_of=is_of) == (place, (key, seq))
        before = [entry[2] for entry in walked[:place]]
        assert [entry[2] for entry in lane.first(ticket)] == before
        for since in (0, 5):
            recent = {other.seq for other in before if other.key >= since}
            assert {entry[2].seq for entry in lane.first(ticket, since)} == recent
            of_turn = {entry[2].seq for entry in lane.until((key, seq)) if entry[2].key >= since}
            assert {entry[2].seq for entry in lane.until((key, seq), since)} == of_turn


@dataclass
class Turns:
    """Watches calls and counts for itself, without the hall's own count."""

    ratio: Ratio
    day: str = ""
    since: dict[str, int] = field(default_factory=dict)
    decided: int = 0

    def watch(self, hall: Played, called: e.TicketCalled) -> None:
        """Check a call that is to come against all who wait, unless it is a jump; and count it."""
        ticket = hall.ticket(called.ticket)
        if hall.state.day != self.day:
            self.day, self.since = hall.state.day, {}
        if ticket.state != "waiting" or ticket.ask:
            return
        waits = [
            other
            for other in hall.state.tickets.values()
            if (other.queue, other.ask, other.state) == (ticket.queue, "", "waiting")
            and other.not_before <= hall.at
        ]
        sides = {self.is_of(other) for other in waits}
        since = self.since.get(ticket.queue, 0)
        if not called.jumped:
            assert sides != {True, False} or self.is_of(ticket) == (since < self.ratio.calls)
            mine = [other for other in waits if self.is_of(other) == self.is_of(ticket)]
            assert min(mine, key=lambda other: (other.key, other.seq)) is ticket
            self.decided += len(sides) == 2
        self.since[ticket.queue] = since + 1 if self.is_of(ticket) else 0

    def is_of(self, ticket: Any) -> bool:
        """Tell whether the ratio names a ticket's class, or its booking."""
        return ticket.class_ in self.ratio.of or bool(ticket.booking)


def test_whatever_happens_the_turns_are_kept() -> None:
    """On random days: n to 1 whenever both wait, each side by its keys; the log alone gives it again."""
    ratio, decided = Ratio(calls=2, of=["elderly", "booked"]), []

    @TRIED
    @given(DAYS, st.sampled_from([0, 30]))
    def holds(steps: list[Step], auto_call_seconds: int) -> None:
        turns = Turns(ratio)
        policy = Policy(ratio=ratio, auto_call_seconds=auto_call_seconds)
        configured = msgspec.structs.replace(a_ratio_hall(ratio, booked_hall()), policy=policy)
        hall, _ = live(steps, configured, turns.watch)
        assert list(audit(HallState(), hall.log)) == []
        middle = len(hall.log) // 2
        kept = msgspec.msgpack.encode(to_snapshot(folded(hall.log[:middle])))
        half = from_snapshot(msgspec.msgpack.decode(kept, type=HallSnapshot))
        for event in hall.log[middle:]:
            evolve(half, event)
        assert to_snapshot(half) == to_snapshot(folded(hall.log)) == to_snapshot(hall.state)
        assert len({str(heads(state, hall.at)) for state in (hall.state, half, replayed(hall.log))}) == 1
        decided.append(turns.decided)

    holds()
    assert sum(decided) > 50  # so many calls were between both sides


def replayed(log: list[e.Event]) -> HallState:
    """Fold a log as a start does, without lanes until its end."""
    state = HallState()
    state.without_lanes()
    for event in log:
        evolve(state, event)
    state.with_lanes()
    return state


def heads(state: HallState, at: Micros) -> list[tuple[str, int, int, str]]:
    """Give whom each desk would choose from."""
    state.advance(at)
    return [
        (desk.number, turn, seq, ticket.number)
        for desk in state.desks.values()
        for turn, seq, ticket in heads_of(state, desk)
    ]


@pytest.mark.parametrize("class_", ["none", "elderly"])
def test_nobody_starves(class_: str) -> None:
    """However many of the other side keep coming, a turn comes after so many calls as were known."""
    hall = waiting(*of(*"--EE"), hall=a_ratio_hall())
    number = hall.issue("passport", class_)
    called = [""]
    while called[-1] != number:
        hall.issue("passport", "elderly" if class_ == "none" else "none")
        called.append(hall.finish())
    assert len(called) - 1 == {"none": 9, "elderly": 4}[class_]


def test_a_desk_of_several_queues_lets_no_queue_starve() -> None:
    """Among queues the smaller key of both sides counts, so the longest wait comes first."""
    hall = waiting(("land", 60), *of(*"-----"), hall=a_ratio_hall(), desks=("2",))
    for _ in range(6):
        hall.issue("passport", "elderly")
    order = [hall.finish("2") for _ in range(6)]
    assert "B001" in order


@pytest.mark.parametrize(
    "right", [c.CallNext(id=ID, desk="1"), c.CallTicket(id=ID, desk="1", ticket="A002", reason="")]
)
def test_the_next_one_may_be_called_by_its_number(right: Any) -> None:
    """That is no jump, whichever way it is asked for; anybody else would be."""
    hall = waiting(*of(*"-E"), hall=a_ratio_hall())
    (called,) = hall.do(right)
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket, called.jumped) == ("A002", [])


def test_without_a_ratio_lanes_are_plain() -> None:
    """A hall that has none pays nothing for it, and its log says nothing of it."""
    hall = waiting(*of(*"-E"))
    assert all(isinstance(lane, Lane) for lane, _ in hall.state.lanes_of(hall.state.desks["1"]))
    called = hall.call()
    assert (called.ratio, called.heads[0].turn_of) == (msgspec.UNSET, msgspec.UNSET)
    assert hall.state.ratio_made == {}
    with pytest.raises(refusals.NobodyWaiting):
        waiting(hall=a_ratio_hall()).call()


def test_who_is_handed_in_stands_where_the_ratio_puts_it() -> None:
    """So many go before as its slip's event says; it is called then, and the log is proved."""
    hall, kiosk = play(a_ratio_hall()), Writing()
    kiosk.hand_in(hall)
    for class_ in ("none", "elderly", "none", "elderly", "elderly", "none"):
        hall.wait(1)
        hall.issue("passport", class_)
    for fact in lost_all(hall.state):
        hall.fold(fact)
    hall.come_back(30)
    for seconds, class_ in ((30, "none"), (60, "elderly"), (90, "none")):
        kiosk.write(hall.at - 29 * MINUTE + seconds * SECOND, class_=class_)
    handed_in = [event for event in kiosk.hand_in(hall) if isinstance(event, e.TicketIssued)]
    after = [ahead(hall.state, hall.ticket(event.ticket)) for event in handed_in]
    hall.open("1")
    called = all_calls(hall)
    assert [called.index(event.ticket) for event in handed_in] == after
    assert after[-1] == handed_in[-1].ahead
    assert list(audit(HallState(), hall.log)) == []
