"""The sizes of halls, XS to XL, as hall files and demands: what the world's halls were found to need. Pure.

Numbers of visitors, desks, kiosks and boards from public figures of service halls: a day of ten hours, a peak
of 2.5 times the mean, eight minutes a service, four fifths of the desks' time used.
"""

from dataclasses import dataclass
from typing import Any

from simulator.demand import (
    Arrivals,
    Bookings,
    Break,
    ClassDemand,
    Demand,
    Kiosks,
    Lead,
    Operators,
    Screens,
    ServiceDemand,
    Visitors,
)

PREFIXES = "ABCDEFGHKLMNPRSTUWXYZ"
"""Letters that nobody takes for another one or for a digit."""

SERVICES_A_QUEUE = 5
BOOKABLE = 2
"""The second service of each queue can be booked."""

BOOK = 0.1
"""This share of all visitors books."""

WORKING = ("mon", "tue", "wed", "thu", "fri")

SHAPE = (0.6, 0.9, 1.3, 1.9, 2.5, 2.3, 1.7, 1.2, 0.8, 0.6, 0.6, 0.7, 0.9, 1.0, 0.9, 0.8, 0.6, 0.4, 0.2, 0.1)
"""Arrivals of the twenty half-hours from 08:00 on, as multiples of the mean: the peak is from 10:00."""


@dataclass(frozen=True, slots=True)
class Size:
    """How big a hall is; visitors a day, and of everything else how many."""

    visitors: int
    queues: int
    zones: int
    desks: int
    kiosks: int
    boards: int
    phones: int


SIZES = {
    "XS": Size(visitors=60, queues=1, zones=1, desks=2, kiosks=1, boards=1, phones=3),
    "S": Size(visitors=300, queues=3, zones=1, desks=6, kiosks=2, boards=2, phones=10),
    "M": Size(visitors=1_200, queues=6, zones=2, desks=20, kiosks=3, boards=4, phones=30),
    "L": Size(visitors=5_000, queues=12, zones=4, desks=84, kiosks=9, boards=14, phones=100),
    "XL": Size(visitors=16_000, queues=20, zones=10, desks=270, kiosks=28, boards=50, phones=300),
}


def hall_of(size: Size, *, round_the_clock: bool) -> dict[str, Any]:
    """Give the hall file of a size, as TOML's tables; with ``round_the_clock`` it is open at any hour."""
    hours = (
        {"round_the_clock": True} if round_the_clock else {"hours": {day: ["08:00-18:00"] for day in WORKING}}
    )
    return {
        "hall": {
            "id": f"simulated-{size.visitors}",
            "names": {"az": "Sınaq mərkəzi", "en": "Simulated hall", "ru": "Учебный зал"},
            "time_zone": "Asia/Baku",
            "languages": ["az", "en", "ru"],
            **hours,
        },
        "limits": {"peak_calls_per_hour": max(1, size.visitors // 4)},
        "agency": [{"id": "state", "names": {"az": "Dövlət xidməti", "en": "State service"}}],
        "service": [
            _service(queue, number) for queue in _queues(size) for number in range(1, SERVICES_A_QUEUE + 1)
        ],
        "queue": [{"id": queue, "prefix": queue} for queue in _queues(size)],
        "class": [
            _class("elderly", "Ahıl", "Elderly", 60),
            _class("disability", "Əlilliyi olan", "Disability", 60),
        ],
        "zone": [{"id": f"zone-{number}"} for number in range(1, size.zones + 1)],
        "kiosk": [_kiosk(number, size) for number in range(1, size.kiosks + 1)],
        "desk": [_desk(number, size) for number in range(1, size.desks + 1)],
    }


def demand_of(size: Size) -> Demand:
    """Give the demand of a size."""
    clocks = [f"{8 + number // 2:02}:{number % 2 * 30:02}" for number in range(len(SHAPE))]
    services = [(queue, number) for queue in _queues(size) for number in range(1, SERVICES_A_QUEUE + 1)]
    return Demand(
        arrivals=Arrivals(
            visitors=dict.fromkeys(WORKING, float(size.visitors)),
            half_hours=dict(zip(clocks, SHAPE, strict=True)),
        ),
        # A few services make most of the visits; with the way to the desk
        # a visit takes eight minutes of it in the mean.
        service=[
            ServiceDemand(id=_id(queue, number), share=1 / number, minutes=minutes)
            for queue, number in services
            for minutes in [(5.6, 7.0, 8.4, 9.8, 8.0)[number - 1]]
        ],
        class_=[ClassDemand(id="elderly", share=0.1), ClassDemand(id="disability", share=0.04)],
        languages={"az": 80.0, "ru": 14.0, "en": 6.0},
        visitors=Visitors(walk_seconds=30, patience_minutes=600, absent=0.02, parked=0.02),
        operators=Operators(begin="08:00", end="20:00", away=0.03),
        break_=[
            Break(earliest="12:00", latest="14:30", minutes=30),
            Break(earliest="10:00", latest="11:30", minutes=10),
            Break(earliest="15:30", latest="16:30", minutes=10),
        ],
        kiosks=Kiosks(count=size.kiosks, slips_per_roll=700),
        screens=Screens(boards=size.boards, phones=size.phones),
        lead=Lead(last_ticket="17:45", jumps=2),
        bookings=Bookings(visitors=size.visitors * BOOK),
    )


def _queues(size: Size) -> str:
    return PREFIXES[: size.queues]


def _id(queue: str, number: int) -> str:
    return f"service-{queue.lower()}{number}"


def _service(queue: str, number: int) -> dict[str, Any]:
    names = {"az": f"Xidmət {queue}{number}", "en": f"Service {queue}{number}"}
    service = {"id": _id(queue, number), "names": names, "agency": "state", "queue": queue}
    return service | ({"booking": {"per_slot": 6}} if number == BOOKABLE else {})


def _class(name: str, az: str, en: str, minutes: int) -> dict[str, Any]:
    return {"id": name, "names": {"az": az, "en": en}, "credit_minutes": minutes, "evidence": "desk"}


def _kiosk(number: int, size: Size) -> dict[str, Any]:
    zone = f"zone-{1 + (number - 1) * size.zones // size.kiosks}"
    return {
        "id": f"kiosk-{number}",
        "names": {"az": f"Kiosk {number}", "en": f"Kiosk {number}"},
        "zone": zone,
    }


def _desk(number: int, size: Size) -> dict[str, Any]:
    """Give each queue its desks, and each desk the next queue to help out with."""
    queues, place = _queues(size), (number - 1) * size.queues // size.desks
    own = [queues[place], *([queues[(place + 1) % size.queues]] if size.queues > 1 and number % 2 else [])]
    zone = f"zone-{1 + (number - 1) * size.zones // size.desks}"
    return {"number": str(number), "zone": zone, "queues": own}
