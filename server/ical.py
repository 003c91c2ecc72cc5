"""A booking as an iCalendar file (RFC 5545), for the calendar of who booked."""

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

from protocol.words import SECOND, Micros


@dataclass(frozen=True, slots=True)
class Appointment:
    """What stands in the file: ``sequence`` grows with each change, ``url`` is empty without a page."""

    uid: str
    sequence: int
    written: Micros
    begins: Micros
    ends: Micros
    summary: str
    location: str
    description: str
    url: str


def calendar_file(one: Appointment) -> bytes:
    """Write the file; a later one of the same ``uid`` takes the earlier one's place."""
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", _utc(one.written))
    event.add("dtstart", _utc(one.begins))
    event.add("dtend", _utc(one.ends))
    event.add("summary", one.summary)
    event.add("location", one.location)
    event.add("description", one.description)
    if one.url:
        event.add("url", one.url)
    calendar = Calendar()
    calendar.add("prodid", "-//Novbe//Novbe//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _utc(at: Micros) -> datetime:
    return datetime.fromtimestamp(at // SECOND, UTC)
