"""Hall files: reading one with all that it extends, and telling every mistake in it at once.

A hall file is TOML, the tables of ``protocol.hall``. ``extends = "national.toml"`` names a file beside it
whose tables are merged under its own, lists of tables by ``id``; the country's file (``config/countries/``)
lends its classes, outcomes and reasons to a hall that lists none. Its ``[[template]]`` is never in force.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from protocol.hall import Hall, Holiday, Outcome, Reason, TicketClass
from server.hallrules import inconsistencies, suggestion
from ui.language import config_folder

_COUNTRIES = config_folder() / "countries"
IN_FORCE = "in-force"
SENT = Path("hall")
"""What a hall file is called that came as text."""

_LENT = ("class", "outcome", "reason")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: in which file, at which key, and what to do."""

    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        """Give the line that ``check`` prints."""
        return f"{self.file}: {self.key}: {self.sentence}" if self.key else f"{self.file}: {self.sentence}"


class HallFileMistakes(Exception):  # noqa: N818 - it is the list of them
    """The file cannot be used; ``mistakes`` has every one found."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        """Keep them all."""
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class Country(msgspec.Struct, frozen=True):
    """``[country]`` in a country's file: ``says`` who goes first there, or that it was not found.

    ``weekend`` is by weekday; ``retention_days`` how long a day's log is kept, ``complaint_days`` within how
    many working days a complaint is answered: null where it was not found.
    """

    names: dict[str, str]
    languages: list[str]
    says: str
    weekend: list[str] = []
    retention_days: int | None = None
    complaint_days: int | None = None


class CountryFile(msgspec.Struct, kw_only=True, frozen=True):
    """A country's file: what it lends, and as ``[[template]]`` what is never in force."""

    country: Country
    class_: list[TicketClass] = msgspec.field(name="class", default_factory=list)
    template: list[TicketClass] = []
    outcome: list[Outcome] = []
    reason: list[Reason] = []
    holiday: list[Holiday] = []


def load_hall(path: Path) -> Hall:
    """Read, merge and check a hall file; raises HallFileMistakes."""
    mistakes: list[Mistake] = []
    tables = _with_country(_merged(path, mistakes, seen=()), path, mistakes)
    return checked(tables, path, mistakes)


def read_hall(text: str, in_force: Hall) -> Hall:
    """Read and check a hall file that came as text; raises HallFileMistakes.

    ``extends = "in-force"`` lays it over the hall in force; it can extend nothing else.
    """
    mistakes: list[Mistake] = []
    tables = _parsed(text, SENT, mistakes)
    base = tables.pop("extends", None)
    if base == IN_FORCE:
        tables = _over(msgspec.to_builtins(in_force), tables)
    elif base is not None:
        mistakes.append(Mistake(SENT.name, "extends", f'Here only "{IN_FORCE}" can be extended.'))
    return checked(_with_country(tables, SENT, mistakes), SENT, mistakes)


def checked(tables: dict[str, Any], path: Path, mistakes: list[Mistake]) -> Hall:
    """Make the hall of some tables; raises HallFileMistakes."""
    mistakes += (Mistake(path.name, key, sentence) for key, sentence in _shape(tables, _fields(Hall)))
    if mistakes:
        raise HallFileMistakes(mistakes)
    hall = msgspec.convert(tables, Hall)
    mistakes += (Mistake(path.name, key, sentence) for key, sentence in inconsistencies(hall))
    if mistakes:
        raise HallFileMistakes(mistakes)
    return hall


def without_nothing(tables: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: TOML has no null."""
    kept: dict[str, Any] = {}
    for key, value in tables.items():
        if isinstance(value, dict):
            kept[key] = without_nothing(value)
        elif isinstance(value, list):
            kept[key] = [without_nothing(item) if isinstance(item, dict) else item for item in value]
        elif value is not None:
            kept[key] = value
    return kept


def _merged(path: Path, mistakes: list[Mistake], seen: tuple[Path, ...]) -> dict[str, Any]:
    """Read a file and what it extends, the nearer file's values winning."""
    tables = _read(path, mistakes)
    base = tables.pop("extends", None)
    if base is None:
        return tables
    if not isinstance(base, str):
        mistakes.append(Mistake(path.name, "extends", "This must be the name of a file, in quotes."))
        return tables
    parent = (path.parent / base).resolve()
    if parent in (*seen, path.resolve()):
        mistakes.append(Mistake(path.name, "extends", f"{base} extends this file in turn; break the circle."))
        return tables
    return _over(_merged(parent, mistakes, (*seen, path.resolve())), tables)


def _read(path: Path, mistakes: list[Mistake]) -> dict[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8"), path, mistakes)
    except OSError as error:
        sentence = f"Cannot read this file ({error.strerror}); check its name and that you may read it."
        mistakes.append(Mistake(str(path), "", sentence))
    except UnicodeDecodeError:
        mistakes.append(Mistake(path.name, "", "This file is not UTF-8; save it as UTF-8."))
    return {}


def _parsed(text: str, path: Path, mistakes: list[Mistake]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, or what the parser itself cannot hold
        mistakes.append(Mistake(path.name, "", f"This is not TOML: {error}."))
    return {}


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Lay a file over the one it extends: tables key by key, lists of tables by id, other values whole."""
    merged = dict(base)
    for key, value in own.items():
        below = base.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _over(below, value)
        elif _is_tables(value) and _is_tables(below):
            merged[key] = _over_tables(below, value)
        else:
            merged[key] = value
    return merged


def _is_tables(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _over_tables(base: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the base's order, its entries overlaid by those of the same id; new ones follow."""
    mine = {_identity(entry): entry for entry in own}
    known = {_identity(entry) for entry in base}
    merged = [_over(entry, mine.get(_identity(entry), {})) for entry in base]
    return merged + [entry for entry in own if _identity(entry) not in known]


def _identity(entry: dict[str, Any]) -> str:
    return str(entry.get("id", entry.get("number", entry.get("day", ""))))


def countries() -> list[str]:
    """Name the countries that have a file."""
    return sorted(file.stem for file in _COUNTRIES.glob("*.toml"))


def read_country(country: str) -> CountryFile:
    """Give what the file of a country says; raises HallFileMistakes."""
    file, mistakes = _COUNTRIES / f"{country}.toml", list[Mistake]()
    tables = _merged(file, mistakes, seen=())
    mistakes += (Mistake(file.name, key, sentence) for key, sentence in _shape(tables, _fields(CountryFile)))
    if mistakes:
        raise HallFileMistakes(mistakes)
    return msgspec.convert(tables, CountryFile)


def _with_country(tables: dict[str, Any], path: Path, mistakes: list[Mistake]) -> dict[str, Any]:
    """Lend the country's lists to a hall that has none of its own; mistakes in them are its file's."""
    facts = tables.get("hall")
    country = facts.get("country", "az") if isinstance(facts, dict) else "az"
    if country not in countries():
        sentence = f"There is no country file '{country}'.{suggestion(str(country), countries())}"
        mistakes.append(Mistake(path.name, "hall.country", sentence))
        return tables
    try:
        lent = msgspec.to_builtins(read_country(country))
    except HallFileMistakes as found:
        mistakes += found.mistakes
        return tables
    days = _over_tables(lent["holiday"], own) if _is_tables(own := tables.get("holiday", [])) else own
    return {**{key: lent[key] for key in _LENT}, **tables, "holiday": days}


def _fields(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _shape(tables: dict[str, Any], known: dict[str, FieldInfo]) -> Iterator[tuple[str, str]]:
    """Tell every unknown key, missing key and wrong type, each at its own key."""
    yield from _unknown("", tables, list(known))
    for name, field in known.items():
        if name not in tables:
            if field.required:
                yield name, "This table is needed."
            continue
        value, element = tables[name], _element(field.type)
        if element is None:
            yield from _table(name, value, field.type)
        elif not _is_tables(value):
            yield name, f"Write each entry as a table of its own: [[{name}]]."
        else:
            for index, entry in enumerate(value, 1):
                yield from _table(f"{name}[{_identity(entry) or index}]", entry, element)


def _element(kind: Any) -> Any:
    """Give the struct that a list holds, or None for a single table."""
    return get_args(kind)[0] if get_origin(kind) is list else None


def _table(key: str, value: Any, kind: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield key, f"This must be a table: [{key}]."
        return
    fields = _fields(kind)
    yield from _unknown(f"{key}.", value, list(fields))
    for name, field in fields.items():
        if name not in value:
            if field.required:
                yield f"{key}.{name}", "This key is needed."
        elif isinstance(value[name], dict) and (inner := _inner(field.type)):
            yield from _table(f"{key}.{name}", value[name], inner)
        else:
            yield from _value(f"{key}.{name}", value[name], field.type)


def _inner(kind: Any) -> type[msgspec.Struct] | None:
    """Give the struct of a table within a table, which may be left out."""
    kinds = (kind, *get_args(kind))
    return next((each for each in kinds if isinstance(each, type) and issubclass(each, msgspec.Struct)), None)


def _value(key: str, value: Any, kind: Any) -> Iterator[tuple[str, str]]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        sentence, _, where = str(error).partition(" - at `$")
        yield key + where.rstrip("`"), f"{sentence.replace('`', chr(39))}; here it is {value!r}."


def _unknown(prefix: str, value: dict[str, Any], known: list[str]) -> Iterator[tuple[str, str]]:
    for key in value:
        if key not in known:
            yield prefix + key, f"There is no such key.{suggestion(key, known)}"
