"""``python -m server.demonstration``: a hall to try: server, simulated visitors and operators, kiosk, boards.

What ``make run`` starts. The hall's clock is driven by the simulation, so that it opens in mid-morning at any
hour, and may run faster than the wall. Everything it keeps is in one folder, so that the next run goes on
with the same hall. The programs run as processes of their own, exactly as a technician would start them; a
window that is closed or cannot open ends nothing. A server or a simulation that falls is started again, as a
technician's service manager would.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from protocol.hall import Hall
from server.demo import STARTED_AGAIN
from server.hallfile import load_hall
from server.passwords import digest
from server.refusals import NameTaken
from server.register import LINK_MINUTES, Register
from ui.language import config_folder
from ui.text import NoFont, shaping_problem

OPERATOR = "demonstration"
ROLE = "manager"
"""It may open a desk, and run the hall besides."""

READY_SECONDS = 60
GOODBYE_SECONDS = 10
FIRST_PAUSE_SECONDS = 3.0
STEADY_SECONDS = 20.0
"""A server that ran for so long fell by something new: it is started again soon."""
MOST_FALLS = 5
"""After so many falls one after another the server is not started again."""

LOOK_SECONDS = 0.25
MID_MORNING = "10:30"
SIMULATOR = "simulator"

_ADDRESS = re.compile(r"http://[\w.]+:\d+")
_STANDS = re.compile(r"The hall stands at \d\d:\d\d\.")

Process = subprocess.Popen[bytes]


class CannotStart(Exception):  # noqa: N818 - said to a person, as a sentence
    """The hall does not open; the sentence says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Open the hall and keep it open until Ctrl-C; 0 ended by a person, 1 could not start or fell."""
    parser = argparse.ArgumentParser(prog="python -m server.demonstration", description="A hall to try.")
    parser.add_argument("--folder", type=Path, default=Path("run"), help="where it is kept (default: run)")
    parser.add_argument("--port", type=int, default=8000, help="where it listens (default: 8000; 0: any)")
    parser.add_argument(
        "--link", action="store_true", help="print a new link to the hall that is open, and end"
    )
    asked = parser.parse_args(arguments)
    folder = asked.folder.resolve()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    with contextlib.ExitStack() as programs:
        try:
            if asked.link:
                print(link(folder))
                return 0
            open_hall(folder, asked.port, programs)
        except CannotStart as reason:
            print(reason, flush=True)
            return 1
        except KeyboardInterrupt:
            print("\nThe hall closes.", flush=True)
            return 0
    return 1


def open_hall(folder: Path, port: int, programs: contextlib.ExitStack) -> None:
    """Start the server, its visitors and the windows, each ended with ``programs``; raises CannotStart."""
    port = usable_port(port)
    folder.mkdir(parents=True, exist_ok=True)
    hall_file, is_new = demonstration_hall(folder, port), not address_file(folder).exists()
    hall = load_hall(hall_file)
    run = ["server", "run", "--hall", str(hall_file), "--data", str(folder / "data"), "--port", str(port)]
    server = attend("server", [*run, "--clock", "driven"], folder / "server.log", _ADDRESS, programs)
    address = server.wait()
    address_file(folder).write_text(address)
    tokens = make_tokens(folder, hall)
    play = play_command(address, tokens.pop(SIMULATOR), hall)
    visitors = attend("simulation", play, folder / "simulator.log", _STANDS, programs)
    passes = "A morning passes in the hall: visitors come, operators serve…"
    print(passes if is_new else "The hall goes on where it stood…", flush=True)
    print(visitors.wait(), flush=True)
    tell(folder)
    if has_screen():
        for name, window in window_commands(address, folder, tokens).items():
            start(window, folder / f"{name}.log", programs)
        print(
            "The kiosk and the boards open in windows too; the kiosk's slips are pictures in",
            folder / "slips",
        )
    print("The hall is open until Ctrl-C.", flush=True)
    while True:
        server.look()
        visitors.look()
        time.sleep(LOOK_SECONDS)


def attend(
    name: str, command: list[str], log: Path, ready: re.Pattern[str], programs: contextlib.ExitStack
) -> "Attended":
    """Start a program that is started again when it falls, and ended when ``programs`` closes."""
    return Attended(name, log, ready, lambda: start(command, log, programs, {STARTED_AGAIN: "1"}))


def play_command(address: str, token: str, hall: Hall) -> list[str]:
    """Give what plays the hall's day without end, from mid-morning on, as fast as the page says."""
    today = datetime.now(ZoneInfo(hall.hall.time_zone)).date()
    demand = config_folder() / "demands" / "demo.toml"
    command = ["simulator", "day", "--server", address, "--token", token, "--demand", str(demand)]
    return [*command, "--day", str(today), "--from", MID_MORNING, "--speed", "hall", "--days", "0"]


class Attended:
    """A program that is started again whenever it falls, later from fall to fall."""

    def __init__(self, name: str, log: Path, ready: re.Pattern[str], run: Callable[[], Process]) -> None:
        """Start it with ``run``, with a new log; it is ready when ``ready`` is found there."""
        self.name, self.log = name, log
        self._ready, self._run = ready, run
        self._falls, self._due = 0, 0.0
        self.log.unlink(missing_ok=True)
        self._start()

    def _start(self) -> None:
        self._written = self.log.stat().st_size if self.log.exists() else 0
        self._process = self._run()
        self._began, self._is_back = time.monotonic(), False

    def wait(self) -> str:
        """Give what it says when it is ready for the first time; raises CannotStart if it never is."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            has_ended, said = self._process.poll() is not None, self._said()
            if found := self._ready.search(said):
                self._is_back = True
                return found.group()
            if has_ended or time.monotonic() > deadline:
                raise CannotStart(said.strip() or f"The {self.name} says nothing: see {self.log}")
            time.sleep(0.05)

    def look(self) -> None:
        """Start it again if it has fallen and its pause is over; raises CannotStart for good."""
        if self._due:
            if time.monotonic() >= self._due:
                self._due = 0.0
                self._start()
            return
        status = self._process.poll()
        if not self._is_back and self._ready.search(self._said()):
            self._is_back = True
            print(f"The {self.name} is back, and goes on where it stood.", flush=True)
        if status is not None:
            self._has_fallen(status)

    def _said(self) -> str:
        """Give what it has said since its last start."""
        return self.log.read_bytes()[self._written :].decode(errors="replace")

    def _has_fallen(self, status: int) -> None:
        was_steady = time.monotonic() - self._began > STEADY_SECONDS
        self._falls = 1 if was_steady else self._falls + 1
        if self._falls > MOST_FALLS:
            raise CannotStart(f"The {self.name} fell {self._falls} times one after another: see {self.log}")
        pause = FIRST_PAUSE_SECONDS * 2 ** (self._falls - 1)
        self._due = time.monotonic() + pause
        print(
            f"The {self.name} fell ({ending(status)}). It is started again in {pause:.0f} seconds.",
            flush=True,
        )


def ending(status: int) -> str:
    """Say how a process ended."""
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"


def usable_port(port: int) -> int:
    """Give the port, or a free one for 0; raises CannotStart when somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            sentence = (
                f"Port {port} is in use: end the program that listens there (another hall?), "
                f"or choose another port with: {sys.executable} -m server.demonstration --port {port + 1}"
            )
            raise CannotStart(sentence) from taken
        return int(probe.getsockname()[1])


def demonstration_hall(folder: Path, port: int) -> Path:
    """Give the hall's file; where the port is not its own, one that sends its visitors' phones there."""
    demo = config_folder() / "halls" / "demo.toml"
    address = f"http://127.0.0.1:{port}"
    if load_hall(demo).hall.public_url == address:
        return demo
    here = folder / "hall.toml"
    here.write_text(f'extends = "{demo}"\n\n[hall]\npublic_url = "{address}"\n', encoding="utf-8")
    return here


def address_file(folder: Path) -> Path:
    """Give where the address of the hall is kept, for a later link."""
    return folder / "address"


def link(folder: Path) -> str:
    """Make a link that opens the demonstration once; raises CannotStart where no hall was ever opened."""
    file = address_file(folder)
    if not file.exists():
        raise CannotStart(f"No hall was opened in {folder} yet: open one with: make run")
    register = Register(folder / "data")
    with contextlib.suppress(NameTaken):
        register.add_operator(OPERATOR, ROLE)
    return f"{file.read_text()}/demo?key={register.add_link(OPERATOR, '/demo')}"


def make_tokens(folder: Path, hall: Hall) -> dict[str, str]:
    """Give tokens for the simulation, a kiosk and the boards of each zone; they are kept for the next run."""
    file, register = folder / "tokens.json", Register(folder / "data")
    tokens = json.loads(file.read_text()) if file.exists() else {}
    known = set(register.book().devices)
    places = {"kiosk": hall.kiosk[0].id if hall.kiosk else "kiosk"}
    for name in [SIMULATOR, "kiosk", *(f"board-{zone.id}" for zone in hall.zone)]:
        if digest(tokens.get(name, "")) not in known:
            role = "integration" if name == SIMULATOR else name.partition("-")[0]
            tokens[name] = register.add_device(places.get(name, name), role)
    file.touch(mode=0o600)
    file.write_text(json.dumps(tokens, indent=2))
    return tokens


def start(
    command: list[str], log: Path, programs: contextlib.ExitStack, environment: dict[str, str] | None = None
) -> Process:
    """Start a program in a session of its own, so that Ctrl-C reaches it through us alone."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", *command],
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=os.environ | (environment or {}),
        )
    programs.callback(end, process)
    return process


def end(process: Process) -> None:
    """Ask a program to end, and insist after a while."""
    process.terminate()
    try:
        process.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def window_commands(address: str, folder: Path, tokens: dict[str, str]) -> dict[str, list[str]]:
    """Give what opens the kiosk and a board for each zone, as arguments of ``python -m``."""
    commands = {}
    for name, token in tokens.items():
        program, _, zone = name.partition("-")
        join = ["--server", address, "--token", token]
        if program == "kiosk":
            commands[name] = ["kiosk", *join, "--printer", f"simulated://{folder / 'slips'}"]
        else:
            commands[name] = ["display", *join, "--zone", zone]
    return commands


def has_screen() -> bool:
    """Say whether a window can open here."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def tell(folder: Path) -> None:
    """Give the link that tells the whole story, and say what this machine cannot do."""
    print(
        f"Open this in a browser; it signs you in, once, within {LINK_MINUTES} minutes:\n\n  {link(folder)}\n"
    )
    print(
        f"For a new link, in another terminal: make link (or {sys.executable} -m server.demonstration --link)"
    )
    for missing in missing_parts():
        print(missing)


def missing_parts() -> list[str]:
    """List, a sentence each, what does not work on this machine and what to install for it."""
    sentences = []
    try:
        problem = shaping_problem()
    except NoFont as no_font:
        problem = str(no_font)
    if problem:
        sentences.append(f"Not here: {problem}")
    if shutil.which("espeak-ng") is None:
        sentences.append("Not here: the boards do not speak. Install the package espeak-ng for that.")
    return sentences


if __name__ == "__main__":
    sys.exit(main())
