"""The tree over the log is the one of RFC 6962."""

from hashlib import sha256

import pytest

from server.merkle import Frontier

# The test vectors of the certificate-transparency projects for the algorithm of RFC 6962 section 2.1.
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def by_definition(leaves: list[bytes]) -> bytes:
    """Compute the tree hash as the RFC writes it down."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_published_vectors_hold(size: int) -> None:
    """Trees of none to eight leaves have the published roots."""
    tree = Frontier()
    for leaf in LEAVES[:size]:
        tree.add(leaf)
    assert tree.root().hex() == ROOTS[size]


def test_growing_is_the_definition() -> None:
    """A tree grown leaf by leaf has the root that the definition gives, at every size."""
    leaves = [str(number).encode() for number in range(70)]
    tree = Frontier()
    for size, leaf in enumerate(leaves):
        assert tree.root() == by_definition(leaves[:size])
        tree.add(leaf)


def test_a_kept_frontier_goes_on() -> None:
    """A frontier that was kept and taken up again grows to the same root; its copy grows on its own."""
    tree = Frontier()
    for number in range(11):
        tree.add(bytes([number]))
    again = Frontier(tree.size, tree.peaks)
    other = tree.copy()
    for one in (tree, again):
        one.add(b"last")
    assert again.root() == tree.root() != other.root()


def test_a_frontier_must_fit_its_size() -> None:
    """Peaks that cannot belong to a tree of that size are refused."""
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, [b""])
