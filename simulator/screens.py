"""Who only listens: boards, kiosks and phones, in a process of their own that delays nobody.

They keep what a real screen keeps, its place in the history, join again after a gap or a break, and note when
each call reached each board.
"""

import asyncio
import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from protocol.catchup import Follower, Gap
from simulator.light import Refused, Socket

AGAIN_SECONDS = 1.0
AT_ONCE = 20
"""So many connect at the same time; more would measure the handshake."""

START_SECONDS = 120.0


@dataclass(slots=True)
class Figures:
    """What the screens saw: ``lit`` by seq of a call the monotonic time at which the last board had it."""

    lit: dict[int, float] = field(default_factory=dict)
    frames: int = 0
    gaps: int = 0
    breaks: int = 0


class Screens:
    """The process, seen from the conductor."""

    def __init__(self, host: str, port: int, zones: list[str], kiosks: list[str]) -> None:
        """Show a board for each of ``zones`` (empty: all of the hall), and listen with each kiosk's token."""
        self._ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_main, args=(host, port, zones, kiosks, theirs), daemon=True
        )
        self._process.start()
        self._phones: set[str] = set()

    async def ready(self) -> None:
        """Wait until all of them listen; raises TimeoutError."""
        if not await asyncio.to_thread(self._ours.poll, START_SECONDS):
            raise TimeoutError("The boards did not connect.")
        self._ours.recv()

    def follow(self, token: str) -> None:
        """Let a visitor open the page of the visit on a phone."""
        self._phones.add(token)
        self._ours.send(("follow", token))

    def hang_up(self, token: str) -> None:
        """Let the visitor close it."""
        if token in self._phones:
            self._phones.remove(token)
            self._ours.send(("hang_up", token))

    @property
    def phones(self) -> int:
        """Count the phones."""
        return len(self._phones)

    def stop(self) -> Figures:
        """End, and give what was seen."""
        self._ours.send(("stop", ""))
        figures: Figures = self._ours.recv() if self._ours.poll(START_SECONDS) else Figures()
        self._process.join(10)
        return figures


def _main(host: str, port: int, zones: list[str], kiosks: list[str], pipe: Connection) -> None:
    asyncio.run(_Room(host, port, pipe).run(zones, kiosks))


class _Room:
    """All screens of the process."""

    def __init__(self, host: str, port: int, pipe: Connection) -> None:
        self.host, self.port, self.figures = host, port, Figures()
        self._pipe, self._tasks = pipe, dict[str, asyncio.Task[None]]()
        self._stop, self._gate = asyncio.Event(), asyncio.Semaphore(AT_ONCE)

    async def run(self, zones: list[str], kiosks: list[str]) -> None:
        boards = [_Screen(self, {"public": True}, zone, is_board=True) for zone in zones]
        screens = boards + [_Screen(self, {"token": token}, "") for token in kiosks]
        for number, screen in enumerate(screens):
            self._tasks[f"screen-{number}"] = asyncio.create_task(screen.live())
        await asyncio.gather(*(screen.is_up.wait() for screen in screens))
        self._pipe.send("ready")
        asyncio.get_running_loop().add_reader(self._pipe.fileno(), self._told)
        await self._stop.wait()
        self._pipe.send(self.figures)

    def _told(self) -> None:
        while self._pipe.poll():
            try:
                what, token = self._pipe.recv()
            except EOFError:
                what = "stop"
            if what == "follow":
                phone = _Screen(self, {"token": token}, "")
                self._tasks[token] = asyncio.create_task(phone.live())
            elif what == "hang_up" and token in self._tasks:
                self._tasks.pop(token).cancel()
            elif what == "stop":
                asyncio.get_running_loop().remove_reader(self._pipe.fileno())
                self._stop.set()
                return

    @property
    def gate(self) -> asyncio.Semaphore:
        """Give what keeps all of them from connecting at once."""
        return self._gate


class _Screen:
    """One screen: connects, joins, follows, and comes back for ever."""

    def __init__(self, room: _Room, auth: dict[str, Any], zone: str, *, is_board: bool = False) -> None:
        self._room, self._auth, self._zone, self._is_board = room, auth, zone, is_board
        self._follower = Follower()
        self.is_up = asyncio.Event()
        self._joining: asyncio.Task[None] | None = None
        self._socket: Socket | None = None

    async def live(self) -> None:
        while True:
            socket = self._socket = Socket(self._room.host, self._room.port, self._auth, self._hear)
            try:
                async with self._room.gate:
                    await socket.open()
                    await self._join(socket)
                self.is_up.set()
                await socket.closed.wait()
                self._room.figures.breaks += 1
            except Refused:
                return  # a visit that has ended, or a slip that was printed anew
            except ConnectionError:
                self._room.figures.breaks += 1
            finally:
                socket.close()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _join(self, socket: Socket) -> None:
        known = self._follower.epoch
        place = {"epoch": known, "seq": self._follower.seq} if known else {}
        answer = await socket.ask("join", place | ({"zone": self._zone} if self._zone else {}))
        if "epoch" in answer:
            self._follower.stand(answer["epoch"], answer["seq"])

    def _hear(self, frame: dict[str, Any]) -> None:
        figures = self._room.figures
        figures.frames += 1
        try:
            events = self._follower.news(frame)
        except Gap:
            if self._follower.epoch and self._socket:  # else the first join is on its way
                figures.gaps += 1
                self._joining = asyncio.create_task(self._join(self._socket))
            return
        if self._is_board:
            now = time.monotonic()
            for event in events:
                if event["type"] == "ticket_called":
                    figures.lit[event["seq"]] = now
