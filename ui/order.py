"""The order in force in one sentence or two, for whoever waits. Pure.

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
    ratio = order.get("ratio") or {"of": []}
    in_turns = {each["id"] for each in ratio["of"]}
    lawful = (each for each in order["classes"] if each["id"] not in in_turns)
    has_classes = any(each["strict"] or each["credit_minutes"] for each in lawful)
    first = spoken.gettext(SENTENCES[has_classes, order["has_bookings"] and "booked" not in in_turns])
    return f"{first} {_ratio_sentence(ratio, spoken)}" if in_turns else first


def _ratio_sentence(ratio: Mapping[str, Any], spoken: Texts) -> str:
    """Say who is called in turns with all others."""
    sentence = spoken.ngettext(
        "Where both wait, {n} of these is called to one of the others: {classes}.",
        "Where both wait, {n} of these are called to one of the others: {classes}.",
        ratio["calls"],
    )
    said = (
        names(each["names"], spoken.language, "en") or spoken.gettext(NAMELESS.get(each["id"], each["id"]))
        for each in ratio["of"]
    )
    return sentence.format(n=ratio["calls"], classes=", ".join(said))
