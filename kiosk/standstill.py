"""Why a kiosk gives no tickets now, in words for the visitor: what is the matter, and what to do. Pure."""

from datetime import datetime

from kiosk.facts import Neighbour
from kiosk.hall import Hall
from kiosk.known import Known
from ui.language import N_, Texts, names
from ui.pauses import pause_sentence

Why = tuple[str, str]
"""Two sentences."""

NOT_READY: Why = (
    N_("This kiosk is not ready yet."),
    N_("It is still connecting. Please ask at the information desk."),
)
CLOSED: Why = (N_("The hall is closed."), N_("Please come back in its opening hours."))
ASK = N_("Please ask at the information desk.")
OUT_OF_SERVICE = N_("This kiosk is out of service.")

PRESETS = {
    "cleaning": N_("This kiosk is being cleaned. It will be back in a few minutes."),
    "repair": N_("This kiosk is being repaired."),
    "paper": N_("This kiosk is waiting for paper."),
    "other": OUT_OF_SERVICE,
}
"""What the staff can tell the visitors, by the code that the hall is told."""

DAYS = (
    N_("It opens on Monday at {time}."),
    N_("It opens on Tuesday at {time}."),
    N_("It opens on Wednesday at {time}."),
    N_("It opens on Thursday at {time}."),
    N_("It opens on Friday at {time}."),
    N_("It opens on Saturday at {time}."),
    N_("It opens on Sunday at {time}."),
)
"""Whole sentences: in many languages the day's name changes its form in them."""


def standstill(known: Known, t: Texts) -> Why | None:
    """Give the first of the reasons why no tickets are given here; None when there is none."""
    hall = known.hall_now
    if hall is None:
        return t.gettext(NOT_READY[0]), t.gettext(NOT_READY[1])
    if known.out_of_service:
        return t.gettext(PRESETS.get(known.out_of_service, OUT_OF_SERVICE)), directions(known, t)
    return _of_the_hall(hall, t) or _of_the_paper(known, t)


def _of_the_hall(hall: Hall, t: Texts) -> Why | None:
    if not hall.is_open:
        return t.gettext(CLOSED[0]), _opening(hall.next_opening(), t)
    if hall.pause:
        return _pause(hall, t)
    if hall.is_closing:
        return t.gettext("No more tickets are given today."), _opening(hall.next_opening(), t)
    if hall.stopped:
        reason = names(hall.reason(hall.stopped), t.language, hall.main_language)
        return t.gettext("No tickets are given just now."), reason or t.gettext(ASK)
    return None


def _of_the_paper(known: Known, t: Texts) -> Why | None:
    """Tell that this kiosk does not print, where the hall wants no tickets without a slip."""
    if known.printer_trouble and known.hall and known.hall.facts.slip.without_paper == "stop":
        return t.gettext("This kiosk cannot print, so it gives no tickets now."), directions(known, t)
    return None


def _pause(hall: Hall, t: Texts) -> Why:
    """Say the pause; what the hall wrote in its main language alone stands beside our own words."""
    own: dict[str, str] = hall.pause["texts"]
    after = _after(hall, t)
    beside = "" if t.language in own else own.get(hall.main_language, "")
    return pause_sentence(hall.pause, t), beside or after


def _after(hall: Hall, t: Texts) -> str:
    """Say when tickets are given again."""
    until = hall.pause.get("until")
    if not until:
        return t.gettext("Tickets are given again when the hall goes on.")
    return t.gettext("Tickets are given again at {time}.").format(time=f"{hall.local(until):%H:%M}")


def _opening(opening: datetime | None, t: Texts) -> str:
    if opening is None:
        return t.gettext(CLOSED[1])
    return t.gettext(DAYS[opening.weekday()]).format(time=f"{opening:%H:%M}")


def directions(known: Known, t: Texts) -> str:
    """Say where else to go: to the nearest kiosk that works, if one is known."""
    near = known.nearest
    if near is None:
        return t.gettext(ASK)
    return t.gettext("Please use this kiosk: {kiosk}").format(kiosk=kiosk_name(known, near, t))


def kiosk_name(known: Known, kiosk: Neighbour, t: Texts) -> str:
    """Name a kiosk in the visitor's language."""
    return names(kiosk.names, t.language, known.hall.main_language if known.hall else "en") or kiosk.id
