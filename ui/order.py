"""The order in force in one sentence, for whoever waits. Pure.

``ui/web/order.js`` says the same on the pages.
"""

from collections.abc import Mapping
from typing import Any

from ui.language import N_, Texts

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


def order_sentence(order: Mapping[str, Any], spoken: Texts) -> str:
    """Say the order that ``GET /api/v1/hall`` tells; nothing where an older server tells none."""
    if not order:
        return ""
    has_classes = any(each["strict"] or each["credit_minutes"] for each in order["classes"])
    return spoken.gettext(SENTENCES[has_classes, order["has_bookings"]])
