"""What a person's page or a device sends besides commands: the body of a request as a struct."""

from typing import TypeVar

import msgspec
from flask import request

from server.domain.refusals import Malformed

T = TypeVar("T", bound=msgspec.Struct)


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body; an unknown field is malformed, as in a command."""


def said(shape: type[T]) -> T:
    """Read the request's body; raises Malformed with the path."""
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `")
        raise Malformed(path=path.rstrip("`") or "$", error=sentence) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(path="$", error=str(error)) from error
