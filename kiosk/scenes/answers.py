"""Sorry: what is the matter, and what to do instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect

from kiosk.known import Known
from kiosk.paint import Part
from kiosk.scenes.screen import LABEL, TITLE, Action, Screen
from kiosk.standstill import CLOSED, Why
from ui.language import N_
from ui.scene import Scene

SUSPENDED: Why = (
    N_("No tickets are given for this service just now."),
    N_("Please choose another service, or ask at the information desk."),
)
CLOSING: Why = (
    N_("No more tickets are given for this service today."),
    N_("Please choose another service, or ask at the information desk."),
)
NOT_NOW: Why = (N_("No tickets are given just now."), N_("Please ask at the information desk."))
NO_LINK: Why = (
    N_("This kiosk cannot give tickets just now."),
    N_("Please use another kiosk, or ask at the information desk."),
)
NO_ANSWER: Why = (
    N_("No answer came in time."),
    N_("Please try again in a minute, or ask at the information desk."),
)
TOO_MANY: Why = (N_("Very many tickets were taken here just now."), N_("Please try again in a minute."))
CHANGED: Why = (N_("The hall's services have just changed."), N_("Please choose your service again."))
NO_SLIP: Why = (N_("This is no slip of this hall."), N_("Please ask at the information desk."))
BOOKED_ONLY: Why = (
    N_("At this hour this service is for visitors with a booking."),
    N_("Please book a time, or ask at the information desk."),
)
TOO_LATE: Why = (
    N_("Your turn would not come before the hall closes today."),
    N_("Please come on another day, or ask at the information desk."),
)
NO_BOOKING: Why = (
    N_("There is no booking with this code."),
    N_("Please check the digits, or ask at the information desk."),
)
BOOKING_USED: Why = (N_("This booking is checked in already."), N_("Please look at your slip."))
ANOTHER_TIME: Why = (N_("This booking is for another time."), N_("Please come then, or change the booking."))
FULL: Why = (N_("No time is free any more."), N_("Please ask at the information desk."))
PERSON_LIMIT: Why = (
    N_("You have booked this service as often as the hall allows."),
    N_("Please cancel one of your bookings, or come again tomorrow."),
)
CLASS_USED: Why = (
    N_("The right to go first was used today for this service."),
    N_("Please take a ticket without it, or come another day."),
)
WRONG_CODES: Why = (
    N_("Too many wrong codes were typed here just now."),
    N_("Please ask at the information desk."),
)
OTHERWISE: Why = (N_("No ticket could be given."), N_("Please ask at the information desk."))

REFUSALS: dict[str, Why] = {
    "service_suspended": SUSPENDED,
    "hall_closed": CLOSED,
    "hall_paused": NOT_NOW,
    "issuing_stopped": NOT_NOW,
    "queue_closing": CLOSING,
    "too_many_issues": TOO_MANY,
    "too_many_commands": TOO_MANY,
    "too_many_tries": WRONG_CODES,
    "unknown_service": CHANGED,
    "unknown_class": CHANGED,
    "booked_only": BOOKED_ONLY,
    "too_late_today": TOO_LATE,
    "unknown_booking": NO_BOOKING,
    "booking_used": BOOKING_USED,
    "booking_another_day": ANOTHER_TIME,
    "booking_early": ANOTHER_TIME,
    "slot_full": FULL,
    "slot_past": FULL,
    "person_limit": PERSON_LIMIT,
    "class_used": CLASS_USED,
}


def refusal(code: str) -> Why:
    """Give the sentences for a refusal of the hall."""
    return REFUSALS.get(code, OTHERWISE)


@dataclass(frozen=True, kw_only=True)
class Sorry(Screen):
    """What is the matter, in one plain sentence, and what to do."""

    why: Why

    def troubles(self) -> list[str]:
        """Say nothing besides: what is the matter is the sentence itself."""
        return []

    def parts(self) -> Sequence[Part]:
        """Show the two sentences over one button."""
        t, place, frame = self.t, self.known.layout, self.frame()
        spot = place.grid(frame.body, 1, 1, highest=18)[0]
        if not (place.is_portrait or place.is_low):
            spot.bottom = frame.body.bottom
        room = Rect(frame.title.x, frame.title.y, frame.title.w, spot.y - frame.title.y - place(3))
        upper, lower = place.stacked(room, 24, 18)
        title = self.words(t.gettext(self.why[0]), TITLE, bold=True, align="middle")
        advice = self.words(t.gettext(self.why[1]), LABEL, align="middle")
        return [
            *self.top(frame, "")[:-1],
            Part(upper, title),
            Part(lower, advice),
            self.button(spot, ("start",), t.gettext("Start over"), "primary"),
        ]

    def press(self, action: Action) -> Scene:  # noqa: ARG002 - there is one button
        """Give the first screen."""
        return self.start()

    def tick(self, seconds: float) -> Scene:
        """Give the first screen after a while."""
        idle = self.idle_seconds + seconds
        is_over = idle >= self.known.settings.thanks_seconds
        return self.start() if is_over else self._with(idle_seconds=idle)

    def resumed(self, known: Known) -> Scene:
        """Let the sentence be read to its end."""
        return self._with(known=known)
