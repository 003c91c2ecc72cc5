"""``python -m engine_under_load DIR``: an engine with 16 askers that never rest, till killed."""

import sys
from pathlib import Path

import gevent  # type: ignore[import-untyped]

from protocol.events import TicketIssued
from tests.engines import SYSTEM, new_id, running, ticket


def main() -> None:
    """Issue tickets until killed; a line on stdout is an acknowledgement."""
    with running(Path(sys.argv[1])) as opened:

        def ask() -> None:
            while True:
                command = ticket(f"{new_id()}-{opened.engine.seq}")
                (event,) = opened.engine.submit(command, SYSTEM).events
                assert isinstance(event, TicketIssued)
                print(command.id, event.ticket, event.token, flush=True)

        gevent.joinall([gevent.spawn(ask) for _ in range(16)], raise_error=True)


if __name__ == "__main__":
    main()
