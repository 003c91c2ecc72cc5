"""Who helps at a kiosk: a member of staff who is called, and the staff's screen behind the PIN."""

from typing import Any

import pytest

from kiosk.printing.printer import SlipOutcome
from kiosk.scenes.answers import Sorry
from kiosk.scenes.choosing import Home
from kiosk.scenes.helping import Helping
from kiosk.scenes.screen import Screen
from kiosk.scenes.staff import PinPad, Staff
from kiosk.scenes.start import Resting
from kiosk.standstill import PRESETS
from protocol.link import Answer, LinkDown, Reply
from protocol.pairing import PairingCode
from tests.kiosk_hall import Notes, said, tap
from tests.test_kiosk_scenes import waited
from tests.test_kiosk_situations import WELL, english, happened
from ui.pairing import Pairing
from ui.scene import Released, Scene


def test_help_is_called_by_one_touch_and_told_when_it_comes() -> None:
    """An answer to another kiosk says nothing here."""
    notes = Notes()
    called = tap(english(notes), "Call for help")
    assert isinstance(called, Helping)
    answer = {"ok": True, "events": [{"type": "help_requested", "seq": 17}]}
    called = called.see(Answer(notes.sent[0].id, answer))
    assert "Help has been called." in said(called)
    assert called.see(happened("help_answered", request=16)) == called
    assert "Someone is coming." in said(called.see(happened("help_answered", request=17)))
    assert isinstance(waited(called, 181), Home)


def test_help_without_a_link_sends_to_the_desk() -> None:
    """Nobody would come."""
    assert isinstance(tap(english().see(LinkDown("gone")), "Call for help"), Sorry)
    assert isinstance(tap(english(Notes(is_full=True)), "Call for help"), Sorry)


def pin_pad(scene: Screen) -> PinPad:
    """Hold the hall's name."""
    held: Scene = scene.touch(*scene._place(scene.known.layout.frame().hall).center)
    pad = waited(held, 3.1)
    assert isinstance(pad, PinPad)
    return pad


def entered(scene: Scene) -> Scene:
    """Type a PIN."""
    for key in ("1", "2", "3", "9", "⌫", "4", "Enter"):
        scene = tap(scene, key)
    return scene


def test_the_staffs_door_is_the_halls_name_held_for_three_seconds() -> None:
    """A finger that is lifted before opens nothing, nor does one that lies elsewhere."""
    scene = english()
    x, y = scene._place(scene.known.layout.frame().hall).center
    assert isinstance(waited(waited(scene.touch(x, y), 2.5).see(Released()), 2), Home)
    assert isinstance(waited(scene.touch(5, 5), 4), Home)
    assert isinstance(waited(pin_pad(scene), 70), Home)


def test_the_server_checks_the_pin() -> None:
    """Only then the staff's screen opens."""
    notes = Notes()
    asking = entered(pin_pad(english(notes)))
    assert notes.asked[-1] == ("pin", "/api/v1/staff-pin", {"pin": "1234"})
    assert tap(asking, "1") == asking
    assert isinstance(asking.see(Reply("pin", 200, {})), Staff)


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        ({"code": "wrong_pin", "tries_left": 3}, "Wrong PIN: 3 tries are left."),
        ({"code": "pin_locked", "seconds": 30}, "Too many wrong PINs: please wait 30 seconds."),
        ({"code": "no_pin_set"}, "No PIN is set: a manager sets one on the manager's page."),
        ({"code": "new", "detail": "The server's own sentence."}, "The server's own sentence."),
    ],
)
def test_a_pin_that_is_refused_tells_why(problem: dict[str, Any], sentence: str) -> None:
    """And takes another one, unless there is no link."""
    refused = entered(pin_pad(english())).see(Reply("pin", 403, problem))
    assert sentence in said(refused)
    assert isinstance(entered(refused).see(Reply("pin", 200, {})), Staff)
    lost = entered(pin_pad(english()).see(LinkDown("gone")))
    assert "There is no connection to the server." in said(lost)


def staff(notes: Notes, **told: Any) -> Staff:
    """Open the staff's screen."""
    scene = entered(pin_pad(english(notes, **told))).see(Reply("pin", 200, {}))
    assert isinstance(scene, Staff)
    return scene


def test_the_staff_print_a_test_and_look_at_a_new_roll() -> None:
    """The test's outcome is told here, and to the hall as no ticket's."""
    notes = Notes()
    printing = tap(staff(notes).see(WELL), "Test print")
    assert notes.slips[0].number == "TEST"
    outcome = SlipOutcome("TEST", "", "failed", "The printer has no paper.")
    assert "The printer is well. The test slip did not come out." in said(printing.see(outcome))
    printing.known.counter.hear(outcome)  # type: ignore[attr-defined]
    tap(printing, "The roll was changed")
    assert notes.looks == 1
    assert notes.sent == []


def test_the_staff_take_the_kiosk_out_of_service_and_back() -> None:
    """With a sentence for the visitors; the hall knows it, and tells it again after a restart."""
    notes = Notes()
    resting = tap(tap(staff(notes), "Take out of service"), PRESETS["repair"])
    assert isinstance(resting, Resting)
    assert PRESETS["repair"] in said(resting)
    report = notes.sent[-1]
    assert (report.kind, report.state, report.detail) == ("kiosk", "out_of_service", "repair")
    assert PRESETS["repair"] in said(english(out_of_service="repair"))
    again = tap(staff(notes, out_of_service="repair"), "Put back in service")
    assert (notes.sent[-1].kind, notes.sent[-1].state) == ("kiosk", "in_service")
    assert isinstance(tap(again, "Back"), Home)


def test_a_revoked_token_brings_the_code_back() -> None:
    """Whatever is shown."""
    scene = staff(Notes()).see(PairingCode("482 913", "http://h"))
    assert isinstance(scene, Pairing)
