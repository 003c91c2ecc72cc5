"""A scanner on a serial line, at the other end of a pseudo-terminal."""

import os
import queue
from collections.abc import Iterator

import pytest

from kiosk.scanner import Scanner
from ui.scene import Scanned

PATIENCE_SECONDS = 10


class Line:
    """A pseudo-terminal whose one end the kiosk reads, and what it posted and told."""

    def __init__(self) -> None:
        """Open both ends."""
        self.ours, theirs = os.openpty()
        self.path = os.ttyname(theirs)
        os.close(theirs)
        self.posted: queue.Queue[object] = queue.Queue()
        self.told: queue.Queue[str] = queue.Queue()

    def write(self, said: bytes) -> None:
        """Send bytes as a scanner does."""
        os.write(self.ours, said)

    def heard(self) -> object:
        """Give what was posted next."""
        return self.posted.get(timeout=PATIENCE_SECONDS)


@pytest.fixture
def line() -> Iterator[Line]:
    """Give a line that is read."""
    line = Line()
    scanner = Scanner(f"serial://{line.path}?baud=9600", line.posted.put, line.told.put)
    assert "is read" in line.told.get(timeout=PATIENCE_SECONDS)
    yield line
    scanner.close()
    os.close(line.ours)


@pytest.mark.parametrize("end", [pytest.param(end, id=repr(end)) for end in (b"\r", b"\n", b"\r\n", b"\t")])
def test_a_line_is_posted_when_it_ends(line: Line, end: bytes) -> None:
    """However the scanner ends it, and in however many pieces it comes."""
    line.write(b"0001264")
    line.write(b"56969" + end)
    assert line.heard() == Scanned("000126456969")
    line.write(b"next" + end)
    assert line.heard() == Scanned("next")


def test_nonsense_is_no_end(line: Line) -> None:
    """Bytes that are no text, and a line that never ends, leave the scanner reading."""
    line.write(b"\xff\xfe" + b"x" * 1000 + b"\r" + b"000126456969\r")
    assert len(str(line.heard())) < 400
    assert line.heard() == Scanned("000126456969")


def test_a_scanner_that_is_not_there_is_looked_for_again() -> None:
    """It is said once; the kiosk goes on without it."""
    told: queue.Queue[str] = queue.Queue()
    scanner = Scanner("serial:///dev/no-such-scanner", lambda _: None, told.put)
    assert "cannot be read" in told.get(timeout=PATIENCE_SECONDS)
    scanner.close()
    assert told.empty()


@pytest.mark.parametrize("url", ["tcp://1.2.3.4", "serial://", "serial:///dev/ttyS0?baud=fast"])
def test_an_address_that_is_no_scanner_is_refused(url: str) -> None:
    """With an example of one."""
    with pytest.raises(ValueError, match="serial:///dev/ttyUSB0"):
        Scanner(url, lambda _: None, lambda _: None)
