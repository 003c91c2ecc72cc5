"""Anybody can hold the hall to its log over HTTP: heads, proofs, and a receipt for who has the slip."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from protocol import wire
from server.merkle import BLOCK, leaf
from server.merkle_proofs import is_consistent, is_included
from tests.hall_process import ROOT, Asker, new_id
from tests.network_hall import NetworkHall

VERIFY = ROOT / "visitor" / "web" / "verify.py"
HEADS, INCLUSION, CONSISTENCY = "/api/v1/heads", "/api/v1/proofs/inclusion", "/api/v1/proofs/consistency"


@pytest.fixture(scope="module")
def tickets(hall_server: NetworkHall) -> list[dict[str, Any]]:
    """Issue three times two hundred tickets; gives the events as their issuer was told."""
    system, told = hall_server.device("integration"), []
    for _ in range(3):
        many = [{"type": "issue_ticket", "id": new_id(), "service": "passport"} for _ in range(200)]
        told += [answer["events"][0] for answer in system.ask("POST", "/api/v1/commands", many)[1]]
    return told


@pytest.fixture(scope="module")
def anybody(hall_server: NetworkHall) -> Asker:
    """Give a stranger."""
    return hall_server.stranger()


def told(asker: Asker, path: str) -> dict[str, Any]:
    """Ask, and be answered."""
    status, answer = asker.ask("GET", path)
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


def hashes(path: list[str]) -> list[bytes]:
    """Read hashes in hex."""
    return [bytes.fromhex(each) for each in path]


def verify(*arguments: object) -> tuple[int, str]:
    """Run the program for everybody in a folder of its own, as it is downloaded."""
    command = [sys.executable, "-I", str(VERIFY), *map(str, arguments)]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_heads_are_listed_for_anybody(anybody: Asker, tickets: list[dict[str, Any]]) -> None:
    """With the key that signed them; page after page, and the latest in each answer."""
    first = told(anybody, f"{HEADS}?limit=2")
    assert len(first["heads"]) == 2
    assert first["next"] == first["heads"][-1]["size"]
    assert [key["key"] for key in first["keys"]] == [first["latest"]["key"]]
    rest = told(anybody, f"{HEADS}?since={first['next']}")
    assert rest["heads"][-1] == first["latest"]
    assert first["latest"]["size"] > tickets[-100]["seq"]
    assert told(anybody, f"{HEADS}?since={first['latest']['size']}")["heads"] == []


def test_proofs_hold_under_every_head(
    hall_server: NetworkHall, anybody: Asker, tickets: list[dict[str, Any]]
) -> None:
    """Of events in whole blocks and in the last one; each head only extends the one before."""
    heads = told(anybody, HEADS)["heads"]
    log = hall_server.known("inspector").ask("GET", "/api/v1/events?limit=5000")[1]["events"]
    assert heads[-1]["size"] > 2 * BLOCK
    for seq in (1, 2, BLOCK, BLOCK + 1, tickets[300]["seq"], heads[-1]["size"]):
        for head in (one for one in heads if one["size"] >= seq):
            proof = told(anybody, f"{INCLUSION}?seq={seq}&size={head['size']}")
            hashed = leaf(wire.encode(log[seq - 1]))
            root = bytes.fromhex(head["root"])
            assert (proof["leaf"], proof["root"]) == (hashed.hex(), head["root"])
            assert is_included(hashed, seq - 1, head["size"], hashes(proof["path"]), root)
    for first, second in itertools.pairwise(heads):
        proof = told(anybody, f"{CONSISTENCY}?first={first['size']}&second={second['size']}")
        roots = bytes.fromhex(first["root"]), bytes.fromhex(second["root"])
        assert is_consistent(first["size"], second["size"], *roots, hashes(proof["path"]))
    assert told(anybody, f"{INCLUSION}?seq=1")["size"] == heads[-1]["size"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{INCLUSION}?seq=0", "$.seq"),
        (f"{INCLUSION}?seq=9&size=8", "$.seq"),
        (f"{INCLUSION}?seq=1&size=99999", "$.size"),
        (f"{INCLUSION}?seq=one", "$.seq"),
        (f"{CONSISTENCY}?first=0&second=3", "$.first"),
        (f"{CONSISTENCY}?first=4&second=3", "$.first"),
        (f"{CONSISTENCY}?first=1&second=99999", "$.second"),
        (f"{HEADS}?limit=0", "$.limit"),
    ],
)
def test_a_place_that_the_log_has_not_is_malformed(
    anybody: Asker, tickets: list[dict[str, Any]], path: str, field: str
) -> None:
    """With the name of what is wrong; nothing is computed for it."""
    assert tickets
    status, answer = anybody.ask("GET", path)
    assert (status, answer["code"], answer["path"]) == (422, "malformed", field)


def test_a_receipt_is_checked_without_the_hall(
    hall_server: NetworkHall, tickets: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Its file alone proves it; with one thing changed it does not. The slip has the leaf's first digits."""
    mine = tickets[123]
    receipt = told(hall_server.stranger(), f"/api/v1/visits/{mine['token']}/receipt")
    assert re.fullmatch(r"[0-9]+-[0-9a-f]{16}", mine["receipt"])
    assert mine["receipt"] == f"{receipt['seq']}-{leaf(receipt['body'].encode()).hex()[:16]}"
    assert mine["token"] not in json.dumps(receipt)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt))
    status, said = verify("receipt", file, "--slip", mine["receipt"])
    assert (status, f"Ticket {mine['ticket']}" in said) == (0, True), said
    for field, value in {
        "body": receipt["body"].replace('"ahead":', '"ahead":9'),
        "path": [receipt["path"][0][:-1] + "0", *receipt["path"][1:]],
        "seq": receipt["seq"] + 1,
        "head": {**receipt["head"], "at": receipt["head"]["at"] + 1},
        "keys": [],
        "ticket": "A000",
    }.items():
        if receipt[field] == value:
            continue
        file.write_text(json.dumps({**receipt, field: value}))
        status, said = verify("receipt", file)
        assert status == 1, (field, said)


def test_who_has_no_slip_has_no_receipt(hall_server: NetworkHall, tickets: list[dict[str, Any]]) -> None:
    """Another digit is another slip; one that was printed anew has a receipt of its own address."""
    token = tickets[5]["token"]
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert hall_server.stranger().ask("GET", f"/api/v1/visits/{other}/receipt")[0] == 404
    system = hall_server.device("integration")
    new = system.done("reprint_slip", ticket=tickets[5]["ticket"], reason="slip-lost")[0]["token"]
    assert hall_server.stranger().ask("GET", f"/api/v1/visits/{token}/receipt")[1]["code"] == "slip_void"
    assert told(hall_server.stranger(), f"/api/v1/visits/{new}/receipt")["seq"] == tickets[5]["seq"]


def test_a_keeper_holds_the_hall_to_what_was_fetched(
    hall_server: NetworkHall, anybody: Asker, tickets: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The answer as it came is a file of heads, for both programs; while the hall works."""
    assert tickets
    file, data = tmp_path / "heads.json", hall_server.process.data
    file.write_text(json.dumps(told(anybody, f"{HEADS}?limit=1000")))
    status, said = verify("log", data / "hall.db", "--heads", file)
    assert (status, "Nothing was found." in said) == (0, True), said
    status, kept = verify("countersign", file, "--key", tmp_path / "keeper.pem", "--name", "Keeper")
    assert (status, kept.count('"countersigned"')) == (0, len(told(anybody, f"{HEADS}?limit=1000")["heads"]))
    command = [sys.executable, "-m", "server", "verify", "--data", str(data), "--heads", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "The log is sound." in done.stdout) == (0, True), done.stdout


def test_a_slip_is_found_by_its_whole_address(
    hall_server: NetworkHall, tickets: list[dict[str, Any]]
) -> None:
    """What stands behind the token is for the visit's page, and in nobody's way."""
    mine = tickets[44]
    address = quote(f"https://hall.example/visit/{mine['token']}#{mine['receipt']}", safe="")
    found = hall_server.known("lead").ask("GET", f"/api/v1/lookup?code={address}")
    assert (found[0], found[1]["ticket"]) == (200, mine["ticket"]), found


def test_a_receipt_waits_for_a_head(hall_server: NetworkHall, tickets: list[dict[str, Any]]) -> None:
    """Until one covers the ticket, path and head are empty; what the slip says holds at once."""
    last = tickets[-1]
    receipt = told(hall_server.stranger(), f"/api/v1/visits/{last['token']}/receipt")
    latest = told(hall_server.stranger(), HEADS)["latest"]
    assert (receipt["head"] is None) == (latest["size"] < last["seq"])
    assert receipt["seq"] == last["seq"]


def test_the_program_for_everybody_is_downloaded_from_the_hall(hall_server: NetworkHall) -> None:
    """As text, byte for byte the one that these tests run."""
    status, told_text = hall_server.process.get("/static/visitor/verify.py")
    assert status == 200
    assert told_text == VERIFY.read_text()
