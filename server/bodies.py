"""What a person's page or a device sends besides commands: the body of a request as a struct."""

from typing import Annotated, TypeVar

import msgspec
from flask import request

from protocol import wire
from server.domain.refusals import Malformed

T = TypeVar("T", bound=msgspec.Struct)

Name = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", max_length=60)]
"""What a person or a device is called: one line, which stands in lists and sentences."""

MOST_DIGITS = 15
"""A number of the query stays below 2^53."""


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body; an unknown field is malformed, as in a command."""


def said(shape: type[T]) -> T:
    """Read the request's body; raises Malformed with the path."""
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except msgspec.ValidationError as error:
        sentence, path = wire.place(error)
        raise Malformed(path=path, error=sentence) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(path="$", error=str(error)) from error


def whole_number(name: str, default: int) -> int:
    """Read a number of the query, by its name; raises Malformed."""
    said = request.args.get(name, "")
    if said and not (said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS):
        raise Malformed(path=f"$.{name}", error="A whole number, 0 or more.")
    return int(said) if said else default
