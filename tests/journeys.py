"""Builders for visits through several services: a hall with a route, and a hand that goes along it."""

from typing import Any

import msgspec

from protocol import commands as c
from protocol import events as e
from protocol.hall import Hall
from protocol.words import Micros
from tests.builders import ID, NINE, Played, a_hall, play


def routed(hall: Hall, **routes: list[str]) -> Hall:
    """Give some services of a hall a route."""
    changed = [
        msgspec.structs.replace(one, route=routes[one.id]) if one.id in routes else one
        for one in hall.service
    ]
    return msgspec.structs.replace(hall, service=changed)


def journey(*desks: str, at: Micros = NINE, **facts: Any) -> Played:
    """Make a hall whose passport leads on to the land register and then to a birth certificate."""
    return play(routed(a_hall(**facts), passport=["land", "birth"]), desks=desks or ("1", "3"), at=at)


def complete(hall: Played, desk: str, ticket: str = "A001", **fields: Any) -> list[e.Event]:
    """Complete a ticket at a desk."""
    fields = {"outcome": "served"} | fields
    return hall.do(c.Complete(id=ID, desk=desk, ticket=ticket, **fields))


def served(hall: Played) -> None:
    """Issue A001 and serve it at desk 1."""
    hall.issue()
    hall.serve()
    hall.wait(10)


def planned(hall: Played, number: str = "A001") -> list[str]:
    """Name the services that a ticket still leads to."""
    return [leg.service for leg in hall.ticket(number).planned]


def sent_and_back(hall: Played) -> None:
    """Serve A001 at desk 1, send it to the land register with a way back, and serve it there."""
    served(hall)
    command = c.Transfer(id=ID, desk="1", ticket="A001", service="land", reason="other", back=True)
    (event,) = hall.do(command)
    assert isinstance(event, e.TicketTransferred)
    assert event.back_to == "1"
    hall.serve("3")
