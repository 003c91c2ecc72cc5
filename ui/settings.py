"""Reading a settings file, or another of its kind: TOML, every key optional, checked at the start."""

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import fields

Settings = TypeVar("Settings", bound=msgspec.Struct)


class SettingsMistake(ValueError):  # noqa: N818 - a mistake of a file, told as a sentence
    """A settings file is missing or wrong; the text names file, key and remedy."""


def read_settings(kind: type[Settings], path: Path | None, what: str = "settings") -> Settings:
    """Read a settings file, or give the defaults without one; raises SettingsMistake.

    ``what`` it is called in the sentence that names a mistake.
    """
    if path is None:
        return kind()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        _refuse_unknown(f"{what} file {path}", table, [field.encode_name for field in fields(kind)])
        return msgspec.convert(table, kind)
    except OSError as error:
        message = f"The {what} file {path} cannot be read: {error.strerror}."
        raise SettingsMistake(message) from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, no such value, or too deep to read
        message = f"The {what} file {path} has a mistake: {error}."
        raise SettingsMistake(message) from error


def _refuse_unknown(file: str, table: dict[str, object], known: Sequence[str]) -> None:
    """Name the first key that is no setting, and the one that was probably meant."""
    for key in table.keys() - set(known):
        near = difflib.get_close_matches(key, known, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}."
        message = f"The {file} has an unknown key '{key}': {remedy}"
        raise SettingsMistake(message)
