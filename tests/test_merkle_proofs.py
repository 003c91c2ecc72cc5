"""Proofs over the tree are those of RFC 9162: of the published vectors, and of another program."""

import runpy
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from pymerkle import InmemoryTree, verify_consistency  # type: ignore[import-untyped]

from server.merkle import BLOCK, Frontier, leaf
from server.merkle_proofs import consistency, inclusion, is_consistent, is_included
from tests.hall_process import ROOT
from tests.test_merkle import LEAVES, ROOTS

MOST = 130
BODIES = [str(number).encode() for number in range(MOST)]
HASHES = [leaf(body) for body in BODIES]

# The paths that the certificate-transparency projects publish for the leaves of the same vectors.
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def over(hashes: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """Give the hash of any leaves of a list."""

    @cache
    def span(begin: int, end: int) -> bytes:
        tree = Frontier()
        tree.add_hashes(*hashes[begin:end])
        return tree.root()

    return span


SPAN = over(HASHES)
VECTORS = over([leaf(body) for body in LEAVES])


@pytest.mark.fault(number="T38")
@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [A, B, C]), (5, 8, [D, E, ROOTS[4]]), (2, 3, [ROOTS[2]]), (1, 5, [ROOTS[1], B, D])],
)
def test_the_published_inclusion_paths_hold(index: int, size: int, path: list[str]) -> None:
    """Both ways: they are what we give, and what we accept."""
    given = inclusion(VECTORS, index, size)
    assert [each.hex() for each in given] == path
    assert is_included(leaf(LEAVES[index]), index, size, given, bytes.fromhex(ROOTS[size]))


@pytest.mark.fault(number="T38")
@pytest.mark.parametrize(
    ("first", "second", "path"),
    [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[4]]), (2, 5, [B, D])],
)
def test_the_published_consistency_paths_hold(first: int, second: int, path: list[str]) -> None:
    """Both ways, too."""
    given = consistency(VECTORS, first, second)
    assert [each.hex() for each in given] == path
    roots = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
    assert is_consistent(first, second, *roots, given)


def flipped(path: list[bytes], bit: int) -> list[bytes]:
    """Give a path with one of its bits changed."""
    whole = bytearray(b"".join(path))
    whole[bit // 8] ^= 1 << bit % 8
    return [bytes(whole[at : at + 32]) for at in range(0, len(whole), 32)]


@pytest.mark.fault(number="T38")
def test_every_proof_holds_and_is_that_of_another_program() -> None:
    """All 8,515 inclusion and 8,515 consistency proofs up to 130 leaves; with a bit changed, none holds."""
    oracle = InmemoryTree(algorithm="sha256")
    for body in BODIES:
        oracle.append_entry(body)
    checked = 0
    for size in range(1, MOST + 1):
        root = SPAN(0, size)
        assert root == oracle.get_root(size)
        for index in range(size):
            path = inclusion(SPAN, index, size)
            assert path == oracle.prove_inclusion(index + 1, size).path[1:]
            assert is_included(HASHES[index], index, size, path, root)
            first, earlier = index + 1, SPAN(0, index + 1)
            grown = consistency(SPAN, first, size)
            # Its consistency proofs have another form: they must prove the same of the same two roots.
            verify_consistency(earlier, root, oracle.prove_consistency(first, size))
            assert grown == by_definition(first, 0, size)
            assert is_consistent(first, size, earlier, root, grown)
            _refuses(index, size, path, grown)
            checked += 1
    assert checked == MOST * (MOST + 1) // 2


def by_definition(first: int, begin: int, end: int, *, is_whole: bool = True) -> list[bytes]:
    """Give SUBPROOF of RFC 9162 section 2.1.4.1, word for word: ``first`` of the leaves from begin to end."""
    size = end - begin
    if first == size:
        return [] if is_whole else [SPAN(begin, end)]
    k = max(1 << bit for bit in range(8) if 1 << bit < size)
    if first <= k:
        return [*by_definition(first, begin, begin + k, is_whole=is_whole), SPAN(begin + k, end)]
    return [*by_definition(first - k, begin + k, end, is_whole=False), SPAN(begin, begin + k)]


def _refuses(index: int, size: int, path: list[bytes], grown: list[bytes]) -> None:
    """Change one bit of each path, and of each root, in turn at another place."""
    root, earlier, bit = SPAN(0, size), SPAN(0, index + 1), index * 131 + size * 17
    other = flipped([root], bit % 256)[0]
    assert not is_included(HASHES[index], index, size, path, other)
    assert not is_consistent(index + 1, size, earlier, other, grown)
    if path:
        assert not is_included(HASHES[index], index, size, flipped(path, bit % (len(path) * 256)), root)
        assert not is_included(HASHES[index], index, size, path[:-1], root)
    if grown:
        changed = flipped(grown, bit % (len(grown) * 256))
        assert not is_consistent(index + 1, size, earlier, root, changed)
        assert not is_consistent(index + 1, size, earlier, root, grown[:-1])
        assert not is_consistent(index + 1, size, flipped([earlier], bit % 256)[0], root, grown)


@pytest.mark.fault(number="T38")
def test_the_program_for_everybody_finds_the_same_roots() -> None:
    """``verify.py`` has it a second time: every path leads to the root there, and no changed one does."""
    alone = runpy.run_path(str(ROOT / "visitor" / "web" / "verify.py"))
    tree = alone["Tree"]()
    for size, body in enumerate(BODIES[:70], 1):
        tree.add(body)
        assert tree.root() == SPAN(0, size).hex()
        for index in range(size):
            path = inclusion(SPAN, index, size)
            assert alone["root_by"](path, HASHES[index], index, size) == SPAN(0, size)
            if path:
                assert alone["root_by"](flipped(path, index), HASHES[index], index, size) != SPAN(0, size)
                assert alone["root_by"](path[:-1], HASHES[index], index, size) is None


@pytest.mark.fault(number="T38")
def test_every_bit_of_a_path_counts() -> None:
    """A proof of 100 leaves is refused with any single bit changed."""
    path, grown = inclusion(SPAN, 70, 100), consistency(SPAN, 70, 100)
    for bit in range(len(path) * 256):
        assert not is_included(HASHES[70], 70, 100, flipped(path, bit), SPAN(0, 100))
    for bit in range(len(grown) * 256):
        assert not is_consistent(70, 100, SPAN(0, 70), SPAN(0, 100), flipped(grown, bit))


def test_what_is_no_place_in_the_tree_is_refused() -> None:
    """Nothing is included beyond the end, and nothing extends a longer tree or an empty one."""
    assert not is_included(HASHES[0], 8, 8, [], HASHES[0])
    assert not is_included(HASHES[0], -1, 8, [], HASHES[0])
    assert not is_consistent(0, 8, SPAN(0, 8), SPAN(0, 8), [])
    assert not is_consistent(8, 7, SPAN(0, 8), SPAN(0, 7), [])


def test_blocks_are_the_tree_of_their_leaves() -> None:
    """Each 256th leaf completes a block, whose root is that of its leaves alone."""
    tree, plain, blocks = Frontier(), Frontier(), []
    bodies = [str(number).encode() for number in range(3 * BLOCK + 5)]
    for body in bodies:
        blocks += [root] if (root := tree.grow(body)) else []
        plain.add(body)
    assert tree.root() == plain.root()
    assert blocks == [over([leaf(body) for body in bodies])(at, at + BLOCK) for at in (0, BLOCK, 2 * BLOCK)]
