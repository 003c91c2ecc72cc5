"""``novbe-server heads`` and ``key``: what leaves the hall so that others can hold it to its log."""

import sys
from pathlib import Path

from protocol import wire
from server import log
from server.administering import may_change
from server.log import Reader
from server.register import Register
from server.tree import told_head, told_key

MANY = 2**31


def export_heads(folder: Path, since: int) -> int:
    """Print the hall's keys and its signed heads over more than ``since`` events, a line of JSON each."""
    if not (folder / log.FILE).exists():
        print(f"There is no log in {folder} yet: nothing was signed.", file=sys.stderr)
        return 1
    reader = Reader(folder / log.FILE)
    try:
        keys, heads = reader.hall_keys(), reader.heads(since, MANY)
        for told in (*map(told_key, keys), *map(told_head, heads)):
            print(wire.json.dumps(told))
    finally:
        reader.close()
    print(f"{len(heads)} heads. Keep them where the hall's administrators cannot write.", file=sys.stderr)
    return 0


def hall_key(folder: Path, *, renew: bool) -> int:
    """Print the public key that signs this hall's heads, or draw another one for the next start."""
    if not folder.is_dir():
        print(f"There is no folder {folder}: check its name.", file=sys.stderr)
        return 2
    register = Register(folder)
    if not renew:
        key, _ = register.hall_keys()
        print(f"{key.name}: {key.public}")
        return 0
    if not may_change(folder):
        return 1
    key = register.renew_hall_key()
    print(f"{key.name}: {key.public}")
    print(
        "The next start of the server signs by this key; its log says so, and the key before stands for it.",
        file=sys.stderr,
    )
    return 0
