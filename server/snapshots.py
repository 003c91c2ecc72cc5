"""Snapshots of the state, which only make a start faster: the log alone replays to the same state.

A snapshot is made by loading the one before and folding what came since, in a thread, exactly as a start
does; so it never touches the state that the engine works on. One made by other rules is not used.
"""

import contextlib
import gc
import zlib
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path

import msgspec
import structlog

from protocol import wire
from server.domain.evolve import evolve
from server.domain.state import HallSnapshot, HallState, from_snapshot, to_snapshot
from server.log import Reader
from server.merkle import Frontier

EVERY = 10_000
"""Events between two snapshots."""

KEPT = 2

AT_ONCE = 1000
"""Events are folded by so many, which is faster than one by one."""

FOLDER = "snapshots"
_CHECKSUM = 32
_PROGRAM = Path(__file__).parent.parent


class LogBroken(Exception):  # noqa: N818 - what became of the log; ``verify`` tells more
    """The log holds what no version of this program wrote, or what a later one did."""


class Standing:
    """Where a fold of the log stands: the state and the tree, both after the same event."""

    def __init__(self, state: HallState | None = None, frontier: Frontier | None = None) -> None:
        """Begin before the first event, or where a snapshot stood."""
        self.state = state or HallState()
        self.frontier = frontier or Frontier()

    def fold(self, bodies: Iterator[str]) -> None:
        """Fold more of the log; raises LogBroken."""
        # A replay makes millions of objects and no garbage; the collector would only walk over them.
        was_on = gc.isenabled()
        gc.disable()
        state = self.state
        state.without_lanes()
        try:
            while several := [body.encode() for body in islice(bodies, AT_ONCE)]:
                self.frontier.add(*several)
                for event in map(wire.event_of, several):
                    evolve(state, event)
            state.with_lanes()
        except (msgspec.DecodeError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise LogBroken(f"event {self.state.seq + 1} of the log cannot be folded: {error}") from error
        finally:
            if was_on:
                gc.enable()


class _Kept(msgspec.Struct):
    """What a snapshot file holds."""

    rules: str
    epoch: str
    peaks: list[bytes]
    state: HallSnapshot


def rules_digest() -> str:
    """Name the rules that fold the log: a digest of their source."""
    sources = [
        *sorted((_PROGRAM / "protocol").glob("*.py")),
        *sorted((_PROGRAM / "server/domain").glob("*.py")),
    ]
    return sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


class Snapshots:
    """The files ``<seq>.snapshot`` of one data folder: a checksum, then compressed MessagePack."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        """Keep the snapshots of the log behind ``reader`` in ``folder``."""
        self._folder, self._reader = folder / FOLDER, reader
        self._rules, self._epoch = rules_digest(), reader.epoch()

    def load(self, upto: int | None = None) -> tuple[Standing, int]:
        """Stand at the log's end, or at ``upto``; gives the seq of the snapshot used too, 0 for none."""
        end = self._reader.end()[0] if upto is None else upto
        standing = next(
            (found for path in self._newest_first() if (found := self._read(path, end))), Standing()
        )
        begun = standing.frontier.size
        standing.fold(self._reader.walk(begun, end))
        return standing, begun

    def take(self, upto: int) -> None:
        """Make the snapshot of the log up to that event, unless it is there. For a thread of its own."""
        if not self._path(upto).exists():
            self.keep(self.load(upto)[0])

    def keep(self, standing: Standing) -> None:
        """Write a snapshot, whole or not at all, and delete those older than the one before it."""
        kept = _Kept(self._rules, self._epoch, standing.frontier.peaks, to_snapshot(standing.state))
        body = zlib.compress(msgspec.msgpack.encode(kept), 1)
        self._folder.mkdir(exist_ok=True)
        path = self._path(standing.frontier.size)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(sha256(body).digest() + body)
        unfinished.replace(path)
        for old in self._newest_first()[KEPT:]:
            old.unlink()

    def kept(self) -> Iterator[tuple[int, tuple[HallSnapshot, list[bytes]]]]:
        """Give the seq, the state and the tree's peaks of each snapshot that a start would use."""
        for path in self._newest_first():
            with contextlib.suppress(OSError, ValueError, zlib.error, msgspec.DecodeError):
                found = _decode(path.read_bytes())
                if found.rules == self._rules and found.epoch == self._epoch:
                    yield found.state.seq, (found.state, found.peaks)

    def _path(self, seq: int) -> Path:
        return self._folder / f"{seq:015}.snapshot"

    def _newest_first(self) -> list[Path]:
        return sorted(self._folder.glob("*.snapshot"), reverse=True)

    def _read(self, path: Path, end: int) -> Standing | None:
        try:
            kept = _decode(path.read_bytes())
            standing = Standing(from_snapshot(kept.state), Frontier(kept.state.seq, kept.peaks))
        except (OSError, ValueError, zlib.error, msgspec.DecodeError) as error:
            structlog.get_logger().warning("snapshot_ignored", file=path.name, why=str(error))
            return None
        root = self._reader.root(kept.state.seq)
        fits = kept.rules == self._rules and kept.epoch == self._epoch and kept.state.seq <= end
        return standing if fits and root in {None, standing.frontier.root()} else None


def _decode(content: bytes) -> _Kept:
    checksum, body = content[:_CHECKSUM], content[_CHECKSUM:]
    if sha256(body).digest() != checksum:
        raise ValueError("its checksum is wrong")
    return msgspec.msgpack.decode(zlib.decompress(body), type=_Kept)
