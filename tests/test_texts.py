"""The texts: every sentence that a program says has its translation, its placeholders and its letters."""

import re
from typing import Any

import pytest
from babel.messages.catalog import Message
from fontTools.ttLib import TTFont

from tests import texts
from ui import assets, fontmerge
from ui.language import NAMES

PLACEHOLDER = re.compile(r"\{\w*\}")


@pytest.fixture(scope="module")
def said() -> dict[str, Message]:
    """Collect what the programs say."""
    return texts.sentences(texts.collect())


@pytest.fixture(params=texts.LANGUAGES)
def translated(request: Any) -> dict[str, Message]:
    """Read one language's catalogue."""
    return texts.sentences(texts.catalogue(request.param))


def test_every_sentence_stands_in_every_catalogue(
    said: dict[str, Message], translated: dict[str, Message]
) -> None:
    """``make texts`` was run: nothing is missing, and nothing stands there that nobody says."""
    assert sorted(translated) == sorted(said)


def test_every_sentence_is_translated(translated: dict[str, Message]) -> None:
    """In each plural form of the language, and nothing is left as a guess."""
    missing = [name for name, message in translated.items() if message.fuzzy or not all(texts.forms(message))]
    assert missing == []


def test_plural_sentences_have_the_forms_of_their_language() -> None:
    """Azerbaijani has two, Russian three, Arabic six."""
    counted = {language: texts.catalogue(language).num_plurals for language in texts.LANGUAGES}
    assert counted == {"ar": 6, "az": 2, "ru": 3}


def test_translations_have_the_same_placeholders(translated: dict[str, Message]) -> None:
    """A number or a name is never lost on the way; "one" and "two" may be said without a digit."""
    wrong = [name for name, message in translated.items() if not _same_placeholders(message)]
    assert wrong == []


def _same_placeholders(message: Message) -> bool:
    wanted = set(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[1]))
    spoken = {"{n}"} if message.pluralizable else set()
    found = [set(PLACEHOLDER.findall(form)) for form in texts.forms(message)]
    return all(wanted - spoken <= one <= wanted for one in found) and found[-1] == wanted


@pytest.mark.parametrize("font", fontmerge.WEIGHTS.values())
def test_the_font_has_every_letter_of_every_text(font: str) -> None:
    """No box stands for a letter: not in a translation, a language's own name, a shipped hall."""
    letters = TTFont(assets.FONTS / font).getBestCmap()
    shown = [path.read_text("utf-8") for path in (texts.ROOT / "config").rglob("*") if path.is_file()]
    missing = {letter for text in (*shown, *NAMES.values()) for letter in text if letter.isprintable()}
    assert sorted(letter for letter in missing if ord(letter) not in letters) == []
