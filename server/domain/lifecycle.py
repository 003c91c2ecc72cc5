"""The life of a leg: the one table that rules, the desk's buttons and the docs' diagram are drawn from."""

from typing import NamedTuple

BEFORE = ("booked", "planned")
OPEN = ("waiting", "called", "serving", "parked")
ENDED = ("completed", "no_show", "cancelled", "abandoned", "expired", "lapsed")


class Step(NamedTuple):
    """From a state, by a verb, to a state.

    ``booked`` comes before the ticket: a place in a slot, whose visitor is not here yet. ``planned`` is a leg
    that follows others on its ticket, and is withdrawn with it. ``who``: ``desk`` is
    who has the ticket's desk open, ``floor`` greeters and those above operators, ``visitor`` the holder of
    the ticket or of the booking, ``hall`` the hours, ``lead`` those above operators alone.
    """

    source: str
    verb: str
    target: str
    who: tuple[str, ...]


TABLE = (
    Step("booked", "check_in", "waiting", ("floor", "visitor")),
    Step("booked", "cancel", "cancelled", ("floor", "visitor")),
    Step("booked", "day_closes", "lapsed", ("hall",)),
    Step("planned", "begin", "waiting", ("hall",)),
    Step("planned", "drop_leg", "cancelled", ("desk",)),
    Step("planned", "cancel", "cancelled", ("desk", "floor")),
    Step("waiting", "call", "called", ("desk",)),
    Step("waiting", "transfer", "waiting", ("floor",)),
    Step("waiting", "set_class", "waiting", ("floor",)),
    Step("waiting", "cancel", "cancelled", ("floor",)),
    Step("waiting", "abandon", "abandoned", ("floor", "visitor")),
    Step("waiting", "day_closes", "expired", ("hall",)),
    Step("called", "serve", "serving", ("desk",)),
    Step("called", "recall", "called", ("desk",)),
    Step("called", "no_show", "no_show", ("desk",)),
    Step("called", "requeue", "waiting", ("desk",)),
    Step("called", "release", "waiting", ("lead",)),
    Step("called", "park", "parked", ("desk",)),
    Step("called", "transfer", "waiting", ("desk",)),
    Step("called", "cancel", "cancelled", ("desk",)),
    Step("called", "day_rolls_over", "expired", ("hall",)),
    Step("serving", "complete", "completed", ("desk",)),
    Step("serving", "add_leg", "serving", ("desk",)),
    Step("serving", "drop_leg", "serving", ("desk",)),
    Step("serving", "park", "parked", ("desk",)),
    Step("serving", "requeue", "waiting", ("desk",)),
    Step("serving", "release", "waiting", ("lead",)),
    Step("serving", "transfer", "waiting", ("desk",)),
    Step("serving", "cancel", "cancelled", ("desk",)),
    Step("serving", "day_rolls_over", "completed", ("hall",)),
    Step("parked", "call", "called", ("desk",)),
    Step("parked", "requeue", "waiting", ("desk",)),
    Step("parked", "release", "waiting", ("lead",)),
    Step("parked", "transfer", "waiting", ("desk", "floor")),
    Step("parked", "cancel", "cancelled", ("desk", "floor")),
    Step("parked", "abandon", "abandoned", ("floor", "visitor")),
    Step("parked", "day_closes", "expired", ("hall",)),
    Step("no_show", "reinstate", "called", ("desk",)),
    Step("no_show", "reinstate", "waiting", ("desk", "floor")),
    Step("completed", "reinstate", "serving", ("desk",)),
    Step("cancelled", "reinstate", "waiting", ("floor",)),
    Step("cancelled", "reinstate", "called", ("desk",)),
    Step("cancelled", "reinstate", "serving", ("desk",)),
    Step("cancelled", "reinstate", "parked", ("desk",)),
)

_VERBS = {
    state: tuple(dict.fromkeys(s.verb for s in TABLE if s.source == state))
    for state in (*BEFORE, *OPEN, *ENDED)
}


def verbs(state: str) -> tuple[str, ...]:
    """Give what may be done to a leg in a state."""
    return _VERBS[state]


def diagram() -> str:
    """Draw the table as a Mermaid state diagram."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in TABLE:
        arrows.setdefault((step.source, step.target), []).append(step.verb)
    lines = ["stateDiagram-v2", "    [*] --> waiting: issue_ticket", "    [*] --> booked: book"]
    lines += ["    [*] --> planned: issue_ticket, check_in, transfer, add_leg"]
    lines += [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in arrows.items()]
    return "\n".join(lines) + "\n"
