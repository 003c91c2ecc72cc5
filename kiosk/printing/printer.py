"""The printer's own thread: slips in order, each with an outcome, and the printer's state when it changes.

No scene ever waits for paper. What becomes of a slip is posted to the inbox, and a dead printer is only
another state: the ticket exists in any case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread

from kiosk.printing.content import SlipContent
from kiosk.printing.job import look, print_job
from kiosk.printing.profile import Profile
from kiosk.printing.receipt import encode
from kiosk.printing.slip import SlipLayout
from kiosk.printing.status import Status
from kiosk.printing.transport import transport
from ui.text import TextEngine

POLL_SECONDS = 10.0
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

    def look(self) -> None:
        """Look how the printer is, and tell it though it may be no news."""
        self._slips.put(None)

    def close(self) -> None:
        """Let the slip at hand come out, give up the others, and end the thread."""
        self._closing.set()
        self._slips.put(None)
        self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        self._see(look(self._transport))
        while not self._closing.is_set():
            try:
                content = self._slips.get(timeout=self._poll_seconds)
            except Empty:
                self._see(look(self._transport))
                continue
            if content is not None:
                self._print(content)
            elif not self._closing.is_set():
                self._status = None
                self._see(look(self._transport))
        self._give_up_the_rest()

    def _see(self, status: Status) -> None:
        """Keep the printer's status, and tell it if it is news."""
        if status != self._status:
            self._status = status
            self._inbox(PrinterState(status.state, status.faults, status.why))

    def _print(self, content: SlipContent) -> None:
        """Print one slip and tell its outcome, whatever happens."""
        try:
            slip = encode(self._layout.rows(content), self._profile)
            outcome, why = print_job(self._transport, slip, self._see)
        except Exception as failure:  # noqa: BLE001 - a slip that cannot be set must not stop those after it
            outcome, why = "failed", f"The slip cannot be set: {failure!r}."
        self._inbox(SlipOutcome(content.number, content.day, outcome, why))

    def _give_up_the_rest(self) -> None:
        while not self._slips.empty():
            if (content := self._slips.get()) is not None:
                self._inbox(SlipOutcome(content.number, content.day, "failed", "The kiosk was switched off."))
