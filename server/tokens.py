"""A visit's token, ``<yymmdd>-<ticket>-<32 hex>``: derived, never stored, checked without an index.

The hex digits are HMAC-SHA256, cut to 128 bits, under a key in ``access.db`` over day, ticket and issue of
the slip. A retry, a replay and a standby server derive the same token; a new issue of the slip makes the old
one void.
"""

import hmac
import re

DIGITS = 32
_FORM = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})-(.{1,12})-([0-9a-f]{32})")

FIRST_ISSUE = 1
"""The issue of a slip that was never printed anew."""


def visit_token(key: bytes, day: str, ticket: str, issue: int = FIRST_ISSUE) -> str:
    """Derive the token of the ticket issued on that day (``YYYY-MM-DD``)."""
    return f"{day[2:].replace('-', '')}-{ticket}-{_mac(key, day, ticket, issue)}"


def ticket_of(key: bytes, token: str, issue: int = FIRST_ISSUE) -> tuple[str, str] | None:
    """Give (day, ticket) of a genuine token, None for any other."""
    said = said_by(token)
    if said is None:
        return None
    return said if hmac.compare_digest(token[-DIGITS:], _mac(key, *said, issue)) else None


def said_by(token: str) -> tuple[str, str] | None:
    """Give the (day, ticket) that a text of a token's form says, genuine or not."""
    parts = _FORM.fullmatch(token)
    if parts is None:
        return None
    year, month, day_of_month, ticket, _ = parts.groups()
    return f"20{year}-{month}-{day_of_month}", ticket


def _mac(key: bytes, day: str, ticket: str, issue: int) -> str:
    # A zero byte stands in none of the parts, so no two tickets share a message.
    message = f"{day}\0{ticket}\0{issue}".encode()
    return hmac.digest(key, message, "sha256").hex()[:DIGITS]
