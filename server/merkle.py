"""The Merkle tree over the log, as RFC 6962 section 2.1 defines it, grown leaf by leaf.

Only the frontier is kept: the roots of the perfect subtrees from left to right, one for each bit of the size,
so that a leaf costs one hash on average and a root at most log2(size) more.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

BLOCK = 256
"""The root of each so many leaves is kept beside the log: a proof reads no more bodies than one block has."""


def leaf(body: bytes) -> bytes:
    """Hash one log body: SHA-256(0x00 ‖ body)."""
    return sha256(b"\x00" + body).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(peaks: Sequence[bytes]) -> bytes:
    """Give the root over perfect subtrees, the largest first; that of an empty tree is SHA-256 of nothing."""
    if not peaks:
        return sha256().digest()
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node(peak, root)
    return root


class Frontier:
    """A tree that only grows; ``size`` leaves so far."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Begin empty, or where a kept frontier stood."""
        self.size, self.peaks = size, list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}.")

    def copy(self) -> "Frontier":
        """Give a second tree that grows on its own."""
        return Frontier(self.size, self.peaks)

    def add(self, *bodies: bytes) -> None:
        """Append leaves, in order; a start appends a million, so nothing is looked up twice."""
        peaks, size = self.peaks, self.size
        for body in bodies:
            peak, rest = sha256(b"\x00" + body).digest(), size
            while rest & 1:
                peak, rest = sha256(b"\x01" + peaks.pop() + peak).digest(), rest >> 1
            peaks.append(peak)
            size += 1
        self.size = size

    def add_hashes(self, *hashes: bytes) -> None:
        """Append what is hashed already: leaves, or roots of equal perfect subtrees; not both in one tree."""
        for peak in hashes:
            rest = self.size
            while rest & 1:
                peak, rest = node(self.peaks.pop(), peak), rest >> 1  # noqa: PLW2901 - it grows
            self.peaks.append(peak)
            self.size += 1

    def grow(self, body: bytes) -> bytes | None:
        """Append one leaf; gives the root of its block of ``BLOCK`` leaves, where it is the last of them."""
        if self.size % BLOCK != BLOCK - 1:
            self.add(body)
            return None
        block = Frontier(BLOCK - 1, self.peaks[-(BLOCK - 1).bit_count() :])
        block.add(body)
        self.add(body)
        return block.root()

    def root(self) -> bytes:
        """Give the Merkle tree hash of all leaves."""
        return root_of(self.peaks)
