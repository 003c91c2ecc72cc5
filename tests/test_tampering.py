"""Whoever alters a hall's past is found out, what was done is named, and where: between two heads.

T36 and T37 of the catalogue. The forger can write to every file and seals the log anew each time.
"""

import itertools
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import forging
from bench.days import MONDAY, Days, write
from bench.forging import WAYS, Forgery
from protocol.events import Event, HeadSigned, TicketIssued
from server import log
from server.domain.derive import Finding
from server.log import Reader
from server.outside import NotEvidence, Outside
from server.register import Register
from server.snapshots import Snapshots
from server.tree import Tree, told_head, told_key
from server.verify import Audit, verify
from tests.hall_process import ROOT

SEED = 20261128
PLACES = 3
STAND_ALONE = ROOT / "visitor" / "web" / "verify.py"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a small hall after its day, as nobody altered it, with what left it meanwhile."""
    folder = tmp_path_factory.mktemp("day")
    write(folder, "XS", 1)
    reader = Reader(folder / log.FILE)
    kept = reader.heads(0, 10_000)
    lines = [*map(told_key, reader.hall_keys()), *map(told_head, kept)]
    (folder / "heads.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for number, event in enumerate(tickets(reader)):
        head = next(head for head in kept if head.size >= event.seq)
        receipt = Tree(reader).receipt(event.ticket, event.day, head)
        (folder / f"receipt-{number}.json").write_text(json.dumps(receipt))
    reader.close()
    return folder


@pytest.fixture
def copy(day: Path, tmp_path: Path) -> Path:
    """Give a copy to alter."""
    return Path(shutil.copytree(day, tmp_path / "copy"))


def tickets(reader: Reader) -> list[TicketIssued]:
    """Give the tickets of a log."""
    return [one for one in reader.events(0, reader.end()[0]) if isinstance(one, TicketIssued)]


def size_of(folder: Path) -> int:
    """Give where the log ends."""
    reader = Reader(folder / log.FILE)
    end, _ = reader.end()
    reader.close()
    return end


def audited(folder: Path, outside: Outside | None = None) -> list[Finding]:
    """Walk over a log; gives the findings."""
    reader = Reader(folder / log.FILE)
    walk = Audit(reader, None, outside, Snapshots(folder, reader))
    walk.walk()
    reader.close()
    return walk.findings


def kept_outside(day: Path) -> Outside:
    """Give the heads that left the hall."""
    return Outside([day / "heads.jsonl"])


def heads_of(day: Path) -> list[HeadSigned]:
    """Give the heads of the day."""
    return [head for head, _ in kept_outside(day).heads]


def longest_interval(day: Path) -> int:
    """Give the most events between two heads."""
    sizes = [0, *(head.size for head in heads_of(day))]
    return max(later - size for size, later in itertools.pairwise(sizes)) + 1


def test_a_day_that_nobody_altered_is_sound(day: Path) -> None:
    """By itself, and held to every head and receipt that left the hall."""
    assert audited(day) == []
    receipts = sorted(day.glob("receipt-*.json"))
    assert len(receipts) > 30
    assert audited(day, Outside([day / "heads.jsonl"], receipts)) == []


@pytest.mark.fault(number="T36")
@pytest.mark.parametrize("nth", range(PLACES))
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_way_is_found_and_named(day: Path, copy: Path, way: Forgery, nth: int) -> None:
    """At places that are drawn; and what was done stands within one interval of heads."""
    seed = f"{SEED}/{way.name}/{nth}"
    place = random.Random(seed).randrange(2, size_of(day) - 20)  # noqa: S311 - places that repeat
    print(f"seed {seed}: event {place}")
    way.carry_out(copy, place)
    findings = [one for one in audited(copy, kept_outside(day)) if one.kind == way.kind]
    assert findings, way
    if way.kind != "snapshot":
        spans = [(one.since or one.seq, one.seq) for one in findings]
        narrow = [span for span in spans if span[0] - 1 <= place <= span[1] + 1]
        assert narrow, spans
        assert min(last - first for first, last in narrow) <= longest_interval(day)


@pytest.mark.fault(number="T36")
@pytest.mark.parametrize("way", [way for way in WAYS if way.kind != "truncated"], ids=lambda way: way.name)
def test_a_log_by_itself_shows_all_but_a_cut(copy: Path, way: Forgery) -> None:
    """Without anything from outside: the forger cannot sign."""
    place = size_of(copy) // 2
    way.carry_out(copy, place)
    assert way.kind in {one.kind for one in audited(copy)}


@pytest.mark.fault(number="T36")
def test_a_cut_off_end_is_found_by_a_head_or_a_receipt(day: Path, copy: Path) -> None:
    """What fits by itself is convicted from outside, by one visitor's receipt alone, too."""
    place = size_of(day) * 2 // 3
    forging.truncate(copy, place)
    assert {one.kind for one in audited(copy)} <= {""}
    assert "truncated" in {one.kind for one in audited(copy, kept_outside(day))}
    last = max(day.glob("receipt-*.json"), key=lambda path: int(path.stem.split("-")[1]))
    assert "truncated" in {one.kind for one in audited(copy, Outside([], [last]))}


@pytest.mark.fault(number="T37")
def test_who_holds_the_halls_key_is_found_from_outside(day: Path, copy: Path) -> None:
    """T37: the log is sound by itself; an older head, and any receipt of later, convict it."""
    reader = Reader(copy / log.FILE)
    issued = tickets(reader)
    reader.close()
    victim = issued[len(issued) // 2]
    forging.edit_with_key(copy, victim.seq, Register(copy).hall_keys()[0])
    assert audited(copy) == []
    (found,) = audited(copy, kept_outside(day))
    assert found.kind == "rewritten"
    assert found.since <= victim.seq <= found.seq
    assert found.seq - found.since <= longest_interval(day)
    number = issued.index(victim)
    own = audited(copy, Outside([], [day / f"receipt-{number}.json"]))
    assert (victim.seq, "edited") in {(one.seq, one.kind) for one in own}
    for other in range(number + 1, len(issued), 5):
        later = audited(copy, Outside([], [day / f"receipt-{other}.json"]))
        assert {one.kind for one in later} == {"rewritten"}


def test_a_log_whose_heads_were_taken_out_is_no_sound_one(copy: Path) -> None:
    """None may be missing when one was due; without any from the beginning it looks like an old log."""

    def strip(events: list[Event]) -> list[Event]:
        return [event for event in events if not isinstance(event, HeadSigned)]

    forging.rewrite(copy, size_of(copy) // 2, strip)
    said = {one.sentence.partition(" at ")[0] for one in audited(copy)}
    assert "A head was due" in said


def test_a_clock_that_was_honestly_set_back_is_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hall time did not fall, and the log says what the machine's clock did: it is sound."""
    hall = Days(tmp_path, "XS", "1")
    hall.working.pass_time(-7200)
    hall.day(MONDAY)
    hall.end()
    assert verify(tmp_path, None) == 0
    assert "the machine's clock was set back by 7200 s." in capsys.readouterr().out


def test_evidence_that_is_false_itself_is_told(day: Path, copy: Path, tmp_path: Path) -> None:
    """A head by nobody's key, a countersignature that does not hold, a receipt whose path leads elsewhere."""
    lines = [json.loads(line) for line in (day / "heads.jsonl").read_text().splitlines()]
    keeper = {"by": "Nobody", "public": lines[0]["public"], "signature": "00" * 64}
    lines[3] = {**lines[3], "countersigned": [keeper]}
    lines[4] = {**lines[4], "signature": "00" * 64}
    lines[5] = {**lines[5], "key": "0" * 16}
    false = tmp_path / "false.jsonl"
    false.write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = " ".join(one.sentence for one in audited(copy, Outside([false])))
    for words in ("countersignature of Nobody", "is signed falsely", "the log does not know"):
        assert words in said
    receipt = json.loads((day / "receipt-3.json").read_text())
    (tmp_path / "receipt.json").write_text(json.dumps({**receipt, "path": receipt["path"][1:]}))
    (one,) = audited(copy, Outside([], [tmp_path / "receipt.json"]))
    assert "does not prove what it says" in one.sentence
    for content in ("{", "[]", '{"ticket":"A001"}'):
        (tmp_path / "receipt.json").write_text(content)
        with pytest.raises(NotEvidence, match="receipt"):
            Outside([], [tmp_path / "receipt.json"])


def run(*arguments: object) -> tuple[int, str]:
    """Run a program; gives the exit status and what it said."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_command_line_takes_heads_and_receipts(day: Path, copy: Path) -> None:
    """And says in a sentence what a file is not."""
    heads, receipt = day / "heads.jsonl", day / "receipt-9.json"
    sound = run("-m", "server", "verify", "--data", copy, "--heads", heads, "--receipt", receipt)
    assert (sound[0], "The log is sound." in sound[1]) == (0, True), sound
    forging.truncate(copy, 9)
    status, said = run("-m", "server", "verify", "--data", copy, "--heads", heads, "--receipt", receipt)
    assert status == 1
    assert "[truncated]" in said
    assert run("-m", "server", "verify", "--data", copy, "--heads", receipt)[0] == 2
    assert "no receipt" in run("-m", "server", "verify", "--data", copy, "--receipt", heads)[1]


@pytest.mark.parametrize("way", [way for way in WAYS if way.kind != "snapshot"], ids=lambda way: way.name)
def test_the_program_for_everybody_finds_it_too(day: Path, copy: Path, way: Forgery) -> None:
    """Without the hall's program: heads from outside convict every way but that of a snapshot, no log."""
    heads = day / "heads.jsonl"
    assert run(STAND_ALONE, "log", copy / log.FILE, "--heads", heads)[0] == 0
    way.carry_out(copy, size_of(day) // 2)
    status, said = run(STAND_ALONE, "log", copy / log.FILE, "--heads", heads)
    assert status == 1, said


@pytest.mark.slow
def test_the_demonstration_finds_all() -> None:
    """``python -m bench.tampering``, on one small day."""
    status, said = run("-m", "bench.tampering", "--size", "XS")
    assert (status, "9 of 9 found and named." in said) == (0, True), said


@pytest.mark.fault(number="T37")
def test_what_a_slip_says_convicts(day: Path, copy: Path, tmp_path: Path) -> None:
    """64 bits on paper are enough, also against who has the hall's key; lines of bodies are a log, too."""
    reader = Reader(copy / log.FILE)
    victim = tickets(reader)[7]
    proof = Tree(reader).inclusion(victim.seq, reader.end()[0])
    reader.close()
    slip = f"{victim.seq}-{proof['leaf'][:16]}"
    forging.edit_with_key(copy, victim.seq, Register(copy).hall_keys()[0])
    reader = Reader(copy / log.FILE)
    lines = tmp_path / "bodies.txt"
    lines.write_text("".join(body + "\n" for body in reader.bodies(0, reader.end()[0])))
    reader.close()
    for file in (copy / log.FILE, lines):
        assert run(STAND_ALONE, "log", file)[0] == 0
        status, said = run(STAND_ALONE, "log", file, "--slip", slip)
        assert (status, "the slip says so" in said) == (1, True), said
    assert run(STAND_ALONE, "log", day / log.FILE, "--slip", slip)[0] == 0
    assert run(STAND_ALONE, "log", day / log.FILE, "--slip", "seven")[0] == 2


def test_a_keeper_countersigns(day: Path, copy: Path, tmp_path: Path) -> None:
    """With a key of their own, made at the first time; the hall's program takes their word."""
    key, mine = tmp_path / "keeper.pem", tmp_path / "mine.jsonl"
    asked = ("countersign", day / "heads.jsonl", "--key", key, "--name", "Ombudsman")
    done = subprocess.run(
        [sys.executable, str(STAND_ALONE), *map(str, asked)], capture_output=True, text=True, check=True
    )
    mine.write_text(done.stdout)
    assert key.stat().st_mode & 0o077 == 0
    assert audited(copy, Outside([mine])) == []
    assert run(STAND_ALONE, "log", copy / log.FILE, "--heads", mine)[0] == 0
    again = subprocess.run(
        [sys.executable, str(STAND_ALONE), "countersign", str(mine), *map(str, asked[2:])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout == done.stdout
    mine.write_text(done.stdout.replace("Ombudsman", "Mayor").replace('"signature": "', '"signature": "00'))
    assert run(STAND_ALONE, "countersign", mine, *asked[2:])[0] == 1
