"""Jumps above the day's quota: made at once, and unconfirmed until a second person stands for them."""

from typing import Any

import msgspec
import pytest

from protocol import commands as c
from protocol import events as e
from protocol.hall import Hall, Policy
from protocol.words import HOUR, MINUTE
from server.domain import derive, jumps, refusals
from server.domain.alarms import alarms
from server.domain.explain import explain
from server.domain.state import HallState, from_snapshot, to_snapshot
from tests.builders import ID, LEAD, MANAGER, NINE, OPERATOR, Played, a_hall, play

WEEKDAYS = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def queue(quota: int = 0, waiting: int = 4, hall: Hall | None = None, **changes: Any) -> Played:
    """Make a hall with so many waiting, where a lead has opened desk 1."""
    hall = hall or a_hall(policy=Policy(jumps_per_day=quota))
    played = play(hall, desks=(), **changes)
    played.open("1", actor=LEAD)
    for _ in range(waiting):
        played.issue()
    return played


def jump(hall: Played, ticket: str, **fields: Any) -> e.TicketCalled:
    """Let the lead call a ticket past others, and finish with it."""
    hall.do(c.CallTicket(id=ID, desk="1", ticket=ticket, reason="emergency", **fields), LEAD)
    called = hall.log[-1]
    hall.do(c.Serve(id=ID, desk="1", ticket=ticket), LEAD)
    hall.do(c.Complete(id=ID, desk="1", ticket=ticket, outcome="served"), LEAD)
    assert isinstance(called, e.TicketCalled)
    return called


def confirm(hall: Played, actor: e.Actor = MANAGER, **what: Any) -> e.Event:
    """Stand for a jump."""
    (event,) = hall.do(c.ConfirmJump(id=ID, **what), actor)
    return event


def pending(hall: Played) -> list[int]:
    """List the seqs of the jumps that are to be confirmed."""
    return [one.seq for one in jumps.unconfirmed(hall.state, hall.at)]


def found(log: list[e.Event]) -> list[str]:
    """Give what the audit says of a log."""
    return [finding.sentence for finding in derive.audit(HallState(), log)]


def test_jumps_within_the_quota_need_nobody() -> None:
    """The one after them is made too, says that it is above, and is an alarm until it is confirmed."""
    hall = queue(quota=2)
    within = [jump(hall, number) for number in ("A004", "A003")]
    assert [call.above_quota for call in within] == [msgspec.UNSET] * 2
    assert (pending(hall), alarms(hall.state, hall.at, {})) == ([], [])
    above = jump(hall, "A002")
    assert (above.above_quota, above.confirmed_by, above.jumped) == (True, msgspec.UNSET, ["A001"])
    (alarm,) = alarms(hall.state, hall.at, {})
    assert (alarm["kind"], alarm["since"], alarm["members"]) == ("jumps", above.at, {"unconfirmed": 1})
    confirm(hall, seq=above.seq)
    assert (pending(hall), alarms(hall.state, hall.at, {})) == ([], [])
    assert found(hall.log) == []


def test_the_quota_begins_anew_each_day() -> None:
    """The hall that never closes counts from its roll-over."""
    hall = queue(quota=1)
    jump(hall, "A004")
    hall.until(NINE + 20 * HOUR)
    assert jump(hall, "A003").above_quota is msgspec.UNSET
    assert jump(hall, "A002").above_quota is True


def test_a_confirmation_says_which_call_it_stands_for() -> None:
    """With the ticket, and its day where the confirmation comes on a later one."""
    hall = queue()
    first, second = jump(hall, "A004"), jump(hall, "A003")
    told = confirm(hall, seq=first.seq)
    assert isinstance(told, e.JumpConfirmed)
    assert (told.ticket, told.jump, told.ticket_day) == ("A004", first.seq, msgspec.UNSET)
    hall.until(NINE + 20 * HOUR)
    told = confirm(hall, seq=second.seq)
    assert isinstance(told, e.JumpConfirmed)
    assert (told.ticket, told.day, told.ticket_day) == ("A003", "2026-11-22", "2026-11-21")
    assert found(hall.log) == []


def test_who_jumped_is_no_second_person() -> None:
    """An operator neither: it takes the right to jump."""
    hall = queue()
    seq = jump(hall, "A004").seq
    with pytest.raises(refusals.OwnJump):
        confirm(hall, LEAD, seq=seq)
    with pytest.raises(refusals.NotAllowed):
        confirm(hall, OPERATOR, seq=seq)
    assert pending(hall) == [seq]


def test_it_is_confirmed_once() -> None:
    """And what is no jump above the quota cannot be confirmed at all."""
    hall = queue(quota=1)
    within, above = jump(hall, "A004").seq, jump(hall, "A003").seq
    confirm(hall, seq=above)
    with pytest.raises(refusals.AlreadyConfirmed):
        confirm(hall, seq=above)
    for seq in (within, above + 1, 999):
        with pytest.raises(refusals.UnknownJump):
            confirm(hall, seq=seq)


@pytest.mark.parametrize(
    ("hours", "day", "last"),
    [
        pytest.param(WEEKDAYS, "2026-11-23", "2026-11-24", id="the next day"),
        pytest.param(WEEKDAYS, "2026-11-20", "2026-11-23", id="over a week-end"),
        pytest.param({"mon": ["09:00-18:00"]}, "2026-11-23", "2026-11-30", id="a hall of one day a week"),
        pytest.param({}, "2026-11-23", "2026-11-24", id="a hall without hours, opened by hand"),
    ],
)
def test_there_is_time_until_the_end_of_the_next_working_day(
    hours: dict[str, list[str]], day: str, last: str
) -> None:
    """Working days are those of the hall's hours."""
    assert jumps.last_day(a_hall(hours=hours), day) == last


def test_too_late_is_too_late() -> None:
    """On the day after the next working day the jump stays unconfirmed, and is no alarm any more."""
    hall = queue(
        hall=a_hall(policy=Policy(jumps_per_day=0), hours=WEEKDAYS), at=NINE - 24 * HOUR + 5 * MINUTE
    )
    seq = jump(hall, "A004").seq
    hall.until(NINE + 3 * 24 * HOUR - 7 * HOUR)
    assert pending(hall) == [seq]
    hall.until(NINE + 3 * 24 * HOUR - 6 * HOUR)
    assert pending(hall) == []
    with pytest.raises(refusals.ConfirmationLate) as late:
        confirm(hall, seq=seq)
    assert "until the end of 2026-11-23" in str(late.value)


def test_it_may_be_confirmed_beforehand() -> None:
    """Then the call says by whom, needs nobody afterwards, and uses the confirmation up."""
    hall = queue()
    told = confirm(hall, ticket="A004")
    assert isinstance(told, e.JumpConfirmed)
    assert (told.ticket, told.jump) == ("A004", msgspec.UNSET)
    with pytest.raises(refusals.AlreadyConfirmed):
        confirm(hall, ticket="A004")
    called = jump(hall, "A004")
    assert (called.above_quota, called.confirmed_by) == (True, MANAGER.id)
    assert pending(hall) == []
    with pytest.raises(refusals.AlreadyConfirmed):
        confirm(hall, seq=called.seq)
    assert found(hall.log) == []


def test_a_confirmation_beforehand_is_for_one_call_by_another() -> None:
    """Who gave it cannot use it; a call in turn uses it up; only who waits can be meant."""
    hall = queue()
    confirm(hall, LEAD, ticket="A004")
    assert jump(hall, "A004").confirmed_by is msgspec.UNSET
    confirm(hall, ticket="A001")
    assert hall.call("1", LEAD).ticket == "A001"
    hall.do(c.Requeue(id=ID, desk="1", ticket="A001", reason="other"), LEAD)
    hall.wait(6)
    assert jump(hall, "A001").confirmed_by is msgspec.UNSET
    with pytest.raises(refusals.WrongState):
        confirm(hall, ticket="A001")
    with pytest.raises(refusals.UnknownTicket):
        confirm(hall, ticket="Z001")


def test_a_name_in_the_call_is_no_confirmation() -> None:
    """Only the second person's own word is one."""
    hall = queue()
    assert jump(hall, "A004", confirmed_by=MANAGER.id).confirmed_by is msgspec.UNSET
    assert len(pending(hall)) == 1


def test_it_names_a_jump_or_a_ticket() -> None:
    """Not both, not neither."""
    for what in ({}, {"seq": 4, "ticket": "A001"}):
        with pytest.raises(msgspec.ValidationError, match="Exactly one"):
            msgspec.convert({"type": "confirm_jump", "id": ID, **what}, c.ConfirmJump)


def test_a_snapshot_keeps_what_is_to_be_confirmed() -> None:
    """A start does not forget it; two months later it is forgotten."""
    hall = queue()
    seq = jump(hall, "A004").seq
    confirm(hall, ticket="A003")
    hall.state = from_snapshot(to_snapshot(hall.state))
    assert pending(hall) == [seq]
    assert jump(hall, "A003").confirmed_by == MANAGER.id
    hall.until(NINE + 62 * 24 * HOUR)
    assert hall.state.jumps == {}


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        pytest.param(e.TicketCalled, {"above_quota": msgspec.UNSET}, "has above_quota none", id="its mark"),
        pytest.param(e.TicketCalled, {"confirmed_by": "op-9"}, "confirmed_by op-9", id="a second person"),
        pytest.param(e.TicketCalled, {"reason": "friend"}, "does not list", id="a reason of no list"),
        pytest.param(e.TicketCalled, {"actor": OPERATOR}, "whose role may not", id="who called"),
        pytest.param(e.JumpConfirmed, {"actor": LEAD}, "by who made it", id="confirmed by oneself"),
        pytest.param(e.JumpConfirmed, {"actor": OPERATOR}, "whose role may not", id="confirmed by anybody"),
        pytest.param(e.JumpConfirmed, {"ticket": "A001"}, "which it is not", id="of another ticket"),
        pytest.param(e.JumpConfirmed, {"jump": 3}, "which it is not", id="of another event"),
        pytest.param(e.JumpConfirmed, {"jump": msgspec.UNSET}, "nobody waits", id="beforehand, afterwards"),
        pytest.param(e.JumpConfirmed, {"at": NINE + 50 * HOUR}, "too late", id="too late"),
    ],
)
def test_the_audit_finds_what_was_made_up(kind: type[e.Event], fields: dict[str, Any], sentence: str) -> None:
    """A mark left out, a second person who was none, a confirmation that may not be."""
    hall = queue()
    confirm(hall, seq=jump(hall, "A004").seq)
    place = next(i for i, event in enumerate(hall.log) if type(event) is kind)
    hall.log[place] = msgspec.structs.replace(hall.log[place], **fields)
    assert any(sentence in said for said in found(hall.log))


def test_it_is_told_in_words() -> None:
    """In the life of the ticket, before and after."""
    hall = queue()
    confirm(hall, ticket="A004")
    jump(hall, "A004")
    above = jump(hall, "A003")
    confirm(hall, seq=above.seq)

    def told(number: str) -> str:
        life = [event for event in hall.log if getattr(event, "ticket", "") == number]
        return " ".join(str(one) for one in explain(hall.state.hall, life))

    assert "op-5 confirmed beforehand that it may be called past others." in told("A004")
    assert "op-5 had confirmed it beforehand." in told("A004")
    assert "It was above the day's quota: a second person has to confirm it." in told("A003")
    assert f"op-5 confirmed the jump of event {above.seq}." in told("A003")
