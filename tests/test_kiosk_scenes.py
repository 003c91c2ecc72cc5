"""The kiosk's screens as values: what a touch, the time and a message lead to, without a window."""

from dataclasses import replace
from typing import Any

import pytest
from pygame import Rect

from kiosk.known import Known
from kiosk.layout import Size
from kiosk.paint import Face
from kiosk.printing.printer import PrinterState, SlipOutcome
from kiosk.scenes.answers import REFUSALS, Sorry, refusal
from kiosk.scenes.asking import TakeTicket
from kiosk.scenes.choosing import Home
from kiosk.scenes.moment import OneMoment
from kiosk.scenes.screen import Screen, StillThere
from kiosk.scenes.start import Resting, first_screen
from kiosk.scenes.thanks import Thanks
from kiosk.settings import Settings
from protocol.commands import IssueTicket
from protocol.hall import Hall
from protocol.link import Answer, Events, LinkDown, LinkUp
from tests.kiosk_hall import ISSUED, Notes, demo_hall, home, known, labels, said, snapshot, tap
from ui.language import texts
from ui.scene import Resized, Scene

SIZES = [
    pytest.param((1080, 1920), id="portrait"),
    pytest.param((1920, 1080), id="landscape"),
    pytest.param((1280, 720), id="small"),
]
CLOSED: dict[str, Any] = {"type": "day_closed", "at": ISSUED["at"]}


def in_english(scene: Scene) -> Scene:
    """Touch the button of English."""
    return tap(scene, "English")


def asked(notes: Notes, class_: str = "Take a ticket", **how: Any) -> OneMoment:
    """Go from the first screen to where the answer is awaited, in English."""
    moment = tap(tap(in_english(home(notes, **how)), "Passport"), class_)
    assert isinstance(moment, OneMoment)
    return moment


def answered(moment: OneMoment, **changes: Any) -> Scene:
    """Let the hall issue the ticket."""
    return moment.see(Answer(moment.command_id, {"ok": True, "events": [ISSUED | changes]}))


def waited(scene: Scene, seconds: float) -> Scene:
    """Let time pass in steps of a tenth."""
    for _ in range(round(seconds * 10)):
        scene = scene.tick(0.1)
    return scene


def touchable(scene: Screen) -> list[Rect]:
    """Give the places of the buttons."""
    return [scene._place(part.rect) for part in scene.parts() if part.action]


def test_the_first_screen_speaks_the_halls_main_language() -> None:
    """Services in it, and every language by its own name in its own script."""
    shown = labels(home(Notes()))
    assert "Ümumvətəndaş pasportu" in shown
    assert {"Azərbaycan", "English", "Русский", "العربية"} < set(shown)


def test_a_language_that_cannot_be_written_here_is_not_offered() -> None:
    """Where the library that shapes Arabic is missing, wrong letters would be worse than none."""
    facts = replace(known(Notes()), can_show=lambda language: language != "ar")
    shown = labels(first_screen(facts).see(snapshot()))
    assert shown[-5:-1] == ["Azərbaycan", "English", "Русский", "♿"]


def test_three_touches_from_a_foreign_language_to_a_ticket() -> None:
    """Language, service, ticket; and what is asked of the hall is just that."""
    notes = Notes()
    asked(notes)
    [command] = notes.sent
    assert command == IssueTicket(id=command.id, service="passport", class_="none", language="en")


def test_a_class_is_one_touch_on_the_services_screen() -> None:
    """It takes the place of the ticket's own button."""
    notes = Notes()
    asked(notes, "Elderly (65+)")
    assert notes.sent[0].class_ == "elderly"


def test_only_classes_that_need_no_greeter_are_offered() -> None:
    """Where the evidence comes before the ticket, a screen cannot see it."""
    hall = demo_hall()
    classes = [replace_struct(each, evidence="before") for each in hall.class_[1:]]
    told = snapshot(replace_struct(hall, class_=[hall.class_[0], *classes]))
    screen = tap(in_english(home(Notes(), told=told)), "Passport")
    assert labels(screen) == ["Take a ticket", "Elderly (65+)", "Back", "Start over"]


def replace_struct(struct: Any, **changes: Any) -> Any:
    """Give a struct with changes."""
    return type(struct)(**{name: getattr(struct, name) for name in struct.__struct_fields__} | changes)


def test_settings_say_which_services_come_first() -> None:
    """The named ones lead; the rest is one of each branch, so that every need is near."""
    shown = labels(home(Notes(), settings=Settings(popular=["notary", "fines"])))
    assert shown[:3] == ["Notariat xidmətləri", "Yol hərəkəti cərimələri", "Ümumvətəndaş pasportu"]


@pytest.mark.parametrize("size", SIZES)
def test_every_service_is_reached_through_the_tree(size: Size) -> None:
    """All services, branch by branch and page by page, each leaf once."""
    tree = tap(in_english(home(Notes(), size=size)), "All services")
    found = []
    for branch in demo_hall().service:
        if not branch.parent:
            found += labels(tap(tree, branch.names["en"]))
    leaves = [service.names["en"] for service in demo_hall().service if service.queue]
    assert [label for label in found if label in leaves] == leaves


def test_a_large_branch_is_turned_page_by_page() -> None:
    """More, and back again."""
    hall = demo_hall()
    first = next(each for each in hall.service if each.queue)
    many = [replace_struct(first, id=f"s{i}", parent="", names={"en": f"Service {i}"}) for i in range(25)]
    told = snapshot(replace_struct(hall, service=many))
    tree = tap(in_english(home(Notes(), told=told)), "All services")
    last = tap(tap(tree, "More"), "More")
    assert labels(last) == [*(f"Service {i}" for i in range(20, 25)), "Back", "Start over", "Previous"]
    assert labels(tap(last, "Previous"))[0] == "Service 10"


def test_back_leads_where_one_came_from_in_the_same_language() -> None:
    """From the service to the branch, from the branch to all services, from there to the first screen."""
    branch = tap(tap(in_english(home(Notes())), "All services"), "Vehicles and driving")
    service = tap(branch, "Traffic fines")
    assert tap(service, "Back") == branch
    top = tap(tap(branch, "Back"), "Back")
    assert isinstance(top, Home)
    assert top.language == "en"


def test_a_second_touch_makes_no_second_ticket() -> None:
    """While the answer is awaited, nothing can be touched."""
    notes = Notes()
    moment = asked(notes)
    again: Scene = moment
    for y in range(0, 1920, 40):
        again = again.touch(540, y)
    assert again == moment
    assert len(notes.sent) == 1


def test_thanks_shows_the_number_and_prints_the_same() -> None:
    """Number, people ahead, range and zone on the screen; number and the visit's page on the slip too."""
    notes = Notes()
    thanks = answered(asked(notes))
    assert isinstance(thanks, Thanks)
    card = thanks._card()
    assert card.number == "A042"
    facts = ("3 people ahead of you", "Expected wait: 8-25 min", "Please wait here: East hall")
    assert card.lines == ("Passport", *facts)
    [slip] = notes.slips
    assert (slip.number, slip.ahead) == ("A042", "3 people ahead of you")
    assert slip.page_url == f"http://127.0.0.1:8000/visit/{ISSUED['token']}"
    assert slip.page_url in said(thanks)


def test_the_services_that_follow_are_told() -> None:
    """On the screen and on the slip, after the one that is waited for; a service gone since is left out."""
    notes = Notes()
    thanks = answered(asked(notes), route=["notary", "gone", "fines"])
    assert isinstance(thanks, Thanks)
    assert thanks._card().lines[:2] == ("Passport", "Then: Notary services, Traffic fines")
    assert notes.slips[0].then == "Then: Notary services, Traffic fines"


def test_without_a_public_address_there_is_no_code() -> None:
    """Neither on the screen nor on paper."""
    hall = demo_hall()
    told = snapshot(replace_struct(hall, hall=replace_struct(hall.hall, public_url="")))
    notes = Notes()
    thanks = answered(asked(notes, told=told))
    assert isinstance(thanks, Thanks)
    assert [type(part.value).__name__ for part in thanks.parts()] == ["Ticket", "Notice", "Face"]
    assert notes.slips[0].page_url == ""


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        pytest.param("printed", "Please take your slip.", id="printed"),
        pytest.param("unconfirmed", "Did your slip come out?", id="unconfirmed"),
        pytest.param("failed", "No slip can be printed: please note your number, it is valid.", id="failed"),
    ],
)
def test_thanks_says_what_became_of_the_paper(outcome: str, sentence: str) -> None:
    """First that it is being printed, then how that ended; another ticket's outcome says nothing here."""
    thanks = answered(asked(Notes()))
    assert "Your slip is being printed." in said(thanks)
    assert thanks.see(SlipOutcome("A041", ISSUED["day"], outcome, "")) == thanks
    assert sentence in said(thanks.see(SlipOutcome("A042", ISSUED["day"], outcome, "")))


def test_the_screen_is_free_while_the_paper_comes() -> None:
    """Done leads to the first screen at once, though not within the second in which fingers tremble."""
    thanks = answered(asked(Notes()))
    assert tap(thanks, "Done") == thanks
    assert isinstance(tap(waited(thanks, 1.1), "Done"), Home)


def test_thanks_goes_away_by_itself_in_the_main_language() -> None:
    """After a while; later when there is no paper to take the number from."""
    thanks = answered(asked(Notes())).see(SlipOutcome("A042", ISSUED["day"], "printed", ""))
    assert isinstance(waited(thanks, 11), Thanks)
    over = waited(thanks, 13)
    assert isinstance(over, Home)
    assert over.language == "az"
    failed = thanks.see(SlipOutcome("A042", ISSUED["day"], "failed", ""))
    assert isinstance(waited(failed, 13), Thanks)


@pytest.mark.parametrize(
    "code", [*sorted(REFUSALS.keys() - {"booked_only", "too_late_today"}), "something_new"]
)
def test_a_refusal_is_a_plain_sentence_and_what_to_do(code: str) -> None:
    """Known codes have their own words, any other sends to the information desk."""
    moment = asked(Notes())
    sorry = moment.see(Answer(moment.command_id, {"ok": False, "status": 409, "code": code}))
    assert isinstance(sorry, Sorry)
    assert set(refusal(code)) <= set(said(sorry))
    assert isinstance(tap(sorry, "Start over"), Home)


def test_another_commands_answer_is_not_this_visitors() -> None:
    """The answer to a report of the printer leaves the screen as it is."""
    moment = asked(Notes())
    assert moment.see(Answer("another", {"ok": True, "events": [ISSUED]})) == moment


def test_a_touch_without_a_link_is_refused_at_once() -> None:
    """Nothing is sent that could become a ticket later; and the first screen says so before."""
    notes = Notes()
    down = home(notes).see(LinkDown("gone"))
    assert "This kiosk is not connected: it cannot give tickets just now." in said(in_english(down))
    sorry = tap(tap(in_english(down), "Passport"), "Take a ticket")
    assert "This kiosk cannot give tickets just now." in said(sorry)
    assert notes.sent == []
    assert said(in_english(down.see(LinkUp("first", 2)))) == said(in_english(home(notes)))


def test_a_full_line_to_the_hall_is_no_connection() -> None:
    """The link takes no more: the visitor hears the same sentence."""
    notes = Notes(is_full=True)
    sorry = tap(tap(in_english(home(notes)), "Passport"), "Take a ticket")
    assert "This kiosk cannot give tickets just now." in said(sorry)


def test_a_link_lost_while_waiting_is_told_and_survived() -> None:
    """The same request waits on, and its late answer is the ticket."""
    moment = waited(asked(Notes()).see(LinkDown("gone")), 2)
    assert "The connection was lost. Your request is kept: please wait." in said(moment)
    assert isinstance(moment, OneMoment)
    assert isinstance(answered(moment), Thanks)


def test_the_waiting_has_an_end_and_leaves_nothing_behind() -> None:
    """After the bounded time the request is given up, so that no ticket is made for nobody."""
    notes = Notes()
    moment = asked(notes)
    sorry = waited(moment, 21)
    assert isinstance(sorry, Sorry)
    assert notes.forgotten == [moment.command_id]


def test_a_quick_answer_needs_no_waiting_screen() -> None:
    """Until it is slow, the screen stays as it was, without buttons that do anything."""
    moment = asked(Notes())
    assert labels(moment) == labels(moment.behind)
    assert "One moment, please" in said(waited(moment, 0.5))


def test_a_service_suspended_meanwhile_says_so() -> None:
    """On the first screen and on its own, live; and again when it is resumed."""
    first = in_english(home(Notes()))
    event = {"service": "passport", "at": 1}
    suspended = first.see(Events([{"type": "service_suspended", **event}]))
    assert isinstance(suspended, Home)
    faces = [part.value for part in suspended.parts() if isinstance(part.value, Face)]
    assert [face.note for face in faces if face.label == "Passport"] == ["Not available now"]
    screen = tap(first, "Passport").see(Events([{"type": "service_suspended", **event}]))
    assert labels(screen) == ["Back", "Start over"]
    assert "Take a ticket" in labels(screen.see(Events([{"type": "service_resumed", **event}])))


@pytest.mark.parametrize(
    ("hours", "advice"),
    [
        pytest.param({"thu": ["09:00-18:00"]}, "It opens on Thursday at 09:00.", id="tomorrow"),
        pytest.param({"wed": ["09:00-12:00"]}, "It opens on Wednesday at 09:00.", id="in a week"),
        pytest.param({}, "Please come back in its opening hours.", id="not known"),
    ],
)
def test_a_closed_hall_says_when_it_opens(hours: dict[str, list[str]], advice: str) -> None:
    """The day closed at 15:06 of a Wednesday in Baku."""
    hall = demo_hall()
    told = snapshot(replace_struct(hall, hall=replace_struct(hall.hall, hours=hours, round_the_clock=False)))
    closed = in_english(home(Notes(), told=told).see(Events([CLOSED])))
    assert isinstance(closed, Resting)
    assert said(closed)[-2:] == ["The hall is closed.", advice]


def test_a_hall_that_closes_and_opens_is_followed() -> None:
    """Wherever the visitor is; the language stays."""
    service = tap(in_english(home(Notes())), "Passport")
    closed = service.see(Events([CLOSED]))
    assert isinstance(closed, Resting)
    opened = closed.see(Events([{"type": "day_opened", "at": ISSUED["at"]}]))
    assert isinstance(opened, Home)
    assert opened.language == "en"


def test_before_the_hall_is_known_the_kiosk_says_so() -> None:
    """And shows the hall as soon as there is one."""
    nothing = first_screen(known(Notes()))
    assert isinstance(nothing, Resting)
    assert "This kiosk is not ready yet." in said(nothing)
    assert isinstance(nothing.see(snapshot()), Home)


def test_a_service_that_is_configured_away_leads_to_the_start() -> None:
    """A new snapshot may lack what is on the screen."""
    hall = demo_hall()
    told = snapshot(replace_struct(hall, service=[each for each in hall.service if each.id != "passport"]))
    assert isinstance(tap(in_english(home(Notes())), "Passport").see(told), Home)


def test_trouble_of_the_printer_is_said_before_a_ticket_is_taken() -> None:
    """And no longer when it is over."""
    sentence = "The printer is out of order: please note your number."
    broken = in_english(home(Notes())).see(PrinterState("fault", ("paper_out",), "No paper."))
    assert sentence in said(broken)
    assert sentence not in said(broken.see(PrinterState("ok", (), "")))


def test_nobody_is_sent_back_without_a_question() -> None:
    """After 45 s it asks, for at least 20 s; one touch anywhere goes on; else the first screen comes."""
    service = tap(in_english(home(Notes())), "Passport")
    asking = waited(service, 46)
    assert isinstance(asking, StillThere)
    assert waited(asking, 18).touch(5, 5) == service
    gone = waited(asking, 21)
    assert isinstance(gone, Home)
    assert gone.language == "az"


def test_a_touch_anywhere_starts_the_patience_anew() -> None:
    """Between the buttons too."""
    service = waited(tap(in_english(home(Notes())), "Passport"), 40).touch(2, 2)
    assert isinstance(waited(service, 40), TakeTicket)


def test_an_untouched_first_screen_stays_the_same_value() -> None:
    """So that nothing is drawn while nobody is there; a language chosen and left goes back."""
    first = home(Notes())
    assert waited(first, 100) is first
    assert waited(in_english(first), 70) == first


@pytest.mark.parametrize("language", ["az", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_touched_is_large_and_apart(size: Size, language: str) -> None:
    """At 96 dots an inch 15 mm are 57 pixels; no button covers another, none leaves the screen."""
    first = home(Notes(), size=size)
    assert isinstance(first, Home)
    first = replace(first, language=language)
    service = first.press(("service", "passport"))
    tree = first.press(("all",))
    for screen in (first, service, tree, tap(first, "♿")):
        assert isinstance(screen, Screen)
        places = touchable(screen)
        assert all(min(place.size) >= 57 for place in places)
        assert all(Rect((0, 0), size).contains(place) for place in places)
        parts = [screen._place(part.rect) for part in screen.parts() if part.rect.w]
        assert all(part.collidelist(parts[:i]) < 0 for i, part in enumerate(parts))


@pytest.mark.parametrize("size", SIZES)
def test_the_low_layout_keeps_all_touches_in_the_lower_half(size: Size) -> None:
    """One touch for those who sit or cannot reach; the next visitor finds the usual layout."""
    low = tap(in_english(home(Notes(), size=size)), "♿")
    for screen in (low, tap(low, "Passport"), tap(low, "All services")):
        assert isinstance(screen, Screen)
        assert min(place.top for place in touchable(screen)) >= size[1] // 2
    back = tap(tap(low, "Passport"), "Start over")
    assert isinstance(back, Home)
    assert not back.known.is_low


def test_arabic_is_mirrored() -> None:
    """The first service stands at the right, and a touch there means it."""
    first = home(Notes(), size=(1920, 1080))
    assert isinstance(first, Home)
    arabic = replace(first, language="ar")
    assert touchable(arabic)[0].right == 1920 - touchable(first)[0].left
    screen = arabic.touch(*touchable(arabic)[0].center)
    assert isinstance(screen, TakeTicket)
    assert screen.service.id == "passport"
    assert texts("ar").direction == "rtl"


def test_a_resized_window_is_laid_out_anew() -> None:
    """What is touched follows what is seen."""
    turned = home(Notes(), size=(1080, 1920)).see(Resized(1920, 1080))
    wide = home(Notes(), size=(1920, 1080))
    assert isinstance(turned, Screen)
    assert isinstance(wide, Screen)
    assert turned.parts() == wide.parts()


def test_what_is_known_is_only_new_when_a_message_says_so() -> None:
    """An answer, or the outcome of a slip, changes nothing of it."""
    facts: Known = known(Notes())
    assert facts.after(Answer("some-command", {"ok": True})) is facts


def test_a_tiny_hall_is_one_button() -> None:
    """One service: no tree, no grid."""
    hall = demo_hall()
    only = [replace_struct(each, parent="") for each in hall.service if each.id == "passport"]
    tiny: Hall = replace_struct(hall, service=only)
    shown = labels(in_english(home(Notes(), told=snapshot(tiny))))
    assert shown == ["Passport", "Azərbaycan", "English", "Русский", "العربية", "♿", "Call for help"]
