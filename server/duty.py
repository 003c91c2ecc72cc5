"""What a data folder is for: it runs its hall, follows the server that does, or was superseded by it.

A small file beside the databases says so, written whole or not at all; without it the folder runs its hall.
"""

import errno
import os
from pathlib import Path
from typing import Any

import msgspec

from protocol import wire
from protocol.words import Micros

FILE = "duty.json"


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """An epoch to begin before anything else: ``cause`` restored or promoted.

    ``since`` is when this folder was last known to have all that the hall had, by the wall clock.
    """

    cause: str
    since: Micros


class Duty(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the folder is for; empty where nothing is said.

    ``follows`` is the address of the server whose log comes here, ``superseded`` the epoch of the one that
    took over, ``standby`` the address at which a standby of this one was heard last, ``tell`` that of the
    server which this one took over from and which has not heard of it yet. ``damaged`` is what was found of
    a hall that was put aside: until another one comes here nothing is run.
    """

    follows: str = ""
    superseded: str = ""
    begin: Begin | None = None
    standby: str = ""
    tell: str = ""
    damaged: str = ""


def read(folder: Path) -> Duty:
    """Read what the folder is for; raises OSError, also for a damaged file: a guess might make two halls."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Duty)
    except FileNotFoundError:
        return Duty()
    except msgspec.DecodeError as error:
        says = f"It says nothing that is known ({error}), so nothing is run here"
        raise OSError(errno.EIO, says, str(folder / FILE)) from error


def write(folder: Path, duty: Duty) -> None:
    """Say what the folder is for, so that it holds after a power cut; raises OSError."""
    unfinished = folder / f"{FILE}.unfinished"
    with unfinished.open("wb") as file:
        file.write(wire.encode(duty) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / FILE)
    made = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(made)
    finally:
        os.close(made)


def change(folder: Path, **what: Any) -> Duty:
    """Change some of what the folder is for; gives all of it."""
    changed = msgspec.structs.replace(read(folder), **what)
    write(folder, changed)
    return changed
