"""What a kiosk's screens can have done: a ticket asked for, a slip printed, the hall told of it."""

from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote
from uuid import uuid4

from kiosk.errands import Errands
from kiosk.hall import Hall, NotUnderstood, read_hall
from kiosk.journal import JournalFailed
from kiosk.own_series import OwnSeries, event_of
from kiosk.printing.content import SlipContent
from kiosk.printing.printer import PrinterState, SlipOutcome
from kiosk.slips import worded
from protocol.commands import Book, CheckIn, Command, IssueTicket, ReportDevice, ReprintSlip, RequestHelp
from protocol.journal import series_of
from protocol.link import Events, LinkDown, LinkUp, Reply, Snapshot, TooManyUnanswered
from protocol.pairing import PairingCode

LONGEST_DETAIL = 200

ANEW = {
    "hall_configured",
    "day_opened",
    "desk_opened",
    "desk_assigned",
    "desk_paused",
    "desk_closing",
    "desk_closed",
}
"""After these the hall is read anew: what is offered, which queues nobody serves, when it opens next."""


class Hallward(Protocol):
    """The way to the hall: ``protocol.link.Link``."""

    def send(self, command: Command) -> None:
        """Carry a command until it is answered; raises TooManyUnanswered."""

    def forget(self, command_id: str) -> None:
        """Carry it no longer."""

    def start_over(self) -> None:
        """Ask for the whole snapshot."""

    def ask(self, name: str, path: str, body: dict[str, Any] | None = None) -> None:
        """GET a path, or POST to it; the Reply has this name."""


class SlipPrinter(Protocol):
    """What puts a slip on paper: ``kiosk.printing.printer.Printer``."""

    def print_slip(self, content: SlipContent) -> None:
        """Print when it is its turn; the outcome comes as a message."""

    def look(self) -> None:
        """Look how the printer is, and tell it though it may be no news."""


class Counter:
    """Acts for the screens, on the link and on the printer, and keeps nothing that is shown."""

    def __init__(
        self,
        post: Callable[[object], None],
        tell: Callable[[str], None],
        *,
        printer_name: str,
        restart: Callable[[], None] = lambda: None,
    ) -> None:
        """Take where messages go, what speaks to the terminal, and what starts the program anew."""
        self._post, self._tell = post, tell
        self._printer_name = printer_name
        self._errands = Errands(self)
        self.restart = restart
        self.link: Hallward | None = None
        self.printer: SlipPrinter | None = None
        self.own: OwnSeries | None = None
        self._is_looked_after = False

    # What screens ask for: each gives the command's id, and raises TooManyUnanswered.

    def ask(
        self, service: str, class_: str, language: str, quantity: int = 1, person: str | None = None
    ) -> str:
        """Ask for a ticket, once for each call; ``person`` is a document's number, where one is needed."""
        command = IssueTicket(
            id=uuid4().hex,
            service=service,
            class_=class_,
            language=language,
            quantity=quantity,
            person=person,
        )
        return self._send(command)

    def check_in(self, code: str, late: Any = None) -> str:
        """Say that who booked is here; ``late`` is ``walk_in`` or ``next_slot``, once the hall asked."""
        return self._send(CheckIn(id=uuid4().hex, code=code, late=late))

    def book(self, service: str, slot: int, class_: str, language: str, person: str | None = None) -> str:
        """Book a time."""
        return self._send(
            Book(id=uuid4().hex, service=service, slot=slot, class_=class_, language=language, person=person)
        )

    def reprint(self, ticket: str, day: str) -> str:
        """Ask for a copy of a slip that did not come out."""
        return self._send(ReprintSlip(id=uuid4().hex, ticket=ticket, day=day, reason="slip-not-printed"))

    def call_help(self) -> str:
        """Ask for a member of staff."""
        return self._send(RequestHelp(id=uuid4().hex))

    def forget(self, command_id: str) -> None:
        """Ask no more: the visitor was told that no answer came."""
        if self.link:
            self.link.forget(command_id)

    def issue_here(
        self, hall: Hall, service: str, class_: str, language: str, quantity: int
    ) -> dict[str, Any]:
        """Issue a ticket of the own series, while the server is away; raises JournalFailed."""
        if self.own is None:
            raise JournalFailed("This kiosk has no series of its own.")
        try:
            return self.own.issue(hall, service, class_, language, quantity)
        except JournalFailed as failure:
            self._tell(str(failure))
            raise

    # What is asked over HTTP; the Reply has the name in quotation marks.

    def look_around(self) -> None:
        """Ask how the other kiosks are ("kiosks")."""
        self.fetch("kiosks", "/api/v1/kiosks")

    def count_waiting(self) -> None:
        """Ask how many wait in each queue ("queues")."""
        self.fetch("queues", "/api/v1/queues")

    def look_up(self, token: str) -> None:
        """Ask for the visit of a slip that was scanned ("visit")."""
        self.fetch("visit", f"/api/v1/visits/{quote(token, safe='')}")

    def try_pin(self, pin: str) -> None:
        """Have the staff's PIN checked ("pin")."""
        self.fetch("pin", "/api/v1/staff-pin", {"pin": pin})

    def fetch(self, name: str, path: str, body: dict[str, Any] | None = None) -> None:
        """Ask the hall over HTTP."""
        if self.link:
            self.link.ask(name, path, body)

    # The paper.

    def print_slip(self, content: SlipContent) -> bool:
        """Have a slip printed; False when the kiosk has no printer."""
        if self.printer:
            self.printer.print_slip(content)
        elif self.own and _is_own(content.number):
            self.own.see_to(content.number)
        return self.printer is not None

    def look_at_printer(self) -> None:
        """Look how the printer is, and tell the hall, though it may be no news."""
        if self.printer:
            self.printer.look()

    # What is told.

    def hear(self, message: object) -> None:
        """Take a message of the link or the printer, on its thread: act on it, then show it."""
        match message:
            case Snapshot(data) if problem := _problem(data):
                return self._tell(problem)
            case LinkUp():
                self._tell("Connected to the hall.")
                self.look_around()
            case LinkDown(why):
                self._tell(f"Not connected: {why}")
            case PairingCode(code, server, _) if code:
                self._tell(f"Not part of the hall yet: a manager types in {code} on {server}/manager.")
            case Events(events) if any(event["type"] in ANEW for event in events):
                if self.link:
                    self.link.start_over()
            case SlipOutcome(number, day, outcome, why) if day:
                self.report_printer(outcome, why, number, day)
            case PrinterState(state, _, why):
                self.report_printer(state, why)
                self.look_around()
        if isinstance(message, Snapshot | Events | Reply):
            self._errands.hear(message)
        self._hear_alone(message)
        return self._post(message)

    def _hear_alone(self, message: object) -> None:
        """Follow what matters to the own series; started without a server, show the hall as told last."""
        own = self.own
        if own is None:
            return
        kept = own.hear(message)
        if kept:
            self._errands.hear(kept)
            self._post(kept)
        if isinstance(message, SlipOutcome) and _is_own(message.number):
            own.see_to(message.number)
        told = kept or message
        if isinstance(told, Snapshot) and not self._is_looked_after:
            self._look_after(own, read_hall(told.data))

    def _look_after(self, own: OwnSeries, hall: Hall) -> None:
        """At the start, print once more, as a copy, what nobody knows to have come out."""
        self._is_looked_after = True
        for entry in own.unseen():
            self._tell(f"{entry.ticket} was given when the program ended: its slip is printed again.")
            self.print_slip(worded(hall, event_of(hall, entry), entry.language, copy=1))

    def report_printer(self, state: str, why: str, ticket: str | None = None, day: str | None = None) -> None:
        """Tell the hall, and the terminal when it is trouble; if the line to the hall is full, only here."""
        if why:
            self._tell(f"Printer: {ticket + ': ' if ticket else ''}{state}: {why}")
        detail = why[:LONGEST_DETAIL] or None
        self._report(
            ReportDevice(
                id=uuid4().hex,
                device=self._printer_name,
                kind="printer",
                state=state,
                detail=detail,
                ticket=ticket,
                day=day,
            )
        )

    def report_service(self, out_of_service: str) -> None:
        """Tell the hall that the staff took this kiosk out of service, or put it back (empty)."""
        state, detail = ("out_of_service", out_of_service) if out_of_service else ("in_service", None)
        self._report(ReportDevice(id=uuid4().hex, device="kiosk", kind="kiosk", state=state, detail=detail))

    def _report(self, report: ReportDevice) -> None:
        try:
            self._send(report)
        except TooManyUnanswered:
            self._tell("The hall was not told: too much waits to be sent.")

    def _send(self, command: Command) -> str:
        if self.link is None:
            raise TooManyUnanswered
        self.link.send(command)
        return command.id


def _is_own(number: str) -> bool:
    """Tell whether a number is one of a kiosk's own series."""
    return series_of(number) is not None


def _problem(snapshot: dict[str, Any]) -> str:
    """Say why a snapshot cannot be shown; empty when it can."""
    try:
        read_hall(snapshot)
    except NotUnderstood as problem:
        return str(problem)
    return ""
