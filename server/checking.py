"""``novbe-server check``: tells every mistake of a hall file, or what the hall will be."""

import sys
from collections.abc import Sized
from pathlib import Path

import msgspec
import tomli_w

from protocol.hall import Hall
from protocol.speech import zones_needed
from server.domain.hours import WEEKDAYS
from server.domain.services import digest
from server.hallfile import Country, HallFileMistakes, load_hall, read_country, without_nothing
from server.hallrules import notices


def check(path: Path, *, show: bool) -> int:
    """Print what is wrong with a hall file, or that it is good; ``show`` prints the merged result.

    Gives the exit status: 0 good, 1 mistakes, 2 no such file.
    """
    if not path.is_file():
        print(f"There is no hall file {path}; check its name.", file=sys.stderr)
        return 2
    try:
        hall = load_hall(path)
    except HallFileMistakes as found:
        for mistake in found.mistakes:
            print(mistake)
        print(f"{len(found.mistakes)} to mend; nothing was started.")
        return 1
    if show:
        print(tomli_w.dumps(without_nothing(msgspec.to_builtins(hall))), end="")
        return 0
    for line in _summary(path, hall):
        print(line)
    return 0


def _summary(path: Path, hall: Hall) -> list[str]:
    leaves = [service for service in hall.service if service.queue]
    counted: dict[str, Sized] = {
        "Services": leaves,
        "queues": hall.queue,
        "desks": hall.desk,
        "zones": hall.zone,
    }
    peak = hall.limits.peak_calls_per_hour
    zones = zones_needed(peak, len(hall.hall.languages))
    lines = [
        f"{path}: good; digest {digest(hall)[:12]}.",
        ", ".join(f"{name}: {len(entries)}" for name, entries in counted.items()) + ".",
        f"Zones that the voice needs to speak {peak} calls an hour, each in time: {zones}.",
    ]
    country = read_country(hall.hall.country).country
    law = [] if hall.class_ else [f"hall.country: {country.says}"]
    return lines + [f"Note: {notice}" for notice in (*notices(hall), *law, *_closed_days(hall, country))]


def _closed_days(hall: Hall, country: Country) -> list[str]:
    """Tell on which days of its country's working week a hall is closed: easily forgotten, or meant."""
    closed = [day for day in WEEKDAYS if not hall.hall.hours.get(day) and day not in country.weekend]
    if not hall.hall.hours or not country.weekend or not closed:
        return []
    free = f"the weekend of '{hall.hall.country}' is {', '.join(country.weekend)}"
    return [f"hall.hours: closed on {', '.join(closed)}, and {free}; right if the hall means it."]
