"""How commands, events and frames become bytes: one msgspec codec for HTTP, sockets, log and snapshots."""

import json as standard
from collections.abc import Callable
from typing import Any, cast

import msgspec

from protocol.commands import COMMANDS, AnyCommand
from protocol.events import AnyEvent, Event

LONGEST_KIND = 40

_encoder = msgspec.json.Encoder(order="sorted")
_events = msgspec.json.Decoder(AnyEvent)
_commands = msgspec.json.Decoder(AnyCommand)


class Malformed(ValueError):  # noqa: N818 - a word of the contract, as all refusals are
    """The bytes are no command; ``code`` is ``malformed`` or ``unknown_command``, ``path`` is where.

    ``kind`` is the type that is no command, cut to what a sentence can carry.
    """

    def __init__(self, code: str, sentence: str, path: str = "$", kind: str = "") -> None:
        """Keep the parts that a problem document shows."""
        super().__init__(sentence)
        self.code, self.path, self.kind = code, path, kind[:LONGEST_KIND]


def encode(value: Any) -> bytes:
    """Encode with sorted keys: for an event this is its RFC 8785 form, and the leaf of the Merkle tree."""
    return _encoder.encode(value)


event_of: Callable[[bytes], Event] = _events.decode
"""Read an event back from bytes: ``decode_event`` for who reads a million of them."""


def decode_event(body: str | bytes) -> Event:
    """Read an event back; raises msgspec.ValidationError when it is none."""
    return cast("Event", _events.decode(body))


def place(error: msgspec.ValidationError) -> tuple[str, str]:
    """Give what is wrong, and the path to it; of a wrong key the path of what it stands in."""
    sentence, _, path = str(error).partition(" - at `")
    return sentence, path.rstrip("`").rpartition("`")[2] or "$"


def read_command(value: Any) -> AnyCommand:
    """Check one command given as plain data; raises Malformed."""
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind not in COMMANDS:
        raise Malformed("unknown_command", f"There is no command '{kind}'.", "$.type", kind)
    # The struct itself when it is known: the whole union takes ten times as long.
    shape = COMMANDS[kind] if isinstance(kind, str) else AnyCommand
    try:
        return cast("AnyCommand", msgspec.convert(value, shape))
    except msgspec.ValidationError as error:
        sentence, path = place(error)
        raise Malformed("malformed", sentence + ".", path) from error


def decode_command(body: bytes) -> AnyCommand:
    """Read one command from JSON; raises Malformed."""
    try:
        return cast("AnyCommand", _commands.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return read_command(plain(body))


def plain(body: bytes) -> Any:
    """Decode JSON to plain data; raises Malformed."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("malformed", f"This is not JSON: {error}.") from error


class json:  # noqa: N801 - Socket.IO asks for an object that looks like the json module
    """msgspec in the shape of the json module, for Socket.IO's ``json=``."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """Encode to text."""
        return _encoder.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        """Decode plain data; raises ValueError, or RecursionError for what is nested too deep."""
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            # A number that is too large is refused where it stands, in a sentence.
            value = standard.loads(text)
            standard.dumps(value, ensure_ascii=False).encode()  # a half of a character is one
            return value
