"""Conducting a play in a real hall: commands go out, events come back, and time passes as it was asked for.

On a driven clock commands carry their time; those of one instant go as one array over one connection and are
answered before time moves, so the same seed gives the same log. On the wall clock each kiosk speaks for
itself and what happens is heard as a screen hears it.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from protocol.catchup import Follower, Gap
from protocol.words import MINUTE, SECOND, Micros
from simulator.light import Http, Refused, Socket
from simulator.own import CannotPlay
from simulator.pace import Pace
from simulator.play import OVER, Play
from simulator.screens import Screens
from simulator.stage import Said

MOST_COMMANDS = 200
"""As many as one POST may carry."""

LOOK_AFTER = MINUTE
"""After so long a quiet time the hall is asked first what its own hours and timers have done."""

PAGE = 5000
AWAY_SECONDS = 120.0
"""So long a hall may be away before the play is given up."""


@dataclass(slots=True)
class Measured:
    """What the conductor measured, in seconds: each answer; by seq when the command of a call was sent."""

    answers: list[float] = field(default_factory=list)
    called: dict[int, float] = field(default_factory=dict)
    commands: int = 0


class Audience:
    """The phones of visitors who follow their turn, as many at once as the demand says."""

    def __init__(self, screens: Screens | None, most: int) -> None:
        """Hand out phones while there are any."""
        self._screens, self._most = screens, most
        self._tokens: dict[str, str] = {}

    def answered(self, events: list[dict[str, Any]]) -> None:
        """Let whoever got a ticket, and with it a token, open its page."""
        for event in events:
            token = event.get("token")
            if token and self._screens is not None and self._screens.phones < self._most:
                self._tokens[event["ticket"]] = token
                self._screens.follow(token)

    def hear(self, events: list[dict[str, Any]]) -> None:
        """Let whoever is done close it."""
        for event in events:
            if self._screens is not None and event["type"] in OVER and event["ticket"] in self._tokens:
                self._screens.hang_up(self._tokens.pop(event["ticket"]))


Watch = Callable[[Play], None]


async def events_after(http: Http, seq: int) -> list[dict[str, Any]]:
    """Read the log after a seq."""
    found: list[dict[str, Any]] = []
    while True:
        page = await http.get(f"/api/v1/events?since={seq + len(found)}&limit={PAGE}")
        found += page["events"]
        if len(page["events"]) < PAGE:
            return found


class Driven:
    """A hall whose clock is driven by the play."""

    def __init__(self, http: Http, play: Play, audience: Audience, watch: Watch) -> None:
        """Conduct ``play`` over one connection."""
        self._http, self._play, self._audience, self._watch = http, play, audience, watch
        self.measured, self._seq, self._looked_at = Measured(), 0, 0

    async def catch_up(self) -> None:
        """Take the hall's past, and plan on from there."""
        past = await events_after(self._http, 0)
        self._seq = past[-1]["seq"] if past else 0
        self._play.catch_up(past)

    async def play(self, until: Micros, pace: Pace) -> None:
        """Play up to a time, at a pace; what others do meanwhile is taken up.

        When nothing more is planned the rest passes at once.
        """
        while (at := self._play.next_at) is not None:
            if not await pace.has_come(min(at, until), self.advance):
                continue
            if at > until:
                break
            await self._instant(at)
            self._watch(self._play)
        await self.advance(until)

    async def advance(self, at: Micros) -> None:
        """Let time pass in which the play does nothing; others may."""
        if at <= self._play.at:
            return
        self._play.at = at
        said: Said = {"type": "advance_clock", "id": f"{self._play.ids}-at-{at}"}
        await self._send([said], at)
        self._watch(self._play)

    async def _instant(self, at: Micros) -> None:
        if at - self._looked_at > LOOK_AFTER:
            await self.advance(at)
        while commands := self._play.due(at):
            waiting = iter(commands)
            while part := list(islice(waiting, MOST_COMMANDS)):
                await self._send(part, at)

    async def _send(self, said: list[Said], at: Micros) -> None:
        """Send commands of one instant, again until they are answered, and take what comes of them."""
        body = [{**command, "at": at} for command in said]
        began, answers = await self._asked(body)
        self.measured.answers.append(time.monotonic() - began)
        self.measured.commands += len(said)
        events = [event for answer in answers if answer.get("ok") for event in answer["events"]]
        self._looked_at = at
        newest = max((answer["seq"] for answer in answers if answer.get("ok")), default=0)
        for event in events:
            if event["type"] == "ticket_called":
                self.measured.called[event["seq"]] = began
        self._audience.answered(events)
        is_refused = any(not answer.get("ok") for answer in answers)
        if newest - self._seq > len(events) or is_refused:
            # What a timer or somebody else caused in between stands in no answer of ours.
            events = await events_after(self._http, self._seq)
        self._take([event for event in events if event["seq"] > self._seq])
        for command, answer in zip(said, answers, strict=True):
            if answer.get("ok"):
                self._play.done(command)
            elif command["type"] != "advance_clock":
                self._play.refused(command, answer)
            elif answer.get("code") != "clock_behind":
                raise CannotPlay(f"The hall does not let time pass: {answer.get('detail')}")

    def _take(self, events: list[dict[str, Any]]) -> None:
        if events:
            self._seq = events[-1]["seq"]
            self._play.hear(events)
            self._audience.hear(events)

    async def _asked(self, body: list[Said]) -> tuple[float, list[dict[str, Any]]]:
        deadline = time.monotonic() + AWAY_SECONDS
        while True:
            began = time.monotonic()
            try:
                return began, await self._http.ask("POST", "/api/v1/commands", body)
            except Refused as refused:
                if refused.status != 503:  # noqa: PLR2004 - HTTP: not now
                    raise CannotPlay(str(refused)) from refused
            except ConnectionError as error:
                if time.monotonic() > deadline:
                    raise CannotPlay(f"The hall does not answer: {error}") from error
            await asyncio.sleep(0.5)


class ByTheWall:
    """A hall that goes by the wall clock; the time of the play may be another part of the day."""

    def __init__(
        self, http: Http, play: Play, audience: Audience, watch: Watch, kiosks: tuple[str, ...], begin: Micros
    ) -> None:
        """Conduct ``play``, whose time is ``begin`` now; each of ``kiosks`` is the token of one."""
        self._http, self._play, self._audience, self._watch = http, play, audience, watch
        self._kiosks, self._begin, self._began = kiosks, begin, time.monotonic()
        self._ears = Follower()
        self._speakers: dict[str, Socket] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard = asyncio.Event()
        self._away = ""
        self.measured = Measured()

    def now(self) -> Micros:
        """Give the play's time."""
        return self._begin + int((time.monotonic() - self._began) * SECOND)

    async def open(self) -> None:
        """Connect all who speak, and hear the hall's past."""
        auths = {kiosk.name: token for kiosk, token in zip(self._play.kiosks, self._kiosks, strict=False)}
        for name, token in {"": self._http.token, **auths}.items():
            hears = self._hear if not name else _hear_nothing
            socket = Socket(self._http.host, self._http.port, {"token": token}, hears)
            self._speakers[name] = await socket.open()
        past = await events_after(self._http, 0)
        self._play.catch_up(past)
        self._play.at = self.now()
        ears = self._speakers[""]
        stand = await ears.ask("join", {})
        self._ears.stand(stand["epoch"], past[-1]["seq"] if past else 0)
        for kiosk in auths:
            await self._speakers[kiosk].ask("join", {})
        self._began = time.monotonic()

    def close(self) -> None:
        """Let all who speak hang up."""
        for socket in self._speakers.values():
            socket.close()

    async def play(self, until: Micros) -> None:
        """Play up to a time in real time."""
        while self.now() < until:
            if self._away:
                raise CannotPlay(f"The hall is away: {self._away}")
            at = min(until, self._play.next_at or until)
            self._heard.clear()
            await _first(self._heard.wait(), (at - self.now()) / SECOND)
            for said in self._play.due(self.now()):
                self._start(self._send(said))
            self._watch(self._play)
        await asyncio.gather(*self._tasks)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, said: Said) -> None:
        kiosk = said.get("device") or self._play.touched_at(said)
        speaker = self._speakers.get(kiosk or "", self._speakers[""])
        began = time.monotonic()
        try:
            answer = await speaker.ask("command", said)
        except ConnectionError as error:
            self._away = str(error)
            self._heard.set()
            return
        self.measured.answers.append(time.monotonic() - began)
        self.measured.commands += 1
        if not answer.get("ok"):
            self._play.refused(said, answer)
            return
        for event in answer["events"]:
            if event["type"] == "ticket_called":
                self.measured.called[event["seq"]] = began
        self._audience.answered(answer["events"])
        self._play.done(said)

    def _hear(self, frame: dict[str, Any]) -> None:
        try:
            events = list(self._ears.news(frame))
        except Gap:
            if self._ears.epoch:
                self._start(self._fill_gap())
            return
        self._take(events)

    async def _fill_gap(self) -> None:
        events = await events_after(self._http, self._ears.seq)
        fresh = [event for event in events if event["seq"] > self._ears.seq]
        if fresh:
            self._ears.seq = fresh[-1]["seq"]
            self._take(fresh)

    def _take(self, events: list[dict[str, Any]]) -> None:
        self._play.at = max(self._play.at, self.now())
        self._play.hear(events)
        self._audience.hear(events)
        self._heard.set()


def _hear_nothing(_: dict[str, Any]) -> None:
    """Leave what a kiosk hears: the play learns it elsewhere."""


async def _first(waiting: Coroutine[Any, Any, Any], seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(waiting, max(0.0, seconds))
