"""The board as a program against a real server: breaks are survived, the window and the sound are real."""

import queue
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pygame
import pytest

from display.__main__ import Program, main
from display.facts import HallFacts
from display.notice_wording import pages
from display.screen import BoardScene
from display.settings import Settings
from protocol.link import Events, Link, LinkDown, LinkUp, Snapshot
from server.register import Register
from tests.hall_process import ROOT, HallProcess
from tests.virtual_screen import PATIENCE_SECONDS, VirtualScreen, wait
from ui.pairing import Pairing
from ui.text import Colour
from ui.theme import load_theme


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[HallProcess]:
    """Run the demonstration hall."""
    data = tmp_path / "data"
    data.mkdir()
    process = HallProcess(data, ROOT / "config" / "halls" / "demo.toml").start()
    yield process
    process.stop()


class Caller:
    """Issues tickets and calls them, as an integration that holds every desk it needs."""

    def __init__(self, hall: HallProcess) -> None:
        """Get a token."""
        self.hall = hall
        self.asker = hall.asker(hall.token("integration", "caller"))

    def hang_up(self) -> None:
        """Leave the connection; the next command opens another."""
        if self.asker._connection:
            self.asker._connection.close()
        self.asker = self.hall.asker(self.asker.token)

    def call(self, desk: str = "1", service: str = "passport") -> str:
        """Issue a ticket and call it; gives its number."""
        self.asker.done("open_desk", desk=desk)
        self.asker.done("issue_ticket", service=service, language="ru")
        return str(self.asker.done("call_next", desk=desk)[0]["ticket"])

    def reports(self) -> list[tuple[str, str]]:
        """Give what devices reported: kind and state."""
        _, told = self.asker.ask("GET", "/api/v1/events?since=0")
        reports = [event for event in told["events"] if event["type"] == "device_reported"]
        return [(event["kind"], event["state"]) for event in reports]

    def serve(self, ticket: str, desk: str = "1") -> None:
        """Let the visitor come and go."""
        self.asker.done("serve", desk=desk, ticket=ticket)
        self.asker.done("complete", desk=desk, ticket=ticket, outcome="served")


@pytest.fixture
def caller(hall: HallProcess) -> Iterator[Caller]:
    """Give somebody who calls tickets."""
    one = Caller(hall)
    yield one
    one.hang_up()


class Follower:
    """A board without a window: what the link posts, folded as screen and voice do."""

    def __init__(self, hall: HallProcess, zone: str = "") -> None:
        """Follow the hall."""
        self.inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.scene = BoardScene(Settings(zone=zone), lambda _: True)
        self.snapshots = 0
        self.spoken: list[str] = []
        server = f"http://127.0.0.1:{hall.port}"
        self.link = Link(server, hall.token("board", f"board-{zone}"), self.inbox.put, zone=zone)
        self.link.start()

    def wait_for(self, condition: Callable[["BoardScene"], bool]) -> None:
        """Take messages until the board is so."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition(self.scene):
            message = self.inbox.get(timeout=max(0.01, deadline - time.monotonic()))
            assert isinstance(message, Snapshot | Events | LinkUp | LinkDown)
            self.snapshots += isinstance(message, Snapshot)
            before, self.scene = self.scene.board, self.scene.see(message)
            self.spoken += [call.number for call in self.scene.board.new_since(before)]

    def wait_for_calls(self, *numbers: str) -> None:
        """Wait until exactly these are called, newest first."""
        self.wait_for(lambda scene: [call.number for call in scene.board.now] == list(numbers))


@pytest.fixture
def follow_hall(hall: HallProcess) -> Iterator[Callable[..., Follower]]:
    """Give the way to follow the hall."""
    boards: list[Follower] = []

    def begin(zone: str = "") -> Follower:
        boards.append(Follower(hall, zone))
        return boards[-1]

    yield begin
    for board in boards:
        board.link.close()


def test_a_board_follows_the_hall_over_every_break(
    hall: HallProcess, caller: Caller, follow_hall: Callable[..., Follower]
) -> None:
    """A killed server, calls unheard meanwhile, another history: the board says so and catches up."""
    board = follow_hall()
    board.wait_for(lambda scene: scene.is_linked)
    first = caller.call()
    board.wait_for_calls(first)
    (call,) = board.scene.board.now
    assert (call.desk, call.language) == ("1", "ru")
    hall.kill()
    board.wait_for(lambda scene: bool(scene.lost_at))
    assert [each.number for each in board.scene.board.now] == [first], "what was called is still shown"
    hall.start()
    caller.hang_up()
    caller.serve(first)
    second = caller.call()
    board.wait_for_calls(second)
    board.wait_for(lambda scene: scene.is_linked and not scene.lost_at)
    assert [each.number for each in board.scene.board.recent] == [first]
    assert board.spoken == [first, second], "nothing is spoken twice over a break"
    hall.kill()
    for file in (*hall.data.glob("hall.db*"), hall.data / "end"):
        file.unlink()
    shutil.rmtree(hall.data / "snapshots", ignore_errors=True)
    hall.start()
    board.wait_for_calls()
    assert board.snapshots == 2, "another epoch is another history"
    assert board.scene.board.recent == ()


def test_a_board_of_a_zone_shows_that_zone(
    hall: HallProcess, caller: Caller, follow_hall: Callable[..., Follower]
) -> None:
    """Calls of the other zone are neither shown nor spoken there; a board of all zones has both."""
    west, everywhere = follow_hall("west"), follow_hall()
    west.wait_for(lambda scene: scene.is_linked)
    everywhere.wait_for(lambda scene: scene.is_linked)
    east = caller.call("1", "passport")
    there = caller.call("8", service_of(hall, "E"))
    everywhere.wait_for_calls(there, east)
    west.wait_for_calls(there)
    assert west.spoken == [there]


def test_a_late_board_shows_what_the_others_show(
    caller: Caller, follow_hall: Callable[..., Follower]
) -> None:
    """The snapshot and the events say the same, to the language and the time of each call."""
    early = follow_hall()
    early.wait_for(lambda scene: scene.is_linked)
    first = caller.call("1")
    caller.asker.done("recall", desk="1", ticket=first)
    second = caller.call("2")
    caller.serve(second, "2")
    third = caller.call("2")
    early.wait_for_calls(third, first)
    late = follow_hall()
    late.wait_for_calls(third, first)
    assert late.scene.board.now == early.scene.board.now
    assert [call.number for call in late.scene.board.recent] == [second]


def test_a_late_board_tells_what_the_others_tell(
    caller: Caller, follow_hall: Callable[..., Follower]
) -> None:
    """Pauses, texts, withdrawn numbers and suspended services: heard as they come, or read afterwards."""
    early, ask = follow_hall(), caller.asker
    early.wait_for(lambda scene: scene.is_linked)
    ask.done("open_desk", desk="1")
    ask.done("issue_ticket", service="passport")
    ask.done("suspend_service", service="passport", reason="system-down", waiting="cancel")
    ask.done("announce", text={"en": "The last bus leaves at six."})
    ask.done("pause_hall", kind="outage")
    ask.done("pause_hall", kind="break", text="Prayer until two.")
    early.wait_for(lambda scene: scene.notices.pause is not None and scene.notices.pause.kind == "break")
    late = follow_hall()
    late.wait_for(lambda scene: scene.is_linked)
    assert late.scene.notices == early.scene.notices
    told = [page.text for page in pages(late.scene.notices, HallFacts(), ["az", "en"])]
    assert told[0] == "Prayer until two."
    assert "The last bus leaves at six." in told
    assert late.scene.notices.suspended == (("passport", "system-down"),)
    assert len(late.scene.notices.withdrawn) == 1


def test_a_hall_configured_anew_is_shown_anew(
    hall: HallProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program reads its hall again when the hall says that it was configured."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    server, settings = f"http://127.0.0.1:{hall.port}", Settings(voice=False)
    program = Program(server, hall.token("board", "b"), settings)

    def name() -> str:
        program._loop.step(0.01)
        facts = program._loop.scene.facts  # type: ignore[attr-defined]
        return str(facts.names["en"]) if facts else ""

    program._link.start()
    try:
        wait(lambda: name() == "Demonstration service hall")
        hall.stop()
        changed = tmp_path / "changed.toml"
        changed.write_text(hall.hall.read_text("utf-8").replace("Demonstration service hall", "Another name"))
        hall.hall = changed
        hall.start()
        wait(lambda: name() == "Another name")
    finally:
        program._link.close()
        pygame.display.quit()


def test_a_board_without_a_token_is_let_in_by_its_code(
    hall: HallProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows a code, goes on by itself once a manager has typed it in, and needs none the next time."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    name, password = "manager", Register(hall.data).add_operator("manager", "manager")
    manager = hall.asker()
    manager.ask("POST", "/api/v1/session", {"name": name, "password": password})
    for visit in ("first", "second"):
        program = Program(f"http://127.0.0.1:{hall.port}", "", Settings(voice=False))
        program._link.start()
        try:
            if visit == "first":
                code = wait_for_code(program)
                status, told = manager.ask("POST", "/api/v1/devices", {"code": code, "name": "East board"})
                assert status == 200, told
            wait(partial(is_in_service, program))
        finally:
            program._link.close()
            pygame.display.quit()


def wait_for_code(program: Program) -> str:
    """Wait until the program shows a pairing code."""

    def code() -> str:
        program._loop.step(0.01)
        scene = program._loop.scene
        return scene.shown.code if isinstance(scene, Pairing) else ""

    wait(code)
    return code()


def is_in_service(program: Program) -> bool:
    """Tell whether the board follows the hall, after one more step."""
    program._loop.step(0.01)
    scene = program._loop.scene
    return isinstance(scene, BoardScene) and scene.is_linked and scene.facts is not None


def service_of(hall: HallProcess, queue_id: str) -> str:
    """Find a service of a queue."""

    def leaves(nodes: list[dict[str, object]]) -> Iterator[dict[str, object]]:
        for node in nodes:
            yield from leaves(node.get("children") or [])  # type: ignore[arg-type]
            yield node

    _, told = hall.get("/api/v1/hall")
    return next(str(node["id"]) for node in leaves(told["services"]) if node.get("queue") == queue_id)


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    """Run a virtual screen."""
    screen = VirtualScreen()
    yield screen
    screen.close()


def has(screen: VirtualScreen, *colours: Colour) -> bool:
    """Tell whether an area of the screen, more than some letters, has one of these colours."""
    pixels = np.asarray(screen.picture().convert("RGB")).reshape(-1, 3)
    return any((pixels == colour).all(axis=1).mean() > 0.02 for colour in colours)


@pytest.mark.slow
def test_the_program_shows_and_speaks_a_call(
    hall: HallProcess, caller: Caller, screen: VirtualScreen, tmp_path: Path
) -> None:
    """In a real window: a call lights up and is heard; a dead server and an emergency are told in red."""
    sound, theme = tmp_path / "sound.raw", load_theme()
    command = [sys.executable, "-m", "display", "--server", f"http://127.0.0.1:{hall.port}"]
    command += ["--token", hall.token("board", "window"), "--zone", "east"]
    environment = screen.environment | {"SDL_AUDIODRIVER": "disk"}
    environment |= {"SDL_DISKAUDIOFILE": str(sound), "SDL_DISKAUDIODELAY": "5"}
    program = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait(lambda: has(screen, theme.ground))
        assert not has(screen, theme.call, theme.flash)
        caller.call()
        wait(lambda: has(screen, theme.call, theme.flash))
        wait(lambda: bool(np.frombuffer(sound.read_bytes()[: sound.stat().st_size // 2 * 2], np.int16).any()))
        wait(lambda: ("voice", "ok") in caller.reports())
        hall.kill()
        wait(lambda: has(screen, theme.warning))
        assert has(screen, theme.call, theme.flash)
        hall.start()
        wait(lambda: not has(screen, theme.warning))
        caller.hang_up()
        caller.asker.done("pause_hall", kind="emergency")
        wait(lambda: has(screen, theme.warning) and not has(screen, theme.call, theme.flash))
        caller.asker.done("resume_hall")
        wait(lambda: has(screen, theme.call, theme.flash) and not has(screen, theme.warning))
    finally:
        program.terminate()
        program.wait(10)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["--settings", "/nowhere.toml"], "/nowhere.toml cannot be read", id="no settings file"),
        pytest.param([], "No window can be opened", id="no screen"),
    ],
)
def test_what_keeps_a_board_from_starting_is_one_sentence(
    words: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 1, and no traceback."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "no-such-driver")
    assert main(["--server", "http://127.0.0.1:9", "--token", "t", *words]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("novbe-display: ")
    assert sentence in line


def test_wrong_usage_is_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    """An address that is none is told with the usage."""
    with pytest.raises(SystemExit) as ended:
        main(["--server", "127.0.0.1:8000", "--token", "t"])
    assert ended.value.code == 2
    assert "http://127.0.0.1:8000" in capsys.readouterr().err
