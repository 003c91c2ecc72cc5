"""Random days at a real hall, killed again and again, beside a model that is short enough to be believed."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from protocol import commands as c
from protocol.words import MINUTE, SECOND, Micros
from server.domain.pausing import SILENCE
from server.domain.refusals import NobodyWaiting
from tests.engines import HALL, NOON, SYSTEM, new_id, running

QUEUE = {"passport": "A", "pension": "B"}
DESKS = {"1": "A", "2": "AB"}


@dataclass
class Person:
    """A visitor as the model sees one: r, the seq of the ticket, and where they are."""

    number: str
    queue: str
    r: Micros
    order: int
    elderly: bool
    state: str = "waiting"
    desk: str = ""
    further: bool = False
    held_until: Micros = 0

    @property
    def key(self) -> Micros:
        """Give the reference time less the largest credit."""
        return self.r - max(60 if self.elderly else 0, 30 if self.further else 0) * MINUTE


@dataclass
class Model:
    """The whole hall: who there is."""

    people: dict[str, Person] = field(default_factory=dict)
    issued: dict[str, int] = field(default_factory=lambda: {"A": 0, "B": 0})

    def come(self, queue: str, at: Micros, *, elderly: bool) -> str:
        """Give the next number of a series."""
        self.issued[queue] += 1
        number = f"{queue}{self.issued[queue]:03}"
        self.people[number] = Person(number, queue, at, len(self.people), elderly)
        return number

    def next(self, desk: str, at: Micros) -> Person | None:
        """Give whose turn it is: the smallest key, then the older ticket."""
        waiting = [
            one
            for one in self.people.values()
            if one.state == "waiting" and one.queue in DESKS[desk] and one.held_until <= at
        ]
        return min(waiting, key=lambda one: (one.key, one.order), default=None)

    def was_away(self, since: Micros, until: Micros) -> None:
        """Hold for as much longer those who were held when the hall fell silent."""
        for one in self.people.values():
            if one.held_until > since:
                one.held_until += until - max(since, one.r)

    def at_desk(self, desk: str) -> Person | None:
        """Give who is called or served at a desk."""
        here = (
            one for one in self.people.values() if one.desk == desk and one.state in {"called", "serving"}
        )
        return next(here, None)


class Day(RuleBasedStateMachine):
    """Each rule does the same in the hall and in the model."""

    kills = 0

    def __init__(self) -> None:
        """Open a hall in a new folder."""
        super().__init__()
        self.model, self.at, self.last, self.was_killed = Model(), NOON, NOON, False
        self.stack = ExitStack()
        self.folders = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.copies = 0
        self.open(self.folders / "0")
        for desk in DESKS:
            self.do(c.OpenDesk, desk=desk)

    def open(self, folder: Path) -> None:
        """Open the hall in a folder."""
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.process = ExitStack()
        self.hall = self.process.enter_context(running(folder, HALL, driven=True))

    def do(self, kind: Any, **fields: Any) -> Any:
        """Send a command at the present time; gives its first event."""
        self.note_outage()
        events = self.hall.engine.submit(kind(id=new_id(), at=self.at, **fields), SYSTEM).events
        self.last = self.at
        return events[0]

    def note_outage(self) -> None:
        """Let the model know what the hall notes at the first command after a kill."""
        if self.was_killed and self.at - self.last >= SILENCE:
            self.model.was_away(self.last, self.at)
            self.last = self.at
        self.was_killed = False

    def here(self, desk: str) -> dict[str, Any]:
        """Name a desk and its ticket, as commands do."""
        person = self.model.at_desk(desk)
        return {"desk": desk, "ticket": person.number if person else ""}

    def is_at(self, desk: str, *states: str) -> bool:
        """Tell whether somebody is at a desk in one of these states."""
        person = self.model.at_desk(desk)
        return person is not None and person.state in states

    @rule(seconds=st.integers(0, 900))
    def time_passes(self, seconds: int) -> None:
        """Nothing happens for a while."""
        self.at += seconds * SECOND

    @rule(service=st.sampled_from(sorted(QUEUE)), elderly=st.booleans())
    def issue(self, service: str, elderly: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        """Somebody comes."""
        number = self.model.come(QUEUE[service], self.at, elderly=elderly)
        event = self.do(c.IssueTicket, service=service, class_="elderly" if elderly else "none")
        assert event.ticket == number

    @rule(desk=st.sampled_from(sorted(DESKS)))
    def call(self, desk: str) -> None:
        """A free desk calls whoever is next."""
        if self.model.at_desk(desk):
            return
        self.note_outage()
        person = self.model.next(desk, self.at)
        if person is None:
            with pytest.raises(NobodyWaiting):
                self.do(c.CallNext, desk=desk)
        else:
            assert self.do(c.CallNext, desk=desk).ticket == person.number
            person.state, person.desk = "called", desk

    @rule(desk=st.sampled_from(sorted(DESKS)))
    def serve_and_complete(self, desk: str) -> None:
        """Who was called is served; who is served goes."""
        person = self.model.at_desk(desk)
        if person is None:
            return
        if person.state == "called":
            self.do(c.Serve, **self.here(desk))
            person.state = "serving"
        else:
            self.do(c.Complete, **self.here(desk), outcome="served")
            person.state = "completed"

    @precondition(lambda self: any(self.is_at(desk, "called") for desk in DESKS))
    @rule(desk=st.sampled_from(sorted(DESKS)))
    def no_show(self, desk: str) -> None:
        """Who does not come is called again and again, and is then a no-show."""
        if not self.is_at(desk, "called"):
            return
        for _ in range(HALL.policy.recall_limit):
            self.at += 91 * SECOND
            self.do(c.Recall, **self.here(desk))
        self.at += 91 * SECOND
        self.do(c.NoShow, **self.here(desk))
        person = self.model.at_desk(desk)
        assert person
        person.state = "no_show"

    @rule(desk=st.sampled_from(sorted(DESKS)), how=st.sampled_from(["requeue", "park", "transfer", "cancel"]))
    def move(self, desk: str, how: str) -> None:
        """Who is at a desk is put back, aside, on or out."""
        person = self.model.at_desk(desk)
        if person is None:
            return
        if how == "requeue":
            self.do(c.Requeue, **self.here(desk), reason="r")
            person.held_until = self.at + 5 * MINUTE if person.state == "called" else 0
            person.state, person.desk, person.r = "waiting", "", self.at
        elif how == "park":
            self.do(c.Park, **self.here(desk), reason="r")
            person.state = "parked"
        elif how == "transfer":
            other = "pension" if person.queue == "A" else "passport"
            self.do(c.Transfer, **self.here(desk), service=other, reason="r")
            person.queue, person.further, person.r = QUEUE[other], True, self.at
            person.state, person.desk, person.held_until = "waiting", "", 0
        else:
            self.do(c.Cancel, **self.here(desk), reason="r")
            person.state = "cancelled"

    @rule(desk=st.sampled_from(sorted(DESKS)))
    def return_(self, desk: str) -> None:
        """Who was parked comes back to the desk, and is called there."""
        parked = [one for one in self.model.people.values() if (one.state, one.desk) == ("parked", desk)]
        if parked and not self.model.at_desk(desk):
            event = self.do(c.CallTicket, desk=desk, ticket=parked[0].number, reason="back")
            assert event.jumped == []
            parked[0].state = "called"

    @rule()
    def kill(self) -> None:
        """The power fails: what the disk has now is opened as a new process would."""
        self.copies += 1
        Day.kills += 1
        self.was_killed = True
        there = self.folders / str(self.copies)
        shutil.copytree(self.folder, there, ignore=shutil.ignore_patterns("snapshots"))
        self.process.close()
        self.open(there)

    @invariant()
    def both_say_the_same(self) -> None:
        """Each ticket is in one state at one desk, and each count is right."""
        state = self.hall.engine.published
        known = {**{t.number: t for t in state.ended.values()}, **state.tickets}
        assert known.keys() == self.model.people.keys()
        for number, person in self.model.people.items():
            ticket = known[number]
            assert (ticket.state, ticket.queue) == (person.state, person.queue)
            if person.state in {"waiting", "called", "serving", "parked"}:
                assert (ticket.desk, ticket.key) == (person.desk, person.key)
        for desk in DESKS:
            here = self.model.at_desk(desk)
            assert state.desks[desk].ticket == (here.number if here else "")

    def teardown(self) -> None:
        """Close the hall."""
        self.process.close()
        self.stack.close()


@pytest.mark.fault(number="T26")
@pytest.mark.slow
def test_random_days_agree_with_the_model(record_property: Any, *, long: bool) -> None:
    """Whatever is done, and however often the power fails, hall and model say the same."""
    days, steps = (100, 60) if long else (6, 40)
    Day.kills = 0
    run_state_machine_as_test(
        Day,
        settings=settings(
            max_examples=days,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    record_property("days", days)
    record_property("steps a day, at most", steps)
    record_property("kills", Day.kills)
