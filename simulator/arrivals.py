"""A day's visitors, drawn from a demand and a seed: the same day each time. Pure.

Every visitor's whole behaviour is drawn before the day begins, so that what happens in the hall changes
nobody's nature, and two policies can be judged on the same people.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from protocol.words import MINUTE, SECOND, Micros
from simulator.demand import WEEKDAYS, Demand, ServiceDemand, lognormal, minutes_of

HALF_HOUR = 30 * MINUTE
WALK_VARIATION = 0.5
SESSION_VARIATION = 0.4


@dataclass(slots=True, eq=False)
class Visitor:
    """A person, as they were drawn: times in microseconds, ``arrives_at`` a time of the hall.

    ``lasts`` is a standard normal from which each of their services takes its length. ``patience`` 0 is
    endless. ``route`` are the services that they ask for besides. ``ticket`` is empty until one is issued;
    ``has_left`` when nobody will come to a call.
    """

    arrives_at: Micros
    service: str
    class_: str
    language: str
    quantity: int
    session: Micros
    walk: Micros
    patience: Micros
    says_so: bool
    has_left: bool
    is_parked: bool
    then: str
    lasts: float
    route: tuple[str, ...] = ()
    ticket: str = ""


def draw(demand: Demand, day: date, zone: str, seed: str) -> list[Visitor]:
    """Give a day's visitors in the order of their arrival; ``seed`` is that of this one day.

    Poisson counts by half-hour around the weekday's number; places within the half-hour are uniform.
    """
    rng = random.Random(f"{seed}/arrivals")  # noqa: S311 - a simulation, to be repeated
    mean = demand.arrivals.visitors.get(WEEKDAYS[day.weekday()], 0.0)
    total = mean * max(0.0, rng.gauss(1.0, demand.arrivals.variation))
    weights = demand.arrivals.half_hours
    whole = sum(weights.values())
    times: list[Micros] = []
    for clock in sorted(weights):
        begins = at_clock(day, clock, zone)
        times += [
            begins + rng.randrange(HALF_HOUR)
            for _ in range(_poisson(rng, total * weights[clock] / whole if whole else 0.0))
        ]
    people = _People(demand, rng)
    return [people.visitor(at) for at in sorted(times)]


def at_clock(day: date, clock: str, zone: str) -> Micros:
    """Give the time of the hall at which its wall clock shows ``clock`` on a day."""
    local = datetime.combine(day, time()) + timedelta(minutes=minutes_of(clock))
    return int(local.replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND


def passer_by(demand: Demand, at: Micros, service: str, seed: str) -> Visitor:
    """Give the behaviour of somebody whom the simulation did not send: patient, and there when called."""
    rng = random.Random(seed)  # noqa: S311 - as above
    found = next((each for each in demand.service if each.id == service), ServiceDemand(id=service))
    visitor = _People(demand, rng).wanting(found, at)
    visitor.patience, visitor.has_left, visitor.is_parked, visitor.then = 0, False, False, ""
    return visitor


def _poisson(rng: random.Random, mean: float) -> int:
    """Count the unit exponentials that fit into ``mean``."""
    count, passed = 0, rng.expovariate(1.0)
    while passed < mean:
        count, passed = count + 1, passed + rng.expovariate(1.0)
    return count


class _People:
    """Draws one visitor after another."""

    def __init__(self, demand: Demand, rng: random.Random) -> None:
        self._demand, self._rng = demand, rng
        self._services = list(accumulate(each.share for each in demand.service))
        self._languages = list(demand.languages)
        self._spoken = list(accumulate(demand.languages.values()))

    def visitor(self, at: Micros) -> Visitor:
        """Draw somebody who comes at a time."""
        wanted = self._rng.choices(self._demand.service, cum_weights=self._services)[0]
        return self.wanting(wanted, at)

    def wanting(self, service: ServiceDemand, at: Micros) -> Visitor:
        """Draw somebody who wants a service. The order of the draws is part of a seed's meaning."""
        rng, nature = self._rng, self._demand.visitors
        leaves = rng.expovariate(1.0) * nature.patience_minutes * MINUTE
        return Visitor(
            arrives_at=at,
            service=service.id,
            class_=self._class(),
            language=rng.choices(self._languages, cum_weights=self._spoken)[0] if self._languages else "",
            quantity=rng.randint(1, service.most_at_once),
            session=_seconds(self._demand.kiosks.session_seconds, SESSION_VARIATION, rng),
            walk=_seconds(nature.walk_seconds, WALK_VARIATION, rng),
            patience=round(leaves),
            says_so=rng.random() < nature.says_so,
            has_left=rng.random() < nature.absent,
            is_parked=rng.random() < nature.parked,
            then=service.then if rng.random() < service.sent_on else "",
            lasts=rng.gauss(0.0, 1.0),
            route=self._route(service.id),
        )

    def _route(self, service: str) -> tuple[str, ...]:
        """Draw what else is wanted; where no route begins nothing is drawn, and older seeds mean the same."""
        routes = [route for route in self._demand.route if route.services[:1] == [service]]
        drawn = self._rng.random() if routes else 1.0
        for route in routes:
            drawn -= route.share
            if drawn < 0:
                return tuple(route.services[1:])
        return ()

    def _class(self) -> str:
        drawn = self._rng.random()
        for each in self._demand.class_:
            drawn -= each.share
            if drawn < 0:
                return each.id
        return "none"


def _seconds(mean: float, variation: float, rng: random.Random) -> Micros:
    return round(lognormal(mean, variation, rng.gauss(0.0, 1.0)) * SECOND)
