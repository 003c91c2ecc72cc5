"""A kiosk's day in a real window: paired, out of paper, out of service, scanned, paused; all parts real."""

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pygame
import pytest

from kiosk.printing.printer import PrinterState, SlipOutcome
from kiosk.printing.simulated import Simulator, TcpFace
from kiosk.printing.status import SENTENCES
from kiosk.scenes.asking import TakeTicket
from kiosk.scenes.choosing import Home
from kiosk.scenes.helping import Helping
from kiosk.scenes.screen import Screen
from kiosk.scenes.staff import PinPad, Staff
from kiosk.scenes.start import Resting, first_screen
from kiosk.scenes.thanks import SETTLE_SECONDS, Thanks
from kiosk.scenes.visit import YourTurn
from kiosk.standstill import PRESETS
from protocol.link import Events
from protocol.pairing import PairingCode
from server.register import Register
from tests.hall_process import ROOT, Asker, HallProcess
from tests.kiosk_hall import Notes, home, tap
from tests.slips import qr_codes
from tests.test_kiosk_window import SIZE, drawn, middle
from tests.virtual_screen import PATIENCE_SECONDS, TREMBLE_SECONDS, VirtualScreen, wait
from ui.language import config_folder
from ui.loop import open_window
from ui.pairing import Pairing
from ui.scene import Scene
from ui.text import TextEngine

pytestmark = pytest.mark.slow

PIN = "2580"
WELL = PrinterState("ok", (), "")


class Stage:
    """A hall with its people, and a kiosk on a screen of its own; what it shows is compared by pixels."""

    def __init__(self, folder: Path) -> None:
        """Start everything but the kiosk."""
        (folder / "hall").mkdir()
        self.hall = HallProcess(folder / "hall", config_folder() / "halls" / "demo.toml").start()
        self.folder, self.engine = folder, TextEngine()
        self.server = f"http://127.0.0.1:{self.hall.port}"
        self.simulator = Simulator(folder / "slips")
        self.slips = itertools.count(1)
        self.screen = VirtualScreen(*SIZE)
        self.sheet = open_window("sheet", SIZE, fullscreen=False)
        self.manager, self.greeter = self._signed_in("manager"), self._signed_in("greeter")

    def _signed_in(self, role: str) -> Asker:
        """Give a person of this role."""
        person = {"name": role, "password": Register(self.hall.data).add_operator(role, role)}
        asker = self.hall.asker()
        status, said = asker.ask("POST", "/api/v1/session", person)
        assert status == 200, said
        return asker

    @property
    def told(self) -> str:
        """Give what the kiosk told its terminal."""
        return (self.folder / "kiosk.log").read_text()

    @contextmanager
    def kiosk(self) -> Iterator[None]:
        """Run a kiosk that has no token."""
        with TcpFace(self.simulator) as face, (self.folder / "kiosk.log").open("w") as log:
            words = ["-m", "kiosk", "--server", self.server, "--printer", face.url, "--fullscreen"]
            own = {"XDG_STATE_HOME": str(self.folder / "state"), "PYTHONUNBUFFERED": "1"}
            program = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.screen.environment | own,
                stdout=log,
                stderr=log,
            )
            yield
            program.send_signal(signal.SIGINT)
            assert program.wait(PATIENCE_SECONDS) == 0

    def shows(self, *scenes: Scene) -> Scene:
        """Wait until the window shows one of the scenes, to the pixel; gives it."""
        pixels = {drawn(scene, self.sheet, self.engine): scene for scene in scenes}
        name = type(scenes[0]).__name__
        wait(lambda: self.screen.picture().tobytes() in pixels, what=f"the screen {name}")
        self.screen.tapped_at = time.monotonic()  # a slow kiosk took the last touch just now
        return pixels[self.screen.picture().tobytes()]

    def tap(self, scene: Scene, label: str) -> Scene:
        """Touch a button in the window; gives what the same touch makes of the scene."""
        self.screen.tap(*middle(scene, label))
        return tap(scene, label)

    def let_in(self, after: str = "") -> str:
        """Read the code that is shown, and type it in as a manager does; gives the device's id."""
        wait(lambda: "types in " in self.told.removeprefix(after), what="a code")
        code = self.told.removeprefix(after).partition("types in ")[2][:7]
        self.shows(Pairing(PairingCode(code, self.server, "az"), behind=self.home))
        status, made = self.manager.ask("POST", "/api/v1/devices", {"code": code, "name": "entrance"})
        assert status == 200, made
        self.shows(self.home)
        return str(made["id"])

    @property
    def home(self) -> Screen:
        """Give the first screen as it is when all is well."""
        scene = home(Notes(), size=SIZE).see(WELL)
        assert isinstance(scene, Home)
        return scene

    @property
    def kiosks(self) -> list[dict[str, Any]]:
        """Give what the hall tells of its kiosks."""
        kiosks: list[dict[str, Any]] = self.manager.ask("GET", "/api/v1/kiosks")[1]
        return kiosks

    @property
    def english(self) -> Home:
        """Touch English on the first screen."""
        self.shows(self.home)
        scene = self.tap(self.home, "English")
        self.shows(scene)
        assert isinstance(scene, Home)
        return scene

    def xdotool(self, *words: str) -> None:
        """Move the pointer, or type."""
        subprocess.run(["xdotool", *words], env=self.screen.environment, check=True)

    def enter_staff(self, scene: Screen) -> Staff:
        """Hold the hall's name for three seconds, and enter the PIN."""
        x, y = scene._place(scene.known.layout.frame().hall).center
        wait(lambda: time.monotonic() > self.screen.tapped_at + TREMBLE_SECONDS)
        self.xdotool("mousemove", str(x), str(y), "mousedown", "1")
        pad: Scene = PinPad(scene.known, scene.language)
        self.shows(pad)
        self.xdotool("mouseup", "1")
        for key in PIN:
            pad = self.tap(pad, key)
            self.shows(pad)
        self.screen.tap(*middle(pad, "Enter"))
        staff = Staff(scene.known, scene.language)
        self.shows(staff)
        return staff

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Read the events of a type from the log."""
        _, log = self.manager.ask("GET", "/api/v1/events?since=0")
        return [event for event in log["events"] if event["type"] == kind]

    def lines(self) -> list[str]:
        """Give the lines of the next slip that comes out."""
        return self.simulator.wait_for_slip(next(self.slips), timeout_seconds=PATIENCE_SECONDS).lines


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Pair a kiosk that was started without a token."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SDL_VIDEODRIVER", "dummy")
        stage = Stage(tmp_path_factory.mktemp("day"))
        with stage.kiosk():
            stage.let_in()
            yield stage
        stage.hall.stop()
        stage.screen.close()
        pygame.display.quit()


def test_a_kiosk_is_in_the_hall_within_a_minute_of_its_start(stage: Stage) -> None:
    """Here after its token was revoked: another code, typed in, and the first screen is back."""
    [device] = [each for each in stage.manager.ask("GET", "/api/v1/devices")[1] if each["name"] == "entrance"]
    begun, told = time.monotonic(), stage.told
    assert stage.manager.ask("DELETE", f"/api/v1/devices/{device['id']}")[0] == 204
    stage.let_in(after=told)
    assert time.monotonic() - begun < 60
    [file] = (stage.folder / "state" / "novbe").glob("*.token")
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(file) in stage.told


def test_a_slip_that_may_not_have_come_is_asked_for_and_copied(stage: Stage) -> None:
    """A printer that went silent: no, it did not come out; then a copy does, with the same number."""
    service = stage.tap(stage.english, "Passport")
    stage.shows(service)
    stage.simulator.fault = "silent"
    stage.screen.tap(*middle(service, "Take a ticket"))
    wait(lambda: stage.of_type("slip_printed"))
    [issued] = stage.of_type("ticket_issued")
    no = middle(thanks(service, issued, slip="unconfirmed"), "No")
    stage.simulator.fault = ""
    shown = time.monotonic()
    wait(lambda: time.monotonic() > shown + 2 * SETTLE_SECONDS)
    stage.screen.tap(*no)
    slip = stage.lines()
    while "COPY 1" not in slip:
        slip = stage.lines()
    assert issued["ticket"] in slip
    [copied] = stage.of_type("slip_reprinted")
    assert (copied["ticket"], copied["copies"]) == (issued["ticket"], 1)
    wait(lambda: [each["outcome"] for each in stage.of_type("slip_printed")] == ["unconfirmed", "printed"])
    shown = time.monotonic()
    wait(lambda: time.monotonic() > shown + 2 * SETTLE_SECONDS)
    stage.screen.tap(*middle(thanks(service, issued, slip="printed"), "Done"))
    stage.shows(stage.home)


def thanks(service: Scene, issued: dict[str, Any], slip: str) -> Thanks:
    """Give the screen of a ticket just issued."""
    assert isinstance(service, TakeTicket)
    told = issued | {"token": "a-token"}
    return Thanks(service.known, service.language, service=service.service, issued=told, slip=slip)


def test_a_greeters_slip_comes_out_here_and_a_scanned_one_is_told_of(stage: Stage) -> None:
    """Issued elsewhere and printed here; its code, typed by a scanner, shows the visitor's place."""
    [device] = [kiosk["device"] for kiosk in stage.kiosks if kiosk["id"] == "entrance"]
    fields = {"service": "residence-permit", "language": "en", "print_at": device}
    [issued] = stage.greeter.done("issue_ticket", **fields)
    slip = stage.simulator.wait_for_slip(next(stage.slips), timeout_seconds=PATIENCE_SECONDS)
    assert issued["ticket"] in slip.lines
    [page] = qr_codes(slip.picture)
    known, visit = stage.english.known, f"/api/v1/visits/{issued['token']}"
    before = YourTurn(known, "en", told=stage.hall.get(visit)[1])
    stage.xdotool("type", "--delay", "2", page)
    stage.xdotool("key", "Return")
    # The kiosk asked at some time between the two: a minute may have gone by.
    turn = stage.shows(before, YourTurn(known, "en", told=stage.hall.get(visit)[1]))
    stage.tap(turn, "Done")
    stage.shows(stage.home)


def test_help_is_called_and_somebody_comes(stage: Stage) -> None:
    """The kiosk says so as soon as a greeter has answered."""
    scene = stage.english
    called = stage.tap(scene, "Call for help")
    assert isinstance(called, Helping)
    stage.shows(called)
    wait(lambda: stage.of_type("help_requested"))
    [request] = stage.of_type("help_requested")
    stage.greeter.done("answer_help", request=request["seq"])
    coming = replace(called, is_coming=True)
    stage.shows(coming)
    stage.tap(coming, "Done")
    stage.shows(stage.home)


def test_a_pause_is_told_before_a_touch(stage: Stage) -> None:
    """In the visitor's language, with the hall's own words; afterwards tickets are given again."""
    scene = stage.english
    pause = {"kind": "emergency", "text": {"en": "Fire drill: please leave by the nearest door."}}
    stage.manager.done("pause_hall", **pause)
    paused = {"type": "hall_paused", "kind": "emergency", "texts": pause["text"]}
    stage.shows(scene.see(Events([paused])))
    stage.manager.done("resume_hall")
    stage.shows(scene)
    stage.tap(scene, "Azərbaycan")
    stage.shows(stage.home)


def test_the_staff_change_the_roll_and_take_the_kiosk_out_of_service(stage: Stage) -> None:
    """Behind a PIN; the hall knows it at once, and the kiosk still when its program was started anew."""
    assert stage.manager.ask("PUT", "/api/v1/staff-pin", {"pin": PIN})[0] == 204
    staff: Scene = stage.enter_staff(stage.english)
    stage.simulator.fault = "paper-out"
    stage.tap(staff, "The roll was changed")
    empty = staff.see(PrinterState("fault", ("paper_out",), SENTENCES["paper_out"]))
    stage.shows(empty)
    stage.simulator.fault = ""
    stage.tap(empty, "The roll was changed")
    stage.shows(staff)
    stage.tap(staff, "Test print")
    assert "TEST" in stage.lines()
    tested = staff.see(SlipOutcome("TEST", "", "printed", ""))
    stage.shows(tested)
    choice = stage.tap(tested, "Take out of service")
    stage.shows(choice)
    resting = stage.tap(choice, PRESETS["cleaning"])
    stage.shows(resting)
    wait(lambda: [kiosk["why"] for kiosk in stage.kiosks if kiosk["id"] == "entrance"] == ["out_of_service"])
    assert isinstance(resting, Resting)
    stage.screen.tap(*middle(stage.enter_staff(resting), "Restart the program"))
    stage.shows(first_screen(resting.known))
    assert "The kiosk starts anew." in stage.told
