"""What a demonstration hall answers besides: entering by a link, a power cut, a log that was changed.

Everywhere else there is nothing at these addresses.
"""

import os
import secrets
import signal
from typing import Any, Literal

import gevent  # type: ignore[import-untyped]
from flask import request

from server import tampering
from server.access import Access
from server.bodies import Body, said
from server.engine import Engine
from server.origin import check_origin
from server.refusals import NotStartedAgain
from server.register import Register
from server.sessions import Sessions

STARTED_AGAIN = "NOVBE_STARTED_AGAIN"
"""Set in the environment of a server that is started again when it falls."""

ANSWER_SECONDS = 0.2
"""So long a server that is about to fall has time to answer."""


class Entered(Body):
    """The key of a one-time link."""

    key: str


class Speed(Body):
    """How many times as fast as the wall's the hall's time is to pass."""

    speed: Literal[1, 10, 60]


class Demo:
    """Answers the calls of the demonstration's page, for who is signed in."""

    def __init__(self, engine: Engine, access: Access, sessions: Sessions) -> None:
        """Demonstrate this hall."""
        self._engine = engine
        self._access = access
        self._sessions = sessions
        self._speed = 1

    def enter(self) -> dict[str, str]:
        """Sign in whoever follows a link for the first time; raises LinkGone."""
        check_origin(request.environ)
        return {"path": self._sessions.enter(said(Entered).key)}

    def kiosk(self) -> dict[str, str]:
        """Give a token to the kiosk of a browser, at a place of the hall where none stands yet, if any."""
        taken = {device.name for device in self._access.devices}
        places = [kiosk.id for kiosk in self._engine.published.hall.kiosk if kiosk.id not in taken]
        name = places[0] if places else f"browser-{secrets.token_hex(3)}"
        return {"token": self._access.change(Register.add_device, name, "kiosk")}

    def told(self) -> dict[str, Any]:
        """Tell what a person types in a terminal to do what the page's buttons do, and which desk is free."""
        desks = self._engine.published.desks.values()
        return {
            "kill": f"kill -9 {os.getpid()}",
            "commands": tampering.commands(self._engine.folder),
            "free_desk": next((desk.number for desk in desks if desk.state == "closed"), ""),
        }

    def speed(self) -> dict[str, int]:
        """Tell how fast the hall's time passes, and what it is."""
        return {"speed": self._speed, "at": self._engine.now()}

    def set_speed(self) -> dict[str, int]:
        """Let the hall's time pass at another speed: 1, 10 or 60; raises Malformed for any other."""
        self._speed = said(Speed).speed
        return self.speed()

    def cut_power(self) -> dict[str, Any]:
        """Kill this server as a power cut would; raises NotStartedAgain where nobody would start it again."""
        if STARTED_AGAIN not in os.environ:
            raise NotStartedAgain
        gevent.spawn_later(ANSWER_SECONDS, os.kill, os.getpid(), signal.SIGKILL)
        return {}

    def change_byte(self) -> dict[str, Any]:
        """Change one byte of a copy of the log, and tell what the log's proof and the copy's say."""
        folder = self._engine.folder
        change, original, copy = self._engine.threads.run(tampering.prove_both, folder)
        return {
            **change._asdict(),
            "original": original._asdict(),
            "copy": copy._asdict(),
            "commands": tampering.commands(folder, change),
        }
