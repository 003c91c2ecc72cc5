"""The order in force in one sentence, for whoever waits. Pure.

``ui/web/order.js`` says the same on the pages.
"""

from collections.abc import Mapping
from typing import Any

from ui.language import N_, Texts, names

SENTENCES = {
    (False, False): N_("All are called in the order in which they came."),
    (True, False): N_(
        "All are called in the order in which they came; who has precedence by law goes first."
    ),
    (False, True): N_("All are called in the order in which they came; who booked, at the time booked."),
    (True, True): N_(
        "All are called in the order in which they came; who has precedence by law goes first, who booked"
        " at the time booked."
    ),
}
"""By whether anybody has precedence, and whether times can be booked."""

NAMELESS = {"none": N_("who has no precedence"), "booked": N_("who booked")}
"""Those whom a ratio can name and a hall file need not."""


def order_sentence(order: Mapping[str, Any], spoken: Texts) -> str:
    """Say the order that ``GET /api/v1/hall`` tells; nothing where an older server tells none."""
    if not order:
        return ""
    if ratio := order.get("ratio"):
        return _ratio_sentence(ratio, spoken)
    has_classes = any(each["strict"] or each["credit_minutes"] for each in order["classes"])
    return spoken.gettext(SENTENCES[has_classes, order["has_bookings"]])


def _ratio_sentence(ratio: Mapping[str, Any], spoken: Texts) -> str:
    """Say who is called in turns with all others; classes are named only beside those that no law names."""
    calls = ratio["calls"]
    if not NAMELESS.keys() & {each["id"] for each in ratio["of"]}:
        return spoken.ngettext(
            "Where both wait, {n} with precedence by law is called to one of the others; else all in the"
            " order in which they came.",
            "Where both wait, {n} with precedence by law are called to one of the others; else all in the"
            " order in which they came.",
            calls,
        ).format(n=calls)
    said = (
        names(each["names"], spoken.language, "en") or spoken.gettext(NAMELESS.get(each["id"], each["id"]))
        for each in ratio["of"]
    )
    return spoken.ngettext(
        "Where both wait, {n} of these is called to one of the others: {classes}.",
        "Where both wait, {n} of these are called to one of the others: {classes}.",
        calls,
    ).format(n=calls, classes=", ".join(said))
