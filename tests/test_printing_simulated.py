"""The simulated printer: the judge is held to Epson's published commands by hand-written bytes."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from select import select
from urllib.parse import urlsplit

import pytest
from PIL import Image

from kiosk.printing.simulated import PtyFace, TcpFace
from kiosk.printing.simulated_paper import Slip
from kiosk.printing.simulated_printer import FAULTS, Simulator, SwitchedOff
from tests.slips import PAGE, qr_codes

CUT = b"\x1dV\x00"


def slip_of(data: bytes) -> Slip:
    """Feed bytes, cut, and give the slip."""
    simulator = Simulator()
    simulator.feed(data + CUT)
    return simulator.slips[0]


def height_of(data: bytes) -> int:
    """Tell how many dots of paper the bytes take."""
    picture, blank = slip_of(data).picture, slip_of(b"").picture
    return picture.height - blank.height


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        pytest.param(b"A042\n", ["A042"], id="text"),
        pytest.param(b"A0\x1bE\x0142\n", ["A042"], id="bold in the middle of a line"),
        pytest.param(b"\x1bt\x11\x8d\xae\xac\xa5\xe0\n", ["Номер"], id="page 17 is 866"),
        pytest.param(b"\x1bt\x2e\xcd\xee\xec\xe5\xf0\n", ["Номер"], id="page 46 is 1251"),
        pytest.param(b"\x1bt\x10caf\xe9\n\x1b@\x82\n", ["café", "é"], id="initialise goes back to page 0"),
        pytest.param(b"one\x1bd\x02two\x1bJ\x10", ["one", "two"], id="feeding prints the line"),
        pytest.param(b"\x10\x04\x01ok\n", ["ok"], id="a real-time question is no text"),
        pytest.param(b"\x1d!\x77\x1ba\x01A042\n\x1d!\x00\r\n", ["A042"], id="sizes, justification, returns"),
    ],
)
def test_what_is_sent_is_read(data: bytes, lines: list[str]) -> None:
    """Commands are read by their published formats, and letters by the selected page."""
    slip = slip_of(data)
    assert (slip.lines, slip.errors) == (lines, [])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"\x1bZ", "unknown command 1b 5a", id="no such command"),
        pytest.param(b"\x07", "unknown command 07", id="no such control"),
        pytest.param(b"\x1bt\x63", "there is no code page 99", id="no such page"),
        pytest.param(b"\x1d!\x08", "GS ! has no size 0x08", id="no such size"),
        pytest.param(b"\x1ba\x03", "ESC a has no 3", id="no such justification"),
        pytest.param(b"\x1dV\x07", "GS V has no 7", id="no such cut"),
        pytest.param(
            b"x\x1dv0\x00\x01\x00\x01\x00\xff", "GS v 0 in the middle of a line", id="row inside a line"
        ),
        pytest.param(b"\x1dv0\x09\x01\x00\x01\x00\xff", "GS v 0 has no mode 9 for 1 x 1", id="no such mode"),
        pytest.param(
            b"\x1d(k\x03\x00\x31\x51\x30", "GS ( k has no 03 00 31 51 30", id="a code that was not stored"
        ),
        pytest.param(b"\x1d(k\x03\x00\x31\x43\x11", "GS ( k has no 03 00 31 43 11", id="modules too large"),
        pytest.param(b"\x1dv0\x00\x50\x00\x01\x00" + b"\xff" * 80, "a picture 640 dots wide", id="too wide"),
        pytest.param(b"W" * 49, "the line is full before 'W'", id="a line too long"),
        pytest.param(b"\x1bt\x25\xff\n", "page 37 has no letters ff", id="a letter that the page lacks"),
        pytest.param(b"\x1dr\x09", "GS r has no 9", id="no such status"),
        pytest.param(
            b"\x1bR\x01", "unknown command 1b 52 01", id="a command that this model is not asked for"
        ),
    ],
)
def test_what_is_no_command_is_an_error(data: bytes, error: str) -> None:
    """What a real printer would print as garbage is written down, and what follows is still read."""
    slip = slip_of(data + b"\nafter\n")
    assert [remark for remark in slip.errors if remark.startswith(error)]
    assert slip.lines[-1] == "after"


def test_a_stream_may_be_cut_anywhere() -> None:
    """Byte by byte or at once makes the same paper."""
    row = b"\x1dv0\x00\x02\x00\x02\x00\xf0\x0f\x10\x04"
    code = b"\x1d(k\x05\x00\x31\x50\x30hi\x1d(k\x03\x00\x31\x51\x30"
    data = b"\x1b@\x1bt\x11\x1ba\x01A042\n" + row + code + b"\x1dVB\x08"
    whole, pieces = Simulator(), Simulator()
    whole.feed(data)
    for byte in data:
        pieces.feed(bytes([byte]))
    one, other = whole.slips[0], pieces.slips[0]
    assert (
        (one.lines, one.codes, one.errors)
        == (other.lines, other.codes, other.errors)
        == (["A042"], ["hi"], [])
    )
    assert one.picture.tobytes() == other.picture.tobytes()


@pytest.mark.parametrize(
    ("data", "dots"),
    [
        pytest.param(b"x\n", 30, id="a line is a sixth of an inch"),
        pytest.param(b"\x1d!\x07x\n", 192, id="an enlarged line as high as its letters"),
        pytest.param(b"x\x1bJ\x64", 100, id="feed in dots"),
        pytest.param(b"\x1b3\x28\x1bd\x03", 120, id="feed in lines of a set height"),
        pytest.param(b"\x1dv0\x00\x01\x00\x14\x00" + b"\xff" * 20, 20, id="rows of dots"),
        pytest.param(b"\x1dv0\x02\x01\x00\x14\x00" + b"\xff" * 20, 40, id="rows of double height"),
    ],
)
def test_paper_is_as_long_as_it_should_be(data: bytes, dots: int) -> None:
    """Feeds and heights come out in dots of an eighth of a millimetre."""
    assert height_of(data) == dots


def test_rows_of_dots_come_out_where_they_should() -> None:
    """A set bit is black, the highest bit is the leftmost, and justification moves the rows."""
    picture = slip_of(b"\x1ba\x02\x1dv0\x00\x01\x00\x01\x00\x80").picture
    black = [at for at, level in enumerate(picture.tobytes()) if level == 0]
    assert [at % picture.width for at in black] == [24 + 576 - 8]


def test_a_code_decodes() -> None:
    """A stored and printed code is one that a phone reads."""
    stored = b"\x1d(k" + (len(PAGE) + 3).to_bytes(2, "little") + b"\x31\x50\x30" + PAGE.encode()
    sized = b"\x1d(k\x04\x00\x31\x41\x32\x00\x1d(k\x03\x00\x31\x43\x06\x1d(k\x03\x00\x31\x45\x31"
    slip = slip_of(b"\x1bJ\x20" + sized + stored + b"\x1d(k\x03\x00\x31\x51\x30\x1bJ\x20")
    assert (qr_codes(slip.picture), slip.codes, slip.errors) == ([PAGE], [PAGE], [])


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        pytest.param("", b"\x12\x12\x12\x12", id="well"),
        pytest.param("near-end", b"\x12\x12\x12\x1e", id="near end"),
        pytest.param("paper-out", b"\x1a\x32\x12\x7e", id="paper out"),
        pytest.param("cover-open", b"\x1a\x16\x12\x12", id="cover open"),
        pytest.param("offline", b"\x1a\x12\x12\x12", id="off line"),
        pytest.param("silent", b"", id="silent"),
    ],
)
def test_the_four_questions_are_answered(fault: str, answers: bytes) -> None:
    """``DLE EOT`` 1 to 4 are answered with the bits of Epson's tables, also in the middle of a picture."""
    simulator = Simulator(fault=fault)
    said = simulator.feed(
        b"\x1dv0\x00\x48\x00\x10\x00" + b"".join(b"\x10\x04" + bytes([n]) for n in (1, 2, 3, 4))
    )
    assert said == answers


def test_what_stops_keeps_what_it_got() -> None:
    """Without paper nothing is printed, no ordered question answered; with new paper the rest comes."""
    simulator = Simulator(fault="paper-out")
    assert simulator.feed(b"A042\n\x1dr\x01" + CUT) == b""
    assert simulator.slips == []
    simulator.fault = ""
    assert simulator.feed(b"\x1dr\x01") == b"\x00\x00"
    assert simulator.slips[0].lines == ["A042"]


def test_a_fault_can_come_in_the_middle() -> None:
    """The power goes after so many bytes; the next slip begins from nothing."""
    simulator = Simulator()
    simulator.break_with("cut-off", after=3)
    simulator.feed(b"A0")
    with pytest.raises(SwitchedOff):
        simulator.feed(b"42\n")
    simulator.fault = ""
    simulator.feed(b"B001\n" + CUT)
    assert simulator.slips[0].lines == ["B001"]


def test_there_is_no_other_fault() -> None:
    """A mistyped fault is refused with the list of those there are."""
    with pytest.raises(ValueError, match="there are silent, cut-off"):
        Simulator(fault="paper")


def started(*words: str) -> tuple[subprocess.Popen[str], str]:
    """Start the program as a user would, and read the URL that it prints."""
    program = subprocess.Popen(
        [sys.executable, "-m", "kiosk.printing.simulated", *words], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout
    return program, program.stdout.readline().strip()


def test_the_program_keeps_slips_as_picture_text_and_data(tmp_path: Path) -> None:
    """Over a socket of its own process: the slip stands in the folder in three forms."""
    program, url = started("--tcp", "0", "--folder", str(tmp_path))
    with program:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port or 0), 5) as line:
            line.sendall(b"\x1b@A042\n" + CUT + b"\x1dr\x01")
            assert line.recv(1) == b"\x00"
        assert program.stdout
        assert "slip-0001.png: A042" in [program.stdout.readline(), program.stdout.readline()][1]
        program.terminate()
    facts = json.loads((tmp_path / "slip-0001.json").read_text("utf-8"))
    assert (facts["lines"], facts["codes"], facts["errors"]) == (["A042"], [], [])
    assert (tmp_path / "slip-0001.txt").read_text("utf-8") == "A042\n"
    with Image.open(tmp_path / "slip-0001.png") as picture:
        assert picture.width == 576 + 48


def test_the_program_opens_a_serial_line(tmp_path: Path) -> None:
    """Over a pseudo terminal: a question is answered, with the fault that was asked for."""
    program, url = started("--pty", "--fault", "near-end", "--folder", str(tmp_path))
    with program:
        line = os.open(urlsplit(url).path, os.O_RDWR | os.O_NOCTTY)
        os.write(line, b"\x10\x04\x04")
        assert select([line], [], [], 5)[0]
        assert os.read(line, 1) == b"\x1e"
        os.close(line)
        program.terminate()


@pytest.mark.parametrize("words", [["--tcp", "70000"], ["--tcp", "0", "--fault", "fire"], []])
def test_the_program_says_what_is_wrong(words: list[str]) -> None:
    """A port that cannot be, an unknown fault, and no line at all are told, not traced."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.printing.simulated", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {1, 2}
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("face", [TcpFace, PtyFace])
def test_faces_close(face: type[TcpFace] | type[PtyFace]) -> None:
    """Both lines are closed when the printer is switched off."""
    before = open_files()
    with face(Simulator()):
        assert open_files() > before
    assert open_files() == before


def open_files() -> int:
    """Count what this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_all_faults_have_a_name_on_the_command_line() -> None:
    """The help names every fault."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.printing.simulated", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(fault in done.stdout for fault in FAULTS)
