"""How a device without a token gets one: it shows a code, and a manager types the code in.

The token is kept in a file that only its user can read, one for each program and server.
"""

import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from protocol import wire
from protocol.addresses import addresses

ASK_SECONDS = 2.0
"""How often it is asked whether the code has been typed in."""

ANSWER_SECONDS = 5.0
BUSY_SECONDS = 10.0
"""When to ask again for a code, where the server says "not now" and not when."""

PATH = "/api/v1/pairing"
TOO_MANY = 429
UNKNOWN = (401, 404, 410)
"""How a server answers to a secret that it does not know (any more)."""


class NoTokenFile(ValueError):  # noqa: N818 - a state of the machine, told as a sentence
    """The token could not be kept here."""


@dataclass(frozen=True, slots=True)
class PairingCode:
    """A message: a manager has to type this code in; empty while the hall gives none.

    ``server`` is the hall's address, ``language`` its main one.
    """

    code: str
    server: str
    language: str = "en"


def token_file(program: str, server_url: str) -> Path:
    """Say where a program keeps its token for a hall: in the user's folder of states.

    Of several addresses it is the one under which a token is kept already, in whatever order they are told.
    """
    files = [_file_of(program, url) for url in addresses(server_url) or [""]]
    return next((file for file in files if file.exists()), files[0])


def states() -> Path:
    """Say where programs keep what has to outlast them: the user's folder of states."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "novbe"


def _file_of(program: str, url: str) -> Path:
    server = re.sub(r"[^a-z0-9.]+", "-", url.lower()).strip("-")
    return states() / f"{program}-{server}.token"


class Pairing:
    """The token of a device that was given none, and how it comes by it. Used on the link's thread."""

    def __init__(self, server_url: str, role: str, file: Path) -> None:
        """Take where the token is kept; raises NoTokenFile when it could not be."""
        self.server = addresses(server_url)[0]
        self._role = role
        self._secret = ""
        self._shown = PairingCode("", self.server)
        self.file = file
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.token = file.read_text().strip() if file.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            message = f"{file} cannot be used for the token ({error}): give --token, or set XDG_STATE_HOME."
            raise NoTokenFile(message) from error

    def forget(self) -> None:
        """Keep the token no more: the hall does not know it."""
        self.token = ""
        self.file.unlink(missing_ok=True)

    def obtain(self, post: Callable[[PairingCode], None], closing: threading.Event) -> str:
        """Tell code after code until a manager has typed one in; give the token, and keep it.

        Empty when it is closing before. Raises requests.RequestException and OSError; called again, it goes
        on with the code that is shown.
        """
        told = None
        while not (self.token or closing.is_set()):
            if not self._secret:
                self._shown = self._new_code(closing)
            elif not closing.wait(ASK_SECONDS):
                self._look()
            if self._shown != told:
                post(self._shown)
            told = self._shown
        return self.token

    def _new_code(self, closing: threading.Event) -> PairingCode:
        """Ask for a code; without one for now, wait before the next try."""
        hall = self._ask("GET", "/api/v1/hall")
        language = hall.json()["languages"][0]
        answer = self._ask("POST", PATH, json={"role": self._role})
        if answer.status_code == TOO_MANY:
            closing.wait(float(answer.headers.get("Retry-After", BUSY_SECONDS)))
            return PairingCode("", self.server, language)
        offer = _told(answer)
        self._secret = offer["secret"]
        return PairingCode(offer["code"], self.server, language)

    def _look(self) -> None:
        """Ask whether the code was typed in; one that holds no longer is given up."""
        answer = self._ask("GET", PATH, headers={"Authorization": f"Bearer {self._secret}"})
        state = "expired" if answer.status_code in UNKNOWN else _told(answer)["state"]
        if state != "waiting":
            self._secret = ""
        if state == "paired":
            self._keep(answer.json()["token"])

    def _ask(self, method: str, path: str, **how: Any) -> requests.Response:
        try:
            return requests.request(method, self.server + path, timeout=ANSWER_SECONDS, **how)
        except requests.RequestException as error:
            message = f"{self.server} does not answer: is that the address, and does the server run?"
            raise requests.ConnectionError(message) from error

    def _keep(self, token: str) -> None:
        """Write the token so that a power cut leaves the old file or the new one."""
        self.token = token
        new = self.file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token + "\n")
        new.replace(self.file)


def _told(answer: requests.Response) -> dict[str, Any]:
    """Read an answer; raises requests.HTTPError with the server's own sentence."""
    data = wire.plain(answer.content)
    if not answer.ok:
        raise requests.HTTPError(data.get("detail") or str(answer.status_code), response=answer)
    return dict(data)
