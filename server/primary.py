"""The server that runs the hall, as its standby sees it. Every call blocks: for a thread of its own."""

import warnings
from typing import Any

import msgspec
import requests
from urllib3.exceptions import InsecureRequestWarning

from protocol import wire
from server.replication import POLL_SECONDS

ANSWER_SECONDS = 5.0


class Batch(msgspec.Struct, kw_only=True):
    """Whole commits; ``committed`` is where the log ended, ``copies`` the versions of what is beside it."""

    first_epoch: str
    committed: int
    roots: list[tuple[int, str]]
    copies: dict[str, str]
    events: list[msgspec.Raw]

    @property
    def bodies(self) -> list[str]:
        """Give the events byte for byte."""
        return [bytes(event).decode() for event in self.events]


class NotFollowed(Exception):  # noqa: N818 - a state of affairs, told in one sentence
    """The other server does not answer, or not now."""


class TurnedAway(NotFollowed):
    """The other server will never answer this standby, whose log or token is no good there."""


class Primary:
    """Asks the server at ``url`` with a standby's token."""

    def __init__(self, url: str, token: str) -> None:
        """Ask nothing yet."""
        self.url, self.token = url.rstrip("/"), token
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def batch(self, after: int, root: bytes, port: int) -> Batch:
        """Have the commits after an event, as soon as there are any, and say that the rest is on disk here.

        ``port`` is the one at which this standby answers. Raises NotFollowed or TurnedAway.
        """
        place = {"since": after, "root": root.hex(), "port": port}
        content = self._get("/api/v1/standby/log", place).content
        try:
            return msgspec.json.decode(content, type=Batch)
        except msgspec.DecodeError as error:
            raise TurnedAway(f"{self.url} speaks another language: install the same version here.") from error

    def copy(self, name: str) -> bytes:
        """Have a copy of one of the databases beside the log; raises NotFollowed or TurnedAway."""
        return self._get(f"/api/v1/standby/copies/{name}", {}).content

    def tell(self, epoch: str) -> bool:
        """Say that a later epoch has begun; tells whether the other server stands aside now."""
        try:
            path = f"{self.url}/api/v1/epoch"
            answer = self._session.post(path, json={"epoch": epoch}, timeout=ANSWER_SECONDS)
            return answer.ok and answer.json().get("runs") is False
        except (requests.RequestException, ValueError):
            return False

    def _get(self, path: str, place: dict[str, Any]) -> requests.Response:
        try:
            answer = self._session.get(self.url + path, params=place, timeout=POLL_SECONDS + ANSWER_SECONDS)
        except requests.RequestException as error:
            raise NotFollowed(f"{self.url} does not answer: is that the address, and does it run?") from error
        if answer.ok:
            return answer
        why = TurnedAway if answer.status_code in {401, 403, 404, 409} else NotFollowed
        raise why(f"{self.url} says: {_sentence(answer)}")


def epoch_at(url: str, seconds: float) -> str:
    """Ask a server in which epoch it stands; empty when it does not say so in time.

    Where it was heard nobody knows whether it speaks TLS: that is tried too, whoever its certificate names,
    since the name of an epoch proves itself.
    """
    for address in dict.fromkeys((url, url.replace("http://", "https://", 1))):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", InsecureRequestWarning)
                answer = requests.get(f"{address}/readyz", timeout=seconds, verify=False)  # noqa: S501 - see above
            told = wire.plain(answer.content)
        except (requests.RequestException, ValueError):
            continue
        return str(told.get("epoch", "")) if isinstance(told, dict) else ""
    return ""


def _sentence(answer: requests.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} {answer.reason}"
