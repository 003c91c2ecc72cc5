"""What a slip says, in the visitor's language; the words only, no layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from protocol.words import Micros, Seconds
from ui.language import N_, Texts

COUNTS_FROM_NOW = N_("Your place counts from now.")
WHEN_IT_IS_BACK = N_("You are called when the system is back.")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SlipContent:
    """One slip, in words, all translated; an empty text is left out. A visitor's class is never on paper."""

    hall: str
    service: str
    label: str
    number: str
    day: str
    issued: str
    ahead: str
    expected: str
    page_url: str
    page_caption: str
    footer: str
    direction: str
    copy: str = ""
    then: str = ""


def slip_content(
    texts: Texts,
    *,
    hall_name: str,
    service_name: str,
    then: Sequence[str] = (),
    number: str,
    day: str,
    issued_at: Micros,
    time_zone: str,
    ahead: int | None,
    expected_wait_seconds: Sequence[Seconds] | None,
    footer: str = "",
    page_url: str = "",
    copy: int = 0,
    called_from: Micros | None = None,
    is_offline: bool = False,
) -> SlipContent:
    """Word a slip; ``day`` is the day of issue, ``issued_at`` is shown in the hall's time zone.

    Who waits no more has nobody ahead and no range: None. ``copy`` counts the copies of this slip. Who booked
    and came early is ``called_from`` a time on, which says more than a range. ``then`` names the services
    that follow on this ticket. ``is_offline``: the server is away, and nobody knows a place or a wait.
    """
    if called_from:
        ahead = None
    first, last = map(texts.gettext, (COUNTS_FROM_NOW, WHEN_IT_IS_BACK)) if is_offline else ("", "")
    return SlipContent(
        hall=hall_name,
        service=service_name,
        then=texts.gettext("Then: {services}").format(services=", ".join(then)) if then else "",
        label=texts.gettext("Your number"),
        number=number,
        day=day,
        issued=_moment(issued_at, time_zone),
        ahead=first or ("" if ahead is None else _ahead(texts, ahead)),
        expected=last or _wait(texts, called_from, time_zone, expected_wait_seconds),
        page_url=page_url,
        page_caption=texts.gettext("Follow your place on your phone") if page_url else "",
        footer=footer,
        direction=texts.direction,
        copy=texts.gettext("COPY {n}").format(n=copy) if copy else "",
    )


def _wait(texts: Texts, called_from: Micros | None, time_zone: str, seconds: Sequence[Seconds] | None) -> str:
    """Say from when the call may come, or how long it may take; nothing where nobody knows."""
    if called_from:
        return held(texts, called_from, time_zone)
    return _expected(texts, seconds) if seconds else ""


def booking_content(
    texts: Texts,
    *,
    hall_name: str,
    service_name: str,
    code: str,
    number: str,
    slot: Micros,
    time_zone: str,
    footer: str = "",
    page_url: str = "",
) -> SlipContent:
    """Word the slip of a booking: the code, written as ``number``, and when to come.

    Kiosks read its picture: the address of the booking's page, or the code alone.
    """
    return SlipContent(
        hall=hall_name,
        service=service_name,
        label=texts.gettext("Code of your booking"),
        number=number,
        day="",
        issued="",
        ahead="",
        expected=_moment(slot, time_zone),
        page_url=page_url or code,
        page_caption=texts.gettext("Hold this before the scanner of a kiosk when you come"),
        footer=footer,
        direction=texts.direction,
    )


def held(texts: Texts, at: Micros, time_zone: str) -> str:
    """Tell who booked and came early from when the call may come."""
    time = (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(time_zone)).strftime("%H:%M")
    return texts.gettext("You will be called from {time}").format(time=time)


def _moment(at: Micros, time_zone: str) -> str:
    """Write day, month, year: with four digits of the year no reader takes one for the other."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(time_zone)).strftime("%d.%m.%Y  %H:%M")


def _ahead(texts: Texts, ahead: int) -> str:
    if ahead == 0:
        return texts.gettext("Nobody is ahead of you")
    return texts.ngettext("{n} person ahead of you", "{n} people ahead of you", ahead).format(n=ahead)


def _expected(texts: Texts, seconds: Sequence[Seconds]) -> str:
    """Give the range in whole minutes, outwards."""
    low, high = seconds[0] // 60, max(1, ceil(seconds[-1] / 60))
    if low == high:
        return texts.gettext("Expected wait: {minutes} min").format(minutes=high)
    sentence = texts.gettext("Expected wait: {low}–{high} min").format(low=low, high=high)
    # Every printer has a hyphen, few have the dash; from right to left a range needs it to keep its order.
    return sentence if texts.direction == "rtl" else sentence.replace("–", "-")
