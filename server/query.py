"""What stands in the query of a call."""

from flask import request

from server.domain.refusals import Malformed

MOST_DIGITS = 15
"""A number of the query stays below 2^53."""


def whole_number(name: str, default: int) -> int:
    """Read a number of the query; raises Malformed."""
    said = request.args.get(name, "")
    if said and not (said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS):
        raise Malformed(path=f"$.{name}", error="A whole number, 0 or more.")
    return int(said) if said else default
