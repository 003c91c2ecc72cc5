"""The call that finds a ticket for the floor: by its number, by its slip's code, or by the code's address."""

import re
from typing import Any

from flask import request

from server import standing
from server.domain import floor_view
from server.domain.refusals import Malformed, UnknownTicket
from server.domain.ticket import Place
from server.engine import Engine
from server.refusals import SlipVoid

LONGEST_NUMBER = 12
PAGE = "/visit/"


class Lookup:
    """Answers what a greeter asks about a visitor's slip."""

    def __init__(self, engine: Engine) -> None:
        """Read from the engine's published state."""
        self._engine = engine

    def lookup(self) -> dict[str, Any]:
        """Tell place, range, class and what may be done; raises UnknownTicket or SlipVoid."""
        code = request.args.get("code", "").strip().rpartition(PAGE)[2]
        code = re.split("[?#]", code, maxsplit=1)[0]
        if not code:
            raise Malformed(path="$.code", error="A number, or what a slip's code says.")
        engine = self._engine
        day, number = self._meant(code)
        found = floor_view.lookup(engine.published, engine.forecast, (day, number), engine.now())
        if found is None:
            raise UnknownTicket(ticket=number)
        return {
            **found,
            "place": found["ahead"],
            "history": standing.calls(engine.ticket_events(number, day)),
        }

    def _meant(self, code: str) -> Place:
        """Give day and number of what was typed or scanned."""
        place = self._engine.check_visit(code)
        if place:
            return place
        if self._engine.is_void(code):
            raise SlipVoid
        # Numbers are of capitals A to Z; a person in a hurry types a042.
        number = code[:LONGEST_NUMBER].upper()
        ticket = self._engine.published.find(number)
        if ticket is None:
            raise UnknownTicket(ticket=code[:LONGEST_NUMBER])
        return ticket.place
