"""The settings of a board: ``--settings FILE.toml``, every key optional, checked before a window opens."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Direction = Literal["left", "right", "ahead", "back", "up", "down"]


class Settings(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What one board shows and says, and where it hangs."""

    zone: Annotated[str, Meta(description="The zone whose calls are shown and spoken; empty: all zones.")] = (
        ""
    )
    fullscreen: Annotated[bool, Meta(description="Take the whole screen.")] = False
    width: Annotated[int, Meta(ge=320, le=7680, description="Width of the window in pixels.")] = 1280
    height: Annotated[int, Meta(ge=320, le=7680, description="Height of the window in pixels.")] = 720
    theme: Annotated[
        str, Meta(description="A theme of config/themes/, or the path of a theme file ending in .toml.")
    ] = "novbe"
    language: Annotated[
        str, Meta(description="Language of the board's own words; empty: the hall's main language.")
    ] = ""
    directions: Annotated[
        dict[str, Direction],
        Meta(
            description="Where a desk is, seen from the board: by number, left, right, ahead, back, up, down."
        ),
    ] = {}
    voice: Annotated[bool, Meta(description="Chime and speak the calls.")] = True
    volume: Annotated[int, Meta(ge=0, le=100, description="Loudness of chime and voice, in percent.")] = 80
    words_per_minute: Annotated[
        int, Meta(ge=80, le=300, description="How fast the voice speaks, in words a minute.")
    ] = 140
    by_digit: Annotated[
        bool, Meta(description="Speak a number digit by digit (1 0 5) instead of as a number (105).")
    ] = False
    device: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$",
            max_length=40,
            description="This board's name in what it reports to the hall.",
        ),
    ] = "board"
