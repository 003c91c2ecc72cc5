"""A kiosk's journal for tests of the rules: real keys and signatures, no disk."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol import commands as c
from protocol import events as e
from protocol.journal import FIRST, Entry, digest, own_number, signed
from protocol.words import Micros
from tests.builders import ID, Played


@dataclass
class Writing:
    """A kiosk that writes lines: ``kiosk`` is its number, ``device`` the actor's id."""

    kiosk: int = 1
    device: str = "dev-2"
    key: Ed25519PrivateKey = field(
        default_factory=lambda: Ed25519PrivateKey.from_private_bytes(b"kiosk one's own key, 32 bytes..."[:32])
    )
    entries: list[Entry] = field(default_factory=list)

    @property
    def actor(self) -> e.Actor:
        """Give the kiosk as the log names it."""
        return e.Actor(kind="device", id=self.device, role="kiosk")

    @property
    def public(self) -> str:
        """Give its public key."""
        return self.key.public_key().public_bytes_raw().hex()

    def write(self, at: Micros, service: str = "passport", class_: str = "none", **other: Any) -> Entry:
        """Write a line; ``other`` says what is to be otherwise than usual, before it is signed."""
        last = self.entries[-1] if self.entries else None
        entry = Entry(
            seq=len(self.entries) + 1,
            at=at,
            ticket=own_number("A", self.kiosk, last.ticket if last else ""),
            service=service,
            class_=class_,
            language="en",
            quantity=1,
            previous=digest(last) if last else FIRST,
        )
        self.entries.append(signed(msgspec.structs.replace(entry, **other), self.key))
        return self.entries[-1]

    def command(self, *entries: Entry, written: int | None = None) -> c.HandIn:
        """Give the command that hands in some lines."""
        count = len(self.entries) if written is None else written
        return c.HandIn(id=ID, key=self.public, written=count, entries=list(entries))

    def hand_in(self, hall: Played, *entries: Entry) -> list[e.Event]:
        """Hand in lines: all that there are, unless some are given."""
        return hall.do(self.command(*(entries or self.entries)), self.actor)
