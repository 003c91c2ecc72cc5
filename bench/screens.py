"""Kiosk and board in their windows: start-up, idle processor time, memory, a call; and the pages' weight.

``python -m bench.screens`` prints one JSON object. "start" is from the start of the process to its first
painted window, in seconds of the wall and of the processor; "idle" what it uses of a core while nothing
happens; a call is shown, and taken away again. ``--short`` looks for a shorter time.
"""

import argparse
import json
import shutil
import time
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.light import HOST
from bench.running import Running, running
from bench.watched import Watched, window
from tests.browser import QUIET
from tests.hall_process import Asker
from tests.virtual_screen import VirtualScreen

SETTLES_SECONDS = 3.0
CALLS = 10
PAGES = ("kiosk", "board", "desk", "manager", "greeter", "visit")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="idle for 5 s, not 30")
    idle = 5.0 if parser.parse_args().short else 30.0
    with running() as server:
        system = Asker(server.port, server.system)
        figures: dict[str, Any] = {
            "kiosk": look(server, "kiosk", idle, None),
            "board": look(server, "display", idle, system),
            "pages": pages(server, system),
        }
        system.close()
    print(json.dumps(figures, indent=2))


def look(server: Running, program: str, idle: float, system: Asker | None) -> dict[str, float]:
    """Open a program, leave it alone, and show it some calls."""
    screen = VirtualScreen(1080, 1920) if program == "kiosk" else VirtualScreen(1920, 1080)
    try:
        token = server.kiosk if program == "kiosk" else server.board
        with window(screen, server, token, program) as watched:
            figures = {
                "start_seconds": round(watched.age_seconds(), 2),
                "start_cpu_seconds": round(watched.cpu_seconds(), 2),
            }
            time.sleep(SETTLES_SECONDS)
            figures["idle_cpu_percent"] = round(100 * _used(watched, idle), 2)
            if system is not None:
                figures["cpu_ms_per_call"] = show_calls(watched, system)
            figures["memory_mb"] = round(watched.memory_mb())
    finally:
        screen.close()
    return figures


def _used(watched: Watched, seconds: float) -> float:
    before, began = watched.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    return (watched.cpu_seconds() - before) / (time.monotonic() - began)


def show_calls(watched: Watched, system: Asker) -> float:
    """Call and withdraw tickets at a desk, two seconds each; gives milliseconds of processor time a call."""
    system.done("open_desk", desk="1")
    before = watched.cpu_seconds()
    for _ in range(CALLS):
        ticket = system.done("issue_ticket", service="passport")[0]["ticket"]
        system.done("call_next", desk="1")
        time.sleep(2)
        system.done("cancel", desk="1", ticket=ticket, reason="mistake")
    return round((watched.cpu_seconds() - before) / CALLS * 1000, 1)


def pages(server: Running, system: Asker) -> dict[str, dict[str, float]]:
    """Weigh the pages as a browser loads them: at first, and again with what it kept."""
    token = system.done("issue_ticket", service="passport")[0]["token"]
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        addresses = {name: f"/{name}" if name != "visit" else f"/visit/{token}" for name in PAGES}
        found = {
            name: weigh(browser, f"http://{HOST}:{server.port}{path}") for name, path in addresses.items()
        }
        browser.close()
    return found


def weigh(browser: Browser, address: str) -> dict[str, float]:
    """Load a page twice in one profile; bytes are those on the wire, heads included."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    weights: list[float] = []
    session.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    first, requests = sum(weights), len(weights)
    weights.clear()
    page.goto(address, wait_until="networkidle")
    again = sum(weights)
    context.close()
    return {"requests": requests, "first_kb": round(first / 1000), "again_kb": round(again / 1000)}


if __name__ == "__main__":
    main()
