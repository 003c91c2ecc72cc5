"""What the hall offers: services resumed, a new configuration."""

from collections.abc import Iterator
from hashlib import sha256

from protocol import wire
from protocol.commands import Configure, ResumeService
from protocol.events import HallConfigured, ServiceResumed
from protocol.hall import DeskFacts, Hall
from server.domain import changes, refusals
from server.domain.asking import Ask
from server.domain.journeys import services_of
from server.domain.state import HallState
from server.domain.ticket import Ticket


def resume(ask: Ask[ResumeService]) -> Iterator[ServiceResumed]:
    """Issue tickets again; of a service that is not suspended this changes nothing. Raises UnknownService."""
    service = ask.state.catalogue.leaf(ask.command.service)
    if service.id not in ask.state.suspended:
        return
    if ask.command.reason is None:
        yield ServiceResumed(service=service.id)
    else:
        yield ServiceResumed(service=service.id, reason=ask.command.reason)


def digest(hall: Hall) -> str:
    """Give the SHA-256, in hex, of the hall's canonical form."""
    return sha256(wire.encode(hall)).hexdigest()


def put_in_force(ask: Ask[Configure]) -> Iterator[HallConfigured]:
    """Put other rules in force; the same again changes nothing.

    Raises WouldStrand, and SameVersion when the order changes under the name of the one in force.
    """
    hall, state = ask.command.hall, ask.state
    if not isinstance(hall, Hall):
        raise TypeError("a hall file is read before it is decided on")
    if digest(hall) == state.digest:
        return
    version = hall.policy.version
    if version == state.hall.policy.version and changes.moves_the_order(state.hall, hall):
        raise refusals.SameVersion(version=version)
    yield from configure(state, hall, digest(hall), "command")


def configure(state: HallState, hall: Hall, digest: str, source: str) -> Iterator[HallConfigured]:
    """Put a configuration in force.

    Raises WouldStrand with the number of visitors whom no desk of the new one could call, or whose
    service or desk it has no more.
    """
    tickets = state.tickets.values()
    lost = sum(_is_stranded(ticket, hall) and not _is_stranded(ticket, state.hall) for ticket in tickets)
    if lost:
        raise refusals.WouldStrand(tickets=lost)
    yield HallConfigured(hall=hall, digest=digest, source=source)


def _is_stranded(ticket: Ticket, hall: Hall) -> bool:
    if ticket.desk and all(desk.number != ticket.desk for desk in hall.desk):
        return True
    known = {service.id for service in hall.service if service.queue}
    if not known.issuperset([ticket.service, *services_of(ticket.planned)]):
        return True
    return not any(_could_call(desk, ticket) for desk in hall.desk)


def _could_call(desk: DeskFacts, ticket: Ticket) -> bool:
    kind, _, name = ticket.ask.partition(":")
    asked = {"": True, "desk": name == desk.number, "specialty": name in desk.specialties}
    return ticket.queue in desk.queues and asked[kind]
