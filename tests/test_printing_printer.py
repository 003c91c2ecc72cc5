"""From a slip to paper over real sockets and serial lines, and what becomes of it when the printer fails."""

import os
import socket
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from select import select
from threading import Thread
from time import monotonic

import pytest

from kiosk.printing import job, testpage
from kiosk.printing.connection import PrinterUnavailable
from kiosk.printing.printer import Printer, PrinterState, SlipOutcome
from kiosk.printing.profile import load_profile
from kiosk.printing.simulated import PtyFace, Simulator, TcpFace
from kiosk.printing.status import REAL_TIME_FIXED, SENTENCES, ask, read_status
from kiosk.printing.transport import transport
from tests.slips import PAGE, WORDS, qr_codes, slip

PATIENCE_SECONDS = 20.0
LINES = [pytest.param(TcpFace, id="tcp"), pytest.param(PtyFace, id="pty")]
Line = type[TcpFace] | type[PtyFace]


class Inbox:
    """Keeps what the printer posts."""

    def __init__(self) -> None:
        """Begin empty."""
        self._posted: SimpleQueue[object] = SimpleQueue()

    def __call__(self, message: object) -> None:
        """Take a message, on the printer's thread."""
        self._posted.put(message)

    def outcome(self) -> SlipOutcome:
        """Wait for the next outcome."""
        while not isinstance(message := self._next(), SlipOutcome):
            pass
        return message

    def state(self) -> PrinterState:
        """Wait for the next state."""
        while not isinstance(message := self._next(), PrinterState):
            pass
        return message

    def _next(self) -> object:
        return self._posted.get(timeout=PATIENCE_SECONDS)


@pytest.fixture
def inbox() -> Inbox:
    """Collect what is posted."""
    return Inbox()


@pytest.fixture
def start(inbox: Inbox) -> Iterator[Callable[..., Printer]]:
    """Start printers at a URL, and close them."""
    started: list[Printer] = []

    def starting(url: str, poll_seconds: float = 60.0) -> Printer:
        started.append(Printer(url, inbox, profile=load_profile("TM-T20II"), poll_seconds=poll_seconds))
        return started[-1]

    yield starting
    for printer in started:
        printer.close()
        assert not printer._thread.is_alive()


Start = Callable[..., Printer]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("language", WORDS)
def test_a_slip_is_printed(line: Line, language: str, start: Start, inbox: Inbox) -> None:
    """Over a socket and over a serial line, the paper has the number and a code that decodes."""
    simulator = Simulator()
    with line(simulator) as face:
        start(face.url).print_slip(slip(language))
        assert inbox.outcome() == SlipOutcome("A042", "2026-11-21", "printed", "")
    paper = simulator.slips[0]
    assert "A042" in paper.lines
    assert paper.errors == []
    assert qr_codes(paper.picture) == [PAGE]


def test_slips_come_in_order(start: Start, inbox: Inbox) -> None:
    """Three slips handed over at once come out one after the other."""
    simulator = Simulator()
    numbers = ["A001", "A002", "B001"]
    with TcpFace(simulator) as face:
        printer = start(face.url)
        for number in numbers:
            printer.print_slip(slip("ru", number))
        assert [inbox.outcome().number for _ in numbers] == numbers
    assert [number for paper in simulator.slips for number in paper.lines if number in numbers] == numbers


STOPS = {"paper-out": "paper_out", "cover-open": "cover_open", "offline": "offline"}


@pytest.mark.fault(number="T12")
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("fault", STOPS)
def test_a_printer_in_trouble_gets_no_slip(fault: str, line: Line, start: Start, inbox: Inbox) -> None:
    """It fails with the sentence that says what to do; nothing is left in the printer for tomorrow."""
    simulator = Simulator(fault=fault)
    with line(simulator) as face:
        start(face.url).print_slip(slip())
        state, outcome = inbox.state(), inbox.outcome()
        assert (state.state, state.faults[0]) == ("fault", STOPS[fault])
        assert (outcome.outcome, outcome.why) == ("failed", SENTENCES[STOPS[fault]])
        simulator.fault = ""
        assert simulator.slips == []


@pytest.mark.fault(number="T12")
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("fault", STOPS)
def test_trouble_in_the_middle_fails_the_slip(
    fault: str, line: Line, start: Start, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stops a printer while it prints is found after the last byte, which the line took."""
    monkeypatch.setattr(job, "PAPER_SECONDS", 0.5)
    simulator = Simulator()
    with line(simulator) as face:
        printer = start(face.url)
        assert inbox.state().state == "ok"
        simulator.break_with(fault, after=300)
        printer.print_slip(slip())
        outcome = inbox.outcome()
    assert (outcome.outcome, outcome.why) == ("failed", SENTENCES[STOPS[fault]])


@pytest.mark.fault(number="T12")
@pytest.mark.parametrize("line", LINES)
def test_a_silent_printer_confirms_nothing(line: Line, start: Start, inbox: Inbox) -> None:
    """Without an answer the slip comes out unconfirmed, and the state is unknown: never taken for well."""
    simulator = Simulator(fault="silent")
    with line(simulator) as face:
        start(face.url).print_slip(slip())
        assert inbox.state().state == "unknown"
        assert inbox.outcome().outcome == "unconfirmed"
    assert "A042" in simulator.slips[0].lines


def test_a_printer_that_falls_silent_confirms_nothing(
    start: Start, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer before the slip says nothing about the time after it."""
    monkeypatch.setattr(job, "PAPER_SECONDS", 0.5)
    simulator = Simulator()
    with TcpFace(simulator) as face:
        printer = start(face.url)
        assert inbox.state().state == "ok"
        simulator.break_with("silent", after=300)
        printer.print_slip(slip())
        assert inbox.outcome().outcome == "unconfirmed"


@pytest.mark.parametrize("line", LINES)
def test_the_end_of_the_roll_is_a_warning(line: Line, start: Start, inbox: Inbox) -> None:
    """Near the end of its paper a printer still prints, and says so."""
    with line(Simulator(fault="near-end")) as face:
        start(face.url).print_slip(slip())
        state = inbox.state()
        assert (state.state, state.faults, state.why) == (
            "ok",
            ("paper_near_end",),
            SENTENCES["paper_near_end"],
        )
        assert inbox.outcome().outcome == "printed"


@pytest.mark.parametrize("line", LINES)
def test_power_lost_in_the_middle_fails_the_slip(line: Line, start: Start, inbox: Inbox) -> None:
    """Switched off in the middle of a slip, the printer is a failure with a sentence, and no crash."""
    simulator = Simulator()
    with line(simulator) as face:
        printer = start(face.url)
        assert inbox.state().state == "ok"
        simulator.break_with("cut-off", after=300)
        printer.print_slip(slip())
        outcome = inbox.outcome()
    assert (outcome.outcome, outcome.why) == (
        "failed",
        "The printer broke off the connection: is it still on?",
    )
    assert simulator.slips == []


def test_a_printer_that_comes_back_prints_again(start: Start, inbox: Inbox) -> None:
    """Nothing has to be started again: the next slip is opened anew, and the change of state is told."""
    simulator = Simulator(fault="cut-off")
    with TcpFace(simulator) as face:
        printer = start(face.url)
        assert inbox.state().state == "fault"
        simulator.fault = ""
        printer.print_slip(slip())
        assert inbox.state() == PrinterState("ok", (), "")
        assert inbox.outcome().outcome == "printed"


def test_an_idle_printer_is_looked_at(start: Start, inbox: Inbox) -> None:
    """Between slips a change is found by itself, and told once."""
    simulator = Simulator()
    with PtyFace(simulator) as face:
        start(face.url, poll_seconds=0.05)
        assert inbox.state().state == "ok"
        simulator.fault = "cover-open"
        assert inbox.state().faults == ("cover_open", "offline")
        simulator.fault = ""
        assert inbox.state().state == "ok"


def free_port() -> int:
    """Find a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param(f"tcp://127.0.0.1:{free_port()}", "is it on, and is its network cable in?", id="tcp"),
        pytest.param("serial:///dev/there-is-none", "The serial port /dev/there-is-none cannot", id="serial"),
        pytest.param("file:///dev/there-is-none", "The printer at /dev/there-is-none cannot", id="file"),
        pytest.param("usb://04b8:0e15", "USB", id="usb"),
    ],
)
def test_what_is_not_there_is_told(url: str, sentence: str, start: Start, inbox: Inbox) -> None:
    """A printer that cannot be opened is a fault with a sentence, and a failed slip with the same one."""
    start(url).print_slip(slip())
    state, outcome = inbox.state(), inbox.outcome()
    assert sentence in state.why
    assert (state.state, state.faults) == ("fault", ("unreachable",))
    assert (outcome.outcome, outcome.why) == ("failed", state.why)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("lpt1", "names no printer: it has to begin with one of tcp://"),
        ("tcp://", "tcp://ADDRESS:9100"),
        ("tcp://host:port", "tcp://ADDRESS:9100"),
        ("serial://", "serial:///dev/ttyUSB0?baud=115200"),
        ("serial:///dev/ttyS0?baud=fast", "serial:///dev/ttyUSB0?baud=115200"),
        ("file://", "file:///dev/usb/lp0"),
        ("usb://printer", "usb://VENDOR:PRODUCT"),
    ],
)
def test_a_url_that_names_no_printer_is_refused(url: str, sentence: str) -> None:
    """A mistake in the settings is told at start, with the right form."""
    with pytest.raises(ValueError, match=r"\w") as refused:
        transport(url)
    assert sentence in str(refused.value)


@pytest.fixture
def deaf_line() -> Iterator[str]:
    """Open a serial line that nobody reads: a printer that is off, behind an adapter that is on."""
    near, far = os.openpty()
    tty.setraw(far)
    yield os.ttyname(far)
    os.close(far)
    os.close(near)


@pytest.mark.parametrize("url", ["serial://{path}?baud=921600", "file://{path}"])
def test_a_line_that_nobody_reads_is_given_up(
    url: str, deaf_line: str, start: Start, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than the line holds does not block for ever: the slip fails in time, and says what to look for."""
    monkeypatch.setattr(job, "PAPER_SECONDS", 0.3)
    begun = monotonic()
    printer = start(url.format(path=deaf_line))
    printer.print_slip(slip("az", service=" ".join(["Şəxsiyyət"] * 20)))
    outcome = inbox.outcome()
    assert (outcome.outcome, outcome.why.partition(":")[0]) == ("failed", "The printer takes no more data")
    assert monotonic() - begun < 15


def test_a_network_printer_that_reads_nothing_is_given_up(
    start: Start, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listener that never takes the call is silent: the slip is unconfirmed in time."""
    monkeypatch.setattr(job, "PAPER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        start(f"tcp://127.0.0.1:{listener.getsockname()[1]}").print_slip(slip())
        assert inbox.outcome().outcome == "unconfirmed"


def test_a_slow_line_is_waited_for(start: Start, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 19200 baud a drawn slip takes seconds, and is still confirmed."""
    monkeypatch.setattr(job, "PAPER_SECONDS", 0.5)
    simulator = Simulator()
    with PtyFace(simulator, baud=19200) as face:
        begun = monotonic()
        start(face.url).print_slip(slip("ar", page_url=""))
        assert inbox.outcome().outcome == "printed"
        assert monotonic() - begun > simulator.slips[0].received * 10 / 19200


def test_a_device_file_is_asked_like_any_line(start: Start, inbox: Inbox) -> None:
    """Over ``file://`` a device that answers confirms its slip."""
    simulator = Simulator()
    with PtyFace(simulator) as face:
        start(f"file://{face.path}").print_slip(slip("ka"))
        assert inbox.outcome().outcome == "printed"
    assert simulator.slips[0].errors == []


def test_a_plain_file_takes_the_bytes_and_confirms_nothing(
    tmp_path: Path, start: Start, inbox: Inbox
) -> None:
    """What goes into a file is what a printer would have got, and nobody has printed it."""
    (tmp_path / "slip.bin").touch()
    start(f"file://{tmp_path / 'slip.bin'}").print_slip(slip("ru"))
    assert inbox.outcome().outcome == "unconfirmed"
    simulator = Simulator()
    simulator.feed((tmp_path / "slip.bin").read_bytes())
    assert "A042" in simulator.slips[0].lines


def test_the_simulated_printer_keeps_pictures(tmp_path: Path, start: Start, inbox: Inbox) -> None:
    """``simulated://`` needs no port: slips are numbered pictures in its folder, also after a restart."""
    for number in ("A001", "A002"):
        start(f"simulated://{tmp_path}").print_slip(slip("az", number))
        assert inbox.outcome().outcome == "printed"
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["slip-0001.png", "slip-0002.png"]
    assert "A002" in (tmp_path / "slip-0002.txt").read_text("utf-8").splitlines()


@pytest.mark.fault(number="T12")
def test_stale_and_foreign_bytes_are_no_answers() -> None:
    """What was said before the question, XON, XOFF and bytes without the fixed bits are passed over."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = transport(f"tcp://127.0.0.1:{listener.getsockname()[1]}").connect()
        far, _ = listener.accept()
        with far:
            far.sendall(b"\x7e" * 100)
            select([connection.line], [], [], PATIENCE_SECONDS)  # type: ignore[attr-defined]
            answering = Thread(target=_answer, args=(far, b"\x11\x13\x00\x16"))
            answering.start()
            assert ask(connection, b"\x10\x04\x02", *REAL_TIME_FIXED) == 0x16
            answering.join()
        connection.close()


def _answer(far: socket.socket, *answers: bytes | int) -> None:
    """Wait for each question, and give its answer."""
    for answer in answers:
        far.recv(3)
        far.sendall(answer if isinstance(answer, bytes) else bytes([answer]))


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        pytest.param(b"\x12\x12\x12\x12", (), id="well"),
        pytest.param(b"\x16\x12\x12\x12", (), id="the drawer does not matter"),
        pytest.param(b"\x1a\x16\x12\x12", ("cover_open", "offline"), id="cover open"),
        pytest.param(b"\x1a\x52\x1a\x12", ("cutter", "error", "offline"), id="knife stuck"),
        pytest.param(b"\x1a\x52\x32\x12", ("error", "offline"), id="unrecoverable"),
        pytest.param(b"\x1a\x52\x52\x12", ("error", "offline"), id="head too hot"),
        pytest.param(b"\x12\x12\x12\x1e", ("paper_near_end",), id="near end"),
        pytest.param(b"\x1a\x32\x12\x7e", ("paper_out", "offline", "paper_near_end"), id="paper out"),
    ],
)
def test_status_bytes_mean_what_epson_says(answers: bytes, faults: tuple[str, ...]) -> None:
    """Each bit of the four answers is one fault, and what a person can mend stands first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = transport(f"tcp://127.0.0.1:{listener.getsockname()[1]}").connect()
        far, _ = listener.accept()
        with far:
            answering = Thread(target=_answer, args=(far, *answers))
            answering.start()
            status = read_status(connection)
            answering.join()
        connection.close()
    assert status.faults == faults
    assert status.state == ("fault" if set(faults) - {"paper_near_end"} else "ok")


def test_a_question_is_answered_in_milliseconds() -> None:
    """Four questions over a serial line take no second each: one byte is awaited, not sixteen."""
    with PtyFace(Simulator()) as face:
        connection = transport(face.url).connect()
        begun = monotonic()
        assert read_status(connection).state == "ok"
        assert monotonic() - begun < 0.5
        connection.close()


def test_a_slip_that_cannot_be_set_fails_alone(start: Start, inbox: Inbox) -> None:
    """A slip that makes the layout stumble is a failed slip; the next one is printed."""
    with TcpFace(Simulator()) as face:
        printer = start(face.url)
        printer.print_slip(slip(page_url="x" * 5000))
        printer.print_slip(slip(number="A043"))
        assert [inbox.outcome().outcome for _ in range(2)] == ["failed", "printed"]


def test_closing_gives_up_what_waits(inbox: Inbox) -> None:
    """At close the slip at hand comes out and the others are told as failed: none vanishes."""
    with PtyFace(Simulator(), baud=9600) as face:
        printer = Printer(face.url, inbox, profile=load_profile("TM-T20II"))
        assert inbox.state().state == "ok"
        for number in ("A001", "A002", "A003"):
            printer.print_slip(slip(number=number, page_url=""))
        printer.close()
        assert not printer._thread.is_alive()
    outcomes = [inbox.outcome() for _ in range(3)]
    assert [outcome.number for outcome in outcomes] == ["A001", "A002", "A003"]
    assert outcomes[-1].why == "The kiosk was switched off."


def test_a_dead_printer_leaves_nothing_open(deaf_line: str) -> None:
    """A hundred looks at a silent line leave no file open behind them."""
    way = transport(f"serial://{deaf_line}")
    way.connect().close()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(100):
        way.connect().close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_an_unreachable_printer_raises_one_kind_of_failure() -> None:
    """Whatever the library calls it, the caller sees PrinterUnavailable."""
    with pytest.raises(PrinterUnavailable):
        transport("serial:///dev/null").connect()


def test_the_test_page_shows_each_alphabet_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """A technician sees the printer's own letters over the drawn ones, and what it says of itself."""
    simulator = Simulator(fault="near-end")
    with TcpFace(simulator) as face:
        assert testpage.main([face.url]) == 0
    paper = simulator.slips[0]
    assert paper.errors == []
    assert [line.partition(": ")[2] for line in paper.lines[:-1]] == list(testpage.SAMPLES)
    assert paper.lines[-1] == "A042"
    assert qr_codes(paper.picture) == [testpage.QR_TEXT]
    assert capsys.readouterr().out == "status: ok paper_near_end\npage: printed\n"


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["lpt1"], 2, "names no printer"),
        (["tcp://127.0.0.1", "--profile", "TM-T88X"], 2, 'did you mean "TM-T88V"'),
        (["serial:///dev/there-is-none"], 1, "page: failed - The serial port"),
    ],
)
def test_the_test_page_says_what_is_wrong(
    words: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong URL, a wrong profile and a dead printer are told in a sentence."""
    assert testpage.main(words) == status
    said = capsys.readouterr()
    assert sentence in said.out + said.err
