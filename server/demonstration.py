"""``python -m server.demonstration``: a hall to try: server, kiosk, boards and a simulated printer.

What ``make run`` starts. Everything it keeps is in one folder, so that the next run goes on with the same
hall. The programs run as processes of their own, exactly as a technician would start them; only the server
is needed for a hall, so a window that is closed or cannot open ends nothing.
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
from pathlib import Path

from server.hallfile import load_hall
from ui.language import config_folder
from ui.text import NoFont, shaping_problem

OPERATOR = "operator"
READY_SECONDS = 60
GOODBYE_SECONDS = 10

_ADDRESS = re.compile(r"http://[\w.]+:\d+")


class CannotStart(Exception):  # noqa: N818 - said to a person, as a sentence
    """The hall does not open; the sentence says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Open the hall and keep it open until Ctrl-C; 0 ended by a person, 1 could not start or fell."""
    parser = argparse.ArgumentParser(prog="python -m server.demonstration", description="A hall to try.")
    parser.add_argument("--folder", type=Path, default=Path("run"), help="where it is kept (default: run)")
    parser.add_argument("--port", type=int, default=8000, help="where it listens (default: 8000; 0: any)")
    asked = parser.parse_args(arguments)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    with contextlib.ExitStack() as programs:
        try:
            server, address = open_hall(asked.folder.resolve(), asked.port, programs)
            print("The hall is open until Ctrl-C.", flush=True)
            server.wait()
        except CannotStart as reason:
            print(reason, flush=True)
            return 1
        except KeyboardInterrupt:
            print("\nThe hall closes.", flush=True)
            return 0
        print(f"The server at {address} ended by itself: see {asked.folder}/server.log", flush=True)
        return 1


def open_hall(folder: Path, port: int, programs: contextlib.ExitStack) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server and the windows; each is ended when ``programs`` closes."""
    port = usable_port(port)
    folder.mkdir(parents=True, exist_ok=True)
    hall_file = demonstration_hall(folder, port)
    data = folder / "data"
    if not data.exists():
        (folder / "tokens.json").unlink(missing_ok=True)
    password = make_operator(data)
    tokens = make_tokens(folder, [zone.id for zone in load_hall(hall_file).zone])
    command = ["server", "run", "--hall", str(hall_file), "--data", str(data), "--port", str(port)]
    server = start(command, folder / "server.log", programs)
    address = wait_for_address(server, folder / "server.log")
    tell(address, data, password)
    windows = window_commands(address, folder, tokens)
    if has_screen():
        for name, window in windows.items():
            start(window, folder / f"{name}.log", programs)
        print("The kiosk and the boards open in windows of their own.")
    else:
        print("There is no screen here. Where there is one, these open the kiosk and the boards:")
        for window in windows.values():
            print(f"  {sys.executable} -m {' '.join(window)}")
    print(f"The kiosk's slips are pictures in {folder / 'slips'}.")
    return server, address


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


def ask_server(*words: str) -> str:
    """Run one command of the server's command line and give the last word it says."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "server", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotStart((done.stderr or done.stdout).strip())
    return done.stdout.split()[-1]


def make_operator(data: Path) -> str:
    """Add the operator of a new hall and give the password; empty where the hall is there already."""
    if (data / "access.db").exists():
        return ""
    return ask_server("operator", "add", "--data", str(data), OPERATOR, "--role", "operator")


def make_tokens(folder: Path, zones: list[str]) -> dict[str, str]:
    """Give a token for the kiosk and one for the boards of each zone; they are kept for the next run."""
    file = folder / "tokens.json"
    tokens = json.loads(file.read_text()) if file.exists() else {}
    for name in ["kiosk", *(f"board-{zone}" for zone in zones)]:
        if name not in tokens:
            role = name.partition("-")[0]
            tokens[name] = ask_server("token", "--data", str(folder / "data"), "--role", role, "--name", name)
    file.touch(mode=0o600)
    file.write_text(json.dumps(tokens, indent=2))
    return tokens


def start(command: list[str], log: Path, programs: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches it through us alone."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", *command], stdout=output, stderr=output, start_new_session=True
        )
    programs.callback(end, process)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a program to end, and insist after a while."""
    process.terminate()
    try:
        process.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_address(server: subprocess.Popen[bytes], log: Path) -> str:
    """Give the address that the server says it listens at; raises CannotStart when it says something else."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if found := _ADDRESS.search(log.read_text(errors="replace")):
            return found.group()
        time.sleep(0.05)
    raise CannotStart(log.read_text(errors="replace").strip() or f"The server says nothing: see {log}")


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


def tell(address: str, data: Path, password: str) -> None:
    """Say where the hall is, who may sign in, and what this machine cannot do."""
    print(f"The desk is at {address}/desk and a board in the browser at {address}/board")
    if password:
        print(f"Sign in at the desk as '{OPERATOR}' with the password {password} (it is not shown again)")
    else:
        new = f"{sys.executable} -m server operator password --data {data} {OPERATOR}"
        print(f"Sign in at the desk as '{OPERATOR}'; this gives a new password: {new}")
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
