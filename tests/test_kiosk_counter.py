"""What a kiosk does beside its screens: it tells the hall, and the technician, what becomes of slips."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.counter import Counter
from kiosk.printing.printer import PrinterState, SlipOutcome
from protocol.commands import ReportDevice
from protocol.link import Events, LinkDown, LinkUp, Reply, Snapshot
from protocol.pairing import PairingCode
from tests.kiosk_hall import Notes, snapshot


@dataclass
class Kiosk:
    """A counter, and all that it says to others."""

    notes: Notes = field(default_factory=Notes)
    shown: list[object] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    has_printer: bool = True

    def __post_init__(self) -> None:
        """Put the counter between link and printer."""
        self.counter = Counter(self.shown.append, self.told.append, printer_name="entrance")
        self.counter.link, self.counter.printer = self.notes, self.notes if self.has_printer else None

    def hear(self, message: object) -> None:
        """Let the counter hear something."""
        self.counter.hear(message)


def test_the_outcome_of_a_slip_becomes_a_report() -> None:
    """With the ticket, its day and why; and the screen learns it too."""
    kiosk = Kiosk()
    outcome = SlipOutcome("A042", "2026-11-18", "failed", "The paper is out.")
    kiosk.hear(outcome)
    [report] = kiosk.notes.sent
    assert report == ReportDevice(
        id=report.id,
        device="entrance",
        kind="printer",
        state="failed",
        detail="The paper is out.",
        ticket="A042",
        day="2026-11-18",
    )
    assert kiosk.shown == [outcome]
    assert kiosk.told == ["Printer: A042: failed: The paper is out."]


def test_a_printed_slip_is_reported_without_a_word_to_the_terminal() -> None:
    """What went well needs no attention."""
    kiosk = Kiosk()
    kiosk.hear(SlipOutcome("A042", "2026-11-18", "printed", ""))
    assert [report.state for report in kiosk.notes.sent] == ["printed"]
    assert kiosk.told == []


def test_the_printers_state_is_reported_when_it_changes() -> None:
    """Without a ticket; a long reason is cut to what a report may hold."""
    kiosk = Kiosk()
    kiosk.hear(PrinterState("fault", ("error",), "x" * 300))
    [report] = kiosk.notes.sent
    assert (report.state, report.ticket, len(report.detail)) == ("fault", None, 200)


def test_a_report_that_finds_no_room_is_told_here_alone() -> None:
    """A printer that fails all day while the hall is away must not stop the kiosk."""
    kiosk = Kiosk(notes=Notes(is_full=True))
    kiosk.hear(PrinterState("fault", (), "The cover is open."))
    assert kiosk.told == [
        "Printer: fault: The cover is open.",
        "The hall was not told: too much waits to be sent.",
    ]


def test_a_hall_configured_anew_is_asked_for_whole() -> None:
    """The event tells only that it changed."""
    kiosk = Kiosk()
    kiosk.hear(Events([{"type": "hall_configured", "seq": 9, "digest": "d", "source": "command"}]))
    assert kiosk.notes.fresh_starts == 1


def test_desks_that_open_or_close_make_the_hall_read_anew() -> None:
    """Which queues nobody serves stands in the snapshot."""
    kiosk = Kiosk()
    kiosk.hear(Events([{"type": "desk_paused", "seq": 9, "desk": "1"}]))
    assert kiosk.notes.fresh_starts == 1


SLIP: dict[str, Any] = {
    "ticket": "B007",
    "day": "2026-11-18",
    "service": "passport",
    "language": "en",
    "issued_at": 1_795_000_000_000_000,
    "ahead": 2,
    "expected_wait_seconds": [60, 120, 240],
    "token": "261118-B007-0123456789abcdef0123456789abcdef",
    "copies": 0,
}


@pytest.mark.parametrize("order", ["ticket_issued", "slip_reprinted"])
def test_a_slip_that_a_person_wants_printed_here_is_fetched_and_printed(order: str) -> None:
    """What stands on it is asked for: its token is in no event."""
    kiosk = Kiosk()
    kiosk.hear(snapshot())
    event = {"type": order, "seq": 9, "day": "2026-11-19", "ticket": "B007", "print_at": "dev-1"}
    kiosk.hear(Events([event | {"ticket_day": "2026-11-18"}]))
    assert kiosk.notes.asked == [("slip B007", "/api/v1/slips/B007?day=2026-11-18", None)]
    kiosk.hear(Reply("slip B007", 200, SLIP))
    [slip] = kiosk.notes.slips
    assert (slip.number, slip.service, slip.ahead, slip.copy) == (
        "B007",
        "Passport",
        "2 people ahead of you",
        "",
    )
    kiosk.hear(Reply("slip B007", 200, SLIP | {"ahead": 0, "expected_wait_seconds": [0, 0, 0]}))
    assert (kiosk.notes.slips[1].ahead, kiosk.notes.slips[1].expected) == ("", "")


def test_a_kiosk_without_a_printer_says_that_the_slip_did_not_come() -> None:
    """Or the greeter would wait for it."""
    kiosk = Kiosk(has_printer=False)
    kiosk.hear(snapshot())
    kiosk.hear(Reply("slip B007", 200, SLIP))
    [report] = kiosk.notes.sent
    assert (report.ticket, report.day, report.state) == ("B007", "2026-11-18", "failed")


def test_the_terminal_tells_the_code_that_the_screen_shows() -> None:
    """For who starts the program from afar."""
    kiosk = Kiosk()
    kiosk.hear(PairingCode("482 913", "http://h:8000"))
    assert kiosk.told == ["Not part of the hall yet: a manager types in 482 913 on http://h:8000/manager."]


def test_the_terminal_follows_the_link() -> None:
    """Up, and down with the reason."""
    kiosk = Kiosk()
    kiosk.hear(LinkUp("first", 1))
    kiosk.hear(LinkDown("refused"))
    assert kiosk.told == ["Connected to the hall.", "Not connected: refused"]


def test_a_snapshot_of_another_age_is_told_and_not_shown() -> None:
    """A kiosk older than its server says so, and does not fall over."""
    kiosk = Kiosk()
    kiosk.hear(Snapshot({"hall": {}}))
    kiosk.hear(snapshot())
    assert [type(message) for message in kiosk.shown] == [Snapshot]
    assert "are server and kiosk of one version?" in kiosk.told[0]
