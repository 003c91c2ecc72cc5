"""Proofs over the log's Merkle tree, as RFC 9162 defines them: that an event is in it, that it only grew.

``span(begin, end)`` gives the hash of the leaves from ``begin`` up to ``end``, that not included. What an
auditor needs to check a proof stands in ``visitor/web/verify.py``, which imports nothing of ours; the two
checks below are the same, for who has this program.
"""

from collections.abc import Callable, Sequence

from server.merkle import node

Span = Callable[[int, int], bytes]


def _split(size: int) -> int:
    """Give the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(span: Span, index: int, size: int) -> list[bytes]:
    """Give the path from leaf ``index`` (from 0) to the root of ``size`` leaves; RFC 9162 section 2.1.3.1."""
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(span(middle, end))
            end = middle
        else:
            path.append(span(begin, middle))
            begin = middle
    return path[::-1]


def consistency(span: Span, first: int, second: int) -> list[bytes]:
    """Prove that the tree of ``second`` leaves begins with that of ``first``; RFC 9162 section 2.1.4.1.

    Both are at least 1, and ``first`` is not the larger one. Equal trees need no proof.
    """
    path, begin, end = [], 0, second
    while first < end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(span(middle, end))
            end = middle
        else:
            path.append(span(begin, middle))
            begin = middle
    # The whole first tree is what who checks has already; a part of it is not.
    return ([span(begin, end)] if begin else []) + path[::-1]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Check that a leaf hash stands at ``index`` under a root; RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Check that the second tree only extends the first; RFC 9162 section 2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for each in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node(each, older), node(each, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node(newer, each)
        place, last = place >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root
