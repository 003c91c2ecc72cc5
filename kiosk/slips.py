"""A slip in words, from what the hall told of its ticket. Pure."""

from collections.abc import Mapping
from typing import Any

from kiosk.hall import Hall
from kiosk.printing.content import SlipContent, booking_content, slip_content
from ui.language import names, texts

GROUP = 4
"""Digits are read in groups of so many."""

BETWEEN = "\u00a0"
"""The space that is part of a number: from right to left any other would turn the groups round."""


def grouped(digits: str) -> str:
    """Write digits in groups, as they are compared with a screen or with paper."""
    return BETWEEN.join(digits[i : i + GROUP] for i in range(0, len(digits), GROUP))


def page_url(hall: Hall, token: str, receipt: str = "") -> str:
    """Give the address of a visit's page; empty when the hall has no public address.

    ``receipt`` follows as its fragment, which no browser sends: the page compares it with what the hall says.
    """
    base = hall.facts.public_url.rstrip("/")
    return f"{base}/visit/{token}{receipt and f'#{receipt}'}" if base and token else ""


def worded(hall: Hall, told: Mapping[str, Any], language: str, copy: int = 0) -> SlipContent:
    """Word the slip of ``ticket_issued``, or of ``GET /api/v1/slips/{number}``; ``copy`` marks a copy.

    A ticket given while the server is away has no page: only the server can make its token.
    """

    def name(table: dict[str, str]) -> str:
        return names(table, language, hall.main_language)

    service = hall.find(told["service"])
    then = [name(found.names) for each in told.get("route", ()) if (found := hall.find(each))]
    is_offline = bool(told.get("offline"))
    # Of a ticket that waits no more, whose slip was lost, place and range say nothing.
    waits = not is_offline and ("issued_at" not in told or any(told["expected_wait_seconds"]))
    return slip_content(
        texts(language),
        hall_name=name(hall.facts.names),
        service_name=name(service.names) if service else "",
        then=then,
        number=told["ticket"],
        day=told["day"],
        issued_at=told["issued_at"] if "issued_at" in told else told["at"],
        time_zone=hall.facts.time_zone,
        ahead=told["ahead"] if waits else None,
        expected_wait_seconds=told["expected_wait_seconds"] if waits else None,
        footer=name(hall.facts.slip.footer),
        page_url=page_url(hall, told.get("token", ""), told.get("receipt", "")),
        copy=copy,
        called_from=told.get("not_before"),
        is_offline=is_offline,
    )


def book_url(hall: Hall, code: str = "") -> str:
    """Give the address where times are booked, or of the booking of a code; empty without a public one."""
    base = hall.facts.public_url.rstrip("/")
    return f"{base}/book{'/' if code else ''}{code}" if base else ""


def booking_slip(hall: Hall, told: Mapping[str, Any], code: str, language: str) -> SlipContent:
    """Word the slip of ``slot_booked`` or ``slot_moved``."""

    def name(table: dict[str, str]) -> str:
        return names(table, language, hall.main_language)

    service = hall.find(told["service"])
    return booking_content(
        texts(language),
        hall_name=name(hall.facts.names),
        service_name=name(service.names) if service else "",
        code=code,
        number=grouped(code).replace(BETWEEN, " "),
        slot=told["slot"],
        time_zone=hall.facts.time_zone,
        footer=name(hall.facts.slip.footer),
        page_url=book_url(hall, code),
    )
