"""A visitor walks up to a desk: a ticket like anyone's, called there at once if no turn comes before."""

from collections.abc import Iterator

from protocol.commands import IssueTicket
from protocol.events import Event
from server.domain import issuing, refusals
from server.domain.asking import Ask
from server.domain.calling import heads_of, next_call
from server.domain.forecast import Forecast


def issue(ask: Ask[IssueTicket], forecast: Forecast) -> Iterator[Event]:
    """Issue at the asker's own desk, and call the ticket when the desk is free and it is the next there.

    Raises what ``issuing.issue`` raises, DeskNotOpen, NotYourDesk, and ServiceNotHere when the desk does not
    serve the queue.
    """
    desk = ask.own_desk(ask.command.desk or "")
    service = ask.state.catalogue.leaf(ask.command.service)
    if service.queue not in desk.queues:
        raise refusals.ServiceNotHere(desk=desk.number, service=service.id)
    for issued in issuing.issue(ask, forecast):
        yield issued
        heads = heads_of(ask.state, desk)
        called = next_call(ask.state, desk, ask.at)
        if not desk.ticket and called and heads[0][2].number == issued.ticket:
            yield called
