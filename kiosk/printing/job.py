"""One slip's way to a printer, from the first question to the proof that it is out."""

from collections.abc import Callable

from kiosk.printing.connection import Connection, PrinterUnavailable, Transport
from kiosk.printing.status import ASK_SECONDS, SILENT, Status, finished, read_status, unreachable

PAPER_SECONDS = 10.0
"""How long a slip may take to come out, after its last byte is sent."""


def look(way: Transport) -> Status:
    """Look how a printer is, while nothing is to be printed."""
    try:
        connection = way.connect()
        try:
            return read_status(connection)
        finally:
            connection.close()
    except PrinterUnavailable as failure:
        return unreachable(failure)


def print_job(way: Transport, slip: bytes, see: Callable[[Status], None]) -> tuple[str, str]:
    """Print one slip; give its outcome (printed, unconfirmed, failed) and why, and show each status."""
    try:
        connection = way.connect()
        try:
            return _printed(connection, slip, len(slip) / way.bytes_per_second, see)
        finally:
            connection.close()
    except PrinterUnavailable as failure:
        see(unreachable(failure))
        return "failed", str(failure)


def _printed(
    connection: Connection, slip: bytes, line_seconds: float, see: Callable[[Status], None]
) -> tuple[str, str]:
    """Send a slip to a printer that does not refuse, and ask whether it is out.

    A printer in trouble is not given the slip: it would keep it, and print it for somebody else tomorrow.
    """
    before = read_status(connection)
    see(before)
    if before.state == "fault":
        return "failed", before.why
    connection.send(slip, PAPER_SECONDS + 2 * line_seconds)
    # One that was silent before will hardly speak now: the next visitor shall not wait for it.
    patience = PAPER_SECONDS if before.state == "ok" else ASK_SECONDS
    is_out = finished(connection, patience + 2 * line_seconds)
    after = read_status(connection)
    see(after)
    if after.state == "fault":
        return "failed", after.why
    return ("printed", "") if is_out and after.state == "ok" else ("unconfirmed", SILENT)
