"""The printer's own thread: slips in order, each with an outcome, and the printer's state when it changes.

No scene ever waits for paper. What becomes of a slip is posted to the inbox, and a dead printer is only
another state: the ticket exists in any case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread

from kiosk.printing.connection import Connection, PrinterUnavailable
from kiosk.printing.content import SlipContent
from kiosk.printing.profile import Profile
from kiosk.printing.receipt import encode
from kiosk.printing.slip import SlipLayout
from kiosk.printing.status import ASK_SECONDS, SILENT, Status, finished, read_status, unreachable
from kiosk.printing.transport import transport
from ui.text import TextEngine

POLL_SECONDS = 10.0
PAPER_SECONDS = 10.0
"""How long a slip may take to come out, after its last byte is sent."""
CLOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SlipOutcome:
    """What became of a slip: ``printed``, ``unconfirmed`` or ``failed``, and why, in one sentence."""

    number: str
    day: str
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class PrinterState:
    """How the printer is: ``ok`` (perhaps with a warning among ``faults``), ``fault`` or ``unknown``."""

    state: str
    faults: tuple[str, ...]
    why: str


class Printer:
    """One printer and its thread. ``inbox`` is called on that thread with outcomes and states."""

    def __init__(
        self,
        url: str,
        inbox: Callable[[object], None],
        *,
        profile: Profile,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Start the thread; raises ValueError for a URL that names no printer, and NoFont."""
        self._transport = transport(url)
        self._inbox = inbox
        self._profile = profile
        self._layout = SlipLayout(profile, TextEngine())
        self._poll_seconds = poll_seconds
        self._slips: SimpleQueue[SlipContent | None] = SimpleQueue()
        self._closing = Event()
        self._status: Status | None = None
        self._thread = Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def print_slip(self, content: SlipContent) -> None:
        """Print this slip after those before it; returns at once."""
        self._slips.put(content)

    def close(self) -> None:
        """Let the slip at hand come out, give up the others, and end the thread."""
        self._closing.set()
        self._slips.put(None)
        self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        self._poll()
        while not self._closing.is_set():
            try:
                content = self._slips.get(timeout=self._poll_seconds)
            except Empty:
                self._poll()
                continue
            if content is not None:
                self._print(content)
        self._give_up_the_rest()

    def _poll(self) -> None:
        """Look how the printer is, while nothing is to be printed."""
        try:
            connection = self._transport.connect()
        except PrinterUnavailable as failure:
            return self._see(unreachable(failure))
        try:
            self._see(read_status(connection))
        except PrinterUnavailable as failure:
            self._see(unreachable(failure))
        finally:
            connection.close()

    def _see(self, status: Status) -> None:
        """Keep the printer's status, and tell it if it is news."""
        if status != self._status:
            self._status = status
            self._inbox(PrinterState(status.state, status.faults, status.why))

    def _print(self, content: SlipContent) -> None:
        """Print one slip and tell its outcome, whatever happens."""
        try:
            outcome, why = self._send(encode(self._layout.rows(content), self._profile))
        except PrinterUnavailable as failure:
            self._see(unreachable(failure))
            outcome, why = "failed", str(failure)
        except Exception as failure:  # noqa: BLE001 - a slip that cannot be set must not stop those after it
            outcome, why = "failed", f"The slip cannot be set: {failure!r}."
        self._inbox(SlipOutcome(content.number, content.day, outcome, why))

    def _send(self, slip: bytes) -> tuple[str, str]:
        connection = self._transport.connect()
        try:
            return self._sent(connection, slip)
        finally:
            connection.close()

    def _sent(self, connection: Connection, slip: bytes) -> tuple[str, str]:
        """Send a slip to a printer that does not refuse, and ask whether it is out.

        A printer in trouble is not given the slip: it would keep it, and print it for somebody else tomorrow.
        """
        before = read_status(connection)
        self._see(before)
        if before.state == "fault":
            return "failed", before.why
        line_seconds = len(slip) / self._transport.bytes_per_second
        connection.send(slip, PAPER_SECONDS + 2 * line_seconds)
        # One that was silent before will hardly speak now: the next visitor shall not wait for it.
        patience = PAPER_SECONDS if before.state == "ok" else ASK_SECONDS
        is_out = finished(connection, patience + 2 * line_seconds)
        after = read_status(connection)
        self._see(after)
        if after.state == "fault":
            return "failed", after.why
        return ("printed", "") if is_out and after.state == "ok" else ("unconfirmed", SILENT)

    def _give_up_the_rest(self) -> None:
        while not self._slips.empty():
            if (content := self._slips.get()) is not None:
                self._inbox(SlipOutcome(content.number, content.day, "failed", "The kiosk was switched off."))
