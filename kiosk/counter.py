"""What a kiosk's screens can have done: a ticket asked for, a slip printed, the hall told of it."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import uuid4

from kiosk.hall import NotUnderstood, read_hall
from kiosk.printing.content import SlipContent
from kiosk.printing.printer import PrinterState, SlipOutcome
from protocol.commands import Command, IssueTicket, ReportDevice
from protocol.link import Events, LinkDown, LinkUp, Snapshot, TooManyUnanswered

LONGEST_DETAIL = 200


class Hallward(Protocol):
    """The way to the hall: ``protocol.link.Link``."""

    def send(self, command: Command) -> None:
        """Carry a command until it is answered; raises TooManyUnanswered."""

    def forget(self, command_id: str) -> None:
        """Carry it no longer."""

    def start_over(self) -> None:
        """Ask for the whole snapshot."""


class SlipPrinter(Protocol):
    """What puts a slip on paper: ``kiosk.printing.printer.Printer``."""

    def print_slip(self, content: SlipContent) -> None:
        """Print when it is its turn; the outcome comes as a message."""


class Counter:
    """Acts for the screens, on the link and on the printer, and keeps nothing that is shown."""

    def __init__(
        self, post: Callable[[object], None], tell: Callable[[str], None], *, printer_name: str
    ) -> None:
        """Take where messages go, and what speaks to the terminal."""
        self._post, self._tell = post, tell
        self._printer_name = printer_name
        self.link: Hallward | None = None
        self.printer: SlipPrinter | None = None

    def ask(self, service: str, class_: str, language: str) -> str:
        """Ask for a ticket, once for each call; gives the command's id. Raises TooManyUnanswered."""
        command = IssueTicket(id=uuid4().hex, service=service, class_=class_, language=language)
        if self.link is None:
            raise TooManyUnanswered
        self.link.send(command)
        return command.id

    def forget(self, command_id: str) -> None:
        """Ask no more: the visitor was told that no answer came."""
        if self.link:
            self.link.forget(command_id)

    def print_slip(self, content: SlipContent) -> bool:
        """Have a slip printed; False when the kiosk has no printer."""
        if self.printer:
            self.printer.print_slip(content)
        return self.printer is not None

    def hear(self, message: object) -> None:
        """Take a message of the link or the printer, on its thread: act on it, then show it."""
        match message:
            case Snapshot(data) if problem := _problem(data):
                return self._tell(problem)
            case LinkUp():
                self._tell("Connected to the hall.")
            case LinkDown(why):
                self._tell(f"Not connected: {why}")
            case Events(events) if any(event["type"] == "hall_configured" for event in events):
                if self.link:
                    self.link.start_over()
            case SlipOutcome(number, day, outcome, why):
                self._report(outcome, why, number, day)
            case PrinterState(state, _, why):
                self._report(state, why)
        return self._post(message)

    def _report(self, state: str, why: str, ticket: str | None = None, day: str | None = None) -> None:
        """Tell the hall, and the terminal when it is trouble; if the line to the hall is full, only here."""
        if why:
            self._tell(f"Printer: {ticket + ': ' if ticket else ''}{state}: {why}")
        report = ReportDevice(
            id=uuid4().hex,
            device=self._printer_name,
            kind="printer",
            state=state,
            detail=why[:LONGEST_DETAIL] or None,
            ticket=ticket,
            day=day,
        )
        try:
            if self.link:
                self.link.send(report)
        except TooManyUnanswered:
            self._tell("The hall was not told: too much waits to be sent.")


def _problem(snapshot: dict[str, Any]) -> str:
    """Say why a snapshot cannot be shown; empty when it can."""
    try:
        read_hall(snapshot)
    except NotUnderstood as problem:
        return str(problem)
    return ""
