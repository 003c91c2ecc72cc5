"""A booking at the kiosk, screen by screen: typed or scanned, early, late, used; or a time instead."""

from datetime import UTC, datetime
from typing import Any
from unicodedata import bidirectional

import pytest

from kiosk.scenes.answers import REFUSALS, Sorry
from kiosk.scenes.booking import Booked, EnterCode, EnterDocument, Late, Offer
from kiosk.scenes.choosing import Home
from kiosk.scenes.moment import OneMoment
from kiosk.scenes.screen import Screen
from kiosk.scenes.thanks import Thanks
from kiosk.slips import grouped
from protocol.commands import Book, CheckIn, IssueTicket
from protocol.link import Answer, LinkDown
from protocol.words import HOUR, MINUTE, SECOND
from tests.kiosk_hall import ISSUED, Notes, home, labels, said, tap
from tests.test_kiosk_scenes import in_english
from ui.scene import Scanned, Scene

CODE = "000126456969"
TEN = int(datetime(2026, 11, 18, 6, 0, tzinfo=UTC).timestamp()) * SECOND
"""10:00 in Baku."""
CHECKED_IN = ISSUED | {"type": "visit_checked_in", "booking": "1", "slot": TEN, "ticket": "B007"}
PAGE = f"http://127.0.0.1:8000/book/{CODE}"


def typed(notes: Notes, code: str = CODE) -> Scene:
    """Touch "I have a booking" and the digits of a code."""
    scene = tap(in_english(home(notes)), "I have a booking")
    for digit in code:
        scene = tap(scene, digit)
    return scene


def answered(scene: Scene, *events: dict[str, Any], **refused: Any) -> Scene:
    """Let the hall answer the command that is on its way."""
    assert isinstance(scene, OneMoment)
    return scene.see(Answer(scene.command_id, {"ok": bool(events), "events": list(events), **refused}))


def checking_in(notes: Notes | None = None) -> Scene:
    """Type a code to its end."""
    return tap(typed(notes or Notes()), "Enter")


def test_a_code_is_typed_and_checked_in() -> None:
    """It is shown in groups as it grows; a digit wrong is erased."""
    notes = Notes()
    scene = tap(tap(typed(notes, CODE[:-1]), "⌫"), "6")
    scene = tap(scene, "9")
    assert "0001\u00a02645\u00a06969" in said(scene)
    scene = tap(scene, "Enter")
    [command] = notes.sent
    assert command == CheckIn(id=command.id, code=CODE)
    thanks = answered(scene, CHECKED_IN)
    assert isinstance(thanks, Thanks)
    assert notes.slips[-1].number == "B007"


def test_a_code_that_is_too_short_is_not_sent() -> None:
    """Enter does nothing before there are digits enough."""
    notes = Notes()
    assert isinstance(tap(typed(notes, CODE[:11]), "Enter"), EnterCode)
    assert notes.sent == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PAGE, id="the page's address"),
        pytest.param("HTTP://127.0.0.1:8000/BOOK/000126456969", id="in capitals, as scanners may type"),
        pytest.param(f" {CODE} ", id="the digits alone"),
        pytest.param("0001 2645 6969", id="in groups"),
    ],
)
def test_a_scanned_booking_is_checked_in_from_the_first_screen(text: str) -> None:
    """Without a touch; and from the screen that asks for a code, too."""
    for begin in (in_english, lambda scene: tap(in_english(scene), "I have a booking")):
        notes = Notes()
        assert isinstance(begin(home(notes)).see(Scanned(text)), OneMoment)
        assert notes.sent[0].code == CODE


def test_who_is_early_reads_from_when_the_call_comes() -> None:
    """On the screen and on the slip, in place of a wait."""
    notes = Notes()
    answered(checking_in(notes), CHECKED_IN | {"not_before": TEN - 10 * MINUTE})
    slip = notes.slips[-1]
    assert (slip.expected, slip.ahead) == ("You will be called from 09:50", "")


def test_who_is_late_chooses_by_one_touch() -> None:
    """A ticket now, or the next free time; what is chosen is sent with the same code."""
    notes = Notes()
    late = answered(checking_in(notes), code="booking_late", slot=TEN, next=TEN + 45 * MINUTE)
    assert isinstance(late, Late)
    assert "Your time was 10:00: the place is no longer kept." in said(late)
    taking = tap(late, "Take a ticket now")
    assert (notes.sent[-1].code, notes.sent[-1].late) == (CODE, "walk_in")
    assert isinstance(answered(taking, {"type": "slot_lapsed"}, ISSUED), Thanks)
    tap(late, "Come at 10:45")
    assert notes.sent[-1].late == "next_slot"


def test_a_time_of_another_day_is_told_with_its_date_and_the_code() -> None:
    """No ticket comes of it today: the card says when, the slip has the code."""
    notes = Notes()
    late = answered(checking_in(notes), code="booking_late", slot=TEN, next=TEN + 24 * HOUR)
    moving = tap(late, "Come at 19.11.2026  10:00")
    moved = {"type": "slot_moved", "booking": "1", "service": "marriage", "slot": TEN + 24 * HOUR}
    card = answered(moving, moved)
    assert isinstance(card, Booked)
    assert card.parts()[0].value.number == "19.11.2026  10:00"  # type: ignore[union-attr]
    assert (notes.slips[-1].number, notes.slips[-1].page_url) == ("0001 2645 6969", PAGE)


def test_without_a_free_time_there_is_one_way() -> None:
    """A ticket now."""
    late = answered(checking_in(), code="booking_late", slot=TEN)
    assert labels(late) == ["Take a ticket now", "Start over"]


@pytest.mark.parametrize(
    ("code", "members", "sentence"),
    [
        pytest.param("unknown_booking", {}, "There is no booking with this code.", id="unknown"),
        pytest.param("booking_used", {"ticket": "B007"}, "Your number: B007", id="used"),
        pytest.param(
            "booking_another_day",
            {"slot": TEN + 24 * HOUR},
            "This booking is for 19.11.2026  10:00.",
            id="another day",
        ),
        pytest.param("hall_paused", {}, REFUSALS["hall_paused"][0], id="a pause"),
    ],
)
def test_why_there_is_no_ticket_is_said(code: str, members: dict[str, Any], sentence: str) -> None:
    """In words of this booking."""
    sorry = answered(checking_in(), code=code, **members)
    assert isinstance(sorry, Sorry)
    assert sentence in said(sorry)


def test_without_a_link_nothing_is_sent() -> None:
    """The kiosk says so."""
    notes = Notes()
    scene = in_english(home(notes)).see(LinkDown("gone"))
    assert isinstance(scene.see(Scanned(CODE)), Sorry)
    assert notes.sent == []


def offered(notes: Notes, **told: Any) -> Scene:
    """Ask for a ticket in hours for those who booked."""
    scene = tap(tap(in_english(home(notes)), "Passport"), "Take a ticket")
    return answered(scene, code="booked_only", slot=TEN + 5 * MINUTE, next=TEN + 30 * MINUTE, **told)


def test_who_gets_no_ticket_is_offered_the_next_time() -> None:
    """One touch books it; the slip has code and time."""
    notes = Notes()
    offer = offered(notes)
    assert isinstance(offer, Offer)
    assert REFUSALS["booked_only"][0] in said(offer)
    booking = tap(offer, "Book 10:30")
    [_, command] = notes.sent
    assert command == Book(id=command.id, service="passport", slot=TEN + 30 * MINUTE, language="en")
    booked = {"type": "slot_booked", "service": "passport", "slot": TEN + 30 * MINUTE, "code": CODE}
    assert isinstance(answered(booking, booked), Booked)
    assert notes.slips[-1].expected == "18.11.2026  10:30"


def test_a_time_that_somebody_took_meanwhile_is_replaced_by_the_next() -> None:
    """The offer stands again, with the new time."""
    offer = answered(tap(offered(Notes()), "Book 10:30"), code="slot_full", next=TEN + HOUR)
    assert "Book 11:00" in labels(offer)


def test_a_hall_that_must_know_who_asks_for_a_document() -> None:
    """For a class once a day and for a booking; typed here or read by a scanner, and sent with the wish."""
    notes = Notes()
    asking = tap(tap(in_english(home(notes)), "Passport"), "Elderly (65+)")
    document = answered(asking, code="person_needed")
    assert isinstance(document, EnterDocument)
    tap(tap(tap(tap(tap(document, "1"), "2"), "3"), "4"), "Enter")
    command = notes.sent[-1]
    assert command == IssueTicket(
        id=command.id, service="passport", class_="elderly", language="en", person="1234"
    )
    again = answered(tap(offered(notes), "Book 10:30"), code="person_needed")
    again.see(Scanned("AA 123456"))
    assert (notes.sent[-1].person, notes.sent[-1].slot) == ("AA 123456", TEN + 30 * MINUTE)


def test_the_first_screen_has_the_way_for_a_booking_in_every_language() -> None:
    """One button among the services; going back from the digits ends there."""
    scene = in_english(home(Notes()))
    assert isinstance(tap(tap(scene, "I have a booking"), "Back"), Home)
    for size in ((1080, 1920), (1920, 1080), (1280, 720)):
        entering = tap(in_english(home(Notes(), size=size)), "I have a booking")
        assert isinstance(entering, Screen)
        whole = entering.known.layout.whole
        assert all(whole.contains(part.rect) for part in entering.parts())


def test_the_digits_stand_in_their_own_order_from_right_to_left() -> None:
    """On the screen that asks for them, and in the sentence that tells the code."""
    scene = tap(home(Notes()), "العربية")
    assert isinstance(scene, Screen)
    entering = scene.press(("booking",))
    for digit in CODE[:6]:
        entering = tap(entering, digit)
    assert isinstance(entering, Screen)
    [typed] = [part.value for part in entering.parts() if getattr(part.value, "text", "").startswith("0001")]
    assert typed.direction == "ltr"  # type: ignore[union-attr]
    assert {bidirectional(letter) for letter in grouped(CODE)} == {"EN", "CS"}
