"""A visit in words: its place, its range, where to go; the sentences of the visit's own page. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.printing.content import held
from ui.language import N_, Texts
from ui.pauses import pause_sentence

ASK = N_("If you still need the service, please ask a member of staff.")

ENDED = {
    "completed": (N_("Your service has ended"), N_("Thank you for your visit.")),
    "no_show": (
        N_("You were called and did not come"),
        N_("Please ask a member of staff: for a while your number can be called again."),
    ),
    "cancelled": (N_("This ticket was cancelled"), ASK),
    "abandoned": (
        N_("You left the queue"),
        N_("Thank you for telling us. If you come back, please take a new ticket."),
    ),
    "expired": (
        N_("The hall has closed for today"),
        N_("We are sorry that your turn did not come. Please come again during opening hours."),
    ),
}
OTHERWISE = (N_("Please watch the boards"), "")


def turn(visit: Mapping[str, Any], t: Texts, reason: str = "", time_zone: str = "UTC") -> tuple[str, ...]:
    """Say what the visitor should know now, the most important sentence first; ``reason`` is of its end."""
    desk = visit["desk"]
    match visit["state"]:
        case "waiting":
            if visit.get("not_before") and visit.get("slot"):
                return (held(t, visit["not_before"], time_zone),)
            pause = visit.get("pause")
            wait = pause_sentence(pause, t) if pause else _range(visit["expected_wait_seconds"], t)
            return _ahead(visit["ahead"], t), wait
        case "called":
            return t.gettext("It is your turn. Please go to"), t.gettext("Desk {desk}").format(desk=desk)
        case "serving":
            return (t.gettext("You are being served at desk {desk}").format(desk=desk),)
        case "parked":
            return (
                t.gettext("You are awaited at desk {desk}").format(desk=desk),
                t.gettext("Please come back to this desk when you have what is needed. You keep your place."),
            )
    first, second = ENDED.get(visit["state"], OTHERWISE)
    why = t.gettext("Reason: {reason}").format(reason=reason) if reason else ""
    return tuple(filter(None, (t.gettext(first), why, second and t.gettext(second))))


def _ahead(ahead: int, t: Texts) -> str:
    if not ahead:
        return t.gettext("You are next")
    return t.ngettext("{n} person is ahead of you", "{n} people are ahead of you", ahead).format(n=ahead)


def _range(seconds: Sequence[int], t: Texts) -> str:
    """Give the range in whole minutes, as the page does."""
    low, high = max(1, round(seconds[0] / 60)), max(1, round(seconds[-1] / 60))
    if high <= 1:
        return t.gettext("Expected wait: about a minute")
    sentence = (
        t.ngettext("Expected wait: about {n} minute", "Expected wait: about {n} minutes", high)
        if low == high
        else t.ngettext("Expected wait: {low} to {n} minute", "Expected wait: {low} to {n} minutes", high)
    )
    return sentence.format(low=low, n=high)
