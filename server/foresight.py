"""The call that tells a desk before a click what calling a certain ticket would be: a jump, past how many."""

from typing import Any

from flask import request

from server.askers import Askers
from server.domain import calling, jumps
from server.domain.refusals import Malformed, UnknownDesk, UnknownTicket, WrongState
from server.domain.ticket import Ticket
from server.engine import Engine


class Foresight:
    """Answers what a lead operator's desk asks before it calls a ticket by its number: counts, no numbers."""

    def __init__(self, engine: Engine, askers: Askers) -> None:
        """Read from the engine's published state."""
        self._engine, self._askers = engine, askers

    def jump(self) -> dict[str, Any]:
        """Tell past how many, whether a second person must confirm it, and whether the asker does so.

        Raises what the call would.
        """
        asker = self._askers.now()
        state, number = self._engine.published, request.args.get("desk", "")
        desk = state.desks.get(number)
        if desk is None:
            raise UnknownDesk(desk=number)
        ticket = self._ticket()
        turn = calling.turn_here(state, desk, ticket)
        passed = len(calling.passed_over(state, desk, ticket, turn))
        return {
            "desk": desk.number,
            "ticket": ticket.number,
            "is_jump": passed > 0,
            "passed": passed,
            "needs_second_person": passed > 0 and jumps.needs_second_person(state, ticket, asker.id),
            "confirmed_by": jumps.second_person(ticket, asker.id) or None,
            "you_stand": ticket.jump_confirmed_by == asker.id,
            "last_day": jumps.last_day(state.hall, state.day) if state.day else None,
        }

    def _ticket(self) -> Ticket:
        # Numbers are of capitals A to Z; a person in a hurry types a042.
        number = request.args.get("ticket", "").strip().upper()
        if not number:
            raise Malformed(path="$.ticket", error="A ticket's number.")
        ticket = self._engine.published.find(number)
        if ticket is None:
            raise UnknownTicket(ticket=number)
        if ticket.state not in {"waiting", "parked"}:
            raise WrongState(ticket=number, state=ticket.state, verb="call")
        return ticket
