"""The kiosk's journal on its disk: what it issues while the server is away is durable before paper comes out.

One folder for each token: ``key`` (the private key, for this user alone), ``journal`` (the lines,
appended and never changed), ``printed`` (the numbers whose slip has been seen to), ``hall`` (what the server
told last). A line that a power cut left half written is cut off: no slip was printed of it.
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.journal import FIRST, Entry, digest, is_genuine, line, own_number, read_line, series_of, signed
from protocol.words import Micros, Number

KEY_BYTES = 32


class JournalFailed(Exception):  # noqa: N818 - a state of the machine, told as a sentence
    """The journal cannot be read or written: the kiosk issues nothing by itself."""


class JournalDamaged(JournalFailed):
    """A line is not what was written: no number may be given after it."""


class Journal:
    """The lines, oldest first. Calls may come from any thread."""

    def __init__(self, folder: Path) -> None:
        """Open the journal in a folder of its own, or begin one; raises JournalFailed or JournalDamaged."""
        self.folder = folder
        self._lock = threading.Lock()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._key = _key(folder / "key")
            self._file = (folder / "journal").open("a+b", buffering=0)
            try:
                _own(self._file, folder)
                self.entries = _whole_lines(self._file, self.key)
                _keep_folder(folder)
            except (OSError, ValueError):
                self._file.close()
                raise
        except ValueError as error:
            message = f"The journal in {folder} was damaged or changed: {error}"
            raise JournalDamaged(message) from error
        except OSError as error:
            message = f"The journal in {folder} cannot be used: {error}"
            raise JournalFailed(message) from error

    @property
    def key(self) -> str:
        """Give the public key."""
        return self._key.public_key().public_bytes_raw().hex()

    def write(self, prefix: str, kiosk: int, **facts: Any) -> Entry:
        """Give the next number of the kiosk's series a line; it is on the disk when this returns.

        ``facts`` are those of ``Entry``. Raises JournalFailed, and nothing was written then.
        """
        with self._lock:
            last = self.entries[-1] if self.entries else None
            unsigned = Entry(
                seq=len(self.entries) + 1,
                ticket=own_number(prefix, kiosk, self._last_of(prefix, kiosk)),
                previous=digest(last) if last else FIRST,
                **facts,
            )
            entry = signed(unsigned, self._key)
            self._append(line(entry) + b"\n")
            self.entries.append(entry)
            return entry

    def after(self, taken: int, most: int) -> Sequence[Entry]:
        """Give the first lines that the server has not taken in."""
        return self.entries[taken : taken + most]

    def see_to(self, number: Number) -> None:
        """Keep that a slip came out, or that somebody was told that it did not."""
        # Without room for this the slip may be printed once more at the next start, and nothing else.
        with self._lock, contextlib.suppress(OSError), (self.folder / "printed").open("a") as file:
            file.write(f"{number}\n")

    def fits(self, taken: int, last: str) -> bool:
        """Tell whether what the hall has of it is its beginning: an old copy of a disk is not."""
        known = self.entries[:taken]
        return len(known) == taken and last == (digest(known[-1]) if known else FIRST)

    def unseen(self, since: Micros) -> list[Entry]:
        """Give the lines of which nobody knows whether a slip came out: the program ended meanwhile."""
        path = self.folder / "printed"
        seen = set(path.read_bytes().decode(errors="replace").split()) if path.exists() else set()
        return [entry for entry in self.entries if entry.ticket not in seen and entry.at >= since]

    def close(self) -> None:
        """Let another program have it."""
        with self._lock:
            self._file.close()

    def _last_of(self, prefix: str, kiosk: int) -> Number:
        numbers = (entry.ticket for entry in reversed(self.entries))
        return next((number for number in numbers if series_of(number) == (prefix, kiosk)), "")

    def _append(self, text: bytes) -> None:
        file = self._file
        if file.closed:
            message = f"The journal in {self.folder} was closed."
            raise JournalFailed(message)
        size = file.seek(0, os.SEEK_END)
        try:
            if file.write(text) != len(text):
                raise OSError("the disk is full")  # noqa: TRY301 - undone like any other failure
            os.fsync(file.fileno())
        except OSError as error:
            file.truncate(size)
            message = f"The journal in {self.folder} takes no line: {error}"
            raise JournalFailed(message) from error


def set_aside(folder: Path) -> Path:
    """Move a journal that cannot go on out of the way, for whoever looks into it; gives where it is."""
    count = 1
    while (aside := folder.with_name(f"{folder.name}-set-aside-{count}")).exists():
        count += 1
    folder.rename(aside)
    return aside


def _own(file: BinaryIO, folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise OSError(f"another program has {folder} open") from error


def _key(path: Path) -> Ed25519PrivateKey:
    """Read the private key, or draw one at the first start."""
    if not path.exists():
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    secret = path.read_bytes()
    if len(secret) != KEY_BYTES:
        raise ValueError(f"{path} is no key")
    return Ed25519PrivateKey.from_private_bytes(secret)


def _whole_lines(file: BinaryIO, key: str) -> list[Entry]:
    """Read every line, and cut off the half of one that a power cut left; raises ValueError."""
    file.seek(0)
    content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        file.truncate(len(whole))
        os.fsync(file.fileno())
    entries: list[Entry] = []
    for text in whole.splitlines():
        try:
            entry = read_line(text)
        except msgspec.DecodeError as error:
            raise ValueError(f"line {len(entries) + 1}") from error
        fits = entry.seq == len(entries) + 1 and entry.previous == (digest(entries[-1]) if entries else FIRST)
        if not fits or not is_genuine(entry, key):
            raise ValueError(f"line {len(entries) + 1}")
        entries.append(entry)
    return entries


def _keep_folder(folder: Path) -> None:
    """Have the names of the files themselves on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
