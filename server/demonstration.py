"""``python -m server.demonstration``: a hall to try: server, kiosk, boards and a simulated printer.

What ``make run`` starts. Everything it keeps is in one folder, so that the next run goes on with the same
hall. The programs run as processes of their own, exactly as a technician would start them; only the server
is needed for a hall, so a window that is closed or cannot open ends nothing. A server that falls is started
again, as a technician's service manager would.
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
from pathlib import Path

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

_ADDRESS = re.compile(r"http://[\w.]+:\d+")

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
    """Start the server and the windows, each ended when ``programs`` closes; raises CannotStart."""
    port = usable_port(port)
    folder.mkdir(parents=True, exist_ok=True)
    hall_file, data, log = demonstration_hall(folder, port), folder / "data", folder / "server.log"
    command = ["server", "run", "--hall", str(hall_file), "--data", str(data), "--port", str(port)]
    log.unlink(missing_ok=True)
    server = start(command, log, programs, {STARTED_AGAIN: "1"})
    address = wait_for_address(server, log)
    address_file(folder).write_text(address)
    tell(folder)
    if has_screen():
        tokens = make_tokens(folder, load_hall(hall_file))
        for name, window in window_commands(address, folder, tokens).items():
            start(window, folder / f"{name}.log", programs)
        print(
            "The kiosk and the boards open in windows too; the kiosk's slips are pictures in",
            folder / "slips",
        )
    print("The hall is open until Ctrl-C.", flush=True)
    attend(server, lambda: start(command, log, programs, {STARTED_AGAIN: "1"}), log)


def attend(server: Process, start_again: Callable[[], Process], log: Path) -> None:
    """Start the server again whenever it falls, later from fall to fall; raises CannotStart for good."""
    falls = 0
    while True:
        began = time.monotonic()
        status = server.wait()
        falls = 1 if time.monotonic() - began > STEADY_SECONDS else falls + 1
        if falls > MOST_FALLS:
            raise CannotStart(f"The server fell {falls} times one after another: see {log}")
        pause = FIRST_PAUSE_SECONDS * 2 ** (falls - 1)
        print(f"The server fell ({ending(status)}). It is started again in {pause:.0f} seconds.", flush=True)
        time.sleep(pause)
        written = log.stat().st_size
        server = start_again()
        wait_for_address(server, log, written)
        print("The server is back, with everything that it had said.", flush=True)


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
    """Give a token for a kiosk and one for the boards of each zone; they are kept for the next run."""
    file, register = folder / "tokens.json", Register(folder / "data")
    tokens = json.loads(file.read_text()) if file.exists() else {}
    known = set(register.book().devices)
    places = {"kiosk": hall.kiosk[0].id if hall.kiosk else "kiosk"}
    for name in ["kiosk", *(f"board-{zone.id}" for zone in hall.zone)]:
        if digest(tokens.get(name, "")) not in known:
            tokens[name] = register.add_device(places.get(name, name), name.partition("-")[0])
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


def wait_for_address(server: Process, log: Path, since: int = 0) -> str:
    """Give the address that the server says, after so many bytes of its log; raises CannotStart if none."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        has_ended, said = server.poll() is not None, log.read_bytes()[since:].decode(errors="replace")
        if found := _ADDRESS.search(said):
            return found.group()
        if has_ended or time.monotonic() > deadline:
            raise CannotStart(said.strip() or f"The server says nothing: see {log}")
        time.sleep(0.05)


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
