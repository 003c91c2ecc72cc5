"""Whole days on disk: the simulation's people play through the rules in one process, and the log is signed.

Without HTTP, sockets and one commit a command; everything in the log is as a server would have written it.
"""

from datetime import date
from pathlib import Path

import msgspec
import tomli_w

from protocol import wire
from protocol.commands import AdvanceClock
from protocol.events import Actor, Event
from protocol.words import HOUR, SECOND
from server import log
from server.clock import DrivenClock
from server.domain import views
from server.domain.catalogue import NO_HALL
from server.domain.refusals import Refusal
from server.domain.services import digest
from server.domain.state import HallState
from server.hallfile import read_hall
from server.log import Reader, Writer
from server.merkle import Frontier
from server.register import Register
from server.signing import Signer
from server.snapshots import Snapshots
from server.working import Working
from simulator.arrivals import at_clock
from simulator.play import Me, Play
from simulator.sizes import SIZES, demand_of, hall_of
from simulator.stage import Facts

MONDAY = date(2026, 11, 23)
SYSTEM = Actor(kind="device", id="dev-1", role="integration")
A_COMMIT = 500
"""So many events share a commit, and so a root."""


class Days:
    """A hall of a size on disk, and those who come to it."""

    def __init__(self, folder: Path, size: str, seed: str) -> None:
        """Make the folder; nothing has happened in it."""
        log.migrate(folder / log.FILE)
        self._folder, self._writer = folder, Writer(folder / log.FILE, Frontier())
        self._writer.open()
        self._tree, self._kept = Frontier(), list[Event]()
        hall = read_hall(tomli_w.dumps(hall_of(SIZES[size], round_the_clock=False)), NO_HALL)
        self._zone, self._demand = hall.hall.time_zone, demand_of(SIZES[size])
        begin = at_clock(MONDAY, "07:00", self._zone)
        epoch = Reader(folder / log.FILE).epoch()
        signer = Signer(*Register(folder).hall_keys(), epoch, self._tree.copy)
        self.working = Working(HallState(), DrivenClock(begin), signer)
        self.working.apply_file(hall, digest(hall))
        facts = Facts.of(msgspec.to_builtins(views.hall(self.working.state)))
        self.play = Play(facts, self._demand, seed, Me(SYSTEM.id, "days"), SECOND)
        self.play.at = begin

    def day(self, day: date) -> None:
        """Play a day to its end."""
        self.play.begin_day(day)
        self._take()
        until = at_clock(day, "23:59", self._zone)
        while (at := self.play.next_at) is not None and at <= until:
            for said in self.play.due(at):
                self._say({**said, "at": at})
        self.working.decide(AdvanceClock(id="days-pass", at=until + HOUR), SYSTEM)
        self._take()

    def end(self) -> int:
        """Put the rest on disk, and a snapshot beside it; gives how many events there are."""
        self._commit()
        self._writer.close()
        reader = Reader(self._folder / log.FILE)
        Snapshots(self._folder, reader).take(self._tree.size)
        reader.close()
        return self._tree.size

    def _say(self, said: dict[str, object]) -> None:
        try:
            self.working.decide(wire.read_command(said), SYSTEM)
        except Refusal as refusal:
            self._take()
            self.play.refused(said, {"code": refusal.code, **refusal.members})
        else:
            self._take()
            self.play.done(said)

    def _take(self) -> None:
        fresh = self.working.take_batch()
        self._tree.add(*map(wire.encode, fresh))
        self._kept += fresh
        self.play.hear([msgspec.to_builtins(event) for event in fresh])
        if len(self._kept) >= A_COMMIT:
            self._commit()

    def _commit(self) -> None:
        if self._kept:
            self._writer.append(self._kept)
        self._kept = []


def write(folder: Path, size: str, days: int, seed: str = "1") -> int:
    """Play so many working days of a size into an empty folder; gives how many events there are."""
    hall = Days(folder, size, seed)
    for number in range(days):
        hall.day(date.fromordinal(MONDAY.toordinal() + number // 5 * 7 + number % 5))
    return hall.end()
