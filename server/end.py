"""How far the log reached, in a file of its own: what SQLite cannot tell after its files were damaged.

A damaged write-ahead log ends for SQLite where the damage is, and the commits after it are gone without a
word. Here stands the last seq that was committed, written after each commit and never waited for.
"""

import contextlib
import os
from pathlib import Path

FILE = "end"
DIGITS = 20


class End:
    """The file of one data folder."""

    def __init__(self, folder: Path) -> None:
        """Write nothing yet."""
        self._path = folder / FILE
        self._file: int | None = None

    def note(self, seq: int) -> None:
        """Note a commit; should that fail, the commit stands all the same."""
        with contextlib.suppress(OSError):
            if self._file is None:
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            os.pwrite(self._file, f"{seq:0{DIGITS}}\n".encode(), 0)

    def read(self) -> int:
        """Give the last seq that was noted; 0 where nothing is known."""
        try:
            return int(self._path.read_bytes())
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
