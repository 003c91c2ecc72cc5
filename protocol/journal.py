"""What a kiosk writes down while its server is away: tickets, chained and signed by the kiosk. Pure.

A line of the journal is the entry as JSON with sorted keys, its signature among them. ``previous`` is the
SHA-256 of the whole line before; the signature (Ed25519, RFC 8032) is over the line with an empty one.
"""

import re
from hashlib import sha256
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protocol.words import Code, Language, Micros, Number

Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
"""A SHA-256, or a public key: 32 bytes as hex."""

Signature = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{128})?$(?!\n)")]

FIRST: Digest = "0" * 64
"""What stands in the place of the line before the first one."""

LAST_OF_SERIES = 999
"""After it a kiosk's series begins anew: with the longest prefix a number still has twelve characters."""

_OWN = re.compile(r"([A-Z]{1,3})-K([1-9][0-9]*)-([0-9]{2,3})")


class Entry(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A ticket as a kiosk gave it; ``at`` is the kiosk's time, reckoned from the server's last."""

    seq: Annotated[int, msgspec.Meta(ge=1, lt=2**53)]
    at: Annotated[Micros, msgspec.Meta(ge=0, lt=2**53)]
    ticket: Number
    service: Code
    class_: Code = msgspec.field(name="class")
    language: Language
    quantity: Annotated[int, msgspec.Meta(ge=1, le=99)]
    previous: Digest
    signature: Signature = ""


_encode = msgspec.json.Encoder(order="sorted").encode
read_line = msgspec.json.Decoder(Entry).decode
"""Read a line; raises msgspec.DecodeError."""


def line(entry: Entry) -> bytes:
    """Give the line of the journal, without its end."""
    return _encode(entry)


def digest(entry: Entry) -> Digest:
    """Give what the next line names as the one before it."""
    return sha256(line(entry)).hexdigest()


def signed(entry: Entry, key: Ed25519PrivateKey) -> Entry:
    """Give the entry with its signature."""
    return msgspec.structs.replace(entry, signature=key.sign(_message(entry)).hex())


def is_genuine(entry: Entry, public_key: Digest) -> bool:
    """Tell whether the holder of this key signed the entry."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(entry.signature), _message(entry))
    except (InvalidSignature, ValueError):
        return False
    return True


def own_number(prefix: str, kiosk: int, before: Number = "") -> Number:
    """Give the number of a kiosk's own series that follows ``before``, such as ``A-K3-07``."""
    found = _OWN.fullmatch(before)
    count = int(found[3]) % LAST_OF_SERIES if found else 0
    return f"{prefix}-K{kiosk}-{count + 1:02}"


def series_of(number: Number) -> tuple[str, int] | None:
    """Give prefix and kiosk of a number of a kiosk's own series; None for any other number."""
    found = _OWN.fullmatch(number)
    return (found[1], int(found[2])) if found else None


def _message(entry: Entry) -> bytes:
    return _encode(msgspec.structs.replace(entry, signature=""))
