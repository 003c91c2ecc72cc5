"""Merge the Noto fonts of our scripts into one file a weight, for screen, paper and browser alike.

One font means one call a line: no fallback to choose, and digits, brackets and mixed scripts are shaped
together, so a number inside Arabic keeps its order. Only ``ui.assets`` imports this; it needs fonttools.
"""

import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WEIGHTS = {"400Regular": "NovbeSans-Regular.ttf", "700Bold": "NovbeSans-Bold.ttf"}

SCRIPTS: dict[str, tuple[range, ...]] = {
    # Latin, Greek and Cyrillic, punctuation and currencies, mathematics.
    "noto-sans": (range(0x20, 0x590), range(0x1E00, 0x1F00), range(0x2000, 0x2190), range(0x2200, 0x2300)),
    "noto-sans-arabic": (
        range(0x600, 0x780),
        range(0x8A0, 0x900),
        range(0xFB50, 0xFE00),
        range(0xFE70, 0xFF00),
    ),
    "noto-sans-georgian": (range(0x10A0, 0x1100), range(0x1C90, 0x1CC0), range(0x2D00, 0x2D30)),
    "noto-sans-devanagari": (range(0x900, 0x980), range(0x25CC, 0x25CD)),
    # Arrows, keys, shapes and dingbats.
    "noto-sans-symbols": (range(0x2190, 0x27C0),),
    "noto-sans-symbols-2": (range(0x2190, 0x27C0),),
}
"""The characters taken of each family; the first family that has a character gives it."""

ASCENT, DESCENT = 1069, -470
"""Line metrics in 1/1000 em: Noto Sans above, the bold Arabic yeh below. The symbols' own would be double."""

_DROPPED = ["STAT", "gasp", "vhea", "vmtx"]
"""Tables that only some of the families have, or that the merge would leave untrue."""


def merge(families: Path, weight: str, target: Path) -> None:
    """Write the merged font of this weight to ``target``; ``families`` is the folder of the npm packages."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        parts = [_part(families / family, weight, Path(folder)) for family in SCRIPTS]
        font = Merger().merge([str(part) for part in parts])
        _name(font, target.stem)
        unfinished = Path(folder) / target.name
        font.save(unfinished)
        target.write_bytes(unfinished.read_bytes())


def _part(family: Path, weight: str, folder: Path) -> Path:
    """Cut one family to its characters."""
    options = Options(hinting=False, drop_tables=[*Options().drop_tables, *_DROPPED])
    font = TTFont(_file(family, weight))
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[character for block in SCRIPTS[family.name] for character in block])
    subsetter.subset(font)
    part = folder / f"{family.name}.ttf"
    font.save(part)
    return part


def _file(family: Path, weight: str) -> Path:
    """Find the family's file of a weight; a symbols font comes in one weight only."""
    for folder in (weight, "400Regular"):
        files = sorted((family / folder).glob("*.ttf"))
        if files:
            return files[0]
    raise FileNotFoundError(family / weight)


def _name(font: TTFont, name: str) -> None:
    """Give the font a name of its own, so that no system takes it for Noto Sans, and its line metrics."""
    family, style = name.split("-")
    for record in list(font["name"].names):
        named = {1: family, 2: style, 4: f"{family} {style}", 6: name}.get(record.nameID)
        if named:
            record.string = named
    font["hhea"].ascent, font["hhea"].descent = ASCENT, DESCENT
    metrics = font["OS/2"]
    metrics.sTypoAscender, metrics.sTypoDescender = ASCENT, DESCENT
    metrics.usWinAscent, metrics.usWinDescent = ASCENT, -DESCENT
