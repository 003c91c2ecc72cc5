"""A kiosk issues by itself: when it may, what it shows and prints, and how it hands in what it issued."""

import resource
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.counter import Counter
from kiosk.hall import read_hall
from kiosk.own_series import SETTLE_SECONDS, OwnSeries
from kiosk.printing.printer import SlipOutcome
from kiosk.scenes.answers import NO_ANSWER, NO_LINK, Sorry
from kiosk.scenes.asking import TakeTicket, take
from kiosk.scenes.choosing import Home
from kiosk.scenes.moment import OneMoment
from kiosk.scenes.start import Resting
from kiosk.scenes.thanks import SETTLE_SECONDS as SETTLE
from kiosk.scenes.thanks import Thanks
from kiosk.slips import worded
from protocol.commands import HandIn
from protocol.journal import FIRST
from protocol.link import Answer, Events, Link, LinkDown, LinkUp, Snapshot
from protocol.words import HOUR, MINUTE, SECOND
from server.register import Register
from tests.hall_process import HallProcess
from tests.kiosk_hall import ISSUED, Notes, demo_hall, home, labels, said, snapshot, tap
from tests.virtual_screen import wait
from ui.language import config_folder
from ui.scene import Scene

AT = ISSUED["at"]
TIMES = [[AT - HOUR, AT + HOUR], [AT + 20 * HOUR, AT + 24 * HOUR]]


@dataclass
class Kiosk:
    """A counter with a series of its own, on a disk, with a link that takes notes and a clock that stands."""

    folder: Path
    notes: Notes = field(default_factory=Notes)
    shown: list[Any] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    clock: float = 1000.0

    def __post_init__(self) -> None:
        """Put the parts together, as the program does."""
        self.counter = Counter(self.shown.append, self.told.append, printer_name="entrance")
        self.counter.link, self.counter.printer = self.notes, self.notes
        self.own = OwnSeries(lambda: self.folder, self.notes.send, self.told.append, lambda: self.clock)
        self.counter.own = self.own

    def come_in(self, number: int = 3, **changes: Any) -> "Kiosk":
        """Connect, and be given a number."""
        self.counter.hear(snapshot(now=AT, open_times=TIMES, own_series=None, **changes))
        self.counter.hear(LinkUp("first", 1))
        joined = {"type": "kiosk_joined", "kiosk": number, "at": AT}
        self.counter.hear(Answer(self.handed_in.id, {"ok": True, "events": [joined]}))
        return self

    @property
    def handed_in(self) -> HandIn:
        """Give the last hand-in that was sent."""
        return [command for command in self.notes.sent if isinstance(command, HandIn)][-1]

    def issue(self, service: str = "passport") -> str:
        """Issue a ticket without the server."""
        hall = read_hall(snapshot(open_times=TIMES).data)
        return str(self.own.issue(hall, service, "none", "en", 1)["ticket"])

    def home(self) -> Any:
        """Give the first screen, the server away for good."""
        scene: Any = home(self.notes, told=snapshot(now=AT, open_times=TIMES))
        scene.known.counter.own = self.own
        self.clock += SETTLE_SECONDS
        return tap(scene.see(LinkDown("gone")), "English")


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """Let a kiosk come in, and lose the server."""
    made = Kiosk(tmp_path / "journal").come_in()
    made.counter.hear(LinkDown("gone"))
    yield made
    made.own.close()


def test_the_hall_is_told_the_key_at_each_connection(tmp_path: Path) -> None:
    """Without a line too; until it has given a number, nothing is issued."""
    kiosk = Kiosk(tmp_path)
    assert not kiosk.own.is_ready
    kiosk.counter.hear(snapshot(now=AT, own_series=None))
    kiosk.counter.hear(LinkUp("first", 1))
    assert (kiosk.handed_in.written, kiosk.handed_in.entries) == (0, [])
    assert not kiosk.own.is_ready
    kiosk.own.close()


def test_a_ticket_is_on_the_disk_and_says_nothing_that_nobody_knows(kiosk: Kiosk) -> None:
    """Its number is of the kiosk's own series; no place, no wait, no page; and that it is called later."""
    thanks = tap(tap(kiosk.home(), "Passport"), "Take a ticket")
    assert isinstance(thanks, Thanks)
    assert b'"A-K3-01"' in (kiosk.folder / "journal").read_bytes()
    [slip] = kiosk.notes.slips
    assert (slip.number, slip.page_url, slip.day) == ("A-K3-01", "", "")
    assert (slip.ahead, slip.expected) == (
        "Your place counts from now.",
        "You are called when the system is back.",
    )
    assert slip == thanks.content


def test_the_screens_say_that_the_server_is_away_and_offer_what_can_be_had(kiosk: Kiosk) -> None:
    """No bookings, and no class that only the server can know to be unused."""
    first = kiosk.home()
    assert isinstance(first, Home)
    assert "The central system is away. Tickets are given all the same." in said(first)
    assert "I have a booking" not in labels(first)
    hall = snapshot().data["hall"]
    [elderly, *others] = [each for each in hall["classes"] if each["id"] != "booked"]
    once = {**hall, "classes": [{**elderly, "once_per_day": True}, *others]}
    known = first.known.after(Snapshot({**snapshot(now=AT, open_times=TIMES).data, "hall": once}))
    service = first.hall.find("passport")
    assert service
    take = TakeTicket(known, "en", service=service, back=first)
    assert elderly["names"]["en"] not in labels(take)
    assert others[0]["names"]["en"] in labels(take)


def test_a_kiosk_that_was_never_here_gives_no_tickets(tmp_path: Path) -> None:
    """As before: it says so, and where to go."""
    kiosk = Kiosk(tmp_path)
    first = kiosk.home()
    assert "This kiosk is not connected: it cannot give tickets just now." in said(first)
    sorry = tap(tap(first, "Passport"), "Take a ticket")
    assert isinstance(sorry, Sorry)
    assert sorry.why == NO_LINK


def test_a_server_that_is_started_anew_is_waited_for(kiosk: Kiosk) -> None:
    """For three seconds; then the ticket is given here, and the hall is not asked for it any more."""
    first: Any = home(kiosk.notes, told=snapshot(now=AT, open_times=TIMES))
    first.known.counter.own = kiosk.own
    moment = tap(tap(tap(first.see(LinkDown("gone")), "English"), "Passport"), "Take a ticket")
    assert isinstance(moment, OneMoment)
    kiosk.clock += SETTLE_SECONDS - 1
    assert isinstance(moment.tick(SETTLE_SECONDS - 1), OneMoment)
    kiosk.clock += 1
    assert isinstance(moment.tick(1.0), Thanks)
    assert kiosk.notes.forgotten == [moment.command_id]


def test_a_command_that_may_have_been_done_is_waited_for_longer(kiosk: Kiosk) -> None:
    """It was sent before the link broke, or after it came back: the answer may still come."""
    first: Any = home(kiosk.notes, told=snapshot(now=AT, open_times=TIMES))
    first.known.counter.own = kiosk.own
    moment: Scene = tap(tap(tap(first, "English"), "Passport"), "Take a ticket")
    moment = moment.see(LinkDown("gone"))
    kiosk.clock += 2 * SETTLE_SECONDS
    moment = moment.tick(2 * SETTLE_SECONDS)
    assert isinstance(moment, OneMoment)
    assert isinstance(moment.tick(moment.known.settings.answer_seconds), Thanks)
    linked = moment.see(LinkUp("first", 2)).tick(moment.known.settings.answer_seconds)
    assert isinstance(linked, Sorry)
    assert linked.why == NO_ANSWER


def test_a_kiosk_whose_token_was_revoked_gives_no_tickets(kiosk: Kiosk) -> None:
    """The server turned it away: not while it is gone after that, nor after a start without it."""
    for down in (LinkDown("Your token is not known.", "unknown_token"), LinkDown("gone")):
        kiosk.counter.hear(down)
        assert not kiosk.own.is_ready
    kiosk.own.close()
    later = Kiosk(kiosk.folder)
    later.counter.hear(LinkDown("gone"))
    assert not later.own.is_ready
    later.own.close()


def test_nothing_is_given_after_the_hours(kiosk: Kiosk) -> None:
    """Though the screen still shows a service: nobody told the kiosk that the hall has closed."""
    service = tap(kiosk.home(), "Passport")
    kiosk.clock += 2 * 3600
    assert isinstance(tap(service, "Take a ticket"), Resting)
    assert kiosk.notes.slips == []


def test_a_class_that_only_the_server_can_give_is_not_given(kiosk: Kiosk) -> None:
    """The visitor had begun to claim it before the link was gone; the hall would refuse such a ticket."""
    first = kiosk.home()
    classes = [{"id": "once", "names": {"en": "Once"}, "once_per_day": True}]
    hall = {**snapshot().data["hall"], "classes": classes}
    known = first.known.after(Snapshot({**snapshot(now=AT, open_times=TIMES).data, "hall": hall}))
    service = first.hall.find("passport")
    sorry = take(Home(known, "en"), service, "once", 1, "AZE 1234567")
    assert isinstance(sorry, Sorry)
    assert kiosk.notes.slips == []


def test_a_full_disk_is_told_and_no_slip_comes_out(kiosk: Kiosk) -> None:
    """What is not on the disk was not given."""
    service = tap(kiosk.home(), "Passport")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        sorry = tap(service, "Take a ticket")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert isinstance(sorry, Sorry)
    assert kiosk.notes.slips == []


def test_copies_are_counted_here(kiosk: Kiosk) -> None:
    """Three, as the hall allows; the fourth time the number stays shown."""
    thanks = tap(tap(kiosk.home(), "Passport"), "Take a ticket")
    for _ in range(4):
        assert isinstance(thanks, Thanks)
        unsure = thanks.see(SlipOutcome("A-K3-01", "", "unconfirmed", "")).tick(2 * SETTLE)
        thanks = tap(unsure, "No")
    assert [slip.copy for slip in kiosk.notes.slips] == ["", "COPY 1", "COPY 2", "COPY 3"]
    assert isinstance(thanks, Thanks)
    assert thanks.slip == "failed"


def test_hours_hold_without_the_server(kiosk: Kiosk) -> None:
    """Closed after the last hour that was told; open again in the next; a break ends by itself."""
    pause = {"kind": "break", "until": AT + 5 * MINUTE, "texts": None}
    hall = read_hall(snapshot(open_times=TIMES, pause=pause).data)
    assert [bool(hall.as_of(AT + minutes * MINUTE).pause) for minutes in (4, 5)] == [True, False]
    assert [hall.as_of(AT + hours * HOUR).is_open for hours in (0, 1, 20, 24)] == [True, False, True, False]
    assert hall.as_of(AT + 2 * HOUR).facts.next_opening == AT + 20 * HOUR
    stopped = read_hall(snapshot(open_times=TIMES, issuing_stopped="full", closing=True).data)
    assert [stopped.as_of(AT + hours * HOUR).stopped for hours in (0, 20)] == ["full", ""]
    assert [stopped.as_of(AT + hours * HOUR).is_closing for hours in (0, 20)] == [True, False]
    closed = hall.folded({"type": "day_closed", "at": AT})
    assert not closed.as_of(AT + MINUTE).is_open
    first = kiosk.home()
    kiosk.clock += 2 * 3600
    assert isinstance(first.start(), Resting)


def test_the_time_is_the_servers_last_and_what_passed_since(kiosk: Kiosk) -> None:
    """Events that were late in coming do not set it back."""
    kiosk.clock += 60
    assert kiosk.own.now() == AT + MINUTE
    kiosk.counter.hear(Events([{"type": "x", "at": AT + 30 * SECOND}]))
    assert kiosk.own.now() == AT + MINUTE
    kiosk.counter.hear(Events([{"type": "x", "at": AT + 61 * SECOND}]))
    assert kiosk.own.now() == AT + 61 * SECOND


def test_many_lines_are_handed_in_by_parts(kiosk: Kiosk) -> None:
    """Those that the hall has are not sent again; the answer to an older command says nothing."""
    for _ in range(30):
        kiosk.issue()
    kiosk.counter.hear(LinkUp("first", 9))
    first = kiosk.handed_in
    assert (first.written, [entry.seq for entry in first.entries]) == (30, list(range(1, 26)))
    kiosk.counter.hear(Answer(first.id, {"ok": True, "events": []}))
    second = kiosk.handed_in
    assert [entry.seq for entry in second.entries] == list(range(26, 31))
    kiosk.counter.hear(Answer(first.id, {"ok": True, "events": []}))
    refused = {"type": "entry_refused", "ticket": "A-K3-26", "code": "day_over", "at": AT}
    kiosk.counter.hear(Answer(second.id, {"ok": True, "events": [refused]}))
    assert kiosk.handed_in is second
    assert "A-K3-26 was not taken in: day_over" in kiosk.told


def test_a_hand_in_that_is_refused_is_told_and_the_lines_stay(kiosk: Kiosk) -> None:
    """The next connection brings them again."""
    kiosk.issue()
    kiosk.counter.hear(LinkUp("first", 9))
    kiosk.counter.hear(Answer(kiosk.handed_in.id, {"ok": False, "detail": "Ask the lead operator."}))
    assert "The journal was not taken: Ask the lead operator." in kiosk.told
    kiosk.counter.hear(LinkUp("first", 9))
    assert len(kiosk.handed_in.entries) == 1


def test_a_ticket_given_in_the_moment_of_the_return_is_handed_in_at_once(kiosk: Kiosk) -> None:
    """The link is up, the screen does not know it yet."""
    kiosk.counter.hear(LinkUp("first", 9))
    kiosk.issue()
    assert (kiosk.handed_in.written, len(kiosk.handed_in.entries)) == (1, 1)


def test_a_start_without_a_server_goes_on_where_it_was(kiosk: Kiosk) -> None:
    """With the hall as told last; the slip that nobody saw comes out once more, and no number twice."""
    kiosk.issue()
    kiosk.issue()
    kiosk.counter.hear(SlipOutcome("A-K3-01", "", "printed", ""))
    kiosk.own.close()
    later = Kiosk(kiosk.folder)
    later.counter.hear(LinkDown("gone"))
    snapshot_, down = later.shown
    assert isinstance(snapshot_, Snapshot)
    assert isinstance(down, LinkDown)
    [slip] = later.notes.slips
    assert (slip.number, slip.copy) == ("A-K3-02", "COPY 1")
    assert later.own.now() >= AT
    assert later.issue() == "A-K3-03"
    later.own.close()


def test_another_key_of_this_kiosk_gives_no_number(kiosk: Kiosk) -> None:
    """The hall gives the new key another."""
    kiosk.counter.hear(snapshot(now=AT, own_series={"kiosk": 3, "key": "0" * 64, "taken": 0, "last": FIRST}))
    assert not kiosk.own.is_ready


@pytest.mark.parametrize(("taken", "last"), [(9, FIRST), (1, "1" * 64)], ids=["fewer lines", "other lines"])
def test_an_old_copy_of_a_disk_begins_another_series(kiosk: Kiosk, taken: int, last: str) -> None:
    """The hall has lines that this journal has not: a number could come twice."""
    kiosk.issue()
    key = kiosk.handed_in.key
    kiosk.counter.hear(snapshot(now=AT, own_series={"kiosk": 3, "key": key, "taken": taken, "last": last}))
    assert not kiosk.own.is_ready
    assert any("what was not handed in of it is lost" in sentence for sentence in kiosk.told)
    kiosk.counter.hear(LinkUp("first", 9))
    assert kiosk.handed_in.key != key
    assert kiosk.handed_in.written == 0


@pytest.mark.parametrize("language", ["en", "az", "ru", "ar"])
def test_the_slip_has_words_in_every_language(language: str) -> None:
    """And never a code."""
    entry = {name: ISSUED[name] for name in ("at", "service", "queue", "class")}
    entry |= {"ticket": "A-K3-07", "day": "", "offline": True, "route": []}
    slip = worded(read_hall(snapshot().data), entry, language)
    assert slip.ahead
    assert slip.expected
    assert not slip.page_url


def test_a_service_with_a_way_says_what_follows(kiosk: Kiosk) -> None:
    """The server gives every ticket for it the same way."""
    demo = demo_hall()
    services = [
        msgspec.structs.replace(each, route=["id-card"]) if each.id == "passport" else each
        for each in demo.service
    ]
    hall = read_hall(snapshot(msgspec.structs.replace(demo, service=services), open_times=TIMES).data)
    issued = kiosk.own.issue(hall, "passport", "none", "en", 1)
    assert worded(hall, issued, "en").then == "Then: Identity card"


@pytest.mark.slow
def test_several_kiosks_come_back_at_once(tmp_path: Path) -> None:
    """A real server killed while three kiosks are here: all they gave is called by arrival, and proved."""
    (tmp_path / "hall").mkdir()
    hall = HallProcess(tmp_path / "hall", config_folder() / "halls" / "demo.toml").start()
    url = f"http://127.0.0.1:{hall.port}"
    system = Register(hall.data).add_device("test", "integration")
    kiosks = []
    for name in ("one", "two", "three"):
        kiosk = Kiosk(tmp_path / name)
        kiosk.own = kiosk.counter.own = OwnSeries(
            lambda folder=tmp_path / name: folder,  # type: ignore[misc]
            lambda command, kiosk=kiosk: kiosk.counter.link.send(command),  # type: ignore[misc]
            kiosk.told.append,
        )
        kiosk.counter.link = Link(url, Register(hall.data).add_device(name, "kiosk"), kiosk.counter.hear)
        kiosk.counter.link.start()
        kiosks.append(kiosk)
    wait(lambda: all(kiosk.own.is_ready for kiosk in kiosks), what="three numbers")
    early = hall.asker(system).done("issue_ticket", service="passport")[0]["ticket"]
    hall.kill()
    wait(lambda: all(isinstance(kiosk.shown[-1], LinkDown) for kiosk in kiosks), what="the break")
    given: set[str] = set()

    def work(kiosk: Kiosk) -> None:
        facts = next(message for message in kiosk.shown if isinstance(message, Snapshot))
        for _ in range(12):
            given.add(kiosk.own.issue(read_hall(facts.data), "passport", "none", "en", 1)["ticket"])

    threads = [threading.Thread(target=work, args=[kiosk]) for kiosk in kiosks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hall.start()
    asker = hall.asker(system)

    def issued() -> list[dict[str, Any]]:
        events = asker.ask("GET", "/api/v1/events?since=0&limit=5000")[1]["events"]
        return [event for event in events if event["type"] == "ticket_issued"]

    wait(lambda: len(issued()) == 37, what="all tickets in the log")
    asker.done("open_desk", desk="1")
    called = []
    for _ in range(37):
        called.append(asker.done("call_next", desk="1")[0]["ticket"])
        asker.done("serve", desk="1", ticket=called[-1])
        asker.done("complete", desk="1", ticket=called[-1], outcome="served")
    handed_in = [event for event in issued() if event["ticket"] != early]
    assert {event["ticket"] for event in handed_in} == given
    handed_in.sort(key=lambda event: (event["arrived_at"], event["seq"]))
    assert called == [early, *(event["ticket"] for event in handed_in)]
    for kiosk in kiosks:
        assert isinstance(kiosk.counter.link, Link)
        kiosk.counter.link.close()
        kiosk.own.close()
    wait(lambda: hall.command_line("verify").returncode == 0, what="a sound log")
    figures = asker.ask("GET", "/api/v1/figures")[1]
    assert figures["hall"]["issued"] == 37
    hall.stop()
