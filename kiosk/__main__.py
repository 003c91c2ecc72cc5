"""The kiosk's command line, and where its parts are put together."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pygame

from kiosk.counter import Counter
from kiosk.known import Known
from kiosk.own_series import OwnSeries
from kiosk.printing.printer import Printer
from kiosk.printing.profile import load_profile
from kiosk.scanner import Scanner
from kiosk.scenes.start import first_screen
from kiosk.settings import Settings
from protocol.addresses import addresses
from protocol.link import Link
from protocol.pairing import Pairing, PairingCode, states, token_file
from ui.loop import Loop, NoScreen, open_window, post
from ui.pairing import Pairing as PairingScene
from ui.scene import Scene
from ui.settings import read_settings
from ui.text import NoFont, TextEngine
from ui.theme import load_theme

PROGRAM = "novbe-kiosk"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a kiosk until its window is closed; gives 0, or 1 with a sentence that says what to do."""
    options = _options(arguments)
    try:
        settings = read_settings(Settings, options.settings)
        _run(options, settings)
    except (ValueError, NoFont, NoScreen) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=PROGRAM, description="The touchscreen where visitors take tickets.")
    parser.add_argument(
        "--server",
        required=True,
        metavar="URL[,URL]",
        type=_server,
        help="the hall's server, and its standby",
    )
    parser.add_argument(
        "--token",
        metavar="T",
        default="",
        help="this kiosk's token (novbe-server token); without it the kiosk shows a code that a manager types"
        " in, and keeps the token it is then given in a file for this server, below"
        f" {states()}",
    )
    parser.add_argument(
        "--printer",
        metavar="URL",
        help="tcp://HOST:9100, serial:///dev/ttyUSB0?baud=115200, usb://04b8:0e15, file:///dev/usb/lp0 or"
        " simulated://; without it no slips are printed",
    )
    parser.add_argument(
        "--scanner",
        metavar="URL",
        help="serial:///dev/ttyUSB0?baud=9600, for a scanner on a serial line; one that passes for a keyboard"
        " needs nothing",
    )
    parser.add_argument(
        "--settings", metavar="FILE.toml", type=Path, help="other settings than the usual ones"
    )
    parser.add_argument("--fullscreen", action="store_true", help="take the whole screen, and hide the mouse")
    return parser.parse_args(arguments)


def _server(url: str) -> str:
    """Check that it is an address a browser would take."""
    for one in addresses(url) or [url]:
        parts = urlsplit(one)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"'{one}' is no server's address: it looks like http://127.0.0.1:8000"
            raise argparse.ArgumentTypeError(message)
    return url


def _tell(sentence: str) -> None:
    print(sentence, flush=True)


def _run(options: argparse.Namespace, settings: Settings) -> None:
    """Put the parts together, and run until the window is closed; then start anew if the staff said so."""
    engine, theme, profile = TextEngine(), load_theme(settings.theme), load_profile(settings.profile)
    pairing = None if options.token else Pairing(options.server, "kiosk", token_file(PROGRAM, options.server))
    window = open_window("Novbe kiosk", (settings.width, settings.height), fullscreen=options.fullscreen)
    ending = Ending()
    counter = Counter(post, _tell, printer_name=settings.printer_name, restart=ending.restart)
    known = Known(
        counter=counter,
        begin=first_screen,
        can_show=cache(engine.can_show),
        settings=settings,
        size=window.get_size(),
        is_low=settings.low_layout,
    )
    printer = Printer(options.printer, counter.hear, profile=profile) if options.printer else None
    link = Link(options.server, options.token, counter.hear, pairing=pairing)
    counter.link, counter.printer = link, printer
    counter.own = OwnSeries(lambda: _journal_folder(options, pairing), link.send, _tell)
    _greet(options, known, pairing, engine)
    scanner = Scanner(options.scanner, post, _tell) if options.scanner else None
    link.start()
    try:
        Loop(window, _first(options, known, pairing), engine, theme).run()
    finally:
        link.close()
        for device in (printer, scanner):
            if device:
                device.close()
        pygame.quit()
    ending.end()


def _journal_folder(options: argparse.Namespace, pairing: Pairing | None) -> Path | None:
    """Say where the journal is: one folder for each token, whatever the address; None without one."""
    token = pairing.token if pairing else options.token
    if not token:
        return None
    name = sha256(token.encode()).hexdigest()[:12]
    return states() / f"{PROGRAM}-journals" / name


def _first(options: argparse.Namespace, known: Known, pairing: Pairing | None) -> Scene:
    """Give the first screen: without a token, the one that will show a code."""
    first = first_screen(known)
    is_new = pairing is not None and not pairing.token
    return PairingScene(PairingCode("", addresses(options.server)[0]), behind=first) if is_new else first


def _greet(options: argparse.Namespace, known: Known, pairing: Pairing | None, engine: TextEngine) -> None:
    """Tell the terminal what runs here, and how to end it."""
    width, height = known.size
    slips = f"slips go to {options.printer}" if options.printer else "without a printer, so no slips"
    _tell(f"Kiosk of {options.server}, {width}x{height}, {slips}.")
    if pairing:
        _tell(f"Its token is kept in {pairing.file}.")
    _tell("Close the window, or press Ctrl+C here, to end.")
    if engine.shaping_problem:
        _tell(engine.shaping_problem)


class Ending:
    """Ends the loop so that the program starts anew."""

    def __init__(self) -> None:
        """Begin with no such wish."""
        self.is_restart = False

    def restart(self) -> None:
        """Close the window, to open it again."""
        self.is_restart = True
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    def end(self) -> None:
        """Put this program, with the words it was started by, in the place of this process."""
        if self.is_restart:
            _tell("The kiosk starts anew.")
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - itself, as it was started


if __name__ == "__main__":
    sys.exit(main())
