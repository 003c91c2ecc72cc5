"""A board of the hall: ``novbe-display --server URL``; it shows a pairing code until it has a token."""

import argparse
import contextlib
import logging
import sys
import uuid
from pathlib import Path

import msgspec
import pygame

from display.screen import BoardScene
from display.settings import Settings
from display.voice import Voice
from protocol.addresses import addresses
from protocol.commands import ReportDevice
from protocol.link import Link, LinkDown, Message, TooManyUnanswered
from protocol.pairing import NoTokenFile, Pairing, token_file
from ui.loop import GLANCE_SECONDS, Loop, NoScreen, open_window, post
from ui.settings import SettingsMistake, read_settings
from ui.text import NoFont, TextEngine
from ui.theme import ThemeMistake, load_theme

log = logging.getLogger("novbe.display")


class Program:
    """A board's parts: the link posts to screen and voice, and the voice reports over the link."""

    def __init__(self, server: str, token: str, settings: Settings) -> None:
        """Open the window; without a token it shows a code.

        Raises NoFont, NoScreen, NoTokenFile, ThemeMistake.
        """
        self._settings = settings
        pairing = None if token else Pairing(server, "board", token_file("novbe-display", server))
        theme, engine = load_theme(settings.theme), TextEngine()
        if engine.shaping_problem:
            log.warning(engine.shaping_problem)
        window = open_window(
            f"Novbe board {settings.zone}".rstrip(),
            (settings.width, settings.height),
            fullscreen=settings.fullscreen,
        )
        self._loop = Loop(window, BoardScene(settings, engine.can_show), engine, theme, rest=GLANCE_SECONDS)
        self._link = Link(server, token, self._take, zone=settings.zone, pairing=pairing)
        self._voice = Voice(settings, self._report)

    def run(self) -> None:
        """Show and speak until the window is closed."""
        if self._settings.voice:
            self._voice.start()
        self._link.start()
        try:
            self._loop.run()
        finally:
            self._link.close()
            self._voice.close()
            pygame.display.quit()

    def _take(self, message: Message) -> None:
        """Hand on what the link posts, on the link's thread; a hall configured anew is read anew."""
        if isinstance(message, LinkDown):
            log.warning(message.why)
        if any(event["type"] == "hall_configured" for event in getattr(message, "events", ())):
            self._link.start_over()
        self._voice.hear(message)
        post(message)

    def _report(self, state: str, detail: str) -> None:
        """Report the voice's state; when a hundred reports wait for the server, one more says nothing."""
        report = ReportDevice(
            id=uuid.uuid4().hex,
            device=self._settings.device,
            kind="voice",
            state=state,
            detail=detail[:200] or None,
        )
        with contextlib.suppress(TooManyUnanswered):
            self._link.send(report)


def read_arguments(arguments: list[str] | None) -> tuple[str, str, Settings]:
    """Read the command line; gives server, token and settings. Raises SettingsMistake."""
    parser = argparse.ArgumentParser(prog="novbe-display", description="A board of the hall, and its voice.")
    parser.add_argument(
        "--server", required=True, metavar="URL[,URL]", help="the hall, http://HOST:PORT, and its standby"
    )
    parser.add_argument(
        "--token",
        default="",
        help="the board's token ('novbe-server token --role board'); without it a code is shown",
    )
    parser.add_argument("--zone", help="show and speak the calls of this zone only")
    parser.add_argument("--settings", type=Path, metavar="FILE.toml", help="further settings")
    parser.add_argument("--fullscreen", action="store_true", help="take the whole screen")
    chosen = parser.parse_args(arguments)
    servers = addresses(chosen.server)
    if not servers or not all(url.startswith(("http://", "https://")) for url in servers):
        parser.error("--server is an address like http://127.0.0.1:8000")
    settings = read_settings(Settings, chosen.settings)
    if chosen.zone is not None:
        settings = msgspec.structs.replace(settings, zone=chosen.zone)
    if chosen.fullscreen:
        settings = msgspec.structs.replace(settings, fullscreen=True)
    return chosen.server, chosen.token, settings


def main(arguments: list[str] | None = None) -> int:
    """Run a board; gives the exit status."""
    logging.basicConfig(format="novbe-display: %(message)s")
    try:
        Program(*read_arguments(arguments)).run()
    except (SettingsMistake, ThemeMistake, NoFont, NoScreen, NoTokenFile) as problem:
        print(f"novbe-display: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
