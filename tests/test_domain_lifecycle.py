"""The table of a leg's life is what the rules permit: every state is tried with every verb."""

import itertools
from typing import Any

import pytest

from protocol import commands as c
from protocol.events import TicketReinstated
from server.domain import lifecycle, refusals
from tests.builders import ID, OPERATOR, Played, waiting

SAID: dict[str, c.Command] = {
    "call": c.CallTicket(id=ID, desk="1", ticket="A001", reason="emergency"),
    "serve": c.Serve(id=ID, desk="1", ticket="A001"),
    "recall": c.Recall(id=ID, desk="1", ticket="A001"),
    "no_show": c.NoShow(id=ID, desk="1", ticket="A001"),
    "requeue": c.Requeue(id=ID, desk="1", ticket="A001", reason="other"),
    "park": c.Park(id=ID, desk="1", ticket="A001", reason="other"),
    "complete": c.Complete(id=ID, desk="1", ticket="A001", outcome="served"),
    "transfer": c.Transfer(id=ID, ticket="A001", service="birth", reason="other"),
    "cancel": c.Cancel(id=ID, ticket="A001", reason="other"),
    "abandon": c.Abandon(id=ID, ticket="A001"),
    "set_class": c.SetClass(id=ID, ticket="A001", class_="elderly", reason="other"),
    "reinstate": c.Reinstate(id=ID, ticket="A001", desk="1", reason="other"),
    "add_leg": c.AddLeg(id=ID, ticket="A001", service="birth"),
    "drop_leg": c.DropLeg(id=ID, ticket="A001", service="land"),
}
"""How each verb is said about ticket A001 at desk 1."""

WAYS: dict[str, list[str]] = {
    "waiting": [],
    "called": ["call"],
    "serving": ["call", "serve"],
    "parked": ["call", "serve", "park"],
    "completed": ["call", "serve", "complete"],
    "no_show": ["call", "recall", "no_show"],
    "cancelled": ["call", "cancel"],
    "abandoned": ["abandon"],
    "expired": ["close", "open"],
}
"""How ticket A001 gets into each state."""


def brought_to(state: str) -> Played:
    """Make a hall whose ticket A001 is in a state."""
    hall = waiting(("passport", 0), desks=("1", "2"))
    for step in WAYS[state]:
        hall.wait(2)
        hall.do({"close": c.CloseDay(id=ID), "open": c.OpenDay(id=ID)}.get(step) or SAID[step])
    hall.open("1", "2")
    hall.wait(2)
    assert hall.ticket("A001").state == state
    return hall


def said(state: str, verb: str) -> c.Command:
    """Say a verb; a ticket that is at desk 1 can only be called from another desk."""
    if verb == "call" and state in {"called", "serving"}:
        return c.CallTicket(id=ID, desk="2", ticket="A001", reason="emergency")
    return SAID[verb]


def may(state: str, verb: str) -> set[str]:
    """Give where the table leads."""
    return {step.target for step in lifecycle.TABLE if (step.source, step.verb) == (state, verb)}


@pytest.mark.parametrize(
    ("state", "verb"),
    [pytest.param(s, v, id=f"{v} when {s}") for s, v in itertools.product(WAYS, SAID)],
)
def test_the_rules_permit_what_the_table_says(state: str, verb: str) -> None:
    """A step in the table leads where it says; a step not in it is wrong_state and changes nothing."""
    hall = brought_to(state)
    if verb == "drop_leg" and state == "serving":
        hall.do(c.AddLeg(id=ID, ticket="A001", service="land"))
    if verb == "no_show" and state == "called":
        hall.do(SAID["recall"])
        hall.wait(2)
    seq = hall.state.seq
    if targets := may(state, verb):
        hall.do(said(state, verb))
        assert hall.ticket("A001").state in targets
    else:
        with pytest.raises(refusals.WrongState) as refusal:
            hall.do(said(state, verb))
        assert refusal.value.members == {"ticket": "A001", "state": state, "verb": verb}
        assert hall.state.seq == seq


@pytest.mark.parametrize(
    ("steps", "back"),
    [
        pytest.param(["call", "serve", "complete"], "serving", id="completed too early"),
        pytest.param(["call", "recall", "no_show"], "called", id="absent, and there they come"),
        pytest.param(["call", "cancel"], "called", id="cancelled when called"),
        pytest.param(["call", "serve", "cancel"], "serving", id="cancelled when served"),
        pytest.param(["call", "park", "cancel"], "parked", id="cancelled when parked"),
    ],
)
def test_a_slip_of_the_finger_is_taken_back(steps: list[str], back: str) -> None:
    """Within ten minutes the desk of the end puts the ticket where it was; nothing is rewritten."""
    hall = waiting(("passport", 0))
    for step in steps:
        hall.wait(2)
        (ended,) = hall.do(SAID[step])
    key = hall.ticket("A001").key
    (event,) = hall.do(SAID["reinstate"])
    assert isinstance(event, TicketReinstated)
    assert (event.state, event.desk, event.corrects) == (back, "1", ended.seq)
    assert (hall.ticket("A001").state, hall.ticket("A001").key) == (back, key)


def test_after_ten_minutes_a_slip_stays() -> None:
    """Too late is said, with what to do instead."""
    hall = brought_to("completed")
    hall.wait(8.1)
    with pytest.raises(refusals.TooLate):
        hall.do(SAID["reinstate"])


def test_a_desk_with_another_ticket_takes_nothing_back() -> None:
    """A reinstated leg needs its desk free, unless it was parked."""
    hall = brought_to("completed")
    hall.issue()
    hall.call()
    with pytest.raises(refusals.DeskBusy):
        hall.do(SAID["reinstate"])


@pytest.mark.parametrize(
    ("state", "minutes", "comes_back"),
    [
        pytest.param("no_show", 27, True, id="late by less than the grace time"),
        pytest.param("no_show", 29, False, id="late by more"),
        pytest.param("completed", 1, False, id="who was served is not late"),
        pytest.param("cancelled", 1, False, id="nor who was withdrawn at a desk"),
    ],
)
def test_a_late_visitor_waits_again_with_the_old_key(state: str, minutes: int, *, comes_back: bool) -> None:
    """Without a desk, who was absent waits again within the grace time of 30 minutes, with the key kept."""
    hall = brought_to(state)
    key = hall.ticket("A001").key
    hall.wait(minutes)
    command: Any = c.Reinstate(id=ID, ticket="A001", reason="late")
    if comes_back:
        hall.do(command)
        assert (hall.ticket("A001").state, hall.ticket("A001").key) == ("waiting", key)
        assert hall.call().ticket == "A001"
    else:
        with pytest.raises(refusals.TooLate):
            hall.do(command)


def test_who_was_withdrawn_while_waiting_waits_again() -> None:
    """The floor corrects it within the grace time; an operator does not."""
    hall = waiting(("passport", 0))
    hall.do(SAID["cancel"])
    command = c.Reinstate(id=ID, ticket="A001", reason="mistake")
    with pytest.raises(refusals.NotAllowed):
        hall.do(command, OPERATOR)
    hall.do(command)
    assert hall.call().ticket == "A001"


def test_the_diagram_has_every_step() -> None:
    """The Mermaid text names each state and verb of the table, and nothing else is drawn."""
    lines = lifecycle.diagram().splitlines()
    assert lines[0] == "stateDiagram-v2"
    for step in lifecycle.TABLE:
        assert any(f"{step.source} --> {step.target}:" in line and step.verb in line for line in lines)


def test_every_verb_of_a_state_is_listed_once() -> None:
    """The buttons of a desk come from the table."""
    assert lifecycle.verbs("serving") == (
        "complete",
        "add_leg",
        "drop_leg",
        "park",
        "requeue",
        "release",
        "transfer",
        "cancel",
        "day_rolls_over",
    )
    assert lifecycle.verbs("abandoned") == ()
