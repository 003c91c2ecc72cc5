"""What a technician may set for a kiosk, in a TOML file."""

from typing import Annotated

import msgspec
from msgspec import Meta

from protocol.words import Code

_Seconds = Annotated[int, Meta(ge=1, le=600)]


class Settings(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The kiosk's settings; each has a default."""

    theme: Annotated[str, Meta(description="A theme of config/themes, or the path of a theme file.")] = (
        "novbe"
    )
    width: Annotated[
        int, Meta(ge=480, description="Width of the window in pixels, unless it is full screen.")
    ] = 1280
    height: Annotated[
        int, Meta(ge=480, description="Height of the window in pixels, unless it is full screen.")
    ] = 720
    popular: Annotated[
        list[Code],
        Meta(
            description="Services of the first screen, by id; the rest of it is filled in the hall's order."
        ),
    ] = []
    low_layout: Annotated[
        bool, Meta(description="Keep all that is touched in the lower half: for a screen mounted high.")
    ] = False
    idle_seconds: Annotated[
        _Seconds, Meta(description="Without a touch for this long, the visitor is asked whether to go on.")
    ] = 45
    warning_seconds: Annotated[
        int,
        Meta(ge=20, le=600, description="How long that question stands before the first screen comes back."),
    ] = 20
    thanks_seconds: Annotated[_Seconds, Meta(description="How long a number just issued stays shown.")] = 12
    answer_seconds: Annotated[
        _Seconds, Meta(description="How long a visitor is asked to wait for an answer of the server.")
    ] = 20
    profile: Annotated[
        str, Meta(description="The printer's profile: TM-T20II is 80 mm paper, POS-5890 is 58 mm.")
    ] = "TM-T20II"
    printer_name: Annotated[Code, Meta(description="The printer's name in the hall's log.")] = "printer"
