"""What ``python -m ui.assets`` builds: the browser's modules and the one font of all programs."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from server.pages import IMPORT_MAP
from tests import texts
from ui import assets, fontmerge

_IMPORTED = re.compile(r'(?:from|import)\s*"([^"]+)"')


def test_a_second_run_builds_nothing() -> None:
    """What stands is left alone, in a moment."""
    words = [sys.executable, "-m", "ui.assets"]
    done = subprocess.run(words, cwd=assets.ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "assets: web modules and fonts are up to date\n"


def test_a_changed_lock_file_builds_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a package is not overlooked because files of its name are there."""
    lock = (assets.ROOT / "package-lock.json").read_text(encoding="utf-8")
    (tmp_path / "package-lock.json").write_text(lock + "\n", encoding="utf-8")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    assert not assets.is_up_to_date()


def test_without_npm_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where npm fails is told in a sentence, with npm's own words."""
    (tmp_path / "npm").write_text("#!/bin/sh\necho no such registry >&2\nexit 1\n")
    (tmp_path / "node").write_text("#!/bin/sh\n")
    for program in ("npm", "node"):
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(assets.AssetsFailed, match="no such registry"):
        assets.fetch_packages()


@pytest.mark.parametrize("name", assets.MODULES)
def test_a_browser_module_imports_only_what_the_page_maps(name: str) -> None:
    """Nothing is fetched from elsewhere: halls are often offline."""
    mapped = json.loads(IMPORT_MAP)["imports"]
    code = (assets.VENDOR / name).read_text(encoding="utf-8")
    assert set(_IMPORTED.findall(code)) <= set(mapped)
    assert "sourceMappingURL" not in code
    assert f"/static/ui/vendor/{name}" in mapped.values()


@pytest.mark.parametrize("name", fontmerge.WEIGHTS.values())
def test_a_line_holds_the_letters_of_every_language(name: str) -> None:
    """No letter of a translation reaches over or under its line, where it would be cut off."""
    font = TTFont(assets.FONTS / name)
    glyphs, letters = font["glyf"], font.getBestCmap()
    said = "".join(texts.catalogue_file(language).read_text("utf-8") for language in texts.LANGUAGES)
    inked = [glyphs[letters[ord(letter)]] for letter in set(said) - {"\n", " "}]
    assert max(glyph.yMax for glyph in inked if glyph.numberOfContours) <= font["hhea"].ascent
    assert min(glyph.yMin for glyph in inked if glyph.numberOfContours) >= font["hhea"].descent
