"""Checks what a Novbe hall promised: a visitor's receipt, its signed heads, its log; without the hall.

    python verify.py receipt RECEIPT.json [--heads FILE] [--slip SEQ-HEX]
    python verify.py log LOG [--heads FILE] [--receipt FILE]... [--slip SEQ-HEX]...
    python verify.py countersign HEADS --key KEEPER.pem --name "Ombudsman" > COUNTERSIGNED

LOG is the hall's ``hall.db`` or a copy of it, or a text of event bodies, one a line. HEADS are the lines of
``novbe-server heads``, the answer of ``GET /api/v1/heads``, or what ``countersign`` printed. Exit status: 0
nothing found, 1 findings, 2 wrong usage. Python 3.11 and the package ``cryptography`` are all it needs.

The rules that it follows are short, so that anybody can write them again: a leaf is SHA-256(0x00 || body), a
node SHA-256(0x01 || left || right) (RFC 6962), paths are those of RFC 9162, a head is signed by Ed25519 over
the JSON of ``at, epoch, hall, key, root, size, type`` with sorted keys and without spaces (RFC 8785).
"""

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Told = dict[str, Any]
SIGNED = ("at", "epoch", "hall", "key", "root", "size")
DATABASE = b"SQLite format 3\0"


class Unreadable(Exception):  # noqa: N818 - a sentence for the person who ran this
    """A file is not what it should be."""


def leaf(body: bytes) -> bytes:
    """Hash an event."""
    return sha256(b"\x00" + body).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_by(path: list[bytes], found: bytes, index: int, size: int) -> bytes | None:
    """Give the root to which a path leads from the leaf at ``index``; None for a path of another length."""
    place, last = index, size - 1
    for each in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, each)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


class Tree:
    """A tree that grows; it keeps the roots of the perfect subtrees alone."""

    def __init__(self) -> None:
        """Begin empty."""
        self.size, self.peaks = 0, list[bytes]()

    def add(self, body: bytes) -> None:
        """Append an event."""
        peak, rest = leaf(body), self.size
        while rest & 1:
            peak, rest = node(self.peaks.pop(), peak), rest >> 1
        self.peaks.append(peak)
        self.size += 1

    def root(self) -> str:
        """Give the root in hex."""
        found = self.peaks[-1] if self.peaks else sha256().digest()
        for peak in reversed(self.peaks[:-1]):
            found = node(peak, found)
        return found.hex()


def canonical(said: Told) -> bytes:
    """Write JSON as it was signed."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def statement(head: Told) -> bytes:
    """Give the bytes of a head that are signed."""
    return canonical({"type": "head", **{name: head[name] for name in SIGNED}})


def is_signed(public: str, said: bytes, signature: str) -> bool:
    """Tell whether an Ed25519 key in hex signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), said)
    except (ValueError, InvalidSignature):
        return False
    return True


class Keys:
    """The keys that a hall announced, each by its short name; one that replaces another must be stood for."""

    def __init__(self) -> None:
        """Know none."""
        self.known: dict[str, str] = {}

    def add(self, key: Told) -> str:
        """Learn a key; gives what is wrong with it, or nothing."""
        name, public = key["key"], key["public"]
        if sha256(bytes.fromhex(public)).hexdigest()[:16] != name:
            return f"the key {name} is not the one it is called"
        if name in self.known:
            return ""
        is_first = not self.known
        self.known[name] = public
        before = self.known.get(key.get("replaces", ""))
        said = canonical({"type": "key", **{each: key.get(each) for each in ("key", "public", "replaces")}})
        if not is_first and not (before and is_signed(before, said, key.get("endorsed", ""))):
            return f"the key {name} is another one, and no key before stands for it"
        return ""

    def wrong_with(self, head: Told) -> str:
        """Give what is wrong with a head's signature, or nothing."""
        public = self.known.get(head["key"])
        if public is None:
            return f"it is signed by the key {head['key']}, which nobody announced"
        return "" if is_signed(public, statement(head), head["signature"]) else "its signature is false"


class Check:
    """One run: what is known from outside the hall, and what was found."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.keys, self.heads, self.leaves = Keys(), list[Told](), list[tuple[int, str, str]]()
        self.findings: list[str] = []

    def find(self, place: str, wrong: str) -> None:
        """Note what is wrong, if anything is."""
        if wrong:
            self.findings.append(f"{place}: {wrong}.")

    def learn_heads(self, path: Path) -> None:
        """Take keys and heads that were kept outside, and the countersignatures on them."""
        for told in read_heads(path):
            if told.get("type") == "key":
                self.find("Kept outside", self.keys.add(told))
                continue
            place = f"Head of {told['size']} events, kept outside"
            self.find(place, self.keys.wrong_with(told))
            for keeper in told.get("countersigned", ()):
                is_true = is_signed(keeper["public"], statement(told), keeper["signature"])
                self.find(place, "" if is_true else f"the countersignature of {keeper['by']} is false")
            self.heads.append(told)

    def learn_slip(self, slip: str) -> None:
        """Take what stands on a slip: the place of its event, and the first digits of its leaf."""
        seq, _, digits = slip.partition("-")
        if not seq.isdecimal() or not digits:
            raise Unreadable(f"{slip} is not what a slip says: a number, a hyphen and 16 digits.")
        self.leaves.append((int(seq), digits, "the slip"))

    def receipt(self, path: Path) -> Told:
        """Check a receipt by itself, and hold the log to it."""
        told = read_json(path)
        body, head, seq = told["body"].encode(), told["head"], told["seq"]
        event, place = json.loads(body), f"Receipt of {told['ticket']}"
        said = (event["ticket"], event["day"], event["seq"])
        self.find(place, "" if said == (told["ticket"], told["day"], seq) else "its event is another one's")
        for key in told["keys"]:
            self.find(place, self.keys.add(key))
        if head is None:
            self.find(place, "no head covers it yet: fetch it again five minutes after the ticket was issued")
            return told
        steps = [bytes.fromhex(each) for each in told["path"]]
        found = root_by(steps, leaf(body), seq - 1, head["size"])
        is_under = found is not None and found.hex() == head["root"] and 1 <= seq <= head["size"]
        self.find(place, "" if is_under else "its event does not stand under the head")
        self.find(place, self.keys.wrong_with(head))
        for at, digits, name in self.leaves:
            if at == seq:
                self.find(place, "" if leaf(body).hex().startswith(digits) else f"{name} says another event")
        self.leaves.append((seq, leaf(body).hex(), f"the receipt of {told['ticket']}"))
        self.heads.append(head)
        return told

    def log(self, path: Path) -> str:
        """Walk over a log; gives what was checked."""
        walk = Walk(self)
        for columns, body in read_log(path):
            walk.step(columns, body)
        walk.end()
        return f"{walk.tree.size} events and {walk.signed} heads read, {len(self.heads)} heads kept outside."


class Walk:
    """A walk over a log, event by event."""

    def __init__(self, check: Check) -> None:
        """Hold the log to what ``check`` knows from outside."""
        self.check, self.tree, self.signed, self._at, self._good = check, Tree(), 0, 0, 0
        self._broken: set[str] = set()
        self._heads: dict[int, list[Told]] = {}
        for head in check.heads:
            self._heads.setdefault(head["size"], []).append(head)

    def step(self, columns: tuple[Any, ...] | None, body: bytes) -> None:
        """Take the next event, with the columns that a database has beside it."""
        seq = self.tree.size + 1
        place, event = f"Event {seq}", parsed(body)
        if event is None:
            self.check.find(place, "its body cannot be read")
        else:
            self._event(place, seq, event, columns)
        self.tree.add(body)
        for at, digits, name in self.check.leaves:
            if at == seq:
                same = leaf(body).hex().startswith(digits)
                self.check.find(
                    place, "" if same else f"it was changed, or another took its place: {name} says so"
                )
        for head in self._heads.pop(seq, ()):
            self._head(head, "kept outside")

    def _event(self, place: str, seq: int, event: Told, columns: tuple[Any, ...] | None) -> None:
        said = tuple(event.get(name) for name in ("seq", "day", "at", "type"))
        find = self.check.find
        find(
            place,
            "" if said[0] == seq else f"it says that it is event {said[0]}: one is missing, or out of order",
        )
        find(place, "" if columns in {None, said} else "the columns beside its body say something else")
        find(place, "" if event["at"] >= self._at else "its time lies before that of the event before it")
        self._at = max(self._at, event["at"])
        if event["type"] == "key_announced":
            find(place, self.check.keys.add(event))
        if event["type"] == "head_signed":
            self.signed += 1
            find(place, "" if event["size"] == seq - 1 else f"a head over {event['size']} events stands here")
            self._head(event, "in the log")

    def _head(self, head: Told, where: str) -> None:
        """Compare a head with the tree as it stands; after the first that differs all others do, too."""
        size, wrong = head["size"], self.check.keys.wrong_with(head)
        if self.tree.size == size and self.tree.root() != head["root"] and where not in self._broken:
            self._broken.add(where)
            wrong = f"an event from {self._good + 1} to {size} was changed, put in, taken out or moved"
        elif not wrong and where not in self._broken:
            self._good = size
        self.check.find(f"Head over {size} events, {where}", wrong)

    def end(self) -> None:
        """Find what was cut off."""
        for size in self._heads:
            self.check.find(
                f"Head over {size} events, kept outside",
                f"the log ends at {self.tree.size}: its end was cut off",
            )
        for at, _, name in self.check.leaves:
            if at > self.tree.size:
                self.check.find(
                    f"Event {at}", f"it is missing from the log's end, and {name} says that it was there"
                )


def parsed(body: bytes) -> Told | None:
    """Read an event; None when it is none."""
    try:
        event = json.loads(body)
    except ValueError:
        return None
    has_all = isinstance(event, dict) and {"seq", "day", "at", "type"} <= event.keys()
    return event if has_all and isinstance(event["at"], int) else None


def read_log(path: Path) -> Iterator[tuple[tuple[Any, ...] | None, bytes]]:
    """Give the columns (of a database alone) and the body of each event."""
    with path.open("rb") as file:
        if file.read(len(DATABASE)) != DATABASE:
            file.seek(0)
            for line in file:
                yield None, line.rstrip(b"\r\n")
            return
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        for *columns, body in db.execute("SELECT seq, day, at, type, body FROM events ORDER BY seq"):
            yield tuple(columns), str(body).encode()


def read_json(path: Path) -> Told:
    """Read one JSON object."""
    try:
        told = json.loads(path.read_bytes())
    except ValueError as error:
        raise Unreadable(f"{path} is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise Unreadable(f"{path} is something else than was expected: download it again.")
    return told


def read_heads(path: Path) -> list[Told]:
    """Read keys and heads, a line each, or as the hall's interface tells them."""
    lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    try:
        found: list[Told] = [json.loads(line) for line in lines]
    except ValueError as error:
        raise Unreadable(f"{path} does not hold heads, a line each: {error}") from error
    if len(found) == 1 and "heads" in found[0]:
        told: list[Told] = [*found[0]["keys"], *found[0]["heads"]]
        return told
    return found


def keeper_key(path: Path) -> Ed25519PrivateKey:
    """Read a keeper's own key, or make one that its owner alone may read."""
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        path.touch(mode=0o600)
        path.write_bytes(made.private_bytes(*form))
        print(f"Made the key {path}: keep it where nobody else reads it.", file=sys.stderr)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable(f"{path} is no Ed25519 key: name a file that is not there yet, and one is made.")
    return key


def countersign(given: argparse.Namespace) -> list[str]:
    """Print heads with the keeper's signature over the same bytes; none where anything is wrong."""
    check, seen = Check(), dict[tuple[str, int], str]()
    check.learn_heads(given.heads)
    for head in check.heads:
        known = seen.setdefault((head["epoch"], head["size"]), head["root"])
        is_one = known == head["root"]
        check.find(
            f"Head over {head['size']} events", "" if is_one else "two with different roots are signed"
        )
    if check.findings:
        return check.findings
    key = keeper_key(given.key)
    public = key.public_key().public_bytes_raw().hex()
    for told in read_heads(given.heads):
        if told.get("type") == "key":
            print(json.dumps(told, sort_keys=True))
            continue
        mine = {"by": given.name, "public": public, "signature": key.sign(statement(told)).hex()}
        others = [each for each in told.get("countersigned", ()) if each["public"] != public]
        print(json.dumps({**told, "countersigned": [*others, mine]}, sort_keys=True))
    print(f"{len(check.heads)} heads countersigned by {given.name}, {public}.", file=sys.stderr)
    return []


def check_receipt(given: argparse.Namespace) -> list[str]:
    """Check a receipt by itself."""
    check = Check()
    for path in given.heads:
        check.learn_heads(path)
    for slip in given.slip:
        check.learn_slip(slip)
    kept = {(head["epoch"], head["size"]): head["root"] for head in check.heads}
    told = check.receipt(given.receipt)
    head = told["head"]
    if head:
        known = kept.get((head["epoch"], head["size"]), head["root"])
        check.find("Receipt", "" if known == head["root"] else "another head of this size was kept outside")
        print(f"Ticket {told['ticket']} of {told['day']} is event {told['seq']} of the hall {head['hall']}.")
        print(f"Head over {head['size']} events, signed by {head['key']}: {head['root']}")
    return check.findings


def check_log(given: argparse.Namespace) -> list[str]:
    """Check a log, and hold it to what was kept outside."""
    check = Check()
    for path in given.heads:
        check.learn_heads(path)
    for path in given.receipt:
        check.receipt(path)
    for slip in given.slip:
        check.learn_slip(slip)
    print(check.log(given.log))
    return check.findings


def parser() -> argparse.ArgumentParser:
    """Make the command line."""
    made = argparse.ArgumentParser(prog="verify.py", description="Check what a Novbe hall promised.")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    receipt = commands.add_parser("receipt", help="check a visitor's receipt")
    receipt.add_argument("receipt", type=Path)
    log = commands.add_parser("log", help="check a log against itself and what was kept outside")
    log.add_argument("log", type=Path)
    log.add_argument("--receipt", type=Path, action="append", default=[], help="a visitor's receipt")
    for command in (receipt, log):
        command.add_argument("--heads", type=Path, action="append", default=[], help="heads kept outside")
        command.add_argument("--slip", action="append", default=[], help="what a slip says, SEQ-HEX")
    keep = commands.add_parser("countersign", help="sign heads that you keep outside the hall")
    keep.add_argument("heads", type=Path)
    keep.add_argument("--key", type=Path, required=True, help="your own key; it is made where there is none")
    keep.add_argument("--name", required=True, help="who you are")
    run: list[tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], list[str]]]] = [
        (receipt, check_receipt),
        (log, check_log),
        (keep, countersign),
    ]
    for command, carry_out in run:
        command.set_defaults(carry_out=carry_out)
    return made


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; gives the exit status."""
    given = parser().parse_args(arguments)
    try:
        findings = given.carry_out(given)
    except (Unreadable, OSError, sqlite3.Error) as error:
        print(error, file=sys.stderr)
        return 2
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        print(f"A file is not in the form that this program knows: {error!r}.", file=sys.stderr)
        return 2
    for finding in findings:
        print(finding)
    said = f"{len(findings)} findings." if findings else "Nothing was found."
    print(said, file=sys.stderr if given.carry_out is countersign else sys.stdout)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
