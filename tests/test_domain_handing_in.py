"""What a kiosk issued by itself enters the hall when its server is back: in order, within bounds, marked."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import commands as c
from protocol import events as e
from protocol.journal import FIRST, Entry, own_number, series_of
from protocol.words import HOUR, MINUTE, SECOND
from server.domain import derive, refusals
from server.domain.catalogue import Catalogue
from server.domain.explain import explain
from server.domain.handing_in import HEARD_WITHIN, REFUSED, LoseKiosk, lost_all
from server.domain.state import HallState, from_snapshot, to_snapshot
from server.domain.timeline import Timeline
from server.domain.views import own_series
from tests.builders import GREETER, ID, INTEGRATION, NINE, Played, a_hall, play
from tests.journals import Writing

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def away(minutes: float = 30, **facts: Any) -> tuple[Played, Writing]:
    """Let a kiosk be here at nine, and the server away from then on; gives the hall at its return."""
    hall, kiosk = play(a_hall(**facts)), Writing()
    kiosk.hand_in(hall)
    for fact in lost_all(hall.state):
        hall.fold(fact)
    hall.come_back(minutes)
    return hall, kiosk


def issued(events: list[e.Event]) -> list[e.TicketIssued]:
    """Give the tickets among events."""
    return [event for event in events if isinstance(event, e.TicketIssued)]


def findings(hall: Played) -> list[str]:
    """Prove the log of a hall."""
    return [finding.sentence for finding in derive.audit(HallState(), hall.log)]


def test_a_kiosk_has_a_number_and_keeps_it() -> None:
    """Its own, known by device and key: another key is another series, and so is another device."""
    hall, one = play(), Writing()
    two = Writing(device="dev-5")
    (first,) = one.hand_in(hall)
    (second,) = two.hand_in(hall)
    assert one.hand_in(hall) == []
    new = Writing(key=OTHER)
    (third,) = new.hand_in(hall)
    assert isinstance(first, e.KioskJoined)
    assert [event.kiosk for event in (first, second, third) if isinstance(event, e.KioskJoined)] == [1, 2, 3]
    assert own_series(hall.state, "dev-2") == {"kiosk": 3, "key": new.public, "taken": 0, "last": FIRST}
    assert own_series(hall.state, "dev-7") is None
    assert not findings(hall)


def test_what_was_issued_meanwhile_waits_since_its_arrival() -> None:
    """Before whoever came after the return, with its own number, marked, and without a gap in the series."""
    hall, kiosk = away(minutes=30)
    newcomer = hall.issue()
    for minute in (5, 12):
        kiosk.write(NINE + minute * MINUTE)
    joined, *events = kiosk.hand_in(hall)
    assert isinstance(joined, e.KioskJoined)
    assert joined.written == 2
    tickets = issued(events)
    assert [event.ticket for event in tickets] == ["A-K1-01", "A-K1-02"]
    assert [event.arrived_at for event in tickets] == [NINE + 5 * MINUTE, NINE + 12 * MINUTE]
    assert [event.ahead for event in tickets] == [0, 1]
    waiting = hall.ticket("A-K1-01")
    assert waiting.issued_at == waiting.arrived_at == NINE + 5 * MINUTE
    hall.open("1")
    assert hall.finish() == "A-K1-01"
    assert hall.finish() == "A-K1-02"
    assert hall.finish() == newcomer == "A001"
    assert hall.issue() == "A002"
    assert not findings(hall)


def test_the_same_lines_again_do_nothing() -> None:
    """Under another id too: a kiosk that was started anew does not know what it has handed in."""
    hall, kiosk = away()
    kiosk.write(NINE + MINUTE)
    kiosk.hand_in(hall)
    assert kiosk.hand_in(hall) == []
    kiosk.write(NINE + 2 * MINUTE)
    joined, ticket = kiosk.hand_in(hall)
    assert isinstance(joined, e.KioskJoined)
    assert isinstance(ticket, e.TicketIssued)
    assert ticket.ticket == "A-K1-02"


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        pytest.param(-20 * MINUTE, 0, id="not before the last contact"),
        pytest.param(40 * MINUTE, 30 * MINUTE, id="not after it was here again"),
        pytest.param(7 * MINUTE + 1, 7 * MINUTE + 1, id="between them to the microsecond"),
    ],
)
def test_an_arrival_keeps_its_bounds(said: int, counts: int) -> None:
    """Whatever the kiosk's clock says; and verify tells of a line that says otherwise."""
    hall, kiosk = away(minutes=30)
    kiosk.write(NINE + said)
    (ticket,) = issued(kiosk.hand_in(hall))
    assert ticket.arrived_at == NINE + counts
    assert ticket.offline is not msgspec.UNSET
    assert ticket.offline.at == NINE + said
    told = findings(hall)
    assert len(told) == (said != counts)
    assert all(" says 2026-11-21 0" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("minutes", "counts"),
    [
        pytest.param(1, NINE + 6 * MINUTE, id="from its own time"),
        pytest.param(10, NINE + 40 * MINUTE, id="too late to be believed"),
    ],
)
def test_what_comes_in_two_parts_keeps_the_bounds_of_its_absence(minutes: int, counts: int) -> None:
    """The link breaks between the parts; who says early that it has lines cannot write them later."""
    hall, kiosk = away(minutes=30)
    lines = [kiosk.write(NINE + minute * MINUTE) for minute in (5, 6)]
    hall.do(kiosk.command(lines[0]), kiosk.actor)
    hall.do(LoseKiosk(id=ID, device=kiosk.device), e.HALL)
    hall.wait(minutes)
    late = kiosk.write(hall.at - 10 * SECOND)
    events = issued(hall.do(kiosk.command(lines[1], late), kiosk.actor))
    assert [event.arrived_at for event in events] == [counts, hall.at - 10 * SECOND]
    assert not findings(hall)


def test_a_connection_that_broke_was_good_until_shortly_before() -> None:
    """The server notices within 20 s; what a kiosk issued since then counts from when it says."""
    hall, kiosk = play(), Writing()
    kiosk.hand_in(hall)
    hall.wait(60)
    (lost,) = hall.do(LoseKiosk(id=ID, device=kiosk.device), e.HALL)
    assert isinstance(lost, e.KioskLost)
    assert lost.since == hall.at - HEARD_WITHIN
    assert hall.do(LoseKiosk(id=ID, device=kiosk.device), e.HALL) == []
    kiosk.write(NINE + 10 * MINUTE)
    (ticket,) = issued(kiosk.hand_in(hall))
    assert ticket.arrived_at == lost.since
    (told,) = findings(hall)
    assert told == (
        "Entry 1 of kiosk 1 (A-K1-01) says 2026-11-21 05:10:00 UTC, before the kiosk's last contact at"
        " 2026-11-21 05:59:40 UTC."
    )


def test_a_server_that_was_killed_may_not_have_missed_it_yet() -> None:
    """The log's last event is another's: a kiosk whose cable broke before that counts from when it says."""
    hall, kiosk = play(), Writing()
    kiosk.hand_in(hall)
    hall.wait(60)
    hall.issue()
    last = hall.at
    for fact in lost_all(hall.state):
        hall.fold(fact)
    hall.come_back(30)
    kiosk.write(last - 10 * SECOND)
    (ticket,) = issued(kiosk.hand_in(hall))
    assert ticket.arrived_at == last - 10 * SECOND
    assert not findings(hall)


def test_a_kiosk_back_before_it_was_missed_has_a_minute_at_most() -> None:
    """A connection that nobody has seen break cannot have broken long ago."""
    hall, kiosk = play(), Writing()
    kiosk.hand_in(hall)
    hall.wait(60)
    kiosk.write(hall.at - 10 * MINUTE)
    (ticket,) = issued(kiosk.hand_in(hall))
    assert ticket.arrived_at == hall.at - MINUTE


def test_what_a_kiosk_wrote_before_the_hall_knew_it_counts_from_now() -> None:
    """A journal that comes with an unknown key proves no time."""
    hall, kiosk = play(), Writing()
    hall.wait(60)
    kiosk.write(NINE + MINUTE)
    (ticket,) = issued(kiosk.hand_in(hall))
    assert ticket.arrived_at == hall.at


def forged(kiosk: Writing) -> Entry:
    """Write a line, and change it afterwards."""
    return msgspec.structs.replace(kiosk.write(NINE + MINUTE), at=NINE)


@pytest.mark.parametrize(
    ("write", "code"),
    [
        pytest.param(forged, "not_signed", id="changed after it was signed"),
        pytest.param(lambda k: k.write(NINE, ticket="A-K2-01"), "not_its_number", id="another's series"),
        pytest.param(lambda k: k.write(NINE, ticket="A002"), "not_its_number", id="the hall's series"),
        pytest.param(lambda k: k.write(NINE, service="gone"), "unknown_service", id="a service that is gone"),
        pytest.param(lambda k: k.write(NINE, class_="gone"), "unknown_class", id="a class that is gone"),
        pytest.param(lambda k: k.write(NINE, class_="once"), "person_needed", id="a class once a day"),
    ],
)
def test_an_entry_that_cannot_be_taken_in_is_on_record(write: Callable[[Writing], Entry], code: str) -> None:
    """With why, and the others come in all the same."""
    hall = a_hall()
    once = msgspec.structs.replace(hall.class_[0], id="once", once_per_day=True)
    played, kiosk = play(msgspec.structs.replace(hall, class_=[*hall.class_, once])), Writing()
    kiosk.hand_in(played)
    played.wait(5)
    entry = write(kiosk)
    _, refused = kiosk.hand_in(played, entry)
    assert isinstance(refused, e.EntryRefused)
    assert (refused.code, refused.ticket) == (code, entry.ticket)
    assert code in REFUSED
    assert entry.ticket not in played.state.tickets
    (told,) = explain(played.state.hall, [refused])
    assert f"was not taken in ({code})" in str(told)
    taken = 0 if code == "not_signed" else 1
    assert played.state.kiosks[1].taken == taken
    assert not findings(played)


def test_a_number_twice_is_refused() -> None:
    """While the first is open, and after it ended, on its day."""
    hall, kiosk = away()
    for line in ({}, {"ticket": "A-K1-01"}, {"ticket": "A-K1-01"}):
        kiosk.write(NINE + MINUTE, **line)
    *_, second = kiosk.hand_in(hall, *kiosk.entries[:2])
    hall.do(c.Abandon(id=ID, ticket="A-K1-01"))
    (third,) = kiosk.hand_in(hall)
    assert [event.code for event in (second, third) if isinstance(event, e.EntryRefused)] == [
        "number_used"
    ] * 2


def test_a_slip_counts_whatever_the_hall_has_stopped_meanwhile() -> None:
    """A service suspended, the hall paused, no more tickets: the visitor stands there with a slip."""
    hall, kiosk = away()
    hall.do(c.SuspendService(id=ID, service="passport", reason="other"))
    hall.do(c.StopIssuing(id=ID, reason="other"))
    hall.do(c.PauseHall(id=ID, kind="break"))
    kiosk.write(NINE + MINUTE)
    assert len(issued(kiosk.hand_in(hall))) == 1
    assert not findings(hall)


HOURS = {"hours": {"sat": ["08:00-12:00"], "sun": ["08:00-12:00"]}}


def test_after_the_closing_it_has_expired_and_is_counted() -> None:
    """Nobody calls it any more; the day's figures must know that somebody waited in vain."""
    hall, kiosk = away(minutes=30, **HOURS)
    kiosk.write(NINE + MINUTE)
    hall.until(NINE + 5 * HOUR)
    assert not hall.state.is_open
    _, ticket, expired = kiosk.hand_in(hall)
    assert isinstance(ticket, e.TicketIssued)
    assert isinstance(expired, e.TicketExpired)
    assert hall.ticket("A-K1-01").state == "expired"
    assert not findings(hall)


@pytest.mark.parametrize("is_open", [True, False], ids=["the next day", "the night after it rolled over"])
def test_after_its_day_an_entry_is_refused(is_open: bool) -> None:  # noqa: FBT001 - a claim
    """A ticket belongs to its day, and that has been reckoned up."""
    hall, kiosk = away(minutes=30, **HOURS)
    kiosk.write(NINE + MINUTE)
    hall.until(NINE + (24 if is_open else 20) * HOUR)
    assert hall.state.is_open == is_open
    _, refused = kiosk.hand_in(hall)
    assert isinstance(refused, e.EntryRefused)
    assert refused.code == "day_over"


def test_a_hall_that_never_closes_takes_in_what_came_before_it_rolled_over() -> None:
    """Its visitors stay over the roll-over, and their numbers with them."""
    hall, kiosk = away(minutes=30)
    kiosk.write(NINE + MINUTE)
    hall.until(NINE + 24 * HOUR)
    (ticket,) = issued(kiosk.hand_in(hall))
    assert ticket.arrived_at == NINE + MINUTE


def test_only_a_kiosk_hands_in_and_only_what_it_told_of() -> None:
    """Not a greeter, not another system; and no line beyond the journal's end."""
    hall, kiosk = play(), Writing()
    for actor in (GREETER, INTEGRATION):
        with pytest.raises(refusals.NotAllowed):
            hall.do(kiosk.command(), actor)
    with pytest.raises(refusals.Malformed):
        hall.do(kiosk.command(kiosk.write(NINE), written=0), kiosk.actor)


def test_it_is_explained_in_words() -> None:
    """From when it counts, and where the journal says another time, that too."""
    hall, kiosk = away(minutes=30)
    kiosk.write(NINE + 12 * MINUTE, service="land", ticket="B-K1-01")
    kiosk.write(NINE + 40 * MINUTE)
    tickets = issued(kiosk.hand_in(hall))
    (one,) = map(str, explain(hall.state.hall, tickets[:1]))
    assert one == (
        "2026-11-21 09:12:00: B-K1-01 issued by kiosk 1 while the server was away, for land, class none."
        " Handed in at 2026-11-21 09:30:00 as entry 1 of its journal; 0 had an earlier turn."
    )
    assert [str(told) for told in explain(hall.state.hall, tickets[1:])][1] == (
        "The journal says 2026-11-21 09:40:00: the ticket counts from 2026-11-21 09:30:00, within the kiosk's"
        " contacts."
    )


def test_the_wait_is_counted_from_the_arrival() -> None:
    """Figures and explanation: the outage is part of the wait, and told beside it."""
    hall, kiosk = away(minutes=30)
    kiosk.write(NINE + 5 * MINUTE)
    kiosk.hand_in(hall)
    hall.wait(10)
    called = hall.call()
    timeline = Timeline(hall.state.day, Catalogue(hall.state.hall))
    for event in hall.log:
        timeline.hear(event)
    [leg] = timeline.all_legs()
    assert (leg.wait, leg.paused) == (35 * MINUTE, 25 * MINUTE)
    own = [event for event in hall.log if getattr(event, "ticket", "") == called.ticket]
    pauses = [event for event in hall.log if isinstance(event, e.OutageNoted)]
    told = [str(one) for one in explain(hall.state.hall, [*pauses, *own])]
    assert told[-1] == "It had waited 35 minutes, 25 of them while nobody was called."


Change = Callable[[e.TicketIssued], e.TicketIssued]


def offline(**changes: Any) -> Change:
    """Change what a ticket says of its line."""

    def change(event: e.TicketIssued) -> e.TicketIssued:
        assert isinstance(event.offline, e.Offline)
        return msgspec.structs.replace(event, offline=msgspec.structs.replace(event.offline, **changes))

    return change


def replaced(**changes: Any) -> Change:
    """Change what a ticket says."""
    return lambda event: msgspec.structs.replace(event, **changes)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(offline(entry=2), "lines of its journal are missing", id="a gap"),
        pytest.param(offline(previous="1" * 64), "the chain of its journal is broken", id="a broken chain"),
        pytest.param(offline(signature="0" * 128), "the kiosk's signature", id="a wrong key"),
        pytest.param(offline(kiosk=4), "whose key nobody knows", id="a kiosk that never joined"),
        pytest.param(replaced(arrived_at=NINE), "has another arrival than its line", id="an earlier arrival"),
        pytest.param(replaced(ticket="A-K1-09"), "the kiosk's signature", id="another number"),
        pytest.param(replaced(offline=msgspec.UNSET), "no kiosk handed it in", id="the mark taken off"),
        pytest.param(replaced(actor=INTEGRATION), "was handed in by dev-1", id="another sender"),
    ],
)
def test_verify_tells_what_was_changed_in_the_log(change: Change, told: str) -> None:
    """Whatever is forged about a ticket that a kiosk issued, the log does not fit any more."""
    hall, kiosk = away(minutes=30)
    for minute in (5, 6, 7):
        kiosk.write(NINE + minute * MINUTE)
    kiosk.hand_in(hall)
    assert not findings(hall)
    place = next(i for i, event in enumerate(hall.log) if isinstance(event, e.TicketIssued))
    ticket = hall.log[place]
    assert isinstance(ticket, e.TicketIssued)
    hall.log[place] = change(ticket)
    assert any(told in sentence for sentence in findings(hall)), findings(hall)


def test_a_line_left_out_is_taken_in_and_told_by_verify() -> None:
    """The later visitors hold good slips; that a line is missing stays visible."""
    hall, kiosk = away()
    for minute in (1, 2, 3):
        kiosk.write(NINE + minute * MINUTE)
    assert len(issued(kiosk.hand_in(hall, kiosk.entries[0], kiosk.entries[2]))) == 2
    assert any("Entry 3 of kiosk 1 (A-K1-03) follows entry 1" in said for said in findings(hall))


def test_numbers_go_on_and_begin_anew() -> None:
    """From one to 999, with two digits at least, and never longer than a ticket's number may be."""
    assert own_number("A", 3) == "A-K3-01"
    assert own_number("A", 3, "A-K3-06") == "A-K3-07"
    assert own_number("A", 3, "A-K3-99") == "A-K3-100"
    assert own_number("ABC", 42, "ABC-K42-999") == "ABC-K42-01"
    assert series_of("ABC-K42-999") == ("ABC", 42)
    assert series_of("A042") is None


LINES = st.lists(st.tuples(st.integers(0, 2), st.integers(-HOUR, 3 * HOUR)), max_size=12)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(lines=LINES, order=st.randoms(use_true_random=False))
def test_several_kiosks_at_once_keep_the_order_of_arrivals(lines: list[tuple[int, int]], order: Any) -> None:
    """Whoever hands in first: all are called by arrival, none twice, none lost; and the log is proved."""
    hall, kiosks = play(), [Writing(kiosk=n + 1, device=f"dev-{n + 20}") for n in range(3)]
    for kiosk in kiosks:
        kiosk.hand_in(hall)
    for fact in lost_all(hall.state):
        hall.fold(fact)
    hall.come_back(60)
    for which, said in lines:
        kiosks[which].write(NINE + said)
    order.shuffle(kiosks)
    tickets = [event for kiosk in kiosks for event in issued(kiosk.hand_in(hall))]
    assert len({event.ticket for event in tickets}) == len(lines)
    hall.open("1")
    expected = [event.ticket for event in sorted(tickets, key=lambda event: (event.arrived_at, event.seq))]
    assert [hall.finish() for _ in tickets] == expected
    assert from_snapshot(to_snapshot(hall.state)).kiosks == hall.state.kiosks
    assert not [found for found in findings(hall) if " says 2026" not in found]
