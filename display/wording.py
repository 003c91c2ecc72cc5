"""What the voice says, as text: letters and digits the way each language speaks them. Pure."""

import re
from collections.abc import Mapping

from display.announcements import Announcement
from ui.language import N_, Texts

SpokenPrefixes = Mapping[str, Mapping[str, str]]
"""How letters are spoken, by language and prefix: ``[voice] spoken_prefixes`` of the hall file."""

SENTENCES = {
    "desk": N_("Ticket {ticket}, please go to desk {desk}."),
    "window": N_("Ticket {ticket}, please go to window {desk}."),
    "room": N_("Ticket {ticket}, please go to room {desk}."),
}
SHORT = {
    "desk": N_("{ticket}, desk {desk}."),
    "window": N_("{ticket}, window {desk}."),
    "room": N_("{ticket}, room {desk}."),
}


def wording(
    announcement: Announcement, texts: Texts, *, kind: str, prefixes: SpokenPrefixes, by_digit: bool
) -> str:
    """Write an announcement in one language; ``kind`` is the desk's: desk, window or room."""
    sentences = SENTENCES if announcement.is_sentence else SHORT
    spoken = prefixes.get(texts.language, {})
    return texts.gettext(sentences.get(kind, sentences["desk"])).format(
        ticket=spoken_number(announcement.call.number, spoken, by_digit=by_digit),
        desk=spoken_number(announcement.call.desk, spoken, by_digit=by_digit),
    )


def spoken_number(number: str, prefixes: Mapping[str, str], *, by_digit: bool) -> str:
    """Write a number for a voice: ``A042`` becomes ``A, 0 42``, or ``A, 0 4 2`` by digit.

    The zeros in front are spoken too: what is heard is what is seen. The comma keeps a voice from reading a
    letter as a word ("a ticket").
    """
    pieces = []
    for letters, digits in re.findall(r"([^\W\d_]+)|(\d+)", number):
        if letters:
            pieces.append(prefixes.get(letters) or " ".join(prefixes.get(each, each) for each in letters))
        else:
            pieces.append(" ".join(digits if by_digit else _zeros_and_rest(digits)))
    return ", ".join(pieces)


def _zeros_and_rest(digits: str) -> list[str]:
    rest = digits.lstrip("0")
    return ["0"] * (len(digits) - len(rest)) + ([rest] if rest else [])
