"""Refusals: each has its own code, fills its sentence, and can be met."""

import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol import commands as c
from protocol.events import Actor
from protocol.hall import Policy
from protocol.words import HOUR, MINUTE, Micros
from server.domain import refusals, services
from tests.bookings import ELEVEN, a_bookable_hall, book, check_in, ticket_of
from tests.builders import COLLEAGUE, ID, KIOSK, LEAD, MANAGER, NINE, OPERATOR, Played, a_hall, play, waiting
from tests.test_domain_calendar import a_full_hall

NOT_OF_THE_RULES = {
    "unknown_command",
    "not_signed_in",
    "too_many_issues",
    "too_many_commands",
    "overloaded",
    "read_only",
    "clock_not_set",
    "id_reused",
}
"""Raised by the engine and at the border, and met in their tests."""


def called() -> Played:
    """Make a hall whose A001 is called at desk 1."""
    hall = waiting(("passport", 0), desks=("1", "2"))
    hall.call()
    return hall


def desk_one(kind: Callable[..., c.Command], **fields: Any) -> c.Command:
    """Say something about A001 at desk 1."""
    return kind(id=ID, desk="1", ticket="A001", **fields)


def recalled_too_often() -> None:
    """Recall to the limit and once more."""
    hall = called()
    for _ in range(3):
        hall.do(desk_one(c.Recall))


def opened_by_another() -> None:
    """Act at a desk that a colleague has."""
    hall = play(desks=())
    hall.open("1", actor=OPERATOR)
    hall.call("1", COLLEAGUE)


def taken() -> None:
    """Open a desk that a colleague has."""
    hall = play(desks=())
    hall.open("1", actor=OPERATOR)
    hall.open("1", actor=COLLEAGUE)


def suspended() -> None:
    """Ask for a service that is suspended."""
    hall = play()
    hall.do(c.SuspendService(id=ID, service="land", reason="r"))
    hall.issue("land")


def too_late() -> None:
    """Take back an end of an hour ago."""
    hall = called()
    hall.do(desk_one(c.Cancel, reason="r"))
    hall.wait(60)
    hall.do(desk_one(c.Reinstate, reason="r"))


def closed() -> None:
    """Ask a closed hall for a ticket."""
    hall = play()
    hall.do(c.CloseDay(id=ID))
    hall.issue()


def copied_too_often() -> None:
    """Print a slip again at its kiosk, and again, and again."""
    hall = play()
    hall.do(c.IssueTicket(id=ID, service="land"), KIOSK)
    for _ in range(4):
        hall.do(c.ReprintSlip(id=ID, ticket="B001", reason="r"), KIOSK)


def paused() -> None:
    """Call in a paused hall."""
    hall = waiting(("passport", 0))
    hall.do(c.PauseHall(id=ID, kind="break"))
    hall.call()


def stopped() -> None:
    """Ask for a ticket where none are given."""
    hall = play()
    hall.do(c.StopIssuing(id=ID, reason="full"))
    hall.issue()


def served_out() -> None:
    """Ask for a ticket of a queue whose last desk is closing."""
    hall = waiting(("passport", 0))
    hall.do(c.CloseDesk(id=ID, desk="1", waiting="serve_out"))
    hall.issue()


def checked_in_twice() -> None:
    """Check a booking in, and again."""
    hall = a_bookable_hall()
    ticket_of(hall, book(hall))
    check_in(hall, "1")


def booked_full() -> None:
    """Book a slot of two places three times."""
    hall = a_bookable_hall()
    for _ in range(3):
        book(hall)


def without_a_place() -> None:
    """Ask for a ticket in hours for those who booked, when the places are given."""
    hall = a_bookable_hall(booked_hours=["09:00-13:00"])
    for _ in range(3):
        hall.issue("land")


def same_version() -> None:
    """Change a credit and leave the policy its name."""
    hall = a_hall(policy=Policy(booked_credit_minutes=30))
    play().do(c.Configure(id=ID, hall=hall))


def too_late_today() -> None:
    """Ask for tickets until one's turn would come after the hall's closing."""
    hall = a_full_hall()
    while True:
        hall.wait(0.2)
        hall.issue()


def booked_too_often() -> None:
    """Book twice where once is allowed."""
    hall = a_bookable_hall(per_person=1)
    for _ in range(2):
        book(hall, person="aa11")


def checked_in(minutes: int, policy: Policy | None = None, slot: Micros = ELEVEN) -> None:
    """Check in some minutes after nine for a slot."""
    hall = a_bookable_hall(policy=policy)
    book(hall, slot)
    hall.wait(minutes)
    check_in(hall, "1")


def carer(*people: str | None) -> None:
    """Claim a class that is for once a day, one person after another."""
    hall = a_bookable_hall()
    for person in people:
        hall.do(c.IssueTicket(id=ID, service="land", class_="carer", person=person), KIOSK)


def served() -> Played:
    """Make a hall whose A001 is served at desk 1."""
    hall = called()
    hall.do(desk_one(c.Serve))
    return hall


def jumped(*confirmed: tuple[Actor, float]) -> None:
    """Call past another above the quota, and let people stand for it, each some minutes later."""
    hall = waiting(("passport", 0), ("passport", 1), hall=a_hall(policy=Policy(jumps_per_day=0)), desks=())
    hall.open("1", actor=LEAD)
    hall.do(c.CallTicket(id=ID, desk="1", ticket="A002", reason="emergency"), LEAD)
    seq = hall.state.seq
    for actor, minutes in confirmed:
        hall.wait(minutes)
        hall.do(c.ConfirmJump(id=ID, seq=seq), actor)


MET: dict[str, Callable[[], object]] = {
    "malformed": lambda: called().do(desk_one(c.Transfer, reason="r")),
    "not_allowed": lambda: play().do(c.CloseDay(id=ID), OPERATOR),
    "not_your_desk": opened_by_another,
    "nobody_waiting": lambda: play().call(),
    "too_soon": lambda: called().do(desk_one(c.NoShow)),
    "recall_limit": recalled_too_often,
    "wrong_state": lambda: called().do(desk_one(c.Complete, outcome="served")),
    "ticket_elsewhere": lambda: called().do(c.Serve(id=ID, desk="2", ticket="A001")),
    "too_late": too_late,
    "not_served_here": lambda: waiting(("land", 0)).do(
        c.CallTicket(id=ID, desk="1", ticket="B001", reason="emergency")
    ),
    "desk_not_open": lambda: play(desks=()).call(),
    "desk_busy": lambda: called().call(),
    "desk_taken": taken,
    "hall_closed": closed,
    "day_is_open": lambda: play().do(c.OpenDay(id=ID)),
    "service_suspended": suspended,
    "would_strand": lambda: list(
        services.configure(called().state, type(a_hall())(hall=a_hall().hall), "d", "file")
    ),
    "unknown_ticket": lambda: called().do(c.Cancel(id=ID, ticket="Z001", reason="r")),
    "unknown_service": lambda: play().issue("nothing"),
    "unknown_desk": lambda: play().open("99"),
    "unknown_class": lambda: play().issue("land", "friend"),
    "unknown_outcome": lambda: called().do(
        c.ReportDevice(id=ID, device="p", kind="printer", state="eaten", ticket="A001")
    ),
    "unknown_reason": lambda: waiting(("passport", 0), ("passport", 1)).do(
        c.CallTicket(id=ID, desk="1", ticket="A002", reason="nonsense")
    ),
    "unknown_queue": lambda: play().do(c.AssignDesk(id=ID, desk="1", queues=["Z"])),
    "unknown_specialty": lambda: called().do(desk_one(c.Transfer, to_specialty="law", reason="r")),
    "unknown_request": lambda: play().do(c.AnswerHelp(id=ID, request=7)),
    "service_not_here": lambda: play().do(c.IssueTicket(id=ID, service="land", desk="1")),
    "nothing_offered": lambda: play().do(c.DeclineCall(id=ID, desk="1", reason="r")),
    "too_many": lambda: play().do(c.IssueTicket(id=ID, service="birth", quantity=5)),
    "copy_limit": copied_too_often,
    "already_planned": lambda: served().do(desk_one(c.AddLeg, service="passport")),
    "not_planned": lambda: served().do(desk_one(c.DropLeg, service="land")),
    "hall_paused": paused,
    "issuing_stopped": stopped,
    "queue_closing": served_out,
    "no_desk_serves": lambda: waiting(("passport", 0)).do(
        c.CloseDesk(id=ID, desk="1", waiting="transfer", to="land")
    ),
    "unknown_zone": lambda: play().do(c.Announce(id=ID, text="text-1", zone="moon")),
    "unknown_announcement": lambda: play().do(c.WithdrawAnnouncement(id=ID, announcement=7)),
    "same_version": same_version,
    "too_late_today": too_late_today,
    "not_bookable": lambda: play().do(c.Book(id=ID, service="land", slot=ELEVEN)),
    "slot_full": booked_full,
    "slot_past": lambda: book(a_bookable_hall(), NINE),
    "not_a_slot": lambda: book(a_bookable_hall(), ELEVEN + MINUTE),
    "booked_only": without_a_place,
    "booking_used": checked_in_twice,
    "booking_another_day": lambda: checked_in(0, slot=ELEVEN + 24 * HOUR),
    "booking_early": lambda: checked_in(0, Policy(early_check_in="refuse")),
    "booking_late": lambda: checked_in(130),
    "person_needed": lambda: carer(None),
    "person_limit": booked_too_often,
    "class_used": lambda: carer("aa11", "aa11"),
    "own_jump": lambda: jumped((LEAD, 1)),
    "already_confirmed": lambda: jumped((MANAGER, 1), (MANAGER, 1)),
    "confirmation_late": lambda: jumped((MANAGER, 3 * 24 * 60)),
    "unknown_jump": lambda: play().do(c.ConfirmJump(id=ID, seq=1)),
    "unknown_booking": lambda: check_in(a_bookable_hall(), "1"),
}
"""How each refusal of the rules is met."""


def of_the_rules() -> list[type[refusals.Refusal]]:
    """List the refusals that this module defines."""
    return [kind for kind in refusals.every() if kind.__module__ == refusals.__name__]


@pytest.mark.parametrize("code", [pytest.param(code, id=code) for code in MET])
def test_each_refusal_can_be_met(code: str) -> None:
    """It comes with its code, and its sentence is filled and ends."""
    with pytest.raises(refusals.Refusal) as refusal:
        MET[code]()
    assert refusal.value.code == code
    assert str(refusal.value) == refusal.value.sentence.format(**refusal.value.members)
    assert str(refusal.value).endswith(".")


def test_every_refusal_is_known_here() -> None:
    """A new refusal needs a way to meet it."""
    assert {kind.code for kind in of_the_rules()} == set(MET) | NOT_OF_THE_RULES


def test_codes_are_unique() -> None:
    """One code, one class."""
    codes = [kind.code for kind in of_the_rules()]
    assert len(codes) == len(set(codes))


def test_statuses_are_those_of_the_contract() -> None:
    """409 for a refusal; 422, 401, 403, 429 and 503 for what they are."""
    assert {kind.status for kind in of_the_rules()} == {409, 422, 401, 403, 429, 503}
    assert refusals.UnknownTicket.status == refusals.NobodyWaiting.status == 409


def test_placeholders_are_plain_names() -> None:
    """A translator finds words in braces, never attributes or formats."""
    for kind in of_the_rules():
        for _, name, form, conversion in string.Formatter().parse(kind.sentence):
            assert name is None or name.isidentifier()
            assert not form
            assert conversion is None


def test_the_tree_is_drawn() -> None:
    """The module's docstring shows every class."""
    drawn = Path(str(refusals.__file__)).read_text(encoding="utf-8").split('"""')[1]
    for kind in of_the_rules():
        assert kind.__name__ in drawn
