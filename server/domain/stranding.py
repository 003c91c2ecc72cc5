"""Who would be left behind: which desks serve which lanes now, and for whom a desk is the last.

A lane is a queue and what its tickets ask of a desk: who asks for a certain desk is left behind when it goes.
"""

from collections import Counter
from collections.abc import Iterator

from server.domain.state import HallState, LaneName
from server.domain.ticket import Desk, Ticket


def lanes_served(state: HallState, desk: Desk) -> Iterator[LaneName]:
    """Name the lanes of which a desk calls while it is open."""
    facts = state.catalogue.desks.get(desk.number)
    for queue in desk.queues:
        yield queue, ""
        yield queue, f"desk:{desk.number}"
        for specialty in facts.specialties if facts else ():
            yield queue, f"specialty:{specialty}"


def servers(state: HallState) -> dict[LaneName, int]:
    """Count the open desks of each lane; the count is kept until a desk changes."""
    if state.servers is None:
        opened = (desk for desk in state.desks.values() if desk.state == "open")
        state.servers = Counter(lane for desk in opened for lane in lanes_served(state, desk))
    return state.servers


def left_behind(state: HallState, desk: Desk) -> list[Ticket]:
    """Give who waits for this desk alone, open or paused, in order of issue: no other open one does."""
    alone = set(served_alone(state, desk))
    found = [t for t in state.tickets.values() if t.state == "waiting" and (t.queue, t.ask) in alone]
    return sorted(found, key=lambda ticket: ticket.seq)


def served_alone(state: HallState, desk: Desk) -> list[LaneName]:
    """Name the lanes that no open desk serves but this one, open or paused; kept until a desk changes."""
    found = state.served_alone.get(desk.number)
    if found is None:
        count, itself = servers(state), desk.state == "open"
        found = [lane for lane in lanes_served(state, desk) if count.get(lane, 0) == itself]
        state.served_alone[desk.number] = found
    return found


def last_for(state: HallState, desk: Desk) -> dict[str, int]:
    """Count by queue who would be left behind if this desk, open or paused, closed now."""
    found: dict[str, int] = {}
    for queue, ask in served_alone(state, desk) if desk.state != "closed" else ():
        if waiting := state.lanes.waiting_in(queue, ask):
            found[queue] = found.get(queue, 0) + waiting
    return found


def last_queues(state: HallState, desk: Desk) -> list[str]:
    """Give the queues of a desk that no other desk serves that is open and means to stay so."""
    staying = [
        other
        for other in state.desks.values()
        if other is not desk and other.state == "open" and other.closing is None
    ]
    return [queue for queue in desk.queues if not any(queue in other.queues for other in staying)]


def closing_queues(state: HallState) -> list[str]:
    """Give the queues that take no tickets, since the last desk for them serves out those who wait."""
    found = {
        queue
        for desk in state.desks.values()
        if desk.closing
        for queue in set(desk.closing).intersection(last_queues(state, desk))
    }
    return sorted(found)


def without_desk(state: HallState) -> list[str]:
    """Give the queues that no open desk serves now."""
    count = servers(state)
    return [queue.id for queue in state.hall.queue if (queue.id, "") not in count]
