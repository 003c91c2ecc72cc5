"""``novbe-simulate day``: a hall's day, or several, played in a server of its own or in one that is there."""

import asyncio
import contextlib
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import tomli_w

from protocol.words import HOUR, MINUTE, SECOND, Micros
from simulator import own, summary
from simulator.account import Account
from simulator.arrivals import at_clock
from simulator.conduct import Audience, ByTheWall, Driven, Measured, events_after
from simulator.demand import WEEKDAYS, Demand, left_out, misfits, read_demand
from simulator.light import Http, Refused
from simulator.meter import Meter
from simulator.own import CannotPlay, Server
from simulator.pace import AsTheHallSays, Pace, Paced
from simulator.play import Me, Play, next_working_day
from simulator.screens import Figures, Screens
from simulator.sizes import SIZES, demand_of, hall_of
from simulator.stage import Facts
from simulator.view import View

FIRST_DAY = date(2026, 11, 2)
"""A Monday: the day that a new log begins with, the same in every run, unless another is asked for."""

LAST_FRAMES_SECONDS = 0.5
"""So long the last events are on their way to the screens."""

INSTANT = {"max": SECOND}
"""At full speed what falls into one second happens together."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What ``day`` was asked for; see ``--help``."""

    size: str
    hall: Path | None
    demand: Path | None
    server: str
    token: str
    data: Path | None
    seed: str
    days: int
    speed: str
    first: date | None
    begin: str
    end: str


def play(wish: Wish) -> dict[str, Any]:
    """Play what was wished for, and give the summary.

    Raises CannotPlay, and ui.settings.SettingsMistake for a demand file with a mistake.
    """
    demand = read_demand(wish.demand) if wish.demand else demand_of(SIZES[wish.size])
    if wish.server:
        parts = urlsplit(wish.server)
        server = Server(parts.hostname or "127.0.0.1", parts.port or 80, wish.token)
        return asyncio.run(_Playing(wish, demand, server).run())
    with own.folder(wish.data) as data:
        with _server(wish, demand, data) as server:
            figures = asyncio.run(_Playing(wish, demand, server).run())
        is_sound, said = own.verdict(data)
    return {**figures, "verify": {"sound": is_sound, "said": said.splitlines()}}


@contextlib.contextmanager
def _server(wish: Wish, demand: Demand, data: Path) -> Iterator[Server]:
    """Start a server of the simulation's own, with the hall that was named or one of the size."""
    is_driven = wish.speed != "1"
    with tempfile.TemporaryDirectory() as made:
        hall = wish.hall or Path(made) / "hall.toml"
        if wish.hall is None:
            tables = hall_of(SIZES[wish.size], round_the_clock=not is_driven)
            hall.write_text(tomli_w.dumps(tables), encoding="utf-8")
        _say(f"A server of its own, in {data}; its hall: {wish.hall or 'size ' + wish.size}.")
        with own.running(hall, data, is_driven=is_driven, kiosks=demand.kiosks.count) as server:
            yield server


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class _Playing:
    """One run, from the first question to the summary."""

    def __init__(self, wish: Wish, demand: Demand, server: Server) -> None:
        self._wish, self._demand, self._server = wish, demand, server
        self._http = Http(server.host, server.port, server.token)
        self._is_new = False
        self._measured, self._screens, self._meter = Measured(), Figures(), Meter(server)

    async def run(self) -> dict[str, Any]:
        try:
            is_driven = await self._is_driven()
            if not is_driven and self._wish.speed != "1":
                raise CannotPlay("This hall goes by the wall clock: only --speed 1 is real there.")
            if is_driven:
                await self._begin_clock()
            facts = Facts.of(await self._http.get("/api/v1/hall"))
            self._check(facts)
            await self._say_left_out()
            snapshot = await self._http.get("/api/v1/snapshot")
            asker = await self._http.get("/api/v1/session")
            play = self._cast(facts, Me(asker["id"], _chance("sim")))
            play.at = snapshot["at"]
            async with self._audience(facts) as audience, self._meter.sampling():
                await (self._drive if is_driven else self._follow)(play, audience)
                self._meter.stop(play.at)
            return await self._figures(play, snapshot["seq"])
        except Refused as refused:
            raise CannotPlay(f"The server refuses: {refused}") from refused
        except ConnectionError as error:
            sentence = (
                f"There is no hall at {self._server.host}:{self._server.port} ({error}): start it first."
            )
            raise CannotPlay(sentence) from error
        finally:
            self._http.close()

    # Before the play.

    async def _is_driven(self) -> bool:
        """Ask by a command that changes nothing."""
        asked = [{"type": "advance_clock", "id": _chance("asks")}]
        (answer,) = await self._http.ask("POST", "/api/v1/commands", asked)
        if answer["code"] not in {"malformed", "clock_not_driven"}:
            raise CannotPlay(
                f"The token does not let the simulation act ({answer['detail']}): it must be of the"
                " role integration."
            )
        return bool(answer["code"] == "malformed")

    async def _begin_clock(self) -> None:
        """Give a driven clock that was never set its first time: before it nothing is known of the hall.

        Without the hall's time zone that is so early that the day has begun nowhere.
        """
        if (await self._http.get("/api/v1/events?limit=1"))["events"]:
            return
        self._is_new = True
        first, zone = self._wish.first or FIRST_DAY, self._server.time_zone
        begin = at_clock(first, "00:00", zone) if zone else at_clock(first, "00:00", "UTC") - 14 * HOUR
        asked = [{"type": "advance_clock", "id": _chance("begin"), "at": begin}]
        await self._http.ask("POST", "/api/v1/commands", asked)

    def _check(self, facts: Facts) -> None:
        found = misfits(self._demand, set(facts.services), set(facts.desks), set(facts.classes))
        if not self._demand.service:
            found.append("The demand names no service: nobody would come. Give a [[service]] with an id.")
        if found:
            raise CannotPlay("\n".join(found))

    async def _say_left_out(self) -> None:
        schemas = (await self._http.get("/openapi.json"))["components"]["schemas"]
        commands = {"book"} if "Book" in schemas else set()
        fields = set(schemas.get("IssueTicket", {}).get("properties", {}))
        for sentence in left_out(self._demand, commands, fields):
            _say(sentence)

    def _cast(self, facts: Facts, me: Me) -> Play:
        tick = INSTANT.get(self._wish.speed, SECOND // 10)
        return Play(facts, self._demand, self._wish.seed, me, tick)

    @contextlib.asynccontextmanager
    async def _audience(self, facts: Facts) -> AsyncIterator[Audience]:
        demand, server = self._demand.screens, self._server
        # Two boards in three hang in a zone of their own, the others show the whole hall.
        zones = [
            facts.zones[number // 3 * 2 % len(facts.zones) + number % 3 - 1]
            if facts.zones and number % 3
            else ""
            for number in range(demand.boards)
        ]
        kiosks = list(server.kiosks) if self._wish.speed != "1" else []
        if not zones and not demand.phones and not kiosks:
            yield Audience(None, 0)
            return
        screens = Screens(server.host, server.port, zones, kiosks)
        await screens.ready()
        _say(f"{len(zones)} boards and {len(kiosks)} kiosks listen; up to {demand.phones} phones follow.")
        try:
            yield Audience(screens, demand.phones)
            await asyncio.sleep(LAST_FRAMES_SECONDS)
        finally:
            self._screens = await asyncio.to_thread(screens.stop)

    # The play.

    async def _drive(self, play: Play, audience: Audience) -> None:
        """Play the days on the driven clock."""
        wish, zone = self._wish, play.facts.time_zone
        day, begin = self._first_day(play.at, zone), play.at
        view = View()
        hall = Driven(self._http, play, audience, view.watch)
        self._measured = hall.measured
        await hall.catch_up()
        play.at = max(play.at, begin)
        play.resume()
        played = 0
        while not wish.days or played < wish.days:
            play.begin_day(day)
            until = at_clock(day, wish.end or "23:59", zone)
            await self._fast_forward(hall, play, day, until)
            if not played:
                self._meter.begin(play.at)
                view.begin(play.at, until + (wish.days - 1) * 24 * HOUR if wish.days else 0)
            await hall.play(until, self._pace(play))
            played, day = played + 1, next_working_day(self._demand, day)
        view.leave()

    async def _fast_forward(self, hall: Driven, play: Play, day: date, until: Micros) -> None:
        """Play at once what lies before the time of day that was asked for; without one, the empty night."""
        zone = play.facts.time_zone
        first = play.next_at or until
        begin = at_clock(day, self._wish.begin, zone) if self._wish.begin else first - MINUTE
        if begin > play.at:
            await hall.play(min(begin, until), Pace())
        local = datetime.fromtimestamp(play.at // SECOND, ZoneInfo(zone))
        # A play without end has no summary: whoever started it waits for this word.
        out = sys.stderr if self._wish.days else sys.stdout
        print(f"The hall stands at {local:%H:%M}.", flush=True, file=out)

    def _pace(self, play: Play) -> Pace:
        match self._wish.speed:
            case "max":
                return Pace()
            case "hall":
                return AsTheHallSays(play.at, self._http)
            case speed:
                return Paced(play.at, float(speed))

    def _first_day(self, at: Micros, zone: str) -> date:
        """Give the day to begin with: the clock's, unless it is over; in a new log the one asked for."""
        local = datetime.fromtimestamp(at // SECOND, ZoneInfo(zone))
        if self._is_new:
            return self._wish.first or FIRST_DAY
        is_over = local.strftime("%H:%M") >= self._demand.operators.end
        works = self._demand.arrivals.visitors.get(WEEKDAYS[local.weekday()])
        return local.date() if works and not is_over else next_working_day(self._demand, local.date())

    async def _follow(self, play: Play, audience: Audience) -> None:
        """Play a part of a day by the wall clock."""
        wish, zone = self._wish, play.facts.time_zone
        now = datetime.fromtimestamp(play.at // SECOND, UTC).astimezone(ZoneInfo(zone))
        works = self._demand.arrivals.visitors.get(WEEKDAYS[now.weekday()])
        day = now.date() if works else next_working_day(self._demand, now.date())
        begin = at_clock(day, wish.begin or f"{now:%H:%M}", zone)
        until = at_clock(day, wish.end or "23:59", zone)
        view = View()
        hall = ByTheWall(self._http, play, audience, view.watch, self._server.kiosks, begin)
        self._measured = hall.measured
        await hall.open()
        play.begin_day(day)
        play.resume()
        self._meter.begin(play.at)
        view.begin(play.at, until)
        try:
            await hall.play(until)
        finally:
            hall.close()
        view.leave()

    # After it.

    async def _figures(self, play: Play, since: int) -> dict[str, Any]:
        account = Account()
        events = await events_after(self._http, 0)
        account.take(event for event in events if event["seq"] > since or event["type"] == "hall_configured")
        account.finish()
        measured, screens = self._measured, self._screens
        lit = [screens.lit[seq] - sent for seq, sent in measured.called.items() if seq in screens.lit]
        return {
            "size": None if self._wish.hall or self._wish.server else self._wish.size,
            "seed": self._wish.seed,
            "speed": self._wish.speed,
            **summary.of_account(account),
            "turned_away": sum(kiosk.turned_away for kiosk in play.kiosks),
            "refusals": dict(play.refusals.most_common()),
            "commands": measured.commands,
            "ack_ms": summary.spread_ms(measured.answers),
            "board_ms": summary.spread_ms(lit),
            "screens": {"frames": screens.frames, "gaps": screens.gaps, "breaks": screens.breaks},
            **self._meter.figures(account.tickets),
        }


def _chance(what: str) -> str:
    """Begin command ids that no other run uses: the one thing in a log that chance decides."""
    return f"{what}-{secrets.token_hex(4)}"
