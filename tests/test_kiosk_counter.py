"""What a kiosk does beside its screens: it tells the hall, and the technician, what becomes of slips."""

from dataclasses import dataclass, field

from kiosk.counter import Counter
from kiosk.printing.printer import PrinterState, SlipOutcome
from protocol.commands import ReportDevice
from protocol.link import Events, LinkDown, LinkUp, Snapshot
from tests.kiosk_hall import Notes, snapshot


@dataclass
class Kiosk:
    """A counter, and all that it says to others."""

    notes: Notes = field(default_factory=Notes)
    shown: list[object] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def hear(self, message: object) -> None:
        """Let the counter hear something."""
        counter = Counter(self.shown.append, self.told.append, printer_name="entrance")
        counter.link = self.notes
        counter.hear(message)


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
