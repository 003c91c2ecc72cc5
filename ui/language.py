"""The hall's languages: texts from the gettext catalogues, their direction, and names in their own script.

The English sentence is the msgid, so a missing catalogue or text shows English and never a blank. Catalogues
are read as ``.po`` at run time: there is nothing to compile and nothing to forget.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

NAMES = {
    "ar": "العربية",
    "az": "Azərbaycan",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "ka": "ქართული",
    "kk": "Қазақша",
    "pt": "Português",
    "ru": "Русский",
    "sw": "Kiswahili",
    "tr": "Türkçe",
}
"""Languages by their own names, in their own script: how a visitor finds theirs."""


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext's extractor knows
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


def config_folder() -> Path:
    """Find ``config/``: beside the code in a checkout, else where the wheel installed it."""
    checkout = Path(__file__).resolve().parent.parent / "config"
    return checkout if checkout.is_dir() else Path(sys.prefix) / "share" / "novbe" / "config"


@dataclass(frozen=True)
class Texts:
    """The sentences of one language; ``direction`` is ``ltr`` or ``rtl``."""

    language: str
    direction: str = "ltr"
    _sentences: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _form: Callable[[int], int] = field(default=lambda n: int(n != 1), repr=False)

    def gettext(self, sentence: str) -> str:
        """Give the sentence in this language, or as it is."""
        return self._sentences.get(sentence, (sentence,))[0]

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Give the form of the sentence that this language uses for ``n``."""
        forms = self._sentences.get(one, ())
        if not forms:
            return one if n == 1 else many
        return forms[min(self._form(n), len(forms) - 1)]


@cache
def texts(language: str, folder: Path | None = None) -> Texts:
    """Read the texts of a language; one without a catalogue speaks English, in its own direction."""
    path = catalogue_path(language, folder or config_folder() / "locales")
    if path is None:
        return Texts(language, direction_of(language))
    with path.open("rb") as file:
        catalogue = read_po(file)
    return Texts(language, direction_of(language), _translated(catalogue), c2py(catalogue.plural_expr))


def catalogue_path(language: str, folder: Path) -> Path | None:
    """Find the catalogue of ``pt-BR``, else of ``pt``; None when there is neither."""
    for name in (language.replace("-", "_"), language.partition("-")[0]):
        path = folder / name / "LC_MESSAGES" / "novbe.po"
        if path.is_file():
            return path
    return None


def direction_of(language: str) -> str:
    """Give the direction a language is written in: ``rtl`` or ``ltr``."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def names(table: dict[str, str], language: str, main: str) -> str:
    """Pick from a table of names: this language, its parent, the hall's main language, or any there is."""
    for wanted in (language, language.partition("-")[0], main, "en"):
        if table.get(wanted):
            return table[wanted]
    return next(iter(table.values()), "")


def _translated(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    """Keep what is translated and not fuzzy, by its (singular) msgid."""
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        forms = tuple(form for form in forms if form)
        if message.id and forms and not message.fuzzy:
            key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            found[key] = forms
    return found
