"""The pictures of a booking at the kiosk: the code, what who comes late can choose, and a time instead."""

from typing import TYPE_CHECKING

from kiosk.scenes.booking import Booked, Late, Offer
from protocol.words import HOUR, MINUTE
from tests.browser import Hall
from tests.gallery import LANGUAGES
from tests.pictures_board import until
from ui.language import NAMES

if TYPE_CHECKING:
    from tests.pictures_kiosk import Kiosk

CODE = "000126456969"


def take(kiosk: "Kiosk", hall: Hall, language: str) -> None:
    """Take the digits, the choice, the offer, and a booking with its slip."""
    kiosk.start()
    kiosk.tap(NAMES[language])
    kiosk.press(language, "I have a booking")
    kiosk.go(*(("key", digit) for digit in CODE[:7]))
    kiosk.keep("code", language)
    screen = kiosk.screen
    now = hall.integration.ask("GET", "/api/v1/queues")[1]["at"]
    slot = now // (30 * MINUTE) * 30 * MINUTE
    free = slot + (1 + LANGUAGES.index(language)) * HOUR
    told = {"code": "booking_late", "slot": slot, "next": free}
    kiosk.loop.scene = Late(screen.known, language, code=CODE, told=told)
    kiosk.loop.step(0)
    kiosk.keep("late", language)
    told = {**told, "code": "booked_only"}
    kiosk.loop.scene = Offer(screen.known, language, service="residence-permit", class_="none", told=told)
    kiosk.loop.step(0)
    kiosk.keep("offer", language)
    kiosk.go(("book",))
    until(kiosk.loop, lambda: isinstance(kiosk.screen, Booked))
    kiosk.loop.step(0)
    kiosk.keep("booked", language)
    kiosk.start()
