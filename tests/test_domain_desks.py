"""Desks: one operator a desk, one desk an operator."""

import pytest
from msgspec import UNSET

from protocol import commands as c
from protocol.events import DeskOpened
from server.domain import refusals
from tests.builders import COLLEAGUE, GREETER, ID, INTEGRATION, LEAD, MANAGER, OPERATOR, play, waiting


def test_a_desk_is_taken_by_one_operator() -> None:
    """A second one is told who has it, and may take it over with its ticket."""
    hall = waiting(("passport", 0), desks=())
    hall.open("1", actor=OPERATOR)
    hall.call("1", OPERATOR)
    with pytest.raises(refusals.DeskTaken) as refusal:
        hall.open("1", actor=COLLEAGUE)
    assert refusal.value.members == {"desk": "1", "operator": "op-1"}
    (opened,) = hall.do(c.OpenDesk(id=ID, desk="1", take_over=True), COLLEAGUE)
    assert isinstance(opened, DeskOpened)
    assert opened.taken_from == "op-1"
    hall.do(c.Serve(id=ID, desk="1", ticket="A001"), COLLEAGUE)
    with pytest.raises(refusals.NotYourDesk):
        hall.do(c.Complete(id=ID, desk="1", ticket="A001", outcome="served"), OPERATOR)


def test_an_operator_has_one_desk() -> None:
    """Another desk needs the first one closed, which take_over does unless a ticket is there."""
    hall = waiting(("passport", 0), desks=())
    hall.open("1", actor=OPERATOR)
    with pytest.raises(refusals.OtherDeskTaken) as refusal:
        hall.open("2", actor=OPERATOR)
    assert (refusal.value.code, refusal.value.members) == ("desk_taken", {"desk": "1"})
    hall.do(c.OpenDesk(id=ID, desk="2", take_over=True), OPERATOR)
    assert (hall.state.desks["1"].state, hall.state.desks["2"].operator) == ("closed", "op-1")
    hall.call("2", OPERATOR)
    with pytest.raises(refusals.DeskBusy):
        hall.do(c.OpenDesk(id=ID, desk="1", take_over=True), OPERATOR)


def test_integration_holds_any_number_of_desks() -> None:
    """Another system may run the whole hall."""
    hall = play(desks=("1", "2", "3"))
    assert {desk.operator for desk in hall.state.desks.values()} == {INTEGRATION.id}


def test_opening_the_own_desk_again_changes_nothing() -> None:
    """A page that was loaded again asks for its desk and leaves no trace."""
    hall = play(desks=())
    hall.open("1", actor=OPERATOR)
    assert hall.do(c.OpenDesk(id=ID, desk="1"), OPERATOR) == []


def test_a_paused_desk_calls_nobody_until_it_is_opened() -> None:
    """A pause is ended by opening the desk."""
    hall = waiting(("passport", 0), desks=())
    hall.open("1", actor=OPERATOR)
    hall.do(c.PauseDesk(id=ID, desk="1", reason="lunch"), OPERATOR)
    for _ in range(2):
        with pytest.raises(refusals.DeskNotOpen):
            hall.do(c.PauseDesk(id=ID, desk="1", reason="lunch"), OPERATOR)
    with pytest.raises(refusals.DeskNotOpen):
        hall.call("1", OPERATOR)
    with pytest.raises(refusals.DeskTaken):
        hall.open("1", actor=COLLEAGUE)
    (opened,) = hall.do(c.OpenDesk(id=ID, desk="1"), OPERATOR)
    assert isinstance(opened, DeskOpened)
    assert opened.taken_from is UNSET
    assert hall.call("1", OPERATOR).ticket == "A001"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c.PauseDesk(id=ID, desk="1", reason="lunch"), id="pause"),
        pytest.param(c.CloseDesk(id=ID, desk="1"), id="close"),
    ],
)
def test_a_desk_is_left_free(command: c.Command) -> None:
    """Neither pause nor close while a ticket is there; a lead may do both, a colleague neither."""
    hall = waiting(("passport", 0), desks=())
    with pytest.raises(refusals.DeskNotOpen):
        hall.do(command, OPERATOR)
    hall.open("1", actor=OPERATOR)
    hall.call("1", OPERATOR)
    with pytest.raises(refusals.DeskBusy):
        hall.do(command, OPERATOR)
    hall.do(c.Cancel(id=ID, desk="1", ticket="A001", reason="r"), OPERATOR)
    with pytest.raises(refusals.NotYourDesk):
        hall.do(command, COLLEAGUE)
    assert len(hall.do(command, LEAD)) == 1


def test_queues_are_assigned_by_those_who_manage() -> None:
    """An assignment holds from the next call on, and survives closing the desk."""
    hall = waiting(("land", 0))
    with pytest.raises(refusals.NotAllowed):
        hall.do(c.AssignDesk(id=ID, desk="1", queues=["B"]), LEAD)
    with pytest.raises(refusals.UnknownQueue):
        hall.do(c.AssignDesk(id=ID, desk="1", queues=["Z"]), MANAGER)
    hall.do(c.AssignDesk(id=ID, desk="1", queues=["B", "B"]), MANAGER)
    hall.do(c.CloseDesk(id=ID, desk="1"))
    hall.open("1")
    assert hall.state.desks["1"].queues == ["B"]
    assert hall.call().ticket == "B001"


def test_only_who_serves_opens_desks() -> None:
    """A greeter has no desk; a desk that is not there opens for nobody."""
    with pytest.raises(refusals.NotAllowed):
        play().open("1", actor=GREETER)
    with pytest.raises(refusals.UnknownDesk):
        play().open("99")
