"""The hall as the server told it last, kept for a start without the server."""

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import msgspec

from kiosk.hall import NotUnderstood, read_hall
from protocol import wire
from protocol.words import SECOND, Micros

FILE = "hall"


def keep(folder: Path, data: dict[str, Any]) -> None:
    """Keep a snapshot and when it came, whole or not at all; a full disk costs only this."""
    new = folder / f"{FILE}.new"
    try:
        with new.open("wb") as file:
            file.write(wire.encode({"wall": round(time.time() * SECOND), "snapshot": data}))
            file.flush()
            os.fsync(file.fileno())
        new.replace(folder / FILE)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)


def forget(folder: Path) -> None:
    """Keep nothing: the hall does not know this kiosk any more."""
    with contextlib.suppress(OSError):
        (folder / FILE).unlink(missing_ok=True)


def kept(folder: Path) -> tuple[dict[str, Any], Micros] | None:
    """Give what was kept, and what hall time is now by this machine's clock; None without it."""
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes())
        read_hall(found["snapshot"])
        passed = max(0, round(time.time() * SECOND) - found["wall"])
        return found["snapshot"], int(found["snapshot"]["now"]) + passed
    except (OSError, msgspec.DecodeError, NotUnderstood, KeyError, TypeError, ValueError):
        return None
