"""Slips that a member of staff wants printed at this kiosk, without a touch here."""

from typing import Any, Protocol
from urllib.parse import quote

from kiosk.hall import Hall, read_hall
from kiosk.printing.content import SlipContent
from kiosk.slips import worded
from protocol.link import Events, Reply, Snapshot

SLIP = "slip "
"""How the replies begin that are for an errand."""

ORDERS = {"ticket_issued", "visit_checked_in", "slip_reprinted"}


class Office(Protocol):
    """What errands are run for: ``kiosk.counter.Counter``."""

    def fetch(self, name: str, path: str) -> None:
        """Ask the hall over HTTP."""

    def print_slip(self, content: SlipContent) -> bool:
        """Have a slip printed; False when the kiosk has no printer."""

    def report_printer(self, state: str, why: str, ticket: str | None = None, day: str | None = None) -> None:
        """Tell the hall of a slip."""


class Errands:
    """Hears which slips to print, asks what stands on them, and has them printed. On the link's thread."""

    def __init__(self, office: Office) -> None:
        """Begin without a hall."""
        self._office = office
        self._hall: Hall | None = None

    def hear(self, message: Snapshot | Events | Reply) -> None:
        """Take a message of the link."""
        match message:
            case Snapshot(data):
                self._hall = read_hall(data)
            case Events(events):
                for event in events:
                    if event["type"] in ORDERS and event.get("print_at"):
                        self._fetch(event)
            case Reply(name, 200, told) if name.startswith(SLIP) and self._hall:
                content = worded(self._hall, told, told["language"], told["copies"])
                if not self._office.print_slip(content):
                    self._office.report_printer("failed", "It has no printer.", content.number, content.day)

    def _fetch(self, event: dict[str, Any]) -> None:
        """Ask what stands on the slip: its token is in no event."""
        number, day = event["ticket"], event.get("ticket_day", event["day"])
        self._office.fetch(f"{SLIP}{number}", f"/api/v1/slips/{quote(number, safe='')}?day={day}")
