"""The lowest row of the first screen: the languages, the low layout, and help."""

from dataclasses import replace
from math import ceil

from pygame import Rect

from kiosk.known import Known
from kiosk.paint import Face, Part
from kiosk.scenes.screen import LABEL, Action, Screen
from ui.language import NAMES, texts

BESIDES = 2
"""The low layout's button and that of help."""


def language_rows(known: Known) -> int:
    """Give how many rows the languages take, with what stands beside them."""
    return ceil((len(known.languages) + BESIDES) / (3 if known.layout.is_portrait else 6))


def language_buttons(screen: Screen, bottom: Rect) -> list[Part]:
    """Give the languages by their own names in their own script, the low layout's sign, and help."""
    place, known = screen.known.layout, screen.known
    spots = place.rows(bottom, len(known.languages) + BESIDES, language_rows(known))
    buttons = [
        Part(spot, _language_face(screen, each), ("language", each))
        for spot, each in zip(spots, known.languages, strict=False)
    ]
    low = Face("♿", place(1.6 * LABEL), "ltr", "chosen" if known.is_low else "plain")
    help_ = screen.button(spots[-1], ("help",), screen.t.gettext("Call for help"), "plain")
    return [*buttons, Part(spots[-2], low, ("low",)), help_]


def _language_face(screen: Screen, language: str) -> Face:
    """Write a language's name in its own script and direction."""
    kind = "chosen" if language == screen.language else "plain"
    size = screen.known.layout(LABEL)
    return Face(NAMES.get(language, language), size, texts(language).direction, kind)


def choose_language(screen: Screen, action: Action) -> Screen:
    """Give the same screen in the language touched, or with all buttons low."""
    match action:
        case ("language", language):
            return replace(screen, language=language)
        case ("low",):
            return replace(screen, known=replace(screen.known, is_low=not screen.known.is_low))
    return screen
