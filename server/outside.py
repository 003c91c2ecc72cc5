"""What was kept outside the hall, to hold its log to: signed heads and visitors' receipts, from files."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from protocol.events import HeadSigned
from server.domain import heads
from server.hall_key import is_signed
from server.merkle import leaf
from server.merkle_proofs import is_included


class NotEvidence(Exception):  # noqa: N818 - a refusal of the command line, in one sentence
    """A file holds no heads, or no receipt."""


class Told(NamedTuple):
    """A head, and where it was kept: ``kept in heads.jsonl``."""

    head: HeadSigned
    where: str


class Leaf(NamedTuple):
    """The hash of an event in hex, and who says so."""

    seq: int
    digits: str
    where: str


class _Keeper(msgspec.Struct):
    by: str
    public: str
    signature: str


class _Line(msgspec.Struct):
    """A key or a head, as ``novbe-server heads`` or a keeper wrote it."""

    type: str
    key: str
    public: str = ""
    at: int = 0
    epoch: str = ""
    hall: str = ""
    root: str = ""
    size: int = 0
    signature: str = ""
    countersigned: list[_Keeper] = []


class _Listed(msgspec.Struct):
    """The answer of ``GET /api/v1/heads``."""

    heads: list[_Line]


class _Receipt(msgspec.Struct):
    ticket: str
    seq: int
    body: str
    path: list[str]
    head: _Line | None


class Outside:
    """All that is known from outside; ``false`` are sentences about what contradicts itself."""

    def __init__(self, heads: Iterable[Path] = (), receipts: Iterable[Path] = ()) -> None:
        """Read files; raises NotEvidence."""
        self.heads, self.leaves, self.false = list[Told](), list[Leaf](), list[str]()
        for path in heads:
            self._read_heads(path)
        for path in receipts:
            self._read_receipt(path)

    def _read_heads(self, path: Path) -> None:
        try:
            lines = list(_lines(path.read_bytes()))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotEvidence(f"{path} does not hold heads, a line each: {error}.") from error
        for line in lines:
            if line.type == "head":
                self.heads.append(Told(_head(line), f"kept in {path.name}"))
                self.false += _false_keepers(line)

    def _read_receipt(self, path: Path) -> None:
        try:
            told = msgspec.json.decode(path.read_bytes(), type=_Receipt)
            steps = [bytes.fromhex(each) for each in told.path]
            root = bytes.fromhex(told.head.root) if told.head else b""
        except (ValueError, msgspec.DecodeError) as error:
            raise NotEvidence(f"{path} is no receipt: {error}.") from error
        hashed, where = leaf(told.body.encode()), f"the receipt of {told.ticket}"
        self.leaves.append(Leaf(told.seq, hashed.hex(), where))
        if told.head is None:
            return
        if not is_included(hashed, told.seq - 1, told.head.size, steps, root):
            self.false.append(f"{where.capitalize()} does not prove what it says.")
        self.heads.append(Told(_head(told.head), f"on {where}"))


def _lines(content: bytes) -> Iterator[_Line]:
    whole = [line for line in content.splitlines() if line.strip()]
    if len(whole) == 1 and b'"heads"' in whole[0]:
        yield from msgspec.json.decode(whole[0], type=_Listed).heads
        return
    for line in whole:
        yield msgspec.json.decode(line, type=_Line)


def _head(line: _Line) -> HeadSigned:
    return HeadSigned(
        at=line.at,
        size=line.size,
        root=line.root,
        hall=line.hall,
        epoch=line.epoch,
        key=line.key,
        signature=line.signature,
    )


def _false_keepers(line: _Line) -> Iterator[str]:
    said = heads.statement(_head(line))
    for keeper in line.countersigned:
        if not is_signed(keeper.public, said, keeper.signature):
            yield f"The countersignature of {keeper.by} on the head over {line.size} events is false."
