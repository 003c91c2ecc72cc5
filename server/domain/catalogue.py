"""The hall's configuration by name: what the rules look up."""

from dataclasses import dataclass, field
from datetime import date

from protocol.hall import DeskFacts, Hall, HallFacts, Queue, Service, TicketClass
from protocol.words import HOUR, MINUTE, Micros
from server.domain import refusals
from server.domain.ticket import Ticket

STRICT_CREDIT: Micros = 24 * HOUR
"""A class that goes right after the current service is a credit of a day, so that one key orders all.

One that goes behind it has half of that, which is before everybody else of a day.
"""

BOOKED = "booked"
"""The class of who booked and claims no other; a hall file may give it names and a series of its own."""

NO_HALL = Hall(hall=HallFacts(id="none", names={}, time_zone="UTC"))
"""What stands before the first ``hall_configured``."""


@dataclass(slots=True)
class Catalogue:
    """One hall by the names of its parts; made anew with each configuration."""

    hall: Hall
    services: dict[str, Service] = field(init=False)
    queues: dict[str, Queue] = field(init=False)
    classes: dict[str, TicketClass] = field(init=False)
    desks: dict[str, DeskFacts] = field(init=False)
    credits: dict[str, Micros] = field(init=False)
    targets: dict[str, Micros] = field(init=False)
    booked_credit: Micros = field(init=False)
    ratio_calls: int = field(init=False, default=0)
    """How many of the ratio's classes are called to one of the others; 0 without a ratio."""
    ratio_of: frozenset[str] = field(init=False, default=frozenset())
    slots: dict[tuple[str, date], list[Micros]] = field(init=False, default_factory=dict)
    """When the slots of a service begin on a day: filled as they are asked for (``slots``)."""

    def __post_init__(self) -> None:
        """Index the lists by id."""
        self.services = {service.id: service for service in self.hall.service}
        self.queues = {queue.id: queue for queue in self.hall.queue}
        self.classes = {class_.id: class_ for class_ in self.hall.class_}
        self.desks = {desk.number: desk for desk in self.hall.desk}
        self.credits = {class_.id: self._own_credit(class_) for class_ in self.hall.class_}
        self.booked_credit = self.hall.policy.booked_credit_minutes * MINUTE
        self.targets = {service.id: service.target.minutes * MINUTE for service in self.hall.service}
        if self.hall.policy.ratio is not None:
            self.ratio_calls, self.ratio_of = (
                self.hall.policy.ratio.calls,
                frozenset(self.hall.policy.ratio.of),
            )

    def leaf(self, service: str) -> Service:
        """Give a service that tickets are issued for; raises UnknownService."""
        found = self.services.get(service)
        if found is None or found.queue not in self.queues:
            raise refusals.UnknownService(service=service)
        return found

    def check_class(self, class_: str) -> None:
        """Raise UnknownClass unless visitors can claim this class; that of those who booked nobody claims."""
        if class_ != "none" and (class_ not in self.classes or class_ == BOOKED):
            raise refusals.UnknownClass(**{"class": class_})

    def credit(self, queue: str, class_: str, *, further: bool = False, booked: bool = False) -> Micros:
        """Give the largest credit that applies in a queue: the class's, a further leg's, a booking's."""
        found = self.queues.get(queue)  # gone when a later configuration dropped it
        if found is not None and not found.precedence:
            return 0
        own = max(self.credits.get(class_, 0), self.booked_credit if booked else 0)
        return max(own, self.hall.policy.further_leg_credit_minutes * MINUTE) if further else own

    def counted(self, class_: str, *, is_seen: bool) -> str:
        """Give the class that a claim counts as: none until somebody of the hall has seen the evidence."""
        return "none" if self.needs_proof(class_) and not is_seen else class_

    def needs_proof(self, class_: str) -> bool:
        """Tell whether the evidence has to be seen before a claim counts."""
        found = self.classes.get(class_)
        return found is not None and found.evidence == "before"

    def has_ratio(self, queue: str) -> bool:
        """Tell whether a queue is called by the hall's ratio: one in order of arrival alone never is."""
        found = self.queues.get(queue) if self.ratio_calls else None
        return found is not None and found.precedence

    def is_of(self, ticket: Ticket) -> bool:
        """Tell whether a ticket is one of those whom the ratio names first."""
        counted = self.counted(ticket.class_, is_seen=ticket.class_confirmed)
        return self.is_of_ratio(counted, booked=bool(ticket.booking))

    def is_of_ratio(self, counted: str, *, booked: bool = False) -> bool:
        """Tell whether a class that counts, or a booking, is one of those whom the ratio names first."""
        return counted in self.ratio_of or (booked and BOOKED in self.ratio_of)

    def is_once_per_day(self, class_: str) -> bool:
        """Tell whether a person may use a class once a day for a service."""
        found = self.classes.get(class_)
        return found is not None and found.once_per_day

    def largest_credit(self) -> Micros:
        """Give the largest credit of any ticket: how much later it may come and still go first."""
        further = self.hall.policy.further_leg_credit_minutes * MINUTE
        return max([further, self.booked_credit, *self.credits.values()])

    def prefix(self, queue: str, class_: str) -> str:
        """Give the prefix of the number series: the class's own, or the queue's."""
        found = self.classes.get(class_)
        return found.prefix if found and found.prefix else self.queues[queue].prefix

    def no_show_seconds(self, class_: str) -> int:
        """Give the time since the last call before which nobody is absent."""
        found = self.classes.get(class_)
        own = found.no_show_seconds if found else None
        return self.hall.policy.no_show_seconds if own is None else own

    def _own_credit(self, class_: TicketClass) -> Micros:
        """Give what a class is worth by itself."""
        return STRICT_CREDIT >> self._depth(class_) if class_.strict else class_.credit_minutes * MINUTE

    def _depth(self, class_: TicketClass, seen: tuple[str, ...] = ()) -> int:
        """Count the steps that a class stands behind the foremost ones; a forged log may hold a circle."""
        others = [self.classes[other] for other in class_.behind if other not in (*seen, class_.id)]
        return max((1 + self._depth(other, (*seen, class_.id)) for other in others), default=0)


NO_CATALOGUE = Catalogue(NO_HALL)
"""What is known before the first ``hall_configured``."""
