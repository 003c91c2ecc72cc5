"""``make texts``: collects the sentences of all programs into the catalogues of ``config/locales``.

A new sentence stands in each catalogue with an empty translation, one that nobody says any more is dropped;
the tests say which are still to be translated.
"""

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "config" / "locales"
LANGUAGES = ("ar", "az", "ru")
"""English is the sentence itself."""

PROGRAMS = (
    "protocol",
    "ui",
    "server",
    "kiosk",
    "display",
    "demonstration",
    "greeter",
    "manager",
    "operator_desk",
    "visitor",
)
_SAID_BY_A_PAGE = re.compile(r'\bt(n?)\(\s*("(?:[^"\\]|\\.)*")(?:,\s*("(?:[^"\\]|\\.)*"))?')
_COMMENT = re.compile(r"^\s*(//|/?\*).*$", re.MULTILINE)


def said_by_a_page(
    file: BinaryIO, *_: Any, **__: Any
) -> Iterator[tuple[int, str, str | tuple[str, str], list[str]]]:
    """Find ``t("…")`` and ``tn("…", "…")`` in a page's module, also inside its html templates.

    Babel's own reader of JavaScript ends a template's expression at the first brace inside it.
    """
    code = _COMMENT.sub("", file.read().decode("utf-8"))
    for plural, one, many in _SAID_BY_A_PAGE.findall(code):
        if plural:
            yield 1, "tn", (json.loads(one), json.loads(many)), []
        else:
            yield 1, "t", json.loads(one), []


METHODS = [("**/vendor/**", "ignore"), ("**.py", "python"), ("**.js", "tests.texts:said_by_a_page")]
KEYWORDS = {**DEFAULT_KEYWORDS, "t": None, "tn": (1, 2)}
"""``t`` and ``tn`` are the pages' words for gettext and ngettext."""

WRITTEN = datetime(2026, 11, 21, tzinfo=UTC)
"""The catalogues' date: one that changed with each run would be in every diff."""


def collect() -> Catalog:
    """Gather every sentence that a program says, with the files that say it."""
    found = Catalog(project="Novbe", charset="utf-8", creation_date=WRITTEN)
    for program in PROGRAMS:
        said = extract_from_dir(ROOT / program, METHODS, keywords=KEYWORDS)
        for file, _, sentence, comments, _ in sorted(said, key=lambda one: one[0]):
            found.add(sentence, locations=[(f"{program}/{file}", 1)], auto_comments=comments)
    return found


def catalogue_file(language: str) -> Path:
    """Give where a language's catalogue is."""
    return LOCALES / language / "LC_MESSAGES" / "novbe.po"


def catalogue(language: str) -> Catalog:
    """Read a language's catalogue; an empty one where there is none yet."""
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=language, project="Novbe", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def sentences(catalogue: Catalog) -> dict[str, Message]:
    """Give a catalogue's messages by their (singular) English sentence, without the header."""
    return {_singular(message): message for message in catalogue if message.id}


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def main() -> int:
    """Update all catalogues and count what is left to translate."""
    said = collect()
    for language in LANGUAGES:
        updated = catalogue(language)
        updated.update(said, no_fuzzy_matching=True)
        updated.obsolete.clear()
        updated.header_comment = f"# Novbe in {updated.locale.english_name if updated.locale else language}."
        updated.revision_date, updated.fuzzy = WRITTEN, False
        updated.last_translator = updated.language_team = updated.msgid_bugs_address = "Novbe"
        path = catalogue_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, updated, width=0, include_lineno=False, sort_output=True)
        left = sum(not all(forms(message)) for message in sentences(updated).values())
        print(f"{path.relative_to(ROOT)}: {len(updated)} sentences, {left} to translate")
    return 0


def forms(message: Message) -> tuple[str, ...]:
    """Give the translations of a message: one, or one for each plural form."""
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


if __name__ == "__main__":
    sys.exit(main())
