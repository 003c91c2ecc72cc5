"""The engine, as the rest of the server knows it: commands go in, answers come out.

``Turns`` owns the state, ``Commits`` the way to the disk; what is slow waits in the asker's greenlet alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import structlog
import tomli_w
from gevent.lock import BoundedSemaphore  # type: ignore[import-untyped]

from protocol import wire
from protocol.commands import BookingCommand, Command, Configure
from protocol.events import Actor, Event, HeadSigned, SlipReprinted, SlotBooked, TicketIssued
from protocol.hall import Hall
from protocol.words import Micros
from server import duty, epochs
from server.apart import Apart
from server.clock import Clock, DrivenClock
from server.commits import Commits
from server.delays import Delays, Growth
from server.domain.explain import Told
from server.domain.figures import DayFigures
from server.domain.forecast import Forecast
from server.domain.refusals import Refusal, UnknownBooking
from server.domain.state import HallState
from server.duty import Begin
from server.hall_key import HallKey
from server.hallfile import HallFileMistakes, read_hall, without_nothing
from server.ids import DAYS, Done, Ids
from server.limits import UNLIMITED
from server.log import Reader, Writer
from server.private import Private
from server.refusals import HallMistakes, Superseded, TooManyTries
from server.rooms import issued_on
from server.sealing import Sealing, period
from server.signing import Signer
from server.snapshots import Snapshots
from server.telling import explained, read_figures, read_ledger
from server.threads import Threads
from server.tokens import FIRST_ISSUE, said_by, ticket_of, visit_token
from server.tree import on_slip
from server.turns import NewEpoch, Turns, Waiting
from server.working import Working

WRONG_CODES = Growth(free=10, first_seconds=30, longest_seconds=600)
"""Of codes of bookings that somebody types: over HTTP strangers are counted by where they come from."""


class Answer(msgspec.Struct):
    """What a command came to: its events, and the seq of the last of them (without any, of the hall)."""

    seq: int
    events: list[Event]


@dataclass(frozen=True, slots=True)
class Store:
    """Where the hall is kept."""

    folder: Path
    writer: Writer
    reader: Reader
    snapshots: Snapshots
    private: Private


class Engine:
    """The hall, running. All methods are for greenlets."""

    def __init__(
        self,
        store: Store,
        state: HallState,
        clock: Clock,
        visit_key: bytes,
        hall_keys: tuple[HallKey, HallKey | None],
        sealing: Sealing,
        threads: Threads,
    ) -> None:
        """Go on from the state that the log says; nothing happens before ``start``.

        By the first of ``hall_keys`` heads are signed; the second is the one that it replaces, if any.
        """
        self._store, self._visit_key, self.threads = store, visit_key, threads
        self.sealing = sealing
        self._wrong_codes = Delays(WRONG_CODES)
        self._configuring = BoundedSemaphore()
        self._aside_listeners: list[Callable[[], None]] = []
        self.apart = Apart(store.private, threads)
        self.apart.load(state)
        self.first_epoch = store.reader.epoch()
        self._commits = Commits(store.writer, state)
        self._signer = Signer(*hall_keys, self.first_epoch, lambda: self._commits.frontier)
        working = Working(state.copy(), clock, self._signer)
        self._turns = Turns(self._commits, Ids(store.reader.causes(DAYS)), working, store.snapshots, threads)
        self._commits.listeners += [self.apart.hear, sealing.hear]

    def start(self, hall: Hall | None = None, digest: str = "", begin: Begin | None = None) -> None:
        """Begin an epoch if need be, run what is due, put a hall file in force, and take commands.

        Raises CommitFailed when the disk takes no writes, WouldStrand when the file may not be put in force.
        """
        self._turns.start(hall, digest, self._new_epoch(begin) if begin else None)

    def _new_epoch(self, begin: Begin) -> NewEpoch:
        return NewEpoch(epochs.drawn(self.epoch, self._visit_key), begin.cause, begin.since)

    def start_aside(self, why: Refusal) -> None:
        """Answer reads alone, since another server runs the hall; raises CommitFailed."""
        self._turns.stand_aside(why)
        self._commits.open()

    def follow(self, bodies: list[str], roots: dict[int, bytes]) -> None:
        """Take what the server that runs the hall has committed; raises RootsDiffer or CommitFailed."""
        self._turns.follow(bodies, roots)

    def take_over(self, begin: Begin, hall_keys: tuple[HallKey, HallKey | None]) -> None:
        """Run the hall from now on, in a new epoch, signing by its keys of today; raises CommitFailed."""
        self.load_texts()
        self._signer.sign_by(*hall_keys)
        self._turns.take_over(self._new_epoch(begin))

    def load_texts(self) -> None:
        """Read again the texts beside the log: another server's have come in their place."""
        self.threads.run(self.apart.load, self.published.copy())

    def hear_of(self, epoch: object) -> bool:
        """Stand aside for good where a later epoch of this hall has begun; tells whether one has."""
        if self.aside is not None or not epochs.supersedes(epoch, self.epoch, self._visit_key):
            return False
        self._turns.stand_aside(Superseded())
        structlog.get_logger().critical("superseded", epoch=epoch)
        self.threads.run(partial(duty.change, self.folder, superseded=str(epoch)))
        for listener in self._aside_listeners:
            listener()
        return True

    @property
    def aside(self) -> Refusal | None:
        """Give why this server decides nothing; None when it runs the hall."""
        return self._turns.aside

    def on_aside(self, listener: Callable[[], None]) -> None:
        """Call the listener when another server has taken over."""
        self._aside_listeners.append(listener)

    def guard(self, waits: Callable[[int], None]) -> None:
        """Have ``waits`` called with each commit's last seq before it is published; it may wait a moment."""
        self._commits.guard = waits

    def end(self) -> tuple[int, bytes]:
        """Give where the log on disk ends, and its root there; a moment ahead of what is published."""
        return self._commits.end()

    def root(self, seq: int) -> bytes | None:
        """Read the root after an event; None where no commit ended there."""
        return self.threads.run(self._store.reader.root, seq)

    def commits(self, after: int, upto: int, limit: int) -> tuple[list[str], list[tuple[int, bytes]]]:
        """Read whole commits after an event, published or about to be: bodies, and roots by seq."""
        return self.threads.run(self._store.reader.commits, after, upto, limit)

    def stop(self) -> None:
        """Finish what is on the list, keep a snapshot, and close."""
        self._turns.stop()
        # The writer goes last: only it can fold the write-ahead log into the file.
        self._store.reader.close()
        self._commits.close()

    @property
    def folder(self) -> Path:
        """Give the data folder."""
        return self._store.folder

    @property
    def reader(self) -> Reader:
        """Give the log on the disk, to read in ``threads``."""
        return self._store.reader

    @property
    def epoch(self) -> str:
        """Give the name of this history: of the last epoch that began, or what it was called when created."""
        return self.published.epoch or self.first_epoch

    @property
    def published(self) -> HallState:
        """Give the committed state: to read, never to change."""
        return self._commits.published

    @property
    def seq(self) -> int:
        """Give the last published seq."""
        return self._commits.published.seq

    @property
    def is_read_only(self) -> bool:
        """Tell whether the disk takes no writes."""
        return self._commits.is_read_only

    @property
    def last_commit_seconds(self) -> float:
        """Give how long the last commit took."""
        return self._commits.last_seconds

    @property
    def waiting_commands(self) -> int:
        """Count the commands on the list."""
        return len(self._turns.list)

    @property
    def forecast(self) -> Forecast:
        """Give the table of expected waits."""
        return self._turns.working.forecast

    @property
    def is_driven(self) -> bool:
        """Tell whether another program drives the clock, so that it may be far from the machine's."""
        return isinstance(self._turns.working.clock, DrivenClock)

    def stopped(self, since: Micros) -> dict[str, Micros]:
        """Give the ids of those who asked for too much since then, and when it was last."""
        return self._turns.working.limits.stopped(since)

    def now(self) -> Micros:
        """Give hall time; 0 before a driven clock is first set."""
        return self._turns.working.clock.now()

    def subscribe(self, listener: Callable[[list[Event]], None]) -> None:
        """Call the listener with the events of each commit, once they are published; it must not wait."""
        self._commits.listeners.append(listener)

    def observe(self, observer: Callable[[int, float], None]) -> None:
        """Call the observer after each commit with its number of events and its duration in seconds."""
        self._commits.observers.append(observer)

    def on_read_only(self, alarm: Callable[[bool], None]) -> None:
        """Call the alarm when the disk stops or begins again to take writes."""
        self._commits.alarms.append(alarm)

    def bodies(self, after: int, limit: int) -> list[str]:
        """Read the bodies of published events with seq > ``after``, at most ``limit``."""
        return self.threads.run(self._store.reader.bodies, after, self.seq, limit)

    def events(self, after: int, limit: int) -> list[Event]:
        """Read published events with seq > ``after``, at most ``limit``."""
        return self.threads.run(self._store.reader.events, after, self.seq, limit)

    def ticket_events(self, number: str, day: str) -> list[Event]:
        """Read all that happened to a ticket issued on that day."""
        return self.threads.run(self._store.reader.ticket, number, day)

    def ledger(self, day: str) -> dict[str, Any]:
        """Read the ledger of a day, and which days there are."""
        return self.threads.run(read_ledger, self._store.reader, self.published.hall, day)

    def figures(self, day: str) -> DayFigures:
        """Read the figures of a day, and which days there are."""
        return self.threads.run(read_figures, self._store.reader, day)

    def explained(self, number: str, day: str) -> list[Told]:
        """Read the life of a ticket in sentences."""
        return self.threads.run(explained, self._store.reader, number, day)

    def heads(self, after: int, limit: int) -> list[HeadSigned]:
        """Read the signed heads over more than ``after`` events, at most ``limit``."""
        return self.threads.run(self._store.reader.heads, after, limit)

    def visit_token(self, day: str, number: str) -> str:
        """Derive the token of a visit, by the issue of its slip that holds."""
        return visit_token(self._visit_key, day, number, self._issue_of(day, number))

    def slip_receipt(self, day: str, number: str) -> str:
        """Give what the slip of a ticket says of its issue, read from the log; empty when it is over."""
        ticket = self.published.find(number, day)
        if ticket is None:
            return ""
        (body,) = self.threads.run(self._store.reader.bodies, ticket.seq - 1, ticket.seq)
        return on_slip(ticket.seq, body.encode())

    def check_visit(self, token: str) -> tuple[str, str] | None:
        """Give (day, ticket) of a genuine visit token; that of a slip that was printed anew is none."""
        said = said_by(token)
        return ticket_of(self._visit_key, token, self._issue_of(*said)) if said else None

    def is_void(self, token: str) -> bool:
        """Tell whether a token was genuine until its slip was printed anew."""
        said = said_by(token)
        earlier = range(FIRST_ISSUE, self._issue_of(*said)) if said else ()
        return any(ticket_of(self._visit_key, token, issue) for issue in earlier)

    def _issue_of(self, day: str, number: str) -> int:
        ticket = self.published.find(number, day)
        return ticket.issue if ticket else FIRST_ISSUE

    def texts(self, text_id: str) -> dict[str, str]:
        """Give what was announced or said of a pause, by language; no I/O."""
        return self.apart.texts(text_id)

    def note(self, text_id: str) -> str:
        """Give a note to the next desk, empty when it was erased; no I/O."""
        return self.apart.note(text_id)

    def submit(self, command: Command, actor: Actor) -> Answer:
        """Carry out one command and wait for its commit; raises a Refusal."""
        (answer,) = self.submit_many([command], actor)
        if isinstance(answer, Refusal):
            raise answer
        return answer

    def submit_many(self, commands: Sequence[Command], actor: Actor) -> list[Answer | Refusal]:
        """Carry out commands in order, in one commit, each standing alone."""
        if any(isinstance(command, Configure) for command in commands):
            # Laid over the rules in force: two managers at once must not undo each other unseen.
            with self._configuring:
                return self._submit(commands, actor)
        return self._submit(commands, actor)

    def _submit(self, commands: Sequence[Command], actor: Actor) -> list[Answer | Refusal]:
        asked = [self._open(command, actor) for command in commands]
        waiting = [one for one in asked if isinstance(one, Waiting)]
        try:
            self._turns.put(waiting)
            answers = [self._wait_for(one) for one in waiting]
        except Refusal as refusal:
            answers = [refusal for _ in waiting]
        for one, answer in zip(waiting, answers, strict=True):
            self.apart.drop_unused(one.command, answer.events if isinstance(answer, Answer) else ())
        told = iter(answers)
        return [next(told) if isinstance(one, Waiting) else one for one in asked]

    def _open(self, command: Command, actor: Actor) -> Waiting | Refusal:
        """Give a command without what the log may not hold, or why it is refused before it is decided."""
        try:
            if isinstance(command, Configure):
                return Waiting(self._read_hall(command), actor)
            return Waiting(self.apart.keep(self._sealed(command, actor), self.published), actor)
        except Refusal as refusal:
            return refusal

    def _sealed(self, command: Command, actor: Actor) -> Command:
        """Give a command as the rules take it; raises UnknownBooking, or TooManyTries of wrong codes."""
        state = self.published
        seconds = self._wrong_codes.seconds(actor.id, self.now()) if _has_code(command) else 0
        if seconds and actor.role not in UNLIMITED:
            raise TooManyTries(seconds=seconds)
        try:
            return self.sealing.open(command, period(state.day, is_open=state.is_open))
        except UnknownBooking:
            self._wrong_codes.count(actor.id, self.now())
            raise

    def _read_hall(self, command: Configure) -> Configure:
        """Give the command with the hall that its text is; raises HallMistakes."""
        hall, in_force = command.hall, self.published.hall
        text = hall if isinstance(hall, str) else tomli_w.dumps(without_nothing(msgspec.to_builtins(hall)))
        try:
            return msgspec.structs.replace(command, hall=self.threads.run(read_hall, text, in_force))
        except HallFileMistakes as found:
            lines = [str(mistake) for mistake in found.mistakes]
            raise HallMistakes(count=len(lines), first=lines[0], mistakes="\n".join(lines)) from found

    def _wait_for(self, waiting: Waiting) -> Answer | Refusal:
        result = waiting.result.get()
        if isinstance(result, Refusal):
            return result
        if isinstance(result, Exception):
            raise result
        if isinstance(result, Done):
            result = self.threads.run(self._store.reader.events, result.first - 1, result.last)
        return Answer(result[-1].seq if result else self.seq, [self._with_token(event) for event in result])

    def _with_token(self, event: Event) -> Event:
        if isinstance(event, SlotBooked):
            return msgspec.structs.replace(event, code=self.sealing.code(event.booking))
        if not isinstance(event, TicketIssued | SlipReprinted):
            return event
        if isinstance(event, SlipReprinted):
            token = visit_token(self._visit_key, issued_on(event), event.ticket, event.issue)
            return msgspec.structs.replace(event, token=token)
        token = visit_token(self._visit_key, issued_on(event), event.ticket, FIRST_ISSUE)
        return msgspec.structs.replace(event, token=token, receipt=on_slip(event.seq, wire.encode(event)))


def _has_code(command: Command) -> bool:
    return isinstance(command, BookingCommand) and command.code is not None
