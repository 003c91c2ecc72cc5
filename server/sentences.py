"""The sentences of a language as the pages read them: the gettext catalogue as JSON."""

from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from ui.language import catalogue_path, config_folder, direction_of


@cache
def sentences(language: str) -> dict[str, Any]:
    """Give language, direction, the plural expression, and the texts by English sentence.

    A text with plural forms is the list of them; one without a translation is absent, and shown in English.
    """
    path = catalogue_path(language, config_folder() / "locales")
    head = {"language": language, "direction": direction_of(language)}
    if path is None:
        return {**head, "plural": "(n != 1)", "texts": {}}
    with path.open("rb") as file:
        catalogue = read_po(file)
    found: dict[str, Any] = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = message.string if isinstance(message.string, str) else list(message.string)
    return {**head, "plural": catalogue.plural_expr, "texts": found}
