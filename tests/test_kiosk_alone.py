"""A kiosk without its server, all parts real: a server killed, a kiosk killed, slips read from the paper."""

import itertools
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygame
import pytest

from kiosk.own_series import SETTLE_SECONDS
from kiosk.printing.printer import PrinterState
from kiosk.printing.simulated import Simulator, TcpFace
from kiosk.printing.simulated_paper import Slip
from kiosk.scenes.choosing import Home
from kiosk.scenes.thanks import SETTLE_SECONDS as SETTLE
from kiosk.scenes.thanks import Thanks
from protocol.link import LinkDown
from protocol.words import HOUR
from server.register import Register
from tests.hall_process import ROOT, HallProcess
from tests.kiosk_hall import ISSUED, Notes, home, tap
from tests.slips import qr_codes
from tests.test_kiosk_window import SIZE, drawn, middle
from tests.virtual_screen import PATIENCE_SECONDS, VirtualScreen, wait
from ui.language import config_folder
from ui.loop import open_window
from ui.scene import Scene
from ui.text import TextEngine

pytestmark = pytest.mark.slow

CONNECTED = 2
"""So often the kiosk is connected: at first, and when the server is back."""

WELL = PrinterState("ok", (), "")


@dataclass
class Alone:
    """What a screen asks of the own series, where it can issue."""

    is_ready: bool = True
    is_settled: bool = True
    at: int = ISSUED["at"] + 24 * HOUR

    def now(self) -> int:
        """Give a time at which the hall is open."""
        return self.at


class Stage:
    """A hall, and a kiosk on a screen of its own that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Start everything but the kiosk."""
        (folder / "hall").mkdir()
        self.hall = HallProcess(folder / "hall", config_folder() / "halls" / "demo.toml").start()
        self.folder, self.engine = folder, TextEngine()
        self.token = Register(self.hall.data).add_device("entrance", "kiosk")
        self.system = self.hall.asker(Register(self.hall.data).add_device("test", "integration"))
        self.simulator = Simulator(folder / "slips")
        self.face = TcpFace(self.simulator).__enter__()
        self.slips = itertools.count(1)
        self.screen = VirtualScreen(*SIZE)
        self.sheet = open_window("sheet", SIZE, fullscreen=False)
        self.log = (folder / "kiosk.log").open("a")
        self.gone = 0.0
        self.program: subprocess.Popen[bytes] | None = None

    def start_kiosk(self) -> None:
        """Start the program, as a technician's script does."""
        words = ["-m", "kiosk", "--server", f"http://127.0.0.1:{self.hall.port}", "--token", self.token]
        own = {"XDG_STATE_HOME": str(self.folder / "state"), "PYTHONUNBUFFERED": "1"}
        self.program = subprocess.Popen(
            [sys.executable, *words, "--printer", self.face.url, "--fullscreen"],
            cwd=ROOT,
            env=self.screen.environment | own,
            stdout=self.log,
            stderr=self.log,
        )

    def kill_kiosk(self) -> None:
        """End it as a pulled plug would."""
        assert self.program
        self.program.kill()
        self.program.wait()

    def close(self) -> None:
        """End everything."""
        if self.program and self.program.poll() is None:
            self.program.send_signal(signal.SIGINT)
            assert self.program.wait(PATIENCE_SECONDS) == 0
        self.face.__exit__(None, None, None)
        self.hall.stop()
        self.screen.close()
        self.log.close()

    @property
    def told(self) -> str:
        """Give what the kiosk told its terminal."""
        return (self.folder / "kiosk.log").read_text()

    @property
    def journal(self) -> list[dict[str, Any]]:
        """Read the lines of the kiosk's journal."""
        [file] = (self.folder / "state").glob("novbe/novbe-kiosk-journals/*/journal")
        return [json.loads(line) for line in file.read_text().splitlines()]

    def first(self, *, is_away: bool) -> Home:
        """Give the first screen."""
        scene: Any = home(Notes(), size=SIZE).see(WELL)
        scene.known.counter.own = Alone()
        first = scene.see(LinkDown("x")) if is_away else scene
        assert isinstance(first, Home)
        return first

    def shows(self, scene: Scene) -> None:
        """Wait until the window shows this screen, to the pixel."""
        pixels = drawn(scene, self.sheet, self.engine)
        wait(lambda: self.screen.picture().tobytes() == pixels, what=f"the screen {type(scene).__name__}")

    def tap(self, scene: Scene, label: str) -> Scene:
        """Touch a button in the window; gives what the same touch makes of the scene."""
        self.screen.tap(*middle(scene, label))
        return tap(scene, label)

    def slip(self) -> Slip:
        """Give the next slip that comes out."""
        return self.simulator.wait_for_slip(next(self.slips), timeout_seconds=PATIENCE_SECONDS)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Read the events of a type from the log."""
        _, log = self.system.ask("GET", "/api/v1/events?since=0")
        return [event for event in log["events"] if event["type"] == kind]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Let a kiosk come into a hall."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SDL_VIDEODRIVER", "dummy")
        stage = Stage(tmp_path_factory.mktemp("alone"))
        stage.start_kiosk()
        try:
            yield stage
        finally:
            stage.close()
            pygame.display.quit()


def take(stage: Stage) -> None:
    """Touch English and a service, and take a ticket; the server is away for good."""
    wait(lambda: time.monotonic() > stage.gone + SETTLE_SECONDS)
    stage.shows(stage.first(is_away=True))
    stage.screen.tapped_at = time.monotonic()
    english = stage.tap(stage.first(is_away=True), "English")
    stage.shows(english)
    service = stage.tap(english, "Passport")
    stage.shows(service)
    stage.screen.tap(*middle(service, "Take a ticket"))


@pytest.mark.fault(number="T40")
def test_a_hall_whose_server_and_kiosk_are_both_killed_loses_nobody(stage: Stage) -> None:
    """Three tickets without a server, the kiosk killed before the second slip came: all are called."""
    wait(
        lambda: list((stage.folder / "state").glob("novbe/novbe-kiosk-journals/*/hall")),
        what="a number for the kiosk",
    )
    assert [event["kiosk"] for event in stage.of_type("kiosk_joined")] == [1]
    stage.shows(stage.first(is_away=False))
    [early] = stage.system.done("issue_ticket", service="passport")
    stage.hall.kill()
    stage.gone = time.monotonic()

    take(stage)
    slip = stage.slip()
    assert "A-K1-01" in slip.lines
    assert "You are called when the system is back." in slip.lines
    assert not qr_codes(slip.picture)
    stage.screen.tap(*done(stage, "A-K1-01"))

    stage.simulator.fault = "silent"
    take(stage)
    wait(lambda: len(stage.journal) == 2, what="the second line")
    stage.kill_kiosk()
    stage.simulator.fault = ""
    stage.start_kiosk()
    copy = stage.slip()
    while "A-K1-02" not in copy.lines or "COPY 1" not in copy.lines:
        copy = stage.slip()

    stage.gone = time.monotonic()
    take(stage)
    assert "A-K1-03" in stage.slip().lines

    began = time.monotonic()
    stage.hall.start()
    stage.system.close()
    ready = time.monotonic()
    wait(lambda: len(stage.of_type("ticket_issued")) == 4, what="the tickets in the log")
    print(f"ready after {ready - began:.1f} s, handed in {time.monotonic() - ready:.1f} s later")
    stage.shows(stage.first(is_away=False))  # the number has stood long enough
    proved(stage, early["ticket"])
    # A desk was opened, so the kiosk has read the hall anew; what that has of the journal fits.
    wait(lambda: stage.told.count("Connected to the hall.") > CONNECTED, what="the hall read anew")
    assert "is lost" not in stage.told


def done(stage: Stage, number: str) -> tuple[int, int]:
    """Give the place of the last button on the screen of a number, once it takes a touch."""
    shown = time.monotonic()
    wait(lambda: time.monotonic() > shown + 2 * SETTLE)
    scene = tap(stage.first(is_away=True), "English")
    assert isinstance(scene, Home)
    service = scene.hall.find("passport")
    assert service
    issued = {**ISSUED, "ticket": number, "day": "", "offline": True, "route": []}
    return middle(Thanks(scene.known, "en", service=service, issued=issued, slip="printed"), "Done")


def proved(stage: Stage, early: str) -> None:
    """Check the log: marked, in order, within bounds, explained, proved; and called by arrival."""
    tickets = stage.of_type("ticket_issued")
    assert [event["ticket"] for event in tickets] == [early, "A-K1-01", "A-K1-02", "A-K1-03"]
    lines, (_, *handed_in) = stage.journal, tickets
    assert [event["offline"]["signature"] for event in handed_in] == [line["signature"] for line in lines]
    assert [event["arrived_at"] for event in handed_in] == [line["at"] for line in lines]
    contact = tickets[0]["at"]
    assert all(contact < event["arrived_at"] < event["at"] for event in handed_in)
    told = stage.hall.command_line("explain", "A-K1-02").stdout
    assert "issued by kiosk 1 while the server was away" in told
    checked = stage.hall.command_line("verify")
    assert checked.returncode == 0, checked.stdout
    stage.system.done("open_desk", desk="1")
    [queues] = [
        desk["queues"] for desk in stage.system.ask("GET", "/api/v1/desks")[1] if desk["number"] == "1"
    ]
    assert "A" in queues
    called: list[str] = []
    while len(called) < 4:
        [event] = stage.system.done("call_next", desk="1")
        called.append(event["ticket"])
        stage.system.done("serve", desk="1", ticket=event["ticket"])
        stage.system.done("complete", desk="1", ticket=event["ticket"], outcome="served")
    assert called == [early, "A-K1-01", "A-K1-02", "A-K1-03"]
    board = stage.hall.get("/api/v1/board")[1]
    assert "A-K1-03" in json.dumps(board)
