"""A kiosk's settings file, and what is wrong on its command line."""

from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.settings import Settings, SettingsMistake, load_settings


def test_without_a_file_every_setting_has_a_default() -> None:
    """A kiosk needs no settings file."""
    assert load_settings(None) == Settings()


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    """And leaves the rest."""
    file = tmp_path / "kiosk.toml"
    file.write_text('popular = ["notary"]\nidle_seconds = 90\n')
    assert load_settings(file) == Settings(popular=["notary"], idle_seconds=90)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("idle_second = 9", "no setting 'idle_second': did you mean 'idle_seconds'?", id="typo"),
        pytest.param("colour = 1", "no setting 'colour': the settings are theme, width", id="unknown"),
        pytest.param("warning_seconds = 5", "Expected `int` >= 20 - at `$.warning_seconds`", id="too short"),
        pytest.param("popular = ", "have a mistake: Invalid value", id="no TOML"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """It names the file and the key."""
    file = tmp_path / "kiosk.toml"
    file.write_text(text)
    with pytest.raises(SettingsMistake) as mistake:
        load_settings(file)
    assert str(file) in str(mistake.value)
    assert sentence in str(mistake.value)


def test_a_missing_file_ends_the_program_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, and no traceback."""
    file = tmp_path / "none.toml"
    assert main(["--server", "http://127.0.0.1:1", "--token", "t", "--settings", str(file)]) == 1
    assert capsys.readouterr().err == f"The settings {file} cannot be read: No such file or directory.\n"


def test_a_server_without_an_address_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, and what an address looks like."""
    with pytest.raises(SystemExit) as usage:
        main(["--server", "hall", "--token", "t"])
    assert usage.value.code == 2
    assert "http://127.0.0.1:8000" in capsys.readouterr().err
