"""What a kiosk says when a day is not as usual: no paper, no desk, a pause, a copy, a scanned slip."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from kiosk.facts import Neighbour, nearest
from kiosk.paint import Face
from kiosk.printing.printer import PrinterState, SlipOutcome
from kiosk.scenes.answers import NO_SLIP, Sorry
from kiosk.scenes.asking import HowMany, TakeTicket
from kiosk.scenes.choosing import Home
from kiosk.scenes.moment import OneMoment
from kiosk.scenes.screen import Screen
from kiosk.scenes.start import Resting
from kiosk.scenes.thanks import Thanks
from kiosk.scenes.visit import Reading, YourTurn
from kiosk.turn import turn
from protocol.link import Answer, Events, LinkDown, Reply, Snapshot
from tests.kiosk_hall import ISSUED, Notes, demo_hall, home, labels, said, snapshot, tap
from tests.test_kiosk_scenes import answered, asked, in_english, waited
from ui.language import texts
from ui.scene import Scanned, Scene

EMPTY = PrinterState("fault", ("paper_out",), "The printer has no paper: put in a new roll.")
WELL = PrinterState("ok", (), "")
DAY = ISSUED["day"]
KIOSKS: list[dict[str, Any]] = [
    {"id": "entrance", "device": "dev-1", "names": {"en": "Entrance"}, "near": ["west-door"], "works": False},
    {"id": "stairs", "device": "dev-3", "names": {"en": "At the stairs"}, "works": True},
    {"id": "west-door", "device": "dev-2", "names": {"en": "West door"}, "works": True},
]


def happened(type_: str, **fields: Any) -> Events:
    """Give an event as the kiosk's room hears it."""
    return Events([{"type": type_, "at": ISSUED["at"], "day": DAY, "seq": 9, **fields}])


def english(notes: Notes | None = None, **told: Any) -> Screen:
    """Give the first screen in English, of a hall that tells this too."""
    scene = in_english(home(notes or Notes(), told=snapshot(**told)))
    assert isinstance(scene, Screen)
    return scene


def without_paper(wish: str, **told: Any) -> Snapshot:
    """Give the demonstration hall with another wish for kiosks without paper."""
    hall = demo_hall()
    slip = msgspec.structs.replace(hall.slip, without_paper=wish)
    return snapshot(msgspec.structs.replace(hall, slip=slip), **told)


# Before a touch.


def test_a_fault_is_told_before_the_touch_with_the_nearest_kiosk_that_works() -> None:
    """By the hall file's order of the broken one; and it is asked for as soon as the printer fails."""
    notes = Notes()
    scene = english(notes, device="dev-1").see(EMPTY)
    scene.known.counter.hear(EMPTY)  # type: ignore[attr-defined]
    assert ("kiosks", "/api/v1/kiosks", None) in notes.asked
    assert "The printer is out of order: please note your number." in said(scene)
    told = said(scene.see(Reply("kiosks", 200, KIOSKS)))
    assert "No slips are printed here: note your number, or use this kiosk: West door" in told


def test_a_hall_may_want_no_tickets_without_paper() -> None:
    """Then the kiosk sends visitors to another one, until its printer is well."""
    scene = in_english(home(Notes(), told=without_paper("stop", device="dev-1")))
    stopped = scene.see(EMPTY).see(Reply("kiosks", 200, KIOSKS))
    assert isinstance(stopped, Resting)
    assert said(stopped)[-2:] == [
        "This kiosk cannot print, so it gives no tickets now.",
        "Please use this kiosk: West door",
    ]
    assert isinstance(stopped.see(WELL), Home)


@pytest.mark.parametrize(
    ("device", "works", "expected"),
    [
        pytest.param("dev-1", ["c", "b"], "b", id="as the hall file says"),
        pytest.param("dev-1", ["c", "d"], "d", id="else in the same zone"),
        pytest.param("dev-9", ["c"], "c", id="else any, also for one the hall file names not"),
        pytest.param("dev-1", ["a"], None, id="never itself"),
    ],
)
def test_the_nearest_kiosk(device: str, works: Sequence[str], expected: str | None) -> None:
    """Among those that work."""
    zones = {"a": "east", "b": "west", "c": "west", "d": "east"}
    kiosks = [
        Neighbour(id_, f"dev-{n}", {}, zone, ["b"] if id_ == "a" else [], id_ in works)
        for n, (id_, zone) in enumerate(zones.items(), 1)
    ]
    found = nearest(kiosks, device)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("message", "title", "advice"),
    [
        pytest.param(
            happened("hall_paused", kind="break", texts={}),
            "The hall takes a short break. Nobody is called at the moment. Your turn is kept.",
            "Tickets are given again when the hall goes on.",
            id="a break in our words",
        ),
        pytest.param(
            happened("hall_paused", kind="emergency", texts={"en": "Fire drill."}),
            "Fire drill.",
            "Tickets are given again when the hall goes on.",
            id="an emergency in the hall's words",
        ),
        pytest.param(
            happened("hall_paused", kind="outage", texts={"az": "İşıq yoxdur."}),
            "There is a technical fault. Nobody is called at the moment. Your turn is kept.",
            "İşıq yoxdur.",
            id="a text of the main language stands beside ours",
        ),
        pytest.param(
            happened("issuing_stopped", reason="many-waiting"),
            "No tickets are given just now.",
            "Too many are waiting",
            id="issuing stopped, with its reason",
        ),
        pytest.param(
            happened("day_closing"),
            "No more tickets are given today.",
            "It opens on Thursday at 03:00.",
            id="the day is served out",
        ),
    ],
)
def test_a_hall_that_gives_no_tickets_says_why(message: Events, title: str, advice: str) -> None:
    """Wherever the visitor is, in their language; and the first screen comes back when it is over."""
    stopped = tap(english(), "Passport").see(message)
    assert isinstance(stopped, Resting)
    assert said(stopped)[-2:] == [title, advice]
    over = {"hall_paused": "hall_resumed", "issuing_stopped": "issuing_resumed", "day_closing": "day_opened"}
    again = stopped.see(happened(over[message.events[0]["type"]], seconds=60))
    assert isinstance(again, Home)
    assert again.language == "en"


def test_what_a_snapshot_tells_of_the_hall_is_shown_too() -> None:
    """A kiosk that was switched on in the middle of a pause."""
    pause = {"kind": "break", "since": 1, "texts": {"en": "Lunch."}}
    assert "Lunch." in said(english(pause=pause))
    assert "Too many are waiting" in said(english(issuing_stopped="many-waiting"))


# One service.


def test_a_suspended_service_tells_its_reason() -> None:
    """In the visitor's language."""
    scene = tap(english(suspended=["passport"], suspended_reasons={"passport": "not-ready"}), "Passport")
    assert said(scene)[-2:] == ["No tickets are given for this service just now.", "Not ready yet"]
    assert labels(scene) == ["Back", "Start over"]


def test_a_queue_that_nobody_serves_says_so_and_lets_go_on() -> None:
    """With how many wait, as soon as that is known."""
    notes = Notes()
    scene = tap(english(notes, without_desk=["A"]), "Passport")
    assert notes.asked[-1] == ("queues", "/api/v1/queues", None)
    assert "Nobody serves this just now; 0 people wait." in said(scene)
    scene = scene.see(Reply("queues", 200, {"queues": [{"id": "A", "waiting": 3}]}))
    assert "Nobody serves this just now; 3 people wait." in said(scene)
    assert isinstance(tap(scene, "Take a ticket"), OneMoment)


def test_a_queue_that_is_served_out_takes_no_more_tickets() -> None:
    """Its services are marked on the first screen, and say so on their own."""
    scene = english(closing_queues=["A"])
    faces = [part.value for part in scene.parts() if isinstance(part.value, Face)]
    marked = [face.label for face in faces if face.kind == "off"]
    assert marked == ["Passport"]
    assert "No more tickets are given for this service today." in said(tap(scene, "Passport"))


def test_how_many_is_asked_where_a_service_takes_several() -> None:
    """Page by page; and the ticket is asked for with that number."""
    notes = Notes()
    scene = tap(english(notes), "Passport")
    assert isinstance(scene, TakeTicket)
    many = replace(scene, service=msgspec.structs.replace(scene.service, most_at_once=14))
    ask = tap(many, "Elderly (65+)")
    assert isinstance(ask, HowMany)
    assert labels(ask)[:12] == [str(n) for n in range(1, 13)]
    assert isinstance(tap(ask, "Back"), TakeTicket)
    last = tap(ask, "More")
    assert labels(last) == ["13", "14", "Back", "Start over", "Previous"]
    assert isinstance(tap(last, "13"), OneMoment)
    assert (notes.sent[0].quantity, notes.sent[0].class_) == (13, "elderly")


# The slip.


def unsure(notes: Notes) -> Thanks:
    """Give the screen of a ticket whose slip may not have come."""
    scene = answered(asked(notes)).see(SlipOutcome("A042", DAY, "unconfirmed", ""))
    assert isinstance(scene, Thanks)
    assert labels(scene) == ["Yes", "No"]
    return replace(scene, shown_seconds=2)


def test_a_slip_that_came_needs_nothing_more() -> None:
    """Yes ends the question."""
    scene = tap(unsure(Notes()), "Yes")
    assert "Please take your slip." in said(scene)
    assert labels(scene) == ["Done"]


def test_a_slip_that_did_not_come_is_copied_until_the_hall_says_no() -> None:
    """The same number and page, marked as a copy; after the last one the number stays, with advice."""
    notes = Notes()
    scene: Scene = unsure(notes)
    for copies in (1, 2, 3):
        scene = tap(scene, "No")
        assert "Your slip is being printed." in said(scene)
        command = notes.sent[-1]
        assert (command.ticket, command.day) == ("A042", DAY)
        told = {"type": "slip_reprinted", "ticket": "A042", "issue": 1, "copies": copies}
        scene = scene.see(Answer(command.id, {"ok": True, "events": [told]}))
        assert notes.slips[-1] == replace(notes.slips[0], copy=f"COPY {copies}")
        scene = scene.see(SlipOutcome("A042", DAY, "unconfirmed", ""))
        assert isinstance(scene, Thanks)
        scene = replace(scene, shown_seconds=2)
    scene = tap(scene, "No")
    scene = scene.see(Answer(notes.sent[-1].id, {"ok": False, "code": "copy_limit"}))
    assert "No slip can be printed: please note your number, it is valid." in said(scene)
    assert isinstance(waited(scene, 20), Thanks)


# A slip that is scanned.

VISIT: dict[str, Any] = {
    "ticket": "A042",
    "state": "waiting",
    "names": {"en": "Passport"},
    "language": "en",
    "ahead": 3,
    "expected_wait_seconds": [480, 900, 1500],
    "desk": None,
}
TOKEN = ISSUED["token"]


def test_a_scanned_slip_may_be_of_a_kiosks_own_series() -> None:
    """Its number has strokes in it."""
    notes, token = Notes(), TOKEN.replace("A042", "A-K3-07")
    assert isinstance(home(notes).see(Scanned(f"http://127.0.0.1:8000/visit/{token}")), Reading)
    assert notes.asked == [("visit", f"/api/v1/visits/{token}", None)]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(TOKEN, id="the token"),
        pytest.param(f"http://127.0.0.1:8000/visit/{TOKEN}", id="the page"),
        pytest.param(f"http://127.0.0.1:8000/visit/{TOKEN}#1234-9f8e7d6c5b4a3210", id="a whole slip"),
        pytest.param(f"HTTP>&&hall&visit&{TOKEN[:12]}{TOKEN[12:].upper()}", id="another keyboard's layout"),
    ],
)
def test_a_scanned_slip_tells_place_and_range(typed: str) -> None:
    """In the language of its ticket; then the first screen comes back."""
    notes = Notes()
    reading = home(notes).see(Scanned(typed))
    assert isinstance(reading, Reading)
    assert notes.asked == [("visit", f"/api/v1/visits/{TOKEN}", None)]
    shown = reading.see(Reply("visit", 200, VISIT))
    assert isinstance(shown, YourTurn)
    assert shown.language == "en"
    assert shown._said()[2] == ("3 people are ahead of you", "Expected wait: 8 to 25 minutes", "Passport")
    assert isinstance(waited(shown, 25), Home)
    assert isinstance(shown.see(Scanned(typed)), Reading)


def test_what_is_no_slip_of_this_hall_says_so() -> None:
    """An advertisement's address, a slip of yesterday; an empty line is nothing."""
    scene = home(Notes())
    assert scene.see(Scanned("")) == scene
    other = in_english(scene).see(Scanned("https://shop.example/4006381333931?a"))
    assert NO_SLIP[0] in said(other)
    gone = in_english(scene).see(Scanned(TOKEN)).see(Reply("visit", 410, {"code": "slip_void"}))
    assert "This slip is no longer valid." in said(gone)
    assert isinstance(waited(home(Notes()).see(Scanned(TOKEN)), 21), Sorry)
    assert isinstance(home(Notes()).see(LinkDown("gone")).see(Scanned(TOKEN)), Sorry)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"ahead": 0}, ("You are next", "Expected wait: 8 to 25 minutes"), id="next"),
        pytest.param(
            {"state": "called", "desk": "7"}, ("It is your turn. Please go to", "Desk 7"), id="called"
        ),
        pytest.param({"state": "serving", "desk": "7"}, ("You are being served at desk 7",), id="served"),
        pytest.param(
            {"state": "cancelled"},
            (
                "This ticket was cancelled",
                "Reason: The day ends",
                "If you still need the service, please ask a member of staff.",
            ),
            id="withdrawn",
        ),
        pytest.param({"state": "planned"}, ("Please watch the boards",), id="a state not known here"),
        pytest.param(
            {"pause": {"kind": "break", "texts": {"en": "Lunch."}}},
            ("3 people are ahead of you", "Lunch."),
            id="in a pause of the hall",
        ),
    ],
)
def test_a_turn_in_words(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    """As the visit's own page says it."""
    reason = "The day ends" if changes.get("state") == "cancelled" else ""
    assert turn(VISIT | changes, texts("en"), reason) == expected
