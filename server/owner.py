"""One server for one data folder: a lock that dies with its owner."""

import fcntl
import os
from pathlib import Path

FILE = "lock"


class FolderInUse(Exception):  # noqa: N818 - a state of affairs, told in one sentence
    """Another server owns the data folder."""


def own(folder: Path) -> int:
    """Make the folder this process's own until it ends; raises FolderInUse. Gives the lock's descriptor."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise FolderInUse(
            f"Another Novbe server is running on {folder}: stop it first, or choose another --data folder."
        ) from error
    return lock
