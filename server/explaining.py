"""``novbe-server explain``: tells in words what happened to a ticket, and why others went first or after."""

import sys
from pathlib import Path

from server import log
from server.log import Reader
from server.telling import explained


def explain(folder: Path, ticket: str, day: str | None) -> int:
    """Print the life of a ticket; gives the exit status."""
    if not (folder / log.FILE).exists():
        print(f"There is no log in {folder} yet: nobody has a ticket.", file=sys.stderr)
        return 1
    reader = Reader(folder / log.FILE)
    try:
        issued_on = day or reader.last_day_of(ticket)
        told = explained(reader, ticket, issued_on) if issued_on else []
        if not told:
            print(f"There is no ticket {ticket}: check the number and the --day.", file=sys.stderr)
            return 1
        print(f"Ticket {ticket} of {issued_on}, as it stands in the log:")
        for sentence in told:
            print(f"{sentence}  [event {sentence.seq}]")
    finally:
        reader.close()
    return 0
