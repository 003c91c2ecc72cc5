"""How much a voice can say: the arithmetic that the boards and the server's check share. Pure."""

from math import ceil

CHIME_SECONDS = 0.7
SPEECH_SECONDS = 4.0
"""One announcement in one language, with the breath after it; espeak-ng took 2.4 to 4.4 s in 13 languages."""

LANGUAGES_AT_MOST = 2
"""A call is spoken in the hall's main language and in its ticket's, when that is another."""

WAIT_SECONDS = 8.0
"""How long a call may wait for the voice before announcements grow shorter."""

RECALLS_PER_CALL = 0.25
"""An assumption for planning: one visitor in eight is absent, and is called twice more."""


def announcement_seconds(languages: int) -> float:
    """Give the length of a whole announcement, chime included, in a hall of so many languages."""
    return CHIME_SECONDS + SPEECH_SECONDS * max(1, min(languages, LANGUAGES_AT_MOST))


def calls_an_hour(languages: int) -> int:
    """Give how many calls an hour one zone's voice can speak in full.

    One voice, calls at random, announcements of one length: the mean wait of such a queue (M/D/1, the
    Pollaczek-Khinchine formula) is ``load * length / (2 * (1 - load))``. The load taken is the one at which
    that wait is WAIT_SECONDS.
    """
    length = announcement_seconds(languages)
    load = 2 * WAIT_SECONDS / (length + 2 * WAIT_SECONDS)
    return int(3600 * load / length / (1 + RECALLS_PER_CALL))


def zones_needed(peak_calls_per_hour: int, languages: int) -> int:
    """Give how many zones, each with a voice of its own, a hall's peak needs."""
    return max(1, ceil(peak_calls_per_hour / calls_an_hour(languages)))
