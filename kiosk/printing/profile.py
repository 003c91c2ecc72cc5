"""What one model of printer can do: how wide it prints, which letters it has, whether it draws QR codes.

The facts come from python-escpos, which is used for its data and as a builder of bytes, never as a transport
(its transports take a silent printer for a healthy one, and can wait for ever).
"""

import json
import logging
import os
import pickle
import platform
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FONT_WIDTH = 12
"""Dots across one letter of font A, which is 12 x 24 dots."""
NARROWEST = 300
FEWEST_COLUMNS = 20
ASCII = {chr(code): code for code in range(0x20, 0x7F)}


class UnknownProfile(ValueError):  # noqa: N818 - a mistake in the settings, told as a sentence
    """There is no such model of printer, or it cannot print a slip."""


@dataclass(frozen=True, slots=True)
class CodePage:
    """A table of 256 letters that the printer holds; ``number`` is what ``ESC t`` selects it by."""

    number: int
    name: str
    letters: dict[str, int]

    def holds(self, text: str) -> bool:
        """Say whether each letter of the text is in the table; control characters never are."""
        return all(letter in self.letters for letter in text)

    def encode(self, text: str) -> bytes:
        """Write a text that the page holds; there is no replacement for a letter that it lacks."""
        return bytes(self.letters[letter] for letter in text)


@dataclass(frozen=True, slots=True)
class Profile:
    """One model of printer; lengths are in dots."""

    name: str
    width: int
    columns: int
    pages: tuple[CodePage, ...]
    draws_qr: bool
    cuts: bool

    def page_for(self, text: str) -> CodePage | None:
        """Find the one code page that holds the whole text; low numbers first, as more printers have them."""
        return next((page for page in self.pages if page.holds(text)), None)


@cache
def escpos(part: str) -> Any:
    """Import a part of python-escpos without its side effects.

    It keeps its data as a pickle in a folder that is named to it: here one that nobody else can write to, for
    as long as it takes. Without the pickle it would read JSON as YAML, which is half of a kiosk's start. And
    it sets up the program's logging, which is not its business.
    """
    handlers = logging.root.handlers[:]
    with TemporaryDirectory(prefix="novbe-printer-") as folder:
        os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = folder
        found = find_spec("escpos")
        if found and found.origin:
            data = json.loads(Path(found.origin).with_name("capabilities.json").read_text("utf-8"))
            Path(folder, f"{platform.python_version()}.capabilities.pickle").write_bytes(pickle.dumps(data))
        module = import_module(f"escpos.{part}")
    logging.root.handlers[:] = handlers
    return module


def profile_names() -> list[str]:
    """List the models that can print a slip: their width is known, and they print rows of dots."""
    known: dict[str, Any] = escpos("capabilities").CAPABILITIES["profiles"]
    return sorted(name for name, facts in known.items() if _prints_slips(facts))


def _prints_slips(facts: dict[str, Any]) -> bool:
    width = facts["media"]["width"].get("pixels")
    return isinstance(width, int) and width >= NARROWEST and bool(facts["features"].get("bitImageRaster"))


@cache
def load_profile(name: str) -> Profile:
    """Load the profile of a model by its name, like ``TM-T20II``; raises UnknownProfile."""
    if name not in profile_names():
        near = get_close_matches(name, profile_names(), n=1, cutoff=0.3)
        hint = f'did you mean "{near[0]}"?' if near else f"known are: {', '.join(profile_names())}."
        raise UnknownProfile(f'There is no printer profile "{name}": {hint}')
    facts = escpos("capabilities").CAPABILITIES["profiles"][name]
    width, features = facts["media"]["width"]["pixels"], facts["features"]
    columns = facts["fonts"]["0"]["columns"]
    return Profile(
        name=name,
        width=width,
        # One profile gives the dots of a letter (12) where its columns should stand.
        columns=columns if columns >= FEWEST_COLUMNS else width // FONT_WIDTH,
        pages=_pages(facts["codePages"]),
        draws_qr=bool(features.get("qrCode")),
        cuts=bool(features.get("paperFullCut") or features.get("paperPartCut")),
    )


def _pages(declared: dict[str, str]) -> tuple[CodePage, ...]:
    """Keep the pages whose table is known; the others would print somebody else's letters."""
    encoder = escpos("magicencode").Encoder({})
    pages = []
    for number, name in sorted(declared.items(), key=lambda page: int(page[0])):
        try:
            letters = encoder._get_codepage_char_list(name)  # noqa: SLF001 - no public way to its tables
        except (LookupError, ValueError):
            continue
        upper = {letter: code for code, letter in enumerate(letters, start=0x80) if letter != " "}
        pages.append(CodePage(int(number), name, upper | ASCII))
    return tuple(pages)
