"""How each service does today: counted from the day's tickets when somebody asks; no fold pays for it."""

from dataclasses import dataclass
from itertools import chain

from protocol.words import SECOND
from server.domain.state import HallState


@dataclass(slots=True)
class Tally:
    """A service today; ``called``, ``within_target`` and ``wait_seconds`` are those of first calls."""

    issued: int = 0
    called: int = 0
    within_target: int = 0
    served: int = 0
    no_show: int = 0
    wait_seconds: int = 0


def of_day(state: HallState) -> dict[str, Tally]:
    """Tally the tickets issued this day, each under the service it is for now.

    A service that was done before counts as served under its own name. Waits are whole; who booked and came
    early waits from the slot. A day's figures say more (``figures``).
    """
    tallies: dict[str, Tally] = {}
    targets = state.catalogue.targets
    for ticket in chain(state.tickets.values(), state.ended.values()):
        if ticket.day != state.day:
            continue
        for leg in ticket.legs:
            tallies.setdefault(leg.service, Tally()).served += 1
        tally = tallies.get(ticket.service)
        if tally is None:
            tally = tallies[ticket.service] = Tally()
        tally.issued += 1
        tally.served += ticket.state == "completed"
        tally.no_show += ticket.state == "no_show"
        if ticket.first_called_at:
            since = max(ticket.issued_at, min(ticket.slot, ticket.first_called_at))
            wait = ticket.first_called_at - since
            tally.called += 1
            tally.wait_seconds += wait // SECOND
            tally.within_target += wait <= targets.get(ticket.service, 0)
    return tallies
