"""How Novbe looks: colours from a file of ``config/themes/``, read once at start."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from ui.language import config_folder
from ui.text import Colour

LINEAR_BELOW = 0.04045
"""Where sRGB's curve begins (IEC 61966-2-1)."""

Hex = Annotated[str, msgspec.Meta(pattern="^#[0-9a-fA-F]{6}$")]


class ThemeMistake(ValueError):  # noqa: N818 - a mistake of a file, told as a sentence
    """A theme file is missing or wrong."""


class ThemeFile(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """``[colours]`` of a theme file; each pair ``x`` and ``on_x`` has a contrast of at least 7:1."""

    ground: Hex
    on_ground: Hex
    panel: Hex
    on_panel: Hex
    quiet: Hex
    rule: Hex
    accent: Hex
    on_accent: Hex
    call: Hex
    on_call: Hex
    flash: Hex
    on_flash: Hex
    warning: Hex
    on_warning: Hex


class Theme(msgspec.Struct, kw_only=True, frozen=True):
    """The colours to paint with.

    ``ground`` is the screen, ``panel`` a surface on it, ``quiet`` the text of less weight on both, ``rule`` a
    line between things; ``accent`` is what can be touched or matters, ``call`` a ticket now called and
    ``flash`` the same while it is fresh, ``warning`` what is wrong.
    """

    ground: Colour
    on_ground: Colour
    panel: Colour
    on_panel: Colour
    quiet: Colour
    rule: Colour
    accent: Colour
    on_accent: Colour
    call: Colour
    on_call: Colour
    flash: Colour
    on_flash: Colour
    warning: Colour
    on_warning: Colour


def load_theme(name: str = "novbe") -> Theme:
    """Read ``config/themes/NAME.toml``, or the file at a path that ends in ``.toml``; raises ThemeMistake."""
    path = Path(name) if name.endswith(".toml") else config_folder() / "themes" / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        file = msgspec.convert(table.get("colours", {}), ThemeFile)
    except OSError as error:
        message = f"The theme {path} cannot be read: {error.strerror}."
        raise ThemeMistake(message) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"The theme {path} has a mistake: {error}."
        raise ThemeMistake(message) from error
    return Theme(**{field: _colour(value) for field, value in msgspec.structs.asdict(file).items()})


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (
        part / 12.92 if part <= LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(value: str) -> Colour:
    return (int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16))
