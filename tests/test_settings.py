"""Settings files: what is wrong in one is a sentence with file, key and remedy."""

from pathlib import Path

import pytest

from display.settings import Settings
from ui.settings import SettingsMistake, read_settings


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("volum = 3", "unknown key 'volum': did you mean 'volume'?", id="misspelt"),
        pytest.param("zzzz = 3", "unknown key 'zzzz': known are zone,", id="unknown"),
        pytest.param("volume = 300", "<= 100", id="out of range"),
        pytest.param("[directions]\n7 = 'north'", "north", id="no direction"),
        pytest.param("volume =", "has a mistake", id="no TOML"),
        pytest.param(None, "cannot be read", id="missing"),
    ],
)
def test_a_mistake_in_the_settings_is_one_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    """File, key and remedy are named."""
    path = tmp_path / "board.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsMistake) as mistake:
        read_settings(Settings, path)
    assert str(path) in str(mistake.value)
    assert sentence in str(mistake.value)
    assert "\n" not in str(mistake.value)


def test_settings_are_read_and_have_defaults(tmp_path: Path) -> None:
    """Every key is optional."""
    assert read_settings(Settings, None) == Settings()
    path = tmp_path / "board.toml"
    path.write_text('zone = "east"\nvolume = 40\n[directions]\n7 = "left"\n')
    settings = read_settings(Settings, path)
    assert (settings.zone, settings.volume, settings.directions) == ("east", 40, {"7": "left"})
