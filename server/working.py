"""Working memory: the state that commands are decided on, ahead of what is committed.

The rules give facts; here each is given its place (seq, time, day, cause), folded, and kept until the batch
is committed. Time passes here too: what falls due before a command is decided before it, at its own time.
"""

from collections.abc import Iterator

import msgspec

from protocol.commands import AdvanceClock, Command, IssueTicket
from protocol.events import HALL, Actor, ClockChanged, Event, HallConfigured
from protocol.hall import Hall
from protocol.words import Micros
from server.clock import Clock, DrivenClock
from server.domain import day, epochs, handing_in, heads, hours, pausing, services
from server.domain.decide import decide
from server.domain.evolve import evolve
from server.domain.forecast import Forecast
from server.domain.refusals import ClockNotSet, Malformed
from server.domain.state import HallState
from server.limits import Limits
from server.refusals import ClockBehind, ClockNotDriven, TimeNotAllowed
from server.signing import Signer


class RuleBroken(Exception):  # noqa: N818 - a fault of ours, told as what it is
    """A rule failed after it had given facts, or a timer that was due gave none."""


class Working:
    """The state, and the events of the batch that is being decided."""

    def __init__(self, state: HallState, clock: Clock, signer: Signer | None = None) -> None:
        """Decide on ``state``, which becomes part of this, by the time of ``clock``.

        Without a signer, for rules that are only played, nothing is signed.
        """
        self.state, self.clock, self._signer = state, clock, signer
        self.forecast = Forecast()
        self._batch: list[Event] = []
        self.limits = Limits()
        self._hall_file: tuple[Hall, str] | None = None
        self._began_seq, self._was_away = state.seq, state.seq > 0

    def anew(self, state: HallState, clock: Clock) -> "Working":
        """Give another one, for this state and clock, that signs by the same hand."""
        return Working(state, clock, self._signer)

    def decide(self, command: Command, actor: Actor) -> list[Event]:
        """Give the events of one command, folded already; raises a Refusal and has changed nothing then."""
        at = self._time_of(command, actor)
        if isinstance(command, AdvanceClock):
            return []
        issues, a_minute = isinstance(command, IssueTicket), self.state.hall.limits.kiosk_issues_per_minute
        self.limits.command(actor, at, a_minute)
        if issues:
            self.limits.issue(actor, at, a_minute)
        events = self._record(decide(self.state, command, actor, at, self.forecast), at, command.id, actor)
        if issues:
            self.limits.issued(actor, at)
        self._sign(at)
        return events

    def pass_time(self, step_seconds: int) -> None:
        """Note a step of the wall clock, let the timers run up to now, keep the forecast fresh."""
        at = self.clock.now()
        if step_seconds:
            self._record(iter([ClockChanged(step_seconds=step_seconds)]), at)
        self._fall_due(at)
        self.forecast.refresh(self.state, at)

    def begin_epoch(self, epoch: str, cause: str, since: Micros) -> None:
        """Begin an epoch where the log ends; in an empty log there is nothing that it could go on from."""
        if not self.state.seq:
            return
        # A driven clock stands where the log ends, whenever that was by the machine's.
        until = max(self.clock.now(), self.state.at)
        since = until if isinstance(self.clock, DrivenClock) else since
        self._record(iter([epochs.begun(self.state, epoch, cause, since, until)]), self.state.at)

    def apply_file(self, hall: Hall, digest: str) -> None:
        """Put a hall file in force, now or when a driven clock is first set; raises WouldStrand."""
        self._hall_file = (hall, digest)
        if self._is_timeless():
            return
        at = self.clock.now()
        self._fall_due(at)
        self._apply_file(at)
        self._fall_due(at)

    @property
    def decided(self) -> int:
        """Count the events of the batch so far."""
        return len(self._batch)

    def take_batch(self) -> list[Event]:
        """Hand over the events decided since the last time."""
        batch, self._batch = self._batch, []
        self._begin()
        return batch

    def set_back(self, state: HallState) -> None:
        """Forget the batch: go on from the committed state."""
        self.state, self._batch = state, []
        self._begin()
        self._was_away = 0 < state.seq == self._began_seq
        if isinstance(self.clock, DrivenClock):
            self.clock.stand(state.at)

    def undo(self, state: HallState, keep: int) -> None:
        """Forget what came after the first ``keep`` events of the batch; those are folded anew."""
        kept, now = self._batch[:keep], self.clock.now()
        self.set_back(state)
        for event in kept:
            evolve(self.state, event)
        self._batch = kept
        if isinstance(self.clock, DrivenClock):
            self.clock.stand(now)

    def _is_timeless(self) -> bool:
        return isinstance(self.clock, DrivenClock) and not self.clock.is_set

    def _time_of(self, command: Command, actor: Actor) -> Micros:
        """Let time pass up to the command, and give its time."""
        at = command.at
        if at is not None or isinstance(command, AdvanceClock):
            if not isinstance(self.clock, DrivenClock):
                raise ClockNotDriven
            if actor.role != "integration":
                raise TimeNotAllowed
            if at is None:
                raise Malformed(path="$.at")
            if at < self.clock.now():
                raise ClockBehind(now=self.clock.now())
            self._drive(self.clock, at)
        elif self._is_timeless():
            raise ClockNotSet
        else:
            at = self.clock.now()
            self._fall_due(at)
        return at

    def _drive(self, clock: DrivenClock, at: Micros) -> None:
        if not clock.is_set:
            self._apply_file(at)
        self._fall_due(at)
        clock.stand(at)

    def _apply_file(self, at: Micros) -> None:
        if self._hall_file is not None and self._hall_file[1] != self.state.file_digest:
            self._record(services.configure(self.state, *self._hall_file, "file"), at)

    def _fall_due(self, at: Micros) -> None:
        if self._was_away and at > self.state.at:
            self._note_outage(at)
        while (due := day.next_due(self.state)) is not None and due <= at:
            # Its own time, unless a change of the hours put that before what has happened since.
            then = max(due, self.state.at)
            if self._sign(then - 1):  # what falls due at the same time is covered by it
                continue
            if not self._record(day.fall_due(self.state, then), then):
                raise RuleBroken(f"A timer was due at {due} and nothing came of it.")
        self._sign(at)

    def _sign(self, at: Micros) -> bool:
        """Sign a head of all so far, where one is due by ``at``; tells whether it was."""
        if self._signer is None or not heads.is_due(self.state, at):
            return False
        then = max(min(at, heads.next_due(self.state)), self.state.at)
        return bool(self._record(self._signer.facts(self.state, then, self._batch), then))

    def _begin(self) -> None:
        if self._signer is not None:
            self._signer.begin()

    def _note_outage(self, at: Micros) -> None:
        """Note, before all that fell due meanwhile, that nobody was served while the server was away."""
        self._was_away = False
        until = day.away_until(self.state, at)
        self._record(handing_in.lost_all(self.state), self.state.at)
        if until > self.state.at:
            self._record(iter([pausing.outage(self.state, until)]), until)

    def _record(
        self, facts: Iterator[Event], at: Micros, command_id: str | None = None, actor: Actor = HALL
    ) -> list[Event]:
        """Give facts their place and fold them, each before the rule goes on to the next."""
        events = []
        for fact in facts:
            event = msgspec.structs.replace(
                fact,
                seq=self.state.seq + 1,
                at=at,
                day=fact.day or self._day_of(fact, at),
                command=command_id,
                actor=actor,
            )
            evolve(self.state, event)
            self._batch.append(event)
            events.append(event)
        return events

    def _day_of(self, fact: Event, at: Micros) -> str:
        if isinstance(fact, HallConfigured) and isinstance(fact.hall, Hall) and not self.state.is_open:
            return hours.business_day(fact.hall, at)
        return hours.today(self.state, at)
