"""``novbe-server explain``: tells in words what happened to a ticket, and why others went first or after."""

import sys
from pathlib import Path

from protocol.events import Event
from server import log
from server.domain.derive import STEPS
from server.domain.explain import explain as words_of
from server.domain.lifecycle import ENDED
from server.log import Reader


def explain(folder: Path, ticket: str, day: str | None) -> int:
    """Print the life of a ticket; gives the exit status."""
    if not (folder / log.FILE).exists():
        print(f"There is no log in {folder} yet: nobody has a ticket.", file=sys.stderr)
        return 1
    reader = Reader(folder / log.FILE)
    try:
        issued_on = day or reader.last_day_of(ticket)
        events = reader.ticket(ticket, issued_on) if issued_on else []
        hall = reader.hall()
        if not events or hall is None:
            print(f"There is no ticket {ticket}: check the number and the --day.", file=sys.stderr)
            return 1
        print(f"Ticket {ticket} of {issued_on}, as it stands in the log:")
        events += reader.pauses(events[0].seq, _until(events))
        for told in words_of(hall, sorted(events, key=lambda event: event.seq)):
            print(f"{told}  [event {told.seq}]")
    finally:
        reader.close()
    return 0


def _until(events: list[Event]) -> int:
    """Give the seq up to which pauses concern a ticket: of its end, or without one of whatever comes."""
    ends = [event.seq for event in events if STEPS.get(type(event), ("",))[0] in ENDED]
    return ends[-1] if ends else 2**62
