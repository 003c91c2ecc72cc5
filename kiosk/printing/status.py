"""What a printer says about itself, in single bytes; the bits are those of Epson's ESC/POS reference.

A printer that says nothing is *unknown*, and unknown is never taken for well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from kiosk.printing.connection import Connection, PrinterUnavailable
from ui.language import N_

ASK_SECONDS = 0.6
"""A printer answers at once, also while it prints or is off line; a slow line adds a few milliseconds."""

REAL_TIME_FIXED = 0b1001_0011, 0b0001_0010
"""Mask and value of the bits that every answer to ``DLE EOT`` has; XON and XOFF do not have them."""
IN_ORDER_FIXED = 0b1001_0000, 0
"""The same for the answer to ``GS r``."""

GS_R = b"\x1dr\x01"

MEANINGS: dict[int, dict[int, str]] = {
    1: {0x08: "offline"},
    2: {0x04: "cover_open", 0x20: "paper_out", 0x40: "error"},
    3: {0x08: "cutter", 0x20: "error", 0x40: "error"},
    4: {0x60: "paper_out", 0x0C: "paper_near_end"},
}
"""What the bits of the answers to ``DLE EOT`` 1 to 4 mean."""

WARNINGS = frozenset({"paper_near_end"})

SENTENCES = {
    "paper_out": N_("The printer has no paper: put in a new roll."),
    "cover_open": N_("The printer's cover is open: close it."),
    "cutter": N_("The printer's knife is stuck: open the cover, take out the paper's end and close it."),
    "error": N_("The printer reports an error: switch it off and on; if it comes back, call the service."),
    "offline": N_("The printer is off line: look for its error light and press its feed button once."),
    "paper_near_end": N_("The printer's paper ends soon: have a new roll ready."),
    "unreachable": "",
}
"""What to do, by fault; the first that applies is told. What is unreachable says itself why.

Told to the hall in English, and translated where a manager reads it.
"""

SILENT = N_(
    "The printer does not say how it is: look at its cable, and at its baud rate if it is a serial one."
)


@dataclass(frozen=True, slots=True)
class Status:
    """How a printer is: ``state`` is ok, fault or unknown; ``faults`` are keys of ``SENTENCES``."""

    state: str
    faults: tuple[str, ...] = ()
    why: str = ""


def read_status(connection: Connection) -> Status:
    """Ask all four questions; at the first without an answer the printer's state is unknown."""
    found: set[str] = set()
    for question, meanings in MEANINGS.items():
        answer = ask(connection, b"\x10\x04" + bytes([question]), *REAL_TIME_FIXED)
        if answer is None:
            return Status("unknown", (), SILENT)
        found |= {fault for bits, fault in meanings.items() if answer & bits}
    return _status(found)


def _status(found: set[str]) -> Status:
    if not found:
        return Status("ok")
    faults = tuple(fault for fault in SENTENCES if fault in found)
    return Status("ok" if found <= WARNINGS else "fault", faults, SENTENCES[faults[0]])


def unreachable(failure: PrinterUnavailable) -> Status:
    """Give the status of a printer that no connection can be made to."""
    return Status("fault", ("unreachable",), str(failure))


def finished(connection: Connection, seconds: float) -> bool:
    """Ask whether all before this question is on paper.

    ``GS r`` waits its turn behind the slip, and is not answered by a printer that stopped: its answer is the
    only proof that there is. ``DLE EOT`` overtakes the slip.
    """
    return ask(connection, GS_R, *IN_ORDER_FIXED, seconds=seconds) is not None


def ask(
    connection: Connection, question: bytes, mask: int, value: int, seconds: float = ASK_SECONDS
) -> int | None:
    """Ask a question and wait for its one byte, passing over what was said before or is no answer to it."""
    until = monotonic() + seconds
    while connection.receive(0) and monotonic() < until:
        pass
    connection.send(question, seconds)
    return _awaited(connection, lambda byte: byte & mask == value, until)


def _awaited(connection: Connection, fits: Callable[[int], bool], until: float) -> int | None:
    while (left := until - monotonic()) > 0:
        for byte in connection.receive(left):
            if fits(byte):
                return byte
    return None
